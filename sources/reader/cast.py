"""Raw cells to typed columns: each distinct value is cast once, numbers in one step.

Nothing here raises for a bad value: it becomes an :class:`Issue` at its row. Judging (required, range,
pattern, length) is not done here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from sources.contract.model import Column
from sources.problems import Question
from sources.reader import dates
from sources.reader.cast_numbers import cast_numbers
from sources.reader.casting import CastColumn, CastContext, broken, collect, distinct
from sources.reader.codes import Codes
from sources.reader.grid import MAX_CELL_TEXT
from sources.reader.issues import Issue, merge_by_cause
from sources.reader.text import (
    clean,
    has_contact,
    has_mixed_scripts,
    has_mojibake,
    has_person,
    is_blank,
    is_missing,
    is_plain,
    normal,
)

_YES = frozenset(
    ["yes", "y", "1", "true", "t", "oui", "o", "ja", "j", "si", "sim", "da", "x", "✓", "✔", "wahr", "vrai", "verdadero"]
)
_NO = frozenset(["no", "n", "0", "false", "f", "non", "nein", "nao", "nee", "ne", "falsch", "faux", "falso"])
#: Unknown values of a column that are told which label they come close to.
_HINTS = 200
_PLAUSIBLE_YEARS = range(1990, 2051)


def cast_column(column: Column, values: Sequence[Any], context: CastContext) -> CastColumn:
    """Cast the raw values of one column.

    Args:
        column: Contract column.
        values: Raw cells, blanks as ``""``.
        context: Declarations and answers that settle how text is read.
    """
    if column.kind in ("integer", "decimal", "money", "percent"):
        return cast_numbers(column, values, context)
    if column.kind == "date":
        return _cast_dates(values, context)
    if column.kind == "boolean":
        return _cast_distinct(values, _boolean)
    if column.kind == "code" and column.codes is not None:
        codes = Codes.of(column.codes)
        unknown: list[Issue] = []

        def match(value: Any) -> Any:
            found = codes.match(value, multiple=column.multiple, hint=len(unknown) < _HINTS)
            if isinstance(found, Issue):
                unknown.append(found)
            return found

        return _cast_distinct(values, match)
    return _cast_text(column, values)


def _cast_distinct(values: Sequence[Any], cast: Callable[[Any], Any]) -> CastColumn:
    keys, unique = distinct(values)
    typed: dict[Any, Any] = {}
    found: dict[Any, Issue] = {}
    for key in unique:
        value = key[1] if isinstance(key, tuple) else key
        result: Any = None
        if not is_blank(value):
            result = broken(value) or cast(value)
        if isinstance(result, Issue):
            found[key] = result
            result = None
        typed[key] = result
    array = np.empty(len(keys), dtype=object)
    array[:] = [typed[key] for key in keys]
    return CastColumn(array, issues=collect(keys, found))


def _boolean(value: Any) -> bool | Issue | None:
    if isinstance(value, bool):
        return value
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    word = normal(text) or text.strip()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return None if is_missing(text) else Issue("boolean")


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without ``.0``, dates as ISO, so that ids survive Excel."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _cast_text(column: Column, values: Sequence[Any]) -> CastColumn:
    unique = set(values) if set(map(type, values)) == {str} else None
    free = not column.key and column.pattern is None and column.personal is None
    simple = unique is not None and max(map(len, unique), default=0) <= MAX_CELL_TEXT and is_plain(unique)
    if unique and simple and not (free and _is_personal("\n".join(unique))):
        array = np.empty(len(values), dtype=object)
        array[:] = values if "" not in unique else [value or None for value in values]
        return CastColumn(array)
    marks: dict[Any, Issue] = {}

    def cast(value: Any) -> Any:
        text = clean(as_text(value))
        if len(text) > MAX_CELL_TEXT:
            return Issue("long", f"{len(text):,}")
        if is_missing(text, free=True):
            marks[value] = Issue("missing_sign", severity="info")
            return None
        if column.key and (isinstance(value, (date, time, timedelta)) or _shortened(text)):
            return Issue("damaged_id")
        if has_mojibake(text):
            marks[value] = Issue("mojibake", severity="warning")
        elif has_mixed_scripts(text):
            marks[value] = Issue("mixed_scripts", severity="warning")
        elif free and _is_personal(text):
            marks[value] = Issue("contact" if has_contact(text) else "person", severity="warning")
        return text

    result = _cast_distinct(values, cast)
    result.issues += collect(values, marks)
    return result


def _is_personal(text: str) -> bool:
    return has_contact(text) or has_person(text)


def _shortened(text: str) -> bool:
    mantissa, sign, exponent = text.partition("E+")
    return bool(sign) and exponent.isdigit() and mantissa.replace(".", "", 1).replace(",", "", 1).isdigit()


def _cast_dates(values: Sequence[Any], context: CastContext) -> CastColumn:
    keys, unique = distinct(values)
    found: dict[Any, Issue] = {}
    marks: dict[Any, Issue] = {}
    texts: dict[Any, dates.DateText] = {}
    for key in unique:
        value = key[1] if isinstance(key, tuple) else key
        if is_blank(value):
            continue
        issue = broken(value)
        if issue is None and isinstance(value, str) and is_missing(value):
            marks[key] = Issue("missing_sign", severity="info")
            continue
        if issue is None:
            texts[key] = _date_text(value, context)
            issue = Issue(texts[key].cause) if texts[key].cause else None
        if issue is not None:
            found[key] = issue
            texts.pop(key, None)
    order = dates.choose_order(texts.values(), context.day_first)
    question = None
    if order is None:
        doubtful = {key for key, text in texts.items() if text.ambiguous or text.proves is not None}
        question = ("date_order", [row for row, key in enumerate(keys) if key in doubtful][:20])
    stamps: dict[Any, np.datetime64] = {}
    for key, text in texts.items():
        day = text.month_first if order is False else text.day_first
        if day is None:
            if order is not None:
                found[key] = Issue("order", "day/month/year" if order else "month/day/year")
            continue
        stamps[key] = np.datetime64(day, "us")
        mark = _date_mark(text, day)
        if mark is not None:
            marks[key] = mark
    missing = np.datetime64("NaT", "us")
    array = np.array([stamps.get(key, missing) for key in keys], dtype="datetime64[us]")
    return CastColumn(array, issues=collect(keys, found) + merge_by_cause(collect(keys, marks)), question=question)


def _date_mark(text: dates.DateText, day: date) -> Issue | None:
    if "month_only" in text.notes:
        return Issue("month_only", day.isoformat(), severity="warning")
    if "two_digit_year" in text.notes:
        return Issue("two_digit_year", day.isoformat(), severity="warning")
    return None if day.year in _PLAUSIBLE_YEARS else Issue("far_date", severity="warning")


def _date_text(value: Any, context: CastContext) -> dates.DateText:
    if isinstance(value, (date, datetime)):
        return dates.from_cell(value)
    if isinstance(value, str):
        text = dates.read_date(value)
        if text.cause and value.strip().isdigit() and len(value.strip()) == 5:
            day = dates.from_serial(float(value), date1904=context.date1904)
            return dates.DateText(day, day) if day is not None else text
        return text
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        day = dates.from_serial(float(value), date1904=context.date1904)
        if day is None and float(value).is_integer():
            return dates.read_date(str(int(value)))
        return dates.DateText(day, day) if day is not None else dates.DateText(cause="date")
    return dates.DateText(cause="date")


QUESTION_SENTENCES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "number_format": (
        "{where}: is “{v}” written with a decimal point or a decimal comma?",
        ((".", "1,234.56 – the point is the decimal sign"), (",", "1.234,56 – the comma is the decimal sign")),
    ),
    "date_order": (
        "{where}: in “{v}”, does the day or the month stand first?",
        (
            ("day_first", "Day first: 03/04/2026 is 3 April 2026"),
            ("month_first", "Month first: 03/04/2026 is 4 March 2026"),
        ),
    ),
    "percent": (
        "{where}: is “{v}” less than one percent, or a share of 1?",
        (("points", "0.47 means 0.47 %"), ("share", "0.47 means 47 %")),
    ),
}


def question(key: str, kind: str, where: str, value: str, sheet: str | None, cells: tuple[str, ...]) -> Question:
    """The question a column's ambiguity asks."""
    sentence, options = QUESTION_SENTENCES[kind]
    return Question(key, sentence.format(where=where, v=value), options, sheet, cells)
