"""A broken return → the marked workbook → what the Fix list names corrected, and nothing else → accepted."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from typer.testing import CliRunner

from expectations.desk import Checked, Desk
from expectations.marking import Marked, mark
from sources.contract.load import load_all
from sources.contract.template import sheet_name, template_bytes
from sources.reader import InputFile
from sources.samples.generate import generate
from sources.samples.model import SampleReturn
from sources.settings import Settings
from tests.unit.expectations.marking import checks

CONTRACTS = load_all()


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> list[SampleReturn]:
    return [item for item in generate(tmp_path_factory.mktemp("samples")) if item.files]


@pytest.fixture(name="desk")
def _desk(tmp_path) -> Desk:
    return Desk(Settings.at(tmp_path), CONTRACTS, lambda: datetime(2026, 11, 1, tzinfo=UTC))


def checked(desk: Desk, item: SampleReturn, files: list[InputFile]) -> Checked:
    return desk.check(files, item.program, item.partner, item.period)


def given(item: SampleReturn) -> list[InputFile]:
    return [InputFile(path.name, path.read_bytes()) for path in item.files]


def heal(samples: list[SampleReturn]) -> SampleReturn:
    (item,) = [one for one in samples if (one.program, one.period, one.expect) == ("heal", "2026-Q3", "returned")]
    return item


#: What the partner meant; the rest of what is typed is taken from the Fix list's own words.
MEANT = {"Everyone": "Hispanic or Latino", "KES": "USD"}


def corrected(marked: Marked) -> tuple[bytes, set[tuple[str, str]]]:
    """The workbook after a person typed what the Fix list says, reading nothing but the Fix list."""
    book = openpyxl.load_workbook(io.BytesIO(marked.data))
    page = book["Fix list"]
    named: set[tuple[str, str]] = set()
    for number, row in enumerate(page.iter_rows(min_row=5, max_col=7), start=1):
        severity, sheet, cell, wrong, read, expected, fix = [item.value for item in row]
        if severity != "Error":
            continue
        location = row[2].hyperlink.location
        assert location == f"'{sheet}'!{cell}"
        example = re.search(r"for example “?(.+?)”?\.?$", fix or "") or re.search(r"like (HEAL-)001", expected or "")
        most = re.search(r"at most (\d+)$", expected or "")
        if read in MEANT:
            value: object = MEANT[read]
        elif "appears twice" in wrong or (example and example[1] == "HEAL-"):
            value = f"HEAL-{900 + number}"
        elif example:
            value = int(example[1]) if example[1].isdigit() else example[1]
        elif most:
            value = int(most[1])
        else:
            value = {"0 or more": 0, "0 to 200,000": 14}.get(expected, "Short")
        book[sheet][cell] = value
        named.add((sheet, cell))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), named


def test_correcting_exactly_the_named_cells_gets_the_return_accepted(samples, desk):
    item = heal(samples)
    before = given(item)
    marked = mark(before, checked(desk, item, before).verdict.problems)
    checks.well_built(marked.data)
    again = checked(desk, item, [InputFile(marked.name, marked.data)]).verdict
    assert again.state == "returned"
    assert [p.sentence for p in again.problems] == [p.sentence for p in checked(desk, item, before).verdict.problems]
    data, named = corrected(marked)
    assert len(named) == 18
    verdict = checked(desk, item, [InputFile("corrected.xlsx", data)]).verdict
    assert verdict.state == "accepted", [problem.sentence for problem in verdict.problems]
    assert verdict.row_counts == again.row_counts


def test_the_same_mistakes_are_found_in_every_marked_sample(samples, desk):
    """Samples of all programs: marked where they can be, nothing else changed, judged as before."""
    seen = set()
    for item in samples:
        if item.program in seen and item.expect not in ("returned", "partially_accepted"):
            continue
        seen.add(item.program)
        files = given(item)
        verdict = checked(desk, item, files).verdict
        for file in files:
            own = [problem for problem in verdict.problems if problem.file in (None, file.name)]
            result = mark([file], own)
            if not file.name.endswith((".xlsx", ".xlsm")):
                assert (result.kind, bool(result.why)) == ("fix_list", True)
                continue
            assert result.kind == "marked", result.why
            sheets = {problem.sheet for problem in own if problem.severity != "info" and problem.cells}
            checks.only_allowed_changed(file.data, result.data, sheets - {None})
            checks.well_built(result.data)
        marked = [InputFile(f.name, mark([f], verdict.problems).data) if f.name.endswith(".xlsx") else f for f in files]
        after = checked(desk, item, marked).verdict
        assert (after.state, after.row_counts, after.totals) == (verdict.state, verdict.row_counts, verdict.totals)
        assert [p.sentence for p in after.problems] == [p.sentence for p in verdict.problems]
    assert seen == set(CONTRACTS) - {p for p in CONTRACTS if not any(item.program == p for item in samples)}


@pytest.mark.parametrize("program", CONTRACTS)
def test_our_own_template_goes_on_working_marked(program, desk):
    """Drop-downs, hidden tags, the hidden sheet with contract and version: all there, and read as before."""
    contract = CONTRACTS[program]
    partner = contract.partners[0]
    period = contract.last_owed(partner, "2026-Q3")
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(contract, partner=partner.code, period=period)))
    for table in contract.tables:
        for index, column in enumerate(table.columns, start=1):
            if not column.required or column.codes is not None or column.kind == "text":
                book[sheet_name(table.label)].cell(6, index).value = column.examples[0] if column.examples else "x"
    out = io.BytesIO()
    book.save(out)
    file = InputFile("template.xlsx", out.getvalue())
    found = desk.check([file])
    assert (found.program, found.verdict.error_count > 0) == (program, True)
    result = mark([file], found.verdict.problems)
    assert result.kind == "marked", result.why
    sheets = {problem.sheet for problem in found.verdict.problems if problem.severity != "info" and problem.cells}
    checks.only_allowed_changed(file.data, result.data, sheets - {None})
    checks.well_built(result.data)
    again = desk.check([InputFile("template.xlsx", result.data)])
    assert (again.program, again.partner, again.period) == (found.program, found.partner, found.period)
    assert again.verdict.as_dict() == found.verdict.as_dict()


def test_the_command_writes_the_marked_workbook_and_says_where(samples, tmp_path):
    import orchestration.cli.marking  # noqa: F401 - registers the command
    from orchestration.cli.app import app

    (path,) = heal(samples).files
    out = tmp_path / "marked.xlsx"
    how = ["--program", "heal", "--partner", "sample_heal", "--period", "2026-Q3", "--out", str(out)]
    ran = CliRunner().invoke(app, ["mark", str(path), *how])
    assert ran.exit_code == 1
    assert ran.output.splitlines()[-1] == f"Written: {out}"
    assert openpyxl.load_workbook(out).sheetnames == ["Fix list", "Interventions", "Survey feedback"]
