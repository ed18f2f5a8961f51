"""Figures that are no indicator's: targets, money to the goal, people reached together, the trust gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from exports.restatement.causes import Edit
from exports.restatement.ledger import Change, Share
from exports.restatement.walk import ZERO, Figure
from sources import periods

if TYPE_CHECKING:
    from exports.restatement.compare import Ledger
    from exports.restatement.edits import Comparison

GOAL = "pub_leadership__goal"
INVESTMENT = "pub_leadership__investment_by"
REACH = "pub_leads__reach"
TRUST = "pub_leads__trust_estimates"
SURVEY = "trust_survey"
_MONEY = ("paid_eur", "committed_eur", "budget_eur")
_ALL_TIME = "9999-Q4"
_TRUST = ("share_pct", "others_share_pct", "gap_points")
_TARGETS = ("target_value", "target_year", "baseline_value")


def targets(two: Comparison) -> Iterator[Change]:
    """Targets and baselines that differ: they are part of the definition, and no value changes by them."""
    old, new = two.before.definitions, two.after.definitions
    approved = {
        change.indicator: change for change in two.after.state.target_changes.values() if change.state == "approved"
    }
    for code in sorted(old.keys() & new.keys()):
        row, known = new[code], approved.get(code)
        text = f"The target was changed: {known.why}" if known is not None else "The plan was changed."
        for measure in _TARGETS:
            before, after = (decimal(item.get(measure)) for item in (old[code], row))
            if before == after:
                continue
            edit = Edit("definition_change", row["program_code"], text=text)
            about = {name: row[name] for name in ("program_code", "program_name", "indicator_code", "is_synthetic")}
            about |= {"name": row["indicator_name"], "kind": row["kind"], "dimension": "total", "member_code": "total"}
            about |= {"unit": "year" if measure == "target_year" else row["unit"], "is_headline": False}
            share = Share(edit, (after or ZERO) - (before or ZERO))
            yield Change(code, "target", measure, before, after, (share,), about)


def money(ledger: Ledger) -> Iterator[Change]:
    """Money to the goal, in all and by year, pillar, program, country and kind."""
    two = ledger.two
    old, new = ({row["goal_code"]: row for row in side.listed(GOAL)} for side in (two.before, two.after))
    for code in sorted(old.keys() & new.keys()):
        name = f"{new[code]['goal_name']}: "
        yield from _amounts(ledger, f"goal/{code}", name, ("total", "total"), old[code], new[code])
    old_by, new_by = (
        {(row["dimension"], row["member_code"]): row for row in side.listed(INVESTMENT)}
        for side in (two.before, two.after)
    )
    for key in sorted(old_by.keys() | new_by.keys()):
        row = new_by.get(key) or old_by[key]
        name = f"{row['member_name']} (by {key[0]}): "
        yield from _amounts(ledger, f"investment/{key[0]}/{key[1]}", name, key, old_by.get(key), new_by.get(key))


def _amounts(
    ledger: Ledger,
    figure_id: str,
    name: str,
    member: tuple[str, str],
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> Iterator[Change]:
    words = {"paid_eur": "paid", "committed_eur": "committed", "budget_eur": "planned"}
    for measure in _MONEY:
        before, after = ((row or {}).get(measure) for row in (old, new))
        about = {
            "program_code": "finance",
            "indicator_code": None,
            "name": f"{name}{words[measure]}",
            "unit": "EUR",
            "kind": "flow",
            "dimension": member[0],
            "member_code": member[1],
            "is_headline": figure_id.startswith("goal/") and measure == "paid_eur",
            "counts_people": False,
            "is_synthetic": (new or old or {}).get("is_synthetic"),
        }
        figure = Figure(measure, periods.FIRST_PERIOD, _ALL_TIME, *member)
        for change in ledger.changed(figure_id, "money", figure, (before, before), (after, after), about):
            yield Change(figure_id, "money", measure, change.before, change.after, change.parts, about)


def reach(ledger: Ledger) -> Iterator[Change]:
    """People reached by a program, and by all together.

    The upper bound is the sum of reports less who is known to be counted twice: what reports do not explain of its
    change is de-duplication. The lower bound moves with the largest report; what else moves it (programs declared to
    reach different people, people counted by key) belongs to the one cause there is, else to de-duplication.
    """
    two = ledger.two
    old, new = (
        {(row["period"], row["program_code"]): row for row in side.listed(REACH)} for side in (two.before, two.after)
    )
    both = {period for _, period, _ in two.before.kpis.keys() & two.after.kpis.keys()}
    for key in sorted(key for key in old.keys() | new.keys() if key[0] in both):
        period, program = key
        first, then = old.get(key, {}), new.get(key, {})
        differs = [name for name in ("reach_low", "reach_high") if first.get(name) != then.get(name)]
        if not differs:
            continue
        row = then or first
        steps = _reports(ledger, period, None if program == "total" else program)
        about = {
            "program_code": program,
            "program_name": row["program_name"],
            "name": f"People reached, {row['program_name']}",
            "unit": "people",
            "kind": "reach",
            "period": period,
            "span": "since_start",
            "dimension": "total",
            "member_code": "total",
            "is_headline": program == "total",
            "counts_people": True,
            "is_synthetic": row["is_synthetic"],
        }
        for measure in differs:
            before, after = first.get(measure), then.get(measure)
            shares = _bound(measure, steps, (after or ZERO) - (before or ZERO))
            yield Change(f"reach/{period}/{program}", "reach", measure, before, after, tuple(shares), about)


def _reports(ledger: Ledger, period: str, program: str | None) -> list[tuple[Edit, dict[str, Decimal]]]:
    """After each edit: how the sum of the reports' upper bounds and the largest lower bound changed."""
    rows = ledger.two.after.kpis
    mine = [
        row
        for (_, when, span), row in sorted(rows.items())
        if row["kind"] == "reach"
        and when == period
        and span == "since_start"
        and program in (None, row["program_code"])
    ]
    parts = {}
    lows: dict[str, Decimal] = {}
    for row in mine:
        code = row["indicator_code"]
        key = (code, period, "since_start")
        old = ledger.two.before.kpis.get(key, {})
        bounds = (old.get("value_low"), old.get("value_high")), (row["value_low"], row["value_high"])
        figure = Figure(code, periods.FIRST_PERIOD, period)
        parts[code] = ledger.walked(figure, *bounds, "reach", str(row["unit"]), row)
        lows[code] = old.get("value_low") or ZERO
    edits = sorted({part.edit for found in parts.values() for part in found}, key=lambda edit: edit.order)
    steps = []
    largest = max(lows.values(), default=ZERO)
    for edit in edits:
        moved = ZERO
        for code, found in parts.items():
            for part in found:
                if part.edit == edit:
                    lows[code] += part.low
                    moved += part.high
        top = max(lows.values(), default=ZERO)
        steps.append((edit, {"reach_high": moved, "reach_low": top - largest}))
        largest = top
    return steps


