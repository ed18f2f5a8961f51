"""The implicit suite over accepted rows of a raw table, as plain outcomes for Dagster's asset checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from expectations import gx, suites
from sources.contract.model import Contract
from sources.problems import Severity

#: Failing rows named in an outcome.
ROWS = 20


@dataclass(frozen=True)
class CheckOutcome:
    """One rule over the accepted rows.

    Attributes:
        name: The rule's id without program and table, with underscores: fit for a Dagster check name.
        metadata: ``rule``, ``failing_rows`` (count) and the first ``rows`` with submission, sheet and row.
    """

    name: str
    passed: bool
    severity: Severity
    metadata: dict[str, Any] = field(default_factory=dict)


def check_frame(contract: Contract, table: str, frame: pd.DataFrame) -> list[CheckOutcome]:
    """Judge rows as read from raw Parquet; keys are unique within a submission. No rows, no outcomes.

    Raises:
        RuntimeError: Where Great Expectations could not evaluate a rule.
    """
    if frame.empty:
        return []
    shape = contract.table(table)
    rows = _plain(frame.reset_index(drop=True))
    judged, checks = suites.build(contract, shape, rows, None)
    hidden = suites.personal_columns(shape)
    flat = [expectation for check in checks for expectation in check.expectations]
    _, failing = gx.run(judged, f"{contract.program}.{table}", flat, hidden)
    outcomes, at = [], 0
    for check in checks:
        mine = failing[at : at + len(check.expectations)]
        at += len(check.expectations)
        passed = all(item is not None and not len(item) for item in mine)
        bad = np.unique(np.concatenate([item for item in mine if item is not None] or [np.empty(0, dtype=np.int64)]))
        metadata: dict[str, Any] = {"rule": check.rule.id, "failing_rows": len(bad)}
        if len(bad):
            names = [name for name in ("_submission_id", "_file", "_sheet", "_row") if name in rows]
            metadata["rows"] = rows[names].iloc[bad[:ROWS]].astype(object).replace({np.nan: None}).to_dict("records")
        name = check.rule.id.split(".", 2)[2].replace(".", "_").lstrip("_")
        outcomes.append(CheckOutcome(name, passed, check.rule.severity, metadata))
    return outcomes


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Decimals as floats: what the expectations compare."""
    changed = {}
    for name in frame.columns:
        values = frame[name]
        first = values.dropna().head(1)
        if values.dtype == object and len(first) and isinstance(first.iloc[0], Decimal):
            changed[name] = values.astype("float64")
    return frame.assign(**changed)
