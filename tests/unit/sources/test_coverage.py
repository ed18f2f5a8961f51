"""The page that says what carries each statement names only what exists, and leaves no claim out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sources.contract.load import PROGRAMS_DIR, REFERENCE_DIR, ROOT, load_all, programs
from sources.contract.render import read_rows

PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
CLAIMS = read_rows(REFERENCE_DIR / "claims.csv")
#: Program and kind of each indicator.
KNOWN = {
    row["indicator_code"]: (program, row["kind"])
    for program in programs()
    for row in read_rows(PROGRAMS_DIR / program / "indicators.csv")
}
NONE = ("", "")
MEASURED = [claim for claim in CLAIMS if claim["measure"] in ("indicator", "countries", "places")]


def table_rows() -> Iterator[list[str]]:
    """Cells of every row of the page's tables, heads and rules left out."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and not set(cells[0]) <= {"-"} and cells[0] != "What the pages say":
            yield cells


def codes(column: int) -> set[str]:
    """Codes in backticks in one column of the tables."""
    return {code for cells in table_rows() for code in re.findall(r"`(\w+)`", cells[column])}


def test_every_row_has_four_cells_and_says_what_carries_it_or_that_nothing_does():
    for cells in table_rows():
        assert len(cells) == 4, cells
        assert all(cells), cells
        assert cells[3] == "–" or re.fullmatch(r"`\w+`(, `\w+`)*", cells[3]), cells
        assert cells[1] == "–" or re.fullmatch(r"`\w+`(, `\w+`)*", cells[1]), cells


def test_every_program_named_exists_and_every_program_is_named():
    assert codes(1) == set(programs())


def test_every_indicator_and_table_named_exists():
    sources = {f"{program}__{table.name}" for program, contract in load_all().items() for table in contract.tables}
    models = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    lists = {f"ref_{path.stem}" for path in REFERENCE_DIR.glob("*.csv")}
    assert codes(2) - set(KNOWN) - sources - models - lists - {"contributes_to"} == set()


def test_the_claims_of_the_page_are_the_claims_of_the_list():
    assert codes(3) == {claim["claim_code"] for claim in CLAIMS}


def test_a_claim_is_held_against_an_indicator_of_its_program():
    wrong = [
        claim["claim_code"] for claim in MEASURED if KNOWN.get(claim["measure_code"], NONE)[0] != claim["program_code"]
    ]
    assert wrong == []


def test_programs_of_claims_exist():
    assert {claim["program_code"] for claim in CLAIMS} - {""} <= set(programs())


def test_countries_and_places_are_counted_of_what_adds_up():
    counted = {claim["measure_code"] for claim in MEASURED if claim["measure"] != "indicator"}
    assert {KNOWN.get(code, NONE)[1] for code in counted} <= {"flow", "reach"}


def test_claims_are_stated_in_full():
    """What the warehouse relies on in the list of claims and no type can say."""
    assert [int(row["claim_number"]) for row in CLAIMS] == list(range(1, len(CLAIMS) + 1))
    assert len({row["claim_code"] for row in CLAIMS}) == len(CLAIMS)
    for row in CLAIMS:
        code = row["claim_code"]
        assert bool(row["tolerance"]) == (row["comparison"] == "about") == bool(row["tolerance_reason"]), code
        assert bool(row["claimed_value"]) == (row["comparison"] not in ("name_only", "no_figure")), code
        # Where nothing is measured, only the list can say what would be needed.
        stated = row["measure"] == "none" or row["comparison"] in ("name_only", "no_figure")
        assert stated == bool(row["needed"]), code
        assert bool(row["measure_code"]) == (row["measure"] != "none"), code
        assert bool(row["wave_code"]) == bool(row["group_code"]) == row["measure"].startswith("survey_"), code


def test_a_million_conversations_is_a_name_and_not_a_target():
    (name,) = [row for row in CLAIMS if row["comparison"] == "name_only"]
    assert "‘A Million Conversations’" in name["source_sentence"]
    assert not [row["claim_code"] for row in CLAIMS if row["claimed_value"] == "1000000"]
