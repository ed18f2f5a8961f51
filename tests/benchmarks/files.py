"""Workbooks for the benchmarks: a HEAL return of a given length, clean or with bad cells, with invented rows."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime

from sources.contract.load import load_contract
from sources.contract.model import Column, Table

FEEDBACK_ROWS = 6


def heal_workbook(rows: int, seed: int = 7, bad: float = 0.0) -> bytes:
    """A synthetic HEAL return whose interventions table has ``rows`` rows, a share ``bad`` of its cells wrong."""
    import xlsxwriter

    rng = random.Random(seed)
    contract = load_contract("heal")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})  # same rows, same bytes
    for table in contract.tables:
        sheet = book.add_worksheet(table.label)
        sheet.write(0, 0, "Synthetic sample – invented figures")
        sheet.write_row(2, 0, [column.label for column in table.columns])
        count = rows if table.name == "interventions" else FEEDBACK_ROWS
        for index in range(count):
            row = _row(table, index, rng)
            if bad and table.name == "interventions":
                row = [
                    _wrong(column) if rng.random() < bad else value
                    for column, value in zip(table.columns, row, strict=True)
                ]
            sheet.write_row(3 + index, 0, row)
    book.close()
    return buffer.getvalue()


def heal_csv(rows: int, seed: int = 7) -> dict[str, bytes]:
    """The same return as csv text, one file per table."""
    rng = random.Random(seed)
    files = {}
    for table in load_contract("heal").tables:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([column.label for column in table.columns])
        count = rows if table.name == "interventions" else FEEDBACK_ROWS
        writer.writerows(_row(table, index, rng) for index in range(count))
        files[f"{table.name}.csv"] = text.getvalue().encode()
    return files


def _row(table: Table, index: int, rng: random.Random) -> list[object]:
    if table.name == "survey_feedback":
        group, barrier = table.columns[0].codes, table.columns[1].codes
        assert group is not None
        assert barrier is not None
        return [group.labels()[index], barrier.labels()[index], 80 + index, 20 + index]
    return [_value(column, index, rng) for column in table.columns]


def _value(column: Column, index: int, rng: random.Random) -> object:
    if column.name == "intervention_id":
        return f"HEAL-{index:05d}"
    if column.name == "grant_currency":
        return "USD"
    if column.codes is not None:
        return rng.choice(column.codes.labels())
    if column.kind == "money":
        return round(rng.uniform(1_000, 9_000), 2)
    if column.kind == "integer":
        return rng.randrange(20, 400)
    return f"{column.label} {rng.randrange(500)}"


def _wrong(column: Column) -> object:
    """What no program can take for a value of the column, as people type it."""
    if column.name == "intervention_id":
        return "?! to come"
    if column.codes is not None:
        return "to be decided"
    if column.kind in ("money", "integer"):
        return "about forty"
    return None
