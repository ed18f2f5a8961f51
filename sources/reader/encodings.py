"""Bytes to text without guessing: a byte-order mark, strict UTF-8, a declared encoding, or a careful cp1252."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from sources.problems import Question
from sources.reader.refusal import Refused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Encodings offered when a file is in none that can be told for certain, with what people call them.
LEGACY = (
    ("cp1252", "Western European (Windows)"),
    ("cp1250", "Central European (Windows)"),
    ("cp1251", "Cyrillic (Windows)"),
    ("cp1253", "Greek (Windows, ISO 8859-7)"),
    ("cp1254", "Turkish (Windows)"),
    ("cp1255", "Hebrew (Windows)"),
    ("cp1256", "Arabic (Windows)"),
    ("mac_roman", "Western European (older Mac)"),
    ("cp850", "Western European (DOS)"),
)
# Signs that make no sense inside a word: the mark of another code page read as cp1252.
_ODD = "¡¢¤¥¦§¨¬¯±´¶¸¹¼½¾¿×÷‚ƒ„…†‡ˆ‰‹›˜³²µ"
_SUSPECT = (
    re.compile(rf"[^\W\d_][{_ODD}£«»][^\W\d_]"),
    re.compile(r"[^\W\d_][‚„ƒˆ˜¢¤¦¨¬¯´¶¸¿¡]"),
    re.compile(r"£(?![kKmMbB]\b)[^\W\d_]"),
    re.compile(r"[a-zà-öø-ÿ][À-ÖØ-ÞŠŽŒŸ](?![A-ZÀ-ÖØ-ÞŠŽŒŸ])"),
    re.compile(r"[À-ÖØ-öø-ÿŠšŽžŒœŸƒˆ˜]{3,}"),
    re.compile(r"[\x80-\x9f]"),
)


@dataclass(frozen=True)
class Decoded:
    """Text of a file, and the legacy encoding it was read with, if any."""

    text: str
    legacy: str | None = None


def decode(name: str, data: bytes, *, declared: str | None, answer: str | None) -> Decoded | Question:
    """Text of a csv file, or the question a person must answer first.

    Args:
        name: Display name of the file.
        data: Its bytes.
        declared: Legacy encoding the partner declared.
        answer: Answer to an earlier ``encoding`` question.

    Raises:
        Refused: NUL bytes, or bytes the declared encoding does not have.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(_strict(name, data, encoding))
    if b"\0" in data:
        for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            half = data[offset:2000:2]
            if len(data) % 2 == 0 and half.count(0) > 0.8 * len(half):
                return Decoded(_strict(name, data, encoding))
        line = re.split(rb"\r\n|\r|\n", data[: data.index(b"\0")])
        sentence = f"Line {len(line)} holds a NUL byte, so the file is damaged; save it again as CSV UTF-8."
        raise Refused("nul_byte", sentence, file=name, cells=(f"line {len(line)}",))
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    chosen = answer or declared
    if chosen is not None:
        return Decoded(_strict(name, data, chosen), chosen)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return _ask(name, data)
    if any(pattern.search(text) for pattern in _SUSPECT):
        return _ask(name, data)
    return Decoded(text, "cp1252")


def sample(text: str) -> str:
    """A few words of the text around its first accented characters, for a person to judge."""
    words: list[str] = []
    for match in re.finditer(r"[^\s,;|\t\"]*[^\x00-\x7f][^\s,;|\t\"]*", text):
        if match[0] not in words:
            words.append(match[0])
        if len(words) == 3:
            break
    return " ".join(words)[:60]


def _ask(name: str, data: bytes) -> Question:
    options = []
    for encoding, label in LEGACY:
        try:
            options.append((encoding, f"{label}: {sample(data.decode(encoding))}"))
        except UnicodeDecodeError:
            continue
    sentence = f"File {name} is not Unicode, and its letters can be read in more than one way. Which one looks right?"
    return Question("encoding", sentence, tuple(options))


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.split(rb"\r\n|\r|\n", data[: error.start]))
        sentence = f"Line {line} cannot be read as {encoding}; save the file again as CSV UTF-8."
        raise Refused("encoding", sentence, file=name, cells=(f"line {line}",)) from error
    except LookupError as error:
        raise Refused("encoding", f"The encoding “{encoding}” is not known.", file=name) from error
