"""Columns of the program lead's sheets: headings and widths in one place, no logic."""

from __future__ import annotations

from exports.workbook import Column

BREAKDOWNS = (
    Column("indicator_name", "Indicator", 36),
    Column("period", "Quarter", 10),
    Column("span_word", "Covers", 19),
    Column("dimension", "Broken down by", 17),
    Column("member_name", "Part", 34),
    Column("value", "Value", 14, "unit"),
    Column("value_low", "At least", 14, "unit"),
    Column("value_high", "At most", 14, "unit"),
    Column("unit_word", "Unit", 14),
)

QUARTERS = (
    Column("indicator_name", "Indicator", 34),
    Column("period", "Quarter", 10),
    Column("span_word", "Covers", 19),
    Column("value", "Value", 14, "unit"),
    Column("value_low", "At least", 14, "unit"),
    Column("value_high", "At most", 14, "unit"),
    Column("unit_word", "Unit", 13),
    Column("coverage_met", "Returns in", 9, "count"),
    Column("coverage_due", "Returns due", 9, "count"),
    Column("data_word", "Data", 11),
    Column("baseline_value", "Baseline", 12, "unit"),
    Column("target_value", "Target", 13, "unit"),
    Column("target_year", "Target year", 9, "year"),
    Column("target_basis", "Target basis", 11),
    Column("planned_value", "Planned by now", 13, "unit"),
    Column("attainment_pct", "Attained", 10, "pct"),
    Column("required_per_year", "Needed per year", 13, "unit"),
    Column("observed_per_year", "Seen per year", 13, "unit"),
    Column("forecast_2030", "Forecast 2030", 13, "unit"),
    Column("forecast_2030_low", "Forecast at least", 13, "unit"),
    Column("forecast_2030_high", "Forecast at most", 13, "unit"),
    Column("progress_word", "Progress", 14),
    Column("program_code", "Program code", 15),
    Column("indicator_code", "Indicator code", 26),
    Column("span", "Span code", 13),
    Column("origin_submissions", "From submissions", 30),
    Column("footnote", "Note", 40),
)

DEFINITIONS = (
    Column("name", "Indicator", 32),
    Column("definition", "What it counts", 50),
    Column("unit_word", "Unit", 13),
    Column("kind_word", "How it adds up", 26),
    Column("level", "Level", 10),
    Column("better", "Better is", 9),
    Column("numerator", "Numerator", 24),
    Column("denominator", "Denominator", 24),
    Column("means_of_verification", "Verified by", 28),
    Column("limits", "Limits", 40),
    Column("indicator_code", "Code", 27),
    Column("version", "Version", 8, "count"),
)

INVESTMENT = (
    Column("year", "Year", 9, "year"),
    Column("pillar", "Pillar", 20),
    Column("program", "Program", 34),
    Column("country", "Country", 18),
    Column("kind", "Kind", 18),
    Column("counts_to_goal", "Counts to the goal", 12, "flag"),
    Column("budget_eur", "Budget", 16, "eur"),
    Column("committed_eur", "Committed", 16, "eur"),
    Column("paid_eur", "Paid", 16, "eur"),
)

GRANTS = (
    Column("program", "Program", 40),
    Column("period", "Quarter", 10),
    Column("reported_eur", "Reported by the program", 17, "eur"),
    Column("paid_eur", "Paid by the ledger", 17, "eur"),
    Column("difference_eur", "Difference", 15, "eur"),
    Column("status_word", "Result", 22),
)

KINDS = {
    "flow": "flow: quarters and partners add up",
    "stock": "stock: the last quarter counts, partners add up",
    "ratio": "ratio: sum of numerators by sum of denominators",
    "reach": "reach: people, given as bounds",
    "survey": "survey estimate: waves are compared, never added",
}
