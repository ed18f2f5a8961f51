"""A web server as inbox: TLS is verified, and whatever it answers is bounded in bytes, time and address."""

from __future__ import annotations

import base64
import socket
import time
from dataclasses import replace

import pytest

from sources.connectors import Inbox, InboxError, LeftAlone, connect
from tests.integration.inboxes.conftest import looks

A, B = b"e1,5", b"e1,6"
INDEX = b"""<html><a href="../">up</a> <A HREF='2026-Q3.csv'>a</A> <a href="/returns/b%20Q2%202026.csv?x=1">query</a>
<a href="b%20Q2%202026.csv">b</a> <a href="https://example.org/returns/2026-Q1.csv">elsewhere</a>
<a href="..%2F..%2Fetc%2Fpasswd 2026-Q1.csv">up</a> <a href="file:///etc/passwd">file</a> <a href="2026-Q1/">q</a>
<a href="deep/er/2026-Q1.csv">deep</a></html>"""


@pytest.fixture
def remote(web) -> Inbox:
    web.files["/returns/"] = INDEX
    web.files["/returns/2026-Q1/"] = b'<a href="return.csv">r</a>'
    return Inbox(
        "a-web",
        "sample_a",
        "demo",
        "https",
        f"{web.url}/returns",
        period=("name", "folder"),
        settle_seconds=0,
        timeout_seconds=4,
        ca_file=str(web.ca_file),
    )


@pytest.fixture
def listed(remote, web) -> Inbox:
    """An inbox that names its one file."""
    web.files["/returns/2026-Q3.csv"] = A
    return replace(remote, files=("2026-Q3.csv",))


def test_links_directly_below_the_index_are_taken_and_no_others(desk, remote, web):
    web.files |= {"/returns/2026-Q3.csv": A, "/returns/b%20Q2%202026.csv": B, "/returns/2026-Q1/return.csv": A}
    pulled = looks(desk, remote)
    assert [(line.path, line.state) for line in pulled.of("received")] == [
        ("2026-Q1/return.csv", "accepted"),
        ("2026-Q3.csv", "accepted"),
        ("b Q2 2026.csv", "accepted"),
    ]
    assert looks(desk, remote).lines == []
    assert {path for _, path, _ in web.asked} <= set(web.files)


def test_a_list_of_files_needs_no_index_and_one_that_is_not_there_yet_is_no_error(desk, listed, web):
    del web.files["/returns/"]
    pulled = looks(desk, replace(listed, files=("2026-Q3.csv", "2026-Q2.csv")))
    assert [line.path for line in pulled.lines if line.kind != "waiting"] == ["2026-Q3.csv"]


def test_a_new_version_is_a_correction(desk, listed, web):
    looks(desk, listed)
    web.files["/returns/2026-Q3.csv"] = B
    assert looks(desk, listed).of("received")


def test_a_server_that_tells_no_version_is_asked_for_the_bytes(desk, listed, web):
    web.silent.add("/returns/2026-Q3.csv")
    assert looks(desk, listed).of("received")
    assert looks(desk, listed).lines == []
    web.files["/returns/2026-Q3.csv"] = B
    assert looks(desk, listed).of("received")


def test_a_certificate_that_nobody_vouches_for_is_refused(listed):
    with connect(replace(listed, ca_file=None), {}) as connection, pytest.raises(InboxError) as refused:
        connection.look()
    assert str(refused.value) == "The server’s certificate is not trusted. Nothing was fetched."


def test_a_certificate_for_another_name_is_refused(listed, web):
    other = replace(listed, url=f"https://127.0.0.2:{web.port}/returns")
    with connect(other, {}) as connection, pytest.raises(InboxError):
        connection.look()
    assert web.asked == []


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://169.254.169.254/latest", "https://127.0.0.1:1/x", "ftp://x/y", "//evil/x"]
)
def test_a_server_may_not_send_us_elsewhere(listed, web, target):
    web.tricks["/returns/2026-Q3.csv"] = target if "://" in target else f"/{target.lstrip('/')}" and f"https:{target}"
    with connect(listed, {}) as connection, pytest.raises(InboxError, match="sends us on to another address"):
        connection.look()


