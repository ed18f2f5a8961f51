"""What is rendered from the contracts is committed and has not drifted; the template carries the contract."""

import io
from dataclasses import replace

import openpyxl
import pytest

from orchestration.rendering import everything
from sources.contract.load import load_all, load_contract
from sources.contract.render import dictionary_page, drift, write
from sources.contract.template import META_SHEET, sheet_name, template_bytes

CONTRACTS = load_all()


def test_nothing_has_drifted():
    assert drift(everything()) == []


def test_a_changed_and_a_stale_file_are_drift_and_are_mended(tmp_path):
    files = {"docs/dictionary/a.md": b"a", "sources/programs/x.json": b"{}"}
    write(files, tmp_path)
    (tmp_path / "docs/dictionary/a.md").write_text("changed")
    (tmp_path / "docs/dictionary/stale.md").write_text("of a program that is gone")
    assert drift(files, tmp_path) == ["docs/dictionary/a.md", "docs/dictionary/stale.md"]
    write(files, tmp_path)
    assert drift(files, tmp_path) == []


@pytest.mark.parametrize("program", CONTRACTS)
def test_the_template_has_labels_tags_lists_and_the_contract_id(program):
    contract = CONTRACTS[program]
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(contract, partner="sample", period="2026-Q3")))
    for table in contract.tables:
        sheet = book[sheet_name(table.label)]
        assert [cell.value for cell in sheet[5]][: len(table.columns)] == [column.label for column in table.columns]
        assert sheet["A4"].value == f"#{table.name}+{table.columns[0].name}"
        assert sheet.row_dimensions[4].hidden
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        wanted = [c for c in table.columns if (c.codes and not c.multiple) or c.kind == "boolean"]
        assert len(lists) == len({(rule.formula1, str(rule.sqref)) for rule in lists}) == len(wanted)
    meta = book[META_SHEET]
    assert meta.sheet_state == "veryHidden"
    values = {row[0].value: row[1].value for row in meta.iter_rows()}
    assert values["program"] == program
    assert values["version"] == contract.version
    assert values["period"] == "2026-Q3"


@pytest.mark.parametrize(
    ("kind", "title", "due", "nil"),
    [
        ("quarter", "quarterly return", "after the last day of the quarter.", "Nothing to report this quarter?"),
        ("year", "yearly return", "after the last day of the year.", "Nothing to report this year?"),
        (
            "wave",
            "return of a wave",
            "after the last day of the quarter the wave is reported for.",
            "Nothing to report for this wave?",
        ),
    ],
)
def test_template_and_dictionary_say_how_often_a_program_is_reported(kind, title, due, nil):
    contract = replace(CONTRACTS["trust_survey"], period_kind=kind)
    sheet = openpyxl.load_workbook(io.BytesIO(template_bytes(contract)))["How to"]
    lines = [str(row[0].value or "") for row in sheet.iter_rows()]
    assert lines[0].endswith(f"– {title}")
    assert f"Due 45 days {due}" in lines
    assert any(line.startswith(nil) for line in lines)
    assert f"One return per {kind}, " in dictionary_page(contract)
    assert "Sample partner (Trust survey) owes the waves of 2023-Q1, 2024-Q2 and 2025-Q3." in dictionary_page(contract)


def test_the_template_is_the_same_for_the_same_contract():
    assert template_bytes(load_contract("heal")) == template_bytes(load_contract("heal"))
