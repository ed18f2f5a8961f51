"""The survey models over other tables than the warehouse's: the same SQL files, rendered without dbt.

The models use ``ref`` and ``var`` alone, so that a file of respondents gets the very arithmetic the
warehouse uses. Tables that are already there (the respondents, their groups, the questions asked) stand in for the
models of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SURVEY_DIR = Path(__file__).resolve().parents[1] / "models" / "intermediate" / "survey"
_REF = re.compile(r"ref\('(\w+)'\)")


@cache
def templates(folder: Path = SURVEY_DIR) -> Mapping[str, str]:
    """Text of each model in a folder, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


def build(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    variables: Mapping[str, str],
    steps: Mapping[str, Callable[[], None]] | None = None,
) -> None:
    """Make the table of a model, and before it those it refers to that are not there yet.

    Args:
        variables: dbt variables the models read.
        steps: What to call for a table that is no model of these; it must create the table.

    Raises:
        KeyError: a model refers to something that is no model, no table and no step.
    """
    present = {row[0] for row in connection.execute("select table_name from information_schema.tables").fetchall()}
    if name in present:
        return
    if steps and name in steps:
        steps[name]()
        return
    text = templates()[name]
    for needed in _REF.findall(text):
        build(connection, needed, variables, steps)
    connection.execute(f'create table "{name}" as {render(text, variables)}')


def render(text: str, variables: Mapping[str, str]) -> str:
    """SQL of a model, with relations by their bare names."""
    import jinja2

    # SQL, not a page: nothing here reaches a browser.
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701
    return environment.from_string(text).render(
        ref=lambda name: f'"{name}"',
        var=lambda name: variables[name],
    )
