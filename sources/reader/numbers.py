"""Numbers as people type them. Never a guess: two readings make a question, none makes a problem."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sources.reader.text import INVISIBLE

Separator = Literal[".", ","]
#: Longer texts are no numbers or dates; the patterns below need not be tried on them.
LONGEST = 120

_CURRENCY = re.compile(
    r"^(?:[$€£¥₦₹]|(?:US|CA|A|NZ)\$|[A-Z]{3}(?=[ \d(+-]))\s*|\s*(?:[$€£¥₦₹]|(?<=[\d) ])[A-Z]{3})$",
)
_GROUP_SPACE = r"[1-9][0-9]{0,2}(?:[ '’][0-9]{3})+"


def _pattern(decimal: str, thousands: str, indian: str = "") -> re.Pattern[str]:
    grouped = rf"[1-9][0-9]{{0,2}}(?:{thousands}[0-9]{{3}})+{indian}"
    return re.compile(rf"(?:(?:{grouped}|{_GROUP_SPACE}|[0-9]+)(?:{decimal}[0-9]*)?|{decimal}[0-9]+)")


_BODY: dict[Separator, re.Pattern[str]] = {
    ".": _pattern(r"\.", ",", r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"),
    ",": _pattern(",", r"\."),
}
_THOUSANDS: dict[Separator, str] = {".": ", '’", ",": ". '’"}
_LESS = re.compile(r"(?:<(=?)|(≤)|(?:less|fewer) than |under |below )\s*([0-9]{1,6})", re.IGNORECASE)
_MAGNITUDE = re.compile(r"[0-9.,]+\s*(?:k|m|mn|mio|million|bn|thousand|thd)\.?", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:~|≈|>|≥|\+/-|±|ca\.?|circa|approx\.?|approximately|about|around|over|more than|at least|up to|>=)\s*[0-9].*"
    r"|[0-9.,]+\s*(?:\+|-\s*[0-9.,]+|–\s*[0-9.,]+|to [0-9.,]+|or more|approx\.?|est\.?)",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")


@dataclass(frozen=True)
class NumberText:
    """What a text could be as a number.

    Attributes:
        dot: Value with ``.`` as decimal sign; ``None`` where that is no number.
        comma: Value with ``,`` as decimal sign.
        percent: A percent sign stood behind it.
        currency: A currency sign or code stood beside it.
        less_than: Bounds of ``<5``.
        cause: Why it is no number: ``number``, ``magnitude``, ``about``, ``scientific``, ``finite``.
    """

    dot: Decimal | None = None
    comma: Decimal | None = None
    percent: bool = False
    currency: bool = False
    less_than: tuple[int, int] | None = None
    cause: str = ""

    @property
    def ambiguous(self) -> bool:
        """Both readings exist and differ."""
        return self.dot is not None and self.comma is not None and self.dot != self.comma

    @property
    def proves(self) -> Separator | None:
        """The decimal sign this text can only have been written with."""
        if (self.dot is None) == (self.comma is None):
            return None
        return "." if self.comma is None else ","


def read_number(text: str) -> NumberText:
    """Everything a text can be as a number."""
    if len(text) > LONGEST:
        return NumberText(cause="number")
    body = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).strip().lstrip("'’").strip()
    body = body.replace("\u2212", "-")
    less = _LESS.fullmatch(body)
    if less is not None:
        limit = int(less[3])
        high = limit if less[1] or less[2] else limit - 1
        return NumberText(less_than=(0, high)) if high >= 0 else NumberText(cause="number")
    percent = body.endswith("%")
    if percent:
        body = body[:-1].rstrip()
    stripped, negative = _sign(body)
    bare = _CURRENCY.sub("", stripped, count=1)
    currency = bare != stripped
    if currency or not negative:
        bare, inner = _sign(bare.strip())
        if negative and inner:
            return NumberText(cause="number")
        negative = negative or inner
    dot, comma = _value(bare, ".", negative), _value(bare, ",", negative)
    if dot is not None or comma is not None:
        return NumberText(dot, comma, percent, currency)
    return NumberText(cause=_cause(body))


def _sign(body: str) -> tuple[str, bool]:
    if body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip(), True
    if body[:1] in "+-" and body[:1]:
        return body[1:].strip(), body[0] == "-"
    return body, False


def _value(body: str, decimal: Separator, negative: bool) -> Decimal | None:
    if _BODY[decimal].fullmatch(body) is None:
        return None
    digits = body.translate({ord(char): None for char in _THOUSANDS[decimal]}).replace(",", ".")
    value = Decimal(digits if digits[-1] != "." else digits[:-1])
    return -value if negative and value else value


def _cause(body: str) -> str:
    if body.casefold() in ("inf", "-inf", "+inf", "infinity", "nan", "∞"):
        return "finite"
    if _SCIENTIFIC.fullmatch(body):
        return "scientific"
    if _MAGNITUDE.fullmatch(_CURRENCY.sub("", body, count=1).strip()):
        return "magnitude"
    return "about" if _ABOUT.fullmatch(body) else "number"


def choose_separator(texts: Iterable[NumberText], declared: str | None) -> Separator | None:
    """The decimal sign of a column: the declared one, else what its own texts prove.

    Returns ``None`` where a person must say: two readings and no proof, or proof of both.
    """
    if declared is not None:
        return "," if declared == "," else "."
    texts = list(texts)
    proofs = {text.proves for text in texts} - {None}
    if len(proofs) == 1:
        return proofs.pop()
    if proofs or any(text.ambiguous for text in texts):
        return None
    return "."
