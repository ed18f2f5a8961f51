"""The sample returns: they open, they say they are invented, and they repeat for a seed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from orchestration import demo
from sources import periods
from sources.contract.load import load_all, programs
from sources.programs.awards_summit import sample as awards
from sources.programs.career_academy import sample as career_academy
from sources.programs.cheer import sample as cheer
from sources.programs.community_of_practice import sample as community
from sources.programs.dialogue_events import sample as dialogues
from sources.programs.finance import sample as finance
from sources.programs.first_5_minutes import sample as first_5_minutes
from sources.programs.heal import sample as heal
from sources.programs.nextgen_scholarships import sample as scholarships
from sources.samples.generate import generate
from sources.samples.model import NOTICE, PERIODS, ErrorFormula, Planted, SampleReturn


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[SampleReturn]:
    return generate(tmp_path_factory.mktemp("samples"))


def _grids(path: Path) -> dict[str, list[list[object]]]:
    """Every sheet of a file; what a csv holds is called by its name."""
    if path.suffix == ".csv":
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            text = path.read_text("cp1252")
        header = next(line for line in text.splitlines() if not line.startswith("#"))
        delimiter = ";" if ";" in header else ","
        return {path.stem: [list(row) for row in csv.reader(text.splitlines(), delimiter=delimiter)]}
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _at(grid: list[list[object]], cell: str) -> object:
    return grid[int(cell[1:]) - 1][ord(cell[0]) - ord("A")]


def test_every_file_opens_and_says_that_it_is_invented(samples: list[SampleReturn]) -> None:
    files = [path for item in samples for path in item.files]
    assert {path.suffix for path in files} == {".xlsx", ".ods", ".csv"}
    for path in files:
        for grid in _grids(path).values():
            assert NOTICE in str(grid[0][0]), path


def test_values_repeat_for_a_seed_and_differ_for_another(samples: list[SampleReturn], tmp_path: Path) -> None:
    again, other = generate(tmp_path / "again"), generate(tmp_path / "other", seed=7)
    assert [item.period for item in again] == [item.period for item in samples]
    for one, two in zip(samples, again, strict=True):
        assert [_grids(path) for path in one.files] == [_grids(path) for path in two.files]
    first = {path.name: path for item in samples for path in item.files}
    differ = [path.name for item in other for path in item.files if _grids(path) != _grids(first[path.name])]
    assert len(differ) > 50


def test_the_list_is_in_the_order_of_receipt_and_written_as_json(samples: list[SampleReturn]) -> None:
    days = [item.received_on for item in samples]
    assert days == sorted(days)
    root = next(path for item in samples for path in item.files).parents[2]
    rows = json.loads((root / "samples.json").read_text("utf-8"))["returns"]
    assert [row["expect"] for row in rows] == [item.expect for item in samples]
    assert all((root / name).is_file() for row in rows for name in row["files"])


def test_every_partner_reports_every_quarter_owed_but_one_missing_and_one_excused(samples: list[SampleReturn]) -> None:
    stand = [item for item in samples if item.expect != "returned" and item.withdrawn_on is None]
    given = {(item.program, item.partner, item.period) for item in stand}
    owed = {
        (program, partner.code, period)
        for program, contract in load_all().items()
        for partner in contract.partners
        for period in periods.between(periods.FIRST_PERIOD, PERIODS[-1])
        if contract.owes(partner, period)
    }
    excused = (demo.WAIVED["program"], demo.WAIVED["partner"], demo.WAIVED["period"])
    assert owed - given == {("cheer", "sample_cheer_west", cheer.MISSING), excused}
    assert given <= owed


def test_what_partners_do_wrong_is_all_there(samples: list[SampleReturn]) -> None:
    contracts = load_all()
    late = [
        item
        for item in samples
        if item.received_on > periods.deadline(item.period, contracts[item.program].deadline_days)
        and item.reason is None
    ]
    assert [(item.partner, item.period) for item in late] == [
        ("sample_hemophilia_b", "2025-Q2"),
        ("sample_cheer_west", "2025-Q4"),
        ("sample_country_actions_brazil", "2026-Q2"),
    ]
    assert [(item.partner, item.reason_code) for item in samples if item.reason] == [
        ("sample_cheer", "late_data"),
        ("sample_cheer", "correction_of_error"),
        ("sample_heal_south", "double_counting_removed"),
        ("sample_finance", "exchange_rate"),
    ]
    assert [(item.partner, item.withdrawn_code) for item in samples if item.withdrawn_on] == [
        ("sample_cheer_west", "wrong_file")
    ]
    assert [item.expect for item in samples if not item.files] == ["nil"]
    states = {item.expect for item in samples}
    assert states == {"accepted", "accepted_with_warnings", "partially_accepted", "returned", "nil"}
    returned = [item for item in samples if item.expect == "returned"]
    for item in returned:
        after = samples[samples.index(item) + 1 :]
        assert any((o.partner, o.period, o.expect) == (item.partner, item.period, "accepted") for o in after)


@pytest.mark.parametrize(
    ("planted", "partner", "period"),
    [
        (heal.PLANTED, heal.NORTH, heal.PLANTED_PERIOD),
        (cheer.PLANTED, cheer.WEST, cheer.PLANTED_PERIOD),
        (first_5_minutes.PLANTED, first_5_minutes.PARTNER, first_5_minutes.PLANTED_PERIOD),
    ],
    ids=["heal", "cheer", "first_5_minutes"],
)
@pytest.mark.parametrize("seed", [2030, 1])
def test_planted_mistakes_stand_where_they_are_said_to(
    planted: list[Planted], partner: str, period: str, seed: int, tmp_path: Path
) -> None:
    item = next(
        item
        for item in generate(tmp_path, seed)
        if (item.partner, item.period, item.expect) == (partner, period, "returned")
    )
    grids = {name: grid for path in item.files for name, grid in _grids(path).items()}
    for one in planted:
        found = _at(grids[one.sheet], one.cell)
        # The spreadsheet reader shows error cells as empty.
        wanted = "" if one.value is None or isinstance(one.value, ErrorFormula) else one.value
        assert found == wanted, one


@pytest.fixture(scope="module")
def polls(samples: list[SampleReturn]) -> pd.DataFrame:
    """Respondents of all waves of the trust survey, as the partner's files say, under the columns of the contract."""
    table = load_all()["trust_survey"].table("respondents")
    names = {text: column.name for column in table.columns for text in (column.label, *column.synonyms)}
    frames = []
    for item in samples:
        if item.program == "trust_survey":
            (grid,) = _grids(item.files[0]).values()
            start = next(n for n, row in enumerate(grid) if "Wave" in row)
            frames.append(pd.DataFrame(grid[start + 1 :], columns=[names[str(head)] for head in grid[start]]))
    return pd.concat(frames).astype(str).replace("", None)


