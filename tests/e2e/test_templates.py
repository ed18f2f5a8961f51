"""The template, its examples and the rules come from one contract: what the template shows, the validator takes."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from expectations.desk import Desk
from expectations.desk_template import template_for
from expectations.marking import mark
from sources.contract.load import load_all
from sources.contract.template import sheet_name, template_bytes
from sources.programs.heal import sample
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


# With what was reported before.

PLACE = {"program": "heal", "partner": "sample_heal"}


@pytest.fixture(name="desk")
def _desk(tmp_path) -> Desk:
    """A desk that took the synthetic HEAL returns of the four quarters before 2026-Q3."""
    desk = Desk(Settings.at(tmp_path / "data"), CONTRACTS, lambda: datetime(2026, 11, 1, tzinfo=UTC))
    items = [item for item in sample.returns(tmp_path / "samples", 1) if item.partner == "sample_heal"]
    for item in [item for item in items if "2025-Q3" <= item.period < "2026-Q3"]:
        files = [InputFile(path.name, path.read_bytes()) for path in item.files]
        desk.submit(files, **PLACE, period=item.period, who="ana")
    return desk


def test_rows_that_recur_are_begun_and_the_filled_template_is_accepted(desk):
    book = openpyxl.load_workbook(io.BytesIO(template_for(desk, **PLACE, period="2026-Q3")))
    assert book.active.title == "Interventions"
    page, feedback, before = book["Interventions"], book["Patient survey feedback"], book["Last quarter"]
    counted = [row for row in page.iter_rows(min_row=6, values_only=True) if row[0]]
    assert len(counted) == 13
    assert {tuple(cell is not None for cell in row) for row in counted} == {(True,) * 6 + (False,) * 5}
    shown = {row[0]: row for row in before.iter_rows(values_only=True) if str(row[0]).startswith("HEAL-")}
    for number, row in enumerate(counted, start=6):
        stage, amount, currency, people, trained = shown[row[0]][6:11]
        for column, value in zip("GHIJK", (stage, amount, currency, people, trained), strict=True):
            page[f"{column}{number}"] = value
    for number in range(6, 21):
        feedback[f"C{number}"], feedback[f"D{number}"] = 80, 12
    verdict = judged(desk, book)
    assert (verdict.state, verdict.row_counts) == ("accepted", {"interventions": 13, "survey_feedback": 15}), [
        problem.sentence for problem in verdict.problems
    ]
    for column in "GHIJK":
        page[f"{column}9"] = None
    verdict = judged(desk, book)
    assert (verdict.state, verdict.row_counts["interventions"]) == ("accepted_with_warnings", 12)
    assert [problem.sentence for problem in verdict.problems] == [
        "Sheet Interventions, row 9: only what was filled in beforehand stands here, so it was not read. "
        "Fill in the rest, or leave it where there is nothing to report."
    ]
    marked = mark([InputFile("q4.xlsx", saved(book))], verdict.problems)
    assert desk.check([InputFile("q4.xlsx", marked.data)]).verdict.as_dict() == verdict.as_dict()


def test_who_reported_nothing_yet_gets_the_template_everybody_gets(desk):
    for partner, period in (("sample_heal_south", "2026-Q3"), ("sample_heal", "2025-Q3")):
        plain = template_bytes(CONTRACTS["heal"], partner=partner, period=period)
        assert template_for(desk, "heal", partner, period) == plain


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def judged(desk: Desk, book: openpyxl.Workbook):
    found = desk.check([InputFile("q4.xlsx", saved(book))])
    assert (found.program, found.partner, found.period) == ("heal", "sample_heal", "2026-Q3")
    return found.verdict
