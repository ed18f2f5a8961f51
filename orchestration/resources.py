"""What assets need from outside: where data lies, the day the run speaks for, the writers' lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sources.contract.load import ROOT, load_all
from sources.contract.model import Contract
from sources.log.events import EventLog
from sources.log.opened import opened
from sources.log.state import LedgerState
from sources.settings import Settings

if TYPE_CHECKING:
    from sources.currency import Rates

DBT_DIR = ROOT / "dbt_project"
#: Checks that a lock this process holds on the log's server is still held.
_HELD: dict[tuple[Path, str], Callable[[], None]] = {}


class House:
    """Settings, contracts and log of one installation, opened when first used.

    Attributes:
        settings: Where state lies.
        as_of: The day the run speaks for; what is due, late or required depends on it.
        in_line: Program, table and quarter of the raw rows this run has brought in line with the log.
        taken_for: Hashes of the code and the exchange rates that a replay takes for the present ones.
    """

    def __init__(self, settings: Settings, as_of: date | None = None, taken_for: tuple[str, str] | None = None) -> None:
        self.settings = settings
        self.taken_for = taken_for
        self.in_line: set[tuple[str, str, str]] = set()
        self.as_of = as_of or datetime.now(UTC).date()

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """Contract of every program."""
        return load_all()

    @cached_property
    def log(self) -> EventLog:
        """The event log."""
        return EventLog(self.settings.log_url)

    @cached_property
    def rates(self) -> Rates:
        """Exchange rates."""
        from sources.currency import Rates

        return Rates()

    @property
    def definitions(self) -> tuple[str, str | None]:
        """Hashes of code and exchange rates; a figure counts as released only by those it was released with."""
        if self.taken_for is not None:
            return self.taken_for
        from exports.releases.code import code_hash

        return code_hash(), None

    @cached_property
    def snapshot(self) -> LedgerState:
        """The log as it stood when first looked at: everything one run does rests on the same moment."""
        return opened(self.log)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the one lock every writer of the warehouse takes; others wait."""
        with writer_lock(self.settings):
            yield


@contextmanager
def writer_lock(settings: Settings, timeout: float = 3600) -> Iterator[None]:
    """The lock file of the data folder and, where the log lies on a server, a lock there. Reentrant within a process.

    The file keeps two runs of one machine from writing one warehouse; the server keeps two machines from publishing at
    the same time, and one from removing what the other is writing.

    Raises:
        filelock.Timeout: another run held it for longer than ``timeout`` seconds.
        sources.log.event.LogError: the server did not answer, or was away since the lock was taken.
    """
    from filelock import FileLock, Timeout

    settings.data.mkdir(parents=True, exist_ok=True)
    with FileLock(str(settings.data / "warehouse.lock"), is_singleton=True).acquire(timeout=timeout):
        key = (settings.data, settings.log_url)
        if key in _HELD:
            _HELD[key]()
            yield
            return
        with ExitStack() as stack:
            try:
                _HELD[key] = stack.enter_context(EventLog(settings.log_url).one_run(timeout))
            except TimeoutError:
                raise Timeout(settings.log_url.rpartition("@")[2]) from None
            stack.callback(_HELD.pop, key)
            yield