def test_the_polls_are_as_large_as_is_published(polls: pd.DataFrame) -> None:
    sizes = polls.groupby("wave_code").size()
    assert 11_500 < sizes["2022"] < 11_600
    assert sizes["2025"] == 11_489
    assert sizes.sum() > 35_000
    assert polls["country_code"].nunique() == 10
    assert (polls.groupby("wave_code")["country_code"].nunique() == 5).all()


def test_the_first_poll_of_the_united_kingdom_shows_the_published_shares(polls: pd.DataFrame) -> None:
    uk = polls[(polls["wave_code"] == "2022") & (polls["country_code"] == "United Kingdom")]
    weight, damaged = uk["weight"].astype(float), uk["trust_damaged"] == "Yes"

    def share(asked: pd.Series) -> float:
        return 100 * (weight * damaged)[asked].sum() / weight[asked].sum()

    held, gender = uk["characteristics"], uk["gender"]
    assert (len(uk), int((gender == "Other").sum())) == (2_406, 17)
    assert share(weight > 0) == pytest.approx(58, abs=0.5)
    assert share(held.str.contains("Disabled")) == pytest.approx(76, abs=1)
    assert share(held.str.contains("Minority ethnic")) == pytest.approx(69, abs=1)
    assert share(held.str.contains("LGBTQ")) == pytest.approx(63, abs=1)
    assert share(gender == "Woman") == pytest.approx(62, abs=1)
    assert share(held.str.contains(";")) == pytest.approx(88, abs=1)
    assert share(gender == "Other") == pytest.approx(82, abs=6)  # one of 17 weighs more than five points


