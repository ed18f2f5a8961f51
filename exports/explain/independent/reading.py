"""What cells mean: numbers as people type them, “<5”, words by the code they stand for."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from originals import Originals, Unreadable, day_of

LESS = re.compile(r"(?:<(=?)|(≤)|(?:less|fewer) than |under |below )\s*([0-9]{1,6})", re.IGNORECASE)
HIDDEN = "(personal data, not shown)"
Bounds = tuple[Decimal, Decimal]


class Wrong(Exception):
    """A cell that does not hold what the bundle says, or cannot be read as it says."""


class Unknown(Wrong):
    """A figure that cannot be recomputed: a row it rests on has no cells to read."""


class Cells:
    """The lines of ``cells.csv``, each checked against its original when it is first used."""

    def __init__(self, lines: list[dict[str, str]], originals: Originals) -> None:
        self.originals = originals
        self.by_term: dict[str, list[dict[str, str]]] = {}
        for line in lines:
            self.by_term.setdefault(line["term"], []).append(line)

    def of(self, term: str, role: str) -> list[dict[str, str]]:
        """The cells of a term with a role."""
        return [line for line in self.by_term.get(term, []) if line["role"] == role]

    def check(self, line: dict[str, str]) -> object:
        """The cell as it stands in the original.

        Raises:
            Wrong: It is not there, or is not what the bundle lists.
        """
        where = f"{line['file']} {line['sheet'] + '!' if line['sheet'] else ''}{line['cell']}"
        try:
            value = self.originals.cell(line["sha256"], line["sheet"], line["cell"])
        except Unreadable as problem:
            raise Wrong(f"{where}: {problem}") from None
        if value is None:
            raise Wrong(f"{where} is blank; the bundle lists “{line['raw']}”")
        if line["raw"] != HIDDEN and not same(value, line["raw"], line["kind"]):
            raise Wrong(f"{where} holds “{shown(value)}”; the bundle lists “{line['raw']}”")
        return value

    def bounds(self, line: dict[str, str]) -> Bounds:
        """The number of a cell, as lower and upper bound."""
        value = self.check(line)
        if isinstance(value, float):
            number = exact(value) * (int(line["factor"]) if line["factor"] else 1)
            return number, number
        return typed(str(value), line["decimal"])

    def word(self, term: str, role: str) -> str:
        """The code a cell stands for; blank where the term has no such cell."""
        lines = self.of(term, role)
        if not lines:
            return ""
        self.check(lines[0])
        return lines[0]["reads_as"]


def typed(text: str, decimal: str) -> Bounds:
    """A number as typed, with the decimal sign the bundle names; “<5” is 0 to 4."""
    body = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-").lstrip("'’")
    less = LESS.fullmatch(body)
    if less is not None:
        top = int(less[3]) - (0 if less[1] or less[2] else 1)
        return Decimal(0), Decimal(top)
    negative = body.startswith("-") or (body.startswith("(") and body.endswith(")"))
    digits = re.sub(r"[^0-9.,]", "", body).strip()
    thousands = "." if decimal == "," else ","
    digits = digits.replace(thousands, "").replace(",", ".")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise Wrong(f"“{text}” cannot be read as a number") from None
    number = -number if negative else number
    return number, number


def same(value: object, listed: str, kind: str) -> bool:
    """Whether a cell of the original is what the bundle lists."""
    if isinstance(value, date):
        return value.isoformat() == listed[:10]
    if isinstance(value, float):
        if kind == "day":
            return day_of(value) == listed[:10]
        try:
            return exact(value) == Decimal(listed)
        except InvalidOperation:
            return False
    found = str(value)
    if found.strip() == listed.strip():
        return True
    # In a csv an apostrophe keeps a spreadsheet from running text as a formula, and control characters are left out.
    return "'" in listed and bare(found) == bare(listed)


def bare(text: str) -> str:
    """Text without apostrophes and control characters."""
    return "".join(sign for sign in text if sign != "'" and (sign.isprintable() or sign in "\t\r\n")).strip()


def shown(value: object) -> str:
    """A cell for a message."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def exact(value: float) -> Decimal:
    """A spreadsheet's number as the decimal it shows."""
    return Decimal(repr(value)).normalize() if not value.is_integer() else Decimal(int(value))


def rounded(value: Decimal | None, places: int = 2) -> Decimal | None:
    """Ten decimals first, then the places asked for, halves away from zero."""
    if value is None:
        return None
    ten = value.quantize(Decimal("1e-10"), ROUND_HALF_UP)
    return ten.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def place_key(text: str) -> str:
    """What two spellings of a place have in common; blank where no letter or digit is left."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "".join(sign for sign in bare.lower() if sign.isalnum())
