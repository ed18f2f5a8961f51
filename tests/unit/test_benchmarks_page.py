"""The page of benchmarks is what its measured sections say, and a section that fails leaves the former figures."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import run
from tests.benchmarks.section import Figure, Result, Section, compared


def test_the_page_is_made_from_what_was_measured():
    known = run.all_sections()
    assert run.PAGE.read_text(encoding="utf-8") == run.page(known, run.all_kept(known)), (
        "docs/benchmarks.md differs from tests/benchmarks/results: python -m tests.benchmarks.run --page"
    )


def test_a_missed_aim_is_told_and_linked(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    figure = Figure("one more return", "3.0 s", "1.4 × the smallest history", "at most 1.2 ×", met=False)
    section = Section("One more: a return", lambda folder: Result(["A table."], [figure]), place=1)
    run.measure("one_more", section, tmp_path / "work")
    page = run.page({"one_more": section}, run.all_kept({"one_more": section}))
    line = "| [one more return](#one-more-a-return) | 3.0 s | 1.4 × the smallest history | at most 1.2 × | **no** |"
    assert line in page
    assert "python -m tests.benchmarks.run one_more" in page


def test_a_section_that_fails_keeps_its_former_figures_and_stops_no_other(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    monkeypatch.setattr(run, "PAGE", tmp_path / "page.md")

    def broken(folder: Path) -> Result:
        raise RuntimeError(folder)

    known = {
        "broken": Section("Broken", broken, place=1),
        "whole": Section("Whole", lambda folder: Result([str(folder.is_dir())]), place=2),
        "weeks": Section("Weeks", broken, place=3, long=True),
    }
    monkeypatch.setattr(run, "all_sections", lambda: known)
    former = {"measured": "2026-01-01", "machine": "another", "versions": "", "figures": [], "text": ["Then."]}
    (tmp_path / "broken.json").write_text(json.dumps(former), encoding="utf-8")
    assert run.main([]) == 1
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "Then." in page
    assert "Measured on 2026-01-01 on another" in page
    assert "True" in page
    assert "Weeks" not in page


def test_an_unknown_section_is_refused(capsys):
    with pytest.raises(SystemExit):
        run.main(["nonsense"])
    assert "Sections: reading" in capsys.readouterr().err


def test_ratios_are_of_medians():
    lines = compared({"a": [1.0, 2.0, 9.0], "b": [1.0, 1.0, 1.0]}, "b")
    assert lines[2] == "| a | 2.000 | 1.000–9.000 | 2.00 |"
