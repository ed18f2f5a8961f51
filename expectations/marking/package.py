"""A workbook as a zip of parts: few are replaced or added, all others keep their bytes, compressed ones too."""

from __future__ import annotations

import copy
import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from sources.reader.prescan import Container

#: A part larger than this is not rewritten.
MAX_PART = 96 * 1024 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ZIP64_EXTRA = 1
_HAS_DESCRIPTOR = 0x08


class Unmarkable(Exception):
    """Marking the workbook would lose something; the message is the sentence that says why."""


class Package:
    """Parts of an xlsx by name.

    Args:
        container: A checked container (:func:`sources.reader.prescan.check_xml` has run).

    Raises:
        Unmarkable: The zip holds two parts of one name.
    """

    def __init__(self, container: Container) -> None:
        if container.archive is None:
            raise Unmarkable("Only XLSX and XLSM workbooks can be marked.")
        self._container = container
        self._archive = container.archive
        self._changed: dict[str, bytes] = {}
        self._names = {name.lower(): name for name in self._archive.namelist()}
        if len(self._names) < len(self._archive.namelist()):
            raise Unmarkable("The workbook holds two parts of one name, so it was not changed.")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def names(self) -> list[str]:
        """Names of all parts, added ones included."""
        return list(self._names.values())

    def read(self, name: str) -> bytes:
        """A part as it stands now.

        Raises:
            Unmarkable: XML written in another encoding than UTF-8, or with comments or CDATA, or too large.
        """
        if name in self._changed:
            return self._changed[name]
        real = self._names[name.lower()]
        if self._archive.getinfo(real).file_size > MAX_PART:
            raise Unmarkable("The workbook is too large to be marked.")
        data = self._container.member(real)
        if not name.endswith(".vml"):
            _check_plain(data)
        return data

    def start_of(self, name: str, size: int = 1 << 16) -> bytes:
        """The first bytes of a part."""
        if name in self._changed:
            return self._changed[name][:size]
        with self._archive.open(self._names[name.lower()]) as stream:
            return stream.read(size)

    def put(self, name: str, data: bytes) -> None:
        """Replace or add a part."""
        if name in self and self.read(name) == data:
            return
        self._names.setdefault(name.lower(), name)
        self._changed[self._names[name.lower()]] = data

    def free_name(self, pattern: str) -> str:
        """The first name of a pattern with ``{}`` for a number that is not taken."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def save(self) -> bytes:
        """The workbook as bytes: unchanged members are copied compressed as they are.

        Raises:
            Unmarkable: A changed part would not be well-formed.
        """
        for name, data in self._changed.items():
            if name.endswith((".xml", ".rels")):
                _check_well_formed(data)
        source = self._container.data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            target.comment = self._archive.comment
            for info in self._archive.infolist():
                changed = self._changed.get(info.filename)
                if changed is not None:
                    target.writestr(_named(info.filename, info.date_time), changed)
                else:
                    _copy_raw(source, info, target, out)
            known = set(self._archive.namelist())
            when = max((info.date_time for info in self._archive.infolist()), default=(1980, 1, 1, 0, 0, 0))
            for name, data in self._changed.items():
                if name not in known:
                    target.writestr(_named(name, when), data)
        return out.getvalue()


def _named(name: str, when: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, when)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 0
    return info


def _copy_raw(source: bytes, info: zipfile.ZipInfo, target: zipfile.ZipFile, out: io.BytesIO) -> None:
    """One member with its compressed bytes; only its header is written anew, at its new place."""
    signature, name_length, extra_length = _LOCAL_HEADER.unpack_from(source, info.header_offset)
    if signature != b"PK\x03\x04":
        raise Unmarkable("The file is damaged, so it was not changed.")
    start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    moved = copy.copy(info)
    moved.flag_bits &= ~_HAS_DESCRIPTOR
    moved.extra = _without_zip64(info.extra)
    moved.header_offset = out.tell()
    out.write(moved.FileHeader(zip64=False))
    out.write(source[start : start + info.compress_size])
    target.filelist.append(moved)
    target.NameToInfo[moved.filename] = moved
    target.start_dir = out.tell()


def _without_zip64(extra: bytes) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64_EXTRA:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept


def _check_plain(data: bytes) -> None:
    start = data[:200]
    head = start[: start.find(b"?>")].lower() if start.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else b""
    other = b"encoding" in head and b"utf-8" not in head and b"us-ascii" not in head
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start or other:
        raise Unmarkable("The workbook is written in an unusual encoding, so it was not changed.")
    if b"<!--" in data or b"<![CDATA[" in data:
        raise Unmarkable("The workbook was written by an unusual program, so it was not changed.")


def _check_well_formed(data: bytes) -> None:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except (expat.ExpatError, zlib.error) as error:
        raise Unmarkable("The workbook has an unusual structure, so it was not changed.") from error
