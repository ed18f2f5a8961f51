"""A release made again: what is checked on the way, and how what differs is told. The job itself is a stand-in here."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.desk import Desk
from exports.published import Published
from exports.releases import Release, all_releases, open_release
from exports.releases.code import running_code
from exports.releases.comparing import Difference
from exports.releases.pruning import erasure_note
from orchestration import recorded_code, replaying
from orchestration.forgetting import forget_after_publishing
from orchestration.progress import Progress
from orchestration.replay_words import replay_text
from orchestration.replaying import ReplayFailed, replay
from sources.log.events import EventLog
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract, judge
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import AS_OF
from tests.unit.exports.test_releases import build, make

PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
GRAINS = {"pub_leads__kpi": ("program_code", "indicator_code", "period", "span")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation with two returns, of which the second counts; its build is released."""
    clock = datetime(2026, 11, 22, tzinfo=UTC)
    desk = Desk(Settings.at(tmp_path / "data"), {"demo": contract()}, lambda: clock, reader=Calls().reader, judge=judge)
    desk.submit([InputFile("first.csv", b"e1,1")], **PLACE, who="ana")
    desk.submit([InputFile("second.csv", b"e1,2")], **PLACE, who="ana")
    build(desk.settings)
    make(desk.settings)
    desk.submit([InputFile("third.csv", b"e1,3")], **PLACE, who="ana")
    return desk


def again(changed: dict[str, list[dict[str, Any]]] | None = None) -> Callable[..., Any]:
    """The job: the same build from the log up to the release, or one in which something changed."""

    def making(settings: Settings, as_of: date, release: Release, _: Any) -> dict[str, tuple[str, ...]]:
        assert as_of == AS_OF
        assert EventLog(settings.log_url).head() == (release.log_seq, release.log_head)
        build(settings, changed)
        return GRAINS

    return making


def original(desk: Desk, name: str) -> Path:
    files = [file for item in desk.state().submissions.values() for file in item.files if file.name == name]
    return Path(desk.settings.landing) / "originals" / files[0].sha256


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "log.db" not in path.name}


def test_a_release_made_again_is_identical_and_nothing_is_touched(desk: Desk) -> None:
    before, head = everything(desk.settings.data), desk.log.head()
    found = replay(desk.settings, "2026-Q3.r1", making=again())
    assert found.identical
    assert replay_text(found) == f"2026-Q3.r1 is identical: {found.tables} tables, 1 file."
    assert found.tables == len(Published.open(desk.settings.published).tables) > 10
    assert (everything(desk.settings.data), desk.log.head()) == (before, head)


def test_it_is_made_in_a_folder_that_can_be_kept(desk: Desk, tmp_path: Path) -> None:
    replay(desk.settings, "2026-Q3.r1", making=again(), keep=tmp_path / "kept")
    assert (tmp_path / "kept" / "published" / "current").is_file()
    with pytest.raises(ReplayFailed, match="is not empty"):
        replay(desk.settings, "2026-Q3.r1", making=again(), keep=tmp_path / "kept")


@pytest.mark.parametrize("same_code", [True, False])
def test_every_figure_that_differs_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, same_code: bool) -> None:
    rows = [dict(row) for row in fixtures.tables()["pub_leads__kpi"][2]]
    row = next(row for row in rows if row["indicator_code"] == "cheer_roundtables" and row["period"] == "2026-Q3")
    before, row["footnote"] = row["footnote"], "another"
    gone = rows.pop(rows.index(next(item for item in rows if item["period"] == "2024-Q1")))
    if not same_code:
        real = replaying.running_code()
        monkeypatch.setattr(replaying, "running_code", lambda: dataclasses.replace(real, code_hash="0", lock_hash="0"))
    found = replay(desk.settings, "2026-Q3.r1", making=again({"pub_leads__kpi": rows}))
    figure = f"cheer_roundtables/2026-Q3/{row['span']}"
    lost = f"{gone['indicator_code']}/2024-Q1/{gone['span']}"
    assert set(found.differences) == {
        Difference("pub_leads__kpi", figure, "footnote", before, "another"),
        Difference("pub_leads__kpi", lost, None, "there", None),
    }
    text = replay_text(found)
    assert f"  pub_leads__kpi  {figure}  footnote: {before or 'nothing'} → another" in text
    assert f"  pub_leads__kpi  {lost}: no longer there" in text
    assert ("each figure is a change of definition" in text) is not same_code
    assert ("The locked libraries are others too" in text) is not same_code
    assert ("Code and log are the recorded ones, and still 2 figures differ." in text) is same_code


