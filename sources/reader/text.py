"""Text as people type it, made comparable: labels, codes and keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

#: NUL, zero-width characters, soft hyphen, bidirectional controls, byte-order mark.
INVISIBLE = dict.fromkeys(
    (
        0x0000,
        0x00AD,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        0x2060,
        *range(0x2066, 0x206A),
        0xFEFF,
    )
)
_SPACES = dict.fromkeys((160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")
_CLEAN = {**INVISIBLE, **_SPACES}
_X000D = re.compile(r"_x000[dD]_")
_NON_WORD = re.compile(r"[\W_]+")
_MOJIBAKE = re.compile(r"[\x80-\x9f]|Ã[\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf™œ\x9d“”˜¢¦]|Â[£©®°·»«]|\ufffd")
_CYRILLIC_GREEK = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+")

#: What people write for "not known" or "nothing here"; never zero.
MISSING_ANYWHERE = frozenset(
    (
        *"-–—.*#",
        "--",
        "---",
        "..",
        "...",
        "**",
        "***",
        "****",
        "n/a",
        "n.a.",
        "n.a",
        "na",
        "tbc",
        "tbd",
        "t.b.c.",
        "t.b.d.",
    )
)
MISSING_VALUE = MISSING_ANYWHERE | frozenset(
    [
        "nil",
        "nil return",
        "none",
        "null",
        "unknown",
        "not known",
        "not available",
        "not applicable",
        "not yet known",
        "to be confirmed",
        "pending",
        "no data",
        "missing",
        "k.a.",
        "k. a.",
        "nd",
        "n.d.",
        "?",
        "??",
    ]
)
_SIGNS = frozenset(form for sign in MISSING_ANYWHERE for form in (sign, sign.upper(), sign.title(), sign.capitalize()))
ERROR_TEXT = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)


@lru_cache(maxsize=65_536)
def normal(text: str) -> str:
    """A label or code for comparison: case, accents, punctuation, invisible and odd spaces do not count.

    Dotless and dotted i are one letter, so Turkish upper case matches too. ``&`` reads *and*.
    """
    text = unicodedata.normalize("NFKD", text.translate(_CLEAN).replace("ı", "i").replace("&", " and ")).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return _NON_WORD.sub(" ", text).strip()


def clean(text: str) -> str:
    """A text value to store: composed letters, no invisible characters, ordinary spaces, no outer spaces."""
    text = _X000D.sub("", text).replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)
    return unicodedata.normalize("NFC", text).strip()


def is_plain(texts: Collection[str]) -> bool:
    """Whether texts can be stored as they are: trimmed ASCII, no sign for *not known*, no error, no ``1.2E+11``.

    A few passes over all of them at once instead of a look at each.
    """
    joined = "\n".join(texts)
    if not joined.isascii() or not joined.replace("\n", "").isprintable() or joined.count("\n") != len(texts) - 1:
        return False
    ends = joined[:1] in (" ", "#") or joined[-1:] == " "
    return not (
        ends or any(odd in joined for odd in ("_x000", "\n ", " \n", "\n#", "E+")) or not _SIGNS.isdisjoint(texts)
    )


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing a person can see."""
    return value is None or (isinstance(value, str) and not value.translate(_CLEAN).strip())


def is_missing(text: str, *, free: bool = False) -> bool:
    """Whether a text stands for *not known*. In ``free`` text only the signs that are never words count."""
    return text.strip().casefold() in (MISSING_ANYWHERE if free else MISSING_VALUE)


def has_mojibake(text: str) -> bool:
    """Whether the text was already damaged by a wrong encoding (``Ã©``, C1 controls)."""
    return not text.isascii() and _MOJIBAKE.search(text) is not None


def has_mixed_scripts(text: str) -> bool:
    """Whether one word mixes Latin with Cyrillic or Greek letters that look alike."""
    if text.isascii():
        return False
    return any(_CYRILLIC_GREEK.search(word) and re.search(r"[A-Za-z]", word) for word in _WORD.findall(text))


def closest(label: str, candidates: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The candidate most like ``label``, if any is."""
    import difflib

    by_normal = {normal(candidate): candidate for candidate in candidates}
    match = difflib.get_close_matches(normal(label), list(by_normal), n=1, cutoff=cutoff)
    return by_normal[match[0]] if match else None


#: Cyrillic and Greek letters that look like Latin ones.
_LOOK_ALIKE = str.maketrans(
    "АВЕЗІЈКМНОРСТУХЅаеіјорсухѕԁΑΒΕΖΗΙΚΜΝΟΡΤΥΧοντρ",
    "ABE3IJKMHOPCTYXSaeijopcyxsdABEZHIKMNOPTYXovtp",
)


def latin_look(text: str) -> str:
    """The text with letters of other alphabets replaced by the Latin ones they look like."""
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[A-Za-z]{2}")
_PHONE = re.compile(r"[+0(](?<![\w/.-].)(?:(?<=\+)[1-9]|(?<=0)0[1-9]|(?<=\()0)[\d ().-]{8,30}(?<=\d)")
_US_PHONE_END = re.compile(r"[0-9][-. ][0-9]{4}(?![\w/-])")
_US_PHONE = re.compile(r"(?<![\w/.-])\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}(?![\w/-])")


_COORDINATES = re.compile(r"(?<![\w.])[-+]?[0-9]{1,2}\.[0-9]{4,}°?[ ]?[NS]?[,;/ ] ?[-+]?[0-9]{1,3}\.[0-9]{4,}(?![\w.])")
_NAMED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mme|Frau|Herr|Sra?)\.? [^\W\d_a-z][^\W\d_]+ [^\W\d_a-z][^\W\d_]+")
_ILLNESS = re.compile(r"\b(?:diagnosed with|tested positive|HIV[- ]positive|is pregnant)\b", re.IGNORECASE)


def has_person(text: str) -> bool:
    """Whether a text holds what looks like a person's name behind a title, a place on the map, or a diagnosis."""
    return any(pattern.search(text) is not None for pattern in (_COORDINATES, _NAMED, _ILLNESS))


def has_contact(text: str) -> bool:
    """Whether a text holds what looks like an e-mail address or a telephone number."""
    if "@" in text and _MAIL.search(text):
        return True
    if ("+" in text or "00" in text or "(0" in text) and _PHONE.search(text):
        return True
    return _US_PHONE_END.search(text) is not None and _US_PHONE.search(text) is not None
