"""The annual extract as a workbook: one page first, then the figures behind it."""

from __future__ import annotations

from typing import Any

from exports import annual_sentences, kpi_headline, wording
from exports.annual_facts import Facts
from exports.kpi_columns import KINDS
from exports.workbook import HEADER, Book, Column

_INDICATORS = (
    Column("program_name", "Program", 28),
    Column("indicator_name", "Indicator", 34),
    Column("shown", "Value", 18),
    Column("unit_word", "Unit", 14),
    Column("covers", "Covers", 18),
    Column("target_value", "Target", 14, "unit"),
    Column("target_year", "Target year", 9, "year"),
    Column("target_basis", "Target is", 11),
    Column("attainment_pct", "Attained", 10, "pct"),
    Column("returns", "Returns in", 10, "flag"),
    Column("data_word", "Data", 12),
    Column("progress_word", "Progress", 16),
    Column("footnote", "Note", 36),
)
_PARTS = (
    Column("dimension", "Split by", 14),
    Column("name", "Part", 40),
    Column("paid_eur", "Paid", 16, "eur"),
    Column("committed_eur", "Committed", 16, "eur"),
    Column("budget_eur", "Budget", 16, "eur"),
)
_DEFINITIONS = (
    Column("indicator_name", "Indicator", 34),
    Column("definition", "What it counts", 60),
    Column("unit_word", "Unit", 14),
    Column("kind_word", "How it adds up", 28),
    Column("limits", "Limits", 50),
    Column("indicator_code", "Code", 28),
)


def annual_workbook(facts: Facts) -> bytes:
    """The workbook as bytes."""
    book = Book(f"Annual progress extract {facts.year}", facts.as_of, facts.synthetic)
    _first(book, facts)
    _indicators(book, facts)
    parts = [row | {"dimension": dimension} for dimension, rows in facts.parts.items() for row in rows]
    if parts:
        about = "In euros, since the start; only what counts to the goal."
        book.table("Investment", "Investment by part", about, _PARTS, parts, freeze_columns=0)
    _methods(book, facts)
    _definitions(book, facts)
    return book.close()


def _first(book: Book, facts: Facts) -> None:
    about = f"Closing the trust gap in healthcare. As of {wording.day_text(facts.as_of)}, build {facts.build_id}."
    sheet, top = book.sheet("At a glance", f"Annual progress extract {facts.year}", about, 5)
    sheet.set_column(0, 5, 21)
    figures = annual_sentences.headline_figures(facts)
    for column, (label, figure, remark) in enumerate(figures):
        book.text(sheet, top, column, label, book.format(font_color="#4B5563", top=5, top_color=HEADER))
        book.text(sheet, top + 1, column, figure, book.format(bold=True, font_size=20, font_color=HEADER))
        book.text(sheet, top + 2, column, remark, book.format(font_size=9, font_color="#4B5563", text_wrap=True))
    if figures:
        sheet.set_row(top + 1, 30)
        sheet.set_row(top + 2, 26)
    row = top + 4
    line = book.format(text_wrap=True, valign="vcenter")
    for sentence in annual_sentences.first_page(facts):
        sheet.merge_range(row, 0, row, 5, "", line)
        book.text(sheet, row, 0, f"• {sentence}", line)
        sheet.set_row(row, 16 if len(sentence) < 115 else 31)
        row += 1
    _years(book, sheet, row + 1, facts)
    sheet.activate()


def _years(book: Book, sheet: Any, row: int, facts: Facts) -> None:
    heads = ("Year", "Paid in the year", "Paid so far", "Committed in the year", "Committed so far", "Goal")
    for column, head in enumerate(heads):
        book.text(sheet, row, column, head, book.heading("right" if column else "left"))
    euros = book.body(num_format='"€"#,##0;-"€"#,##0', align="right")
    aim = facts.goal.get("goal_eur")
    for line, year in enumerate(facts.years, start=row + 1):
        book.text(sheet, line, 0, str(year.year), book.body(bold=True, indent=1))
        amounts = (year.paid, year.paid_so_far, year.committed, year.committed_so_far, aim)
        for column, amount in enumerate(amounts, start=1):
            book.value(sheet, line, column, wording.NO_DATA if amount is None else amount, euros)
    if not facts.years or aim is None:
        return
    first, last = row + 1, row + len(facts.years)
    name = "At a glance"
    chart = book.chart({"type": "column"})
    for column, title, colour in ((2, "Paid so far", HEADER), (4, "Committed so far", "#A8C6CF")):
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
            "values": [name, first, 5, last, 5],
            "line": {"color": "#15202B", "width": 2, "dash_type": "dash"},
        }
    )
    chart.combine(line_chart)
    chart.set_title({"name": "Since the start, up to the end of each year", "name_font": {"size": 12}})
    chart.set_y_axis(
        {"min": 0, "num_format": '"€"0,,"m"', "major_gridlines": {"visible": True, "line": {"color": "#D5DAE1"}}}
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 920, "height": 300})
    description = f"Columns of paid and committed since the start, by year, against the goal of {wording.money(aim)}."
    sheet.insert_chart(last + 2, 0, chart, {"description": description})


def _indicators(book: Book, facts: Facts) -> None:
    rows = []
    for row in facts.indicators:
        words = {
            "unit_word": wording.unit_text(row["unit"]),
            "covers": wording.span_text(row["span"], row["kind"], row["period"]),
            "returns": wording.coverage(row["coverage_met"], row["coverage_due"]),
            "data_word": wording.data_status(row["data_status"]),
            "progress_word": wording.progress(row["progress_status"], sign=True),
            "shown": wording.value_text(row),
        }
        rows.append(row | words)
    about = f"Headline figures of {facts.year}. Ranges are written low–high; “no data” does not mean zero."
    sheet = book.table("Indicators", f"Indicators {facts.year}", about, _INDICATORS, rows, freeze_columns=2)
    book.text(sheet, book.table_row, 2, "Value", book.heading("right"))
    for line, row in enumerate(rows, start=book.table_row + 1):
        kpi_headline.write_value(book, sheet, (line, 2), row, valign="top")


def _methods(book: Book, facts: Facts) -> None:
    columns = (Column("term", "Subject", 28), Column("text", "How the figures came to be", 110))
    rows = [{"term": term, "text": text} for term, text in annual_sentences.methods(facts)]
    book.table("Methods", "Methods", "Where the figures come from, and what they cannot tell.", columns, rows)


def _definitions(book: Book, facts: Facts) -> None:
    shown = {row["indicator_code"] for row in facts.indicators}
    rows = [
        row | {"unit_word": wording.unit_text(row.get("unit")), "kind_word": KINDS.get(str(row.get("kind")))}
        for row in facts.definitions
        if row["indicator_code"] in shown
    ]
    book.table("Definitions", "Definitions", "What each indicator counts.", _DEFINITIONS, rows)