def test_a_table_whose_rows_have_no_name_differs_as_a_whole(desk: Desk) -> None:
    rows = fixtures.tables()["pub_leadership__progress"][2]
    (one,) = replay(
        desk.settings, "2026-Q3.r1", making=again({"pub_leadership__progress": rows[1:]})
    ).differences  # fmt: skip
    assert (one.what, one.figure) == ("pub_leadership__progress", None)
    assert one.before != one.after


def test_an_altered_or_missing_original_that_counts_is_named(desk: Desk) -> None:
    path = original(desk, "second.csv")
    path.chmod(0o644)
    path.write_bytes(b"e1,20")
    with pytest.raises(ReplayFailed) as altered:
        replay(desk.settings, "2026-Q3.r1", making=again())
    assert "2026-Q3.r1 can't be made again byte for byte:" in str(altered.value)
    assert "“second.csv” of S000003" in str(altered.value)
    assert "is not the file that was received: its bytes were altered." in str(altered.value)
    path.unlink()
    with pytest.raises(ReplayFailed, match=r"“second.csv” of S000003-.* is missing from the landing zone"):
        replay(desk.settings, "2026-Q3.r1", making=again())


def test_an_original_that_no_longer_counted_is_named_and_the_release_made_all_the_same(desk: Desk) -> None:
    original(desk, "first.csv").unlink()
    found = replay(desk.settings, "2026-Q3.r1", making=again())
    assert (found.identical, found.differences) == (False, ())
    assert "“first.csv” of S000001" in found.found[0]
    assert "Of what is kept, this is not as it was released:" in replay_text(found)
    restored = replay(desk.settings, "2026-Q3.r1", making=again(), restore=True)
    assert restored.found == found.found, "putting tables back brings no original back"


def test_an_original_of_later_does_not_matter(desk: Desk) -> None:
    original(desk, "third.csv").unlink()
    assert replay(desk.settings, "2026-Q3.r1", making=again()).identical


def test_an_erased_original_can_not_be_made_again_and_the_reason_is_said(desk: Desk) -> None:
    sid = next(item.id for item in desk.state().submissions.values() if item.files[0].name == "second.csv")
    desk.erase(sid, "officer", "on request")
    with pytest.raises(ReplayFailed, match="was erased at a person's request after the release"):
        replay(desk.settings, "2026-Q3.r1", making=again())


def test_a_log_that_was_changed_or_cut_is_told(desk: Desk) -> None:
    path = desk.settings.log_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("drop trigger events_no_update")
        connection.execute("update events set who = 'eve' where seq = 2")
    with pytest.raises(ReplayFailed, match="event 2 was changed after it was written"):
        replay(desk.settings, "2026-Q3.r1", making=again())
    with sqlite3.connect(path) as connection:
        connection.execute("drop trigger events_no_update")
        connection.execute("update events set who = 'ana' where seq = 2")
        connection.execute("drop trigger events_no_delete")
        connection.execute("delete from events where seq = 3")
    with pytest.raises(ReplayFailed, match="event 3 is missing"):
        replay(desk.settings, "2026-Q3.r1", making=again())


def test_altered_tables_and_files_of_the_release_are_named(desk: Desk) -> None:
    published = Published.open(desk.settings.published)
    folder = Path(desk.settings.published) / published.build_id
    (folder / published.tables["pub_leads__kpi"].file).write_bytes(b"better")
    (Path(desk.settings.exports) / published.build_id / "release" / "annual" / "2026.html").unlink()
    found = replay(desk.settings, "2026-Q3.r1", making=again())
    assert not found.differences
    assert found.found == (
        "restricted/pub_leads__kpi.parquet of 2026-Q3.r1 was altered.",
        f"release/annual/2026.html of the exports of build {published.build_id} is missing.",
    )


