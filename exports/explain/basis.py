"""What a figure is made of, in lines: its definition, its formula, its bounds, the money in it and what it lacks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from exports import wording
from exports.explain.model import Section
from exports.origin_words import number
from sources import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.explain.notes import Notes
    from exports.explain.recipes import Recipe
    from exports.origins import Contribution, Origin
    from sources.contract.model import Contract
    from sources.log.state import LedgerState

_FORMULA = {
    "flow": ("Every row of every return is added up.", "value = Σ rows"),
    "actions": ("Every row of every return is added up.", "value = Σ rows"),
    "stock": (
        "A level is not added over time: the last report of each partner that still reports is added up.",
        "value = Σ over partners of (rows of the partner’s last report)",
    ),
    "ratio": (
        "Parts and bases are added up first and divided once; shares are never averaged.",
        "value = Σ parts / Σ bases",
    ),
}
_REACH = {
    "disjoint": (
        "Reports are declared to be about different people, so they are added up.",
        "value = Σ rows",
    ),
    "disjoint_places": (
        "One person can be in several reports of a place, never in two places.",
        "at least = Σ over places of the largest row of the place; at most = Σ rows",
    ),
    "unknown": (
        "One person can be in several reports, so people are counted within bounds.",
        "at least = the largest row; at most = Σ rows",
    ),
}


def definition_section(row: Mapping[str, Any], definition: Mapping[str, Any]) -> Section:
    """What is counted, in the program's own words."""
    lines = [f"{definition['definition']}."]
    if definition["numerator"]:
        lines.append(f"Part: {definition['numerator']}. Base: {definition['denominator']}.")
    if definition["limits"]:
        lines.append(f"Limits: {definition['limits']}.")
    people = " It counts people." if row["counts_people"] else ""
    lines.append(
        f"Kind: {row['kind']}, in {wording.unit_text(row['unit'])}. Version {definition['version']} of the indicator, "
        f"in force since {definition['effective_from']}.{people}"
    )
    return Section("What it counts", tuple(lines))


def formula_section(origin: Origin, recipes: Mapping[str, Recipe], contract: Contract) -> Section:
    """The formula in words, in symbols and with the numbers in."""
    words, symbols = _FORMULA.get(origin.kind) or _REACH.get(origin.overlap, _REACH["unknown"])
    if origin.unit == "percent":
        symbols = symbols.replace("Σ parts", "100 × Σ parts")
    lines = [words]
    for name, recipe in sorted(recipes.items()):
        lines.append(f"A row of {contract.table(name).label}: {recipe_words(recipe, contract, name)}.")
    if origin.kind == "ratio":
        lines.append("Rounded once, at the end: ten decimals first, then two, halves away from zero.")
    return Section("How it adds up", tuple(lines), (symbols, *origin.arithmetic))


def recipe_words(recipe: Recipe, contract: Contract, table: str) -> str:
    """How a row's cells make its value, in words."""
    labels = {column.name: f"“{column.label}”" for column in contract.table(table).columns}
    if recipe.op == "one":
        value = "each counts one"
    elif recipe.op == "either":
        value = (
            f"counts {labels[recipe.column]}; where it is blank, from nobody up to all of {labels[recipe.other or '']}"
        )
    elif recipe.op == "flag":
        value = f"counts one where {labels[recipe.column]} is yes"
    elif recipe.op == "euro":
        day = f"of {labels[recipe.day]}" if recipe.day else "of the last day of the quarter"
        value = (
            f"counts {labels[recipe.column]} in euro = amount / rate, by the rate {day} or the last one before, to the "
            "cent"
        )
    else:
        value = f"counts {labels[recipe.column]}"
    if recipe.only_if is not None:
        value += f", where {labels[recipe.only_if[0]]} is {wording.humanised(recipe.only_if[1])}"
    if recipe.base == ("1",):
        return f"{value}, of one each"
    if recipe.base == ("=",):
        return f"{value}, of all of it"
    if recipe.base:
        value += f", of {' + '.join(labels[name] for name in recipe.base)}"
    if recipe.capped:
        value += (
            " (a base within bounds enters with its upper one, and the part's upper bound allows for the lower one)"
        )
    return value


