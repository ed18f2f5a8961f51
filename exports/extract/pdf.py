"""The annual extract as PDF: set by Typst, tagged after PDF/UA-1, the same bytes on every machine.

The document goes to Typst as data. Fonts are those of this package and those Typst brings; the system's are never
looked at, nor is a clock. What no font can show is written out by its code, as ``U+4E2D``: PDF/UA refuses blank boxes.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from exports import safe, wording
from exports.extract.document import Block, Chart, Document, Figures, Quote, Says, Section, Table, Terms, Text

#: Signs the package's fonts lack and Typst's own font has.
_SIGNS = "●▼▲✗\u00a0"
_FONTS = "fonts"
#: Colours of charts on paper; on the page the style sheet's.
_CHART_STYLE = """text{font-family:'IBM Plex Sans';font-size:14px;fill:#4a5866}
.strong{font-weight:600;font-family:'IBM Plex Sans SmBld';font-size:16px;fill:#15202b}
.goal-text,.name{font-family:'IBM Plex Sans SmBld';font-weight:600;fill:#15202b}
.value{fill:#15202b}
.paid{fill:#0b5c6b}
.committed{fill:#d3e6ea;stroke:#0b5c6b;stroke-width:1.5}
.track{fill:#e3ecef}
.axis{stroke:#4a5866}
.goal{stroke:#15202b;stroke-width:2;stroke-dasharray:8 5}
.pace{stroke:#4a5866;stroke-width:1.5;stroke-dasharray:2 5}
.planned{stroke:#15202b;stroke-width:2.5}
.grid{stroke:#cdd5dc}
.zero{stroke:#15202b;stroke-width:1.5}
.target{stroke:#15202b;stroke-width:2;stroke-dasharray:4 3}
.range{stroke:#15202b;stroke-width:2}
.forecast{fill:#ffffff;stroke:#15202b;stroke-width:2.5}
.then{fill:#ffffff;stroke:#0b5c6b;stroke-width:3}
.now{fill:#0b5c6b;stroke:#0b5c6b;stroke-width:3}
"""
#: A chart narrower than this does not take the whole line.
_FULL_WIDTH = 760


def extract_pdf(document: Document) -> bytes:
    """The document as PDF bytes.

    Raises:
        RuntimeError: Typst could not set it (``typst.TypstError``).
    """
    import typst

    day = date.fromisoformat(document.as_of)
    data: bytes = typst.compile(
        resources.files("exports.extract").joinpath("extract.typ").read_bytes(),
        root=_fonts_folder(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(as_data(document), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        # The day the figures speak for, not the clock.
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    return data


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_fonts_folder()])


def _fonts_folder() -> str:
    return str(Path(__file__).with_name(_FONTS))


def as_data(document: Document) -> dict[str, Any]:
    """The document as the template reads it; every text is one the fonts can show."""
    head = f" Newest entry of its event log: {document.log_head}." if document.log_head else ""
    notice = wording.SYNTHETIC if document.synthetic else None
    day = date.fromisoformat(document.as_of)
    colophon = (
        f"Made from build {document.build_id}, as of {wording.day_text(document.as_of)}.{head} Every sentence is "
        "computed from the same tables as the figures, except what is signed."
    )
    return {
        "title": shown(document.title),
        "about": shown(document.about),
        "notice": notice,
        "keywords": ["annual progress extract", str(document.year), *([notice] if notice else [])],
        "date": [day.year, day.month, day.day],
        "build_id": shown(document.build_id),
        "colophon": shown(f"{notice}. {colophon}" if notice else colophon),
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": shown(section.title),
        "apart": section.apart,
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(part) for part in section.sections if not part.is_empty],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Text():
            return {"type": "text", "text": shown(block.text), "quiet": block.quiet}
        case Says():
            said = [shown(sentence) for sentence in block.sentences]
            return {"type": "says", "heading": shown(block.heading), "sentences": said}
        case Figures():
            return {"type": "figures", "items": [[shown(part) for part in item] for item in block.items]}
        case Terms():
            return {"type": "terms", "items": [[shown(part) for part in item] for item in block.items]}
        case Quote():
            lines = [shown(line) for line in block.text.splitlines() if line.strip()]
            return {"type": "quote", "lines": lines, "about": shown(block.about)}
        case Chart():
            return _chart(block)
        case Table():
            return _table(block)


def _chart(chart: Chart) -> dict[str, Any]:
    wide, high = f"{chart.width:g}", f"{chart.height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">'
    svg = f"{head}<style>{_CHART_STYLE}</style>{shown(chart.body)}</svg>"
    return {
        "type": "chart",
        "title": shown(chart.title),
        "in_words": shown(f"{chart.title}. {chart.in_words}"),
        "svg": svg,
        "share": min(1.0, chart.width / _FULL_WIDTH),
        "caption": shown(chart.caption),
        "legend": [[kind, shown(words)] for kind, words in chart.legend],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "type": "table",
        "caption": shown(table.caption),
        "total": table.total,
        "columns": [
            {"label": shown(column.label), "width": column.width, "number": column.number} for column in table.columns
        ],
        "rows": [
            [
                {"text": shown(cell.text), "small": [shown(line) for line in cell.small], "tone": cell.tone}
                for cell in row
            ]
            for row in table.rows
        ],
    }


def shown(text: str) -> str:
    """Text that the fonts can show, without control characters; what they lack is written as its code.

    Example:
        >>> shown("Zoë 中")
        'Zoë U+4E2D'
    """
    known = _characters()
    text = safe.inert_text(" ".join(text.splitlines()).replace("\t", " "))
    return "".join(char if char in known else f"U+{ord(char):04X}" for char in text)


@cache
def _characters() -> frozenset[str]:
    """What all fonts of the package can show, and the signs Typst's own font adds."""
    files = sorted(Path(_fonts_folder()).glob("*.ttf"))
    common = frozenset.intersection(*(_mapped(path.read_bytes()) for path in files))
    return common | frozenset(_SIGNS)


def _mapped(data: bytes) -> frozenset[str]:
    """Characters of a TrueType font: its character map in format 4 (OpenType, “cmap”)."""
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {data[at : at + 4]: struct.unpack_from(">L", data, at + 8)[0] for at in range(12, 12 + 16 * count, 16)}
    start = tables[b"cmap"]
    maps = [struct.unpack_from(">HHL", data, start + 4 + 8 * place) for place in range(_short(data, start + 2))]
    found: set[str] = set()
    for _, _, offset in maps:
        at = start + offset
        if _short(data, at) != 4:
            continue
        segments = _short(data, at + 6) // 2
        ends = struct.unpack_from(f">{segments}H", data, at + 14)
        starts = struct.unpack_from(f">{segments}H", data, at + 16 + 2 * segments)
        for first, last in zip(starts, ends, strict=True):
            # The last segment is a mark, not a character.
            found |= {chr(code) for code in range(first, last + 1) if code != 0xFFFF}
    return frozenset(found)


def _short(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])
