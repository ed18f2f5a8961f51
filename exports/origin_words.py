"""The arithmetic behind a figure, in lines a person can check with a pencil."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from exports.origins import Contribution

#: More terms than a person reads; the rest is one term.
SHOWN = 12
ZERO = Decimal(0)


def arithmetic(kind: str, overlap: str, unit: str, items: Sequence[Contribution]) -> list[str]:
    """How contributions come to their figure, by return: "12 + 30 = 42"."""
    if not items:
        return []
    exact = all(item.low == item.high for item in items)
    if kind == "ratio":
        return _ratio(unit, items, exact)
    sums = _sums(items)
    lows, highs = [low for low, _, _ in sums], [high for _, high, _ in sums]
    if kind == "reach" and overlap != "disjoint":
        return [_at_least(overlap, items), f"at most: {_added(highs)}"]
    if exact:
        return [_added(highs)]
    return [f"at least: {_added(lows)}", f"at most: {_added(highs)}"]


def number(value: Decimal) -> str:
    """A number as people write it: thousands apart, no trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sums(items: Iterable[Contribution]) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Low, high and base of each return, in order of quarter and partner."""
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])
    for item in items:
        for place, value in enumerate((item.low, item.high, item.denominator or ZERO)):
            sums[item.term][place] += value
    return [(low, high, base) for _, (low, high, base) in sorted(sums.items())]


def _added(terms: list[Decimal]) -> str:
    whole = sum(terms, ZERO)
    return number(whole) if len(terms) == 1 else f"{_joined(terms)} = {number(whole)}"


def _joined(terms: list[Decimal]) -> str:
    if len(terms) > SHOWN:
        rest = terms[SHOWN - 1 :]
        shown = [*map(_term, terms[: SHOWN - 1]), f"{number(sum(rest, ZERO))} of {len(rest)} more returns"]
    else:
        shown = [_term(term) for term in terms]
    return " + ".join(shown)


def _term(value: Decimal) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _ratio(unit: str, items: Sequence[Contribution], exact: bool) -> list[str]:
    sums = _sums(items)
    bases = [base for _, _, base in sums]
    lines = []
    for label, terms in (("at least: ", [s[0] for s in sums]), ("at most: ", [s[1] for s in sums])):
        part, base = sum(terms, ZERO), sum(bases, ZERO)
        if base <= 0:
            return ["There is nothing to divide by."]
        share = part / base * (100 if unit == "percent" else 1)
        result = f"{number(share.quantize(Decimal('0.01'), ROUND_HALF_UP))}{' %' if unit == 'percent' else ''}"
        whole = f"{number(part)} / {number(base)} = {result}"
        parts = f"({_joined(terms)}) / ({_joined(bases)}) = " if len(sums) > 1 else ""
        lines.append(f"{'' if exact else label}{parts}{whole}")
        if exact:
            break
    return lines


def _at_least(overlap: str, items: Sequence[Contribution]) -> str:
    if overlap != "disjoint_places":
        return f"at least the largest single report: {number(max(item.low for item in items))}"
    largest: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
    names: dict[str | None, str] = {}
    for item in items:
        largest[item.place_key] = max(largest[item.place_key], item.low)
        names.setdefault(item.place_key, item.place or "no place")
    placeless = largest.pop(None, ZERO)
    whole = sum(largest.values(), ZERO)
    if placeless > whole:
        return f"at least the largest report without a place: {number(placeless)}"
    ranked = sorted(largest.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    shown = [f"{number(value)} ({names[key]})" for key, value in ranked[: SHOWN - 1]]
    if len(ranked) >= SHOWN:
        rest = ranked[SHOWN - 1 :]
        shown.append(f"{number(sum((value for _, value in rest), ZERO))} of {len(rest)} more places")
    return f"at least the largest report of each place: {' + '.join(shown)} = {number(whole)}"
