"""The pre-scan: what kind of file this is and whether its container may be opened, and the check of its XML."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from xml.parsers import expat

from sources.reader.prescan import MAX_UNPACKED, Container, check_xml, open_container
from sources.reader.refusal import Refused
from tests.fuzz.promises import SLOW, known_refusal, need
from tests.fuzz.zips import mutator

__all__ = ["DICTIONARY", "check", "mutator"]

NAMES = ("return.xlsx", "return.csv", "return.pdf", "return")
DICTIONARY = (
    "PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07", "mimetype", "application/vnd.oasis.opendocument.spreadsheet",
    "[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "xl/vbaProject.bin", "content.xml", "META-INF/manifest.xml",
    "encryption-data", "<!DOCTYPE", "<!ENTITY", "<?xml version='1.0'?>", "encoding='utf-16'", "encoding='utf-7'", "\ufeff", "<html",
    "<!--", "-->", "%PDF", "{\\rtf", "mime-version:", "../", "\\", "C:", "excel.sheet",
)  # fmt: skip


def check(data: bytes) -> None:
    """Hold the promises of the pre-scan under several names."""
    started = time.process_time()
    kinds = {}
    for name in NAMES:
        try:
            container = open_container(name, data)
            check_xml(container)
        except Refused as refused:
            known_refusal(refused.problem)
            continue
        kinds[name] = container.kind
        _opened(container)
    need(len(set(kinds.values())) <= 1, "the kind hangs on the name", kinds)
    spread = set(NAMES) - kinds.keys()
    need(not kinds or spread <= {"return.pdf"}, "whether it opens hangs on the name", spread)
    need(time.process_time() - started < SLOW, "slow", f"{len(data):,} bytes")


def _opened(container: Container) -> None:
    """What was let through: of bounded size, and without a declaration that an XML parser would see."""
    if container.archive is None:
        return
    with zipfile.ZipFile(io.BytesIO(container.data)) as archive:
        members = archive.infolist()
        need(sum(member.file_size for member in members) <= MAX_UNPACKED, "unpacks to more than it may")
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                need(not declares(archive.read(member)), "a declaration went unseen", member.filename)
    need(sum(map(len, container.parts.values())) <= 33 << 20, "holds more than it may")


def declares(part: bytes) -> bool:
    """Whether expat, which most XML readers rest on, meets a document type in a part."""
    seen = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append(True)
    with contextlib.suppress(expat.ExpatError, ValueError, LookupError):
        parser.Parse(part, True)
    return bool(seen)
