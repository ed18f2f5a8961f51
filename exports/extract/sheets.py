"""Sheets of the extract's workbook that carry a native chart, and the small ones on a topic each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from exports import trust_sentences, wording
from exports.extract import heard, program_content, sentences
from exports.extract.facts import Facts
from exports.workbook import HEADER, Book, Column

PALE, INK = "#A8C6CF", "#15202B"
#: Fill of a status in a stacked bar; the legend names it.
_STATUS_FILL = {
    "target_met": "#0B5C6B",
    "on_track": "#3E8E9B",
    "improving": "#A8C6CF",
    "no_detectable_change": "#D8DEE4",
    "behind": "#C2504D",
    "worsening": "#7F1D1D",
    "not_assessable": "#B9C0C8",
}
_YEARS = (
    Column("label", "Year", 20, "line"),
    Column("budget", "Budget of the year", 18, "eur"),
    Column("paid", "Paid in the year", 18, "eur"),
    Column("committed", "Committed in the year", 18, "eur"),
    Column("budget_so_far", "Budget so far", 18, "eur"),
    Column("paid_so_far", "Paid so far", 18, "eur"),
    Column("committed_so_far", "Committed so far", 18, "eur"),
)


def paid_against_plan(book: Book, facts: Facts) -> None:
    """The sheet “Paid against plan”: what each year's budget was and what was paid."""
    if not facts.years:
        return
    rows, budget = [], 0
    for year in facts.years:
        budget += year.budget or 0
        rows.append(
            {
                "label": sentences.year_text(facts, year.year),
                "budget": year.budget,
                "paid": year.paid,
                "committed": year.committed,
                "budget_so_far": budget or None,
                "paid_so_far": year.paid_so_far,
                "committed_so_far": year.committed_so_far,
            }
        )
    name = "Paid against plan"
    about = (
        "In euros; only what counts to the goal. Budgets are those of whole years, the running one included. A payment "
        "settles a commitment: never add the two."
    )
    sheet = book.table(name, "Paid against plan, by year", about, _YEARS, rows)
    first, last = book.table_row + 1, book.table_row + len(rows)
    chart = book.chart({"type": "column"})
    for column, title, colour in ((1, "Budget of the year", PALE), (2, "Paid in the year", HEADER)):
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
    chart.set_title({"name": "Budget and payments of each year", "name_font": {"size": 12}})
    chart.set_y_axis({"min": 0, "num_format": '"€"0,,"m"', "major_gridlines": _grid()})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 300})
    said = "; ".join(f"{row['label']}: {wording.money(row['paid'])} of {wording.money(row['budget'])}" for row in rows)
    sheet.insert_chart(last + 2, 0, chart, {"description": f"Columns of paid beside the budget, by year. {said}."})


def progress_by_program(book: Book, facts: Facts) -> None:
    """The sheet “Progress by program”: how many targets of each program stand how."""
    present = [
        status
        for status in _STATUS_FILL
        if any(row["progress_status"] == status and row["target_value"] is not None for row in facts.indicators)
    ]
    rows = []
    for name, members in facts.programs:
        aimed = [row for row in members if row["target_value"] is not None]
        if aimed:
            counts = {status: sum(row["progress_status"] == status for row in aimed) for status in present}
            rows.append({"program_name": name, "targets": len(aimed)} | counts)
    if not rows:
        return
    name = "Progress by program"
    columns = (
        Column("program_name", "Program", 52, "line"),
        Column("targets", "Targets", 10, "count"),
        *(Column(status, wording.PROGRESS[status].capitalize(), 13, "count") for status in present),
    )
    about = "Targets of each program by how they stand. Targets of different programs are never added to one score."
    sheet = book.table(name, f"Progress by program {facts.year}", about, columns, rows)
    sheet.fit_to_pages(1, 1)
    first, last = book.table_row + 1, book.table_row + len(rows)
    chart = book.chart({"type": "bar", "subtype": "stacked"})
    for place, status in enumerate(present, start=2):
        chart.add_series(
            {
                "name": wording.PROGRESS[status].capitalize(),
                "categories": [name, first, 0, last, 0],
                "values": [name, first, place, last, place],
                "fill": {"color": _STATUS_FILL[status]},
                "border": {"color": "#FFFFFF"},
                "gap": 40,
                # Colour alone would tell nothing; noughts are left out.
                "data_labels": {"value": True, "num_format": "0;;;", "font": {"color": _ink(status)}},
            }
        )
    chart.set_title({"name": "Targets by how they stand", "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"min": 0, "major_gridlines": _grid(), "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 980, "height": 120 + 26 * len(rows)})
    said = "Stacked bars: targets of each program by how they stand. The table above has the same numbers."
    sheet.insert_chart(last + 2, 0, chart, {"description": said})


