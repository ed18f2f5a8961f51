"""The program lead's workbook: headline figures first, then what stands behind them."""

from __future__ import annotations

from typing import Any

from exports import (
    claims_sheet,
    heard_sheet,
    key_actions_sheet,
    kpi_columns,
    kpi_headline,
    ledger_sheets,
    named_sheet,
    pace_sheet,
    table,
    together_sheets,
    trust_sheets,
    verdict,
    wording,
)
from exports.published import Published
from exports.workbook import STATE_COLOURS, Book, Column

FINANCE, TRUST_SURVEY = "finance", "trust_survey"
OBLIGATIONS = "pub_leads__obligations"
BREAKDOWN = "pub_leads__kpi_breakdown"
DEFINITIONS = "pub_meta__definitions"
_DIMENSIONS = {"partner": "partner", "country": "country", "population_group": "population group", "place": "place"}


def kpi_workbook(published: Published, program: str | None = None) -> bytes:
    """The workbook of one program, or of all, as bytes."""
    every = table.kpi_frame(published, program, "all", "all")
    period = table.latest_period(every)
    rows = table.rows(table.kpi_frame(published, program, period))
    name = "all programs" if program is None else str(every["program_name"].dropna().iloc[0])
    about = (
        f"{period} ({wording.quarter_text(period)}) · as of {wording.day_text(published.as_of)} · "
        f"build {published.build_id}"
    )
    book = Book(f"Indicators: {name}", published.as_of, bool(every["is_synthetic"].fillna(False).any()))
    window, series = table.trend(published)
    definitions = _of(published, DEFINITIONS, program)
    first = book.table_row + 2  # as Excel counts, below the header
    last_column = chr(ord("B") + len(window))
    links = kpi_headline.Links(
        {row["indicator_code"]: first + index for index, row in enumerate(definitions)},
        {
            row["indicator_code"]: f"Trend!$C${first + index}:${last_column}${first + index}"
            for index, row in enumerate(rows)
        },
        series,
    )
    kpi_headline.add(book, f"Indicators: {name}", about, rows, links)
    pace_sheet.add(book, rows)
    several = program is None
    _breakdowns(book, published, program)
    _quarters(book, table.rows(every.sort_values(["program_code", "indicator_code", "span", "period"], kind="stable")))
    _definitions(book, definitions)
    _obligations(book, _of(published, OBLIGATIONS, program))
    together_sheets.add(book, published, program)
    if program in (None, FINANCE):
        ledger_sheets.add(book, published)
    heard_sheet.add_for_leads(book, _of(published, heard_sheet.LEADS, program), several)
    key_actions_sheet.add(book, _of(published, key_actions_sheet.TABLE, program))
    named_sheet.add(book, _of(published, named_sheet.TABLE, program))
    names = dict(zip(every["program_code"], every["program_name"], strict=True))
    claims = _of(published, claims_sheet.TABLE, program)
    claims_sheet.add(book, [row | {"program_name": names.get(row["program_code"])} for row in claims], several)
    if program in (None, TRUST_SURVEY):
        estimates, polls = (_of(published, name, None) for name in (trust_sheets.ESTIMATES, trust_sheets.POLLS))
        trust_sheets.add_for_leads(book, estimates, polls)
    _trend(book, rows, window, series)
    return book.close()


def _breakdowns(book: Book, published: Published, program: str | None) -> None:
    rows = _of(published, BREAKDOWN, program)
    for row in rows:
        _bounds_of_ranges_only(row)
        row["dimension"] = _DIMENSIONS.get(row["dimension"], wording.humanised(row["dimension"]))
        row["unit_word"] = wording.unit_text(row["unit"])
        row["span_word"] = wording.span_text(row.get("span") or "quarter", row.get("kind"), row["period"])
    rows.sort(key=lambda row: row["period"], reverse=True)
    about = (
        "By partner, country, population group and place. People may belong to several groups: parts need not add up. "
        "“At least” and “at most” are filled where only a range is known."
    )
    columns = kpi_columns.BREAKDOWNS if program else (kpi_columns.PROGRAM_LINE, *kpi_columns.BREAKDOWNS)
    book.table("Breakdowns", "Breakdowns", about, columns, rows)


def quarter_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """KPI rows with the words that ``kpi_columns.QUARTERS`` shows."""
    for row in rows:
        row["note"] = verdict.note(row) if row["is_headline"] else row["footnote"]
        _bounds_of_ranges_only(row)
        row["span_word"] = wording.span_text(row["span"], row["kind"], row["period"])
        row["unit_word"] = wording.unit_text(row["unit"])
        row["data_word"] = wording.data_status(row["data_status"])
        # A target speaks of the headline span only; of the others there is nothing to assess.
        row["progress_word"] = wording.progress(row["progress_status"]) if row["is_headline"] else None
    return rows


