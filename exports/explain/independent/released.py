"""Figures of people as released: rounded to five, shares to whole percent, and all that derives from them from those.

What is hidden beside a small figure, so that it cannot be worked out, is decided by a search over all tables together;
that decision is taken as the bundle lists it. That nothing of 1 to 10 people is shown is checked here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from counts import Indicators
from progress import forecasts, paced, value_row
from reading import Wrong

FEWEST, BASE = 11, 30
Row = dict[str, object]


def released_row(indicators: Indicators, code: str, period: str, span: str, kept: dict[str, str]) -> Row:
    """A row of the extract's progress table that is shown.

    Args:
        kept: The bounds as they stood in the release whose figure is kept, since they changed by ten people or fewer.
    """
    facts = indicators.facts[code]
    found = indicators.bounds(code, period, span)
    if facts["counts_people"] != "true" or facts["period_kind"] == "wave" or found is None:
        return value_row(indicators, code, period, span)
    low, high, base = found[2], found[3], found[4] if facts["kind"] == "ratio" else None
    parts = [low, high] if base is None else [low, high, base - low, base - high]
    if any(1 <= part < FEWEST for part in parts) or (base is not None and base < BASE):
        raise Wrong("it says something of 1 to 10 people, yet it is shown")
    if kept:
        if abs(low - Decimal(kept["value_low"])) >= FEWEST or abs(high - Decimal(kept["value_high"])) >= FEWEST:
            raise Wrong("it changed by more than ten people since the release it is kept from")
        low, high = Decimal(kept["value_low"]), Decimal(kept["value_high"])
    bounds = [to_five(part) if base is None else whole_percent(part, base) for part in (low, high)]
    row = paced(indicators, code, period, span, *bounds)
    forecast = forecasts(indicators, code, period, span)
    for name, value in zip(("forecast_2030", "forecast_2030_low", "forecast_2030_high"), forecast or (), strict=False):
        row[name] = value if base is not None else two_digits(value)
    return row


def to_five(people: Decimal) -> Decimal:
    """A count to the nearest five; 11 and 12 become 15."""
    return people if people == 0 else max((people / 5).quantize(Decimal(1), ROUND_HALF_UP) * 5, Decimal(15))


def whole_percent(part: Decimal, base: Decimal) -> Decimal:
    """A share in whole percent; 0 and 100 only where it is nobody or everybody."""
    if part <= 0 or part >= base:
        return Decimal(0 if part <= 0 else 100)
    return min(Decimal(99), max(Decimal(1), (100 * part / base).quantize(Decimal(1), ROUND_HALF_UP)))


def two_digits(value: float) -> Decimal:
    """A forecast as shown beside rounded figures: to about two digits."""
    # As the warehouse keeps it: to the cent first.
    number = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    sizes = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]
    step = next((max(5, size // 100) for size in sizes if abs(number) < size), 1_000_000)
    return (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step
