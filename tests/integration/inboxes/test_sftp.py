"""A folder on an SFTP server as inbox: the server's key is checked, whatever it shows is bounded."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import replace

import asyncssh
import pytest

from orchestration.inboxes import pull
from sources.connectors import Inbox, InboxError, LeftAlone, connect
from tests.integration.inboxes.conftest import looks
from tests.integration.inboxes.servers import deaf_server

A, B = b"e1,5", b"e1,6"


@pytest.fixture
def remote(sftp) -> Inbox:
    return Inbox(
        "a-sftp",
        "sample_a",
        "demo",
        "sftp",
        f"sftp://127.0.0.1:{sftp.port}/",
        period=("name", "folder"),
        settle_seconds=0,
        credentials={"password": "A_PASSWORD"},
        user="partner",
        host_key=sftp.host_key,
        timeout_seconds=5,
    )


@pytest.fixture
def env(sftp) -> dict[str, str]:
    return {"A_PASSWORD": sftp.password, "A_KEY": sftp.client_key}


def test_files_of_the_folder_and_of_quarters_are_taken_once(new_desk, remote, env, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    (folder / "2026-Q2").mkdir()
    (folder / "2026-Q2" / "return.csv").write_bytes(B)
    (folder / "2026-Q1.csv.filepart").write_bytes(A)
    pulled = looks(new_desk(), remote, env=env)
    assert [(line.path, line.state) for line in pulled.of("received")] == [
        ("2026-Q2/return.csv", "accepted"),
        ("2026-Q3.csv", "accepted"),
    ]
    assert looks(new_desk(), remote, env=env).lines == []


def test_an_upload_under_way_waits(desk, remote, env, folder):
    path = folder / "2026-Q3.csv"
    path.write_bytes(b"e1")
    first = pull(desk, [remote], env)
    path.write_bytes(b"e1,5\ne2,6")
    second = pull(desk, [remote], env, first.waiting)
    assert [line.kind for line in first.lines + second.lines] == ["waiting", "waiting"]
    assert pull(desk, [remote], env, second.waiting).of("received")


def test_a_key_instead_of_a_password(desk, remote, env, folder, tmp_path):
    (folder / "2026-Q3.csv").write_bytes(A)
    with_key = replace(remote, credentials={"private_key": "A_KEY"})
    assert looks(desk, with_key, env=env).of("received")
    (tmp_path / "id").write_text(env["A_KEY"])
    with connect(with_key, {"A_KEY": str(tmp_path / "id")}) as connection:
        assert [found.path for found in connection.look()] == ["2026-Q3.csv"]


def test_known_hosts_work_like_those_of_ssh(remote, env, sftp, tmp_path):
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{sftp.port} {sftp.host_key}\n")
    with connect(replace(remote, host_key=None, known_hosts=str(tmp_path / "known_hosts")), env) as connection:
        assert connection.look() == []


def test_another_key_than_the_known_one_is_refused_before_the_password_is_sent(desk, remote, env, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
    wrong = replace(remote, host_key=" ".join(other[:2]))
    (line,) = looks(desk, wrong, times=1, env=env).lines
    assert line.sentence == (
        "The server shows another key than the one that is known. Nothing was fetched. "
        "Ask the partner whether the key was changed before you change it here."
    )


def test_an_unknown_key_is_refused_too(remote, env, tmp_path):
    (tmp_path / "known_hosts").write_text("")
    unknown = replace(remote, host_key=None, known_hosts=str(tmp_path / "known_hosts"))
    with pytest.raises(InboxError, match="key is not known"):
        connect(unknown, env)


def test_a_wrong_password_is_named_as_such_and_not_repeated(remote):
    with pytest.raises(InboxError) as refused:
        connect(remote, {"A_PASSWORD": "not-the-pass-phrase"})
    assert str(refused.value) == "The server refused the credentials."


def test_the_own_keys_and_agent_of_whoever_runs_it_are_never_offered(remote, env, sftp, tmp_path, monkeypatch):
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_text(env["A_KEY"])
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(InboxError, match="refused the credentials"):
        connect(remote, {"A_PASSWORD": "wrong"})


def test_links_on_the_server_are_left_alone(desk, remote, env, folder, tmp_path):
    (tmp_path / "secret.csv").write_bytes(b"secret1,5")
    (folder / "2026-Q3.csv").symlink_to(tmp_path / "secret.csv")
    assert looks(desk, remote, env=env).lines == []


def test_the_answer_goes_back_and_overwrites_nothing(desk, remote, env, folder):
    answering = replace(remote, answer=True)
    (folder / "2026-Q3.csv").write_bytes(b"bad1,5")
    (folder / "answers").mkdir()
    (folder / "answers" / "2026-Q3.csv.verdict.txt").write_text("mine")
    pulled = looks(desk, answering, env=env)
    assert not pulled.of("problem"), pulled.lines
    assert (folder / "answers" / "2026-Q3.csv.verdict.txt").read_text() == "mine"
    written = [path for path in (folder / "answers").glob("*.txt") if path.read_text() != "mine"]
    assert "bad rows" in written[0].read_text()
    assert len(written) == 1


def test_a_large_file_is_left(remote, env, folder):
    (folder / "2026-Q3.csv").write_bytes(b"x" * 5000)
    with connect(replace(remote, max_bytes=4000), env) as connection:
        (found,) = connection.look()
        with pytest.raises(LeftAlone, match="is larger than"):
            connection.fetch(found)


def test_a_megabyte_arrives_as_it_was(remote, env, folder):
    data = os.urandom(3_000_000)
    (folder / "2026-Q3.csv").write_bytes(data)
    with connect(remote, env) as connection:
        (found,) = connection.look()
        assert connection.fetch(found) == data


def test_servers_that_are_gone_or_say_nothing_do_not_stop_the_others(desk, remote, env, inbox, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    start = time.monotonic()
    with deaf_server() as port:
        dead = replace(remote, name="dead", url=f"sftp://127.0.0.1:{closed}/")
        deaf = replace(remote, name="deaf", url=f"sftp://127.0.0.1:{port}/", timeout_seconds=2)
        pulled = looks(desk, dead, deaf, inbox, env=env)
    assert time.monotonic() - start < 20
    assert pulled.of("received")
    said = {line.inbox: line.sentence for line in pulled.of("problem")}
    assert said["dead"].startswith("The server could not be reached")
    assert said["deaf"].startswith(("The server could not be reached", "did not answer"))
    assert env["A_PASSWORD"] not in str(pulled.lines)
