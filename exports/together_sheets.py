"""Sheets that set programs beside each other and beside the money: reach, contributions, cost per outcome, leverage."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, table, wording
from exports.published import Published
from exports.workbook import Book

TOTAL = "total"
_DIMENSIONS = ("year", "pillar", "program", "country", "kind")
_BASIS = {
    "largest_report": "the largest report of the program",
    "largest_program": "the largest program",
    "disjoint_programs": "programs declared to reach different people",
    "counted_overlap": "two programs less the people counted in both",
    "counted_people": "different people by keyed hash",
}
_REACH_NOTES = (
    "One person can be in several programs: figures of programs are never simply added.",
    "“At least”: the largest program, or more where programs are declared to reach different people or people are "
    "counted by keyed hash. “At most”: the sum over programs, less the people known to be in two of them.",
    "Known to be in two programs: people taken off that sum, because their key is on both lists or because one "
    "program is declared to be part of another.",
)
_CONTRIBUTION_NOTES = (
    "Different people, since the start. “At least” is the largest single report; “at most” all reports together: "
    "one person can be in several.",
    "“A million conversations” is the name of the initiative. It is not a target, and nothing is measured against it.",
)
_COST_NOTES = (
    "All payments to the program to date by one number of it. Costs of two indicators are never added: each "
    "carries all payments. A low cost is not a better program: they do different things for different people.",
    "Refused where the number rests on incomplete returns, may be zero, or the ledger shows no payment.",
)
_LEVERAGE_NOTES = (
    "Co-funding is what other funders are recorded to have put in. It never counts to the goal, and it does not "
    "say that the initiative's money brought it about.",
)
_PLAN_NOTES = (
    "Only what counts to the goal. The running year's budget is that of the whole year. A payment settles a "
    "commitment: never add the two.",
    "Budgets are split by country where they name one, and never by kind. Of a country, only payments of the years, "
    "programs and pillars whose budget names countries are held against it.",
)


def add(book: Book, published: Published, program: str | None = None) -> None:
    """Add the sheets whose tables are in the build: of one program, or of all with their total."""
    _reach(book, _of(published, "pub_leads__reach", program))
    _contributions(book, _of(published, "pub_leads__contributions", program))
    _cost(book, _of(published, "pub_leads__cost_per_outcome", program))
    if program in (None, "finance"):
        _simple(book, "Leverage", "Co-funding per euro paid", kpi_columns.LEVERAGE, _LEVERAGE_NOTES,
                _total_first(_of(published, "pub_leads__leverage", None)))  # fmt: skip
        _simple(book, "Plan and actual", "Plan and actual", kpi_columns.PLAN, _PLAN_NOTES,
                _by_dimension(_of(published, "pub_leadership__investment_by", None)))  # fmt: skip


def _reach(book: Book, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["basis_word"] = _BASIS.get(str(row["low_basis"]), wording.humanised(row["low_basis"]))
        row["data_word"] = wording.data_status(row["data_status"])
    _simple(
        book, "Reach", "Different people reached since the start", kpi_columns.REACH, _REACH_NOTES, _newest_first(rows)
    )


def _contributions(book: Book, rows: list[dict[str, Any]]) -> None:
    title = "Bridges of trust and conversations"
    rows = _newest_first(rows)
    rows.sort(key=lambda row: row["contribution_name"])
    _simple(book, "Contributions", title, kpi_columns.CONTRIBUTIONS, _CONTRIBUTION_NOTES, rows)


def _cost(book: Book, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["unit_word"] = wording.unit_text(row["unit"])
    _simple(book, "Cost per outcome", "Cost per outcome", kpi_columns.COST, _COST_NOTES, rows)


def _simple(
    book: Book, name: str, title: str, columns: tuple[Any, ...], notes: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    about = "A blank cell means: not known, or not worked out. It does not mean zero."
    sheet = book.table(name, title, about, columns, rows)
    book.notes(sheet, book.table_row + len(rows) + 2, notes)


def _newest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(_total_first(rows), key=lambda row: str(row["period"]), reverse=True)


def _total_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["program_code"] != TOTAL, row["program_code"]))


def _by_dimension(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = [row for row in rows if row["dimension"] in _DIMENSIONS]
    return sorted(shown, key=lambda row: (_DIMENSIONS.index(row["dimension"]), row["member_name"] or ""))


def _of(published: Published, name: str, program: str | None) -> list[dict[str, Any]]:
    if not published.has(name):
        return []
    return [row for row in table.rows(published.frame(name)) if program in (None, row.get("program_code"))]