def test_a_server_may_send_us_on_within_itself_but_not_in_circles(listed, web):
    web.files["/moved"] = A
    web.tricks["/returns/2026-Q3.csv"] = "/moved"
    with connect(listed, {}) as connection:
        (found,) = connection.look()
        assert connection.fetch(found) == A
    web.tricks["/returns/2026-Q3.csv"] = "circle"
    with connect(listed, {}) as connection, pytest.raises(InboxError, match="in circles"):
        connection.look()


def test_an_endless_answer_ends_at_the_limit(desk, listed, web):
    web.tricks["/returns/2026-Q3.csv"] = "endless"
    start = time.monotonic()
    (line,) = looks(desk, replace(listed, max_bytes=1 << 20)).of("left")
    assert line.sentence.startswith("is larger than 1 MB")
    assert time.monotonic() - start < 8


def test_an_endless_index_ends_too(remote, web):
    web.tricks["/returns/"] = "endless"
    with connect(remote, {}) as connection, pytest.raises(InboxError, match="index page is larger than 4 MB"):
        connection.look()


def test_a_drop_at_a_time_ends_with_the_time(desk, listed, web, inbox, folder):
    (folder / "2026-Q3.csv").write_bytes(A)
    web.tricks["/returns/2026-Q3.csv"] = "slow"
    start = time.monotonic()
    pulled = looks(desk, replace(listed, timeout_seconds=1), inbox)
    assert time.monotonic() - start < 10
    assert pulled.of("received")
    assert {line.as_text() for line in pulled.of("problem")} == {"a-web: did not answer within 1 seconds."}


def test_a_file_that_arrives_cut_off_is_not_taken(desk, listed, web):
    web.files["/returns/2026-Q3.csv"] = A * 1000
    web.tricks["/returns/2026-Q3.csv"] = "truncated"
    pulled = looks(desk, listed)
    assert [line.sentence for line in pulled.of("problem")] == ["The file did not arrive whole; it is fetched again."]
    assert not desk.state().submissions
    del web.tricks["/returns/2026-Q3.csv"]
    assert looks(desk, listed).lines


def test_credentials_come_from_the_environment_and_go_to_this_server_only(listed, web):
    web.needs = "Bearer tok-en"
    with connect(replace(listed, credentials={"token": "A_TOKEN"}), {"A_TOKEN": "tok-en"}) as connection:
        assert connection.look()
    web.needs = "Basic " + base64.b64encode("pärtner:pass".encode()).decode()
    basic = replace(listed, credentials={"password": "A_PASSWORD"}, user="pärtner")
    with connect(basic, {"A_PASSWORD": "pass"}) as connection:
        assert connection.look()
    with connect(basic, {"A_PASSWORD": "wrong"}) as connection, pytest.raises(InboxError) as refused:
        connection.look()
    assert str(refused.value) == "The server refused the credentials (401)."
    web.needs = None
    signed = replace(listed, credentials={"query": "A_QUERY"})
    with connect(signed, {"A_QUERY": "sig=a%2Fb"}) as connection:
        (found,) = connection.look()
    assert web.asked[-1][1] == "/returns/2026-Q3.csv?sig=a%2Fb"
    assert "sig" not in found.path + found.stamp


def test_a_server_that_is_gone(listed):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with connect(replace(listed, url=f"https://localhost:{port}"), {}) as connection, pytest.raises(InboxError) as gone:
        connection.look()
    assert str(gone.value) == "The server could not be reached."


def test_a_large_file_is_left_unfetched(listed, web):
    web.files["/returns/2026-Q3.csv"] = b"x" * 5000
    with connect(replace(listed, max_bytes=4000), {}) as connection:
        (found,) = connection.look()
        with pytest.raises(LeftAlone):
            connection.fetch(found)
    assert ("GET", "/returns/2026-Q3.csv", "") not in web.asked