_TOGETHER = Edit("de_duplication", text="How many of the people reached are known to be counted twice changed.")


def _bound(measure: str, steps: Sequence[tuple[Edit, dict[str, Decimal]]], change: Decimal) -> list[Share]:
    shares = [Share(edit, moved[measure]) for edit, moved in steps if moved[measure]]
    rest = change - sum((share.amount for share in shares), ZERO)
    causes = {edit.cause for edit, _ in steps}
    if not rest:
        # A zero that came or went: nothing was added, but something happened.
        return shares or [Share(edit, ZERO) for edit, _ in steps]
    if measure == "reach_low" and len(causes) == 1:
        last = steps[-1][0]
        kept = [share for share in shares if share.edit != last]
        return [*kept, Share(last, rest + sum((item.amount for item in shares if item.edit == last), ZERO))]
    return [*shares, Share(_TOGETHER, rest)]


def trust(ledger: Ledger) -> Iterator[Change]:
    """Shares and gaps of the polls: they change by another file of answers, or by the definition.

    An estimate cannot be split between two files. Where files of several causes lie behind it, the change belongs to
    the last of them in the order, and the reasons name all.
    """
    names = ("outcome_code", "wave_code", "area_code", "group_code")
    old, new = (
        {tuple(str(row[name]) for name in names): row for row in side.listed(TRUST)}
        for side in (ledger.two.before, ledger.two.after)
    )
    edits = [edit for edit in ledger.edits if edit.program == SURVEY]
    for key in sorted(old.keys() & new.keys()):
        row = new[key]
        differs = [name for name in _TRUST if old[key][name] != row[name]]
        if not differs:
            continue
        about = {
            "program_code": SURVEY,
            "name": f"{row['outcome_name']}: {row['group_name']}, {row['area_name']}",
            "kind": "survey",
            "period": row["wave_code"],
            "dimension": "total",
            "member_code": "total",
            "is_headline": False,
            "counts_people": True,
            "is_synthetic": row["is_synthetic"],
        }
        mine = _behind(ledger, edits, key[1], key[2]) or [ledger.redefined("", SURVEY)]
        told = Edit(
            mine[-1].cause,
            SURVEY,
            reason_code=mine[-1].reason_code,
            text=" ".join(dict.fromkeys(edit.text for edit in mine)),
            submissions=tuple(number for edit in mine for number in edit.submissions),
        )
        for measure in differs:
            before, after = decimal(old[key][measure]), decimal(row[measure])
            share = Share(told, (after or ZERO) - (before or ZERO))
            unit = "points" if measure == "gap_points" else "percent"
            yield Change(f"trust/{'/'.join(key)}", "trust", measure, before, after, (share,), {**about, "unit": unit})


def _behind(ledger: Ledger, edits: Sequence[Edit], wave: str, area: str) -> list[Edit]:
    """The files a wave's estimates rest on: those of its year, of the area's country where it is one."""
    countries = {
        row.key: dict(row.members)["country"] for side in (ledger.two.before, ledger.two.after) for row in side.rows
        if row.key.program == SURVEY
    }  # fmt: skip
    found = [
        edit
        for edit in edits
        if edit.period[:4] == wave[:4]
        and (len(area) != 2 or any(key[1:3] == (edit.partner, edit.period) for key in countries))
    ]
    return sorted(found or edits, key=lambda edit: edit.order)


def decimal(value: Any) -> Decimal | None:
    """A published number as an exact decimal."""
    if value is None or isinstance(value, Decimal):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
