"""Many uploads at the same moment through one desk: each gets exactly its own verdict, as if it had been alone."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from expectations.desk import Desk, Outcome
from expectations.verdict import Verdict
from sources.contract.load import load_contract
from sources.contract.model import Contract
from sources.reader import InputFile
from sources.settings import Settings
from tests.benchmarks.files import heal_csv, heal_workbook

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
COUNT = 20


def _returns() -> list[tuple[str, list[InputFile]]]:
    """Twenty different returns (synthetic): clean, with one planted mistake each, csv, unreadable."""
    found = []
    for number in range(COUNT):
        kind = ("clean", "broken", "csv", "cut")[number % 4]
        rows = 20 + 7 * number
        if kind == "csv":
            files = [InputFile(name, data) for name, data in heal_csv(rows, seed=number).items()]
        elif kind == "cut":
            files = [InputFile(f"{number}.xlsx", heal_workbook(rows, seed=number)[: 3000 + number])]
        else:
            files = [InputFile(f"{number}.xlsx", heal_workbook(rows, seed=number))]
        if kind == "broken":
            book = openpyxl.load_workbook(io.BytesIO(files[0].data))
            book["Interventions"][f"J{4 + number}"] = -number
            sink = io.BytesIO()
            book.save(sink)
            files = [InputFile(f"{number}.xlsx", sink.getvalue())]
        found.append((kind, files))
    return found


def _substance(outcome: Outcome) -> dict[str, Any]:
    """All a verdict says of the return."""
    value = outcome.verdict.as_dict()
    return {key: value[key] for key in ("state", "problems", "questions", "row_counts", "totals", "quarantined")}


def _contract() -> Contract:
    """HEAL with twenty partners, so that no return is compared with another one's history."""
    heal = load_contract("heal")
    like = heal.partners[0]
    partners = tuple(replace(like, code=f"sample_{number}", name=f"Sample {number}") for number in range(COUNT))
    return replace(heal, partners=partners)


def test_twenty_threads_twenty_returns_twenty_own_verdicts(tmp_path: Path):
    returns, contracts = _returns(), {"heal": _contract()}

    def hand_in(desk: Desk, number: int) -> Outcome:
        files = returns[number][1]
        return desk.submit(files, partner=f"sample_{number}", program="heal", period="2026-Q3", who=f"u{number}")

    alone = Desk(Settings.at(tmp_path / "alone"), contracts, lambda: NOW)
    expected = [_substance(hand_in(alone, number)) for number in range(COUNT)]
    together = Desk(Settings.at(tmp_path / "together"), contracts, lambda: NOW)
    gate, got = threading.Barrier(COUNT), {}

    def at_once(number: int) -> None:
        gate.wait()
        got[number] = hand_in(together, number)

    threads = [threading.Thread(target=at_once, args=(number,)) for number in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(COUNT))
    for number, outcome in got.items():
        assert _substance(outcome) == expected[number], returns[number][0]
        submission = together.state().submissions[outcome.submission_id]
        assert (submission.partner, submission.received_by) == (f"sample_{number}", f"u{number}")
        assert submission.verdict is not None
        assert Verdict.from_dict(submission.verdict.value).as_dict() == outcome.verdict.as_dict()
    states = [[got[number].verdict.state for number in range(kind, COUNT, 4)] for kind in range(4)]
    assert [set(found) for found in states] == [{"accepted"}, {"returned"}, {"accepted"}, {"refused"}]
    cells = [cell for number in range(1, COUNT, 4) for item in expected[number]["problems"] for cell in item["cells"]]
    assert cells == [f"J{4 + number}" for number in range(1, COUNT, 4)]
    together.log.verify()
