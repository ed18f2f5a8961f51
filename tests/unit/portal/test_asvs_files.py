"""OWASP ASVS 5.0, files: what may come in (5.1, 5.2), where it lies (5.3), how it goes out (5.4); formulas (1.2.10)."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.downloads import attachment

ROOT = Path(__file__).parents[3]
QUARTER = "/returns/sample_heal/heal/2026-Q3/"
#: Names people or programs may give a file, none of which may matter.
NAMES = (
    "../../etc/x.xlsx",
    "..\\..\\windows\\x.xlsx",
    "/etc/passwd.xlsx",
    "CON.xlsx",
    "a" * 300 + ".xlsx",
    "invoice\u202exslx.exe.xlsx",
    'quote".xlsx',
    "line\nbreak.xlsx",
    "<script>alert(1)</script>.xlsx",
    "🦊.xlsx",
)


@pytest.fixture
def browser(partner, signed_in):
    return signed_in(partner)


def only(desk):
    (found,) = desk.state().submissions.values()
    return found


def test_5_1_1_what_may_be_handed_in_is_written_down_and_true(browser, settings):
    text = (ROOT / "docs" / "how-to" / "run-the-portal.md").read_text("utf-8")
    megabytes = settings.UPLOAD_FILE_BYTES // (1024 * 1024)
    for fact in (
        f"{megabytes} MB a file",
        f"{settings.UPLOAD_TOTAL_BYTES // (1024 * 1024)} MB together",
        f"{settings.UPLOAD_FILES} files",
        "XLSX, XLSM, XLSB, XLS, ODS and CSV",
    ):
        assert fact in text
    page = browser.get(QUARTER).content.decode()
    assert f"At most {megabytes} MB a file." in page


def test_5_2_1_too_large_is_refused_by_its_announced_length_before_it_is_read(browser, desk, settings):
    """The body is never parsed: reading away is all that happens to it."""
    settings.UPLOAD_TOTAL_BYTES = 1000
    upload = SimpleUploadedFile("heal.xlsx", b"x" * 2000)
    answer = browser.post(f"{QUARTER}hand-in/", {"files": upload})
    assert answer.status_code == 413
    assert "must together be smaller than" in answer.content.decode()
    assert desk.state().seq == 0


def test_5_2_1_each_file_has_its_limit(browser, desk, settings):
    settings.UPLOAD_FILE_BYTES = 1024 * 1024
    upload = SimpleUploadedFile("heal.xlsx", b"x" * (1024 * 1024 + 1))
    answer = browser.post(f"{QUARTER}hand-in/", {"files": upload})
    assert answer.status_code == 422
    assert "The selected file must be smaller than 1 MB." in answer.content.decode()
    assert desk.state().seq == 0


def test_5_2_1_forms_are_small(browser, desk):
    answer = browser.post(f"{QUARTER}nothing/", {"why": "x" * 400_000})
    assert answer.status_code in (400, 413)
    assert desk.state().seq == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("heal.xlsx", b"%PDF-1.4\n"),
        ("heal.xlsx", b"MZ\x90\x00\x03"),
        ("heal.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("x.exe", b"MZ"),
    ],
)
def test_5_2_2_what_is_in_the_file_decides_not_its_name(browser, desk, hand_in, name, data):
    page = hand_in(browser, (name, data)).content.decode()
    assert only(desk).state == "refused"
    assert "must be an XLSX, ODS or CSV" in page or "damaged" in page or "NUL" in page or "not text" in page


def test_5_2_3_an_archive_that_would_unpack_too_large_is_refused(browser, desk, hand_in):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    hand_in(browser, ("heal.xlsx", sink.getvalue()))
    assert only(desk).state == "refused"


def test_5_2_4_a_person_has_a_quota_of_files_and_bytes_a_day(browser, desk, hand_in, heal_return, settings):
    settings.UPLOAD_DAY_COUNT = 2
    for number in range(2):
        assert hand_in(browser, ("heal.xlsx", heal_return(people_reached=f"about {number}"))).status_code == 200
    third = hand_in(browser, ("heal.xlsx", heal_return(people_reached="about 3")))
    assert third.status_code == 422
    assert "You have handed in very much today." in third.content.decode()
    settings.UPLOAD_DAY_COUNT, settings.UPLOAD_DAY_BYTES = 200, 10
    assert hand_in(browser, ("heal.xlsx", heal_return(people_reached="about 4"))).status_code == 422
    assert len(desk.state().submissions) == 2


def test_5_2_4_bytes_that_came_count_to_the_day_whatever_became_of_them(
    browser, desk, hand_in, heal_return, settings, monkeypatch
):
    from expectations.desk import Desk, DeskError
    from portal.partners.models import HandIn

    def kept_and_refused(self, files, **_):
        raise DeskError("changed", "Somebody else wrote in the meantime.")

    once, data = uuid.uuid4(), heal_return()
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "submit", kept_and_refused)
        assert hand_in(browser, ("heal.xlsx", data), once=once).status_code == 422
    assert HandIn.objects.get().byte_count == len(data)
    settings.UPLOAD_DAY_BYTES = 2 * len(data) - 1
    assert hand_in(browser, ("heal.xlsx", data), once=once).status_code == 422
    assert HandIn.objects.get().byte_count == len(data), "what was refused unread does not count"
    settings.UPLOAD_DAY_BYTES = 2 * len(data)
    assert hand_in(browser, ("heal.xlsx", data), once=once).status_code == 200, "the same button may be pressed again"
    assert len(desk.state().submissions) == 1


def test_5_2_4_uploads_are_limited_by_the_hour_too(browser, desk, hand_in, settings):
    settings.RATES = {**settings.RATES, "upload": ("2/hour", "")}
    answers = [hand_in(browser, ("heal.xlsx", b"")).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_5_2_5_links_inside_an_archive_lead_nowhere(browser, desk, hand_in, heal_return):
    data = io.BytesIO(heal_return())
    with zipfile.ZipFile(data, "a") as book:
        link = zipfile.ZipInfo("xl/media/image1.png")
        link.external_attr = 0o120777 << 16
        book.writestr(link, "/etc/passwd")
    page = hand_in(browser, ("heal.xlsx", data.getvalue())).content.decode()
    assert "root:" not in page
    assert only(desk).state in ("accepted", "refused")


def test_5_2_6_pictures_are_never_opened(browser, desk, hand_in, heal_return):
    """A picture that claims to be 60,000 by 60,000 pixels costs nothing: nothing here draws pictures."""
    import struct
    import zlib

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    picture = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header
    picture += struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = io.BytesIO(heal_return())
    with zipfile.ZipFile(data, "a") as book:
        book.writestr("xl/media/image1.png", picture)
    hand_in(browser, ("heal.xlsx", data.getvalue()))
    assert only(desk).state == "accepted"


def test_5_3_1_what_was_handed_in_is_no_address_of_the_site(browser, desk, hand_in, settings):
    hand_in(browser, ("shell.php", b"<?php system($_GET['c']); ?>"))
    digest = only(desk).files[0].sha256
    for address in (f"/static/{digest}", f"/static/../{digest}", f"/landing/originals/{digest}", "/static/shell.php"):
        assert browser.get(address).status_code == 404
    static = {Path(folder) for folder in (ROOT / "portal" / "static",)}
    assert not any(Path(settings.IMPACT.landing).is_relative_to(folder) for folder in static)


@pytest.mark.parametrize("name", NAMES)
def test_5_3_2_a_name_is_never_part_of_a_path(browser, desk, installation, name):
    form = {"files": SimpleUploadedFile("x", b"not a workbook")}
    form["files"].name = name
    body = b"--B\r\nContent-Disposition: form-data; name=\"files\"; filename*=UTF-8''" + _percent(name)
    body += b"\r\nContent-Type: application/octet-stream\r\n\r\nnot a workbook\r\n--B--\r\n"
    browser.post(f"{QUARTER}hand-in/", body, content_type="multipart/form-data; boundary=B")
    stored = [path for path in Path(installation.landing).rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [only(desk).files[0].sha256]
    assert not [path for path in installation.data.parent.rglob("*") if "passwd" in path.name or "CON" in path.name]


def test_5_3_3_paths_inside_an_archive_are_ignored(browser, desk, hand_in, heal_return, installation, tmp_path):
    absolute = tmp_path / "escaped-absolute.txt"
    data = io.BytesIO(heal_return())
    with zipfile.ZipFile(data, "a") as book:
        book.writestr("../../../escaped.txt", "out")
        book.writestr(str(absolute), "out")
    hand_in(browser, ("heal.xlsx", data.getvalue()))
    assert not absolute.exists()
    assert not list(installation.data.parent.parent.rglob("escaped.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_5_4_1_and_5_4_2_names_go_out_clean_and_only_as_attachments(name):
    answer = attachment(b"x", name)
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "\n" not in disposition
    assert not re.search(r'filename="(?:[^"\\\\]|\\\\")*(?:/|\\\\(?!"))', disposition)
    assert "%E2%80%AE" not in disposition
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_5_4_1_the_name_of_a_download_comes_from_us_not_from_the_address(browser, desk, hand_in, heal_return):
    hand_in(browser, ("report.xlsx", heal_return()))
    found = only(desk)
    address = reverse("partners:original", kwargs={"submission_id": found.id, "sha256": found.files[0].sha256})
    answer = browser.get(f"{address}?filename=evil.html&name=evil.html")
    assert answer["Content-Disposition"] == 'attachment; filename="report.xlsx"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_names_are_shown_as_text(browser, hand_in, desk):
    page = hand_in(browser, ("<script>alert(1)<x.xlsx", b"nothing")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;x.xlsx" in page


def test_what_is_in_cells_is_shown_as_text(browser, hand_in, heal_return):
    page = hand_in(browser, ("heal.xlsx", heal_return(state_code="<img src=x onerror=alert(1)>"))).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_5_4_3_a_file_with_a_virus_is_set_aside_and_never_given_out(browser, desk, hand_in):
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    page = hand_in(browser, ("heal.xlsx", eicar)).content.decode()
    found = only(desk)
    assert found.virus
    assert "virus" in page
    address = reverse("partners:original", kwargs={"submission_id": found.id, "sha256": found.files[0].sha256})
    answer = browser.get(address)
    assert answer.status_code == 410
    assert b"EICAR" not in answer.content


def test_5_4_3_a_file_with_a_virus_never_waits_in_the_portals_folder(browser, desk, hand_in, heal_return, settings):
    hand_in(browser, ("heal.xlsx", heal_return()))
    desk.approve(only(desk).id, "lead@people.example")
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    hand_in(browser, ("heal.xlsx", eicar))
    assert not (settings.PORTAL_FOLDER / "staged").exists()
    assert [bool(item.virus) for item in desk.state().submissions.values()] == [False, True]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|calc", "-2+3", "@SUM(1)", "\t=1", "\r=1"])
def test_1_2_10_what_goes_out_as_a_table_starts_no_formula(text):
    from exports.safe import csv_text

    assert csv_text(text).lstrip('"').startswith("'")


def _percent(name: str) -> bytes:
    from urllib.parse import quote

    return quote(name, safe="").encode()
