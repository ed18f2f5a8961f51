"""A folder as inbox: what is whole is handed in once, whatever lies around it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.desk import Desk
from orchestration.inboxes import pull
from sources.connectors import Inbox, InboxError, connect, fetch, look
from tests.integration.inboxes.conftest import events, looks

A, B, BAD = b"e1,5", b"e1,6", b"bad1,5"


def _kinds(pulled) -> list[tuple[str, str]]:
    return [(line.path, line.kind) for line in pulled.lines if line.kind != "waiting"]


def test_a_file_is_handed_in_for_the_partner_of_the_inbox_and_says_where_it_came_from(desk, inbox, folder):
    (folder / "return 2026-Q3.csv").write_bytes(A)
    pulled = looks(desk, inbox)
    (submission,) = desk.state().submissions.values()
    assert submission.place == ("sample_a", "demo", "2026-Q3")
    assert submission.received_by == "inbox:a-folder"
    assert (submission.state, _kinds(pulled)) == ("accepted", [("return 2026-Q3.csv", "received")])
    (received,) = events(desk, "received")
    origin = received.payload["origin"]
    assert (origin["url"], origin["path"], origin["inbox"]) == (str(folder), "return 2026-Q3.csv", "a-folder")


def test_half_written_files_wait_until_two_looks_see_the_same(desk, inbox, folder):
    path = folder / "2026-Q3.csv"
    path.write_bytes(b"e1")
    first = pull(desk, [inbox], {})
    assert [line.kind for line in first.lines] == ["waiting"]
    path.write_bytes(b"e1,5\ne2")
    second = pull(desk, [inbox], {}, first.waiting)
    path.write_bytes(b"e1,5\ne2,7")
    third = pull(desk, [inbox], {}, second.waiting)
    assert not desk.state().submissions
    assert pull(desk, [inbox], {}, third.waiting).of("received")
    (submission,) = desk.state().submissions.values()
    assert submission.files[0].size == len(b"e1,5\ne2,7")


def test_a_file_must_have_stood_still_for_as_long_as_the_inbox_says(desk, inbox, folder):
    slow, now = replace(inbox, settle_seconds=60), 1_000_000.0
    (folder / "2026-Q3.csv").write_bytes(A)
    waiting = pull(desk, [slow], {}, clock=lambda: now).waiting
    waiting = pull(desk, [slow], {}, waiting, clock=lambda: now + 59).waiting
    assert waiting
    assert pull(desk, [slow], {}, waiting, clock=lambda: now + 60).of("received")


@pytest.mark.parametrize(
    "name",
    [
        "2026-Q3.csv.part",
        "2026-Q3.tmp",
        "~$2026-Q3.xlsx",
        ".2026-Q3.csv",
        "2026-Q3.csv.filepart",
        "2026-Q3.crdownload",
        "2026-Q3.csv.done",
        "2026-Q3.csv.verdict.txt",
        "Thumbs.db",
    ],
)
def test_what_programs_leave_beside_a_file_is_no_return(desk, inbox, folder, name):
    (folder / name).write_bytes(A)
    assert looks(desk, inbox, times=3).lines == []
    assert not desk.state().submissions


def test_a_rename_makes_it_a_return(desk, inbox, folder):
    (folder / "2026-Q3.csv.part").write_bytes(A)
    looks(desk, inbox)
    (folder / "2026-Q3.csv.part").rename(folder / "2026-Q3.csv")
    assert _kinds(looks(desk, inbox)) == [("2026-Q3.csv", "received")]


def test_where_a_done_file_is_asked_for_nothing_is_taken_before(desk, inbox, folder):
    strict = replace(inbox, done=True)
    (folder / "2026-Q3.csv").write_bytes(A)
    assert looks(desk, strict, times=3).lines == []
    (folder / "2026-Q3.csv.done").touch()
    assert _kinds(looks(desk, strict, times=1)) == [("2026-Q3.csv", "received")]


def test_a_file_that_changes_while_it_is_fetched_is_left_for_the_next_look(desk, inbox, folder, monkeypatch):
    from sources.connectors.local import LocalFolder

    path, read = folder / "2026-Q3.csv", LocalFolder._read
    path.write_bytes(A)

    def slow(self, found, most):
        data = read(self, found, most)
        path.write_bytes(data + b"\ne2,7")
        monkeypatch.setattr(LocalFolder, "_read", read)
        return data

    first = pull(desk, [inbox], {})
    monkeypatch.setattr(LocalFolder, "_read", slow)
    second = pull(desk, [inbox], {}, first.waiting)
    assert second.lines[0].sentence == "changed while it was fetched; it is looked at again."
    assert not desk.state().submissions
    assert _kinds(looks(desk, inbox)) == [("2026-Q3.csv", "received")]


def test_the_same_file_seen_again_is_never_handed_in_again_also_after_a_restart(new_desk, inbox, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    looks(new_desk(), inbox)
    for _ in range(3):
        assert looks(new_desk(), inbox).lines == []
    assert len(events(new_desk(), "received")) == 1


def test_a_refused_or_returned_file_is_not_handed_in_again_either(new_desk, inbox, folder):
    (folder / "no return 2026-Q2.csv").write_bytes(b"x")
    (folder / "bad 2026-Q3.csv").write_bytes(BAD)
    assert {line.state for line in looks(new_desk(), inbox).of("received")} == {"refused", "returned"}
    assert looks(new_desk(), inbox, times=3).lines == []
    assert len(events(new_desk(), "received")) == 2


def test_the_same_bytes_under_two_names_and_in_two_inboxes_are_one_submission(desk, inbox, folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    second = replace(inbox, name="a-second", url=str(other))
    for path in (folder / "one 2026-Q3.csv", folder / "two 2026-Q3.csv", other / "three Q3 2026.csv"):
        path.write_bytes(A)
    pulled = looks(desk, inbox, second)
    assert sorted(line.kind for line in pulled.lines if line.kind != "waiting") == ["received", "same", "same"]
    assert len(events(desk, "received")) == 1
    assert len(events(desk, "pulled")) == 2
    assert looks(desk, inbox, second).lines == []


def test_a_returned_file_by_another_way_is_one_submission_too(desk, inbox, folder, tmp_path):
    (folder / "2026-Q3.csv").write_bytes(BAD)
    looks(desk, inbox)
    other = tmp_path / "other"
    other.mkdir()
    (other / "2026-Q3.csv").write_bytes(BAD)
    (line,) = looks(desk, replace(inbox, name="a-second", url=str(other))).of("same")
    assert "which was returned. Not handed in again." in line.sentence
    assert len(events(desk, "received")) == 1


def test_an_old_copy_found_later_does_not_bring_old_numbers_back(desk, inbox, folder):
    (folder / "v1 2026-Q3.csv").write_bytes(A)
    looks(desk, inbox)
    (folder / "v2 2026-Q3.csv").write_bytes(B)
    looks(desk, inbox)
    (folder / "copy of v1 2026-Q3.csv").write_bytes(A)
    (line,) = looks(desk, inbox).of("same")
    assert "which was replaced since; hand it in at the desk if it is meant to count again" in line.sentence
    (current,) = desk.state().current("sample_a", "demo", "2026-Q3")
    assert current.files[0].name == "v2 2026-Q3.csv"


def test_one_file_that_goes_from_a_to_b_to_a_is_corrected_twice(desk, inbox, folder):
    path = folder / "2026-Q3.csv"
    for number, data in enumerate((A, B, A)):
        path.write_bytes(data)
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
        assert looks(desk, inbox).of("received"), number
    assert len(events(desk, "received")) == 3
    os.utime(path)
    assert [line.kind for line in looks(desk, inbox).lines if line.kind != "waiting"] == ["same"]


def test_a_file_refused_too_early_is_taken_once_it_is_put_there_again(tmp_path, inbox, folder):
    from datetime import UTC, datetime

    from sources.settings import Settings
    from tests.unit.expectations import desk_fakes

    def at(day: int) -> Desk:
        clock = lambda: datetime(2026, 9, day, tzinfo=UTC)  # noqa: E731
        contracts = {"demo": desk_fakes.contract()}
        settings = Settings.at(tmp_path / "early")
        return Desk(settings, contracts, clock, reader=desk_fakes.read_files, judge=desk_fakes.judge)

    path = folder / "2026-Q3.csv"
    path.write_bytes(A)
    assert looks(at(20), inbox).of("received")[0].state == "refused"
    os.utime(path, (1, 1))
    assert looks(at(21), inbox).of("same")  # still too early: nothing new to say
    os.utime(path, (2, 2))
    assert looks(at(30), inbox).of("received")[0].state == "accepted"


def test_the_quarter_comes_from_name_or_folder_and_a_file_without_one_is_left_and_told_once(new_desk, inbox, folder):
    (folder / "2026-Q2").mkdir()
    (folder / "2026-Q2" / "return.csv").write_bytes(A)
    (folder / "old stuff").mkdir()
    (folder / "old stuff" / "2026-Q1.csv").write_bytes(A)
    (folder / "return.csv").write_bytes(B)
    pulled = looks(new_desk(), inbox)
    assert _kinds(pulled) == [("2026-Q2/return.csv", "received"), ("return.csv", "left")]
    (line,) = pulled.of("left")
    assert line.sentence == (
        "names no quarter: write it into the file’s name, such as “return 2026-Q3.xlsx”, "
        "or put the file into a folder such as “2026-Q3”."
    )
    assert looks(new_desk(), inbox, times=3).lines == []
    (event,) = events(new_desk(), "pulled")
    assert (event.why, event.partner, event.period) == (line.sentence, "sample_a", None)


def test_a_file_that_was_left_is_looked_at_anew_when_the_rule_changes(new_desk, inbox, folder):
    (folder / "2026-Q3").mkdir()
    (folder / "2026-Q3" / "return.csv").write_bytes(A)
    (folder / "return.csv").write_bytes(b"e1," + b"5" * 3000)
    small = replace(inbox, max_bytes=1000)
    assert [line.kind for line in looks(new_desk(), small).lines if line.kind != "waiting"] == ["received", "left"]
    assert not looks(new_desk(), small).lines
    (line,) = looks(new_desk(), inbox).of("left")
    assert line.sentence.startswith("names no quarter")


def test_links_pipes_and_folders_lead_nowhere(desk, inbox, folder, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "2026-Q3.csv").write_bytes(b"secret1,5")
    (folder / "link 2026-Q3.csv").symlink_to(secret / "2026-Q3.csv")
    (folder / "2026-Q3").symlink_to(secret, target_is_directory=True)
    (folder / "2026-Q2").symlink_to(secret, target_is_directory=True)
    (folder / "folder 2026-Q3.csv").mkdir()
    os.mkfifo(folder / "pipe 2026-Q3.csv")
    assert looks(desk, inbox, times=3).lines == []
    assert not desk.state().submissions


def test_an_answers_folder_that_is_a_link_is_not_written_to(desk, inbox, folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "answers").symlink_to(elsewhere, target_is_directory=True)
    (folder / "2026-Q3.csv").write_bytes(A)
    pulled = looks(desk, replace(inbox, answer=True))
    assert [line.kind for line in pulled.lines if line.kind != "waiting"] == ["received", "problem"]
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "..2026-Q3.csv",
        "-rf 2026-Q3.csv",
        "a\nb\r2026-Q3.csv",
        "\u202efdp.2026-Q3.csv",
        "\U0001f4ca 2026-Q3.csv",
        '[red]2026-Q3 <b>{x} %s $(id);".csv',
        "..\\..\\2026-Q3.csv",
        "é" * 100 + " 2026-Q3.csv",
    ],
)
def test_hostile_names_are_only_names(desk, inbox, folder, name):
    (folder / name).write_bytes(A)
    pulled = looks(desk, replace(inbox, answer=True))
    received = pulled.of("received")
    if name.startswith("..") or "\\" in name:  # hidden, or a name that leads elsewhere on other systems
        assert not received
        return
    (line,) = received
    text = line.as_text()
    assert "\n" not in text
    assert "\u202e" not in text
    (answer,) = (folder / "answers").iterdir()
    assert answer.name.endswith(".verdict.txt")
    assert sorted(path.name for path in folder.iterdir()) == sorted([name, "answers"])


def test_a_name_that_is_not_utf8_is_taken(desk, inbox, folder):
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9 2026-Q3.csv"))).write_bytes(A)
    assert looks(desk, replace(inbox, answer=True)).of("received")
    assert looks(desk, inbox).lines == []


def test_the_answer_lies_beside_the_file_and_nothing_is_overwritten(desk, inbox, folder):
    answering = replace(inbox, answer=True)
    (folder / "2026-Q3.csv").write_bytes(BAD)
    (folder / "answers").mkdir()
    (folder / "answers" / "2026-Q3.csv.verdict.txt").write_text("mine")
    looks(desk, answering)
    assert (folder / "answers" / "2026-Q3.csv.verdict.txt").read_text() == "mine"
    written = list((folder / "answers").iterdir())
    (answer,) = [path for path in written if path.suffix == ".txt" and path.read_text() != "mine"]
    assert len(written) == 3  # the partner's own, the verdict, the fix list
    assert "bad rows" in answer.read_text()
    assert next(iter(desk.state().submissions)) in answer.read_text()
    assert looks(desk, answering, times=3).lines == []


def test_two_sensors_at_once_take_each_file_once(new_desk: Callable[[], Desk], inbox: Inbox, folder: Path):
    for number in range(12):
        (folder / f"{number} 2026-Q{1 + number % 3}.csv").write_bytes(b"bad%d,5" % (number // 2))
    waiting = pull(new_desk(), [inbox], {}).waiting
    threads = [threading.Thread(target=pull, args=(new_desk(), [inbox], {}, waiting)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [event.payload["origin"]["path"] for event in new_desk().log.events() if "origin" in event.payload]
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 12
    contents = [(event.period, event.payload["content"]) for event in events(new_desk(), "received")]
    assert len(contents) == len(set(contents))


def test_a_broken_inbox_does_not_stop_the_others_and_says_what_is_wrong(desk, inbox, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    gone = replace(inbox, name="gone", url="/nowhere/at/all")
    unset = replace(inbox, name="unset", credentials={"password": "NOT_SET_ANYWHERE"})
    pulled = looks(desk, gone, inbox, unset)
    assert pulled.of("received")
    assert {line.as_text() for line in pulled.of("problem")} == {
        "gone: There is no folder /nowhere/at/all.",
        "unset: needs the environment variable NOT_SET_ANYWHERE, which is not set.",
    }


def test_an_inbox_that_hangs_is_left_behind(desk, inbox, folder, monkeypatch):
    from sources.connectors.local import LocalFolder

    (folder / "2026-Q3.csv").write_bytes(A)
    entries, gate = LocalFolder._entries, threading.Event()

    def hang(self):
        if self.inbox.name == "hangs":
            gate.wait(20)
        return entries(self)

    monkeypatch.setattr(LocalFolder, "_entries", hang)
    start = time.monotonic()
    waiting = pull(desk, [replace(inbox, name="hangs"), inbox], {}, seconds=1).waiting
    pulled = pull(desk, [replace(inbox, name="hangs"), inbox], {}, waiting, seconds=1)
    gate.set()
    assert time.monotonic() - start < 12
    assert pulled.of("received")
    assert [line.as_text() for line in pulled.of("problem")] == [
        "hangs: did not end within 1 seconds; it is tried again."
    ]


def test_five_hundred_files_in_pieces_that_a_tick_has_time_for(new_desk, inbox, folder):
    for number in range(500):
        (folder / f"{number:03} 2026-Q{1 + number % 3}.csv").write_bytes(b"e%d,5" % number)
    desk = new_desk()
    waiting = pull(desk, [inbox], {}).waiting
    assert len(waiting["a-folder"]) == 500
    ticks = 0
    while waiting and ticks < 100:
        waiting = pull(desk, [inbox], {}, waiting, seconds=5).waiting
        ticks += 1
    assert len(events(desk, "received")) == 500
    assert {submission.state for submission in desk.state().submissions.values()} == {"accepted"}
    assert looks(new_desk(), inbox).lines == []


def test_a_look_at_ten_thousand_files_that_were_seen_costs_less_than_a_second(desk, inbox, folder):
    from sources.log.pulls import FileKey, Pull

    for number in range(10_000):
        (folder / f"{number} 2026-Q3.csv").touch()
    state = desk.state()
    for found in look(inbox):
        state.pulls[FileKey("sample_a", "demo", str(folder), found.path)] = (
            Pull(found.stamp, "c", None, "w", inbox.rule),
        )
    start = time.perf_counter()
    assert pull(desk, [inbox], {}).lines == []
    assert time.perf_counter() - start < 1


def test_one_file_can_be_looked_for_and_fetched_without_a_desk(inbox, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    (found,) = look(inbox)
    assert fetch(inbox, found) == A
    (folder / "2026-Q3.csv").unlink()
    with connect(inbox, {}) as connection, pytest.raises(InboxError, match="is not there any more"):
        connection.fetch(found)
