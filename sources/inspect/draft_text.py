"""The text of a drafted contract, and what a person must confirm in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from sources.reader.text import normal

_RESERVED_WORDS = """
all and as asc by case cast check column create cross date default desc distinct drop else end exists false for from
full group having in index inner interval into is join left like limit not null on or order outer primary references
right row rows select set table then time timestamp to true union unique update user using value values view when where
with year month day period partner sheet
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


@dataclass
class DraftColumn:
    """One column as guessed: ``kind`` is the contract's, ``codes`` the labels of a list."""

    name: str
    label: str
    kind: str
    required: bool
    key: bool = False
    codes: list[str] = field(default_factory=list)
    longest: int = 0


@dataclass
class DraftTable:
    """One table as guessed."""

    name: str
    label: str
    columns: list[DraftColumn]
    rows: int


def snake(label: str, taken: set[str], fallback: str) -> str:
    """A name for a table, column or code: lower case with underscores, no word of SQL, each once."""
    name = re.sub(r"[^a-z0-9]+", "_", normal(label)).strip("_")[:36].strip("_")
    if not name or not name[0].isalpha():
        name = f"{fallback}_{name}".strip("_")
    if name in _RESERVED:
        name = f"{fallback}_{name}"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique


_LOGICAL = {"text": "string", "code": "string", "decimal": "number", "money": "number", "percent": "number"}


def _property(column: DraftColumn, position: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": column.name,
        "businessName": column.label,
        "description": f"DRAFT: say what “{column.label}” means.",
        "logicalType": _LOGICAL.get(column.kind, column.kind),
    }
    if column.kind == "text":
        entry["logicalTypeOptions"] = {"maxLength": max(40, 2 * column.longest)}
    if column.kind == "money":
        entry["physicalType"] = "DECIMAL(18,2)"
    if column.key:
        entry.update(primaryKey=True, primaryKeyPosition=position)
    if column.required:
        entry["required"] = True
    if column.kind == "percent":
        entry["customProperties"] = [{"property": "unit", "value": "percent"}]
    if column.codes:
        taken: set[str] = set()
        entry["enum"] = []
        for label in column.codes:
            code = snake(label, taken, "code")
            taken.add(code)
            entry["enum"].append({"value": code, "label": label})
    return entry


def contract_text(slug: str, title: str, reported_by: str, file: str, tables: Sequence[DraftTable]) -> str:
    """The contract as YAML, with what is to be confirmed at its head."""
    schema = []
    for table in tables:
        keys = [column.name for column in table.columns if column.key]
        schema.append(
            {
                "name": table.name,
                "businessName": table.label,
                "logicalType": "object",
                "description": "One row per record. DRAFT: say what a row is.",
                "properties": [
                    _property(column, keys.index(column.name) + 1 if column.key else 0) for column in table.columns
                ],
            }
        )
    value = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": slug,
        "name": title,
        "version": "1.0.0",
        "status": "draft",
        "description": {"purpose": f"DRAFT: say what {title} does and for whom, in two sentences."},
        "team": {"name": "Program office", "members": [{"username": f"lead.{slug}", "role": "owner"}]},
        "slaProperties": [
            {"property": "frequency", "value": "quarter"},
            {"property": "deadline", "value": 30, "unit": "d"},
        ],
        "customProperties": [{"property": "reportedBy", "value": reported_by}],
        "schema": schema,
    }
    head = [
        f"# DRAFT, drawn from {_plain(file)}. Confirm every line marked DRAFT and these, before it is used:",
        *[f"#   - {line}" for line in to_confirm(tables)],
    ]
    return "\n".join(head) + "\n" + yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:120]


def to_confirm(tables: Sequence[DraftTable]) -> list[str]:
    """What was guessed, one line each."""
    lines = []
    for table in tables:
        keys = [_plain(column.label) for column in table.columns if column.key]
        key = (
            f"the key of {table.name} was guessed: {' and '.join(keys)}"
            if keys
            else f"no key was found for {table.name}"
        )
        lines.append(key)
        for column in table.columns:
            if column.codes:
                count = len(column.codes)
                lines.append(f"the list of “{_plain(column.label)}” holds the {count} entries seen, and can lack some")
    return lines
