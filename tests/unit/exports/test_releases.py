"""Releases: what is pinned, what is refused, and what is left when something comes between."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from exports.published import Published, PublishedError
from exports.releases import Release, ReleaseRefused, all_releases, find_release, open_release
from exports.releases.built import write_built
from exports.releases.code import code_hash, running_code
from exports.releases.making import make_release
from exports.releases.telling import list_text, release_text
from exports.store import point, remove_others
from sources.log.event import ChainBroken
from sources.log.events import EventLog
from sources.log.state import fold
from sources.settings import Settings
from tests.unit.exports import fixtures
from tests.unit.exports.invented.values import kpi_rows

TODAY = date(2026, 11, 28)


@dataclass(frozen=True)
class Certificate:
    """What a gate answers."""

    passed: bool = True
    leaks: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {"passed": self.passed}


def let_out(*_: Any) -> Certificate:
    return Certificate()


def build(settings: Settings, changed: dict[str, list[dict[str, Any]]] | None = None) -> Published:
    """What a run leaves: tables, exports with their manifest, and what both were made from."""
    published = fixtures.publish(Path(settings.published), changed)
    rates = Path(settings.raw) / "_ledger" / "fx_rates.parquet"
    rates.parent.mkdir(parents=True, exist_ok=True)
    rates.write_bytes(b"rates")
    state = fold(EventLog(settings.log_url).events())
    write_built(settings, published.build_id, state, running_code(), {"heal": "1.0.0"}, {"heal": "abc"})
    folder = Path(settings.exports) / published.build_id
    files = {"release/annual/2026.html": b"annual", "restricted/kpi/heal.csv": b"kpi"}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = {"build_id": published.build_id, "code_hash": code_hash(), "files": hashes}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (Path(settings.exports) / "current").write_text(published.build_id)
    return published


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in which a waiver was given, then the job ran."""
    settings = Settings.at(tmp_path)
    EventLog(settings.log_url).append("waived", "lead", why="new", program="heal", partner="p", period="2025-Q1")
    build(settings)
    return settings


def make(settings: Settings, period: str = "2026-Q3", **changes: Any) -> Release:
    return make_release(settings, period, "director", **{"today": TODAY, "gate": let_out, **changes})


def refusal(settings: Settings, period: str = "2026-Q3", **changes: Any) -> str:
    with pytest.raises(ReleaseRefused) as refused:
        make(settings, period, **changes)
    assert not [item for item in all_releases(settings) if item.period == period and item.number > 1]
    return str(refused.value)


def test_a_release_pins_tables_exports_code_and_log(settings: Settings) -> None:
    head = EventLog(settings.log_url).head()
    published = Published.open(settings.published)
    made = make(settings, why="Signed in the board's meeting.")
    assert (made.name, made.number, made.period, made.follows) == ("2026-Q3.r1", 1, "2026-Q3", None)
    assert (made.build_id, made.as_of) == (published.build_id, "2026-11-12")
    assert (made.log_seq, made.log_head) == (1, head.hash)
    assert (made.released_by, made.why) == ("director", "Signed in the board's meeting.")
    assert made.code_hash == code_hash()
    assert (made.contracts, made.rules) == ({"heal": "1.0.0"}, {"heal": "abc"})
    assert {name: entry["sha256"] for name, entry in made.tables.items()} == {
        name: entry.sha256 for name, entry in published.tables.items()
    }
    assert {entry["audience"] for entry in made.tables.values()} == {"restricted", "release"}
    assert made.exports == {"release/annual/2026.html": hashlib.sha256(b"annual").hexdigest()}
    assert made.certificate == {"passed": True}
    assert "not in" in made.remarks[0], "the fixture lacks returns, and leadership is told"
    event = EventLog(settings.log_url).events(kind="released")[0]
    assert (event.hash, event.period, event.payload["name"]) == (made.seal, "2026-Q3", "2026-Q3.r1")
    assert json.loads((settings.releases / "2026-Q3.r1.json").read_text()) == made.as_dict()
    assert open_release(settings, "2026-Q3.r1").build_id == published.build_id


def test_releases_read_as_plain_text(settings: Settings) -> None:
    assert list_text([]).startswith("Nothing has been released yet.")
    made = make(settings, why="Board")
    assert f"2026-Q3.r1  2026-11-12  {made.released_at[:10]}  director  {made.build_id}  Board" in list_text([made])
    text = release_text(made, "Its file in the data folder was altered.")
    for words in ("Quarter", "as of 2026-11-12", "by director", made.build_id, "up to event 1", "altered"):
        assert words in text


