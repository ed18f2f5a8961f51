"""Files made in memory, as partners make them, for the reader's tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from sources.contract.model import Code, CodeList, Column, Contract, Partner, Table
from sources.reader import InputFile, ReadResult, read_files

GROUPS = CodeList(
    "population_groups",
    (
        Code("black", "Black or African American", ("Black",)),
        Code("hispanic", "Hispanic or Latino", ("Latino", "Latina, Latinx")),
        Code("indigenous", "Indigenous"),
    ),
    shared=True,
)
STAGES = CodeList("heal.visits.stage", (Code("planned", "Planned"), Code("running", "Running")))

VISITS = Table(
    "visits",
    "Site visits",
    "One row per site visit.",
    (
        Column(
            "visit_id",
            "Visit ID",
            "text",
            "Number",
            ("Project ID",),
            required=True,
            key=True,
            max_length=40,
            examples=("V-001",),
        ),
        Column("place", "Place", "text", "Where", ("City",), required=True, examples=("Detroit",)),
        Column("visited_on", "Visited on", "date", "When", ("Date",), examples=("2026-08-19",)),
        Column(
            "groups",
            "Groups served",
            "code",
            "Who",
            required=False,
            codes=GROUPS,
            multiple=True,
            examples=("Indigenous",),
        ),
        Column("stage", "Stage", "code", "Stage", ("Status",), codes=STAGES, examples=("Running",)),
        Column("amount", "Grant paid", "money", "Money", ("Grant",), examples=("25000",)),
        Column(
            "people",
            "People reached",
            "integer",
            "People",
            ("Persons reached",),
            required=True,
            interval=True,
            examples=("120",),
        ),
        Column("share", "Share of women", "percent", "Share", examples=("47",)),
        Column("rating", "Rating", "decimal", "Rating", examples=("4.4",)),
        Column("open", "Open to all", "boolean", "Open", examples=("Yes",)),
    ),
)
VOICES = Table(
    "voices",
    "Voices heard",
    "One row per group.",
    (
        Column("group", "Group", "code", "Who", required=True, key=True, codes=GROUPS),
        Column("asked", "Patients asked", "integer", "Asked", required=True),
        Column("named", "Patients naming it", "integer", "Named"),
    ),
    optional=True,
)
CONTRACT = Contract(
    program="demo",
    title="DEMO – Demonstration program",
    version="2.1.0",
    description="A contract for tests.",
    reported_by="Nobody",
    tables=(VISITS, VOICES),
    partners=(
        Partner("p1", "Sample partner (one)", "demo", "US", "2023-Q2"),
        Partner("p2", "Sample partner (two)", "demo", "US", "2023-Q2"),
    ),
)
OTHER = Contract(
    program="cheer",
    title="CHEER – Roundtables",
    version="1.0.0",
    description="",
    reported_by="",
    tables=(
        Table(
            "roundtables",
            "Roundtables",
            "One row per roundtable.",
            (
                Column("roundtable_id", "Roundtable ID", "text", "", required=True, key=True),
                Column("held_on", "Date held", "date", "", required=True),
                Column("attended", "Attended", "integer", "", required=True),
            ),
        ),
    ),
)
HEADERS = ["Visit ID", "Place", "People reached"]
ROWS: list[list[Any]] = [["V-1", "Detroit", 12], ["V-2", "Trenton", 30]]


def partner(**changes: Any) -> Partner:
    return Partner("p1", "Sample partner (one)", "demo", "US", "2023-Q2", **changes)


def read(
    *files: InputFile | bytes, name: str = "return.xlsx", who: Partner | None = None, **options: Any
) -> ReadResult:
    given = [file if isinstance(file, InputFile) else InputFile(name, file) for file in files]
    options.setdefault("period", "2026-Q3")
    options.setdefault("others", [CONTRACT, OTHER])
    return read_files(CONTRACT, given, partner=who or partner(), **options)


def xlsx(
    *sheets: tuple[str, Sequence[Sequence[Any]]],
    start: tuple[int, int] = (0, 0),
    more: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """A workbook of sheets given as rows; ``more`` gets the book and its first sheet."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "default_date_format": "yyyy-mm-dd",
            "strings_to_formulas": False,
            "strings_to_numbers": False,
        },
    )
    made = []
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        made.append(sheet)
        for index, row in enumerate(rows):
            sheet.write_row(start[0] + index, start[1], row)
    if more is not None:
        more(book, made[0])
    book.close()
    return buffer.getvalue()


def one(column: str, *cells: Any) -> bytes:
    """A workbook whose only unusual column holds ``cells``."""
    return xlsx(
        (
            "Site visits",
            [[*HEADERS[:2], "People reached", column] if column != "People reached" else HEADERS]
            + [
                ([f"V-{index}", "Detroit", cell] if column == "People reached" else [f"V-{index}", "Detroit", 10, cell])
                for index, cell in enumerate(cells, start=1)
            ],
        )
    )


def csv(text: str, encoding: str = "utf-8") -> InputFile:
    return InputFile("return.csv", text.encode(encoding))


def rezip(data: bytes, change: Callable[[str, bytes], bytes], add: dict[str, bytes] | None = None) -> bytes:
    """A zip with every member passed through ``change``."""
    source = zipfile.ZipFile(io.BytesIO(data))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, change(member, source.read(member)))
        for name, content in (add or {}).items():
            target.writestr(name, content)
    return buffer.getvalue()


def ods(rows: Sequence[Sequence[Any]], sheet: str = "Site visits", tail: bool = True) -> bytes:
    """An OpenDocument sheet; cells may be values or dicts of attributes with ``text``."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table as OdfTable
    from odf.table import TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = OdfTable(name=sheet)
    for row in rows:
        line = (
            TableRow(**row[0])
            if row and isinstance(row[0], dict) and row[0].get("row") is None and "visibility" in row[0]
            else TableRow()
        )
        for value in row:
            if isinstance(value, dict):
                if "visibility" in value:
                    continue
                attributes = dict(value)
                text = attributes.pop("text", None)
                cell = TableCell(**attributes)
                if text is not None:
                    cell.addElement(P(text=text))
            elif isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=str(value))
                cell.addElement(P(text=str(value)))
            elif value == "":
                cell = TableCell()
            else:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    if tail:
        line = TableRow(numberrowsrepeated="1048000")
        line.addElement(TableCell(numbercolumnsrepeated="1000"))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def rules(result: ReadResult, *severities: str) -> list[str]:
    wanted = severities or ("error", "warning", "info")
    return [problem.rule for problem in result.problems if problem.severity in wanted]


def sentence(result: ReadResult, rule: str) -> str:
    return next(problem.sentence for problem in result.problems if problem.rule.endswith(rule))