def bounds_section(items: Sequence[Contribution], notes: Notes) -> Section | None:
    """Which rows are known within bounds only, and what that makes uncertain."""
    ranged = [item for item in items if item.low != item.high]
    if not ranged:
        return None
    width = sum((item.high - item.low for item in ranged), Decimal(0))
    said = ", ".join(f"“{text}” {count}×" for text, count in notes.bounded(5))
    lines = [
        f"{wording.counted(len(ranged), 'row')} of {len(items):,} are known within bounds only; together they leave "
        f"{number(width)} open."
    ]
    if said:
        lines.append(f"As written: {said}. “<5” counts as 0 to 4, since zero is among what it can mean.")
    return Section("Intervals", tuple(lines))


def money_section(currencies: Mapping[str, int]) -> Section | None:
    """Which rates turned amounts into euro; ``currencies`` counts the amounts of each."""
    foreign = {code: count for code, count in currencies.items() if code != "EUR"}
    amounts, others = sum(currencies.values()), sum(foreign.values())
    if not amounts:
        return None
    lines = [
        f"{wording.counted(amounts, 'amount')}: {amounts - others:,} in euro, {others:,} in other currencies, each "
        "turned into euro on its own and rounded to the cent."
    ]
    if foreign:
        parts = [f"{code} {count}×" for code, count in sorted(foreign.items())]
        lines.append(
            f"Currencies: {', '.join(parts)}. Rates are units per euro. ECB: the euro foreign exchange reference rates "
            "of the European Central Bank; none is interpolated. Each row below names its own."
        )
    return Section("Exchange rates", tuple(lines))


def lacking_section(
    row: Mapping[str, Any],
    obligations: Sequence[Mapping[str, Any]],
    contract: Contract,
    state: LedgerState,
    partner: str | None,
) -> Section:
    """Coverage: returns in and due, those missing, excused or reduced, and rows set aside."""
    first = {"quarter": row["period"], "year_to_date": f"{row['period'][:4]}-Q1"}.get(row["span"], periods.FIRST_PERIOD)
    mine = [
        item
        for item in obligations
        if item["program_code"] == row["program_code"]
        and first <= item["period"] <= row["period"]
        and partner in (None, item["partner_code"])
    ]
    waived = {
        (waiver.partner, waiver.period): waiver for waiver in state.waivers if waiver.indicator == row["indicator_code"]
    }
    lines = []
    if partner is None:
        share = row["coverage_share_pct"]
        weighed = f"; by what they last reported they stand for {number(share)} %" if share is not None else ""
        lines.append(f"{row['coverage_met']} of {row['coverage_due']} returns due are in{weighed}.")
    lines.append(f"Data status: {wording.data_status(row['data_status'])}.")
    for item in mine:
        name = f"{item['period']} of {item['partner_name']}"
        waiver = waived.get((item["partner_code"], item["period"]))
        if waiver is not None:
            until = f", until {waiver.expires_on}" if waiver.expires_on else ""
            lines.append(f"Waived for this figure: {name}: {waiver.reason} (agreed by {waiver.approved_by}{until}).")
        elif item["obligation_state"] in ("missing", "due"):
            lines.append(f"{'Missing' if item['obligation_state'] == 'missing' else 'Not yet due'}: {name}.")
        elif item["obligation_state"] == "excused":
            lines.append(f"{item['footnote'] or 'Excused'}: {name}.".replace("Excused: ", "Excused, ", 1))
    lines += _set_aside(mine, contract, state)
    return Section("Coverage", tuple(lines))


def _set_aside(obligations: Sequence[Mapping[str, Any]], contract: Contract, state: LedgerState) -> list[str]:
    lines, places = [], {(item["partner_code"], item["period"]) for item in obligations}
    for key, version in state.versions().items():
        verdict = version.submission.verdict
        if key.program != contract.program or verdict is None:
            continue
        if (key.partner, key.period) not in places:
            continue
        rows = verdict.tables[key.table].quarantined if key.table in verdict.tables else ()
        for place in rows:
            where = f"{place.sheet}, row {place.row}" if place.sheet else f"line {place.row}"
            lines.append(
                f"Set aside, not in the figure until corrected: {place.file}, {where} (return {version.submission.id})."
            )
    return lines
