"""The things the log is about, as small frozen values: submissions, verdicts, nil returns, waivers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sources.log.event import canonical

if TYPE_CHECKING:
    from sources.log.event import Event

#: Verdicts whose rows are loaded.
LOADED_STATES = frozenset({"accepted", "accepted_with_warnings", "partially_accepted"})


class Key(NamedTuple):
    """What one version is a version of."""

    partner: str
    program: str
    period: str
    table: str


class QuarantinedRow(NamedTuple):
    """A row left out of a partially accepted return."""

    file: str
    sheet: str | None
    row: int


@dataclass(frozen=True)
class ReceivedFile:
    """One original as received: its display name, hash and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class TableRecord:
    """What a verdict says of one table: rows that load, their control totals, rows left out."""

    rows: int
    totals: dict[str, str] = field(default_factory=dict)
    quarantined: tuple[QuarantinedRow, ...] = ()


@dataclass(frozen=True)
class VerdictRecord:
    """A verdict as the log holds it; loading replays it and never judges again.

    Attributes:
        state: accepted, accepted_with_warnings, partially_accepted, returned, refused or needs_answer.
        answers: The answers the return was read with.
        tables: What it says of each table; where nothing loads, rows are those read.
        seal: Hash of the ``judged`` event.
        value: The verdict as recorded, for ``expectations.verdict.Verdict.from_dict``.
        rests_on: Hash of the ``erased`` event its rows rest on, where rows about a person were taken out since.
    """

    state: str
    ruleset: str
    contract_version: str
    answers: dict[str, str]
    tables: dict[str, TableRecord]
    problems: tuple[dict[str, Any], ...]
    questions: tuple[dict[str, Any], ...]
    seq: int
    at: datetime
    seal: str
    value: dict[str, Any] = field(repr=False, hash=False)
    rests_on: str = ""

    @property
    def key(self) -> str:
        """What the rows it lets in depend on."""
        return f"{self.seal}{self.rests_on}"

    @property
    def loads(self) -> bool:
        """Whether rows come in by it."""
        return self.state in LOADED_STATES

    def count(self, severity: str) -> int:
        """Problems of a severity."""
        return sum(problem["severity"] == severity for problem in self.problems)

    def substance(self) -> str:
        """What a confirmation or approval rests on, as text to compare."""
        tables = {name: [table.rows, table.totals, table.quarantined] for name, table in self.tables.items()}
        return canonical([self.state, tables, self.problems])


@dataclass(frozen=True)
class Submission:
    """One submission and what became of it.

    Attributes:
        seq: Sequence of its ``received`` event: the order of versions.
        content: Hash over the hashes of its files, whatever their names and order.
        seal: Hash of its ``received`` event.
        virus: What a scanner found in its files; their bytes then lie in quarantine and are never opened.
        reason: Why it corrects what was reported before, where that was said; ``reason_code`` is the kind of reason.
        is_erased: Its originals are gone on a person's request.
        reduced: By table: hash of the derived original that holds the rows that stay.
        erased_rows: Accepted rows that were erased.
        pending: It waits to be judged (just received, just answered, or a crash came between).
    """

    id: str
    seq: int
    program: str
    partner: str
    period: str
    received_at: datetime
    received_on: date
    received_by: str
    files: tuple[ReceivedFile, ...]
    content: str
    seal: str = ""
    reason: str | None = None
    virus: str | None = None
    reason_code: str | None = None
    verdict: VerdictRecord | None = None
    pending: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    confirmed_by: str | None = None
    approved_by: str | None = None
    returned_by: str | None = None
    returned_why: str | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None
    withdrawn_code: str | None = None
    reopened_why: str | None = None
    reopened_code: str | None = None
    is_erased: bool = False
    reduced: dict[str, str] = field(default_factory=dict, hash=False)
    erased_rows: int = 0

    @property
    def state(self) -> str:
        """As judged; ``withdrawn``; ``returned`` by a lead; ``received`` before a verdict."""
        if self.withdrawn_by is not None:
            return "withdrawn"
        if self.returned_by is not None:
            return "returned"
        return self.verdict.state if self.verdict is not None else "received"

    @property
    def confirmed(self) -> bool:
        """Whether its warnings were seen and stand."""
        return self.confirmed_by is not None

    @property
    def approved(self) -> bool:
        """Whether a lead signed it off."""
        return self.approved_by is not None

    @property
    def loaded(self) -> bool:
        """Whether its rows may count."""
        return self.state in LOADED_STATES

    @property
    def place(self) -> tuple[str, str, str]:
        """Partner, program and period."""
        return self.partner, self.program, self.period


@dataclass(frozen=True)
class Alert:
    """Something a program lead should know at once, whatever became of the return.

    Attributes:
        kind: ``virus``, ``wrong_partner`` (a file that names another partner) or ``personal_data``.
        sentence: What happened, as the verdict says it.
    """

    submission_id: str
    partner: str
    program: str
    period: str
    at: datetime
    kind: str
    sentence: str


@dataclass(frozen=True)
class Nil:
    """A declaration of having nothing to report."""

    id: str
    partner: str
    program: str
    period: str
    declared_on: date
    declared_by: str
    withdrawn: bool = False


@dataclass(frozen=True)
class Waiver:
    """A partner excused from a period, or from one indicator of it."""

    partner: str
    program: str
    period: str
    reason: str
    approved_by: str
    expires_on: date | None = None
    indicator: str | None = None


@dataclass(frozen=True)
class Version:
    """The submission that counts for a key, and which accepted version of it this is (1 = first)."""

    submission: Submission
    number: int


def verdict_record(event: Event) -> VerdictRecord:
    """The verdict a ``judged`` event holds."""
    payload = event.payload
    left_out = payload.get("left_out", {})
    tables = {
        name: TableRecord(
            rows=rows,
            totals=payload.get("totals", {}).get(name, {}),
            quarantined=tuple(QuarantinedRow(file, sheet, row) for file, sheet, row in left_out.get(name, ())),
        )
        for name, rows in payload["row_counts"].items()
    }
    return VerdictRecord(
        state=payload["state"],
        ruleset=payload["ruleset"],
        contract_version=payload["contract_version"],
        answers=payload["answers"],
        tables=tables,
        problems=tuple(payload["problems"]),
        questions=tuple(payload["questions"]),
        seq=event.seq,
        at=moment(event.at),
        seal=event.hash,
        value=payload,
    )


def moment(text: str) -> datetime:
    """A moment from an event's text."""
    return datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    """A day from ISO text, ``None`` from nothing."""
    return date.fromisoformat(text) if text else None
