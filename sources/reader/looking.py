"""What the parsing process finds out about a file besides its grid; plain values in, plain values out.

Imports nothing that is not needed for it: neither pandas nor a contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sources.problems import Question
from sources.reader import biff12, odf, ooxml
from sources.reader.csv_dialect import ambiguous_delimiters, read_csv
from sources.reader.encodings import Decoded, decode, sample
from sources.reader.grid import SheetNotes
from sources.reader.prescan import Container, check_xml, open_container
from sources.reader.refusal import Refused
from sources.reader.text import normal

_FIELDS = tuple(SheetNotes.__dataclass_fields__)


def look(data: bytes, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Kind, remarks and either the csv's grid or the notes of every sheet.

    Args:
        data: The file.
        settings: ``name``, ``want_percent``, ``encoding``, ``encoding_answer``, ``delimiter`` and ``words``:
            the headers of each table as they are compared.

    Returns:
        ``kind``, ``remarks``, ``problems``, ``question``, ``notes``, ``date1904`` and, of a csv, ``sheets`` and
        ``lines``; or ``refused``, the one reason as a problem's values.
    """
    try:
        container = open_container(settings["name"], data)
        found: dict[str, Any] = {"kind": container.kind, "remarks": container.remarks}
        if container.kind == "csv":
            return found | _text(container, settings)
        check_xml(container)
        kind = "xlsx" if container.kind == "xlsm" else container.kind
        notes: dict[str, SheetNotes] = {}
        if kind == "xlsx":
            notes = ooxml.scan(container, want_percent=settings["want_percent"])
        elif kind == "xlsb":
            notes = biff12.scan(container)
        elif kind == "ods":
            notes = odf.scan(container)
        found["notes"] = {name: {field: getattr(note, field) for field in _FIELDS} for name, note in notes.items()}
        found["date1904"] = kind == "xlsx" and ooxml.is_date1904(container)
        return found
    except Refused as refused:
        return {"refused": refused.problem.as_dict()}


def extent(data: bytes, settings: Mapping[str, Any]) -> dict[str, Any]:
    """How far the values of each sheet reach, where a workbook was too much to parse: a refusal, or nothing."""
    try:
        container = open_container(settings["name"], data)
        if container.kind in ("xlsx", "xlsm"):
            for sheet, part in ooxml.sheet_parts(container).items():
                ooxml.check_extent(container.name, sheet, *ooxml.extent(container, part))
    except Refused as refused:
        return {"refused": refused.problem.as_dict()}
    return {}


def _text(container: Container, settings: Mapping[str, Any]) -> dict[str, Any]:
    declared, answer = settings["encoding"], settings["encoding_answer"]
    decoded = decode(container.name, container.data, declared=declared, answer=answer)
    if not isinstance(decoded, Decoded):
        return {"question": decoded.as_dict()}
    remarks = []
    if decoded.legacy is not None and declared is None and answer is None:
        sentence = (
            f"The file is not Unicode and was read as Western European, for example “{sample(decoded.text)}”. "
            "If that looks wrong, save it as CSV UTF-8 and hand it in again."
        )
        remarks.append(("encoding", sentence))
    tables: list[frozenset[str]] = [frozenset(words) for words in settings["words"]]
    every = frozenset(word for words in tables for word in words)

    def known(record: Sequence[Any]) -> int:
        texts = {normal(value) for value in record if isinstance(value, str) and 0 < len(value) < 120} & every
        return max((len(texts & words) for words in tables), default=0)

    if settings["delimiter"] is None:
        even = ambiguous_delimiters(decoded.text, known)
        if even and (tables or "\t" not in even):
            return {"question": _which(container.name, even).as_dict()}
    container.data = b""
    grid, problems = read_csv(
        container.name, decoded.text, known=known if tables else None, delimiter=settings["delimiter"]
    )
    return {
        "remarks": [*container.remarks, *remarks],
        "problems": [problem.as_dict() for problem in problems],
        "lines": grid.lines,
        "sheets": [{"columns": grid.columns}],
    }


_NAMES = {",": "A comma", ";": "A semicolon", "\t": "A tab", "|": "A vertical bar"}


def _which(name: str, delimiters: Sequence[str]) -> Question:
    sentence = f"File {name} can be split into columns in more than one way. What stands between its columns?"
    return Question("delimiter", sentence, tuple((sign, f"{_NAMES[sign]} ({sign})") for sign in delimiters))
