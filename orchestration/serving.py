"""The portal as a process of its own, and a runner beside it that makes new tables when the log moved.

The two know each other only through the event log and the published builds.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from sources.log.event import QUIET
from sources.log.events import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from sources.contract.model import Contract
    from sources.settings import Settings

#: Seconds between two looks at the log, and how long the log must be quiet before a run: an upload and its
#: confirmation make one run, not two.
LOOK_EVERY = 2.0
QUIET_FOR = 4.0
#: Seconds until a run that failed is tried again although nothing new happened.
AGAIN_AFTER = 300.0
#: Hour (UTC) from which on reminders go out.
REMIND_HOUR = 6
#: What the portal does once a day: forget sessions that ended, then remind.
_MORNING = ("clearsessions", "remind")
_IMPACT = "from orchestration.cli import main; main()"


class Account(NamedTuple):
    """A demo account and its password, for the terminal only."""

    email: str
    password: str
    role: str
    name: str


class PortalFailed(RuntimeError):
    """The portal could not be made ready; the message says what it said."""


def environment(settings: Settings, address: str, *, https: bool) -> dict[str, str]:
    """What the portal's process reads: where data lies, and whether it is served without TLS."""
    return {
        "IMPACT_PORTAL_URL": address,
        "IMPACT_PORTAL_HTTPS": "1" if https else "0",
        "GX_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "IMPACT_DATA": str(settings.data),
    }


def in_use(host: str, port: int) -> bool:
    """Whether somebody else listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return True
    return False


def prepare(env: dict[str, str]) -> None:
    """Bring the portal's database up to its present shape."""
    _django(env, "migrate", "--noinput", "--verbosity", "0")


def demo_accounts(env: dict[str, str]) -> list[Account]:
    """Make the demo accounts with new passwords."""
    return [Account(**json.loads(line)) for line in _django(env, "demo_accounts").splitlines()]


def command(host: str, port: int, threads: int, workers: int = 1) -> list[str]:
    """The server's command line: one process, so that one desk knows the files it has read; threads for people.

    More ``workers`` read at the same time, each for itself; sessions and what is counted are in the database.
    """
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"{host}:{port}"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)),
        # A connection outlives the moment between two clicks: one closed after gunicorn's two seconds is often closed
        # just as the next request arrives, which then is lost.
        *("--timeout", "180", "--graceful-timeout", "30", "--keep-alive", "20", "--log-level", "warning"),
    ]


