"""The explanation of one KPI figure, of all partners or one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from exports import table, wording
from exports.explain import basis
from exports.explain.model import Explanation, Section
from exports.explain.notes import Notes
from exports.explain.recipes import Conversion, Recipe
from exports.explain.standing import standing
from exports.origin_cells import filled
from exports.origin_words import number
from exports.origins import origins
from exports.published import Published
from sources.currency import Rates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from exports.origins import Origin
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

DEFINITIONS = "pub_meta__definitions"
OBLIGATIONS = "pub_leads__obligations"


def explain(
    published: Published,
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    indicator: str,
    period: str,
    partner: str | None = None,
    *,
    span: str | None = None,
    release: str | None = None,
    rates: Rates | None = None,
) -> Explanation:
    """Why a KPI figure is what it is.

    Args:
        published: The build to explain, of a release or the current one.
        partner: Only this partner's part of the figure.
        span: ``quarter``, ``year_to_date`` or ``since_start``; the headline span by default.
        release: Name of the release ``published`` is, to be named in the explanation.
        rates: Exchange rates, where the caller holds some already.

    Raises:
        exports.origins.UnknownFigure: no such figure was published.
    """
    found = origins(published, settings, state, contracts, indicator, period, partner, span=span, cells=False)
    rows, rates = filled(found.contributions, settings, state, contracts, found.program), rates or Rates()
    notes = Notes((found.indicator, found.kind, found.unit), contracts[found.program], rates)
    notes.see(rows, range(len(rows)))
    whole = replace(found, contributions=tuple(rows))
    return assembled(published, whole, notes, state, contracts[found.program], release, rates)


def assembled(
    published: Published,
    origin: Origin,
    notes: Notes,
    state: LedgerState,
    contract: Contract,
    release: str | None,
    rates: Rates,
) -> Explanation:
    """The explanation of a figure whose rows were read.

    Args:
        origin: The figure; of its rows those that are listed have their cells.
        notes: What the cells of all of them say.
    """
    row = _row(published, origin)
    definition = _definition(published, row)
    recipes = notes.recipes
    origin = marked(origin, recipes)
    conversions: dict[int, Conversion] = {}
    for place, item in enumerate(origin.contributions):
        converted = recipes[item.table].conversion(item, rates) if item.cells and item.table in recipes else None
        if converted is not None:
            conversions[place] = converted
    sections = [
        basis.definition_section(row, definition),
        basis.formula_section(origin, recipes, contract),
        _published(origin),
        basis.bounds_section(origin.contributions, notes),
        basis.money_section(notes.currencies),
        basis.lacking_section(row, _table(published, OBLIGATIONS), contract, state, origin.partner),
    ]
    if origin.partner is None:
        sections += standing(row, definition, quarters(published, row), contract, state)
        if row["footnote"]:
            sections.append(Section("Footnote", tuple(str(row["footnote"]).split("; "))))
    whose = f"/{origin.partner}" if origin.partner else ""
    return Explanation(
        figure_id=f"{origin.indicator}/{origin.period}/{origin.span}{whose}",
        title=f"{origin.name}{f' – {_partner_name(origin)}' if origin.partner else ''}",
        value=exact(origin.published_low, origin.published_high, origin.unit),
        unit="" if origin.unit == "percent" else wording.unit_text(origin.unit),
        covers=wording.span_text(origin.span, origin.kind, origin.period),
        period=origin.period,
        build_id=published.build_id,
        as_of=published.as_of,
        log_head=published.manifest.get("log_head"),
        synthetic=bool(row["is_synthetic"]),
        facts=row,
        sections=tuple(section for section in sections if section is not None),
        origin=origin,
        recipes=recipes,
        conversions=conversions,
        release=release,
    )


def marked(origin: Origin, recipes: Mapping[str, Recipe]) -> Origin:
    """The origin with exactly the cells marked that make each row's value."""
    rows = []
    for item in origin.contributions:
        known = recipes.get(item.table or "") if item.cells else None
        if known is None:
            rows.append(item)
            continue
        used = {use.cell.column for use in known.uses(item)}
        rows.append(replace(item, cells=tuple(replace(cell, is_value=cell.column in used) for cell in item.cells)))
    return replace(origin, contributions=tuple(rows))


def definitions(published: Published) -> dict[str, dict[str, Any]]:
    """What indicators mean, by code."""
    return {row["indicator_code"]: row for row in _table(published, DEFINITIONS)}


def _definition(published: Published, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a figure's indicator means; of a build without definitions what its KPI row says."""
    blank = dict.fromkeys(("numerator", "denominator", "limits", "version", "effective_from", "target_source"))
    known = {"headline_span": row["span"], "direction": "increase", "baseline_value": None, "baseline_period": None}
    found = definitions(published).get(row["indicator_code"], {})
    return {**blank, **known, "definition": row["definition"], **found}


def exact(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """A figure to its last digit: ``1,504 to 1,716``, ``49.95 %``."""
    if low is None or high is None:
        return wording.NO_DATA
    sign = " %" if unit == "percent" else ""
    return f"{number(low)}{sign}" if low == high else f"{number(low)} to {number(high)}{sign}"


def quarters(published: Published, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The quarterly figures of an indicator up to a figure's quarter, oldest first."""
    whole = published.arrow(table.KPI)
    mine = whole.filter(
        pc.and_(pc.equal(whole["indicator_code"], row["indicator_code"]), pc.equal(whole["span"], "quarter"))
    )
    rows = [item for item in mine.to_pylist() if item["period"] <= row["period"]]
    return sorted(rows, key=lambda item: str(item["period"]))


def _row(published: Published, origin: Origin) -> dict[str, Any]:
    whole = published.arrow(table.KPI)
    for name, value in (("indicator_code", origin.indicator), ("period", origin.period), ("span", origin.span)):
        whole = whole.filter(pc.equal(whole[name], value))
    found: dict[str, Any] = dict.fromkeys(table.KPI_COLUMNS) | whole.to_pylist()[0]
    return found


def _table(published: Published, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = published.arrow(name).to_pylist() if published.has(name) else []
    return rows


def _partner_name(origin: Origin) -> str:
    return next((item.partner_name for item in origin.contributions), str(origin.partner))


def _published(origin: Origin) -> Section | None:
    if origin.agrees:
        return None
    found = exact(origin.low, origin.high, origin.unit)
    return Section(
        "Not what was published",
        (f"The rows come to {found}: a return changed since this build. The next build counts with it.",),
    )
