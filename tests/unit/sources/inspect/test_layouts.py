"""Every layout in every format is read as a person reads it."""

from __future__ import annotations

import pytest

from sources.inspect import inspect
from tests.unit.sources.inspect import messy
from tests.unit.sources.inspect.layouts import LAYOUTS
from tests.unit.sources.inspect.messy import Layout, Truth

_BREAKS = [layout for layout in LAYOUTS if any(isinstance(v, str) and "\n" in v for row in layout.rows for v in row)]
_CSV = [layout for layout in LAYOUTS if layout not in _BREAKS and not layout.merges]


def check(data: bytes, name: str, truth: Truth, layout: Layout) -> None:
    seen = inspect(name, data).as_dict()
    assert (seen["outcome"], seen["reason"]) in (("read", None), ("read_with_warnings", None))
    (table,) = seen["tables"]
    assert (tuple(table["header_rows"]), table["first_row"], table["last_row"], table["row_count"]) == (
        truth.header, truth.first, truth.last, truth.count,
    )  # fmt: skip
    assert tuple(table["columns"]) == truth.columns
    assert table["sheet"] == truth.sheet
    assert {remark["code"] for remark in table["warnings"]} >= set(layout.codes)
    left = [(*entry["rows"], entry["why"]) for entry in table["ignored"]]
    assert set(layout.left_out) <= set(left)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_xlsx(layout: Layout) -> None:
    check(messy.workbook(("Data", layout.rows), merges=layout.merges), "a.xlsx", layout.table("Data"), layout)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_ods(layout: Layout) -> None:
    check(messy.opendocument("Data", layout.rows, layout.merges), "a.ods", layout.table("Data"), layout)


@pytest.mark.parametrize("layout", _CSV, ids=lambda layout: layout.name)
@pytest.mark.parametrize(("delimiter", "newline", "encoding"), [(",", "\n", "utf-8"), (";", "\r\n", "utf-8-sig")])
def test_csv(layout: Layout, delimiter: str, newline: str, encoding: str) -> None:
    data = messy.text(layout.rows, delimiter, newline, encoding, ragged=delimiter == ";")
    check(data, "a.csv", layout.table(None), layout)
