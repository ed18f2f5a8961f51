"""What kind of file this is, and whether its container is safe to open.

Decides by content, never by name. Looks at bytes and the zip directory only; sheets are read by
:mod:`sources.reader.ooxml`, :mod:`sources.reader.odf` and :mod:`sources.reader.biff12`.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sources.reader import refusal
from sources.reader.refusal import Refused

FileKind = Literal["xlsx", "xlsm", "xlsb", "xls", "ods", "csv"]
MAX_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 150
#: Bytes of a zip directory: 5,000 parts with long names.
MAX_DIRECTORY = 2 * 1024 * 1024
_RATIO_FREE = 8 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOF8 = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?(..)", re.DOTALL)
_XML_NAMES = (".xml", ".rels", ".vml")
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"MZ",
    b"\x7fELF",
)
_KEEP = 32 * 1024 * 1024
_ODD_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"'](?:utf-7|ibm|cp037|ebcdic)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def is_workbook(data: bytes) -> bool:
    """Whether a file begins as a zip or an OLE container does, so that there can be a grid to parse in it."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06") or data[:8] == _OLE


def directory_size(data: bytes) -> int:
    """Bytes of a zip's directory, as its end record says; -1 where there is none, or only a large one."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if end < 0 or len(data) < end + 20:
        return -1
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return size if size < 0xFFFFFFFF else -1


@dataclass
class Container:
    """A file that may be opened.

    Attributes:
        kind: By content; an ``xlsm`` is an ``xlsx`` with macros.
        archive: The open zip of xlsx, xlsb and ods.
        remarks: ``(rule, sentence)`` for things worth saying (macros, external links, a misleading name).
    """

    name: str
    data: bytes
    kind: FileKind
    archive: zipfile.ZipFile | None = None
    remarks: list[tuple[str, str]] = field(default_factory=list)
    parts: dict[str, bytes] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Members of the zip; empty for csv and xls."""
        return set(self.archive.namelist()) if self.archive is not None else set()

    def member(self, name: str) -> bytes:
        """A whole member, unpacked once where it is of ordinary size."""
        if name in self.parts or self.archive is None:
            return self.parts.get(name, b"")
        return read_member(self.name, self.archive, name)

    def member_pieces(self, name: str) -> Iterator[bytes]:
        """A member piece by piece; see :func:`pieces`."""
        if name in self.parts or self.archive is None:
            return iter([self.parts.get(name, b"")])
        return pieces(self.name, self.archive, name)


def open_container(name: str, data: bytes) -> Container:
    """Decide what a file is and check its container; :func:`check_xml` must follow for a zip.

    Raises:
        Refused: Empty, wrong type, damaged, password protected or hostile.
    """
    if not data:
        raise Refused(*refusal.EMPTY, file=name)
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise Refused("too_large", f"The file is larger than {limit} MB, the most a return may have.", file=name)
    suffix = posixpath.splitext(name.lower())[1]
    if is_workbook(data) and data[:8] != _OLE:
        return _zip_container(name, suffix, data)
    if data[:8] == _OLE:
        return _ole_container(name, suffix, data)
    if data[:2] == b"\x09\x08" or data[:3] in (b"\x09\x00\x04", b"\x09\x02\x06", b"\x09\x04\x06"):
        raise Refused(*refusal.TOO_OLD, file=name)
    if data.startswith(_BINARY):
        raise Refused(*refusal.WRONG_TYPE, file=name)
    return _text_container(name, suffix, data)


