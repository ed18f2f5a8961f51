"""Parsing a workbook in a short-lived process with memory and time limits.

:class:`Sandbox` keeps one light server process (see :mod:`sources.reader.parse_child`) that forks per file, so
a warm call costs a few milliseconds and a file that exhausts memory or time takes only its fork with it.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import fcntl
import importlib.util
import io
import os
import pickle
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.reader.grid import MAX_CELLS, MAX_ROWS
from sources.reader.parse_child import HEADER

MEMORY = 1 << 30
WALL_SECONDS = 30.0
_CHILD = Path(__file__).with_name("parse_child.py")


class SandboxError(Exception):
    """The parse did not come back: ``reason`` is ``memory``, ``time`` or the parser's own error name."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(f"{reason}: {text}" if text else reason)
        self.reason = reason
        self.text = text


class _PlainUnpickler(pickle.Unpickler):
    """Reads plain values and dates only, so that a subverted fork cannot make its parent run anything."""

    def find_class(self, module: str, name: str) -> Any:
        """Classes a grid may hold."""
        if module == "datetime" and name in ("date", "datetime", "time", "timedelta"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


@dataclass
class Pending:
    """A parse under way; :meth:`result` waits for it."""

    pipe: int
    started: float
    wall: float

    def result(self) -> dict[str, Any]:
        """What the parser found: ``sheets`` and, for .xls, ``notes``.

        Raises:
            SandboxError: The parser failed, or was ended by its limits.
        """
        chunks: list[bytes] = []
        deadline = self.started + self.wall + 5
        ready = select.poll()
        ready.register(self.pipe, select.POLLIN | select.POLLHUP)
        try:
            while True:
                if not ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
                    raise SandboxError("time")
                chunk = os.read(self.pipe, 1 << 20)
                if not chunk:
                    break
                chunks.append(chunk)
        finally:
            os.close(self.pipe)
        if not chunks:
            raise SandboxError("time" if time.monotonic() - self.started >= self.wall - 0.5 else "memory")
        try:
            found: dict[str, Any] = _PlainUnpickler(io.BytesIO(b"".join(chunks))).load()
        except (EOFError, pickle.UnpicklingError) as error:
            raise SandboxError("memory") from error
        if "error" in found:
            raise SandboxError("memory" if found["error"] == "MemoryError" else found["error"], found["text"])
        return found

    def drop(self) -> None:
        """Stop waiting; the fork ends on its own."""
        os.close(self.pipe)


class Sandbox:
    """One fork server per process, started on first use and after a fork of ours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._socket: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, so that it warms up while the caller does something else."""
        with self._lock:
            self._connect()

    def submit(
        self, kind: str, data: bytes, *, memory: int = MEMORY, wall: float = WALL_SECONDS, cells: int = MAX_CELLS
    ) -> Pending:
        """Begin to parse ``data``, a workbook of ``kind`` (xlsx, xls, xlsb, ods)."""
        with tempfile.TemporaryFile() if not hasattr(os, "memfd_create") else _memory_file() as source:
            source.write(data)
            source.flush()
            reader, writer = os.pipe()
            _widen(writer)
            header = HEADER.pack(kind.encode("ascii"), memory, wall, MAX_ROWS, cells)
            try:
                self._send(header, source.fileno(), writer)
            finally:
                os.close(writer)
        return Pending(reader, time.monotonic(), wall)

    def close(self) -> None:
        """End the server."""
        with self._lock:
            self._disconnect()

    def _send(self, header: bytes, source: int, sink: int) -> None:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [source, sink]))]
        with self._lock:
            try:
                self._connect().sendmsg([header], ancillary)
            except OSError:  # the server has gone; a new one takes over
                self._disconnect()
                self._connect().sendmsg([header], ancillary)

    def _connect(self) -> socket.socket:
        if self._socket is not None and self._owner == os.getpid():
            return self._socket
        ours, theirs = socket.socketpair()
        found = importlib.util.find_spec("python_calamine")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("python_calamine")
        library = Path(found.origin).parent.parent
        self._server = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD), str(theirs.fileno()), str(library)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"},  # large pages: a fresh fork faults far less often
        )
        theirs.close()
        self._socket, self._owner = ours, os.getpid()
        return ours

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._server is not None and self._owner == os.getpid():
            try:
                self._server.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._server.kill()
        self._socket = self._server = None


def _widen(pipe: int) -> None:
    """A larger pipe wakes both ends less often."""
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def _memory_file() -> Any:
    return os.fdopen(os.memfd_create("return"), "w+b")


SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
