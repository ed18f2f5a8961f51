"""The annual extract as a workbook: one page first, then the figures behind it."""

from __future__ import annotations

from typing import Any

from exports import heard_sheet, kpi_headline, pace_sheet, trust_sheets, verdict, wording
from exports.extract import methods, sentences, sheets
from exports.extract.facts import Facts
from exports.kpi_columns import KINDS
from exports.workbook import HEADER, Book, Column

_INDICATORS = (
    Column("program_name", "Program", 36),
    Column("indicator_name", "Indicator", 44),
    Column("shown", "Value", 18),
    Column("unit_word", "Unit", 15, "line"),
    Column("covers", "Covers", 27, "line"),
    Column("target_value", "Target", 15, "unit"),
    Column("target_year", "Target year", 9, "year"),
    Column("target_basis", "Target is", 12, "line"),
    Column("attainment_pct", "Attained", 12, "attained"),
    Column("returns", "Returns in", 12, "flag"),
    Column("data_word", "Data", 20, "line"),
    Column("progress_word", "Progress", 19, "line"),
    Column("note", "Note", 34),
)
_PARTS = (
    Column("dimension", "Split by", 14),
    Column("name", "Part", 54, "line"),
    Column("budget_eur", "Budget (€)", 17, "part"),
    Column("paid_eur", "Paid (€)", 17, "part"),
    Column("committed_eur", "Committed (€)", 17, "part"),
    Column("difference_eur", "Paid less budget (€)", 17, "eur"),
    Column("paid_share_pct", "Share of paid", 12, "share"),
)
_DEFINITIONS = (
    Column("indicator_name", "Indicator", 34),
    Column("definition", "What it counts", 60),
    Column("unit_word", "Unit", 14),
    Column("kind_word", "How it adds up", 32),
    Column("limits", "Limits", 50),
    Column("sdg_target", "SDG target", 12, "flag"),
    Column("version", "Version", 10, "count"),
    Column("effective_from", "Holds from", 12, "line"),
    Column("target_source", "Where the target comes from", 34),
    Column("indicator_code", "Code", 40),
)


_TARGETS = (
    "Targets marked “assumed” are planning assumptions, not published promises. Attained: how much of the way from the "
    "baseline is done; “≥” where it rests on the worse bound of a range."
)


def extract_workbook(facts: Facts) -> bytes:
    """The workbook as bytes."""
    book = Book(f"Annual progress extract {facts.year}", facts.as_of, facts.synthetic)
    _first(book, facts)
    index, top = book.sheet("Contents", "Contents", "One sheet per topic; the same figures as in the PDF and page.", 1)
    index.set_column(0, 0, 26)
    index.set_column(1, 1, 80)
    _indicators(book, facts)
    sheets.progress_by_program(book, facts)
    if facts.is_latest:
        pace_sheet.add(book, facts.indicators)
    sheets.paid_against_plan(book, facts)
    parts = [row | {"dimension": dimension} for dimension, rows in facts.parts.items() for row in rows]
    if parts:
        about = (
            "In euros, since the start; only what counts to the goal. Budgets are split by country where they "
            "name one, never by kind. A payment settles a commitment: never add the two."
        )
        book.table("Investment", "Investment by part", about, _PARTS, parts, freeze_columns=0)
    if facts.trust:
        sheets.trust_now_and_then(book, facts)
        trust_sheets.add(book, facts.trust)
    heard_sheet.add_for_all(book, facts.heard)
    sheets.small_sheets(book, facts)
    _methods(book, facts)
    _definitions(book, facts)
    sheets.contents(book, index, top, book.topics)
    return book.close()


