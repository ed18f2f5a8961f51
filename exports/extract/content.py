"""The extract's contents, from the first page to the build's name: facts in, blocks out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from exports import trust_sentences, wording
from exports.extract import charts, heard, methods, program_content, sentences
from exports.extract.document import (
    Block,
    Cell,
    Column,
    Document,
    Figures,
    Says,
    Section,
    Table,
    Terms,
    Text,
)
from exports.extract.facts import Facts
from exports.trust_facts import ALL, TrustFacts
from exports.workbook import Column as SheetColumn

_PART_NAMES = {"kind": "kind of contribution", "pillar": "pillar", "program": "program", "country": "country"}
_ACTIONS_SHOWN = 5
#: Styles of a sheet's columns that hold words.
_WORDS = ("text", "line", "flag")


def document(facts: Facts) -> Document:
    """The whole extract of a year."""
    sections = (
        _first(facts),
        _inputs(facts),
        _trust(facts),
        _people(facts),
        program_content.programs(facts),
        program_content.pace(facts),
        heard.section(facts),
        program_content.goals_of_the_world(facts),
        _revisions(facts),
        _methods(facts),
        _definitions(facts),
    )
    return Document(
        title=f"Annual progress extract {facts.year}",
        about=_about(facts),
        year=facts.year,
        as_of=facts.as_of,
        build_id=facts.build_id,
        log_head=facts.log_head,
        synthetic=facts.synthetic,
        sections=tuple(section for section in sections if not section.is_empty),
    )


def _about(facts: Facts) -> str:
    day = wording.day_text(facts.as_of)
    when = f"As of {day}" if facts.is_latest else f"State at the end of {facts.year}, as known on {day}"
    return f"Closing the trust gap in healthcare. {when}."


def _first(facts: Facts) -> Section:
    says = [Says(tuple(said), heading) for heading, said in sentences.first_page_parts(facts)]
    blocks: list[Block | None] = [
        Figures(tuple(sentences.headline_figures(facts))),
        charts.money_chart(facts),
        *says,
    ]
    return Section("first", "At a glance", _there(blocks))


def _inputs(facts: Facts) -> Section:
    heads = (
        "Budget of the year",
        "Paid in the year",
        "Paid so far",
        "Committed in the year",
        "Committed so far",
    )
    rows = [
        (
            Cell(sentences.year_text(facts, year.year)),
            *_amounts((year.budget, year.paid, year.paid_so_far, year.committed, year.committed_so_far)),
        )
        for year in facts.years
    ]
    blocks: list[Block] = [
        Text(
            "Only what counts to the goal. A payment settles a commitment: the two are never added. Budgets are those "
            "of whole years, the running one included.",
            quiet=True,
        ),
        Says(tuple(sentences.input_sentences(facts))),
        _table("By year", ("Year", *heads), rows),
    ]
    blocks += [_part(facts, dimension) for dimension in _PART_NAMES if dimension in facts.parts]
    return Section(
        "money", "Inputs: what was invested", _there(blocks), _there_sections([_leverage(facts)]), apart=True
    )


def _part(facts: Facts, dimension: str) -> Table:
    members = facts.parts[dimension]
    # Budgets are never split by kind: there they stand in one row, and no column is worth it.
    split = [row for row in members if row["member_code"] != "not_split"]
    keys = ["paid_eur", "committed_eur"]
    if any(row["budget_eur"] for row in split):
        keys = ["budget_eur", *keys, "difference_eur"]
    shown = [row for row in members if any(row[key] for key in keys)]
    paid, budget = (facts.goal.get(key) for key in ("paid_eur", "budget_eur"))
    total = facts.goal | {"difference_eur": None if paid is None or budget is None else paid - budget}
    if dimension == "country":
        # Like with like: only where the budget names countries.
        total["difference_eur"] = sum(row["difference_eur"] or 0 for row in members)
    lines = [
        (Cell(row["name"]), *(Cell(wording.money(row[key]) if row[key] else "–") for key in keys), Cell(_share(row)))
        for row in shown
    ]
    lines.append((Cell("Total"), *(Cell(wording.money(total.get(key))) for key in keys), Cell("")))
    heads = {
        "budget_eur": "Budget",
        "paid_eur": "Paid",
        "committed_eur": "Committed",
        "difference_eur": "Paid less budget",
    }
    name = _PART_NAMES[dimension]
    return _table(
        f"By {name}, since the start",
        (name.capitalize(), *(heads[key] for key in keys), "Share of paid"),
        lines,
        total=True,
        half=len(keys) == 2,
    )


def _share(row: dict[str, Any]) -> str:
    return "–" if row.get("paid_share_pct") is None else wording.percent(row["paid_share_pct"])


def _leverage(facts: Facts) -> Section:
    rows = [row for row in facts.leverage if row["cofunding_eur"] or row["program_code"] == "total"]
    if not any(row["cofunding_eur"] for row in rows):
        return Section("leverage", "Leverage")
    rows.sort(key=lambda row: (row["program_code"] == "total", -row["cofunding_eur"], row["program_name"]))
    lines = [
        (
            Cell("Total" if row["program_code"] == "total" else str(row["program_name"]), _notes(row)),
            Cell(wording.money(row["paid_eur"])),
            Cell(wording.money(row["cofunding_eur"])),
            Cell(sentences.leverage_text(row)),
        )
        for row in rows
    ]
    return Section(
        "leverage",
        "Leverage: what others added",
        (
            Says(tuple(sentences.leverage_sentences(facts))),
            _table(
                "Co-funding by others since the start, by the program it went to",
                ("Program", "Paid towards the goal", "Co-funding", "Co-funding per euro paid"),
                lines,
                total=True,
            ),
        ),
    )


def _notes(row: dict[str, Any]) -> tuple[str, ...]:
    return (str(row["footnote"]),) if row.get("footnote") else ()


def _trust(facts: Facts) -> Section:
    trust = facts.trust
    if not trust:
        return Section("trust", "The trust gap")
    blocks: list[Block | None] = [
        Text(trust_sentences.ABOUT, quiet=True),
        Says(tuple(trust_sentences.first_sentences(trust))),
        charts.trust_chart(trust),
        _gaps(trust),
        _restoring(trust),
    ]
    return Section("trust", "The trust gap", _there(blocks))


def _gaps(trust: TrustFacts) -> Table | None:
    rows = trust.headline
    if not rows:
        return None
    first, latest = str(rows[0]["base_wave_code"]), str(rows[0]["wave_code"])
    lines = []
    for row in rows:
        change = trust_sentences.span(row["change_low_points"], row["change_high_points"])
        lines.append(
            (
                Cell(str(row["group_name"])),
                *(_gap(trust.gap(row, wave)) for wave in (first, latest)),
                Cell(_points(row["change_points"]), (change,) if change else ()),
                Cell(_points(row["target_gap_points"]), (str(row["target_basis"]),) if row["target_basis"] else ()),
                Cell(
                    wording.progress(row["progress_status"], sign=True),
                    (trust_sentences.status_note(row),),
                    str(row["progress_status"]),
                ),
            )
        )
    return Table(
        "The trust gap of each group",
        (
            Column("Group", 1.7),
            Column(f"Gap {first}", 1.0, True),
            Column(f"Gap {latest}", 1.0, True),
            Column("Change", 1.0, True),
            Column("Goal for 2030", 0.9, True),
            Column("Progress", 2.9),
        ),
        tuple(lines),
        f"Gap in points, with intervals, in {trust.countries}",
    )


def _gap(gap: dict[str, Any]) -> Cell:
    span = trust_sentences.span(gap.get("gap_low_points"), gap.get("gap_high_points"))
    return Cell(_points(gap.get("gap_points")), (span,) if span else (), "main")


def _points(value: Any) -> str:
    return trust_sentences.NOT_SHOWN if value is None else trust_sentences.number(value)


def _restoring(trust: TrustFacts) -> Table | None:
    rows = [row for row in trust.actions if row["area_code"] == ALL and row["action_rank"]]
    if not rows:
        return None
    latest = max(str(row["wave_code"]) for row in rows)
    top = [row for row in rows if row["wave_code"] == latest][:_ACTIONS_SHOWN]
    lines = [
        (
            Cell(str(row["action_name"])),
            Cell(
                wording.percent(row["share_pct"]),
                (wording.between(row["share_low_pct"], row["share_high_pct"], "percent"),),
            ),
        )
        for row in top
    ]
    return Table(
        "What would restore trust",
        (Column("What would restore trust", 4), Column("Say so", 1, True)),
        tuple(lines),
        f"What people say would restore their trust, {latest}, most named first: {top[0]['area_name']}",
    )


def _people(facts: Facts) -> Section:
    said = sentences.people_sentences(facts)
    lines = []
    if facts.reach:
        lines.append(_bounds_row("People reached by all programs together", facts.reach, "reach"))
    for row in facts.contributions:
        name = wording.CONTRIBUTIONS.get(row["contribution_code"], wording.humanised(row["contribution_code"]))
        lines.append(_bounds_row(name[:1].upper() + name[1:], row, "people"))
    if not lines:
        return Section("people", "People")
    table = _table("People, since the start, as bounds", ("Who", "At least", "At most", "Returns"), lines)
    return Section("people", "People reached", (Says(tuple(said)), table))


def _bounds_row(name: str, row: dict[str, Any], key: str) -> tuple[Cell, ...]:
    if row.get("is_suppressed"):
        bounds: tuple[str, ...] = (wording.HIDDEN_SHARE, wording.HIDDEN_SHARE)
    else:
        bounds = (wording.count(row[f"{key}_low"]), wording.count(row[f"{key}_high"]))
    returns = wording.coverage(row.get("coverage_met"), row.get("coverage_due"))
    return (Cell(name), *(Cell(bound) for bound in bounds), Cell(returns))


def _revisions(facts: Facts) -> Section:
    """What was shown before and is different now; where nothing was released before, that is said."""
    revised, title = facts.revisions, "Revisions since the last extract"
    if revised is None:
        return Section("revisions", title, (Text("No extract was released before this one.", quiet=True),))
    about = f"Held against release {revised.since}: figures that were shown there and are different now, and why."
    if not revised.rows:
        return Section("revisions", title, (Text(about, quiet=True), Text("No figure shown then is different now.")))
    columns = tuple(
        Column(column.heading, column.width / 20, column.style not in (*_WORDS, "date")) for column in revised.columns
    )
    rows = tuple(tuple(Cell(_worded(row, column)) for column in revised.columns) for row in revised.rows)
    table = Table(title, columns, rows)
    return Section("revisions", title, _there([Text(about, quiet=True), Says(revised.sentences), table]))


def _worded(row: dict[str, Any], column: SheetColumn) -> str:
    """A cell of a workbook's sheet in words."""
    value = row.get(column.key)
    if value is None:
        return ""
    if isinstance(value, date):
        return wording.day_text(value)
    if column.style in _WORDS or isinstance(value, str):
        return str(value)
    unit = {"eur": "EUR", "cents": "EUR", "part": "EUR", "share": "percent"}.get(column.style, row.get("unit"))
    return wording.quantity(value, unit)


