"""Columns of the program lead's sheets: headings and widths in one place, no logic."""

from __future__ import annotations

from exports.workbook import Column

#: In front of the others where a sheet shows several programs.
PROGRAM = Column("program_name", "Program", 34)
PROGRAM_LINE = Column("program_name", "Program", 54, "line")

BREAKDOWNS = (
    Column("indicator_name", "Indicator", 44),
    Column("period", "Quarter", 11, "line"),
    Column("span_word", "Covers", 27, "line"),
    Column("dimension", "Broken down by", 19, "line"),
    Column("member_name", "Part", 36),
    Column("value", "Value", 15, "unit"),
    Column("value_low", "At least", 15, "unit"),
    Column("value_high", "At most", 15, "unit"),
    Column("unit_word", "Unit", 15, "line"),
)

PACE = (
    Column("indicator_name", "Indicator", 44),
    Column("unit_word", "Unit", 15, "line"),
    Column("judged", "Reached", 18, "flag"),
    Column("target_value", "Target", 15, "unit"),
    Column("target_year", "Target year", 9, "year"),
    Column("target_basis", "Target is", 12, "line"),
    Column("attainment_pct", "Attained", 12, "attained"),
    Column("planned_value", "Planned by now", 15, "unit"),
    Column("required_per_year", "Needed per year", 15, "per_year"),
    Column("observed_per_year", "So far per year", 15, "per_year"),
    Column("forecast_2030", "Forecast for 2030", 15, "unit"),
    Column("forecast_2030_low", "Forecast at least", 15, "unit"),
    Column("forecast_2030_high", "Forecast at most", 15, "unit"),
    Column("progress_word", "Progress", 18, "line"),
)

#: How many columns of ``QUARTERS`` are printed; what follows is for filters and for tracing a figure back.
QUARTERS_PRINTED = 22
QUARTERS = (
    Column("indicator_name", "Indicator", 44, "line"),
    Column("period", "Quarter", 11, "line"),
    Column("span_word", "Covers", 27, "line"),
    Column("value", "Value", 15, "unit"),
    Column("value_low", "At least", 15, "unit"),
    Column("value_high", "At most", 15, "unit"),
    Column("unit_word", "Unit", 15, "line"),
    Column("coverage_met", "Returns in", 10, "count"),
    Column("coverage_due", "Returns due", 10, "count"),
    Column("coverage_share_pct", "Share of the last value they cover", 14, "percent"),
    Column("data_word", "Data", 13, "line"),
    Column("baseline_value", "Baseline", 12, "unit"),
    Column("target_value", "Target", 15, "unit"),
    Column("target_year", "Target year", 9, "year"),
    Column("target_basis", "Target is", 12, "line"),
    Column("attainment_pct", "Attained", 12, "attained"),
    Column("planned_value", "Planned by now", 15, "unit"),
    Column("required_per_year", "Needed per year", 15, "per_year"),
    Column("observed_per_year", "So far per year", 15, "per_year"),
    Column("forecast_2030", "Forecast for 2030", 15, "unit"),
    Column("progress_word", "Progress", 17, "line"),
    Column("note", "Note", 40, "line"),
    Column("forecast_2030_low", "Forecast at least", 15, "unit"),
    Column("forecast_2030_high", "Forecast at most", 15, "unit"),
    Column("program_code", "Program code", 22, "line"),
    Column("indicator_code", "Indicator code", 38, "line"),
    Column("span", "Span code", 14, "line"),
    Column("origin_submissions", "From returns", 40, "line"),
)

DEFINITIONS = (
    Column("name", "Indicator", 36),
    Column("definition", "What it counts", 52),
    Column("unit_word", "Unit", 15),
    Column("kind_word", "How it adds up", 30),
    Column("level", "Level", 12),
    Column("better", "Better is", 12),
    Column("numerator", "Numerator", 26),
    Column("denominator", "Denominator", 26),
    Column("target_source", "Where the target comes from", 34),
    Column("means_of_verification", "Verified by", 34),
    Column("limits", "Limits", 44),
    Column("indicator_code", "Code", 38),
    Column("version", "Version", 10, "count"),
)

BARRIERS = (
    Column("barrier_name", "Barrier", 46),
    Column("heard", "Heard", 15, "flag"),
    Column("heard_unit", "Counted in", 26, "line"),
    Column("answered_count", "Answered by (activities)", 16, "count"),
)

INVESTMENT = (
    Column("year", "Year", 9, "year"),
    Column("pillar", "Pillar", 54, "line"),
    Column("program", "Program", 54, "line"),
    Column("country", "Country", 24, "line"),
    Column("kind_word", "Kind of contribution", 22, "line"),
    Column("counts_to_goal", "Counts to the goal", 12, "flag"),
    Column("budget_eur", "Budget (€)", 17, "part"),
    Column("committed_eur", "Committed (€)", 17, "part"),
    Column("paid_eur", "Paid (€)", 17, "part"),
)

GRANTS = (
    Column("program", "Program", 54, "line"),
    Column("period", "Quarter", 11, "line"),
    Column("reported_eur", "Reported by the program (€)", 18, "cents"),
    Column("paid_eur", "Paid by the ledger (€)", 18, "cents"),
    Column("difference_eur", "Reported minus paid (€)", 18, "cents"),
    Column("status_word", "Result", 40, "line"),
)

COFUNDING = (
    Column("cofunding_id", "Contribution", 18, "line"),
    Column("funder_name", "Funder", 36, "line"),
    Column("cofunding_date", "Date", 14, "date"),
    Column("period", "Quarter", 11, "line"),
    Column("program", "Program", 54, "line"),
    Column("kind_word", "Kind of contribution", 22, "line"),
    Column("cofunding_native", "Amount, own currency", 18, "native"),
    Column("currency_code", "Currency", 11, "line"),
    Column("rate", "Rate per €1", 12, "rate"),
    Column("rate_date", "Rate of", 14, "date"),
    Column("cofunding_eur", "Amount (€)", 17, "cents"),
    Column("submission_id", "Return", 16, "line"),
    Column("source_sheet", "Sheet", 16, "line"),
    Column("source_row", "Row", 8, "year"),
)

ENTRIES = (
    Column("entry_id", "Entry", 42, "line"),
    Column("type_word", "Type", 14, "line"),
    Column("entry_date", "Date", 14, "date"),
    Column("period", "Quarter", 11, "line"),
    Column("program", "Program", 54, "line"),
    Column("pillar", "Pillar", 54, "line"),
    Column("country", "Country", 24, "line"),
    Column("kind_word", "Kind of contribution", 22, "line"),
    Column("counts_to_goal", "Counts to the goal", 12, "flag"),
    Column("commitment_id", "Pays commitment", 18, "line"),
    Column("description", "Description", 48, "line"),
    Column("entry_native", "Amount, own currency", 18, "native"),
    Column("currency_code", "Currency", 11, "line"),
    Column("rate", "Rate per €1", 12, "rate"),
    Column("rate_date", "Rate of", 14, "date"),
    Column("entry_eur", "Amount (€)", 17, "cents"),
    Column("submission_id", "Return", 16, "line"),
    Column("source_sheet", "Sheet", 16, "line"),
    Column("source_row", "Row", 8, "year"),
)

KINDS = {
    "flow": "flow: quarters and partners add up",
    "stock": "stock: the last quarter counts, partners add up",
    "ratio": "ratio: sum of numerators by sum of denominators",
    "reach": "reach: people, given as bounds",
    "survey": "survey estimate: waves are compared, never added",
}
