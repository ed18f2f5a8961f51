"""A build in which every name, title and comment is hostile, its harmless twin, and readers that look for live markup."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from exports import safe
from exports.published import Published
from exports.restatement import Restatement, restate
from tests.unit.exports import fixtures

#: Columns whose text somebody typed; codes, periods and states are ours.
TEXT = re.compile(
    r"(^|_)(name|names|about|programs|caveat|definition|detail|footnote|limits|verification|needed|note|title|sentence|"
    r"statement|why|reason|comment|text|story|purpose|description|source)$"
)
MARK = "evil"
STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r@",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\u200b=",
    "\u202e=",
    '"=',
    "'=",
    "<",
    "",
)
PAYLOAD = (
    'HYPERLINK("http://evil.example/{n}","x")|cmd;=evil()<script>evil({n})</script><img src=x onerror=evil({n})>'
    "[x](javascript:evil({n})) ![x](http://evil.example/{n}) **b** `c` ``` ~~~ | {{{{ evil }}}} ${{evil}} <% evil %> "
    '#import "evil": * #evil() $x$ ]]> --> </style></svg></title> &amp; &lt; \\evil \x00\x0b\u202e\u2066\u200b ö日'
)
_Tables = dict[str, list[dict[str, Any]]]


def hostile(number: int) -> str:
    """The hostile text of a number."""
    return STARTS[number % len(STARTS)] + PAYLOAD.format(n=number)


def harmless(number: int) -> str:
    """A plain text of the same length, so that both are broken into lines alike."""
    words = f"Plain {number} " + "plain words " * len(PAYLOAD)
    return words[: len(bare(hostile(number)))].strip()


@dataclass(frozen=True)
class Twins:
    """Two builds that differ in their texts alone, and for each what changed since an earlier one.

    Attributes:
        texts: The hostile texts.
        restricted: Numbers of those that stand in restricted tables alone, or tell leads what happened to a return.
    """

    evil: Published
    plain: Published
    evil_changes: Restatement
    plain_changes: Restatement
    texts: frozenset[str]
    restricted: frozenset[int]


def twins(root: Path) -> Twins:
    """The hostile build, its twin with plain names, and the hostile texts."""
    numbers: dict[str, int] = {}

    def numbered(text: str) -> int:
        return numbers.setdefault(text, len(numbers))

    def evil(text: str) -> str:
        return hostile(numbered(text))

    def plain(text: str) -> str:
        return harmless(numbered(text))

    builds = [fixtures.publish(root / change.__name__, _changed(change)) for change in (evil, plain)]
    changes = [_restated(root / f"{change.__name__}-changes", change) for change in (evil, plain)]
    released = {
        numbers[value]
        for audience, _, rows in fixtures.tables().values()
        for row in rows
        for key, value in row.items()
        if audience == "release" and _is_text(key, value)
    }
    every = numbers.values()
    return Twins(*builds, *changes, frozenset(map(hostile, every)), frozenset(set(every) - released))


def _restated(root: Path, change: Callable[[str], str]) -> Restatement:
    """Every KPI is five more than before, and what happened to it is told in the changed words."""

    def build(name: str, more: int) -> Published:
        found = _changed(change)
        found["pub_leads__kpi_breakdown"] = found["pub_leadership__breakdown"] = []
        for row in (*found["pub_leads__kpi"], *found["pub_leadership__progress"]):
            row |= {key: row[key] + more for key in ("value", "value_low", "value_high") if row.get(key) is not None}
        return fixtures.publish(root / name, found)

    found = restate(build("before", 0), build("after", 5), [])
    said = change("What happened")
    told = [
        replace(one, parts=tuple(replace(part, edit=replace(part.edit, text=said)) for part in one.parts))
        for one in found.changes
    ]
    return replace(found, changes=tuple(told))


def _changed(change: Callable[[str], str]) -> _Tables:
    return {
        name: [{key: change(value) if _is_text(key, value) else value for key, value in row.items()} for row in rows]
        for name, (_, _, rows) in fixtures.tables().items()
    }


def _is_text(key: str, value: object) -> bool:
    return isinstance(value, str) and TEXT.search(key) is not None and not value.isdigit()


def numbers_in(name: str, data: bytes) -> set[int]:
    """Numbers of the hostile texts a file holds, whatever kind of file it is."""
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            text = " ".join(parts.read(part).decode() for part in parts.namelist())
    elif name.endswith(".parquet"):
        import pyarrow.parquet as pq

        text = str(pq.read_table(io.BytesIO(data)).to_pylist())
    elif name.endswith(".pdf"):
        from pypdf import PdfReader

        text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))
    else:
        text = data.decode("utf-8")
    return {int(number) for number in re.findall(rf"{MARK}\.example/(\d+)", text)}


def bare(text: str) -> str:
    """Text without what no file format keeps, and with plain blanks: what a reader sees of it."""
    unseen = {**safe._CONTROL, **safe._BIDI, **safe._ZERO_WIDTH}
    return " ".join(text.translate(unseen).split())


def problems(name: str, data: bytes, twin: bytes, texts: frozenset[str]) -> list[str]:
    """What is wrong with a file of the hostile build. A kind of file nobody has thought of is wrong, too."""
    check = CHECKS.get(Path(name).suffix)
    if check is None:
        return [f"{name}: no reader looks into files like this; write one"]
    return [f"{name}: {told}" for told in check(data, twin, texts)]


def _csv(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    cells, others = (list(csv.reader(io.StringIO(one.decode("utf-8-sig"), newline=""))) for one in (data, twin))
    whole = {text.translate(safe._CONTROL) for text in texts}
    for cell in (cell for row in cells for cell in row):
        if re.match(r"[\s\u200b\u202e]*[=+\-@\uff1d\uff0b\uff0d\uff20]", cell) and not _number(cell):
            yield f"a cell begins like a formula: {cell[:40]!r}"
        if MARK in cell and not any(text in safe.csv_original(cell) for text in whole):
            yield f"the text cannot be taken back: {cell[:60]!r}"
    # A program of another country splits at semicolons and tabs, and is lax about quotes inside a line.
    text = data.decode("utf-8-sig")
    for begun in re.findall(
        r"(?:^|[\r\n])[\s\u200b\u202e]*[=+@\uff1d\uff0b\uff20].{,40}|[;\t][\s\"\u200b\u202e]*[=+@\uff1d\uff0b\uff20].{,40}",
        text,
    ):
        yield f"split elsewhere, a cell begins like a formula: {begun!r}"
    if _numbers(cells) != _numbers(others):
        yield "numbers are not those of the twin"


def _number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def _numbers(rows: list[list[str]]) -> Counter[str]:
    return Counter(cell for row in rows for cell in row if _number(cell))


def _xlsx(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    import openpyxl
    from python_calamine import CalamineWorkbook

    def cells(one: bytes) -> Iterator[Any]:
        for sheet in openpyxl.load_workbook(io.BytesIO(one)):
            yield from (cell for row in sheet.iter_rows() for cell in row if cell.value is not None)

    found = list(cells(data))
    formulas, expected = (Counter(c.value for c in cells(one) if c.data_type == "f") for one in (data, twin))
    if formulas != expected:
        yield f"formulas that are not ours: {list(formulas - expected)[:3]}"
    numbers, others = (Counter(c.value for c in cells(one) if c.data_type in ("n", "d")) for one in (data, twin))
    if numbers != others:
        yield f"numbers are not those of the twin: {list((others - numbers).items())[:3]}"
    whole = {text.translate(safe._CONTROL).replace("\r", "\n") for text in texts}
    notes: dict[str, str] = {}
    for cell in found:
        said = str(cell.value).replace("\r", "\n").replace("_x000D_", "\n")
        if cell.data_type == "s" and MARK in said and not any(text in said for text in whole):
            lines = notes.setdefault(cell.parent.title, _column(cell.parent, cell.column))
            if not any(bare(text) in lines for text in texts):
                yield f"the text is not exact: {said[:60]!r}"
        if cell.data_type == "s" and safe.is_formula_like(said) and not cell.quotePrefix:
            yield f"editing the cell makes it a formula: {said[:40]!r}"
        if cell.hyperlink is not None and (cell.hyperlink.target or MARK in str(cell.hyperlink.location)):
            yield f"a link out of the workbook: {cell.hyperlink.target}"
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    seen = " ".join(
        str(c) for n in workbook.sheet_names for row in workbook.get_sheet_by_name(n).to_python() for c in row
    )
    if any(MARK in str(cell.value) for cell in found) != (MARK in seen):
        yield "two readers disagree"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for part in parts.namelist():
            if part.endswith((".xml", ".rels")):
                _check_part(part, ET.fromstring(parts.read(part)))  # noqa: S314 - made by ourselves
            if "externalLink" in part or "vba" in part.lower():
                yield f"a part that has no place here: {part}"


def _column(sheet: Any, column: int) -> str:
    """A column's texts in one: notes are broken into lines of their own."""
    return bare(" ".join(str(cell.value) for (cell,) in sheet.iter_rows(min_col=column, max_col=column) if cell.value))


