"""Every file format and csv dialect gives the same table."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.reader import InputFile, biff12
from sources.reader.csv_dialect import read_csv
from tests.unit.sources.reader.builders import HEADERS, ROWS, csv, ods, partner, read, rezip, rules, sentence, xlsx

EXPECTED = [["V-1", "Detroit", 12.0], ["V-2", "Trenton", 30.0]]


def rows(result) -> list:
    assert result.outcome == "read", (result.problems, result.questions)
    return result.tables["visits"].frame[["visit_id", "place", "people"]].to_numpy().tolist()


def test_xlsx_and_xlsm_names() -> None:
    data = xlsx(("KPI", [HEADERS, *ROWS]))
    assert rows(read(data)) == rows(read(data, name="a.xlsm")) == EXPECTED


def test_openpyxl() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in [HEADERS, *ROWS]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    assert rows(read(buffer.getvalue())) == EXPECTED


def test_strict_open_xml() -> None:
    def strict(name: str, content: bytes) -> bytes:
        pairs = [
            (
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ),
        ]
        for old, new in pairs:
            content = content.replace(old, new)
        return content

    assert rows(read(rezip(xlsx(("KPI", [HEADERS, *ROWS])), strict))) == EXPECTED


def test_lying_dimension() -> None:
    data = rezip(
        xlsx(("KPI", [HEADERS, *ROWS])), lambda name, content: content.replace(b'ref="A1:C3"', b'ref="A1:XFD1048576"')
    )
    assert rows(read(data)) == EXPECTED


def test_prefixed_namespace_and_error_cell() -> None:
    def prefix(name: str, content: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return content
        for tag in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f"):
            for old, new in (
                (b"<" + tag + b" ", b"<x:" + tag + b" "),
                (b"<" + tag + b">", b"<x:" + tag + b">"),
                (b"</" + tag + b">", b"</x:" + tag + b">"),
            ):
                content = content.replace(old, new)
        return content.replace(b'xmlns="', b'xmlns:x="')

    data = xlsx(("KPI", [HEADERS, *ROWS]), more=lambda book, sheet: sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!"))
    assert "demo.visits.people.type" in rules(read(rezip(data, prefix)), "error")


def test_ghost_rows() -> None:
    def ghosts(book, sheet) -> None:
        form = book.add_format({"bold": True})
        for row in range(3, 20_000):
            sheet.write_blank(row, 0, None, form)

    assert rows(read(xlsx(("KPI", [HEADERS, *ROWS]), more=ghosts))) == EXPECTED


def test_xls() -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("KPI")
    for row, values in enumerate([HEADERS, *ROWS]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    result = read(buffer.getvalue(), name="a.xls")
    assert rows(result) == EXPECTED
    assert sentence(result, "old_format") == "The file is in the old .xls format. It was read; save as XLSX next time."


def test_ods_with_a_million_repeated_empty_rows() -> None:
    assert rows(read(ods([["DEMO return"], [], HEADERS, *ROWS]), name="a.ods")) == EXPECTED


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (
            {"valuetype": "string", "formula": "of:=1/0", "stringvalue": "", "text": "#DIV/0!"},
            "the cell shows #DIV/0!. Correct the formula, or type the value.",
        ),
        (
            {"valuetype": "float", "value": "0", "formula": "of:=x", "text": "Err:502"},
            "the cell shows Err:502. Correct the formula, or type the value.",
        ),
        (
            {"formula": "of:=1+1"},
            "the formula has no result in the file. Open it in Excel, save it, and hand it in again.",
        ),
    ],
)
def test_ods_errors(cell: dict, text: str) -> None:
    result = read(ods([HEADERS, ["V-1", "Detroit", cell], ROWS[1]]), name="a.ods")
    assert sentence(result, "people.type") == f"Sheet Site visits, C2: {text}"


def test_ods_percentages() -> None:
    cell = {"valuetype": "percentage", "value": "0.47", "text": "47%"}
    result = read(ods([[*HEADERS, "Share of women"], ["V-1", "Detroit", 3, cell]]), name="a.ods")
    assert result.tables["visits"].frame["share"].tolist() == [47]


def test_ods_huge_filled_area() -> None:
    rows_ = [HEADERS, [{"valuetype": "float", "value": "1", "text": "1", "numbercolumnsrepeated": "16000"}]]
    data = ods(rows_, tail=False)
    assert rules(read(data, name="a.ods")) == ["file.too_large"]


TEXT = "Visit ID,Place,People reached\nV-1,Detroit,12\nV-2,Trenton,30\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_dialects(delimiter: str, newline: str, encoding: str) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", newline)
    assert rows(read(csv(text, encoding))) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\n" + TEXT.replace(",", ";"),
        "DEMO return;;\n\nVisit ID;Place;People reached\nV-1;Detroit;12\nV-2;Trenton;30\n;;\nNote: provisional, to be checked;;\n",
        TEXT.replace("Detroit", '"Detroit"'),
        TEXT.replace("\n", ",,\n"),
        "\n\n" + TEXT,
    ],
)
def test_csv_layouts(text: str) -> None:
    assert rows(read(csv(text))) == EXPECTED


def test_semicolons_with_decimal_commas() -> None:
    result = read(csv("Visit ID;Place;People reached;Grant paid\nV-1;Detroit;12;1.234,50\nV-2;Boise;3;12,5\n"))
    assert result.tables["visits"].frame["amount"].tolist() == [1234.5, 12.5]


def test_lines_count_as_in_an_editor() -> None:
    result = read(csv('Visit ID,Place,People reached\nV-1,"Detroit\nEast",12\nV-2,Trenton,x\n'))
    assert result.tables["visits"].frame["_row"].tolist() == [2, 4]
    assert result.tables["visits"].frame["place"][0] == "Detroit\nEast"
    assert (
        sentence(result, "people.type") == "Line 4, column C: “x” is not a number. Type digits only, for example 120."
    )


def test_line_breaks_in_the_first_record_under_title_lines_are_no_stray_quotes() -> None:
    text = (
        "# Return of the quarter\n# Synthetic sample\n\n"
        + ",".join(HEADERS)
        + '\nV-1,"Detroit\nand\nnorth",12\nV-2,x,3\n'
    )
    result = read(csv(text))
    assert result.problems == []
    assert result.tables["visits"].frame["_row"].tolist() == [5, 8]


@pytest.mark.parametrize("bad", ['V-1,"Detroit,12', 'V-1,"Det"roit,12'])
def test_unclosed_quotation_mark_swallows_nothing(bad: str) -> None:
    result = read(csv(f"Visit ID,Place,People reached\n{bad}\nV-2,Trenton,30\nV-3,Boise,4\n"))
    assert (
        sentence(result, "quotation_mark") == "Line 2: a quotation mark is not closed, or stands inside a text. "
        'Write a quotation mark inside a text twice (""), or leave it out.'
    )
    assert result.tables["visits"].frame["visit_id"].tolist() == ["V-1", "V-2", "V-3"]


def test_cp1252_is_shown() -> None:
    result = read(csv("Visit ID;Place;People reached\nV-1;Café “£” Zürich;3\n", "cp1252"))
    assert result.tables["visits"].frame["place"].tolist() == ["Café “£” Zürich"]
    assert sentence(result, "file.encoding").startswith(
        "The file is not Unicode and was read as Western European, for example “Café “£” Zürich”."
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Αθήνα", "iso-8859-7"),
        ("Москва", "cp1251"),
        ("القاهرة", "cp1256"),
        ("Łódź", "cp1250"),
        ("Café", "cp850"),
        ("Café", "mac_roman"),
    ],
)
def test_legacy_encodings_ask(text: str, encoding: str) -> None:
    file = csv(f"Visit ID;Place;People reached\nV-1;{text} Nord;3\n", encoding)
    question = read(file).questions[0]
    assert question.key == "encoding"
    assert any(text in label for _, label in question.options)
    assert read(file, answers={"encoding": encoding}).tables["visits"].frame["place"].tolist() == [f"{text} Nord"]
    assert read(file, who=partner(encoding=encoding)).tables["visits"].frame["place"].tolist() == [f"{text} Nord"]


def test_xlsb_records() -> None:
    def record(kind: int, payload: bytes) -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
        return head + bytes([len(payload)]) + payload

    data = record(0, (4).to_bytes(4, "little") + b"\0" * 7 + b"\x10" + b"\0" * 5) + record(
        3, (2).to_bytes(4, "little") + b"\0" * 4 + b"\x07"
    )
    assert [(kind, payload[:4]) for kind, payload in biff12.records(data)] == [(0, b"\x04\0\0\0"), (3, b"\x02\0\0\0")]
    container = type("C", (), {"name": "a.xlsb", "member": lambda self, part: data})()
    notes = biff12._scan_sheet(container, "KPI", "part")
    assert (notes.errors, notes.hidden_rows) == ({(4, 2): "#DIV/0!"}, {4})


cells = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=2, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_csv_round_trip(table, delimiter: str) -> None:
    import csv as stdlib

    buffer = io.StringIO()
    stdlib.writer(buffer, delimiter=delimiter, quoting=stdlib.QUOTE_ALL).writerows([HEADERS, *table])
    grid, problems = read_csv("a.csv", buffer.getvalue(), known=lambda record: len(set(record) & set(HEADERS)))
    while table and not any(cell.strip() for cell in table[-1]):
        table.pop()
    assert [grid.row_values(row) for row in range(grid.height)] == [HEADERS, *table]
    assert not problems


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=1, max_size=6),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), (" ", "."), ("", ",")]),
)
def test_accepted_numbers_equal_what_cells_say(numbers, signs) -> None:
    thousands, decimal = signs

    def written(number) -> str:
        return f"{number:,.2f}".replace(",", "T").replace(".", "D").replace("T", thousands).replace("D", decimal)

    lines = [f"V-{index};Detroit;3;{written(number)}" for index, number in enumerate(numbers)]
    for who in (partner(), partner(decimal=decimal)):
        result = read(
            InputFile("a.csv", "\n".join(["Visit ID;Place;People reached;Grant paid", *lines]).encode()), who=who
        )
        assert result.outcome == "read"
        assert result.tables["visits"].frame["amount"].tolist() == [float(number) for number in numbers]
    other = read(
        InputFile("a.csv", "\n".join(["Visit ID;Place;People reached;Grant paid", *lines]).encode()),
        who=partner(decimal="." if decimal == "," else ","),
    )
    assert other.outcome == "read"
    assert "demo.visits.amount.type" in rules(other, "error")


def test_a_line_break_within_a_number_shifts_nothing() -> None:
    result = read(csv('Visit ID,Place,People reached\nV-1,Detroit,"1\n2"\nV-2,Boise,3\n'))
    assert result.tables["visits"].bad_cells == {"people": {0}}
    assert result.tables["visits"].frame["people"][1] == 3
