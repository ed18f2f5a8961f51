"""One thing that is wrong, and the words in which a person hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from textwrap import wrap
from typing import Any

#: Things named one by one in a message; the others are counted.
NAMED = 10


@dataclass(frozen=True)
class Alert:
    """One thing that is wrong.

    Attributes:
        key: What makes it the same thing as before: told once until it recovers.
        kind: One of :data:`KINDS`.
        what: What happened, a sentence that holds no cell value, no personal data and no traceback.
        since: When it began, or when it was first seen; UTC.
        run_id: The run to look up, where there is one.
    """

    key: str
    kind: str
    what: str
    since: datetime
    run_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "since": self.since.astimezone(UTC).isoformat(timespec="seconds")}

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Alert:
        """An alert as kept."""
        return cls(
            value["key"], value["kind"], value["what"], datetime.fromisoformat(value["since"]), value.get("run_id")
        )


@dataclass(frozen=True)
class Kind:
    """A kind of alert: its heading for one and for several, what to do, and what is said once it is over."""

    one: str
    many: str
    todo: str
    over: str


#: Every kind, the most urgent first.
KINDS: dict[str, Kind] = {
    "run_failed": Kind(
        "A run failed",
        "{} runs failed",
        "What was published before still stands. Ask a technician to look the run up with “impact runs --run ID”, mend "
        "the cause and run “impact run” again.",
        "The run works again.",
    ),
    "run_killed": Kind(
        "A run was cut off",
        "{} runs were cut off",
        "Nothing is lost, and what was published before still stands. Run “impact run”; if it is cut off again, ask a "
        "technician for the machine's memory (“impact runs” shows the peak of earlier runs).",
        "A later run came to its end.",
    ),
    "refused": Kind(
        "A release was refused",
        "{} releases were refused",
        "Nothing went out. Ask who tried to release it, or try again: “impact release” says what stands against it and "
        "what to do.",
        "It was released, or nobody tried again for a week.",
    ),
    "log": Kind(
        "The event log cannot be read, or was changed",
        "The event log cannot be read, or was changed",
        "Hand in and decide nothing until a technician has run “impact doctor”. A backup brings the log back: “impact "
        "restore”.",
        "The event log can be read again.",
    ),
    "disk": Kind(
        "The disk is filling",
        "{} disks are filling",
        "Ask a technician to make room. After “impact backup”, builds under “published” and “exports” may be "
        "removed that neither a release nor “current” names.",
        "There is room on the disk again.",
    ),
    "not_published": Kind(
        "The published figures are stale",
        "Published figures are stale",
        "The nightly run did not come to its end, or was not started. Ask a technician whether Dagster, or the line in "
        "cron, is running; “impact run” makes them fresh.",
        "The published figures are fresh again.",
    ),
    "not_checked": Kind(
        "A return waits for its check",
        "{} returns wait for their check",
        "They are kept and nothing is lost. “impact run” checks them; if they still wait then, a technician finds the "
        "cause in the log.",
        "It was checked.",
    ),
    "check": Kind(
        "A check of accepted rows does not hold",
        "{} checks of accepted rows do not hold",
        "The figures were published with it. Find the rows in Dagster under the asset's checks, and decide with the "
        "program's lead whether the return must be corrected.",
        "The check holds again.",
    ),
    "stale": Kind(
        "A program's figures are older than they should be",
        "{} programs' figures are older than they should be",
        "No partner's return of that quarter counts yet. Until one does, the figures speak for an earlier quarter; say "
        "so to their readers, and ask the program's lead.",
        "A return of the quarter counts.",
    ),
    "overdue": Kind(
        "A return is overdue",
        "{} returns are overdue",
        "Partners whose address is known were reminded by mail. Call them, or waive the return with a reason (“impact "
        "waive”). “impact status” lists all.",
        "It came in, was declared nil or was waived.",
    ),
    "mail": Kind(
        "A reminder was not taken by the mail server",
        "{} reminders were not taken by the mail server",
        "It is tried again every day. Check the partner's address in the portal or in the list of people, and whether "
        "the mail server lets the warehouse in.",
        "It was taken, or is due no longer.",
    ),
    "watching": Kind(
        "Something could not be looked at",
        "{} things could not be looked at",
        "Ask a technician to look into the log of the day.",
        "It can be looked at again.",
    ),
}
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Message:
    """What one notifier is told at once: all that is new, all that is over, and how much else is still open.

    Attributes:
        whole: Everything is named, as on a terminal; a message names ten of a kind.
    """

    new: tuple[Alert, ...]
    over: tuple[Alert, ...] = ()
    still: int = 0
    whole: bool = False

    @property
    def subject(self) -> str:
        """One line: the most urgent thing, and how many others."""
        groups = [_heading(kind, list(found)) for kind, found in _groups(self.new)]
        if groups:
            more = f" and {len(groups) - 1} more" if len(groups) > 1 else ""
            return f"Impact warehouse: {_lower(groups[0])}{more}"
        if len(self.over) == 1:
            return f"Impact warehouse: recovered: {_lower(KINDS[self.over[0].kind].one)}"
        return f"Impact warehouse: {len(self.over)} things recovered"

    @property
    def text(self) -> str:
        """The message in plain words: what, since when, what to do."""
        parts = [_section(kind, found, len(found) if self.whole else NAMED) for kind, found in _groups(self.new)]
        if self.over:
            lines = [f"- {item.what} {KINDS[item.kind].over}" for item in self.over[:NAMED]]
            if len(self.over) > NAMED:
                lines.append(f"- and {len(self.over) - NAMED} more")
            parts.append("\n".join(["RECOVERED", *lines]))
        if self.still:
            things = "thing is" if self.still == 1 else "things are"
            parts.append(f"{self.still} {things} still open that you were told of before: “impact alerts” lists all.")
        return "\n\n".join(parts) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; ``text`` is what hooks of chat services show."""
        return {
            "text": f"{self.subject}\n\n{self.text}",
            "alerts": [item.as_dict() for item in self.new],
            "recovered": [item.as_dict() for item in self.over],
            "still_open": self.still,
        }


def moment_words(moment: datetime) -> str:
    """A moment in words: 28 November 2026, 02:15 UTC; midnight is the day alone."""
    from expectations.reminder_words import day

    at = moment.astimezone(UTC)
    return day(at.date()) + (f", {at:%H:%M} UTC" if (at.hour, at.minute) != (0, 0) else "")


def in_order(alerts: Sequence[Alert]) -> list[Alert]:
    """The most urgent kind first, the oldest first within it."""
    return sorted(alerts, key=lambda item: (_ORDER[item.kind], item.since, item.key))


def _groups(alerts: Sequence[Alert]) -> list[tuple[str, list[Alert]]]:
    return [(kind, list(found)) for kind, found in groupby(in_order(alerts), key=lambda item: item.kind)]


def _section(kind: str, found: Sequence[Alert], named: int) -> str:
    lines = [_heading(kind, found).upper()]
    for item in found[:named]:
        run = f" Run {item.run_id}." if item.run_id else ""
        lines.append(f"- {item.what} Since {moment_words(item.since)}.{run}")
    if len(found) > named:
        lines.append(f"- and {len(found) - named} more; “impact alerts” lists all")
    return "\n".join([*lines, *wrap(f"What to do: {KINDS[kind].todo}", 100)])


def _heading(kind: str, found: Sequence[Alert]) -> str:
    return KINDS[kind].one if len(found) == 1 else KINDS[kind].many.format(len(found))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
