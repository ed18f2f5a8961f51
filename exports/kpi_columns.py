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
    Column("coverage_share_pct", "Share of the last value they cover", 14, "share"),
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
    Column("split_by", "Split by", 26),
    Column("sdg_target", "SDG target", 12, "flag"),
    Column("contributes", "Contributes to", 22),
    Column("indicator_code", "Code", 38),
    Column("version", "Version", 10, "count"),
    Column("effective_from", "Holds from", 12, "line"),
)

_BOUNDS = (
    Column("coverage_met", "Returns in", 10, "count"),
    Column("coverage_due", "Returns due", 10, "count"),
)
REACH = (
    Column("period", "Quarter", 11, "line"),
    Column("program_name", "Program", 54, "line"),
    Column("reach_low", "At least", 15, "count"),
    Column("reach_high", "At most", 15, "count"),
    Column("basis_word", "“At least” rests on", 44, "line"),
    Column("counted_twice", "Known to be in two programs", 15, "count"),
    *_BOUNDS,
    Column("data_word", "Data", 13, "line"),
    Column("footnote", "Note", 60),
)
CONTRIBUTIONS = (
    Column("contribution_name", "Contribution", 20, "line"),
    Column("period", "Quarter", 11, "line"),
    Column("program_name", "Program", 54, "line"),
    Column("people_low", "People, at least", 15, "count"),
    Column("people_high", "People, at most", 15, "count"),
    *_BOUNDS,
    Column("note", "Note", 70),
)
COST = (
    Column("program_name", "Program", 54, "line"),
    Column("indicator_name", "Outcome, or people reached", 44),
    Column("unit_word", "Counted in", 15, "line"),
    Column("level", "Level", 11, "line"),
    Column("paid_eur", "Paid to the program (€)", 17, "eur"),
    Column("value_low", "Number, at least", 14, "count"),
    Column("value_high", "Number, at most", 14, "count"),
    Column("cost_low_eur", "€ per one, at least", 15, "cents"),
    Column("cost_high_eur", "€ per one, at most", 15, "cents"),
    *_BOUNDS,
    Column("footnote", "Note", 50),
)
LEVERAGE = (
    Column("program_name", "Program", 54, "line"),
    Column("paid_eur", "Paid towards the goal (€)", 17, "cents"),
    Column("cofunding_eur", "Co-funding by others (€)", 17, "cents"),
    Column("leverage", "Co-funding per € paid", 15, "rate"),
    *_BOUNDS,
    Column("footnote", "Note", 60),
)
PLAN = (
    Column("dimension", "Split by", 14, "line"),
    Column("member_name", "Part", 54, "line"),
    Column("budget_eur", "Budget (€)", 17, "part"),
    Column("committed_eur", "Committed (€)", 17, "part"),
    Column("paid_eur", "Paid (€)", 17, "part"),
    Column("difference_eur", "Paid less budget (€)", 17, "eur"),
    Column("paid_share_pct", "Share of paid", 12, "share"),
)

HEARD = (
    Column("barrier_name", "Barrier", 36),
    Column("nothing", "Nothing agreed", 16, "flag"),
    Column("heard", "Heard", 14, "flag"),
    Column("heard_unit", "Counted in", 24, "line"),
    Column("first_heard_period", "First heard", 11, "line"),
    Column("last_heard_period", "Last heard", 11, "line"),
    Column("agreed_count", "Actions agreed", 11, "count"),
    Column("under_way_count", "Actions under way", 11, "count"),
    Column("done_count", "Actions done", 11, "count"),
    Column("traced_count", "… traced to a meeting", 13, "count"),
    Column("drafted_count", "Recommended: drafted", 16, "count"),
    Column("recommended_count", "… made", 9, "count"),
    Column("taken_up_count", "… taken up", 12, "count"),
    Column("adopted_count", "… adopted", 12, "count"),
    Column("implemented_count", "… implemented", 16, "count"),
    Column("answering", "Programs that answer it", 60),
)

#: The same over all programs, for readers outside: one column per unit, since units are never added.
HEARD_OF_ALL = (
    Column("barrier_name", "Barrier", 36),
    Column("nothing", "Nothing agreed", 16, "flag"),
    Column("roundtables_count", "Roundtables naming it", 15, "count"),
    Column("dialogues_count", "Dialogues naming it", 12, "count"),
    Column("findings_count", "Findings about it", 12, "count"),
    Column("patients", "Answers of patients", 22, "flag"),
    Column("respondents", "Answers in polls", 22, "flag"),
    Column("first_heard_period", "First heard", 11, "line"),
    Column("last_heard_period", "Last heard", 11, "line"),
    Column("agreed_count", "Actions agreed", 11, "count"),
    Column("under_way_count", "Actions under way", 11, "count"),
    Column("done_count", "Actions done", 11, "count"),
    Column("recommended_count", "Recommended: made", 16, "count"),
    Column("taken_up_count", "… taken up", 12, "count"),
    Column("adopted_count", "… adopted", 12, "count"),
    Column("implemented_count", "… implemented", 16, "count"),
)

KEY_ACTIONS = (
    Column("key_action_name", "Key action", 44, "line"),
    Column("kind_word", "What serves it", 17, "line"),
    Column("item_name", "Name", 60),
    Column("shown", "Last value", 15, "flag"),
    Column("unit_word", "Unit", 17, "line"),
    Column("stage_word", "Stage", 14, "line"),
    Column("stage_on", "Stage since", 14, "date"),
    Column("country_code", "Country", 9, "flag"),
    Column("period", "Quarter", 11, "line"),
    Column("program_name", "Program", 54, "line"),
    Column("item_code", "Code or number", 40, "line"),
)

NAMED = (
    Column("item_name", "Name", 50),
    Column("kind_word", "What it is", 15, "line"),
    Column("stage_word", "Stage", 14, "line"),
    Column("barrier_names", "Barriers it answers", 54),
    Column("detail_word", "Year, kind or role", 28, "line"),
    Column("place_name", "Place", 24, "line"),
    Column("country_code", "Country", 9, "flag"),
    Column("period", "Quarter", 11, "line"),
    Column("partner_name", "Reported by", 40, "line"),
    Column("program_name", "Program", 54, "line"),
    Column("item_code", "Partner's number", 20, "line"),
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
