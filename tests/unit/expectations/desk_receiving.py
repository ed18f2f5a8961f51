"""A desk with fake reader and judge, and returns handed in to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from expectations.desk import Desk, Outcome
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
A, B = b"e1,10,100.10\ne2,<5,0.20\n", b"e1,11,100.10\n"


def desk_in(path: Path, calls: Calls, *, quarantine: bool = False) -> Desk:
    contracts = {"demo": contract(quarantine=quarantine)}
    return Desk(Settings.at(path), contracts, lambda: NOW, reader=calls.reader, judge=calls.judge)


def submit(desk: Desk, data: bytes, name: str = "return.csv", who: str = "ana", **changes: object) -> Outcome:
    return desk.submit([InputFile(name, data)], **{**PLACE, "who": who, **changes})  # type: ignore[arg-type]


def kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.log.events()]


def counts(desk: Desk) -> str | None:
    return desk.state().counting().get(("sample_a", "demo", "2026-Q3", "events"))
