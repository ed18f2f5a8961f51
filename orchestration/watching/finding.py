"""What is wrong right now: from the log, the record of runs and the disk; nothing is changed and nobody is told."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.reminder_words import day
from orchestration.watching.alert import Alert, in_order, moment_words
from orchestration.watching.notes import killed, refusals
from orchestration.watching.runs import RunRecord, runs

if TYPE_CHECKING:
    from expectations.obligations import Standing
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

#: The job that makes figures.
REFRESH = "refresh"
#: A night's run is missed by then.
FRESH = timedelta(hours=26)
#: A check of a return takes seconds; whatever waits longer than this is stuck.
WAITING = timedelta(hours=1)
#: Free room below which the disk is filling: bytes, or this share of it; once told, so much more ends it.
ROOM, SHARE, AGAIN = 2 << 30, 0.05, 1.5
#: Time after which a reminder that was not taken, or a release that was refused, is no news.
NEWS, TRIED = timedelta(days=3), timedelta(days=7)
_STEPS = {
    "raw_": "while accepted rows were loaded",
    "ledger": "while the event log was read",
    "dbt": "while the tables were built",
    "steps__disclosure": "in disclosure control",
    "steps__": "while figures were computed",
    "published": "while publishing",
    "exports": "while the exports were written",
}
_CAME = {"returned": " (came, needs a correction)", "needs_answer": " (came, waits for an answer)"}
#: A refused return keeps the quarter as it was typed.
_PERIOD = re.compile(r"\d{4}-Q[1-4]")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """What the probes look at.

    Attributes:
        as_of: The day for what is due.
        known: Alerts that are open already, by key.
        load, state: Give the contracts and the folded log; may raise.
    """

    settings: Settings
    as_of: date
    now: datetime
    known: Mapping[str, Alert]
    load: Callable[[], Mapping[str, Contract]]
    state: Callable[[], LedgerState]

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Contract of every program."""
        return self.load()

    @cached_property
    def folded(self) -> LedgerState:
        """The log, folded once."""
        return self.state()

    @cached_property
    def runs(self) -> list[RunRecord]:
        """Runs that were kept."""
        return runs(self.settings)

    @cached_property
    def due(self) -> list[Standing]:
        """Every return whose deadline is over."""
        from expectations.obligations import matrix

        rows = matrix(self.contracts, self.folded, self.as_of)
        return [row for row in rows if row.due_date < self.as_of]

    def title(self, program: str) -> str:
        """A program's name on one line; one that nobody knows is what somebody typed, and is not repeated."""
        contract = self.contracts.get(program)
        return " ".join(contract.title.split()) if contract is not None else "an unknown program"


def find(look: Look) -> list[Alert]:
    """Everything that is wrong, the most urgent first.

    A probe that fails is itself something wrong, and what was open of its kind stays open: nothing seen is no recovery.
    """
    from sources.log.event import LogError

    found: dict[str, Alert] = {}
    for name, (kind, probe) in PROBES.items():
        before = [alert for alert in look.known.values() if alert.kind == kind]
        try:
            alerts = list(probe(look))
        except LogError as error:
            _LOG.info("the log could not be read", extra={"failure": error})
            log = Alert("log", "log", "The event log does not answer, or is not what was written.", look.now)
            alerts = [*before, log]
        except Exception as error:
            _LOG.info("a probe failed", extra={"failure": error})
            alerts = [*before, Alert(f"watching:{name}", "watching", f"Not looked at: {name}.", look.now)]
        found |= {alert.key: alert for alert in alerts}
    return in_order(list(found.values()))


def _failed_runs(look: Look) -> Iterator[Alert]:
    jobs: dict[str, list[RunRecord]] = {}
    for record in look.runs:
        jobs.setdefault(record.job, []).append(record)
    for job, records in jobs.items():
        last = records[-1]
        if last.finished:
            continue
        good = max((at for at, item in enumerate(records) if item.finished), default=-1)
        first = records[good + 1]
        where = next((words for start, words in _STEPS.items() if (last.step or "").startswith(start)), None)
        named = "The run" if job == REFRESH else f"The job “{job}”"
        words = where or ("before its first step" if last.step is None else f"in “{last.step}”")
        what = f"{named} stopped {words} ({last.error or 'no error was noted'})."
        yield Alert(f"run_failed:{job}", "run_failed", what, first.ended_at, last.run_id)
        if last.error == "ChainBroken":
            what = "A run found that the event log is not what was written."
            yield Alert("log:changed", "log", what, first.ended_at, last.run_id)


def _killed_run(look: Look) -> Iterator[Alert]:
    began = killed(look.settings)
    if began is not None:
        what = "The run did not come to its end: it was killed, or the machine went down."
        yield Alert("killed", "run_killed", what, began)


def _refused(look: Look) -> Iterator[Alert]:
    for period, refusal in sorted(refusals(look.settings).items()):
        at, count = datetime.fromisoformat(refusal["at"]), refusal["reasons"]
        if look.now - at <= TRIED:
            what = f"{period}: {count} line{'s' if count != 1 else ''} of reasons were shown to who tried."
            yield Alert(f"refused:{period}", "refused", what, at)


