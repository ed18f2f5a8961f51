"""``datapackage.json``: what the extract's data files hold, after the Data Package standard (v1 and v2).

Written by ourselves, so that the same tables give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa

from exports import wording
from exports.extract.facts import Facts
from exports.extract.tidy import Tidy

_TYPES = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_decimal, "number"),
    (pa.types.is_floating, "number"),
    (pa.types.is_date, "date"),
)
#: Values a code may have; what is hidden or missing is blank.
_CODES = {
    "progress_status": [*wording.PROGRESS],
    "data_status": [*wording.DATA_STATUS],
    "span": ["quarter", "year_to_date", "since_start"],
    "target_basis": ["published", "assumed"],
    "kind": ["flow", "stock", "ratio", "reach", "survey"],
    "level": ["input", "output", "outcome", "impact"],
}
_QUARTER = "^[0-9]{4}-Q[1-4]$"


def data_files(facts: Facts, tables: Sequence[Tidy]) -> dict[str, bytes]:
    """The tables as CSV and Parquet, and the descriptor that names them all, by file name."""
    files: dict[str, bytes] = {}
    described = []
    for table in tables:
        for ending, data in (("csv", table.csv()), ("parquet", table.parquet())):
            name = f"{table.name}.{ending}"
            files[name] = data
            described.append(_resource(table, ending, data))
    files["datapackage.json"] = _bytes(_package(facts, described))
    return files


def _package(facts: Facts, described: Sequence[dict[str, Any]]) -> dict[str, Any]:
    title = f"Annual progress extract {facts.year}"
    about = (
        f"Figures of the annual progress extract {facts.year}, as of {facts.as_of}, from build {facts.build_id}. A "
        "blank is missing or hidden, never zero. Text that a spreadsheet could run has an apostrophe in front in CSV "
        "files; Parquet files hold it as it is."
    )
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "data-package",
        "name": f"annual-progress-extract-{facts.year}",
        "title": f"{title} ({wording.SYNTHETIC})" if facts.synthetic else title,
        "description": f"{wording.SYNTHETIC}. {about}" if facts.synthetic else about,
        "version": facts.build_id,
        # The day the figures speak for, not the clock.
        "created": f"{facts.as_of}T00:00:00Z",
        "keywords": ["health equity", "trust gap", "progress", *(["synthetic"] if facts.synthetic else [])],
        "sources": [{"title": f"Coalition Impact Warehouse, build {facts.build_id}"}],
        "contributors": [{"title": "Coalition Impact Warehouse", "role": "publisher"}],
    }
    if facts.synthetic:
        # The invented sample is part of this software; what real partners report is not ours to license.
        package["licenses"] = [{"name": "Apache-2.0", "title": "Apache License 2.0"}]
    return package | {"resources": list(described)}


def _resource(table: Tidy, ending: str, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    common = {
        "title": table.title,
        "description": table.description,
        "format": ending,
        "hash": f"sha256:{digest}",
        "bytes": len(data),
    }
    if ending == "parquet":
        about = f"{table.description} The same rows as {table.name}.csv, with types."
        return {"name": f"{table.name}-parquet", "type": "file", "path": f"{table.name}.parquet"} | common | {
            "description": about,
            "mediatype": "application/vnd.apache.parquet",
        }  # fmt: skip
    kind = {"name": table.name, "type": "table", "profile": "tabular-data-resource", "path": f"{table.name}.csv"}
    return kind | common | {
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": _schema(table),
    }  # fmt: skip


def _schema(table: Tidy) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(table, name) for name in table.table.column_names],
        "missingValues": [""],
    }
    if _is_key(table):
        schema["primaryKey"] = list(table.key)
    if table.refers:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [theirs]}}
            for column, other, theirs in table.refers
        ]
    return schema


def _field(table: Tidy, name: str) -> dict[str, Any]:
    column = table.table.schema.field(name)
    kind = next((word for fits, word in _TYPES if fits(column.type)), "string")
    about, unit = columns().get(name, ("", ""))
    field: dict[str, Any] = {"name": name, "type": kind, "title": wording.humanised(name).capitalize()}
    if about:
        field["description"] = about
    if unit:
        field["unit"] = unit
    if kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if kind == "number":
        field |= {"decimalChar": ".", "bareNumber": True}
    constraints: dict[str, Any] = {}
    if name in table.key and _is_key(table):
        constraints["required"] = True
    values = {value for value in table.table[name].to_pylist() if value is not None}
    if name in _CODES and values <= set(_CODES[name]):
        constraints["enum"] = _CODES[name]
    if name == "period":
        constraints["pattern"] = _QUARTER
    if kind in ("integer", "number") and (name.endswith("_count") or name in ("coverage_met", "coverage_due")):
        constraints["minimum"] = 0
    return field | ({"constraints": constraints} if constraints else {})


def _is_key(table: Tidy) -> bool:
    """Whether the columns that name a row are all filled; a change that is refused may lack its wave."""
    return bool(table.key) and all(table.table[name].null_count == 0 for name in table.key)


@cache
def columns() -> dict[str, tuple[str, str]]:
    """What each column means and its unit, from ``columns.csv`` of this package."""
    text = resources.files("exports.extract").joinpath("columns.csv").read_text("utf-8")
    return {row["column"]: (row["description"], row["unit"]) for row in csv.DictReader(text.splitlines())}


def _bytes(package: dict[str, Any]) -> bytes:
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()
