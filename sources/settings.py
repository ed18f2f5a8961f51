"""Where data lies: one frozen value handed down from the edges (command line, Dagster, portal).

Nothing else reads the environment for paths, and nothing reads it at import.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_DATA = "data"
DEFAULT_SENDER = "impact@localhost"
#: What builds the tables of the warehouse; both give the same published tables.
ENGINES = ("duckdb", "spark")
#: The share of the machine's memory DuckDB may fill before it writes to disk what does not fit: the rest is for what
#: runs beside a build, Python and the portal.
MEMORY_SHARE = 0.6
_MEMORY = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)
#: What a container may take, by the kernel's second and first way to say it.
_CGROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


class SettingsProblem(ValueError):
    """A setting that cannot be; the message says what may stand there."""


def usual_memory() -> str:
    """What DuckDB may fill where ``IMPACT_MEMORY`` says nothing: a share of the machine, or of the container."""
    held = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in _CGROUPS:
        with suppress(OSError, ValueError):
            held = min(held, int(path.read_text(encoding="ascii")))
    return f"{int(held * MEMORY_SHARE) >> 20}MiB"


@dataclass(frozen=True)
class Settings:
    """Paths and addresses of one warehouse.

    Attributes:
        data: Local folder everything lies under unless moved away singly.
        log_url: SQLAlchemy address of the event log; it may hold a password, so it is never shown.
        landing: fsspec address of the originals.
        raw: Local folder of the accepted rows: DuckDB reads it, and a run makes it again from originals and log.
        published: fsspec address of published builds.
        exports: fsspec address of what people download.
        warehouse: The DuckDB file; always on local disk.
        engine: What builds the tables: ``duckdb``, or ``spark`` (docs/how-to/outgrow-one-machine.md).
        memory: Memory DuckDB may fill while it builds, such as ``8GB``.
        mail: Address of a mail server, with its password; ``None`` writes messages to ``outbox``.
        mail_from: Address messages come from.
        people: A csv of who is reminded, where there is no portal.
        portal: Address of the portal, for links in messages.
        alerts: Where alerts go, separated by spaces (``orchestration.watching.notify``); ``None`` for nowhere.
        log_format: ``json`` or ``plain``, for the lines the rooms write down while they work (``sources.logs``).
        log_to: ``file`` (a file a day under ``logs``), ``stderr``, ``both`` or ``off``.
        scanner: Address of a ClamAV daemon (``tcp://host:3310``, ``unix:///path``); ``None`` leaves the built-in check.
        receipt_key: Secret that signs receipts (Ed25519: 64 hexadecimal digits, or a file that holds them).
        inboxes: Configuration of the inboxes that are watched; ``None`` for none.
    """

    data: Path
    log_url: str = field(repr=False)
    landing: str
    raw: str
    published: str
    exports: str
    warehouse: Path
    engine: str = "duckdb"
    memory: str = field(default_factory=usual_memory)
    scanner: str | None = None
    inboxes: Path | None = None
    receipt_key: str | None = field(default=None, repr=False)
    mail: str | None = field(default=None, repr=False)
    mail_from: str = DEFAULT_SENDER
    people: str | None = None
    portal: str | None = None
    alerts: str | None = field(default=None, repr=False)
    log_format: str = "json"
    log_to: str = "file"

    @property
    def releases(self) -> Path:
        """Local folder of the releases' manifests."""
        return self.data / "releases"

    @property
    def spark(self) -> Path:
        """Local folder of the tables and the catalog of Spark, where that is the engine."""
        return self.data / "spark"

    @classmethod
    def at(cls, path: str | Path) -> Settings:
        """Everything under one local folder."""
        return cls.from_env({"IMPACT_DATA": str(path)})

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Settings from ``IMPACT_DATA`` (default ``./data``) and what is moved away singly.

        ``IMPACT_LOG_URL``, ``IMPACT_LANDING``, ``IMPACT_RAW``, ``IMPACT_PUBLISHED`` and ``IMPACT_EXPORTS`` take an
        address, ``IMPACT_WAREHOUSE`` a local path, ``IMPACT_ENGINE`` is duckdb or spark, ``IMPACT_MEMORY`` what
        DuckDB may fill, ``IMPACT_CLAMAV`` the virus scanner's address, ``IMPACT_INBOXES`` the inboxes' configuration,
        ``IMPACT_RECEIPT_KEY`` the secret that signs receipts. ``IMPACT_MAIL``, ``IMPACT_MAIL_FROM``,
        ``IMPACT_PEOPLE`` and ``IMPACT_PORTAL_URL`` are for reminders, ``IMPACT_ALERTS`` for alerts;
        ``IMPACT_LOG_FORMAT`` and ``IMPACT_LOG_TO`` say how and where lines are written down. Relative paths become
        absolute, so that a change of the working directory never splits the data.

        Raises:
            SettingsProblem: ``IMPACT_RAW`` or ``IMPACT_WAREHOUSE`` is no local path, ``IMPACT_ENGINE`` no engine, or
                ``IMPACT_MEMORY`` no size.
        """
        data = Path(env.get("IMPACT_DATA") or DEFAULT_DATA).expanduser().resolve()
        for name in ("IMPACT_RAW", "IMPACT_WAREHOUSE"):
            if "://" in env.get(name, ""):
                raise SettingsProblem(
                    f"{name} must be a local folder or file: DuckDB reads or writes it, and a run makes it again. "
                    "At an address may lie IMPACT_LANDING, IMPACT_PUBLISHED and IMPACT_EXPORTS."
                )

        engine = env.get("IMPACT_ENGINE") or ENGINES[0]
        if engine not in ENGINES:
            raise SettingsProblem(f"IMPACT_ENGINE is {' or '.join(ENGINES)}, not “{engine}”.")

        memory = (env.get("IMPACT_MEMORY") or usual_memory()).strip()
        if not _MEMORY.fullmatch(memory):
            raise SettingsProblem(f"IMPACT_MEMORY is a size such as 8GB or 512MB, not “{memory}”.")

        def address(name: str, folder: str) -> str:
            value = env.get(name)
            if not value:
                return str(data / folder)
            return value if "://" in value or "::" in value else str(Path(value).expanduser().resolve())

        return cls(
            data=data,
            log_url=env.get("IMPACT_LOG_URL") or f"sqlite:///{data / 'log.db'}",
            landing=address("IMPACT_LANDING", "landing"),
            raw=address("IMPACT_RAW", "raw"),
            published=address("IMPACT_PUBLISHED", "published"),
            exports=address("IMPACT_EXPORTS", "exports"),
            warehouse=Path(env.get("IMPACT_WAREHOUSE") or data / "warehouse.duckdb").expanduser().resolve(),
            engine=engine,
            memory=memory,
            scanner=env.get("IMPACT_CLAMAV") or None,
            mail=env.get("IMPACT_MAIL") or None,
            mail_from=env.get("IMPACT_MAIL_FROM") or DEFAULT_SENDER,
            people=env.get("IMPACT_PEOPLE") or None,
            portal=env.get("IMPACT_PORTAL_URL") or None,
            alerts=env.get("IMPACT_ALERTS") or None,
            log_format=env.get("IMPACT_LOG_FORMAT") or "json",
            log_to=env.get("IMPACT_LOG_TO") or "file",
            inboxes=Path(env["IMPACT_INBOXES"]).expanduser().resolve() if env.get("IMPACT_INBOXES") else None,
            receipt_key=env.get("IMPACT_RECEIPT_KEY") or None,
        )