def trust_now_and_then(book: Book, facts: Facts) -> None:
    """The sheet “Trust gap”: each group then and now, with the interval as error bars."""
    rows = facts.trust.headline if facts.trust else []
    if not facts.trust or not rows:
        return
    then, now = str(rows[0]["base_wave_code"]), str(rows[0]["wave_code"])
    lines = []
    for row in rows:
        line = {"group_name": row["group_name"], "goal": row["target_gap_points"], "basis": row["target_basis"]}
        line["status_word"] = wording.progress(row["progress_status"], sign=True)
        for key, wave in (("then", then), ("now", now)):
            gap = facts.trust.gap(row, wave)
            middle, low, high = (gap.get(f"gap_{end}points") for end in ("", "low_", "high_"))
            line |= {key: middle, f"{key}_low": low, f"{key}_high": high}
            line |= {f"{key}_below": _less(middle, low), f"{key}_above": _less(high, middle)}
        lines.append(line)
    name = "Trust gap"
    columns = [Column("group_name", "Group", 36, "line")]
    for key, wave in (("then", then), ("now", now)):
        columns += [
            Column(key, f"Gap {wave} (points)", 12, "gap"),
            *(Column(f"{key}_{end}", word, 9, "gap") for end, word in (("low", "From"), ("high", "To"))),
            *(Column(f"{key}_{end}", word, 9, "gap") for end, word in (("below", "Below"), ("above", "Above"))),
        ]
    columns += [
        Column("goal", "Goal for 2030", 12, "gap"),
        Column("basis", "Goal is", 11, "line"),
        Column("status_word", "Progress", 26, "line"),
    ]
    about = f"{trust_sentences.ABOUT} In {facts.trust.countries}."
    sheet = book.table(name, "The trust gap, then and now", about, columns, lines)
    first, last = book.table_row + 1, book.table_row + len(lines)
    chart = book.chart({"type": "column"})
    for column, title, colour in ((1, then, PALE), (6, now, HEADER)):
        chart.add_series(
            {
                "name": title,
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "fill": {"color": colour},
                "border": {"color": HEADER},
                "gap": 70,
                "y_error_bars": {
                    "type": "custom",
                    "plus_values": _range(name, first, last, column + 4),
                    "minus_values": _range(name, first, last, column + 3),
                    "line": {"color": INK, "width": 1.25},
                },
            }
        )
    chart.set_title({"name": "Gap in points, with intervals", "name_font": {"size": 12}})
    # The axis takes in the ends of the intervals, which no program looks at by itself.
    ends = [float(line[f"{key}_{end}"] or 0) for line in lines for key in ("then", "now") for end in ("low", "high")]
    axis = {"num_format": "0", "major_gridlines": _grid(), "max": 5 * math.ceil(max(ends) / 5) or 5}
    chart.set_y_axis(axis | ({"min": 5 * math.floor(min(ends) / 5)} if min(ends) < 0 else {}))
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 980, "height": 340})
    said = f"Columns of the gap in {then} and {now} by group, with intervals as error bars."
    sheet.insert_chart(last + 2, 0, chart, {"description": said})
    note = "Below and Above: from the gap to the ends of its interval, as the chart's error bars take them."
    book.notes(sheet, last + 21, [note])


