"""What each cell of a grid looks like: blank, words, a number, a date. No casting, no meaning."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from sources.reader.grid import ErrorCell, Grid, UncachedFormula
from sources.reader.text import MISSING_VALUE, is_blank

BLANK, TEXT, NUMBER, DATE, FLAG, ERROR, SIGN = range(7)
Matrix = np.ndarray[Any, np.dtype[np.uint8]]

_MONEY = r"(?:[A-Z]{0,3}[$€£¥₦₹]|(?:[A-Z]{3}|[KR]sh?\.?)(?=[ \d]))"
_NUMBER = re.compile(
    rf"[(<>≤≥=~±+\-−–]{{0,3}}\s*{_MONEY}?\s*[(+\-−]?(?:\d[\d.,'’ \u00a0\u2009\u202f]*|[.,]\d+)(?:[eE][+-]?\d+)?\s*\)?"
    r"\s*(?:%|€|£|\$|[A-Z]{3}(?<=\W...))?\s*(?:\[\w{1,8}\]|\(\w\)|[*†‡§^]{1,3}|(?<=\s)[a-z]|[prefu])?"
)
_DAY, _MON, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:[12]\d{3}|\d{2})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?"
_DATE = re.compile(
    rf"(?:[12]\d{{3}}[-/.]{_MON}(?:[-/.]{_DAY})?|{_DAY}[-/.]{_DAY}[-/.]{_YEAR}\.?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?[\s-](?:de )?[^\W\d_]{{3,9}}\.?,?[\s-](?:de )?{_YEAR}"
    rf"|[A-Z][a-z]{{2,8}}[\s-]{_YEAR}|[A-Z][a-z]{{2,8}}\.? \d{{1,2}},? [12]\d{{3}})"
    rf"(?:[T ]+{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
)
_MONTH = re.compile(
    r"jan|feb|f[eé]v|m[aä]r|apr|a[vb]r|ma[iy]|jun|juin|jul|juil|aug|ao[uû]|ago|sep|set|o[ck]t|out|nov|de[cz]|dic|ene|gen"
    r"|mag|giu|lug",
    re.IGNORECASE,
)
_TIME = re.compile(_CLOCK)
_SIGN = re.compile(r"[-–—.:*…·#/]{1,4}(?: [a-z])?|\[[a-z]{1,4}\]|\((?:[a-z]|\*|-)\)|x|z|c|u|s", re.IGNORECASE)
_YES_NO = "true false yes no y n oui non ja nein si sí sim não wahr falsch vrai faux"
_FLAGS = frozenset(_YES_NO.split())


#: Digits all alike, but for those that tell a possible day or month.
_SHAPE = str.maketrans("123456789", "1" * 9)


def kind_of_text(text: str) -> int:
    """Kind of a text cell."""
    if not text:
        return BLANK
    first = text[0]
    if len(text) > 40 and first.isalpha():
        return TEXT
    text = text.strip()
    if not text or is_blank(text):
        return BLANK
    first = text[0]
    if first.isdigit() or first in "(<>≤≥=~±+-−–.,$€£¥₦₹'’":
        body = text.lstrip("'’")
        if _DATE.fullmatch(body) and (any(char.isdigit() for char in body[:1]) or _MONTH.match(body)):
            return DATE
        if _NUMBER.fullmatch(body):
            return NUMBER
        if _TIME.fullmatch(body):
            return DATE
    return _kind_of_word(text) if len(text) <= 24 else TEXT


def _kind_of_word(text: str) -> int:
    first = text[0]
    low = text.casefold()
    if low in MISSING_VALUE or _SIGN.fullmatch(text):
        return SIGN
    if first == "#" and text.rstrip("!?").isupper():
        return ERROR
    if not first.isalpha():
        return TEXT
    if low in _FLAGS:
        return FLAG
    if text[-1].isdigit() and _MONTH.match(text) and _DATE.fullmatch(text):
        return DATE
    if first.isupper() and any(char.isdigit() for char in text) and _NUMBER.fullmatch(text):
        return NUMBER
    return TEXT


def kind_of(value: Any) -> int:
    """Kind of a raw cell value."""
    if isinstance(value, str):
        return kind_of_text(value)
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, (int, float)):
        return NUMBER
    if isinstance(value, (date, datetime, time, timedelta)):
        return DATE
    if isinstance(value, (ErrorCell, UncachedFormula)):
        return ERROR
    return BLANK if value is None else TEXT


def _kinds_of(distinct: set[Any]) -> dict[Any, int]:
    """Kind by value. Texts that differ in their digits only are of one kind, so one of them is looked at for all."""
    texts = [value for value in distinct if type(value) is str]
    found = (
        {value: kind_of(value) for value in distinct if type(value) is not str} if len(texts) < len(distinct) else {}
    )
    shapes = "\0".join(texts).translate(_SHAPE).split("\0")  # one call for all is many times faster than one each
    if len(shapes) != len(texts):
        shapes = [text.translate(_SHAPE) for text in texts]
    looked: dict[str, int] = {}
    for text, shape in zip(texts, shapes, strict=True):
        if shape not in looked:
            looked[shape] = kind_of_text(text)
    found.update(zip(texts, map(looked.__getitem__, shapes), strict=True))
    return found


def kinds(grid: Grid) -> Matrix:
    """Kind of every cell of a grid, rows by columns. Each different value of a column is looked at once."""
    found = np.zeros((grid.height, len(grid.columns)), dtype=np.uint8)
    for index, column in enumerate(grid.columns):
        distinct = grid.distinct(index)
        look: Callable[[Any], int]
        if bool in set(map(type, distinct)):
            found[:, index] = [kind_of(value) for value in column]
            continue
        look = _kinds_of(distinct).__getitem__
        found[:, index] = np.fromiter(map(look, column), dtype=np.uint8, count=len(column))
    return found
