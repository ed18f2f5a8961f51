"""Looking for viruses before anything of a file is opened.

Two scanners: a built-in one that knows the EICAR test signature only, also inside the members of a zip, and a
ClamAV daemon by its address. Without an address only the built-in one looks; it finds no real virus, and the
documentation says so.
"""

from __future__ import annotations

import io
import socket
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sources.reader.prescan import MAX_DIRECTORY, directory_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sources.reader import InputFile

#: The test signature every scanner knows; put together here so that this file itself carries no alarm.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_SMALL = 1 << 20
_MOST_MEMBERS = 5_000
_MOST_BYTES = 300 << 20
_CHUNK = 1 << 20
_CELLS = (".xml", ".rels", ".bin")
_BROKEN = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    struct.error,
)


class ScannerSilent(RuntimeError):
    """The configured scanner gave no answer; nothing may be taken in unscanned."""


class Scanner(Protocol):
    """Something that looks for viruses in bytes."""

    def find(self, data: bytes) -> str | None:
        """Name of what was found, or ``None``. Raises :class:`ScannerSilent` where it could not look."""


@dataclass(frozen=True)
class Infected:
    """A file with a virus: its name as handed in, and what the scanner calls the virus."""

    name: str
    virus: str


class SignatureScanner:
    """The built-in scanner: the EICAR signature in the bytes, or in a member of a zip that is no large XML."""

    def find(self, data: bytes) -> str | None:
        """``Eicar-Test-Signature`` or ``None``."""
        if EICAR in data or any(EICAR in member for member in _members(data)):
            return "Eicar-Test-Signature"
        return None


def _members(data: bytes) -> Iterator[bytes]:
    """Members a virus can hide in: everything but large XML, which is cells; within bounds, never all at once."""
    if not data.startswith(b"PK") or directory_size(data) > MAX_DIRECTORY:
        return
    total = 0
    with suppress(*_BROKEN), zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist()[:_MOST_MEMBERS]:
            if member.file_size > _SMALL and member.filename.lower().endswith(_CELLS):
                continue
            tail = b""
            with archive.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    total += len(piece)
                    if total > _MOST_BYTES:
                        return
                    yield tail + piece
                    tail = piece[-len(EICAR) :]


@dataclass(frozen=True)
class ClamDaemon:
    """A ClamAV daemon spoken to by its INSTREAM command.

    Attributes:
        address: ``tcp://host:3310`` or ``unix:///run/clamav/clamd.ctl``.
        timeout: Seconds to wait for each answer.
    """

    address: str
    timeout: float = 30.0

    def find(self, data: bytes) -> str | None:
        """The virus the daemon names, or ``None``.

        Raises:
            ScannerSilent: It cannot be reached, or answers neither ``OK`` nor ``FOUND``.
        """
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(data), _CHUNK):
                    piece = data[start : start + _CHUNK]
                    connection.sendall(struct.pack("!I", len(piece)) + piece)
                connection.sendall(struct.pack("!I", 0))
                answer = b""
                while not answer.endswith(b"\0") and (more := connection.recv(4096)):
                    answer += more
        except OSError as error:
            raise ScannerSilent(str(error)) from error
        text = answer.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ").strip()
        if text.endswith("FOUND"):
            return text.removesuffix("FOUND").strip() or "unnamed"
        if text == "OK":
            return None
        raise ScannerSilent(text or "no answer")

    def _connect(self) -> socket.socket:
        kind, _, rest = self.address.partition("://")
        if kind == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.timeout)
            connection.connect(rest)
            return connection
        host, _, port = rest.rpartition(":")
        if kind != "tcp" or not host or not port.isdigit():
            raise OSError(f"“{self.address}” is no address of a scanner; write tcp://host:3310 or unix:///path")
        return socket.create_connection((host.strip("[]"), int(port)), self.timeout)


def scanners(address: str | None) -> tuple[Scanner, ...]:
    """The built-in scanner, then the daemon where an address is set."""
    return (SignatureScanner(), ClamDaemon(address)) if address else (SignatureScanner(),)


def scan(files: Sequence[InputFile], looking: Sequence[Scanner]) -> list[Infected]:
    """Every file with a virus.

    Raises:
        ScannerSilent: A scanner could not look.
    """
    found = []
    for file in files:
        virus = next((name for scanner in looking if (name := scanner.find(file.data))), None)
        if virus is not None:
            found.append(Infected(file.name, virus))
    return found
