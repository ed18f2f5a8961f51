"""``impact inspect``: what is in a file, without any contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import Json, UsageProblem, app, say

if TYPE_CHECKING:
    from sources.inspect import Inspection, Sighted

_EXIT = {"read": 0, "read_with_warnings": 0, "refuse": 3, "ask": 4}
_SAID = {
    "read": "Read.",
    "read_with_warnings": "Read, with warnings.",
    "ask": "A person must answer first.",
    "refuse": "Refused.",
}


@app.command(name="inspect")
def inspect_files(
    files: Annotated[list[Path], typer.Argument(help="Workbooks or csv files.")],
    encoding: Annotated[str, typer.Option("--encoding", help="Legacy encoding of the csv files, such as cp1251.")] = "",
    as_json: Json = False,
) -> None:
    """Say what a person would see in a file: its tables, what is no data, what to look at."""
    from orchestration.progress import awaited
    from sources.inspect import inspect

    for path in files:
        if not path.is_file():
            raise UsageProblem(f"There is no file {path}.")
    with awaited("Reading", silent=as_json):
        seen = [inspect(path.name, path.read_bytes(), encoding=encoding or None) for path in files]
    if as_json:
        told = [inspection.as_dict() for inspection in seen]
        say(json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False, indent=2))
    else:
        for inspection in seen:
            _tell(inspection)
    worst = [inspection.outcome for inspection in seen]
    code = 3 if "refuse" in worst else max(_EXIT[outcome] for outcome in worst)
    if code:
        raise typer.Exit(code)


def _tell(inspection: Inspection) -> None:
    say(f"{inspection.name}: {_SAID[inspection.outcome]}")
    if inspection.reason:
        say(f"  {inspection.reason}")
    for table in inspection.tables:
        _tell_table(table)
    if inspection.without_table and inspection.outcome != "refuse":
        say(f"  No table on: {', '.join(inspection.without_table)}")
    say()


def _tell_table(table: Sighted) -> None:
    word = "rows" if table.sheet is not None else "lines"
    place = f"Sheet {table.sheet}" if table.sheet is not None else "Table"
    if table.row_count:
        say(f"  {place}: {table.row_count:,} rows of data ({word} {table.first_row:,} to {table.last_row:,})")
    else:
        say(f"  {place}: no data rows")
    if table.header_rows is not None:
        first, last = table.header_rows
        say(f"    Names      {word[:-1]} {first}" if first == last else f"    Names      {word} {first} to {last}")
    say(f"    Columns    {len(table.columns)}")
    for letter, name in zip(table.letters, table.columns, strict=True):
        say(f"      {letter:<3} {name or '(no name)'}")
    for left in table.ignored:
        first, last = left.rows
        rows = f"{word[:-1]} {first}" if first == last else f"{word} {first} to {last}"
        say(f"    Left out   {rows}: {left.why}")
    for remark in table.warnings:
        say(f"    Look at    {remark.cell or 'the file'}: {remark.message}")