def _text_container(name: str, suffix: str, data: bytes) -> Container:
    start = data[:4096]
    if data[:2] in _UTF16:
        start = start.decode("utf-16", "ignore").encode("utf-8", "ignore")
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not data.removeprefix(b"\xef\xbb\xbf").strip() or (not start and len(data) <= 4096):
        raise Refused(*refusal.EMPTY, file=name)
    if re.match(
        rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|table|div|style)\b", start, re.S
    ):
        raise Refused(*refusal.WEB_PAGE, file=name)
    if start.startswith(b"<?xml"):
        sheet = b"excel.sheet" in start or b"office:spreadsheet" in start
        raise Refused(*(refusal.XML_SHEET if sheet else refusal.WRONG_TYPE), file=name)
    if start.startswith((b"mime-version:", b"content-type: multipart")):
        raise Refused(*refusal.WEB_PAGE, file=name)
    if suffix not in (".csv", ".tsv", ".tab", ".txt", "", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"):
        raise Refused(*refusal.WRONG_TYPE, file=name)
    odd = sum(data[:4096].count(bytes([code])) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    if odd > 0.05 * min(len(data), 4096):
        raise Refused(*(refusal.DAMAGED if suffix.startswith((".xl", ".od")) else refusal.WRONG_TYPE), file=name)
    container = Container(name, data, "csv")
    if suffix.startswith((".xl", ".od")):
        sentence = f"The file is named {suffix} but holds plain text; it was read as CSV."
        container.remarks.append(("csv_named_as_workbook", sentence))
    return container


def _ole_container(name: str, suffix: str, data: bytes) -> Container:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(*refusal.PASSWORD, file=name)
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint Document".encode("utf-16-le") in data:
        raise Refused(*refusal.WRONG_TYPE, file=name)
    bof = _BOF8.search(data)
    if bof is not None and bof[1] == b"\x2f\x00":
        raise Refused(*refusal.PASSWORD, file=name)
    if bof is None:
        if b"\x09\x08\x08\x00\x00\x05" in data:
            raise Refused(*refusal.TOO_OLD, file=name)
        raise Refused(*(refusal.DAMAGED if suffix == ".xls" else refusal.WRONG_TYPE), file=name)
    note = "The file is in the old .xls format. It was read; save as XLSX next time."
    return Container(name, data, "xls", remarks=[("old_format", note)])


def _zip_container(name: str, suffix: str, data: bytes) -> Container:
    if directory_size(data) > MAX_DIRECTORY:
        raise _too_many_parts(name)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise Refused(*refusal.DAMAGED, file=name) from error
    members = archive.infolist()
    _check_directory(name, members)
    names = {member.filename for member in members}
    kind = _zip_kind(name, archive, names)
    container = Container(name, data, kind, archive)
    if any(part.endswith("vbaProject.bin") for part in names):
        container.remarks.append(("macros", "The workbook contains macros. They were not run."))
    if any("/externalLinks/externalLink" in part for part in names):
        sentence = "The workbook links to other files. The links were not followed; the values stored in it were read."
        container.remarks.append(("external_links", sentence))
    if any(_outside(member) for member in members):
        sentence = "The file holds parts that point outside it. They were left alone."
        container.remarks.append(("odd_members", sentence))
    expected = {"xlsm": (".xlsx", ".xlsm"), "xlsx": (".xlsx", ".xlsm")}.get(kind, (f".{kind}",))
    if suffix not in expected and suffix:
        container.remarks.append(("misleading_name", f"The file is named {suffix} but is an {kind.upper()} workbook."))
    return container


def _check_directory(name: str, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _too_many_parts(name)
    unpacked = sum(member.file_size for member in members)
    bomb = any(
        member.file_size > _RATIO_FREE and member.file_size > MAX_RATIO * max(1, member.compress_size)
        for member in members
    )
    if unpacked > MAX_UNPACKED or bomb:
        limit = MAX_UNPACKED // 1024**2
        sentence = f"The file unpacks to far more than it should (limit {limit} MB) and was not opened."
        raise Refused("zip_bomb", sentence, file=name)
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused(*refusal.PASSWORD, file=name)


def _too_many_parts(name: str) -> Refused:
    return Refused("zip_bomb", f"The file holds more than {MAX_MEMBERS:,} parts and was not opened.", file=name)


def _zip_kind(name: str, archive: zipfile.ZipFile, names: set[str]) -> FileKind:
    lower = {part.lower(): part for part in names}
    if "mimetype" in names and b"opendocument.spreadsheet" in read_member(name, archive, "mimetype")[:200]:
        manifest = lower.get("meta-inf/manifest.xml")
        if manifest and b"encryption-data" in read_member(name, archive, manifest):
            raise Refused(*refusal.PASSWORD, file=name)
        if "content.xml" not in names:
            raise Refused(*refusal.DAMAGED, file=name)
        return "ods"
    if any(part.endswith("workbook.bin") for part in names):
        return "xlsb"
    if any(part.endswith("workbook.xml") for part in names) or "xl/_rels/workbook.xml.rels" in names:
        return "xlsm" if any(part.endswith("vbaProject.bin") for part in names) else "xlsx"
    if "[Content_Types].xml" in names and any(part.startswith("xl/") for part in names):
        raise Refused(*refusal.DAMAGED, file=name)
    raise Refused(*refusal.WRONG_TYPE, file=name)


def _outside(member: zipfile.ZipInfo) -> bool:
    path = member.filename.replace("\\", "/")
    link = stat.S_ISLNK(member.external_attr >> 16)
    return link or path.startswith("/") or ".." in path.split("/") or (len(path) > 1 and path[1] == ":")


def check_xml(container: Container) -> None:
    """Refuse any document type or entity declaration, whichever way it is encoded.

    Unpacks every XML part, counting real bytes, and keeps those of ordinary size for the scans that follow.

    Raises:
        Refused: Unsafe XML, or a damaged part.
    """
    if container.archive is None:
        return
    kept = 0
    for member in container.archive.infolist():
        if not member.filename.lower().endswith(_XML_NAMES):
            continue
        keep: list[bytes] = []
        tail, wide = b"", False
        for piece in pieces(container.name, container.archive, member.filename):
            if not tail:
                wide = piece[:2] in _UTF16 or b"\0" in piece[:64]
                if _ODD_ENCODING.match(piece):
                    raise Refused(*refusal.UNSAFE_XML, file=container.name)
            text = (tail + piece).replace(b"\0", b"") if wide else piece if not tail else tail + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Refused(*refusal.UNSAFE_XML, file=container.name)
            tail = text[-32:]
            keep.append(piece)
            kept += len(piece)
            if kept > _KEEP:
                keep.clear()
        if keep:
            container.parts[member.filename] = keep[0] if len(keep) == 1 else b"".join(keep)


def pieces(name: str, archive: zipfile.ZipFile, member: str, size: int = 8 << 20) -> Iterator[bytes]:
    """A member's bytes, ``size`` at a time, so that memory stays bounded.

    Raises:
        Refused: The member is damaged.
    """
    try:
        with archive.open(member) as stream:
            while piece := stream.read(size):
                yield piece
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, KeyError, zlib.error) as error:
        raise Refused(*refusal.DAMAGED, file=name) from error
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise Refused(*refusal.PASSWORD, file=name) from error


def read_member(name: str, archive: zipfile.ZipFile, member: str) -> bytes:
    """A whole member of the zip; see :func:`pieces`."""
    whole = io.BytesIO()  # its value is handed out as it is: a join would hold the member twice
    for piece in pieces(name, archive, member):
        whole.write(piece)
    return whole.getvalue()