def test_a_second_release_of_a_quarter_follows_the_first(settings: Settings) -> None:
    make(settings)
    assert "is this very build" in refusal(settings)
    EventLog(settings.log_url).append("waived", "lead", why="late", program="heal", partner="p", period="2025-Q2")
    rows = fixtures.tables()["pub_leadership__progress"][2]
    build(settings, {"pub_leadership__progress": rows[1:]})
    second = make(settings)
    assert (second.name, second.follows, second.log_seq) == ("2026-Q3.r2", "2026-Q3.r1", 3)
    assert [item.name for item in all_releases(settings)] == ["2026-Q3.r1", "2026-Q3.r2"]


@pytest.mark.parametrize(
    ("period", "today", "words"),
    [
        ("2026-Q4", TODAY, "2026-Q4 is not over: its last day is 2026-12-31, and the build speaks for 2026-11-12."),
        ("2026-Q2", TODAY, "The build speaks for 2026-Q3 (as of 2026-11-12), not for 2026-Q2."),
        ("2026-Q3", date(2026, 9, 30), "2026-Q3 is not over"),
    ],
)
def test_a_quarter_that_is_not_the_builds_is_refused(settings: Settings, period: str, today: date, words: str) -> None:
    assert words in refusal(settings, period, today=today)


def test_no_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishedError, match="Nothing has been published yet"):
        make(Settings.at(tmp_path))


def test_a_build_nobody_wrote_down_is_refused(settings: Settings) -> None:
    (Path(settings.published) / "built.json").unlink()
    with pytest.raises(PublishedError, match="Run “impact run” first"):
        make(settings)


def test_what_came_in_since_is_said_and_refused_unless_leadership_says_anyway(settings: Settings) -> None:
    log = EventLog(settings.log_url)
    log.append("pulled", "inbox", why="no quarter named")
    log.append("waived", "lead", why="late", program="heal", partner="p", period="2025-Q2")
    log.append("waived", "lead", why="late", program="heal", partner="p", period="2025-Q3")
    assert "Something came in after the build: 2 waivers." in refusal(settings)
    made = make(settings, anyway=True)
    assert made.remarks[-1] == "Came in after the build and is not in it: 2 waivers."
    assert made.log_seq == 1, "it stands on what the build knew"


def test_a_file_that_went_by_is_no_reason_to_refuse(settings: Settings) -> None:
    EventLog(settings.log_url).append("reminded", "mail", payload={"to": "ana"})
    assert make(settings).name == "2026-Q3.r1"


def test_altered_and_missing_files_are_named(settings: Settings) -> None:
    published = Published.open(settings.published)
    root, out = Path(settings.published) / published.build_id, Path(settings.exports) / published.build_id
    (root / published.tables["pub_leads__kpi"].file).write_bytes(b"other")
    (root / published.tables["pub_leadership__goal"].file).unlink()
    (out / "release" / "annual" / "2026.html").write_bytes(b"better")
    (out / "release" / "note.txt").write_bytes(b"by hand")
    said = refusal(settings)
    assert "restricted/pub_leads__kpi.parquet of build" in said
    assert said.count("was altered after it was written") == 2
    assert "pub_leadership__goal.parquet" in said
    assert "is missing" in said
    assert "release/note.txt lies among the exports" in said


def test_exports_that_are_missing_or_of_other_code_are_refused(settings: Settings) -> None:
    path = Path(settings.exports) / Published.open(settings.published).build_id / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "code_hash": "0" * 64}))
    assert "written by different code" in refusal(settings)
    path.unlink()
    assert "exports of build" in refusal(settings)


def test_what_the_gate_does_not_let_out_is_not_released(settings: Settings) -> None:
    seen: list[int] = []

    def gate(published: Published, earlier: Any) -> Certificate:
        seen.append(len(earlier))
        return Certificate(False, ["people_reached/2026-Q3 is 4 exactly"])

    said = refusal(settings, gate=gate)
    assert "Disclosure control does not let this build out" in said
    assert "people_reached/2026-Q3 is 4 exactly" in said
    assert seen == [0]
    assert all_releases(settings) == []
    assert list(settings.releases.glob("*.json")) == []