def _first(book: Book, facts: Facts) -> None:
    about = f"Closing the trust gap in healthcare. As of {wording.day_text(facts.as_of)}, build {facts.build_id}."
    sheet, top = book.sheet("At a glance", f"Annual progress extract {facts.year}", about, 6)
    sheet.set_column(0, 6, 20)
    sheet.fit_to_pages(1, 1)
    figures = sentences.headline_figures(facts)
    for column, (label, figure, remark) in enumerate(figures):
        book.text(sheet, top, column, label, book.format(font_color="#4B5563", top=5, top_color=HEADER))
        size = 20 if len(figure) < 10 else 13
        look = book.format(bold=True, font_size=size, font_color=HEADER, valign="vcenter")
        book.text(sheet, top + 1, column, figure, look)
        book.text(sheet, top + 2, column, remark, book.format(font_size=9, font_color="#4B5563", text_wrap=True))
    if figures:
        sheet.set_row(top + 1, 30)
        sheet.set_row(top + 2, 38)
    row = top + 4
    line = book.format(text_wrap=True, valign="vcenter")
    for heading, said in sentences.first_page_parts(facts):
        book.text(sheet, row, 0, heading, book.format(bold=True, font_color=HEADER, valign="vcenter"))
        sheet.set_row(row, 20)
        for sentence in said:
            row += 1
            sheet.merge_range(row, 0, row, 6, "", line)
            book.text(sheet, row, 0, f"• {sentence}", line)
            sheet.set_row(row, 16 * -(-len(sentence) // 135) + 1)
        row += 1
    _years(book, sheet, row + 1, facts)
    sheet.activate()


def _years(book: Book, sheet: Any, row: int, facts: Facts) -> None:
    heads = ("Year", "Budget", "Paid in the year", "Paid so far", "Committed in the year", "Committed so far", "Goal")
    for column, head in enumerate(heads):
        book.text(sheet, row, column, head, book.heading("right" if column else "left"))
    sheet.set_row(row, 32)
    euros = book.body(num_format='"€"#,##0;-"€"#,##0', align="right", indent=1)
    aim = facts.goal.get("goal_eur")
    for line, year in enumerate(facts.years, start=row + 1):
        book.text(sheet, line, 0, sentences.year_text(facts, year.year), book.body(bold=True, indent=1))
        amounts = (year.budget, year.paid, year.paid_so_far, year.committed, year.committed_so_far, aim)
        for column, amount in enumerate(amounts, start=1):
            book.value(sheet, line, column, wording.NO_DATA if amount is None else amount, euros)
    if not facts.years or aim is None:
        return
    first, last = row + 1, row + len(facts.years)
    name = "At a glance"
    chart = book.chart({"type": "column"})
    for column, title, colour in ((3, "Paid so far", HEADER), (5, "Committed so far", "#A8C6CF")):
        chart.add_series(
            {
                "name": title,
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "fill": {"color": colour},
                "border": {"color": HEADER},
                "gap": 60,
            }
        )
    line_chart = book.chart({"type": "line"})
    line_chart.add_series(
        {
            "name": "Goal",
            "categories": [name, first, 0, last, 0],
            "values": [name, first, 6, last, 6],
            "line": {"color": "#15202B", "width": 2, "dash_type": "dash"},
        }
    )
    chart.combine(line_chart)
    chart.set_title({"name": "Since the start, up to the end of each year", "name_font": {"size": 12}})
    chart.set_y_axis(
        {"min": 0, "num_format": '"€"0,,"m"', "major_gridlines": {"visible": True, "line": {"color": "#D5DAE1"}}}
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 1010, "height": 260})
    description = f"Columns of paid and committed since the start, by year, against the goal of {wording.money(aim)}."
    sheet.insert_chart(last + 2, 0, chart, {"description": description})


def _indicators(book: Book, facts: Facts) -> None:
    rows = []
    for row in facts.indicators:
        words = {
            "unit_word": wording.unit_text(row["unit"]),
            "covers": wording.covers(row),
            "returns": wording.coverage(row["coverage_met"], row["coverage_due"]),
            "data_word": wording.data_status(row["data_status"]) + (", revised" if row.get("is_revised") else ""),
            "progress_word": wording.progress(row["progress_status"], sign=True),
            "shown": wording.value_text(row),
            "note": verdict.note(row),
        }
        rows.append(row | words)
    about = f"Headline figures of {facts.year}. Ranges are written low–high; “no data” does not mean zero."
    sheet = book.table("Indicators", f"Indicators {facts.year}", about, _INDICATORS, rows, freeze_columns=2)
    book.text(sheet, book.table_row, 2, "Value", book.heading("right"))
    for line, row in enumerate(rows, start=book.table_row + 1):
        kpi_headline.write_value(book, sheet, (line, 2), row)
    book.notes(sheet, book.table_row + len(rows) + 2, [_TARGETS, *verdict.explained(rows)])


def _methods(book: Book, facts: Facts) -> None:
    columns = (Column("term", "Subject", 28), Column("text", "How the figures came to be", 110))
    rows = [{"term": term, "text": text} for term, text in methods.methods(facts)]
    book.table("Methods", "Methods", "Where the figures come from, and what they cannot tell.", columns, rows)


def _definitions(book: Book, facts: Facts) -> None:
    shown = {row["indicator_code"] for row in facts.indicators}
    rows = [
        row | {"unit_word": wording.unit_text(row.get("unit")), "kind_word": KINDS.get(str(row.get("kind")))}
        for row in facts.definitions
        if row["indicator_code"] in shown
    ]
    book.table("Definitions", "Definitions", "What each indicator counts.", _DEFINITIONS, rows)
