"""Erasure on a person's request: bytes and rows go, hashes and events stay, the rest still replays."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from expectations.desk import Desk, DeskError
from expectations.stored import results_folder
from sources.contract.model import Contract
from sources.load import load_quarters, original_key
from sources.log.state import fold
from sources.personal import bytes_hold
from sources.reader import InputFile
from sources.reduced import REDUCED
from sources.settings import Settings
from sources.storage import Store
from tests.loading import files_that_count
from tests.unit.expectations.desk_fakes import Calls, contract, judge

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
PERSON = "person-4711-ana"
WHY = "Request of 20 November."


@pytest.fixture
def made() -> Contract:
    """The contract of these tests with a key that names a person."""
    plain = contract(quarantine=True)
    events, notes = plain.tables
    keyed = tuple(
        replace(column, personal="pseudonymous") if column.name == "event_id" else column for column in events.columns
    )
    return replace(plain, tables=(replace(events, columns=keyed), notes))


@pytest.fixture
def desk(tmp_path: Path, made: Contract) -> Desk:
    return Desk(Settings.at(tmp_path), {"demo": made}, lambda: NOW, reader=Calls().reader, judge=judge)


def _submit(desk: Desk, data: str, name: str = "return.csv", **more: Any) -> str:
    return desk.submit([InputFile(name, data.encode())], **{**PLACE, **more}, who="ana").submission_id


def _load(desk: Desk, made: Contract, period: str = "2026-Q3") -> list[dict[str, Any]]:
    loaded = load_quarters(desk.settings, made, "events", [period], desk.state(), reader=Calls().reader)
    return [row for path in files_that_count(desk.settings, loaded) for row in pq.ParquetFile(path).read().to_pylist()]


def _everything(folder: Path) -> bytes:
    """All bytes below a folder, Parquet as text too."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.append(path.read_bytes())
            if found[-1][:4] == b"PAR1":
                found.append(str(pq.ParquetFile(path).read().to_pylist()).encode())
    return b"".join(found)


def test_a_person_is_taken_out_of_every_version_and_the_rest_counts_on(desk: Desk, made: Contract) -> None:
    first = _submit(desk, f"e1,10,5\n{PERSON},20,1.50\ne3,30")
    second = _submit(desk, f"e1,11,5\n{PERSON},21,2.50\ne3,31")
    _submit(desk, "e1,1", period="2026-Q2")
    desk.approve(second, "lead")
    _load(desk, made)
    assert PERSON.encode() in _everything(desk.settings.data)
    erased = desk.erase_person(PERSON, who="officer", why=WHY)
    assert [(item.submission_id, item.whole, item.rows) for item in erased] == [
        (first, False, {"events": 1}),
        (second, False, {"events": 1}),
    ]
    assert PERSON.encode() not in _everything(desk.settings.data)
    state = desk.state()
    assert state.counting()[("sample_a", "demo", "2026-Q3", "events")] == second
    assert state.submissions[second].approved
    table = state.submissions[second].verdict.tables["events"]  # type: ignore[union-attr]
    assert (table.rows, table.totals) == (2, {"people": "42", "amount": "5.00"})
    rows = _load(desk, made)
    assert [(row["event_id"], row["people"], row["_row"]) for row in rows] == [("e1", 11, 1), ("e3", 31, 3)]
    assert desk.rows(first)["events"]["people"].tolist() == [10.0, 30.0]
    assert PERSON.encode() not in _everything(desk.settings.data)


def test_a_rebuild_from_originals_and_log_is_identical(desk: Desk, made: Contract, tmp_path: Path) -> None:
    _submit(desk, f"e1,10,5,,2026-08-01,yes\n{PERSON},20\ne3,<5")
    desk.erase_person(PERSON, who="officer", why=WHY)
    _load(desk, made)
    raw = tmp_path / "raw"
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in raw.rglob("*.parquet")}
    for path in before:
        path.unlink()
    fresh = Desk(desk.settings, {"demo": made}, lambda: NOW, reader=Calls().reader, judge=judge)
    _load(fresh, made)
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in raw.rglob("*.parquet")} == before
    assert fold(desk.log.events()).submissions == desk.state().submissions


