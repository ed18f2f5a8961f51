"""An open inbox: the same listing, fetching and answering whatever lies behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sources.connectors.model import MAX_FILES, Found, InboxError, LeftAlone, NotYet
from sources.connectors.names import DONE, fits, is_ignored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sources.connectors.model import Inbox

_TRIES = 100


class Connection(ABC):
    """An inbox that is open; a context manager.

    Args:
        inbox: What is opened.
        secrets: Credentials by role, as the environment holds them.
    """

    def __init__(self, inbox: Inbox, secrets: Mapping[str, str]) -> None:
        self.inbox = inbox
        self.secrets = secrets

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027  # most have nothing to give back
        """Give back what was opened."""

    def look(self, seen: Callable[[Found], bool] = lambda _: False) -> list[Found]:
        """Files that are returns and were not seen before, in order of their paths.

        Raises:
            InboxError: where the inbox can't be looked at now.
        """
        with self.plainly():
            entries = list(self._entries())
        if len(entries) > MAX_FILES:
            raise InboxError(f"holds more than {MAX_FILES:,} files; move those that are done with elsewhere.")
        paths = {found.path for found in entries} if self.inbox.done else set()
        return sorted(
            (
                found
                for found in entries
                if not is_ignored(found.name)
                and fits(found.name, self.inbox.pattern)
                and (not self.inbox.done or found.path + DONE in paths)
                and not seen(found)
            ),
            key=lambda found: found.path,
        )

    def fetch(self, found: Found) -> bytes:
        """The bytes of a file, whole and as it was found.

        Raises:
            LeftAlone: It is larger than the inbox allows.
            NotYet: It changed in the meantime.
            InboxError: It can't be fetched now.
        """
        limit = self.inbox.max_bytes
        if found.size is not None and found.size > limit:
            raise LeftAlone(_too_large(limit))
        with self.plainly():
            data = self._read(found, limit + 1)
            if len(data) > limit:
                raise LeftAlone(_too_large(limit))
            changed = self._stamp(found, data) != found.stamp
        if changed or (found.size is not None and len(data) != found.size):
            raise NotYet("changed while it was fetched; it is looked at again.")
        return data

    def answer(self, found: Found, name: str, data: bytes) -> str:
        """Leave a file in the folder ``answers`` beside a file found; nothing is ever overwritten.

        Returns:
            Where it lies inside the inbox.

        Raises:
            InboxError: It can't be written.
        """
        stem, dot, suffix = name.partition(".")
        with self.plainly():
            for number in range(1, _TRIES):
                free = name if number == 1 else f"{stem} ({number}){dot}{suffix}"
                try:
                    return self._write_new(found.folder, free, data)
                except FileExistsError:
                    continue
        raise InboxError(f"the answer could not be written: there are {_TRIES} of that name already.")

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Every failure as an :class:`InboxError` in plain words, without any secret."""
        try:
            yield
        except (InboxError, FileExistsError):
            raise
        except Exception as error:
            raise InboxError(self._without_secrets(self._plain(error))) from None

    @abstractmethod
    def _entries(self) -> Iterable[Found]:
        """Every regular file at the top and, where the quarter may come from a folder, in folders named after one."""

    @abstractmethod
    def _read(self, found: Found, most: int) -> bytes:
        """At most so many bytes of a file, from its start."""

    @abstractmethod
    def _stamp(self, found: Found, data: bytes) -> str:
        """The file's stamp now."""

    def _write_new(self, folder: str, name: str, data: bytes) -> str:
        raise InboxError("takes no answers.")

    def _plain(self, error: Exception) -> str:
        if isinstance(error, FileNotFoundError):
            return "is not there any more."
        if isinstance(error, PermissionError):
            return "may not be read with these credentials."
        if isinstance(error, TimeoutError):
            return f"did not answer within {self.inbox.timeout_seconds:g} seconds."
        return f"could not be reached ({type(error).__name__}: {error})"

    def _without_secrets(self, text: str) -> str:
        for secret in self.secrets.values():
            if secret:
                text = text.replace(secret, "***")
        return " ".join(text.split())[:300]


def look(
    inbox: Inbox, seen: Callable[[Found], bool] = lambda _: False, env: Mapping[str, str] | None = None
) -> list[Found]:
    """Open an inbox and look once; see :meth:`Connection.look`."""
    from sources.connectors.opening import connect

    with connect(inbox, env or {}) as connection:
        return connection.look(seen)


def fetch(inbox: Inbox, found: Found, env: Mapping[str, str] | None = None) -> bytes:
    """Open an inbox and fetch one file; see :meth:`Connection.fetch`."""
    from sources.connectors.opening import connect

    with connect(inbox, env or {}) as connection:
        return connection.fetch(found)


def _too_large(limit: int) -> str:
    size = f"{limit / (1 << 20):.3g} MB"
    return f"is larger than {size} and was not fetched. Send the return without pictures, or in parts."