def _not_published(look: Look) -> Iterator[Alert]:
    last = _last_published(look)
    if last is None or look.now - last <= FRESH:
        return
    yield Alert("not_published", "not_published", f"They were last made anew on {moment_words(last)}.", last + FRESH)


def _last_published(look: Look) -> datetime | None:
    """When figures were last made; before the first time, when the first return came."""
    record = _last_finished(look)
    if record is not None:
        return record.ended_at
    pointer = Path(look.settings.published) / "current"
    if pointer.is_file():
        return datetime.fromtimestamp(pointer.stat().st_mtime, UTC)
    return min((item.received_at for item in look.folded.submissions.values()), default=None)


def _checks(look: Look) -> Iterator[Alert]:
    record = _last_finished(look)
    if record is None:
        return
    for name in record.not_held:
        asset, _, check = name.partition(": ")
        program, _, table = asset.rpartition(".")[2].partition("__")
        where = f"{look.title(program)}, table {table}" if program in look.contracts else asset
        what = f"{where}: {check.replace('_', ' ')}."
        yield Alert(f"check:{name}", "check", what, record.ended_at, record.run_id)


def _last_finished(look: Look) -> RunRecord | None:
    return next((item for item in reversed(look.runs) if item.finished and item.job == REFRESH), None)


def _overdue(look: Look) -> Iterator[Alert]:
    for row in look.due:
        if row.state != "missing":
            continue
        partner = look.contracts[row.program].partner(row.partner)
        came = _CAME.get(row.verdict or "", "")
        what = f"{look.title(row.program)}, {row.period}, {' '.join(partner.name.split())}{came}."
        key = f"overdue:{row.program}:{row.partner}:{row.period}"
        yield Alert(key, "overdue", what, _day_after(row.due_date))


def _stale_programs(look: Look) -> Iterator[Alert]:
    """Programs of which no return of the last quarter that was due counts."""
    for program in sorted({row.program for row in look.due}):
        owed = [row for row in look.due if row.program == program and row.state != "excused"]
        last = max((row.period for row in owed), default=None)
        rows = [row for row in owed if row.period == last]
        if last is None or any(row.state in ("reported", "confirmed_zero") for row in rows):
            continue
        due = rows[0].due_date
        what = f"{look.title(program)}: nobody reported {last}, which was due on {day(due)}."
        yield Alert(f"stale:{program}:{last}", "stale", what, _day_after(due))


def _not_checked(look: Look) -> Iterator[Alert]:
    for item in look.folded.pending():
        if look.now - item.received_at > WAITING:
            period = item.period if _PERIOD.fullmatch(item.period) else "an unknown quarter"
            what = f"{item.id} ({look.title(item.program)}, {period}) is kept, but has no verdict."
            yield Alert(f"not_checked:{item.id}", "not_checked", what, item.received_at)


def _disk(look: Look) -> Iterator[Alert]:
    settings, seen = look.settings, set()
    places = {"the data folder": settings.data, "the warehouse": settings.warehouse.parent}
    places |= {"the originals": Path(settings.landing), "the published tables": Path(settings.published)}
    for name, path in places.items():
        if not path.is_dir() or path.stat().st_dev in seen:
            continue
        seen.add(path.stat().st_dev)
        total, _, free = shutil.disk_usage(path)
        key = f"disk:{name}"
        least = max(ROOM, SHARE * total) * (AGAIN if key in look.known else 1)
        if free < least:
            what = f"{free / 2**30:.1f} of {total / 2**30:.0f} GiB are free where {name} {_lie(name)}."
            yield Alert(key, "disk", what, look.now)


def _lie(name: str) -> str:
    return "lie" if name.endswith("s") else "lies"


def _mail(look: Look) -> Iterator[Alert]:
    """Reminders that no address took, by the log."""
    from sources.log.events import EventLog

    last = {event.payload.get("key"): event for event in EventLog(look.settings.log_url).events(kind="reminded")}
    for key, event in last.items():
        at = datetime.fromisoformat(event.at)
        if event.payload.get("failed") and look.now - at <= NEWS:
            place = ", ".join(str(part) for part in (event.partner, event.period) if part)
            what = f"{look.title(event.program or '')}: {place or 'to its leads'}."
            yield Alert(f"mail:{key}", "mail", what, at)


def _day_after(due: date) -> datetime:
    return datetime.combine(due + timedelta(days=1), time(), UTC)


PROBES: dict[str, tuple[str, Callable[[Look], Iterator[Alert]]]] = {
    "the runs": ("run_failed", _failed_runs),
    "runs that were killed": ("run_killed", _killed_run),
    "refused releases": ("refused", _refused),
    "when figures were made": ("not_published", _not_published),
    "the checks of accepted rows": ("check", _checks),
    "returns that wait": ("not_checked", _not_checked),
    "what each program reported": ("stale", _stale_programs),
    "what is overdue": ("overdue", _overdue),
    "the disk": ("disk", _disk),
    "reminders": ("mail", _mail),
}