def test_hashes_and_events_stay_and_name_nobody(desk: Desk) -> None:
    sid = _submit(desk, f"e1,10\n{PERSON},20")
    (file,) = desk.state().submissions[sid].files
    desk.erase_person(f" {PERSON.upper()} ", who="officer", why=WHY)
    event = desk.log.events()[-1]
    assert (event.kind, event.why, event.payload["files"]) == ("erased", WHY, [file.sha256])
    assert event.payload["tables"]["events"]["erased"] == [["return.csv", None, 2]]
    assert PERSON not in str([item.as_dict() for item in desk.log.events()])
    assert desk.state().submissions[sid].files == (file,)
    (version,) = desk.versions(**PLACE)
    assert (version.readable, version.erased_rows, version.rows) == (False, 1, {"events": 1})
    with pytest.raises(DeskError, match="was erased; its hash stays"):
        desk.original(sid, file.sha256)
    assert "Erased       1 row about a person, on request\n" in desk.receipt(sid).as_text()
    desk.log.verify()


def test_erased_bytes_are_not_taken_again(desk: Desk) -> None:
    _submit(desk, f"e1,10\n{PERSON},20")
    desk.erase_person(PERSON, who="officer", why=WHY)
    with pytest.raises(DeskError) as error:
        _submit(desk, f"e1,10\n{PERSON},20", name="again.csv")
    assert error.value.sentence == (
        "“again.csv” holds what was erased at a person's request. Hand it in without that person's rows."
    )
    assert desk.submit([InputFile("q3.csv", b"e1,10")], **PLACE, who="ana").verdict.state == "accepted"


def test_returns_that_never_loaded_lose_their_original(desk: Desk) -> None:
    refused = _submit(desk, f"x {PERSON}")
    asked = _submit(desk, f"??\n{PERSON},3", period="2026-Q2")
    left_out = _submit(desk, f"e1,1\nbad {PERSON},2", period="2026-Q1")
    planned = desk.erase_person(PERSON, who="officer", why=WHY, dry_run=True)
    assert [(item.submission_id, item.whole) for item in planned] == [(refused, True), (asked, True), (left_out, False)]
    assert PERSON.encode() in _everything(desk.settings.data)
    assert desk.erase_person(PERSON, who="officer", why=WHY) == planned
    assert PERSON.encode() not in _everything(desk.settings.data)
    state = desk.state()
    assert [state.submissions[sid].state for sid in (refused, asked, left_out)] == [
        "withdrawn", "withdrawn", "partially_accepted",
    ]  # fmt: skip
    assert desk.rows(left_out)["events"]["event_id"].tolist() == ["e1"]


def test_a_whole_return_is_erased_and_the_version_before_counts_again(desk: Desk, made: Contract) -> None:
    first, second = _submit(desk, "e1,1"), _submit(desk, "e1,2")
    _load(desk, made)
    (erased,) = desk.erase(second, "officer", WHY)
    assert (erased.whole, erased.files) == (True, (hashlib.sha256(b"e1,2").hexdigest(),))
    assert not Store(desk.settings.landing).exists(original_key(erased.files[0]))
    assert not list(results_folder(desk.settings).glob(f"{second}*"))
    assert desk.state().counting()[("sample_a", "demo", "2026-Q3", "events")] == first
    assert [row["people"] for row in _load(desk, made)] == [1]
    assert (desk.versions(**PLACE)[1].ended, desk.versions(**PLACE)[1].ended_code) == (WHY, "person_erased")
    with pytest.raises(DeskError, match="is already erased"):
        desk.erase(second, "officer", WHY)
    with pytest.raises(DeskError, match="Say why it is erased"):
        desk.erase(first, "officer", " ")


def test_the_same_bytes_elsewhere_go_too(desk: Desk) -> None:
    data = f"e1,1\n{PERSON},2"
    first, second = _submit(desk, data), _submit(desk, data, period="2026-Q2")
    assert [item.submission_id for item in desk.erase(first, "officer", WHY)] == [first, second]
    third, fourth = _submit(desk, data + "\n"), _submit(desk, data + "\n", period="2026-Q2")
    erased = desk.erase_person(PERSON, who="officer", why=WHY, table="events", column="event_id")
    assert [item.submission_id for item in erased] == [third, fourth]


