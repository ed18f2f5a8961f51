"""Objects are written once and whole."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from expectations.desk import Desk, DeskError
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import StorageAway, StorageError, Store
from tests.unit.expectations.desk_fakes import Calls, contract, judge


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "s3":
        storage = request.getfixturevalue("s3_storage")
        for name, value in storage.env.items():
            monkeypatch.setenv(name, value)
        return Store(f"{storage.bucket()}/landing")
    return Store(tmp_path / "landing" if request.param == "local" else f"memory://{uuid.uuid4()}")


def test_an_object_is_written_once(store: Store) -> None:
    assert store.put_once("originals/a", b"one") is True
    assert store.put_once("originals/a", b"one") is False
    assert store.read("originals/a") == b"one"
    assert store.exists("originals/a")
    assert not store.exists("originals/b")


def test_other_bytes_never_overwrite(store: Store) -> None:
    store.put_once("a", b"one")
    with pytest.raises(StorageError, match="never overwritten"):
        store.put_once("a", b"two")
    assert store.read("a") == b"one"


def test_a_hash_for_a_key_must_fit(store: Store) -> None:
    digest = hashlib.sha256(b"one").hexdigest()
    assert store.put_once(f"originals/{digest}", b"one")
    assert store.read_original(f"originals/{digest}") == b"one"
    with pytest.raises(StorageError, match="do not have this hash"):
        store.put_once(f"originals/{hashlib.sha256(b'x').hexdigest()}", b"one")


def test_a_changed_original_shows(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"one").hexdigest()
    store = Store(tmp_path)
    store.put_once(digest, b"one")
    (tmp_path / digest).write_bytes(b"altered")
    with pytest.raises(StorageError, match="not those that were received"):
        store.read_original(digest)


def test_keys_are_listed_in_order_without_unfinished_writes(store: Store) -> None:
    for key in ("b/2", "b/1", "a"):
        store.put_once(key, key.encode())
    store.put_once("b/.tmp-left-by-a-crash", b"")
    assert store.list() == ["a", "b/1", "b/2"]
    assert store.list("b") == ["b/1", "b/2"]
    assert store.list("none") == []


def test_a_pointer_moves(store: Store) -> None:
    store.write_pointer("current", "build-1")
    store.write_pointer("current", "build-2")
    assert store.read("current") == b"build-2"


def test_replacing_by_the_same_bytes_touches_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.replace("x", b"1") is True
    before = (tmp_path / "x").stat().st_mtime_ns
    assert store.replace("x", b"1") is False
    assert (tmp_path / "x").stat().st_mtime_ns == before
    assert store.replace("x", b"2") is True


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", "", "a\\b", "a\0b"])
def test_a_key_never_leaves_the_store(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put_once(key, b"")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Store(tmp_path).put_once("a", b"one")
    assert list(tmp_path.iterdir()) == []


def test_without_hard_links_an_object_is_still_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", unsupported)
    store = Store(tmp_path)
    assert store.put_once("a", b"one") is True
    assert store.put_once("a", b"one") is False
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_another_process_s_writes_are_seen(store: Store) -> None:
    assert store.list() == []
    assert not store.exists("a")
    Store(store.url).put_once("a", b"one")
    assert store.exists("a")
    assert store.list() == ["a"]
    Store(store.url).delete("a")
    assert store.list() == []


def test_of_many_who_write_at_once_exactly_one_writes(store: Store) -> None:
    gate, answers = threading.Barrier(8), []

    def write(number: int) -> None:
        mine = Store(store.url)
        gate.wait()
        try:
            answers.append(mine.put_once("a", str(number).encode()))
        except StorageError:
            answers.append(None)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [*[None] * 7, True]


@pytest.mark.parametrize(("free", "total", "size", "leaves"), [
    (10 << 30, 100 << 30, 60 << 20, True),
    (560 << 20, 100 << 30, 60 << 20, False),
    (2 << 20, 8 << 20, 1 << 20, True),  # a small disk keeps its share
    (2 << 20, 8 << 20, 2 << 20, False),
])  # fmt: skip
def test_what_comes_in_leaves_room_on_a_local_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, total: int, size: int, leaves: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free, total=total, there=path.exists()))
    assert Store(tmp_path / "not" / "yet").leaves_room(size) is leaves
    assert Store("memory://landing").leaves_room(size), "a store elsewhere says for itself"


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A bucket whose server does not answer."""
    s3fs = pytest.importorskip("s3fs")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = {
        "ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "ACCESS_KEY_ID": "key-s3cret",
        "SECRET_ACCESS_KEY": "s3cret",
    }
    for name, value in {**settings, "DEFAULT_REGION": "us-east-1", "MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    s3fs.S3FileSystem.clear_instance_cache()
    yield Store("s3://bucket/landing")
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.parametrize("call", [
    lambda store: store.put_once("originals/a", b"1"), lambda store: store.replace("a", b"1"), lambda store: store.read("a"),
    lambda store: store.list(), lambda store: store.exists("a"), lambda store: store.delete("a"),
])  # fmt: skip
def test_a_storage_that_does_not_answer_is_said_without_its_secrets(
    away: Store, caplog: pytest.LogCaptureFixture, call: Callable[[Store], object]
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(StorageAway) as told:
        call(away)
    assert str(told.value) == "The storage s3://bucket could not be reached (EndpointConnectionError)."
    assert "s3cret" not in f"{told.value!r} {told.value.__cause__} {caplog.text}"


def test_a_return_is_not_taken_while_the_storage_does_not_answer(away: Store, tmp_path: Path) -> None:
    settings = replace(Settings.at(tmp_path), landing=away.url)
    desk = Desk(
        settings, {"demo": contract()}, lambda: datetime(2026, 11, 22, tzinfo=UTC), reader=Calls().reader, judge=judge
    )
    with pytest.raises(
        DeskError, match=r"^Not saved; nothing was lost\. Try again\. \(The storage s3://bucket could not"
    ):
        desk.submit([InputFile("r.csv", b"e1,1")], partner="sample_a", program="demo", period="2026-Q3", who="ana")
    assert desk.log.events() == []
