"""The one door to Great Expectations: its context, running a suite on a frame, results as JSON.

Importing it is slow, so it is imported here on first use only, without the clients of stores we don't give
it, and two parts of it that no rule of ours needs (scipy's distributions, Altair's charts) are put off until
something touches them. Version 1.24 sends no usage data; the setting is switched off all the same.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from expectations.gx_plan import plan_for
from expectations.rules.base import Positions
from sources.lean_imports import ADDRESSES, imported_without

#: Rows named in a stored result; the counts beside them are complete.
STORED_ROWS = 200
_UNUSED = ("scipy.stats", "altair")
#: What it looks for on the side: engines and stores it is not used with here.
_CLIENTS = ("pyspark", "py4j", "psycopg2", "boto3", "botocore", "azure", "google", "snowflake", "trino")
_LOCK = threading.Lock()
_CONTEXT_LOCK = threading.Lock()
_RUN = threading.local()
_CONTEXTS: list[Any] = []


class _PutOff(importlib.abc.MetaPathFinder):
    """Loads unused modules when something first looks into them (the standard library's lazy loader)."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path) if fullname in _UNUSED else None
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def expectations() -> Any:
    """The module of expectation classes; always ask here for it, so that its slow parts are put off."""
    name = "great_expectations.expectations"
    with _LOCK:
        if name not in sys.modules:
            finder = _PutOff()
            sys.meta_path.insert(0, finder)
            try:
                with imported_without(*_CLIENTS, *ADDRESSES):
                    importlib.import_module(name)
            finally:
                sys.meta_path.remove(finder)
        return sys.modules[name]


def new_context() -> Any:
    """An in-memory context without usage data, progress bars or the temporary site it comes with."""
    expectations()
    context = importlib.import_module("great_expectations").get_context(mode="ephemeral", cloud_mode=False)
    context.variables.analytics_enabled = False
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    for name, site in list(context.list_data_docs_sites().items()):
        context.delete_data_docs_site(name)
        shutil.rmtree(site["store_backend"]["base_directory"], ignore_errors=True)
    return context


def _context() -> Any:
    """The process's one context for judging, made on first use."""
    with _CONTEXT_LOCK:
        if not _CONTEXTS:
            _CONTEXTS.append(new_context())
            _remember_configurations()
        return _CONTEXTS[0]


def _validator(frame: pd.DataFrame) -> Any:
    """A validator with an engine of its own.

    Batches of one data source share an engine and a batch id, so that two threads would judge each
    other's rows; they also hash every cell for a fingerprint nobody reads.
    """
    context = _context()
    engine = importlib.import_module("great_expectations.execution_engine").PandasExecutionEngine()
    engine.load_batch_data("rows", frame)
    module = importlib.import_module("great_expectations.validator.validator")
    return module.Validator(execution_engine=engine, data_context=context)


def _remember_configurations() -> None:
    """Let expectations work out their configuration once per run instead of about 80 times.

    That was two fifths of the time of judging. Outside :func:`run` they do as shipped; a test compares
    the results of both.
    """
    base = importlib.import_module("great_expectations.expectations.expectation").Expectation
    work_out = base.configuration.fget

    def configuration(self: Any) -> Any:
        known = getattr(_RUN, "configurations", None)
        if known is None:
            return work_out(self)
        if id(self) not in known:
            known[id(self)] = (self, work_out(self))  # held with its owner, so that no id comes twice
        return known[id(self)][1]

    base.configuration = property(configuration)


@contextmanager
def _remembering(known: dict[int, tuple[Any, Any]] | None = None) -> Iterator[None]:
    _RUN.configurations = known or {}
    try:
        yield
    finally:
        _RUN.configurations = None


def warm_up() -> None:
    """Import Great Expectations and make the context now; for servers, before the first upload."""
    _context()


def run(
    frame: pd.DataFrame, name: str, judges: list[Any], hidden: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], list[Positions | None]]:
    """Judge a frame (row labels 0…n-1) by expectations.

    Passed or failed comes first, cheaply; only what failed is judged again with its rows.

    Args:
        frame: Columns to judge, row labels 0…n-1.
        name: Name of the suite in the stored result.
        judges: Expectation objects.
        hidden: Columns whose values must not be stored (personal data).

    Returns:
        The suite's result as JSON, and per expectation: an empty array where it is met, the failing
        positions, or ``None`` where it failed as a whole.

    Raises:
        RuntimeError: Where Great Expectations could not evaluate an expectation.
    """
    validator = _validator(frame)
    with _remembering():
        plan = plan_for(validator, judges)
    with _remembering(plan.configurations):
        met = plan.judge(validator.execution_engine) or [False] * len(judges)
        stored = {index: plan.met(index) for index, is_met in enumerate(met) if is_met}
        failed = [index for index, is_met in enumerate(met) if not is_met]
        positions = _failing(validator, name, [(index, judges[index]) for index in failed], hidden, stored)
    found = [positions.get(index, np.empty(0, dtype=np.int64)) for index in range(len(judges))]
    return _suite_result(name, [stored[index] for index in range(len(judges))]), found


def _failing(
    validator: Any, name: str, judges: list[tuple[int, Any]], hidden: frozenset[str], stored: dict[int, dict[str, Any]]
) -> dict[int, Positions | None]:
    """Judge again, with rows, what is not met; its results join ``stored``."""
    configurations = []
    for index, judge in judges:
        configurations.append(judge.configuration)
        configurations[-1].meta["index"] = index
    positions: dict[int, Positions | None] = {}
    for result in validator.graph_validate(configurations, {"result_format": "COMPLETE"}) if configurations else ():
        _refuse_exceptions(name, result)
        index = result.expectation_config.meta["index"]
        rows = result.result.get("unexpected_index_list")
        if not result.success:
            positions[index] = None if rows is None else np.asarray(rows, dtype=np.int64)
        _shorten(result.result)
        stored[index] = _cut(result.to_json_dict(), hidden)
        del stored[index]["expectation_config"]["meta"]["index"]
    return positions


def _suite_result(name: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    """What Great Expectations stores for a whole suite."""
    met = sum(item["success"] for item in results)
    return {
        "success": met == len(results),
        "results": results,
        "suite_name": name,
        "suite_parameters": {},
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        "meta": {"great_expectations_version": version("great-expectations")},
        "id": None,
    }


def _refuse_exceptions(name: str, result: Any) -> None:
    info = result.exception_info or {}
    reports = [info] if "raised_exception" in info else list(info.values())
    for report in reports:
        if report.get("raised_exception"):
            kind = result.expectation_config.type
            raise RuntimeError(f"{name}: {kind} could not be evaluated: {report.get('exception_message')}")


def _shorten(result: dict[str, Any]) -> None:
    """Keep counts and the first rows only."""
    for key in ("unexpected_list", "unexpected_index_query", "partial_unexpected_index_list"):
        result.pop(key, None)
    if "unexpected_index_list" in result:
        result["unexpected_index_list"] = result["unexpected_index_list"][:STORED_ROWS]


def _cut(stored: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """Leave out the values of hidden columns."""
    kwargs = stored["expectation_config"]["kwargs"]
    if hidden & {kwargs.get("column"), *kwargs.get("column_list", [])}:
        for key in ("partial_unexpected_list", "partial_unexpected_counts"):
            stored["result"].pop(key, None)
    return stored
