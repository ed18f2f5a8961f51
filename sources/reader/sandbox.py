"""Opening files in short-lived processes with memory and time limits.

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
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from sources.reader.parse_child import HEADER, PATIENCE, PID

Job = Literal["parse", "look", "text", "extent"]
_MB = 1 << 20
#: Memory and processor time of each job. A workbook is looked at and parsed at the same time, so the two
#: together stay below 512 MB, and all one after the other below five seconds.
LIMITS: Mapping[Job, tuple[int, float]] = MappingProxyType(
    {"parse": (320 * _MB, 2.5), "look": (144 * _MB, 2.5), "text": (384 * _MB, 3.0), "extent": (128 * _MB, 0.75)}
)
_CHILD = Path(__file__).with_name("parse_child.py")
_HOUSE = _CHILD.parents[2]


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


class _Pipe(io.RawIOBase):
    """The reading end of a fork's pipe, with a deadline."""

    def __init__(self, pipe: int, deadline: float) -> None:
        self._pipe, self._deadline = pipe, deadline
        self._ready = select.poll()
        self._ready.register(pipe, select.POLLIN | select.POLLHUP)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready.poll(max(0.0, self._deadline - time.monotonic()) * 1000):
            raise SandboxError("time")
        return os.readv(self._pipe, [buffer])


@dataclass
class Pending:
    """A job under way; :meth:`result` waits for it."""

    pipe: int
    started: float
    seconds: float

    def result(self) -> dict[str, Any]:
        """What the job found; see :mod:`sources.reader.parse_child`.

        Raises:
            SandboxError: The job failed, or was ended by its limits.
        """
        stream = io.BufferedReader(_Pipe(self.pipe, self.started + self.seconds * PATIENCE + 5), 1 << 16)
        try:
            stream.read(PID.size)
            found: dict[str, Any] = _PlainUnpickler(stream).load()
            if "error" in found:
                raise SandboxError("memory" if found["error"] == "MemoryError" else found["error"], found["text"])
            for sheet in found.get("sheets", ()):
                if "too_large" not in sheet and "too_many_sheets" not in sheet:
                    sheet["columns"] = [_PlainUnpickler(stream).load() for _ in range(_PlainUnpickler(stream).load())]
        except (EOFError, pickle.UnpicklingError) as error:
            late = time.monotonic() - self.started >= self.seconds - 0.3
            raise SandboxError("time" if late else "memory") from error
        finally:
            os.close(self.pipe)
        return found

    def drop(self) -> None:
        """End the job: nobody waits for it."""
        try:
            ready = select.poll()
            ready.register(self.pipe, select.POLLIN | select.POLLHUP)
            head = os.read(self.pipe, PID.size) if ready.poll(1000) else b""
            if len(head) == PID.size:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(PID.unpack(head)[0], signal.SIGKILL)
        finally:
            os.close(self.pipe)


class Sandbox:
    """One fork server per process, started on first use and after a fork of ours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._socket: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        #: Files opened at the same time; more wait, so that many uploads at once need no more memory than a few.
        self.turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))

    def start(self) -> None:
        """Start the server, so that it warms up while the caller does something else."""
        with self._lock:
            self._connect()

    def submit(
        self,
        job: Job,
        data: bytes,
        settings: Mapping[str, Any],
        *,
        memory: int | None = None,
        seconds: float | None = None,
    ) -> Pending:
        """Begin a job over ``data``; ``settings`` are what it asks for.

        Args:
            job: ``parse`` a workbook, ``look`` at one, read a ``text``, or measure the ``extent`` of sheets.
            memory: Bytes the fork may take above what the server has, unless :data:`LIMITS` tells.
            seconds: Processor time it may take.
        """
        most, longest = LIMITS[job]
        memory, seconds = memory or most, seconds or longest
        name = "look" if job == "text" else job
        with _memory_file() as source, _memory_file() as asked:
            source.write(data)
            source.flush()
            pickle.dump(dict(settings), asked, protocol=5)
            asked.flush()
            reader, writer = os.pipe()
            _widen(writer)
            try:
                self._send(HEADER.pack(name.encode("ascii"), memory, seconds), source.fileno(), asked.fileno(), writer)
            finally:
                os.close(writer)
        return Pending(reader, time.monotonic(), seconds)

    def close(self) -> None:
        """End the server."""
        with self._lock:
            self._disconnect()

    def _send(self, header: bytes, *descriptors: int) -> None:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
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
            [sys.executable, "-I", "-S", str(_CHILD), str(theirs.fileno()), str(library), str(_HOUSE)],
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
    if not hasattr(os, "memfd_create"):
        return tempfile.TemporaryFile()
    return os.fdopen(os.memfd_create("return"), "w+b")


SANDBOX = Sandbox()
atexit.register(SANDBOX.close)
