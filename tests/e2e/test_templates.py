"""The template, its examples and the rules come from one contract: what the template shows, the validator takes."""

import io

import openpyxl
import pytest

from expectations.desk import Desk
from sources.contract.load import load_all
from sources.contract.template import sheet_name, template_bytes
from sources.reader import InputFile
from sources.settings import Settings

CONTRACTS = load_all()


def filled(program: str, rows: bool) -> bytes:
    """The template of a program's first partner, with every column's documented example in the first row."""
    contract = CONTRACTS[program]
    partner = contract.partners[0]
    content = template_bytes(contract, partner=partner.code, period=contract.last_owed(partner, "2026-Q3"))
    if not rows:
        return content
    book = openpyxl.load_workbook(io.BytesIO(content))
    for table in contract.tables:
        for index, column in enumerate(table.columns, start=1):
            example = column.examples[0] if column.examples else None
            number = column.kind in ("integer", "decimal", "money") and example is not None
            book[sheet_name(table.label)].cell(6, index).value = float(example) if number else example
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def checked(tmp_path, content: bytes):
    return Desk(Settings.at(tmp_path), CONTRACTS).check([InputFile("return.xlsx", content)])


@pytest.mark.parametrize("program", CONTRACTS)
def test_every_documented_example_passes_the_validator(program, tmp_path):
    found = checked(tmp_path, filled(program, rows=True))
    assert found.program == program
    errors = [problem for problem in found.verdict.problems if problem.severity == "error"]
    # An example row left in is told so, and may point at a record that only exists in the example.
    assert {problem.rule.rsplit(".", 1)[-1] for problem in errors} <= {"example_rows", *references(program)}, errors
    assert any(problem.rule.endswith("example_rows") for problem in errors)


def references(program: str) -> set[str]:
    return {r.id.rsplit(".", 1)[-1] for t in CONTRACTS[program].tables for r in t.rules if r.kind == "references"}


@pytest.mark.parametrize("program", CONTRACTS)
def test_an_empty_template_is_told_apart_from_nothing_to_report(program, tmp_path):
    found = checked(tmp_path, filled(program, rows=False))
    assert (found.program, found.verdict.state) == (program, "refused")
    assert [problem.sentence for problem in found.verdict.problems] == [
        "The file has no data rows. If there is nothing to report, say so instead of sending an empty file."
    ]
