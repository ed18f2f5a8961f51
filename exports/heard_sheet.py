"""From heard to done: the barriers people named and what became of them, for leads and for readers outside."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, wording
from exports.workbook import STATE_COLOURS, Book

LEADS, LEADERSHIP = "pub_leads__heard_to_done", "pub_leadership__heard_to_done"
TITLE = "From heard to done"
NOTHING = "nothing agreed"
#: Units of the leadership table that count people: what few of them said is hidden.
PEOPLE = ("patients", "respondents")
STAGES = (
    "Actions and recommendations stand at the stage of the newest return that names them; each stands in one column "
    "only. An action counts for a barrier only if it names it; dropped ones do not count. None of this says how well "
    "the barrier is answered.",
    "Recommendations made: published or presented to decision makers and not further yet.",
    "“nothing agreed”: people named the barrier, and no program has an action agreed, under way or done, or a "
    "recommendation adopted or implemented.",
)
_LEADS_NOTES = (
    "Heard: how often it was named since the start, counted in the unit beside it. Units differ between programs: "
    "never add them up. A range is given where a partner reported “fewer than five”. “not named”: no return names it; "
    "that does not mean nobody meets it.",
    *STAGES,
    "Traced to a meeting: how many of the actions came of a dialogue or roundtable that named the barrier.",
)
_OUTSIDE_NOTES = (
    "Each unit stands in its own column: never add them up. A blank cell means that no return of this kind names the "
    "barrier. One patient or respondent can answer in several quarters.",
    *STAGES,
)


def add_for_leads(book: Book, rows: list[dict[str, Any]], several: bool) -> None:
    """Add the lead's sheet: one row per program and barrier; none where there is nothing to show.

    Args:
        several: The workbook is of all programs, so that each row names its own.
    """
    if not rows:
        return
    lines = []
    for row in rows:
        low, high = row.get("heard_count_low"), row.get("heard_count_high")
        words = {
            "heard": "not named" if low is None and high is None else wording.between(low, high, "count"),
            "nothing": NOTHING if row.get("nothing_agreed") else None,
            "answering": _short_names(row.get("answering_programs")),
        }
        lines.append(row | words)
    lines.sort(key=lambda row: (row["program_name"], -(row["heard_count_high"] or 0), row["barrier_name"]))
    columns = (kpi_columns.PROGRAM, *kpi_columns.HEARD) if several else kpi_columns.HEARD
    about = "What people named as standing in their way, since the start, and what has been agreed and done about it."
    _table(book, about, columns, lines, 1 + several, _LEADS_NOTES)


def add_for_all(book: Book, rows: list[dict[str, Any]]) -> None:
    """Add the sheet of all programs together, see :func:`worded`; none where there is nothing to show."""
    if rows:
        about = (
            "What people named as standing in their way, since the start, and what has been agreed and done about it."
        )
        _table(book, about, kpi_columns.HEARD_OF_ALL, worded(rows), 1, _OUTSIDE_NOTES)


def worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the leadership table with counts of people in words; first those about which nothing is agreed."""
    lines = [
        row
        | {name: _people(row, name) for name in PEOPLE}
        | {"nothing": NOTHING if row.get("nothing_agreed") else None}
        for row in rows
    ]
    return sorted(lines, key=lambda row: (not row["nothing_agreed"], row["barrier_name"]))


def hidden(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the leadership table without counts of 1 to 10 people.

    The published table hides already; this holds even where it should fail to.
    """
    for name in PEOPLE:
        bounds = (f"{name}_count_low", f"{name}_count_high")
        if any(row.get(key) is not None and 1 <= row[key] <= 10 for key in bounds):
            row = row | dict.fromkeys(bounds) | {f"is_{name}_suppressed": True}
    return row


def _short_names(programs: str | None) -> str | None:
    # “HEAL – Health Equity …” goes by what stands before the dash.
    return programs and "; ".join(name.split(" – ")[0] for name in programs.split("; "))


def _people(row: dict[str, Any], name: str) -> str | None:
    if row.get(f"is_{name}_suppressed"):
        return wording.HIDDEN_SHARE
    low, high = row.get(f"{name}_count_low"), row.get(f"{name}_count_high")
    return None if low is None and high is None else wording.between(low, high, "count")


def _table(book: Book, about: str, columns: Any, rows: list[dict[str, Any]], frozen: int, notes: Any) -> None:
    sheet = book.table(TITLE, TITLE, about, columns, rows, freeze_columns=frozen)
    place = [column.key for column in columns].index("nothing")
    fill, ink = STATE_COLOURS["behind"]
    for line, row in enumerate(rows, start=book.table_row + 1):
        if row["nothing"]:
            book.text(sheet, line, place, row["nothing"], book.body(bg_color=fill, font_color=ink, align="center"))
    book.notes(sheet, book.table_row + len(rows) + 2, notes)
