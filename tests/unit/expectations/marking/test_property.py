"""Random workbooks, random cells: whatever is marked stays whole, and marks come off without a trace."""

from __future__ import annotations

import io

import openpyxl
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from expectations.marking import mark
from sources.problems import Problem
from sources.reader import InputFile
from tests.unit.expectations.marking import checks, workbooks

TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r"), max_size=12)
VALUE = st.one_of(
    st.none(), TEXT, st.integers(-9999, 9999), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
)
FORMAT = st.fixed_dictionaries(
    {},
    optional={
        "bg_color": st.sampled_from(["#FFC4C8", "#00FF00", "#FFE698", "#123456"]),
        "bold": st.just(True),
        "num_format": st.sampled_from(["0.00", "@", "#,##0"]),
        "border": st.integers(1, 5),
        "pattern": st.integers(0, 18),
        "locked": st.just(False),
    },
)
NAME = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x4FF, blacklist_characters="[]:*?/\\'"), min_size=1, max_size=20
)
CELL = st.tuples(st.integers(1, 14), st.integers(0, 9))


@st.composite
def books(draw: st.DrawFn) -> bytes:
    """A workbook of one to three sheets with scattered values, formats, rows and columns."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    names = draw(st.lists(NAME.filter(str.strip), min_size=1, max_size=3, unique_by=str.casefold))
    for name in names:
        sheet = book.add_worksheet(name if name.casefold() not in ("history",) else "x")
        for (row, column), value, form in draw(st.lists(st.tuples(CELL, VALUE, FORMAT), max_size=12)):
            style = book.add_format(form)
            if value is None:
                sheet.write_blank(row - 1, column, None, style)
            else:
                sheet.write(row - 1, column, value, style)
        for column in draw(st.lists(st.integers(0, 9), max_size=2)):
            sheet.set_column(column, column, 12, book.add_format(draw(FORMAT)))
        for row in draw(st.lists(st.integers(0, 13), max_size=2)):
            sheet.set_row(row, 20, book.add_format(draw(FORMAT)))
        if draw(st.booleans()):
            sheet.write_comment(draw(st.integers(0, 13)), draw(st.integers(0, 9)), "theirs", {"author": "Ana"})
    book.get_worksheet_by_name(names[draw(st.integers(0, len(names) - 1))])
    book.close()
    data = out.getvalue()
    return draw(st.sampled_from([lambda x: x, workbooks.with_prefixes]))(data)


@settings(
    max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(books(), st.data())
def test_any_cells_of_any_workbook(before, data):
    names = openpyxl.load_workbook(io.BytesIO(before)).sheetnames
    problems, marked = [], {}
    for sheet in data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True)):
        cells = data.draw(st.lists(CELL, min_size=1, max_size=6, unique=True))
        refs = tuple(f"{get_column_letter(column + 1)}{row}" for row, column in cells)
        marked[sheet] = set(refs)
        severity = data.draw(st.sampled_from(["error", "warning"]))
        problems.append(
            Problem(
                "r", severity, f"Sheet {sheet}, {refs[0]}: {data.draw(TEXT)}.", sheet=sheet, cells=refs, count=len(refs)
            )
        )
    once = mark([InputFile("a.xlsx", before)], problems)
    assert once.kind == "marked", once.why
    checks.only_allowed_changed(before, once.data, set(marked))
    checks.well_built(once.data)
    checks.cells_same(before, once.data, marked)
    checks.opens(once.data)
    again = mark([InputFile("a.xlsx", once.data)], problems).data
    assert checks.members(again).keys() == checks.members(once.data).keys()
    assert checks.members(again)["xl/styles.xml"] == checks.members(once.data)["xl/styles.xml"]
    bare = mark([InputFile("a.xlsx", once.data)], []).data
    checks.cells_same(before, bare, {}, once_marked=marked)
