"""What is shown while something lasts: a bar on a terminal, plain lines in a log, nothing where a program reads."""

import io
import json
import sys

import pytest

from orchestration import progress
from orchestration.progress import BarProgress, LineProgress, QuietProgress, awaited, in_parts, watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_what_shows_depends_on_where_it_goes(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(watched("Run"), BarProgress)
    assert isinstance(watched("Run", silent=True), QuietProgress)
    assert not isinstance(watched("Run", silent=True), LineProgress)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert isinstance(watched("Run"), LineProgress)


def test_a_log_gets_a_line_now_and_then_with_the_time_left(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with LineProgress("Run", every=10) as shown:
        shown.expect(10)
        for step in range(5):
            clock[0] += 4
            shown.step(f"step {step}")
    assert sys.stderr.getvalue() == "Run: 30 %, about 28 s left, step 2\n"


def test_parts_are_worth_their_share(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    shown = LineProgress("Exports", every=0)
    shown.expect(10)
    with in_parts(shown, {"a": 7, "b": 3}, "part ") as told:
        clock[0] += 7
        told("a")
        clock[0] += 7
        told("b")
    lines = sys.stderr.getvalue().splitlines()
    assert lines[0] == "Exports: part a"
    assert lines[1] == "Exports: 70 %, about 6 s left, part a"
    assert lines[-1] == "Exports: 100 %, about 0 s left, part b"


def test_the_time_left_is_what_it_took_last_time(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with awaited("Docs", tmp_path, after=0.0):
        progress.time.sleep(0.1)
    assert set(json.loads((tmp_path / "lasted.json").read_text())) == {"Docs"}
    (tmp_path / "lasted.json").write_text('{"Docs": 50}')
    reached = []
    monkeypatch.setattr(BarProgress, "__init__", lambda self, title, total=None: reached.append((title, total)))
    monkeypatch.setattr(BarProgress, "__enter__", lambda self: self)
    monkeypatch.setattr(BarProgress, "__exit__", lambda self, *error: None)
    monkeypatch.setattr(BarProgress, "reach", lambda self, done: reached.append(done))
    with awaited("Docs", tmp_path, after=0.0):
        for _ in range(400):
            if len(reached) > 1:
                break
            progress.time.sleep(0.01)
    assert reached[0] == ("Docs", 500)
    assert all(0 <= done < 500 for done in reached[1:])


def test_work_that_broke_off_says_nothing_of_how_long_it_lasts(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(ZeroDivisionError), awaited("Docs", tmp_path, after=0.0):
        1 / 0  # noqa: B018
    assert not (tmp_path / "lasted.json").exists()
    assert sys.stderr.getvalue() == ""


def test_nothing_of_it_is_written_on_standard_output(capsys):
    with watched("Run") as shown, awaited("Docs"):
        shown.expect(2)
        shown.step("one")
    assert capsys.readouterr().out == ""
