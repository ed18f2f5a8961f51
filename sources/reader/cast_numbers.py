"""Casting of integer, decimal, money and percent columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from sources.contract.model import Column
from sources.reader.casting import CastColumn, CastContext, broken, collect, distinct
from sources.reader.issues import Issue, merge_by_cause, shown
from sources.reader.numbers import NumberText, Separator, choose_separator, read_number
from sources.reader.text import is_blank, is_missing

#: Causes that hang on the decimal sign; while it is asked for, nothing is said of them.
_BY_SIGN = ("separator", "three_decimals")
_CENT = Decimal("0.01")
_EXACT_MONEY = 1e12
_EXACT_INTEGER = 2.0**53
#: Whole columns of text that can be read in one way only, with the decimal sign they prove.
_PLAIN: tuple[tuple[str, re.Pattern[str]], ...] = (
    (".", re.compile(r"(?:-?[0-9]{1,15}(?:\.[0-9]{1,2})?\n|\n)*")),
    (",", re.compile(r"(?:-?[0-9]{1,15}(?:,[0-9]{1,2})?\n|\n)*")),
)


def cast_numbers(column: Column, values: Sequence[Any], context: CastContext) -> CastColumn:
    """Cast a numeric column; see :func:`sources.reader.cast.cast_column`."""
    types = set(map(type, values))
    if types <= {float, int}:
        numbers = np.array(values, dtype=np.float64)
        return _finish(column, values, numbers, {}, {}, {}, None, context)
    plain = _plain_numbers(values, context) if types == {str} and context.text_file else None
    if plain is not None:
        return _finish(column, values, plain, {}, {}, {}, None, context)
    return _cast_mixed(column, values, context)


def _plain_numbers(values: Sequence[str], context: CastContext) -> np.ndarray[Any, Any] | None:
    """Numbers of a csv column without a doubtful cell: at most two decimals, no thousands, no signs."""
    joined = "\n".join(values) + "\n"
    for sign, pattern in _PLAIN:
        if context.decimal in (None, sign) and pattern.fullmatch(joined):
            texts = joined.replace(",", ".").split("\n")[:-1]
            if len(texts) == len(values):  # no line break within a cell
                return np.array([text or "nan" for text in texts], dtype=np.float64)
    return None


def _cast_mixed(column: Column, values: Sequence[Any], context: CastContext) -> CastColumn:
    keys, unique = distinct(values)
    found: dict[Any, Issue] = {}
    marks: dict[Any, Issue] = {}
    texts: dict[Any, NumberText] = {}
    typed: dict[Any, float] = dict.fromkeys(unique, np.nan)
    for key in unique:
        value = _first_look(key[1] if isinstance(key, tuple) else key)
        if isinstance(value, Issue):
            (found if value.severity == "error" else marks)[key] = value
        elif isinstance(value, NumberText):
            texts[key] = value
        elif value is not None:
            typed[key] = value
    separator = choose_separator(texts.values(), context.decimal)
    question = None
    if separator is None:
        doubtful = {key for key, text in texts.items() if text.ambiguous or text.proves is not None}
        question = ("number_format", [row for row, key in enumerate(keys) if key in doubtful][:20])
    bounds: dict[Any, tuple[int, int]] = {}
    percents: set[Any] = set()
    for key, text in texts.items():
        outcome = _settle(column, text, separator or ".")
        if isinstance(outcome, Issue):
            found[key] = outcome
        elif isinstance(outcome, tuple):
            bounds[key] = outcome
        else:
            typed[key] = outcome
            if text.percent:  # as the template's guidance shows it: no word on it
                percents.add(key)
            elif not context.text_file and separator is not None:
                marks[key] = Issue("text_number", shown(outcome), severity="info")
    found = {key: issue for key, issue in found.items() if separator is not None or issue.cause not in _BY_SIGN}
    numbers = np.array([typed[key] for key in keys], dtype=np.float64)
    result = _finish(column, keys, numbers, found, marks, bounds, percents, context)
    _without_notes_on_errors(result)
    if question is not None:
        result.question = question
    return result


def _without_notes_on_errors(result: CastColumn) -> None:
    """A cell that was not taken needs no note on how it was read."""
    refused = {row for issue, rows in result.issues if issue.severity == "error" for row in rows}
    if refused:
        kept = [
            (issue, rows if issue.severity == "error" else [row for row in rows if row not in refused])
            for issue, rows in result.issues
        ]
        result.issues = [(issue, rows) for issue, rows in kept if rows]


def _first_look(value: Any) -> float | NumberText | Issue | None:
    """A number, what a text can be as a number, an issue, or ``None`` for a blank."""
    if type(value) in (float, int):
        return float(value)
    if is_blank(value):
        return None
    issue = broken(value) or _not_text(value)
    if issue is not None:
        return issue
    if is_missing(value):
        return Issue("missing_sign", severity="info")
    text = read_number(value)
    return Issue(text.cause) if text.cause else text


def _not_text(value: Any) -> Issue | None:
    if isinstance(value, bool):
        return Issue("is_boolean")
    if isinstance(value, (date, time, timedelta)):
        return Issue("is_date")
    return None


def _settle(column: Column, text: NumberText, separator: Separator) -> float | tuple[int, int] | Issue:
    """The number of a text once the decimal sign is known."""
    if text.less_than is not None:
        return text.less_than if column.interval else Issue("interval")
    value = text.dot if separator == "." else text.comma
    if value is None:
        return Issue("separator", separator)
    if text.percent and column.kind != "percent":
        return Issue("percent")
    other = text.comma if separator == "." else text.dot
    if column.kind in ("money", "integer") and other is not None and abs(value) < abs(other):
        return Issue("three_decimals", separator)
    if column.kind == "money":
        value = value.quantize(_CENT, rounding=ROUND_HALF_UP) if abs(value) < _EXACT_MONEY else value
    return float(value)


def _finish(
    column: Column,
    keys: Sequence[Any],
    numbers: np.ndarray[Any, Any],
    found: dict[Any, Issue],
    marks: dict[Any, Issue],
    bounds: dict[Any, tuple[int, int]],
    percents: set[Any] | None,
    context: CastContext,
) -> CastColumn:
    result = CastColumn(numbers, issues=collect(keys, found) + merge_by_cause(collect(keys, marks)))
    for row in np.flatnonzero(np.isinf(numbers)).tolist():
        numbers[row] = np.nan
        _add(result, Issue("finite"), row)
    if column.kind == "integer":
        with np.errstate(invalid="ignore"):
            _refuse(result, numbers, (numbers != np.floor(numbers)) & ~np.isnan(numbers), Issue("whole"))
            _refuse(result, numbers, np.abs(numbers) > _EXACT_INTEGER, Issue("too_big"))
    elif column.kind == "money":
        _refuse(result, numbers, np.abs(numbers) >= _EXACT_MONEY, Issue("too_big"))
        np.round(numbers, 2, out=numbers)
    elif column.kind == "percent":
        _scale_percent(column, result, numbers, keys, percents or set(), context)
    numbers += 0.0  # -0.0 becomes 0.0
    if column.interval:
        result.low, result.high = numbers.copy(), numbers.copy()
        for row, key in enumerate(keys if bounds else ()):
            if key in bounds:
                result.low[row], result.high[row] = float(bounds[key][0]), float(bounds[key][1])
                if bounds[key][0] == bounds[key][1]:
                    numbers[row] = float(bounds[key][0])
    return result


def _refuse(result: CastColumn, numbers: np.ndarray[Any, Any], bad: np.ndarray[Any, Any], issue: Issue) -> None:
    rows = np.flatnonzero(bad)
    if len(rows):
        result.issues.append((issue, rows.tolist()))
        numbers[rows] = np.nan


def _add(result: CastColumn, issue: Issue, row: int) -> None:
    for known, rows in result.issues:
        if known == issue:
            rows.append(row)
            rows.sort()
            return
    result.issues.append((issue, [row]))


def _scale_percent(
    column: Column,
    result: CastColumn,
    numbers: np.ndarray[Any, Any],
    keys: Sequence[Any],
    signed: set[Any],
    context: CastContext,
) -> None:
    """To percent points: cells Excel shows with % hold a share, bare numbers are points unless a person says no."""
    shares = np.zeros(len(numbers), dtype=bool)
    for row in context.percents:
        shares[row] = True
    points = np.array([key in signed for key in keys], dtype=bool) if signed else np.zeros(len(numbers), dtype=bool)
    bare = ~shares & ~points & ~np.isnan(numbers) & (numbers != 0)
    small = bare & (np.abs(numbers) < 1)
    if small.any():
        if context.fractions == "share":
            shares |= bare & (np.abs(numbers) <= 1)
        elif context.fractions is None and not (bare & (np.abs(numbers) > 1)).any():
            result.question = ("percent", np.flatnonzero(small)[:20].tolist())
        elif context.fractions is None:
            first = int(np.flatnonzero(small)[0])
            detail = f"{numbers[first] * 100:g}"
            issue = Issue("small_percent", detail, severity="warning")
            result.issues.append((issue, np.flatnonzero(small).tolist()))
    numbers[shares] = np.round(numbers[shares] * 100, 10)
    if column.maximum is None:
        with np.errstate(invalid="ignore"):
            high = np.flatnonzero(numbers > 100).tolist()
        if high:
            result.issues.append((Issue("over_hundred", severity="warning"), high))