def _quarters(book: Book, rows: list[dict[str, Any]]) -> None:
    about = (
        "One row per indicator, quarter and span. A blank cell means: not known. It does not mean zero. “At least” and "
        "“at most” are filled where only a range is known; targets and progress where the span is the headline one."
    )
    sheet = book.table(
        "All quarters", "All quarters", about, kpi_columns.QUARTERS, quarter_rows(rows), freeze_columns=2
    )
    sheet.print_area(0, 0, book.table_row + len(rows), kpi_columns.QUARTERS_PRINTED - 1)


def _bounds_of_ranges_only(row: dict[str, Any]) -> None:
    # Bounds that repeat the value would only hide where there is a range.
    if not verdict.is_range(row):
        row["value_low"] = row["value_high"] = None


def _definitions(book: Book, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["name"] = row.get("indicator_name") or row.get("name")
        row["kind_word"] = kpi_columns.KINDS.get(str(row.get("kind")), wording.humanised(row.get("kind")))
        row["unit_word"] = wording.unit_text(row.get("unit"))
        row["split_by"] = ", ".join(
            wording.humanised(part) for part in str(row.get("disaggregations") or "").split(";")
        )
        row["contributes"] = ", ".join(
            wording.CONTRIBUTIONS.get(part, wording.humanised(part))
            for part in str(row.get("contributes_to") or "").split(";")
        )
        row["better"] = {"increase": "higher", "decrease": "lower"}.get(str(row.get("direction")), "")
    about = "What each indicator counts, and what it cannot tell."
    book.table("Definitions", "Definitions", about, kpi_columns.DEFINITIONS, rows)


def _obligations(book: Book, rows: list[dict[str, Any]]) -> None:
    quarters = sorted({row["period"] for row in rows})
    found = {(row["program_name"] or "", row["partner_code"], row["partner_name"] or "") for row in rows}
    partners = [(program, name, code) for program, code, name in sorted(found)]
    cells = {(row["program_name"] or "", row["partner_code"], row["period"]): row for row in rows}
    about = "One row per partner, one column per quarter: what became of each return."
    sheet, top = book.sheet("Who owes what", "Who owes what", about, 1 + len(quarters))
    book.header(sheet, top, ["Program", "Partner", *quarters], len(partners), freeze_columns=2)
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 1 + max(len(quarters), 1), 12)
    notes = []
    for line, (program, partner, code) in enumerate(partners, start=top + 1):
        sheet.set_row(line, 33)
        book.text(sheet, line, 0, program, book.body(font_color="#4B5563", valign="vcenter"))
        book.text(sheet, line, 1, partner, book.body(bold=True, valign="vcenter"))
        for column, quarter in enumerate(quarters, start=2):
            cell = cells.get((program, code, quarter))
            if cell is None:
                continue
            fill, ink = STATE_COLOURS.get(cell["obligation_state"], STATE_COLOURS["not_due"])
            look = book.body(
                bg_color=fill, font_color=ink, align="center", valign="vcenter", border=1, border_color="#FFFFFF"
            )
            book.text(sheet, line, column, _owed(cell), look)
            if cell["footnote"]:
                notes.append(f"{partner}, {quarter}: {cell['footnote']}")
    states = [row["obligation_state"] for row in rows]
    tally = ", ".join(f"{word} {states.count(state)}" for state, word in wording.OBLIGATION.items() if state in states)
    notes += [
        "A return falls due some weeks after its quarter ends; until then it is not due. “nothing to report” was "
        "confirmed by the partner; “excused” was granted by a program lead. In a blank quarter nothing is owed.",
        f"All returns shown: {tally}.",
    ]
    book.notes(sheet, top + len(partners) + 2, notes)


def _owed(cell: dict[str, Any]) -> str:
    state = cell["obligation_state"]
    word = wording.OBLIGATION.get(state, wording.humanised(state))
    return f"{word}, late" if cell["is_late"] and state in ("reported", "confirmed_zero") else word


def _trend(book: Book, rows: list[dict[str, Any]], window: list[str], series: dict[str, list[float | None]]) -> None:
    columns = [Column("indicator_name", "Indicator", 36), Column("unit_word", "Unit", 14)]
    columns += [Column(quarter, quarter, 13, "unit") for quarter in window]
    lines = [
        {"indicator_name": row["indicator_name"], "unit": row["unit"], "unit_word": wording.unit_text(row["unit"])}
        | dict(zip(window, series.get(row["indicator_code"], [None] * len(window)), strict=True))
        for row in rows
    ]
    about = "Each quarter by itself; the lower bound where only a range is known. A blank cell means: not known."
    book.table("Trend", "Trend over the last eight quarters", about, columns, lines)


def _of(published: Published, name: str, program: str | None) -> list[dict[str, Any]]:
    if not published.has(name):
        return []
    rows = table.rows(published.frame(name))
    return [row for row in rows if program is None or row.get("program_code") == program]
