"""Sheets on money for the finance workbook: investment, grants reconciled, co-funding, ledger entries."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, table, wording
from exports.published import Published
from exports.workbook import UNIT_FORMATS, Book

_RECONCILED = {
    "agrees": "agrees within 2%",
    "more_paid": "the ledger paid more",
    "more_reported": "the program reported more",
    "only_paid": "paid, but not reported by the program",
    "only_reported": "reported, but not paid by the ledger",
}
_RATE = "Rates are those of the European Central Bank, in units of the currency per euro. A CSV file has no sheet."


def add(book: Book, published: Published) -> None:
    """Add the sheets whose tables are in the build."""
    for name, write in (
        ("pub_leads__investment", _investment),
        ("pub_leads__grants_reconciled", _grants),
        ("pub_leads__cofunding", _cofunding),
        ("pub_leads__investment_entries", _entries),
    ):
        if published.has(name):
            write(book, _worded(table.rows(published.frame(name))))


def _investment(book: Book, rows: list[dict[str, Any]]) -> None:
    about = (
        "In euros, at the European Central Bank's rate of the day of each entry. Budgets are split by "
        "country where they name one, never by kind. A payment settles a commitment: never add the two."
    )
    sheet = book.table("Investment", "Investment", about, kpi_columns.INVESTMENT, rows)
    if not rows:
        return
    # The first total covers the visible rows, so that it follows the filter.
    top = book.table_row
    end = top + 1 + len(rows)
    for line, label, formula, counted in (
        (end, "Total of the rows shown", "=SUBTOTAL(109,{0}{1}:{0}{2})", rows),
        (
            end + 1,
            "All that counts to the goal",
            '=SUMIFS({0}{1}:{0}{2},F{1}:F{2},"yes")',
            [row for row in rows if row["counts_to_goal"]],
        ),
    ):
        edge = 2 if line == end else 0
        style = book.body(bold=True, num_format=UNIT_FORMATS["EUR"], align="right", indent=1, top=edge)
        book.text(sheet, line, 0, label, book.body(bold=True, top=edge, text_wrap=False))
        for column in range(1, 6):
            book.text(sheet, line, column, None, book.body(top=edge))
        for column, key in ((6, "budget_eur"), (7, "committed_eur"), (8, "paid_eur")):
            total = round(sum(row[key] or 0 for row in counted), 2)
            sheet.write_formula(line, column, formula.format("ABCDEFGHI"[column], top + 2, end), style, total)


def _grants(book: Book, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        status = str(row.get("reconciliation_status"))
        row["status_word"] = _RECONCILED.get(status, wording.humanised(status))
    about = "Grants that programs report, beside the ledger's payments of the quarter. They are compared, never added."
    book.table("Grants reconciled", "Grants reconciled", about, kpi_columns.GRANTS, rows)


def _cofunding(book: Book, rows: list[dict[str, Any]]) -> None:
    about = f"Money others put in beside the initiative. It never counts to the €50m. {_RATE}"
    book.table("Co-funding", "Co-funding", about, kpi_columns.COFUNDING, rows)


def _entries(book: Book, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["type_word"] = wording.humanised(row.get("entry_type"))
    about = f"Every budget line, commitment and payment, and the return, sheet and row it came from. {_RATE}"
    book.table("Ledger entries", "Ledger entries", about, kpi_columns.ENTRIES, rows)


def _worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in rows:
        row["kind_word"] = wording.humanised(row.get("kind"))
        for what in ("pillar", "program", "country"):
            row[what] = row.get(f"{what}_name") or wording.humanised(row.get(f"{what}_code")) or None
    return rows