def serve(
    argv: list[str],
    env: dict[str, str],
    settings: Settings,
    say: Callable[[str], None],
    *,
    runs: bool = True,
    reminds: bool = False,
) -> int:
    """Serve until stopped.

    Args:
        runs: Run the job whenever the log is ahead of what is published.
        reminds: Send reminders once a day.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A session of its own: Ctrl-C reaches this process, which then ends the server in order.
    server = subprocess.Popen(argv, env=env, start_new_session=True)
    runner = Runner(settings, env, say) if runs else None
    morning = Morning(env, say) if reminds else None
    try:
        while server.poll() is None:
            if runner is not None:
                runner.look()
            if morning is not None:
                morning.look()
            time.sleep(LOOK_EVERY)
        return server.returncode
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait(timeout=60)
        if runner is not None:
            runner.stop()


class Runner:
    """Watches the log and runs the job in a process of its own, one at a time.

    The run takes the writers' lock like every other; beside Dagster's sensor, start the portal with ``--no-runs``.

    Args:
        settings: Whose log and builds.
        env: Environment of the run.
        say: Where to say what happened.
        clock: Seconds, for tests.
        argv: The run's command line, for tests.
    """

    def __init__(
        self,
        settings: Settings,
        env: dict[str, str],
        say: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        argv: tuple[str, ...] = (sys.executable, "-c", _IMPACT, "run", "--quiet"),
    ) -> None:
        self._settings, self._env, self._say, self._clock, self._argv = settings, env, say, clock, argv
        self._log = EventLog(settings.log_url)
        self._said = settings.data / "portal" / "run.log"
        self._run: subprocess.Popen[bytes] | None = None
        self._seen: tuple[str, float] = ("", 0.0)
        self._failed: tuple[str, float] | None = None
        self._quiet_head = ""

    def look(self) -> None:
        """Start a run where one is due; take in the end of one that ended."""
        if self._run is not None:
            if self._run.poll() is None:
                return
            self._ended()
        head, now = self._log.head().hash, self._clock()
        if head != self._seen[0]:
            self._seen = (head, now)
        if self._log.head().seq and now - self._seen[1] >= QUIET_FOR and self._due(head, now):
            self._say("New events in the log: making new tables …")
            # Into a file: a run may say more than a pipe holds, and then waits for a reader.
            self._said.parent.mkdir(parents=True, exist_ok=True)
            with self._said.open("wb") as said:
                self._run = subprocess.Popen(
                    self._argv, env=self._env, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
                )
            self._running = head

    def stop(self) -> None:
        """Let a run that writes come to its end; a crash would be safe too, but slower to mend."""
        if self._run is not None and self._run.poll() is None:
            self._say("Waiting for the run to end …")
            self._run.wait(timeout=600)

    def _due(self, head: str, now: float) -> bool:
        if self._failed is not None and self._failed[0] == head and now - self._failed[1] < AGAIN_AFTER:
            return False
        return self._quiet_head != head and self._news(published_head(self._settings), head)

    def _news(self, published: str | None, head: str) -> bool:
        """Whether a number can have changed since the published build; the log is read once per head."""
        events = self._log.events()
        known = next((event.seq for event in events if event.hash == published), 0)
        if any(event.seq > known and event.kind not in QUIET for event in events):
            return True
        self._quiet_head = head
        return False

    def _ended(self) -> None:
        run = self._run
        assert run is not None  # noqa: S101
        text = self._said.read_text("utf-8", errors="replace").strip()
        self._run = None
        published = [line for line in text.splitlines() if line.startswith("Published build")]
        # A library can end the process in the middle and call it success: only a build that is named was made.
        if run.returncode == 0 and published:
            self._failed = None
            self._say(published[-1])
        else:
            self._failed = (self._running, self._clock())
            self._say(f"The run did not finish; what was published before still stands.\n{text[-4000:]}")


class Morning:
    """Tidies up and sends reminders once a day; the log holds what went out, so a second start sends nothing twice.

    Args:
        clock: The present moment, for tests.
    """

    def __init__(
        self,
        env: dict[str, str],
        say: Callable[[str], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._env, self._say, self._clock = env, say, clock
        self._done: date | None = None

    def look(self) -> None:
        """Send what is due, if it is morning and today nothing was sent yet."""
        now = self._clock()
        if now.hour < REMIND_HOUR or self._done == now.date():
            return
        self._done = now.date()
        try:
            lines = [line for command in _MORNING for line in _django(self._env, command).splitlines()]
        except PortalFailed as error:
            lines = [f"Reminders could not be sent: {error}"]
        for line in lines:
            self._say(line)


def published_head(settings: Settings) -> str | None:
    """Head of the log the current build was made from; ``None`` before the first build."""
    from exports.published import Published, PublishedError

    try:
        return Published.open(settings.published).manifest.get("log_head")
    except PublishedError:
        return None


def is_empty(settings: Settings) -> bool:
    """Whether nothing has happened here yet."""
    data: Path = settings.data
    data.mkdir(parents=True, exist_ok=True)
    return EventLog(settings.log_url).head().seq == 0


def real_partners(settings: Settings, contracts: Mapping[str, Contract]) -> list[str]:
    """Codes of partners with returns here that are no synthetic samples."""
    from sources.log.state import fold

    samples = {partner.code for item in contracts.values() for partner in item.partners if partner.synthetic}
    state = fold(EventLog(settings.log_url).events())
    return sorted({item.partner for item in state.submissions.values()} - samples)


def _django(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PortalFailed(done.stderr.strip() or done.stdout.strip())
    return done.stdout
