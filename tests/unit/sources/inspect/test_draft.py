"""A contract drafted from a file loads strictly and reads that very file."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.scaffold import scaffold
from sources.contract.load import REFERENCE_DIR, ROOT, load_contract
from sources.contract.model import Partner
from sources.inspect import inspect
from sources.inspect.draft import DraftError, draft
from sources.reader import InputFile, read_files
from tests.unit.sources.inspect import messy
from tests.unit.sources.inspect.layouts import LAYOUTS

_NUMBERED = {"years", "years_with_values_like_years", "months_as_dates", "ages_as_columns"}
_SAME_NAMES = {"duplicate_names"}
_YEARS = {
    "last_record_without_values",
    "indicator_named_total",
    "missing_signs",
    "flags_on_numbers",
    "units_of_one_column",
    "marked_years",
    "numbered_sections",
}
#: Rows a contract alone cannot tell from records: the draft says so.
_OTHER_ROWS = {
    "titles_and_source",
    "sections",
    "column_numbers",
    "long_format_with_total_category",
    "notes_in_two_cells",
    "names_of_split_questions",
    "coded_sections",
    "record_of_even_numbers",
    "query_under_total",
    "average_under_total",
    "legend_after_a_gap",
    "line_under_the_names",
}
_UNREAD = _YEARS | _OTHER_ROWS | _NUMBERED | _SAME_NAMES
GRANTS = ROOT.parent / "shared" / "real" / "grants" / "a_b_charitable_trust.xlsx"


def kinds(data: bytes, name: str = "walks.xlsx") -> dict[str, str]:
    made = draft("walks", "Walks", "Walkers", name, data)
    return {column.label: column.kind for table in made.tables for column in table.columns}


def reads(root: Path, data: bytes, name: str) -> dict[str, int]:
    contract = load_contract("walks", root / "sources" / "programs", REFERENCE_DIR, strict=True)
    partner = Partner("sample_walks", "Sample", "walks", "US", "2026-Q1")
    result = read_files(contract, [InputFile(name, data)], partner=partner, period=None)
    assert result.outcome == "read"
    assert [problem.sentence for problem in result.problems if problem.severity == "error"] == []
    return {table: len(read.frame) for table, read in result.tables.items()}


@pytest.mark.parametrize("layout", [item for item in LAYOUTS if item.name not in _UNREAD], ids=lambda item: item.name)
def test_the_draft_reads_the_file_it_came_from(layout: messy.Layout, tmp_path: Path) -> None:
    data = messy.workbook(("Data", layout.rows), merges=layout.merges)
    made = draft("walks", "Walks", "Walkers", "walks.xlsx", data)
    scaffold("walks", "Walks", "Walkers", tmp_path, draft=made)
    rows = reads(tmp_path, data, "walks.xlsx")
    assert list(rows.values()) == [inspect("walks.xlsx", data).tables[0].row_count]


@pytest.mark.parametrize("layout", [item for item in LAYOUTS if item.name in _OTHER_ROWS], ids=lambda item: item.name)
def test_other_rows_than_seen_are_told(layout: messy.Layout) -> None:
    made = draft("walks", "Walks", "Walkers", "walks.xlsx", messy.workbook(("Data", layout.rows)))
    assert any(f"where the look found {layout.truth[4]}" in line for line in made.confirm)


@pytest.mark.parametrize(
    "layout", [item for item in LAYOUTS if item.name in _NUMBERED | _YEARS], ids=lambda item: item.name
)
def test_years_as_columns_are_no_contract(layout: messy.Layout) -> None:
    with pytest.raises(DraftError, match="named by years, dates or numbers"):
        draft("walks", "Walks", "Walkers", "walks.xlsx", messy.workbook(("Data", layout.rows)))


def test_two_columns_of_one_name_are_told() -> None:
    layout = next(item for item in LAYOUTS if item.name == "duplicate_names")
    with pytest.raises(DraftError, match="Two columns are named “Amount”"):
        draft("walks", "Walks", "Walkers", "walks.xlsx", messy.workbook(("Data", layout.rows)))


def test_a_file_that_needs_an_answer_is_not_drafted_from() -> None:
    with pytest.raises(
        DraftError, match=r"No contract can be drafted from a\.csv: .* has rows of values but no row of names"
    ):
        draft("walks", "Walks", "Walkers", "a.csv", b"1,2,3\n4,5,6\n7,8,9\n")


def test_kinds_lists_and_keys_are_guessed_and_marked() -> None:
    rows = [["Walk ID", "Held on", "Group", "People", "Grant", "Open to all", "Remarks"]]
    rows += [
        [
            f"W-{i:03}",
            f"2026-07-{i:02}",
            ("Youth", "Elders")[i % 2],
            10 + i,
            99.5 + i,
            ("Yes", "No")[i % 2],
            f"note {i * 7}",
        ]
        for i in range(1, 13)
    ]
    made = draft("walks", "Walks", "Walkers", "walks.csv", messy.text(rows))
    (table,) = made.tables
    assert {column.label: column.kind for column in table.columns} == {
        "Walk ID": "text", "Held on": "date", "Group": "code", "People": "integer", "Grant": "money",
        "Open to all": "boolean", "Remarks": "text",
    }  # fmt: skip
    assert [column.name for column in table.columns if column.key] == ["walk_id"]
    assert made.text.startswith("# DRAFT, drawn from walks.csv.")
    assert made.confirm == [
        "the key of walks was guessed: Walk ID",
        "the list of “Group” holds the 2 entries seen, and can lack some",
    ]
    assert "note 7" not in made.text, "a partner's own words do not go into a contract"


def test_leading_zeros_stay_text() -> None:
    rows = [["Code", "Name", "Count"], *[[f"00{i}", f"Ward {i}", i] for i in range(1, 6)]]
    assert kinds(messy.text(rows), "a.csv")["Code"] == "text"


def test_every_table_has_its_staging_model(tmp_path: Path) -> None:
    data = messy.workbook(
        ("Sites", [["Site ID", "Opened"], ["S1", 2019], ["S2", 2020], ["S3", 2021]]),
        ("Visits", [["Visit ID", "People"], ["V1", 3], ["V2", 4], ["V3", 9]]),
    )
    made = draft("walks", "Walks", "Walkers", "walks.xlsx", data)
    paths = scaffold("walks", "Walks", "Walkers", tmp_path, draft=made)
    assert {path.rsplit("/", 1)[-1] for path in paths if path.endswith(".sql")} == {
        "stg_walks__sites.sql", "stg_walks__visits.sql", "int_walks__indicators.sql",
    }  # fmt: skip
    assert reads(tmp_path, data, "walks.xlsx") == {"sites": 3, "visits": 3}


@pytest.mark.skipif(not GRANTS.is_file(), reason="the real files are not on this machine")
def test_a_funders_own_workbook(tmp_path: Path) -> None:
    data = GRANTS.read_bytes()
    made = draft("walks", "Walks", "Walkers", GRANTS.name, data)
    scaffold("walks", "Walks", "Walkers", tmp_path, draft=made)
    assert list(reads(tmp_path, data, GRANTS.name).values()) == [783]