def test_every_refusal_of_the_trust_gap_has_a_case_among_the_polls(polls: pd.DataFrame) -> None:
    of = dict(list(polls.groupby(["wave_code", "country_code"])))
    assert of["2024", "Canada"]["weight"].isna().all()
    assert sum(part["weight"].isna().any() for part in of.values()) == 1
    assert [key for key, part in of.items() if part["psu"].notna().any()] == [("2024", "Mexico")]
    units = of["2024", "Mexico"].groupby("stratum")["psu"].nunique()
    assert (units >= 2).all()
    for column, changed in (("question_version", "Japan"), ("sample_type", "Brazil")):
        both = [c for c in ("Brazil", "France", "Japan", "United Kingdom", "United States")
                if set(of["2022", c][column]) != set(of["2025", c][column])]  # fmt: skip
        assert both == [changed]
    weights = polls["weight"].dropna().astype(float)
    assert weights.std() > 0.2


def test_planted_rules_are_rules_or_columns_of_the_contract() -> None:
    assert len(heal.PLANTED) >= 12
    implicit = {"required", "type", "in_list", "range", "pattern", "max_length"}
    contracts = load_all()
    modules = (heal, cheer, community, career_academy, first_5_minutes, scholarships, dialogues)
    for one in (planted for module in modules for planted in module.PLANTED):
        program, table, column, rule = one.rule.split(".")
        declared = {item.id for item in contracts[program].table(table).rules}
        known = column in {item.name for item in contracts[program].table(table).columns} and rule in implicit
        assert one.rule in declared or known or (column, rule) == ("_row", "unique_key"), one


def test_every_rule_kind_is_used_somewhere() -> None:
    kinds = {rule.kind for contract in load_all().values() for table in contract.tables for rule in table.rules}
    assert kinds == {
        "requires",
        "needs_rate",
        "jump",
        "at_most",
        "parts_total",
        "not_falling",
        "in_period",
        "ordered",
        "references",
        "all_or_none",
        "stands_alone",
    }


@pytest.mark.parametrize("seed", [2030, 1, 2])
def test_the_ledger_pays_the_grants_that_programs_report_except_in_one_quarter(seed: int) -> None:
    differing = []
    for period in PERIODS:
        reported = {
            "heal": heal.grants(period, seed),
            "nextgen_scholarships": scholarships.grants(period, seed),
            "awards_summit": awards.grants(period),
        }
        rows = finance._payments(period, seed)
        for program, grants in reported.items():
            amounts = [row["entry_amount"] for row in rows if row["program_code"] == program]
            if sum(amounts) != sum(grants.values()):  # type: ignore[arg-type]
                differing.append((program, period))
    assert differing == [("heal", finance.UNRECONCILED)]


def test_the_awards_paid_are_those_that_are_listed() -> None:
    listed = sum(row["award_amount"] or 0 for row in awards._awardees(PERIODS[-1]) if row)  # type: ignore[misc]
    assert sum(sum(awards.grants(period).values()) for period in PERIODS) == listed > 0


def test_the_ledger_pays_every_program_but_itself() -> None:
    paid = {row["program_code"] for period in PERIODS for row in finance._payments(period, 2030)}
    assert paid - {"management"} == set(programs()) - {"finance"}


@pytest.mark.parametrize("seed", [2030, 1, 2])
def test_ledger_entries_are_dated_in_their_quarter_and_pay_known_commitments(seed: int) -> None:
    known: set[object] = set()
    for period in PERIODS:
        rows = [*finance._commitments(period, seed), *finance._payments(period, seed)]
        known |= {row["entry_id"] for row in rows}
        for row in rows:
            assert periods.of_date(row["entry_date"]) == period  # type: ignore[arg-type]
            assert row.get("commitment_id") is None or row["commitment_id"] in known
