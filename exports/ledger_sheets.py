"""Sheets on money for the finance workbook: investment, ledger entries, grants reconciled, co-funding."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, table, wording
from exports.published import Published
from exports.workbook import Book, Column

_PLAIN_SHEETS = (
    (
        "pub_leads__cofunding",
        "Co-funding",
        "Money others put in beside the initiative. It never counts to the €50m.",
    ),
    (
        "pub_leads__investment_entries",
        "Ledger entries",
        "Every entry, its rate to the euro and the cell it came from.",
    ),
)
_WORDS = {"pillar_code": "Pillar", "country_code": "Country", "kind": "Kind", "program_code": "Program"}


def add(book: Book, published: Published) -> None:
    """Add the sheets whose tables are in the build."""
    if published.has("pub_leads__investment"):
        _investment(book, table.rows(published.frame("pub_leads__investment")))
    if published.has("pub_leads__grants_reconciled"):
        _grants(book, table.rows(published.frame("pub_leads__grants_reconciled")))
    for name, title, about in _PLAIN_SHEETS:
        if published.has(name):
            rows = table.rows(published.frame(name))
            book.table(title, title, about, _any_columns(rows), rows, freeze_columns=0)


def _investment(book: Book, rows: list[dict[str, Any]]) -> None:
    about = "In euros, at the reference rate of the European Central Bank of the day of each entry."
    sheet = book.table("Investment", "Investment", about, kpi_columns.INVESTMENT, _worded(rows))
    if rows:
        # A total over the visible rows, so that it follows the filter.
        top = book.table_row
        last = top + 1 + len(rows)
        style = book.body(bold=True, num_format='"€"#,##0;-"€"#,##0', align="right", top=2)
        book.text(sheet, last, 0, "Total of the rows shown", book.body(bold=True, top=2, text_wrap=False))
        for column in range(1, 6):
            book.text(sheet, last, column, None, book.body(top=2))
        for column, key in ((6, "budget_eur"), (7, "committed_eur"), (8, "paid_eur")):
            letter = "ABCDEFGHI"[column]
            total = round(sum(row[key] or 0 for row in rows), 2)
            sheet.write_formula(last, column, f"=SUBTOTAL(109,{letter}{top + 2}:{letter}{last})", style, total)


def _grants(book: Book, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["program"] = row.get("program_name") or row.get("program_code")
        row["status_word"] = wording.humanised(row.get("reconciliation_status"))
    about = "Grants that programs report, beside the ledger's payments. They are compared, never added."
    book.table("Grants reconciled", "Grants reconciled", about, kpi_columns.GRANTS, rows)


def _worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in rows:
        row["kind"] = wording.humanised(row.get("kind"))
        for what in ("pillar", "program", "country"):
            row[what] = row.get(f"{what}_name") or wording.humanised(row.get(f"{what}_code")) or None
    return rows


def _any_columns(rows: list[dict[str, Any]]) -> list[Column]:
    if not rows:
        return [Column("note", "Rows", 30)]
    return [_column(key, [row[key] for row in rows]) for key in rows[0] if key != "is_synthetic"]


def _column(key: str, values: list[Any]) -> Column:
    euros = key.endswith("_eur")
    heading = _WORDS.get(key) or wording.humanised(key.removesuffix("_eur")).capitalize() + (" (€)" if euros else "")
    if key.endswith(("_date", "_on")):
        return Column(key, heading, 13, "date")
    if euros:
        return Column(key, heading, 15, "cents")
    if key.endswith("rate"):
        return Column(key, heading, 11, "rate")
    if key.endswith(("year", "_row")):
        return Column(key, heading, 9, "year")
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values if value is not None):
        return Column(key, heading, 14, "decimal")
    return Column(key, heading, min(32, max(10, *(len(str(value)) for value in values))), "text")
