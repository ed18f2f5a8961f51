"""Every indicator has a whole reference sheet and a target to 2030; what is declared between programs is declared once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pytest

from sources.contract.load import PROGRAMS_DIR, REFERENCE_DIR, part_problems, programs
from sources.contract.render import read_rows
from sources.periods import between

COLUMNS = (
    "indicator_code", "name", "definition", "unit", "kind", "level", "pillar_code", "key_action_code", "headline_span",
    "counts_people", "direction", "overlap", "baseline_value", "baseline_period", "numerator", "denominator",
    "means_of_verification", "limits", "version", "effective_from", "disaggregations", "sdg_target", "contributes_to",
    "parts_of",
)  # fmt: skip
ALWAYS = ("name", "definition", "unit", "means_of_verification", "version", "disaggregations")
ALLOWED = {
    "kind": {"flow", "stock", "ratio", "reach", "survey"},
    "level": {"input", "output", "outcome", "impact"},
    "headline_span": {"quarter", "year_to_date", "since_start"},
    "counts_people": {"true", "false"},
    "direction": {"increase", "decrease"},
    "overlap": {"", "unknown", "disjoint", "disjoint_places"},
}
CONTRIBUTIONS = {"bridges_of_trust", "conversations"}
QUARTERS = set(between("2022-Q1", "2030-Q4"))
INDICATORS = [(program, row) for program in programs() for row in read_rows(PROGRAMS_DIR / program / "indicators.csv")]


def codes(file: str) -> set[str]:
    return {row["code"] for row in read_rows(REFERENCE_DIR / f"{file}.csv")}


def lacking(program: str, row: dict[str, str]) -> Iterable[str]:
    """What a reference sheet lacks, one phrase each."""
    yield from (column for column in ALWAYS if not row[column].strip())
    yield from (f"{column} “{row[column]}”" for column, allowed in ALLOWED.items() if row[column] not in allowed)
    # The ledger pays for every pillar and key action.
    if program != "finance":
        yield from ("pillar" for _ in [0] if row["pillar_code"] not in codes("pillars"))
        yield from ("key action" for _ in [0] if row["key_action_code"] not in codes("key_actions"))
    if row["kind"] == "ratio" and not (row["numerator"] and row["denominator"]):
        yield "numerator and denominator"
    if row["kind"] in ("reach", "ratio", "survey") and not row["limits"]:
        yield "limits"
    if row["effective_from"] not in QUARTERS:
        yield "effective_from"
    if bool(row["baseline_value"]) != (row["baseline_period"] in QUARTERS):
        yield "a baseline with its quarter"
    if row["sdg_target"] and not re.fullmatch(r"(1[0-7]|[1-9])\.(1\d|[1-9]|[a-d])", row["sdg_target"]):
        yield f"SDG target “{row['sdg_target']}”"
    if not set(row["contributes_to"].split(";")) <= CONTRIBUTIONS | {""}:
        yield f"contributes_to “{row['contributes_to']}”"
    if not re.fullmatch(r"[a-z][a-z_]*(;[a-z][a-z_]*)*", row["disaggregations"]):
        yield f"disaggregations “{row['disaggregations']}”"


@pytest.mark.parametrize("program", programs())
def test_sheets_have_the_same_columns_in_the_same_order(program):
    assert tuple(read_rows(PROGRAMS_DIR / program / "indicators.csv")[0]) == COLUMNS


@pytest.mark.parametrize(("program", "row"), INDICATORS, ids=[row["indicator_code"] for _, row in INDICATORS])
def test_every_indicator_has_a_whole_sheet(program, row):
    assert list(lacking(program, row)) == []


@pytest.mark.parametrize(("program", "row"), INDICATORS, ids=[row["indicator_code"] for _, row in INDICATORS])
def test_every_indicator_has_a_target_to_2030_and_its_source(program, row):
    found = [
        target
        for target in read_rows(PROGRAMS_DIR / program / "targets.csv")
        if target["indicator_code"] == row["indicator_code"]
    ]
    if row["kind"] == "survey":
        # Relative to a gap that is itself measured: the goal says how much of it is to be left.
        assert found == []
        assert "trust_gap" in {goal["goal_code"] for goal in read_rows(REFERENCE_DIR / "goals.csv")}
        return
    assert max((target["year"] for target in found), default=None) == "2030"
    for target in found:
        assert target["basis"] in ("published", "assumed")
        assert target["source"].strip()
        # A published target quotes the sentence it stands in.
        assert target["basis"] == "assumed" or re.match(r"“[^”]+” \(.+\)$", target["source"])
        try:
            Decimal(target["target_value"])
        except InvalidOperation:
            pytest.fail(f"{target['target_value']} is not a number")
    assert len({target["year"] for target in found}) == len(found)


def test_codes_are_permanent_and_belong_to_one_indicator():
    found = [row["indicator_code"] for _, row in INDICATORS]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", code) for code in found)


def test_overlaps_name_two_programs_and_why():
    pairs = []
    for row in read_rows(REFERENCE_DIR / "overlaps.csv"):
        assert {row["program_code"], row["with_program_code"]} <= set(programs())
        assert row["program_code"] != row["with_program_code"]
        assert row["overlap"] in ("none", "within", "counted")
        assert row["basis"] in ("published", "assumed")
        assert row["source"].strip()
        pairs.append(frozenset((row["program_code"], row["with_program_code"])))
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"part": "whole"}, None),
        ({"part": "other"}, "parts_of “other” is no indicator of this program"),
        ({"part": "things"}, "parts_of “things”: both must count people"),
        ({"things": "whole"}, "parts_of “whole”: both must count people"),
        ({"part": "share"}, "parts_of “share”: a share is no part; name counts of people"),
        ({"share": "whole"}, "parts_of “whole”: a share is no part; name counts of people"),
        ({"part": "whole", "whole": "part"}, "parts_of “part” is itself a part; name the whole"),
        ({"part": "part"}, "parts_of “part” is itself a part; name the whole"),
    ],
)
def test_what_an_indicator_is_a_part_of_is_a_count_of_people_of_the_program(parts, told):
    kinds = {
        "whole": ("flow", "true"),
        "part": ("stock", "true"),
        "things": ("flow", "false"),
        "share": ("ratio", "true"),
    }
    sheets = [
        {"indicator_code": code, "kind": kind, "counts_people": people, "parts_of": parts.get(code, "")}
        for code, (kind, people) in kinds.items()
    ]
    found = list(part_problems("indicators.csv", sheets))
    if told is None:
        assert found == []
    else:
        assert any(sentence.endswith(told) for sentence in found), found


def test_what_is_awarded_is_active_graduated_or_neither():
    """The identity that gives small numbers away, declared where the program declares itself."""
    declared = {row["indicator_code"]: row["parts_of"] for _, row in INDICATORS if row["parts_of"]}
    whole = "nextgen_scholarships_scholars_awarded"
    assert {code for code, of in declared.items() if of == whole} == {
        "nextgen_scholarships_scholars_active",
        "nextgen_scholarships_graduated",
    }