def test_a_second_person_is_taken_out_of_what_stayed(desk: Desk) -> None:
    other = "person-0815-bo"
    sid = _submit(desk, f"e1,1\n{PERSON},2\n{other},3")
    desk.erase_person(PERSON, who="officer", why=WHY)
    (kept,) = (path.name for path in (desk.settings.data / "landing" / REDUCED).iterdir())
    desk.erase_person(other, who="officer", why=WHY)
    assert kept not in {path.name for path in (desk.settings.data / "landing" / REDUCED).iterdir()}
    assert desk.rows(sid)["events"]["event_id"].tolist() == ["e1"]
    assert desk.state().submissions[sid].erased_rows == 2
    assert other.encode() not in _everything(desk.settings.data)
    assert not desk.erase_person(other, who="officer", why=WHY)


def test_bytes_a_crash_left_are_removed_by_the_next_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _submit(desk, f"e1,1\n{PERSON},2")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "delete", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(OSError, match="power cut"):
            desk.erase_person(PERSON, who="officer", why=WHY)
    assert desk.finish_erasures() == 1
    assert PERSON.encode() not in _everything(desk.settings.data / "landing")


def test_only_columns_that_hold_personal_data_are_searched(desk: Desk) -> None:
    with pytest.raises(DeskError) as error:
        desk.erase_person(PERSON, who="officer", why=WHY, program="demo", table="notes")
    assert error.value.code == "not_personal"
    with pytest.raises(DeskError, match="Give the value"):
        desk.erase_person("  ", who="officer", why=WHY)


def test_a_name_that_got_into_the_log_is_told(desk: Desk) -> None:
    _submit(desk, f"e1,1\n{PERSON},2")
    assert desk.events_holding(PERSON) == []
    _submit(desk, "e1,1", name=f"{PERSON.upper()}.csv", period="2026-Q2")
    assert desk.events_holding(PERSON) == [3]


def test_files_that_wait_in_the_portal_go_too(desk: Desk) -> None:
    sid = _submit(desk, f"e1,1\n{PERSON},2")
    staged = desk.settings.data / "portal" / "staged" / ("0" * 64)
    staged.parent.mkdir(parents=True)
    staged.write_bytes(PERSON.encode())
    desk.erase(sid, "officer", WHY)
    assert not staged.exists()


def test_judging_anew_rests_on_what_stays(desk: Desk) -> None:
    sid = _submit(desk, f"e1,1\n{PERSON},2\ne3,3")
    desk.erase_person(PERSON, who="officer", why=WHY)
    (again,) = desk.revalidate(who="lead")
    assert (again.submission_id, again.after) == (sid, "accepted")
    table = desk.state().submissions[sid].verdict.tables["events"]  # type: ignore[union-attr]
    assert table.rows == 2


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_judged_before_an_erasure_is_not_recorded_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    sid = _submit(desk, f"e1,1\n{PERSON},2\ne3,3")
    other = Desk(desk.settings, desk.contracts, lambda: NOW, reader=Calls().reader, judge=judge)
    judged_as_it_was = desk._judge

    def erased_meanwhile(*args: Any, **more: Any) -> Any:
        found = judged_as_it_was(*args, **more)
        if whole:
            other.erase(sid, "officer", WHY)
        else:
            other.erase_person(PERSON, who="officer", why=WHY)
        return found

    monkeypatch.setattr(desk, "_judge", erased_meanwhile)
    desk.revalidate(who="lead")
    assert [event.kind for event in desk.log.events()] == ["received", "judged", "erased"]
    assert not list(results_folder(desk.settings).glob(f"{sid}.*"))
    verdict = desk.state().submissions[sid].verdict
    assert verdict is not None
    assert verdict.tables["events"].rows == (3 if whole else 2)


def test_remembered_checks_of_erased_rows_go(desk: Desk) -> None:
    sid = _submit(desk, f"e1,1\n{PERSON},2")
    remembered = desk.settings.data / "quality" / "raw_checks" / "demo.events.json"
    remembered.parent.mkdir(parents=True)
    remembered.write_text('{"mark": {"failed": [{"rows": [{"_file": "of that person.csv"}]}]}}', encoding="utf-8")
    desk.erase(sid, "officer", WHY)
    assert not remembered.exists()


def test_a_value_is_found_however_it_is_packed() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "<si>" + "x" * 3_000_000 + "Ana &amp; Söhne</si>")
    assert bytes_hold(sink.getvalue(), "Ana & Söhne")
    assert bytes_hold("a;Ana & Söhne;1".encode("cp1252"), "Ana & Söhne")
    assert bytes_hold("Ana & Söhne".encode("utf-16"), "Ana & Söhne")
    assert not bytes_hold(sink.getvalue(), "Bo & Söhne")
    assert not bytes_hold(b"12", "12")
