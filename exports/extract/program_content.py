"""The extract's sections on programs: each with its figures, outcomes apart from outputs, then pace and world goals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports import verdict, wording
from exports.extract import charts, sentences
from exports.extract.document import Block, Cell, Column, Quote, Says, Section, Table, Text
from exports.extract.facts import Facts

#: Order of reading, heading of the table, and what the word means.
LEVELS = {
    "impact": ("Impact", "what the initiative is for"),
    "outcome": ("Outcomes", "what changed for people"),
    "output": ("Outputs", "what the program did"),
    "input": ("Inputs", "what was put in"),
}
#: What the United Nations' targets are about, in short.
WORLD_GOALS = {
    "3.8": "universal health coverage",
    "3.c": "the health workforce",
    "4.3": "access to vocational and higher education",
    "4.4": "skills for work",
    "8.5": "full employment and decent work",
    "9.5": "research",
    "10.2": "inclusion of all",
    "10.3": "equal opportunities",
    "16.7": "inclusive decisions",
    "17.16": "the global partnership",
    "17.17": "partnerships of public, private and civil society",
    "17.18": "data",
}
_COLUMNS = (
    Column("Indicator", 2.5),
    Column("Value", 1.3, True),
    Column("Target", 1.3, True),
    Column("Attained", 0.8, True),
    Column("Returns", 0.85),
    Column("Data", 1.0),
    Column("Progress", 1.45),
)


def programs(facts: Facts) -> Section:
    """A section per program."""
    about = (
        f"State at the end of {facts.last_month}. Outcomes are what changed for people, outputs what a program did, "
        "inputs what was put in; they are never added. Targets marked “assumed” are planning assumptions. A range "
        "low–high holds the true value; “≥” means: at least, by the worse bound."
    )
    sections = tuple(_program(facts, name, rows) for name, rows in facts.programs)
    return Section("programs", "Programs", (Text(about, quiet=True),), sections, apart=True)


def _program(facts: Facts, name: str, rows: Sequence[dict[str, Any]]) -> Section:
    code = str(rows[0]["program_code"])
    about = facts.about.get(code, {})
    blocks: list[Block] = []
    if about.get("purpose"):
        blocks.append(Text(str(about["purpose"])))
    blocks.append(Says(tuple(sentences.program_sentences(facts, code, rows))))
    for level, (heading, meaning) in LEVELS.items():
        members = [row for row in rows if row.get("level") == level]
        if members:
            blocks.append(_table(name, f"{heading}: {meaning}", members))
    others = [row for row in rows if row.get("level") not in LEVELS]
    if others:
        blocks.append(_table(name, "Other indicators", others))
    in_order = sorted(
        rows, key=lambda row: [*LEVELS].index(row["level"]) if row.get("level") in LEVELS else len(LEVELS)
    )
    chart = charts.progress_chart(code, in_order)
    if chart:
        blocks.append(chart)
    if about.get("limitations"):
        blocks.append(Text(f"Limits: {about['limitations']}", quiet=True))
    blocks += [_quote(row) for row in facts.commentary if row["program_code"] == code]
    return Section(f"program-{code}", name, tuple(block for block in blocks if block != Says(())))


def _quote(row: dict[str, Any]) -> Quote:
    day, quarter = wording.day_text(row["written_on"]), wording.quarter_text(str(row["period"]))
    if row["comment_kind"] == "story":
        until = f", until {wording.day_text(row['consent_expires_on'])}" if row["consent_expires_on"] else ""
        about = f"A story somebody agreed to have told to everyone{until}. Written down on {day}, on {quarter}."
    else:
        about = f"Signed by the program’s lead on {day}, on {quarter}. Not computed."
    return Quote(str(row["comment_text"]), about)


def _table(program: str, caption: str, rows: Sequence[dict[str, Any]]) -> Table:
    return Table(f"{program}: {caption}", _COLUMNS, tuple(_line(row) for row in rows), caption)


def _line(row: dict[str, Any]) -> tuple[Cell, ...]:
    value, status = wording.value_text(row), str(row["progress_status"])
    why = verdict.reason(row)
    notes = [_detail(row)] + ([str(row["footnote"])] if row.get("footnote") else [])
    return (
        Cell(str(row["indicator_name"]), tuple(notes)),
        Cell(value, (), "none" if value == wording.NO_DATA else "main"),
        _target(row),
        Cell(verdict.attained(row)),
        Cell(wording.coverage(row["coverage_met"], row["coverage_due"])),
        Cell(wording.data_status(row["data_status"]), ("revised",) if row.get("is_revised") else ()),
        Cell(wording.progress(status, sign=True), (why,) if why else (), status),
    )


def _detail(row: dict[str, Any]) -> str:
    covers = wording.covers(row)
    return covers if row["unit"] in ("EUR", "percent") else f"{wording.unit_text(row['unit'])}, {covers}"


def _target(row: dict[str, Any]) -> Cell:
    if row["target_value"] is None:
        return Cell("no target", (), "none")
    by_year = f"by {int(row['target_year'])}" if row["target_year"] else ""
    remark = ", ".join(part for part in (by_year, row["target_basis"] or "") if part)
    return Cell(wording.quantity(row["target_value"], row["unit"]), (remark,) if remark else ())


def pace(facts: Facts) -> Section:
    """What is needed per year beside what there has been; in the newest extract only."""
    rows = [row for row in facts.indicators if row.get("required_per_year") is not None]
    if not rows or not facts.is_latest:
        return Section("pace", "Pace and forecast")
    columns = (
        Column("Indicator", 2.2),
        Column("Needed per year", 1, True),
        Column("So far per year", 1, True),
        Column("Forecast for 2030", 1, True),
        Column("95% range", 1.25, True),
        Column("Target", 0.9, True),
    )
    about = (
        "What is missing to each target, spread over the time left, beside what there has been; and where the average "
        "quarter, or the line through the quarters of a level, would lead. A dash means: cannot be worked out. "
        "* assumed target."
    )
    table = Table("Indicators with a target", columns, tuple(_pace(row) for row in rows), "Indicators with a target")
    return Section("pace", "Pace and forecast", (Text(about, quiet=True), table))


def _pace(row: dict[str, Any]) -> tuple[Cell, ...]:
    unit = row["unit"]
    low, high = row["forecast_2030_low"], row["forecast_2030_high"]
    worked_out = (
        wording.per_year(row["observed_per_year"], unit),
        wording.rounded(row["forecast_2030"], unit),
        wording.between(wording.whole(low, unit), wording.whole(high, unit), unit),
    )
    star = "*" if row["target_basis"] == "assumed" else ""
    return (
        Cell(str(row["indicator_name"])),
        Cell(wording.per_year(row["required_per_year"], unit)),
        *(Cell("–" if text == wording.NO_DATA else text) for text in worked_out),
        Cell(wording.quantity(row["target_value"], unit) + star),
    )


def goals_of_the_world(facts: Facts) -> Section:
    """Which of the United Nations' goals the indicators speak to, as their definitions declare."""
    lines = [
        (
            Cell(target, (WORLD_GOALS[target],) if target in WORLD_GOALS else ()),
            Cell("; ".join(sorted({str(row["program_name"]) for row in rows}))),
            Cell("; ".join(str(row["indicator_name"]) for row in rows)),
        )
        for target, rows in world_goals(facts)
    ]
    if not lines:
        return Section("sdg", "Sustainable Development Goals")
    about = (
        "Targets of the United Nations’ Sustainable Development Goals that indicators are declared to speak to. A link "
        "says what a figure is about; it claims no effect on the goal."
    )
    columns = (Column("Target", 1.1), Column("Programs", 2), Column("Indicators", 3))
    table = Table("SDG targets", columns, tuple(lines))
    return Section("sdg", "Sustainable Development Goals", (Text(about, quiet=True), table))


def world_goals(facts: Facts) -> list[tuple[str, list[dict[str, Any]]]]:
    """Targets of the world's goals in their order, and the indicators declared to speak to each."""
    shown = {row["indicator_code"]: row for row in facts.indicators}
    declared: dict[str, list[dict[str, Any]]] = {}
    for row in facts.definitions:
        if row.get("sdg_target") and row["indicator_code"] in shown:
            for target in str(row["sdg_target"]).split(";"):
                declared.setdefault(target.strip(), []).append(shown[row["indicator_code"]])
    return sorted(declared.items(), key=lambda entry: _place(entry[0]))


def _place(target: str) -> tuple[tuple[int, str], ...]:
    """Targets in their own order: 3.8 before 10.2."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in target.split("."))
