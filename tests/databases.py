"""A PostgreSQL server of the tests' own: made in a temporary folder, on loopback, as a user without rights."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

#: Where Debian keeps the server's programs; they are not on everybody's path.
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
OWNER = "impact"
#: Not UTC, and no whole number of hours from it: a log or a session that minded would show.
TIME_ZONE = "Asia/Kathmandu"
MISSING = "PostgreSQL's server is not installed here (Debian: apt-get install postgresql)"
_SETTINGS = {
    "max_connections": "60",
    "shared_buffers": "32MB",
    "timezone": f"'{TIME_ZONE}'",
    "listen_addresses": "'127.0.0.1'",
}


def program(name: str) -> str | None:
    """Path of one of the server's programs; ``None`` where it is not installed."""
    return next((str(folder / name) for folder in _PROGRAMS if (folder / name).exists()), None) or shutil.which(name)


def is_installed() -> bool:
    """Whether a server can be started here."""
    return program("initdb") is not None and program("pg_ctl") is not None and (os.getuid() != 0 or bool(_drop()))


class Server:
    """A running server; each test takes a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._names = count(1)

    def start(self) -> None:
        """Start it, and wait until it answers; after a crash it first mends what it wrote."""
        self._run("pg_ctl", "-w", "-D", self._data, "-l", str(self.folder / "log"), "-o", f"-p {self.port}", "start")

    def stop(self, mode: str = "fast") -> None:
        """End it: ``fast`` in order, ``immediate`` as a crash would."""
        self._run("pg_ctl", "-w", "-D", self._data, "-m", mode, "stop")

    def database(self) -> str:
        """Address of a new, empty database."""
        name = f"test{next(self._names)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str = "postgres", user: str = OWNER) -> str:
        """Address of a database as one user."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, url: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements, each for itself; gives the rows of the last."""
        import psycopg2

        connection = psycopg2.connect(url or self.url())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def _make(self, *, fsync: bool) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "nobody")
        self._run("initdb", "-D", self._data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        settings = {**_SETTINGS, "fsync": "on" if fsync else "off"}
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"{lines}unix_socket_directories = ''\n")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, name: str, *arguments: str) -> None:
        path = program(name)
        assert path is not None, MISSING
        # The server outlives this command: it must not hold a pipe of ours open.
        said = self.folder / "said"
        with said.open("wb") as stream:
            done = subprocess.run(
                [*_drop(), path, *arguments], stdout=stream, stderr=stream, cwd=self.folder, check=False
            )
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{name}: {said.read_text()}{log.read_text()[-2000:] if log.exists() else ''}")


def _drop() -> list[str]:
    """PostgreSQL refuses to run as root: a prefix that gives up its rights."""
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    return [setpriv, "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if setpriv else []


@contextmanager
def postgresql(*, fsync: bool = False) -> Iterator[Server]:
    """A server while this lasts.

    Args:
        fsync: Whether what it answers outlives a crash of the machine; tests are about crashes of the server.
    """
    import tempfile

    # Not below pytest's own folder: only its owner may look into that.
    with tempfile.TemporaryDirectory(prefix="impact-postgresql-") as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder))
        server._make(fsync=fsync)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
            time.sleep(0.05)
