"""Is this the right return? Program, template version, partner and quarter, each with one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sources import periods
from sources.contract.model import Contract, Partner
from sources.reader.grid import Grid
from sources.reader.headers import Found, find_tables
from sources.reader.refusal import Refused
from sources.reader.text import is_blank, normal
from sources.reader.vocabulary import Vocabulary

META_SHEET = "_impact"
_ORDINALS = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4}
_QUARTERS = (
    re.compile(r"\bq(?P<q>[1-4])\s*[-/ ,]?\s*(?P<y>20\d{2})\b"),
    re.compile(r"\b(?P<y>20\d{2})\s*[-/ ,]?\s*q(?P<q>[1-4])\b"),
    re.compile(r"\b(?P<q>1st|2nd|3rd|4th|first|second|third|fourth) quarter(?: of)? (?P<y>20\d{2})\b"),
    re.compile(r"\bquarter (?P<q>[1-4])(?: of)?,? (?P<y>20\d{2})\b"),
    re.compile(r"\b(?P<y>20\d{2}) (?P<q>1st|2nd|3rd|4th|first|second|third|fourth) quarter\b"),
)
#: Words beside a quarter that show it is not the quarter reported.
_OTHERWISE = re.compile(
    r"\b(?:since|from|until|before|after|compare[ds]?|comparison|versus|vs|previous|last|next|baseline|due|correct\w*"
    r"|change[ds]?|start\w*|began|began in|launched|joined|version|updated|revised|revision|to date)\b"
)


def short_title(contract: Contract) -> str:
    """A program's short name, as people say it."""
    return contract.title.split(" – ")[0].strip() or contract.program


def quarter_words(period: str, beside: str = "") -> str:
    """``Q3 2026``; only ``Q3`` where the year stands beside it already."""
    year, quarter = periods.parse(period)
    return f"Q{quarter}" if beside and periods.parse(beside)[0] == year else f"Q{quarter} {year}"


def quarters_named(text: str) -> set[str]:
    """Quarters a text names, such as ``Q2 2026``, ``2026-Q2`` or ``2nd quarter 2026``."""
    words = re.sub(r"\s+", " ", text.replace("–", "-").replace("\u00a0", " ")).casefold()
    found = set()
    for pattern in _QUARTERS:
        for match in pattern.finditer(words):
            number = match["q"]
            found.add(f"{match['y']}-Q{number if number.isdigit() else _ORDINALS[number]}")
    return found


def read_meta(grids: Iterable[Grid]) -> dict[str, str]:
    """Keys and values of the template's hidden sheet; empty where there is none."""
    meta: dict[str, str] = {}
    for grid in grids:
        if grid.sheet == META_SHEET and len(grid.columns) >= 2:
            for key, value in zip(grid.columns[0], grid.columns[1], strict=True):
                if not is_blank(key) and not is_blank(value):
                    meta[str(key).strip()] = str(value).strip()
    return meta


def check_meta(
    meta: dict[str, str], contract: Contract, others: Sequence[Contract], partner: Partner | None, period: str | None
) -> None:
    """Refuse a template made for another program, version, partner or quarter.

    Raises:
        Refused: With the one reason.
    """
    program = meta.get("program")
    if program and program != contract.program:
        title = next((short_title(other) for other in others if other.program == program), program)
        raise _wrong_program(title, contract)
    version = meta.get("version", "")
    if version and version.split(".")[0] != str(contract.major):
        sentence = f"The template must be version {contract.major}: download it."
        raise Refused("version", sentence, found=version, expected=contract.version)
    code = meta.get("partner")
    if code and partner is not None and code != partner.code:
        theirs = next((known.name for known in contract.partners if known.code == code), code)
        sentence = f"This is a return of {theirs}; you chose {partner.name}."
        raise Refused("partner", sentence, found=code, expected=partner.code)
    stated = quarters_named(meta.get("period", ""))
    if period is not None and stated and period not in stated:
        raise _wrong_quarter(min(stated), period)


def check_program(grids: Sequence[Grid], contract: Contract, others: Iterable[Contract]) -> None:
    """Refuse, with the program named, a submission whose tables are those of another program.

    Raises:
        Refused: Always; the submission holds no table of ``contract``.
    """
    best: tuple[int, Contract] | None = None
    for other in others:
        if other.program == contract.program:
            continue
        vocabulary = Vocabulary(other)
        score = sum(len(found.columns) for grid in grids if not grid.hidden for found in find_tables(grid, vocabulary))
        if score and (best is None or score > best[0]):
            best = (score, other)
    if best is not None:
        raise _wrong_program(short_title(best[1]), contract)
    table = contract.tables[0]
    names = ", ".join(column.label for column in table.columns if column.required)
    sentence = f"No table of {short_title(contract)} was found. {table.label} needs a header row with: {names}."
    raise Refused("no_table", sentence)


def rival_program(found: Sequence[Found], contract: Contract, others: Iterable[Contract]) -> None:
    """Refuse where the found headers fit another program's tables clearly better.

    Raises:
        Refused: With the other program named.
    """
    grids = list({id(place.grid): place.grid for place in found}.values())
    ours = sum(len(place.columns) for place in found)
    for other in others:
        if other.program == contract.program:
            continue
        vocabulary = Vocabulary(other)
        theirs = sum(len(place.columns) for grid in grids for place in find_tables(grid, vocabulary))
        if theirs > ours + 1:
            raise _wrong_program(short_title(other), contract)


def title_quarters(found: Found) -> set[str]:
    """Quarters that the title cells above a table, or its sheet's name, say it reports."""
    texts = [found.grid.sheet or ""]
    for row in range(max(0, found.header[0] - 15), found.header[0]):
        cells = [value for value in found.free_values(row) if not is_blank(value)]
        texts += [value for value in cells if isinstance(value, str)]
        texts.append(" ".join(str(value) for value in cells[:3]))
    named: set[str] = set()
    for text in texts:
        if len(text) <= 100 and not _OTHERWISE.search(normal(text)):
            named |= quarters_named(text)
    return named


def check_quarter(found: Sequence[Found], period: str | None) -> None:
    """Refuse a return whose titles name one other quarter and never the chosen one.

    Raises:
        Refused: ``This is a Q2 2026 return; Q3 is open.``
    """
    named = set().union(*(title_quarters(place) for place in found)) if found else set()
    if period is not None and len(named) == 1 and period not in named:
        raise _wrong_quarter(min(named), period)


def _wrong_quarter(stated: str, period: str) -> Refused:
    sentence = f"This is a {quarter_words(stated)} return; {quarter_words(period, stated)} is open."
    return Refused("period", sentence, found=stated, expected=period)


def _wrong_program(title: str, contract: Contract) -> Refused:
    article = "an" if title[:1].upper() in "AEIOU" else "a"
    sentence = f"This is {article} {title} return; you chose {short_title(contract)}."
    return Refused("program", sentence, found=title, expected=short_title(contract))
