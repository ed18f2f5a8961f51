"""A contract is loaded strictly: what would be silently without effect is an error with file, line and key."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sources import periods
from sources.contract.load import PROGRAMS_DIR, ContractError, load_all, load_contract, program_codes, programs
from sources.contract.model import Partner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PROGRAMS_DIR / "heal", tmp_path / "heal")
    return tmp_path


def break_contract(folder: Path, old: str, new: str) -> str:
    path = folder / "heal" / "contract.odcs.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contract("heal", folder)
    return str(caught.value)


@pytest.mark.parametrize("program", programs())
def test_every_contract_passes_the_standard_and_our_own_gate(program):
    contract = load_contract(program, strict=True)
    assert contract.tables
    assert contract.partners
    assert all(table.description.startswith("One row per") for table in contract.tables)


def test_a_misspelt_nested_key_names_file_line_and_key(folder):
    message = break_contract(folder, "        required: true\n", "        requird: true\n")
    assert message == (
        "sources/programs/heal/contract.odcs.yaml:46: unknown key “requird” in a column; did you mean “required”?"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: requires, column:", "kind: requires, colum:", "unknown key “colum” in a requires rule; did you mean"),
        ("kind: at_most", "kind: at_mots", "unknown rule kind “at_mots”; did you mean “at_most”?"),
        ("property: codeList", "property: codelist", "unknown property “codelist”; did you mean “codeList”?"),
        ("value: us_states", "value: us_statez", "there is no shared list “us_statez”"),
        ("other: responses_count", "other: responces", "the rule names “responces”, which is no column of"),
        (
            "logicalType: integer\n        logicalTypeOptions: {minimum: 0, maximum: 2000000}",
            "logicalType: array",
            "the type “array” is not supported",
        ),
        ("description: One row per community", "description: Each community", "must open with its grain"),
        ("id: heal", "id: heel", "must be the folder's name “heal”"),
        ("value: quarter", "value: month", "the frequency “month” must be one of quarter, year, wave"),
        ("severity: error", "severity: fatal", "severity must be error, warning or info"),
        ("version: 2.0.0", "version: 2.0.0\nversion: 3.0.0", "the key “version” stands twice"),
        ("schema:", "schema: [", "not valid YAML"),
        ("status: active", "status: [active]", "is not of type 'string'"),
    ],
)
def test_what_is_wrong_is_said(folder, old, new, expected):
    message = break_contract(folder, old, new)
    assert message.startswith("sources/programs/heal/contract.odcs.yaml:")
    assert expected in message


def test_an_unknown_program_lists_the_known_ones():
    with pytest.raises(ContractError, match=f"known are {', '.join(programs())}$"):
        load_contract("nobody")


def test_a_partner_with_a_misspelt_key_is_refused(folder):
    path = folder / "heal" / "partners.yaml"
    path.write_text(path.read_text().replace("country: US", "contry: US", 1))
    with pytest.raises(ContractError, match=r"partners\.yaml:\d+: unknown key “contry” in a partner"):
        load_contract("heal", folder)


@pytest.mark.parametrize(
    ("program", "old", "new", "expected"),
    [
        (
            "heal",
            "since: 2023-Q2",
            "since: 2023-Q2\n    waves: [2024-Q1]",
            "sample_heal lists waves, but the program is",
        ),
        (
            "trust_survey",
            "    waves: [2023-Q1, 2024-Q2, 2025-Q3]\n",
            "",
            "sample_trust_survey needs “waves”: the quarters",
        ),
        ("trust_survey", "[2023-Q1,", "[2025-Q4,", "the waves of sample_trust_survey must be in order, each once"),
        ("trust_survey", "[2023-Q1, 2024-Q2,", "[2024-Q2, 2024-Q2,", "must be in order, each once"),
        ("trust_survey", "[2023-Q1,", "[2022-Q4,", "the wave 2022-Q4 of sample_trust_survey lies outside the quarters"),
        ("trust_survey", "[2023-Q1,", "[2023,", "is not a quarter"),
    ],
)
def test_waves_are_listed_by_programs_reported_by_wave_and_by_no_others(tmp_path, program, old, new, expected):
    shutil.copytree(PROGRAMS_DIR / program, tmp_path / program)
    path = tmp_path / program / "partners.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError, match=r"partners\.yaml:\d+: ") as caught:
        load_contract(program, tmp_path)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "owed", "last"),
    [
        ("quarter", ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2"], "2025-Q2"),
        ("year", ["2024-Q4"], "2024-Q4"),
        ("wave", ["2024-Q3", "2025-Q1"], "2025-Q1"),
    ],
)
def test_what_is_owed_follows_from_how_a_program_is_reported(kind, owed, last):
    partner = Partner("p", "Sample partner (P)", "heal", "US", "2024-Q3", "2025-Q2", ("2024-Q3", "2025-Q1"))
    contract = replace(load_contract("heal"), period_kind=kind)
    assert [q for q in periods.between("2024-Q1", "2026-Q4") if contract.owes(partner, q)] == owed
    assert contract.last_owed(partner, "2026-Q4") == last
    assert contract.last_owed(partner, "2024-Q2") is None


def test_slugs_codes_and_indicators_are_unique_over_all_programs():
    contracts = load_all()
    partners = [partner.code for contract in contracts.values() for partner in contract.partners]
    assert len(partners) == len(set(partners))
    rules = [rule.id for contract in contracts.values() for table in contract.tables for rule in table.rules]
    assert len(rules) == len(set(rules))


def test_money_goes_to_programs_under_their_own_titles():
    titles = {slug: contract.title for slug, contract in load_all().items()}
    labels = {code.code: code.label for code in program_codes().codes}
    assert labels == titles | {"management": "Management of the initiative"}
