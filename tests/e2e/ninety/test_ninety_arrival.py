"""Inputs 20 to 25: names, sending twice or half, viruses and what is packed in."""

from __future__ import annotations

import hashlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError
from orchestration.inboxes import pull
from sources.connectors import Inbox
from sources.reader import InputFile
from sources.scanning import EICAR
from sources.settings import Settings
from tests.e2e.ninety.house import CONTRACT, DAMAGED, LOADED, NOW, PERIOD, TEXT, House, about, good, is_refused, rezip

NAMES = [
    "../../etc/x.xlsx",
    "a\0b.xlsx",
    "x" * 300 + ".xlsx",
    "CON.xlsx",
    "re\u202eturn.xlsx",
    "re\"tu'rn\nof.xlsx",
    "📊 return.xlsx",
    "<script>alert(1)</script>.xlsx",
]


@pytest.mark.parametrize("name", NAMES)
def test_20_hostile_file_names(house: House, name: str) -> None:
    outcome = house.submit(good(), name=name)
    (stored,) = outcome.receipt.as_dict()["files"]
    assert house.rows() == LOADED
    assert stored["name"].isprintable()
    assert "/" not in stored["name"].replace("</script>", "")
    assert len(stored["name"]) <= 120
    assert [path.name for path in (house.desk.settings.data / "landing" / "originals").iterdir()] == [stored["sha256"]]


def test_21_files_of_an_inbox_wait_until_they_are_whole(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    inbox = Inbox("an-inbox", "one", "sample", "local", str(folder), settle_seconds=0, period=("name",))
    path = folder / "return 2026-Q3.csv"
    path.write_bytes(TEXT.encode()[:40])
    first = pull(house.desk, [inbox], {})
    path.write_bytes(TEXT.encode())
    second = pull(house.desk, [inbox], {}, first.waiting)
    assert [line.kind for line in (*first.lines, *second.lines)] == ["waiting", "waiting"]
    assert house.desk.state().submissions == {}
    assert pull(house.desk, [inbox], {}, second.waiting).of("received")
    assert (house.rows(), house.kept(TEXT.encode())) == (LOADED, True)


def test_21_two_files_of_one_name_are_told_apart(house: House) -> None:
    files = [
        InputFile("q3/return.csv", TEXT.encode()),
        InputFile("old/return.csv", b"Visit ID,Place,People reached\nV-9,x,1\n"),
    ]
    outcome = house.submit(*files)
    assert [file["name"] for file in outcome.receipt.as_dict()["files"]] == ["return.csv", "return (2).csv"]
    assert house.rows("visit_id", "_file") == [("V-1", "return.csv"), ("V-2", "return.csv"), ("V-9", "return (2).csv")]


def test_22_same_file_under_two_names(house: House) -> None:
    outcome = house.submit(InputFile("first.xlsx", good()), InputFile("copy of first.xlsx", good()))
    assert about(outcome.verdict, "file.same_content").sentence == (
        "“copy of first.xlsx” has the same content as “first.xlsx”; it was read once."
    )
    assert house.rows() == LOADED


def test_23_double_click_is_one_submission(house: House) -> None:
    found: list[str] = []

    def click() -> None:
        found.append(house.submit(good()).submission_id)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(house.desk.state().submissions) == 1
    assert sum(event.kind == "received" for event in house.desk.log.events()) == 1
    assert house.rows() == LOADED


def test_23_upload_cut_half_way_then_sent_again(house: House) -> None:
    data = good()
    is_refused(house.submit(data[: len(data) // 2]), *DAMAGED)
    assert house.submit(data).verdict.state == "accepted"
    assert house.rows() == LOADED


def test_24_virus_is_quarantined_and_the_lead_alerted(house: House) -> None:
    infected = [
        InputFile("return.xlsx", EICAR),
        InputFile("return.csv", TEXT.encode() + EICAR),
        InputFile("packed.xlsx", rezip(good(), add={"xl/embeddings/setup.exe": EICAR})),
    ]
    for number, file in enumerate(infected, 1):
        outcome = house.desk.submit([file], partner="one", program="sample", period=PERIOD, who="ana")
        is_refused(outcome, "file.virus",
                   f"“{file.name}” (Eicar-Test-Signature) contains a virus. It was set aside and not opened; "
                   "your program lead was told.")  # fmt: skip
        assert house.check(file).state == "refused"
        assert not house.kept(file.data)
        landing = house.desk.settings.data / "landing"
        assert (landing / "quarantine" / hashlib.sha256(file.data).hexdigest()).read_bytes() == file.data
        alerts = house.desk.state().alerts()
        assert [alert.kind for alert in alerts] == ["virus"] * number
        assert (alerts[-1].submission_id, alerts[-1].partner) == (outcome.submission_id, "one")
    assert house.nothing_loaded()
    assert not any(item.changed for item in house.desk.revalidate(who="lead"))


@contextmanager
def clam_daemon(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that speaks as much of ClamAV's protocol as INSTREAM needs; gives its address and what it was sent."""
    received: list[bytes] = []

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            body = b""
            while size := struct.unpack("!I", self.rfile.read(4))[0]:
                body += self.rfile.read(size)
            received.append(body)
            self.wfile.write(answers[min(len(received), len(answers)) - 1])

    with socketserver.TCPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()
            thread.join()


def test_24_clamav_daemon_is_asked_where_its_address_is_set(tmp_path: Path) -> None:
    with clam_daemon(b"stream: Doc.Macro.Synthetic-1 FOUND\0", b"stream: OK\0") as (address, received):
        settings = Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_CLAMAV": address})
        desk = Desk(settings, {"sample": CONTRACT}, lambda: NOW)
        place: dict[str, str] = {"partner": "one", "program": "sample", "period": PERIOD, "who": "ana"}
        first = desk.submit([InputFile("a.xlsm", good())], **place)
        assert [problem.rule for problem in first.verdict.problems] == ["file.virus"]
        assert "“a.xlsm” (Doc.Macro.Synthetic-1) contains a virus." in first.verdict.problems[0].sentence
        assert desk.submit([InputFile("a.xlsx", good(sheet="Clean"))], **place).verdict.state == "accepted"
        assert received == [good(), good(sheet="Clean")]
    with pytest.raises(DeskError, match=r"The virus scanner does not answer\. Not saved; nothing was lost\."):
        desk.submit([InputFile("b.xlsx", good(sheet="More"))], **place)
    assert len(desk.state().submissions) == 2


def test_25_pictures_objects_and_links_are_ignored(house: House) -> None:
    parts = {
        "xl/media/image1.png": b"\x89PNG synthetic",
        "xl/embeddings/oleObject1.bin": b"synthetic object",
        "xl/externalLinks/externalLink1.xml": b"<externalLink xmlns='x'><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>",
    }
    outcome = house.submit(rezip(good(), add=parts))
    assert about(outcome.verdict, "file.external_links").sentence == (
        "The workbook links to other files. The links were not followed; the values stored in it were read."
    )
    assert house.rows() == LOADED
