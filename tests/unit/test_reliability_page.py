"""docs/reliability.md is what its rows and measurements say, and every test it names exists."""

import ast
import json

import pytest

from sources.contract.load import ROOT
from tests.reliability import report
from tests.reliability.rows import CHAPTERS, all_tests


def test_the_page_is_made_from_rows_and_measurements():
    assert report.PAGE.read_text(encoding="utf-8") == report.page(), (
        "docs/reliability.md differs from its rows or figures: python -m tests.reliability.report"
    )


@pytest.mark.parametrize("test", all_tests())
def test_a_test_that_is_named_exists(test):
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_says_what_the_person_does_and_how_it_is_tested():
    rows = [row for rows in CHAPTERS.values() for row in rows]
    assert len(rows) > 20
    assert all(row.breaks and row.happens and row.person and row.tests for row in rows)


def test_what_failed_or_was_skipped_or_never_ran_is_said(monkeypatch, tmp_path):
    names = all_tests()
    counts = ({"passed": 0, "skipped": 0, "failed": 1}, {"passed": 0, "skipped": 1, "failed": 0})
    tests = {name: {**count, "measured": "2026-01-01"} for name, count in zip(names, counts, strict=False)}
    file = tmp_path / "examined.json"
    file.write_text(json.dumps({"machine": "a machine", "tests": tests}), encoding="utf-8")
    monkeypatch.setattr(report, "KEPT", file)
    page = report.page()
    assert f"Tests that did not hold when the page was made: `{names[0]}`." in page
    assert f"Tests that could not run here: `{names[1]}`." in page
    assert f"Examined on 2026-01-01 on a machine: of {len(names)} tests 1 failed, 1 skipped." in page
    assert f"`{names[0].partition('::')[2]}`: **failed**" in page
    assert f"`{names[-1]}`" in page.partition("not yet run for this page")[2]


def test_what_a_test_recorded_is_kept_and_what_was_kept_before_stays(monkeypatch, tmp_path):
    there, here = all_tests()[0], "tests/unit/test_queueing.py::test_erlangs_formula_gives_its_known_values"
    monkeypatch.setattr(report, "KEPT", tmp_path / "examined.json")
    before = {"passed": 1, "skipped": 0, "failed": 0, "measured": "2026-01-01"}
    report.KEPT.write_text(
        json.dumps({"machine": "", "tests": {there: before, "gone.py::test": before}}), encoding="utf-8"
    )
    monkeypatch.setattr(report, "all_tests", lambda: [there, here])
    found = report.examine(["erlangs"])["tests"]
    assert {name: kept["passed"] for name, kept in found.items()} == {here: 5}
    assert json.loads(report.KEPT.read_text("utf-8"))["tests"].keys() == {there, here}