def test_of_two_at_once_one_releases(settings: Settings) -> None:
    barrier, results = threading.Barrier(2), []

    def gate(*_: Any) -> Certificate:
        barrier.wait(timeout=20)  # both have looked before either writes
        return Certificate()

    def run() -> None:
        try:
            results.append(make(settings, gate=gate).name)
        except ReleaseRefused as error:
            results.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result[:10] for result in results) == ["2026-Q3.r1", "2026-Q3.r1"]
    assert [item.name for item in all_releases(settings)] == ["2026-Q3.r1"]
    assert sum("is this very build" in result for result in results) == 1
    EventLog(settings.log_url).verify()


def test_what_another_released_in_between_is_judged_too(settings: Settings) -> None:
    seen: list[int] = []

    def gate(_: Published, earlier: Any) -> Certificate:
        if not seen:
            rows = kpi_rows()
            rows[0]["footnote"] = "Of another build."
            build(settings, {"pub_leads__kpi": rows})
            make(settings)
        seen.append(len(earlier))
        return Certificate()

    assert make(settings, gate=gate).follows == "2026-Q3.r1"
    assert seen == [0, 1]


def test_a_crash_between_event_and_file_loses_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def crash(given: Settings) -> list[str]:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("killed")
        return []

    monkeypatch.setattr("exports.releases.making.write_files", crash)
    with pytest.raises(OSError, match="killed"):
        make(settings)
    monkeypatch.undo()
    assert not list(settings.releases.glob("*.json"))
    assert find_release(settings, "2026-Q3.r1").released_by == "director"
    assert "is this very build" in refusal(settings)
    assert json.loads((settings.releases / "2026-Q3.r1.json").read_text())["name"] == "2026-Q3.r1"


def test_an_altered_manifest_file_is_told_and_an_altered_event_is_not_believed(settings: Settings) -> None:
    from exports.releases.kept import write_files

    make(settings)
    assert write_files(settings) == []
    path = settings.releases / "2026-Q3.r1.json"
    path.write_text(path.read_text().replace("director", "nobody"))
    assert write_files(settings) == ["2026-Q3.r1"]
    with sqlite3.connect(settings.log_url.removeprefix("sqlite:///")) as connection:
        connection.execute("drop trigger events_no_update")
        connection.execute("update events set payload = replace(payload, '2026-11-12', '2026-11-13')")
    with pytest.raises(ChainBroken, match="holds another manifest than it names"):
        all_releases(settings)


def test_a_released_build_stays_when_others_go(settings: Settings) -> None:
    made = make(settings)
    rows = fixtures.tables()["pub_leadership__progress"][2]
    newer = build(settings, {"pub_leadership__progress": rows[1:]})
    lost = build(settings, {"pub_leadership__progress": rows[2:]})
    from exports.store import locate

    fs, root = locate(settings.published)
    point(fs, root, newer.build_id)
    assert remove_others(settings.published, {made.build_id}) == 1
    assert {path.name for path in Path(settings.published).iterdir() if path.is_dir()} == {
        made.build_id, newer.build_id
    }  # fmt: skip
    assert not (Path(settings.published) / lost.build_id).exists()
    assert open_release(settings, made.name).frame("pub_leads__kpi").shape[0] > 0


def test_an_unknown_release_says_which_there_are(settings: Settings) -> None:
    with pytest.raises(PublishedError, match="Nothing has been released yet"):
        find_release(settings, "2026-Q3.r1")
    make(settings)
    with pytest.raises(PublishedError, match=r"There are: 2026-Q3.r1\."):
        find_release(settings, "2026-Q2.r1")


def test_the_hash_of_the_code_follows_its_content_only(tmp_path: Path) -> None:
    for room in ("sources", "expectations", "dbt_project", "exports"):
        (tmp_path / room).mkdir()
    (tmp_path / "dbt_project" / "model.sql").write_text("select 1")
    first = code_hash(tmp_path)
    for left_out in ("dbt_project/target/run.sql", "sources/__pycache__/a.pyc", "exports/.hidden", "portal/views.py"):
        path = tmp_path / left_out
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "dbt_project" / "model.sql").touch()
    assert code_hash(tmp_path) == first
    (tmp_path / "dbt_project" / "model.sql").write_text("select 2")
    assert code_hash(tmp_path) != first
    (tmp_path / "dbt_project" / "model.sql").rename(tmp_path / "dbt_project" / "renamed.sql")
    assert code_hash(tmp_path) != first


def test_code_that_is_no_clone_has_no_commit(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    code = running_code(tmp_path)
    assert (code.commit, code.is_clean, code.lock_hash) == (None, None, "")


def test_events_carry_their_moment(settings: Settings) -> None:
    before = datetime.now(UTC)
    made = make(settings)
    assert datetime.fromisoformat(made.released_at) >= before.replace(microsecond=0)