def _check_part(part: str, root: ET.Element) -> None:
    for element in root.iter():
        name = element.tag.rsplit("}", 1)[-1]
        if name in ("f", "formula", "formula1", "formula2", "definedName"):
            assert MARK not in str(element.text), f"{part}: {name}"
        if name == "Relationship":
            assert element.get("TargetMode") != "External", f"{part}: {element.get('Target')}"


class _Page(HTMLParser):
    """Elements with their attributes' names, addresses, and the text in sight."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, str]] = set()
        self.addresses: list[str] = []
        self.text: list[str] = []
        self.live: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href", "style")
        ]
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        (self.live if self._inside else self.text).append(data)

    def handle_comment(self, data: str) -> None:
        self.live.append(data)


#: What a drawing gets by the width of its words: labels that would lie on one another are left out.
LAID_OUT = frozenset({("text", "opacity")})


def _html(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    page, other = _Page(), _Page()
    page.feed(data.decode("utf-8"))
    other.feed(twin.decode("utf-8"))
    added = page.elements - other.elements - LAID_OUT
    if added:
        yield f"elements or attributes from data: {sorted(added)[:5]}"
    for address in page.addresses:
        if re.match(r"\s*(javascript|vbscript|data:text)", address, re.IGNORECASE) or f"{MARK}.example" in address:
            yield f"an address from data: {address[:60]!r}"
    for live in page.live:
        if "</" in live or (f"{MARK}(" in live.replace("\\", "") and "JSON" not in live):
            yield f"script, style or comment from data: {live[:60]!r}"
    seen = bare("".join(page.text))
    if MARK in seen and not any(bare(text) in seen for text in texts):
        yield "no hostile name is shown as it is"


def _xml(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    root, other = (ET.fromstring(one) for one in (data, twin))  # noqa: S314 - made by ourselves
    if {element.tag for element in root.iter()} != {element.tag for element in other.iter()}:
        yield "elements from data"
    shown = {bare(str(element.text)) for element in root.iter() if MARK in str(element.text)}
    if not any(bare(text) in one for one in shown for text in texts):
        yield "no hostile name is shown as it is"


def _json(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (found for item in value.items() for one in item for found in strings(one))
        elif isinstance(value, list):
            yield from (found for item in value for found in strings(item))
        elif isinstance(value, str):
            yield value

    for said in strings(json.loads(data)):
        if MARK in said and not any(bare(text) in bare(said) for text in texts):
            yield f"the text is not exact: {said[:60]!r}"


def _markdown(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    yield from _html(reader.render(data.decode()).encode(), reader.render(twin.decode()).encode(), texts)


def _pdf(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    for page in reader.pages:
        for note in page.get("/Annots") or []:
            action = note.get_object().get("/A") or {}
            if action.get_object().get("/S") in ("/JavaScript", "/Launch") or MARK in str(
                action.get_object().get("/URI")
            ):
                yield f"a live annotation: {action}"
    if b"/JavaScript" in data or b"/OpenAction" in data:
        yield "it runs something"
    seen = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    if MARK in seen and "<script>evil(" not in seen:
        yield "no hostile name is shown as it is"


def _parquet(data: bytes, twin: bytes, texts: frozenset[str]) -> Iterator[str]:
    import pyarrow.parquet as pq

    table, other = (pq.read_table(io.BytesIO(one)) for one in (data, twin))
    if table.schema != other.schema or table.num_rows != other.num_rows:
        yield "it is not the twin's table"
    for name in table.column_names:
        for value in table.column(name).to_pylist():
            if isinstance(value, str) and MARK in value and not any(text in value for text in texts):
                yield f"the text is not exact: {value[:60]!r}"


#: Readers by ending of the file's name.
CHECKS: dict[str, Callable[[bytes, bytes, frozenset[str]], Iterator[str]]] = {
    ".csv": _csv, ".xlsx": _xlsx, ".html": _html, ".xml": _xml, ".json": _json, ".md": _markdown, ".pdf": _pdf,
    ".parquet": _parquet, ".svg": _html,
}  # fmt: skip