def _methods(facts: Facts) -> Section:
    return Section("methods", "Methods and limitations", (Terms(tuple(methods.methods(facts))),), apart=True)


def _definitions(facts: Facts) -> Section:
    shown = {row["indicator_code"] for row in facts.indicators}
    lines = []
    for row in facts.definitions:
        if row["indicator_code"] not in shown:
            continue
        small = [str(row["limits"])] if row.get("limits") else []
        lines.append(
            (
                Cell(str(row.get("indicator_name") or row["indicator_code"])),
                Cell(str(row["definition"]), tuple(small)),
                Cell(wording.unit_text(row.get("unit"))),
                Cell(
                    f"{row.get('version') or 1}",
                    (f"from {row['effective_from']}",) if row.get("effective_from") else (),
                ),
            )
        )
    table = Table(
        "Definitions",
        (
            Column("Indicator", 1.5),
            Column("What it counts, and its limits", 3.6),
            Column("Unit", 1.1),
            Column("Version", 0.8),
        ),
        tuple(lines),
    )
    return Section("definitions", "Definitions", (table,) if lines else ())


def _table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    total: bool = False,
    half: bool = False,
) -> Table:
    columns = (Column(heads[0], 2.4 if len(heads) > 5 else 1.8), *(Column(head, 1.0, True) for head in heads[1:]))
    return Table(caption, columns, tuple(tuple(row) for row in rows), caption, total, half)


def _amounts(amounts: Iterable[Any]) -> list[Cell]:
    return [Cell(wording.money(amount)) for amount in amounts]


def _there(blocks: Iterable[Block | None]) -> tuple[Block, ...]:
    """The blocks that say something."""
    kept = []
    for block in blocks:
        empty = block is None or (isinstance(block, Says) and not block.sentences)
        empty = (
            empty or (isinstance(block, Table) and not block.rows) or (isinstance(block, Figures) and not block.items)
        )
        empty = empty or (isinstance(block, Terms) and not block.items)
        if block is not None and not empty:
            kept.append(block)
    return tuple(kept)


def _there_sections(sections: Iterable[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if not section.is_empty)
