"""What the reader made of a raw cell, and why: the sentence beside “1.234,5” that says 1,234.5 and by whose word."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from exports.origin_words import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sources.contract.model import Column
    from sources.reader.numbers import NumberText

#: Kinds of columns that hold numbers.
NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Reading:
    """How one cell was read.

    Attributes:
        value: What it counts as, as text.
        why: Why it was read so; blank where it could be read in one way only.
        decimal: Decimal sign of a number written as text, else ``None``.
    """

    value: str
    why: str = ""
    decimal: str | None = None


def reading(
    column: Column,
    raw: Any,
    typed: Any,
    low: Any,
    high: Any,
    *,
    declared: str | None,
    answers: Mapping[str, str],
    others: Sequence[Any],
) -> Reading:
    """How a filled cell was read.

    Args:
        raw: The cell as it stands in the file.
        typed: What the reader made of it; missing where only bounds are known.
        low: Its lower bound, of columns that take “<5”; missing otherwise.
        high: Its upper bound.
        declared: Decimal sign the partner declared.
        answers: What the partner answered when this return was read.
        others: The raw cells of the whole column, which can prove a decimal sign.
    """
    if column.kind not in NUMBERS:
        return _of_words(column, raw, typed)
    if not isinstance(raw, str):
        return _of_number(column, raw, typed)
    from sources.reader.numbers import read_number

    text = read_number(raw)
    if text.less_than is not None:
        bounds = f"{_number(low)} to {_number(high)}"
        return Reading(bounds, f"the exact number is not told, only that it is from {bounds}")
    value = _exact(typed)
    if value is None:
        return Reading("nothing", "it could not be read as a number")
    sign = _sign(text, value)
    parts = [_sign_reason(text, sign, declared, answers, others)] if text.ambiguous or text.proves == "," else []
    if raw.strip().startswith(("(", "-", "\u2212")) and value < 0:
        parts.append("a minus sign or brackets take it away")
    if text.currency:
        parts.append("the currency beside it is left out; the currency column says which")
    if text.percent:
        parts.append("the % sign is left out")
    if column.kind == "money" and abs(value - value.quantize(Decimal("0.01"))) > 0:
        parts.append("rounded to the cent")
    return Reading(number(value), "; ".join(parts), sign)


def _of_number(column: Column, raw: Any, typed: Any) -> Reading:
    value, stands = _exact(typed), _exact(raw)
    if value is None:
        return Reading("nothing", "it could not be read as a number")
    if stands is not None and stands != value:
        why = "Excel shows it with a % sign: 100 times what the file holds" if column.kind == "percent" else ""
        return Reading(number(value), why or "rounded to the cent")
    return Reading(number(value))


def _of_words(column: Column, raw: Any, typed: Any) -> Reading:
    if typed is None or (not isinstance(typed, (list, str)) and pd.isna(typed)):
        return Reading("nothing", "it stands for no value")
    if column.kind == "boolean":
        return Reading("yes" if typed else "no")
    if column.kind == "date":
        return Reading(str(typed)[:10])
    text = str(typed)
    if column.kind == "code" and column.codes is not None:
        labels = {code.code: code.label for code in column.codes.codes}
        words = "; ".join(labels.get(part, part) for part in text.split(";"))
        same = _parts(raw) in (_parts(text), _parts(words))
        return Reading(text, "" if same else f"the list “{column.codes.id}” knows it as {words}")
    return Reading(text)


def _parts(text: Any) -> set[str]:
    return {part.strip().casefold() for part in str(text).split(";")}


def _sign(text: NumberText, value: Decimal) -> str:
    """The decimal sign under which the text is the value that was taken."""
    for sign, found in ((".", text.dot), (",", text.comma)):
        if found is not None and abs(found - value) < _PLACES:
            return sign
    return "," if text.dot is None else "."


def _sign_reason(
    text: NumberText, sign: str, declared: str | None, answers: Mapping[str, str], others: Sequence[Any]
) -> str:
    word = "comma" if sign == "," else "point"
    if answers.get("number_format"):
        return f"a decimal {word}: the partner said so when asked"
    if declared is not None:
        return f"a decimal {word}: the partner declared that it writes numbers so"
    if text.ambiguous:
        from sources.reader.numbers import read_number

        proof = next((item for item in others if isinstance(item, str) and read_number(item).proves == sign), None)
        if proof is not None:
            return f"a decimal {word}: “{proof}” in the same column can only be read so"
    return f"a decimal {word}: it can only be read so"


def _exact(value: Any) -> Decimal | None:
    if value is None or isinstance(value, (str, bool)) or pd.isna(value):
        return None
    return round(Decimal(str(value)), 4)


def _number(value: Any) -> str:
    found = _exact(value)
    return "?" if found is None else number(found)