def small_sheets(book: Book, facts: Facts) -> None:
    """Leverage, key actions, world goals, signed commentary and programs; each only where there is something."""
    if facts.leverage:
        columns = (
            Column("program_name", "Program", 58, "line"),
            Column("paid_eur", "Paid towards the goal (€)", 20, "eur"),
            Column("cofunding_eur", "Co-funding by others (€)", 20, "eur"),
            Column("leverage", "Co-funding per € paid", 14, "rate"),
            Column("footnote", "Note", 60),
        )
        about = "Co-funding since the start, by the program it went to; it never counts to the goal."
        book.table("Leverage", "Leverage: what others added", about, columns, facts.leverage)
    if facts.key_actions:
        columns = (
            Column("key_action_name", "Key action", 34, "line"),
            Column("key_action_statement", "As the initiative states it", 60),
            *(Column(f"{stage}_count", heading, 12, "count") for stage, heading in heard.ACTION_STAGES.items()),
            Column("recommendations_count", "Recommendations", 20, "count"),
            Column("reports_count", "Reports and data sets", 15, "count"),
            Column("webinars_count", "Webinars", 12, "count"),
        )
        about = "Each action stands at the stage of the newest return that names it; dropped ones do not count."
        book.table("Key actions", "Key actions", about, columns, facts.key_actions)
    goals = program_content.world_goals(facts)
    if goals:
        columns = (
            Column("target", "SDG target", 12, "flag"),
            Column("about", "What it is about", 44, "line"),
            Column("program_name", "Program", 50, "line"),
            Column("indicator_name", "Indicator", 50, "line"),
        )
        rows = [
            {"target": target, "about": program_content.WORLD_GOALS.get(target)} | row
            for target, members in goals
            for row in members
        ]
        about = "A link says what a figure is about; it claims no effect on the goal."
        book.table("SDG links", "Sustainable Development Goals", about, columns, rows)
    if facts.commentary:
        columns = (
            Column("program_name", "Program", 44, "line"),
            Column("period", "Quarter", 11, "flag"),
            Column("comment_kind", "Kind", 14, "line"),
            Column("comment_text", "Words, as they were signed", 90),
            Column("written_on", "Signed on", 14, "date"),
            Column("consent_expires_on", "Consent until", 14, "date"),
        )
        about = "What leads signed for everyone, and stories whose consent allows it. Not computed."
        book.table("Commentary", "Signed commentary", about, columns, facts.commentary)
    if facts.revisions and facts.revisions.rows:
        about = f"Figures shown in release {facts.revisions.since} that are different now, and why."
        rows, columns = facts.revisions.rows, facts.revisions.columns
        sheet = book.table("Revisions", "Revisions since the last extract", about, columns, rows)
        book.notes(sheet, book.table_row + len(rows) + 2, facts.revisions.sentences, "In words")
    if facts.about:
        columns = (
            Column("program_name", "Program", 44),
            Column("purpose", "What it is", 80),
            Column("limitations", "What its figures cannot tell", 60),
        )
        book.table("Programs", "Programs", "What each program is for.", columns, list(facts.about.values()))


def contents(book: Book, sheet: Any, top: int, topics: Sequence[tuple[str, str]]) -> None:
    """Fill the sheet “Contents”: a link to each other sheet, and what is on it."""
    look = book.body(font_color="#1D4E89", underline=1, indent=1)
    others = [(name, title) for name, title in topics if name != "Contents"]
    for row, (name, title) in enumerate(others, start=top + 1):
        book.link(sheet, (row, 0), f"'{name}'!A1", name, look, f"Go to {name}")
        book.text(sheet, row, 1, title, book.body())


def _ink(status: str) -> str:
    return "#FFFFFF" if status in ("target_met", "on_track", "behind", "worsening") else INK


def _less(high: Any, low: Any) -> Any:
    return None if high is None or low is None else round(high - low, 2)


def _range(name: str, first: int, last: int, column: int) -> str:
    letter = chr(ord("A") + column)
    return f"='{name}'!${letter}${first + 1}:${letter}${last + 1}"


def _grid() -> dict[str, Any]:
    return {"visible": True, "line": {"color": "#D5DAE1"}}
