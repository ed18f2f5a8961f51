"""An S3-compatible bucket as inbox, against a real server on loopback."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from sources.connectors import Inbox, InboxError, NotYet, connect
from tests.integration.inboxes.conftest import events, looks
from tests.integration.inboxes.servers import deaf_server

A, B = b"e1,5", b"e1,6"
ENV = {"A_KEY": "test-key", "A_SECRET": "test-secret"}


@pytest.fixture
def bucket(s3):
    """A bucket of its own, its client, and an inbox over a prefix of it."""
    url, client = s3
    name = f"partner-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=name)
    inbox = Inbox(
        "a-s3",
        "sample_a",
        "demo",
        "s3",
        f"s3://{name}/returns",
        period=("name", "folder"),
        credentials={"key": "A_KEY", "secret": "A_SECRET"},
        endpoint_url=url,
        timeout_seconds=10,
    )
    return name, client, inbox


def test_an_object_is_whole_and_taken_at_the_first_look(desk, bucket):
    name, client, inbox = bucket
    client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=A)
    client.put_object(Bucket=name, Key="returns/2026-Q2/return.csv", Body=B)
    client.put_object(Bucket=name, Key="returns/deep/er/2026-Q1.csv", Body=A)
    client.put_object(Bucket=name, Key="returns-of-others/2026-Q3.csv", Body=A)
    pulled = looks(desk, inbox, times=1, env=ENV)
    assert [(line.path, line.state) for line in pulled.lines] == [
        ("2026-Q2/return.csv", "accepted"),
        ("2026-Q3.csv", "accepted"),
    ]
    assert looks(desk, inbox, env=ENV).lines == []
    (first, second) = events(desk, "received")
    assert first.payload["origin"]["url"] == inbox.url
    assert "ETag" not in str(second.payload)
    assert client.head_object(Bucket=name, Key="returns/2026-Q3.csv")["ETag"] in second.payload["origin"]["stamp"]


def test_a_new_version_is_a_correction_and_the_same_file_in_a_folder_counts_once(desk, bucket, inbox, folder):
    name, client, remote = bucket
    client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=A)
    (folder / "HEAL 2026-Q3.csv").write_bytes(A)
    pulled = looks(desk, remote, inbox, env=ENV)
    assert sorted(line.kind for line in pulled.lines if line.kind != "waiting") == ["received", "same"]
    client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=B)
    (line,) = looks(desk, remote, inbox, times=1, env=ENV).of("received")
    assert desk.state().counts(line.submission_id)
    assert len(events(desk, "received")) == 2


@pytest.mark.parametrize("key", ["../2026-Q3.csv", "🧾 ü 2026-Q3.csv", "<b>'\"& 2026-Q3.csv"])
def test_hostile_keys_are_only_names(desk, bucket, key):
    name, client, inbox = bucket
    client.put_object(Bucket=name, Key=f"returns/{key}", Body=A)
    pulled = looks(desk, replace(inbox, answer=True), env=ENV)
    assert bool(pulled.of("received")) == ("/" not in key)
    keys = [item["Key"] for item in client.list_objects_v2(Bucket=name)["Contents"]]
    assert all(found.startswith("returns/") for found in keys)


def test_the_answer_goes_back_and_overwrites_nothing(desk, bucket):
    name, client, inbox = bucket
    client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=b"bad1,5")
    client.put_object(Bucket=name, Key="returns/answers/2026-Q3.csv.verdict.txt", Body=b"mine")
    pulled = looks(desk, replace(inbox, answer=True), env=ENV)
    assert not pulled.of("problem"), pulled.lines
    read = lambda key: client.get_object(Bucket=name, Key=key)["Body"].read()  # noqa: E731
    keys = [item["Key"] for item in client.list_objects_v2(Bucket=name, Prefix="returns/answers/")["Contents"]]
    assert read("returns/answers/2026-Q3.csv.verdict.txt") == b"mine"
    (written,) = [key for key in keys if key.endswith(".txt") and read(key) != b"mine"]
    assert b"bad rows" in read(written)
    assert looks(desk, replace(inbox, answer=True), env=ENV).lines == []


def test_an_object_that_changes_between_look_and_fetch_is_not_taken_half_old(bucket):
    name, client, inbox = bucket
    client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=A)
    with connect(inbox, ENV) as connection:
        (found,) = connection.look()
        client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=B)
        with pytest.raises((NotYet, InboxError), match="changed while it was fetched"):
            connection.fetch(found)


def test_a_large_object_is_never_fetched(desk, bucket):
    name, client, inbox = bucket
    client.put_object(Bucket=name, Key="returns/2026-Q3.csv", Body=b"x" * 5000)
    (line,) = looks(desk, replace(inbox, max_bytes=4000), env=ENV).of("left")
    assert line.sentence.startswith("is larger than 0.00381 MB and was not fetched.")


def test_what_is_wrong_with_the_storage_is_said_without_secrets(desk, bucket, inbox, folder):
    _, _, remote = bucket
    (folder / "2026-Q3.csv").write_bytes(A)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    dead = replace(remote, name="dead", endpoint_url=f"http://127.0.0.1:{closed}", timeout_seconds=2)
    missing = replace(remote, name="missing", url="s3://no-such-bucket-here/x")
    start = time.monotonic()
    with deaf_server() as port:
        deaf = replace(remote, name="deaf", endpoint_url=f"http://127.0.0.1:{port}", timeout_seconds=2)
        pulled = looks(desk, dead, missing, deaf, inbox, env=ENV)
    assert time.monotonic() - start < 30
    assert pulled.of("received")
    said = {line.inbox: line.sentence for line in pulled.of("problem")}
    assert said["missing"] == "There is no bucket no-such-bucket-here."
    assert said["dead"] in ("The storage server could not be reached.", "did not answer within 2 seconds.")
    assert said["deaf"] == "did not answer within 2 seconds."
    assert "test-secret" not in str(said) + str([event.as_dict() for event in desk.log.events()])


def test_credentials_that_are_missing_or_wrong_are_named_as_such(bucket):
    _, _, inbox = bucket
    with pytest.raises(InboxError, match="needs the environment variable A_KEY, which is not set"):
        connect(inbox, {"A_SECRET": "x"})
    _check_keys(inbox.endpoint_url, b"0")
    try:
        wrong = {"A_KEY": "AKIAWRONG", "A_SECRET": "also-wrong"}
        with connect(inbox, wrong) as connection, pytest.raises(InboxError) as refused:
            connection.look()
    finally:
        _check_keys(inbox.endpoint_url, b"inf")
    assert str(refused.value) == "The storage server refused the credentials."


def _check_keys(url: str, after: bytes) -> None:
    """Let the server check access keys after so many requests; it does not as it starts."""
    request = Request(f"{url}/moto-api/reset-auth", data=after, headers={"Content-Type": "text/plain"})  # noqa: S310
    urlopen(request).close()  # noqa: S310
