"""An inbox, a file found in it, and the ways it can fail; plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["local", "s3", "sftp", "https"]
#: Largest file fetched, unless an inbox says otherwise: what the reader would refuse is not worth fetching.
MAX_BYTES = 50 << 20
#: Files listed in one inbox; more is a folder that nobody tidies, or a server that plays a trick.
MAX_FILES = 50_000


class ConfigProblem(ValueError):
    """The inboxes' configuration is wrong; the message names the line and what to write instead."""


class InboxError(RuntimeError):
    """An inbox could not be looked at or a file not fetched now; it is tried again at the next look."""


class NotYet(InboxError):
    """A file changed while it was fetched: it is still being written."""


class LeftAlone(InboxError):
    """A file that will never be fetched as it is, such as one that is too large."""


@dataclass(frozen=True)
class Inbox:
    """One partner's inbox for one program.

    Attributes:
        name: Its name in the configuration; returns from it are received by ``inbox:<name>``.
        url: Its address without credentials and without a slash at the end.
        files: Names to fetch where an HTTPS server has no index page.
        pattern: File names it takes, as shell patterns.
        period: Where the quarter is read from, in this order: ``name``, ``folder``, ``template``.
        settle_seconds: How long a file must have looked the same before it is taken.
        done: Take a file only once an empty ``<name>.done`` lies beside it.
        answer: Leave the verdict beside the file, in the folder ``answers``.
        credentials: Environment variable by role, such as ``{"secret": "HEAL_S3_SECRET"}``.
    """

    name: str
    partner: str
    program: str
    kind: Kind
    url: str
    files: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ("*",)
    period: tuple[str, ...] = ("name", "folder", "template")
    settle_seconds: float = 10
    done: bool = False
    answer: bool = False
    max_bytes: int = MAX_BYTES
    timeout_seconds: float = 30
    credentials: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    endpoint_url: str | None = None
    region: str | None = None
    known_hosts: str | None = None
    host_key: str | None = None
    ca_file: str | None = None

    @property
    def who(self) -> str:
        """The name under which its returns are received."""
        return f"inbox:{self.name}"

    @property
    def rule(self) -> str:
        """What decides whether a file is left where it lies: when it changes, left files are looked at anew."""
        return hashlib.sha256(repr((self.period, self.max_bytes)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Found:
    """A file in an inbox.

    Attributes:
        path: Where it lies inside the inbox, folders included.
        size: Bytes, as the server says; ``None`` where it does not say.
        stamp: Another text for every other condition of the file.
        whole: The way it is stored shows it whole or not at all, so there is nothing to wait for.
    """

    path: str
    size: int | None
    stamp: str
    whole: bool = False

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder it lies in inside the inbox; empty at the top."""
        return self.path.rpartition("/")[0]
