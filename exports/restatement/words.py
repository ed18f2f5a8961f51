"""The restatement in plain words: for the terminal, the pages and the annual extract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from exports import wording
from exports.origin_words import number
from exports.restatement.causes import CAUSES, LABELS, Edit

if TYPE_CHECKING:
    from exports.restatement.ledger import Change, Restatement

NOTES = (
    "Change: later less earlier; the parts add up to it exactly. Where there was no figure before, the parts add up to "
    "the figure itself.",
    "Causes are applied in a fixed order: definition, exchange rate, new returns, late returns, "
    "withdrawals, corrections, de-duplication, disclosure control.",
)
_MEASURES = {
    "value_low": "at least",
    "value_high": "at most",
    "reach_low": "at least",
    "reach_high": "at most",
    "target_value": "target",
    "target_year": "target year",
    "baseline_value": "baseline",
    "share_pct": "share",
    "others_share_pct": "share of all others",
    "gap_points": "gap",
}
#: What happened, counted: one, several.
_HAPPENED = {
    "definition_change": ("return counted by another definition", "returns counted by another definition"),
    "exchange_rate": ("return converted at another rate", "returns converted at another rate"),
    "new_period": ("return that had not been due before", "returns that had not been due before"),
    "late_return": ("late return", "late returns"),
    "withdrawal": ("withdrawal", "withdrawals"),
    "correction": ("correction", "corrections"),
    "de_duplication": ("correction of double counting", "corrections of double counting"),
}


def heading(found: Restatement) -> str:
    """One line: which two are compared."""
    return f"What changed from {found.before} to {found.after}"


def overview(found: Restatement) -> list[str]:
    """How much changed and why, in a few sentences; every number is counted."""
    changed = found.figures("kpi")
    compared = found.compared["kpi"]
    if not found.changes:
        lines = [f"None of {wording.counted(compared, 'figure')} both have changed."]
    else:
        lines = [
            f"{changed:,} of {compared:,} figures of indicators changed, and {found.figures() - changed:,} others with "
            "them: parts of figures, money to the goal, people reached together, targets, what is shown outside."
        ]
    counts = Counter((edit.cause, edit.program, edit.partner, edit.period) for edit in found.edits)
    by_cause = Counter(cause for cause, *_ in counts)
    happened_words = [
        wording.counted(by_cause[cause.code], *_HAPPENED[cause.code]) for cause in CAUSES if by_cause[cause.code]
    ]
    if happened_words:
        lines.append(f"In between: {wording.listed(happened_words)}.")
    if found.new:
        lines.append(
            f"{wording.counted(found.new, 'figure')} of quarters that have ended since, or of new indicators, "
            f"{'is' if found.new == 1 else 'are'} new, not restated."
        )
    if found.gone:
        indicators = sorted({figure.split("/", 1)[0] for figure in found.gone})
        lines.append(
            f"{wording.counted(len(found.gone), 'figure')} that {found.before} had are published no longer "
            f"and are not split: {wording.listed(indicators)}."
        )
    if not found.is_split:
        lines.append(
            f"An erasure took the rows behind the figures of {found.before}: each change stands with one cause, the "
            "last in the order, and its reason names all that happened."
        )
    if found.unexplained:
        lines.append(f"{wording.counted(len(found.unexplained), 'change')} cannot be explained: see “Unexplained”.")
    return lines


def chosen(
    found: Restatement, *, every: bool = False, program: str | None = None, indicator: str | None = None
) -> list[Change]:
    """Changes to show: by default headline figures of the latest quarter, money in all, reach in all, targets."""
    latest: dict[Any, str] = {}
    for change in found.changes:
        if change.scope in ("kpi", "reach") and change.about.get("is_headline"):
            code = change.about.get("indicator_code") or change.scope
            latest[code] = max(latest.get(code, ""), str(change.about.get("period")))

    def wanted(change: Change) -> bool:
        about = change.about
        if program not in (None, about.get("program_code")) or indicator not in (None, about.get("indicator_code")):
            return False
        if every:
            return change.scope != "release"
        if change.scope == "target":
            return True
        if change.scope == "money":
            return change.figure_id.startswith("goal/")
        code = about.get("indicator_code") or change.scope
        headline = change.scope in ("kpi", "reach") and bool(about.get("is_headline"))
        return headline and str(about.get("period")) == latest[code]

    order = {"money": 0, "reach": 1}
    mine = [change for change in found.changes if wanted(change)]
    return sorted(mine, key=lambda change: (order.get(change.scope, 2), program_name(change), change.figure_id))


def program(change: Change) -> str:
    """What a change is listed under."""
    scope = change.about.get("of") or change.scope
    return {"money": "Money to the goal", "reach": "People reached together"}.get(scope) or program_name(change)


def program_name(change: Change) -> str:
    """Name of its program."""
    return str(change.about.get("program_name") or change.about.get("program_code") or "")


def covers(change: Change) -> str:
    """What a changed number is, beside its name: its bound, its span."""
    about = change.about
    measure = _MEASURES.get(change.measure, "")
    span = ""
    if about.get("span") and change.scope != "target":
        span = f"{about['period']}, {wording.span_text(about['span'], about.get('kind'), about['period'])}"
    return ", ".join(part for part in (measure, span) if part)


def amount(value: Decimal | None, unit: object) -> str:
    """A number in its unit, to the digit."""
    if value is None:
        return wording.NO_DATA
    return _unit(wording.MINUS if value < 0 else "", abs(value), unit)


def signed(value: Decimal, unit: object) -> str:
    """A change with its sign."""
    if not value:
        return "±0"
    return _unit("+" if value > 0 else wording.MINUS, abs(value), "points" if unit == "percent" else unit)


def _unit(sign: str, size: Decimal, unit: object) -> str:
    if unit == "EUR":
        return f"{sign}€{size:,.2f}" if size % 1 else f"{sign}€{size:,.0f}"
    digits = number(size)
    if unit == "percent":
        return f"{sign}{digits}%"
    if unit == "points":
        return f"{sign}{digits} points"
    return f"{sign}{digits.replace(',', '') if unit == 'year' else digits}"


def of_which(change: Change) -> list[tuple[str, str]]:
    """Each cause with its share of the change, in order."""
    return [(LABELS[code], signed(change.amount(code), change.about.get("unit"))) for code in change.causes]


def happened(edits: Iterable[Edit]) -> list[str]:
    """What happened, a sentence for each return, each once; returns that were not due before, counted."""
    found: dict[str, None] = {}
    first: dict[str, set[tuple[str, str]]] = {}
    for edit in edits:
        if edit.cause == "new_period":
            first.setdefault(edit.period, set()).add((edit.program, edit.partner))
        else:
            found.setdefault(edit.text)
    arrived = [
        f"{wording.counted(len(partners), 'return')} for {period} came in that had not been due before."
        for period, partners in sorted(first.items())
    ]
    return [*arrived, *found]
