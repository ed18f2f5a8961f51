"""What of the last return goes into a template, and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sources.contract.load import load_contract
from sources.contract.model import Code, CodeList, Column, Rule
from sources.contract.prefill import MOST_ROWS, last_returns, meta_rows, prefilled_rows, typed

HEAL = load_contract("heal")
STAGES = CodeList("stages", (Code("run", "Running"), Code("end", "Completed")))
ID = Column("site_id", "Site", "text", "", required=True, key=True)
NAME = Column("name", "Name", "text", "", required=True)
REMARK = Column("remark", "Remark", "text", "")
STAGE = Column("stage", "Stage", "code", "", required=True, codes=STAGES)
PEOPLE = Column("people", "People", "integer", "", required=True, interval=True)
MONEY = Column("money", "Money", "money", "")
CURRENCY = Column("currency", "Currency", "code", "", codes=CodeList("money", (Code("USD", "US dollar"),)))
NEEDS = Rule(
    "p.sites.money.needs", "requires", "error", ("money", "currency"), "", {"column": "money", "needs": "currency"}
)


def frame(period: str, *rows: tuple) -> pd.DataFrame:
    """Typed rows of id, stage and people."""
    return pd.DataFrame(
        {
            "site_id": [row[0] for row in rows],
            "name": [f"Site {row[0]}" for row in rows],
            "remark": ["said once"] * len(rows),
            "stage": [row[1] for row in rows],
            "people": [float(row[2]) for row in rows],
            "people_low": [float(row[2]) for row in rows],
            "people_high": [float(row[2]) for row in rows],
            "money": [10.5] * len(rows),
            "currency": ["USD"] * len(rows),
            "_period": period,
        }
    )


def given(*frames: pd.DataFrame, columns=(ID, NAME, REMARK, STAGE, PEOPLE, MONEY, CURRENCY), rules=(NEEDS,)):
    """What the template of a program with one table is given."""
    shape = replace(HEAL.tables[0], name="sites", label="Sites", columns=tuple(columns), rules=tuple(rules))
    return last_returns(replace(HEAL, tables=(shape,)), {"sites": frames}).get("sites")


LAST = frame("2026-Q2", ("A", "run", 5), ("B", "run", 6))
BEFORE = frame("2026-Q1", ("A", "run", 4), ("C", "run", 4))


def test_keys_and_what_describes_them_are_filled_in_and_figures_are_not():
    found = given(LAST, BEFORE)
    assert found.filled == (
        {"site_id": "A", "name": "Site A", "stage": "Running"},
        {"site_id": "B", "name": "Site B", "stage": "Running"},
    )
    assert found.period == "2026-Q2"
    assert found.rows[0] == ("A", "Site A", "said once", "Running", 5.0, 10.5, "US dollar")


def test_what_ever_changed_in_a_row_stays_blank():
    earlier = frame("2025-Q4", ("A", "end", 4))
    assert [sorted(row) for row in given(LAST, BEFORE, earlier).filled] == [["name", "site_id"]] * 2


@pytest.mark.parametrize("before", [[], [frame("2026-Q1", ("X", "run", 4), ("Y", "run", 4))]])
def test_typed_keys_that_have_not_recurred_are_only_shown(before):
    found = given(LAST, *before)
    assert (found.filled, len(found.rows)) == ((), 2)


def test_keys_from_a_list_are_filled_in_after_one_return():
    found = given(LAST.drop(index=1), columns=[replace(STAGE, key=True), PEOPLE], rules=())
    assert found.filled == ({"stage": "Running"},)


def test_a_table_where_nothing_that_is_needed_would_stay_blank_is_only_shown():
    found = given(LAST, BEFORE, columns=[ID, NAME, STAGE, replace(PEOPLE, required=False)], rules=())
    assert (found.filled, len(found.rows)) == ((), 2)


def test_events_of_a_quarter_do_not_recur():
    rule = replace(NEEDS, kind="in_period", params={"column": "remark"})
    assert given(LAST, BEFORE, rules=(rule,)).filled == ()


def test_tables_about_people_and_long_lists_are_left_out():
    assert given(LAST, BEFORE, columns=[ID, replace(NAME, personal="direct"), PEOPLE], rules=()) is None
    assert given(frame("2026-Q2", *((str(n), "run", 1) for n in range(MOST_ROWS + 1)))) is None
    assert given() is None


@pytest.mark.parametrize(
    ("column", "values", "shown"),
    [
        (PEOPLE, {"people": np.nan, "people_low": 0.0, "people_high": 4.0}, "<5"),
        (PEOPLE, {"people": np.nan, "people_low": 5.0, "people_high": 9.0}, "5 to 9"),
        (PEOPLE, {"people": np.nan, "people_low": np.nan, "people_high": np.nan}, None),
        (STAGE, {"stage": None}, None),
        (replace(STAGE, multiple=True), {"stage": "end;run"}, "Completed; Running"),
        (Column("day", "Day", "date", ""), {"day": pd.Timestamp("2026-04-03")}, date(2026, 4, 3)),
        (Column("day", "Day", "date", ""), {"day": pd.NaT}, None),
        (Column("yes", "Yes", "boolean", ""), {"yes": False}, "No"),
    ],
)
def test_values_are_shown_as_a_person_types_them(column, values, shown):
    assert typed(column, pd.DataFrame({name: [value] for name, value in values.items()}), 0) == shown


def test_the_hidden_sheet_tells_what_was_filled_in():
    meta = dict(meta_rows({"sites": given(LAST, BEFORE)}))
    assert frozenset({("site_id", "B"), ("name", "Site B"), ("stage", "Running")}) in prefilled_rows(meta, "sites")
    assert prefilled_rows(meta, "site") == set()
    assert prefilled_rows({"prefilled sites 0": "{broken", "prefilled sites 1": "[]"}, "sites") == set()


def test_asvs_1_2_10_a_template_runs_nothing_of_what_was_reported_or_is_written_in_a_contract():
    import io
    import zipfile

    import openpyxl

    from sources.contract.template import template_bytes

    evil = ['=HYPERLINK("http://evil.example","x")', "+cmd|' /C calc'!A0", "@SUM(1)", "-1+1", "<script>evil()</script>"]
    last = frame("2026-Q2", *((text, "run", 5) for text in evil))
    last["remark"] = evil
    label = ID.label
    shape = replace(
        HEAL.tables[0], name="sites", label=evil[0], description=evil[0], rules=(),
        columns=tuple(replace(column, description=evil[0], examples=(evil[0],)) for column in (ID, NAME, REMARK, STAGE, PEOPLE)),
    )  # fmt: skip
    contract = replace(HEAL, title=evil[0], tables=(shape,))
    data = template_bytes(contract, partner="p", period="2026-Q3", last=last_returns(contract, {"sites": [last]}))
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row]
    assert not [
        cell.value for cell in cells if cell.data_type == "f" or (cell.hyperlink is not None and cell.hyperlink.target)
    ]
    assert {cell.value for cell in cells if cell.data_type == "s"} >= {*evil, label}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        written = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<script" not in written
    assert b'TargetMode="External"' not in written
