"""Dates as Excel and people write them. Never a guess: an ambiguous order is a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sources.reader.numbers import LONGEST
from sources.reader.text import INVISIBLE

_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
#: Serial numbers read as dates: 1990 to 2099.
_SERIALS = (32_874, 73_050)
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?$")
_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_PLAIN = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_NUMERIC = re.compile(r"([0-9]{1,2})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})\.?")
_YEAR_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|\.)?[\s-]*(?:of |de )?\s*([^\W\d_]{3,})\.?,?[\s-]*(?:de )?'?([0-9]{4}|[0-9]{2})"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})")
_MONTH = re.compile(r"([^\W\d_]{3,})\.?[\s,'’/-]*([0-9]{4}|[0-9]{2})")
_MONTH_NAMES = (
    "january jan januar janvier janv enero ene gennaio gen janeiro",
    "february feb februar fevrier fevr febrero febbraio fevereiro fev",
    "march mar marz maerz mars marzo marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
_MONTHS = {name: index for index, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}


@dataclass(frozen=True)
class DateText:
    """What a text could be as a date.

    Attributes:
        day_first: The date when the day stands first; equal to ``month_first`` where order cannot matter.
        month_first: The date when the month stands first.
        notes: ``two_digit_year``, ``month_only``.
        cause: Why it is no date: ``date``, ``real`` (31 February).
    """

    day_first: date | None = None
    month_first: date | None = None
    notes: tuple[str, ...] = ()
    cause: str = ""

    @property
    def ambiguous(self) -> bool:
        """Both orders give a date and they differ."""
        return self.day_first is not None and self.month_first is not None and self.day_first != self.month_first

    @property
    def proves(self) -> bool | None:
        """Whether the day can only stand first (True), second (False), or the text does not tell."""
        if (self.day_first is None) == (self.month_first is None):
            return None
        return self.day_first is not None


def read_date(text: str) -> DateText:
    """Everything a text can be as a date."""
    if len(text) > LONGEST:
        return DateText(cause="date")
    body = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).strip().lstrip("'’").strip()
    body = _WEEKDAY.sub("", _TIME.sub("", body)).strip()
    for pattern in (_ISO, _PLAIN):
        match = pattern.fullmatch(body)
        if match is not None:
            groups = [int(group) for group in match.groups() if group.isdigit()]
            return _sure(groups[0], groups[1], groups[2])
    match = _NUMERIC.fullmatch(body)
    if match is not None:
        return _numeric(int(match[1]), int(match[3]), match[4], match[2])
    match = _YEAR_MONTH.fullmatch(body)
    if match is not None:
        return _sure(int(match[1]), int(match[2]), 1, ("month_only",))
    return _named(body)


def _numeric(first: int, second: int, year_text: str, sign: str) -> DateText:
    year, notes = _year(year_text)
    by_day, by_month = _date(year, second, first), _date(year, first, second)
    if sign == ".":
        by_month = by_day
    if by_day is None and by_month is None:
        return DateText(cause="real")
    return DateText(by_day, by_month, notes)


def _named(body: str) -> DateText:
    match = _DAY_MONTH.fullmatch(body)
    if match is not None and _month(match[2]):
        year, notes = _year(match[3])
        return _sure(year, _month(match[2]), int(match[1]), notes)
    match = _MONTH_DAY.fullmatch(body)
    if match is not None and _month(match[1]):
        return _sure(int(match[3]), _month(match[1]), int(match[2]))
    match = _MONTH.fullmatch(body)
    if match is not None and _month(match[1]):
        year, _ = _year(match[2])
        return _sure(year, _month(match[1]), 1, ("month_only",))
    return DateText(cause="date")


def _sure(year: int, month: int, day: int, notes: tuple[str, ...] = ()) -> DateText:
    found = _date(year, month, day)
    return DateText(found, found, notes) if found is not None else DateText(cause="real")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> tuple[int, tuple[str, ...]]:
    if len(text) == 4:
        return int(text), ()
    short = int(text)
    return (2000 if short < 70 else 1900) + short, ("two_digit_year",)


def _month(name: str) -> int:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return _MONTHS.get("".join(char for char in plain if char.isalpha() and char.isascii()), 0)


def from_serial(serial: float, *, date1904: bool) -> date | None:
    """The date of a serial number Excel did not format, where it can be one."""
    if date1904:
        serial += 1462
    if not _SERIALS[0] <= serial <= _SERIALS[1]:
        return None
    return _EPOCH + timedelta(days=int(serial))


def from_cell(value: date | datetime) -> DateText:
    """A cell Excel holds as a date. The first sixty serials are no real dates (there was no 29 February 1900)."""
    day = value.date() if isinstance(value, datetime) else value
    if day < date(1900, 3, 1):
        return DateText(cause="real")
    return DateText(day, day)


def choose_order(texts: Iterable[DateText], declared: bool | None) -> bool | None:
    """Whether the day stands first in a column's dates: as declared, else what its own texts prove.

    Returns ``None`` where a person must say: an ambiguous date and no proof, or proof of both.
    """
    if declared is not None:
        return declared
    texts = list(texts)
    proofs = {text.proves for text in texts} - {None}
    if len(proofs) == 1:
        return proofs.pop()
    if proofs or any(text.ambiguous for text in texts):
        return None
    return True