def test_a_build_that_is_gone_is_put_back_where_it_comes_out_as_released(desk: Desk) -> None:
    (release,) = all_releases(desk.settings)
    for there in (desk.settings.published, desk.settings.exports):
        shutil.rmtree(Path(there) / release.build_id)
    assert not replay(desk.settings, release.name, making=again()).identical
    rows = fixtures.tables()["pub_leadership__progress"][2]
    other = again({"pub_leadership__progress": rows[1:]})
    assert replay(desk.settings, release.name, making=other, restore=True).differences
    assert not (Path(desk.settings.published) / release.build_id).exists(), "what differs is not put back"
    assert replay(desk.settings, release.name, making=again(), restore=True).identical
    assert open_release(desk.settings, release.name).frame("pub_leads__kpi").shape[0] > 0
    assert replay(desk.settings, release.name, making=again()).identical


def test_a_release_rests_on_the_ones_before_it(desk: Desk) -> None:
    (first,) = all_releases(desk.settings)
    rows = fixtures.tables()["pub_leadership__progress"][2]
    changed = {"pub_leadership__progress": rows[1:]}
    build(desk.settings, changed)
    second = make(desk.settings)
    assert replay(desk.settings, second.name, making=again(changed)).identical
    shutil.rmtree(Path(desk.settings.published) / first.build_id)
    with pytest.raises(ReplayFailed, match=r"rests on 2026-Q3.r1 before it, .* “impact replay 2026-Q3.r1 --restore”"):
        replay(desk.settings, second.name, making=again(changed))


def test_an_erasure_leaves_a_release_its_figures_but_no_rows(desk: Desk) -> None:
    (release,) = list(all_releases(desk.settings))
    assert erasure_note(desk.settings, release) is None
    sid = next(item.id for item in desk.state().submissions.values() if item.files[0].name == "first.csv")
    rows = fixtures.tables()["pub_leadership__progress"][2]
    build(desk.settings, {"pub_leadership__progress": rows[1:]})  # somebody looked in between
    desk.erase(sid, "officer", "on request")
    newest = build(desk.settings, {"pub_leadership__progress": rows[2:]})
    assert forget_after_publishing(desk.settings, desk.state()) > 0

    kept = {path.name for path in Path(desk.settings.published).iterdir() if path.is_dir()}
    assert kept == {release.build_id, newest.build_id}
    assert not (Path(desk.settings.exports) / release.build_id / "restricted").exists()
    assert (Path(desk.settings.exports) / release.build_id / "release" / "annual" / "2026.html").is_file()
    published = open_release(desk.settings, release.name)
    there = {name for name, entry in published.tables.items() if published.file_hash(entry.file) is not None}
    gone = {name for name in published.tables if name not in there}
    assert {"pub_leads__kpi", "pub_leadership__goal"} <= there
    assert "pub_leads__named_items" in gone
    assert all(published.tables[name].audience == "restricted" for name in gone)
    assert "no longer in it since an erasure on 2026-11-22" in (erasure_note(desk.settings, release) or "")
    found = replay(desk.settings, "2026-Q3.r1", making=again())
    assert found.identical, "what was erased did not count in it"


@pytest.mark.parametrize("commit", ["--lock", "HEAD", "a" * 41, "main; true", "../elsewhere"])
def test_what_is_no_commit_never_reaches_git(commit: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    release = dataclasses.replace(next(iter(all_releases(desk.settings))), commit=commit, code_hash="0" * 64)
    monkeypatch.setattr(recorded_code, "find_release", lambda settings, name: release)
    code = dataclasses.replace(running_code(), code_hash="1" * 64)
    monkeypatch.setattr(recorded_code, "running_code", lambda: code)
    monkeypatch.setattr(recorded_code, "subprocess", None)
    with pytest.raises(ReplayFailed, match="as its commit, which is none"):
        recorded_code.replay_with_recorded_code(desk.settings, release.name, Progress())
