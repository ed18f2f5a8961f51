"""How numbers, periods and states read: one wording for the terminal, the workbooks and the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from exports.safe import is_blank
from sources import periods

SYNTHETIC = "Synthetic sample – invented figures"
NO_DATA = "no data"
HIDDEN = "1–10 (hidden)"
HIDDEN_SHARE = "hidden (small numbers)"
MINUS = "\u2212"

DATA_STATUS = {
    "provisional": "provisional",
    "approved": "approved",
    "released": "released",
    "no_data": NO_DATA,
}
PROGRESS = {
    "target_met": "target met",
    "on_track": "on track",
    "behind": "behind",
    "improving": "improving",
    "no_detectable_change": "no detectable change",
    "worsening": "worsening",
    "not_assessable": "not assessable",
}
#: Shown before the word, never instead of it.
PROGRESS_SIGN = {
    "target_met": "✓",
    "on_track": "●",
    "behind": "▼",
    "improving": "▲",
    "no_detectable_change": "≈",
    "worsening": "✗",
    "not_assessable": "–",
}
CONTRIBUTIONS = {"bridges_of_trust": "bridges of trust", "conversations": "conversations"}
OBLIGATION = {
    "not_due": "not due",
    "due": "due",
    "reported": "reported",
    "confirmed_zero": "nothing to report",
    "missing": "missing",
    "excused": "excused",
}
# Not the locale's: the same words on every machine.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def money(value: object) -> str:
    """Euros for reading: ``€24.6m``, ``€640k``, ``€9,876``; ``no data`` where missing."""
    if is_blank(value):
        return NO_DATA
    amount = float(value)  # type: ignore[arg-type]
    size, sign = abs(amount), MINUS if amount < 0 else ""
    if size >= 999_500_000:
        return f"{sign}€{_short(size / 1e9)}bn"
    if size >= 999_500:
        return f"{sign}€{_short(size / 1e6)}m"
    if size >= 9_999.5:
        return f"{sign}€{size / 1e3:,.0f}k"
    return f"{sign}€{size:,.0f}" if round(size) else "€0"


def percent(value: object) -> str:
    """Percentage points for reading: ``47.3%``, ``50%``."""
    return NO_DATA if is_blank(value) else f"{_signed(float(value))}%"  # type: ignore[arg-type]


def count(value: object) -> str:
    """A count with thousands separators; a decimal only where there is one."""
    return NO_DATA if is_blank(value) else _signed(float(value))  # type: ignore[arg-type]


def quantity(value: object, unit: object) -> str:
    """A value in its unit, without the unit's word (``€`` and ``%`` are part of the number)."""
    return {"EUR": money, "percent": percent}.get(str(unit), count)(value)


def whole(value: object, unit: object) -> object:
    """A worked-out count without decimals that would claim more than is known, from 100 on."""
    return value if is_blank(value) or unit == "percent" or abs(float(value)) < 100 else round(float(value))  # type: ignore[arg-type]


def rounded(value: object, unit: object) -> str:
    """A worked-out value in its unit, see :func:`whole`."""
    return quantity(whole(value, unit), unit)


def per_year(value: object, unit: object) -> str:
    """A change per year: shares change by percentage points, not by percent."""
    if is_blank(value) or unit != "percent":
        return rounded(value, unit)
    text = _signed(float(value))  # type: ignore[arg-type]
    return f"{text} point" if text in ("1", f"{MINUS}1") else f"{text} points"


def between(low: object, high: object, unit: object) -> str:
    """An interval: ``1,200–3,400``, ``at least 1,200``, ``at most 3,400``."""
    if is_blank(low) and is_blank(high):
        return NO_DATA
    if is_blank(high):
        return f"at least {quantity(low, unit)}"
    if is_blank(low):
        return f"at most {quantity(high, unit)}"
    first, last = quantity(low, unit), quantity(high, unit)
    if first == last:
        return first
    if unit == "percent":
        first = first.removesuffix("%")
    joint = " to " if first.startswith(MINUS) or last.startswith(MINUS) else "–"
    return f"{first}{joint}{last}"


def value_text(row: Mapping[str, Any]) -> str:
    """The value of a KPI row as people read it; hidden and missing ones say so."""
    if row.get("is_suppressed") is True:
        # Hidden for another's sake, or with one small bound, it is not “1–10”.
        return HIDDEN if row.get("display") == "1–10" else HIDDEN_SHARE
    if not is_blank(row.get("value")):
        return quantity(row["value"], row.get("unit"))
    return between(row.get("value_low"), row.get("value_high"), row.get("unit"))


def coverage(met: object, due: object, share: object = None) -> str:
    """Returns in, of returns due: ``3 of 4``; with the share of the last value they cover, ``3 of 4 (80%)``.

    The share is left out where all returns are in, or none, or nothing is known to compare with.
    """
    if is_blank(due):
        return NO_DATA
    if int(due) == 0:  # type: ignore[call-overload]
        return "none due"
    returns = 0 if is_blank(met) else int(met)  # type: ignore[call-overload]
    known = not is_blank(share) and 0 < returns < int(due)  # type: ignore[call-overload]
    return f"{returns} of {int(due)}{f' ({percent(share)})' if known else ''}"  # type: ignore[call-overload]


def progress(status: object, sign: bool = False) -> str:
    """Words of a progress status, with its sign in front where asked."""
    key = "not_assessable" if is_blank(status) else str(status)
    word = PROGRESS.get(key, humanised(key))
    return f"{PROGRESS_SIGN.get(key, '–')} {word}" if sign else word


def data_status(status: object) -> str:
    """Words of a data status."""
    return NO_DATA if is_blank(status) else DATA_STATUS.get(str(status), humanised(str(status)))


def span_text(span: object, kind: object, period: object) -> str:
    """What a value covers: ``in the quarter``, ``2026 so far``, ``since the start``."""
    if span == "quarter":
        return "at the end of the quarter" if kind == "stock" else "in the quarter"
    if span == "year_to_date":
        year, quarter = periods.parse(str(period))
        return f"in {year}" if quarter == 4 else f"{year} so far"
    return "since the start" if span == "since_start" else humanised(str(span))


def covers(row: Mapping[str, Any]) -> str:
    """What the value of a row covers, with the month where it is a state at the end of a quarter."""
    if row["span"] == "quarter" and row["kind"] == "stock":
        return f"end of {month_text(str(row['period']))}"
    return span_text(row["span"], row["kind"], row["period"])


def quarter_text(period: str) -> str:
    """``2026-Q3`` as ``July to September 2026``."""
    first, last = periods.first_day(period), periods.last_day(period)
    return f"{_MONTHS[first.month - 1]} to {_MONTHS[last.month - 1]} {last.year}"


def month_text(period: str) -> str:
    """The last month of a quarter: ``2026-Q3`` as ``September 2026``."""
    last = periods.last_day(period)
    return f"{_MONTHS[last.month - 1]} {last.year}"


def month_name(month: int) -> str:
    """The English name of a month, from 1 to 12."""
    return _MONTHS[month - 1]


def day_text(day: object) -> str:
    """A date as ``30 September 2026``."""
    if is_blank(day):
        return NO_DATA
    value = day if isinstance(day, date) else date.fromisoformat(str(day)[:10])
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def humanised(code: object) -> str:
    """A code as words: ``person_centred_care`` → ``person centred care``."""
    return "" if is_blank(code) else str(code).replace("_", " ")


def unit_text(unit: object) -> str:
    """A unit in words: ``EUR`` → ``euros``."""
    return "euros" if unit == "EUR" else humanised(unit)


def listed(names: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """``1 return``, ``3 returns``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def _short(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _signed(value: float) -> str:
    text = _short(abs(value))
    return f"{MINUS}{text}" if value < 0 and text != "0" else text
