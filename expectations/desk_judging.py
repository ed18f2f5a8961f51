"""From originals in the landing zone to a verdict as the log records it; writes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.desk_files import bundle
from expectations.desk_gate import gate, locked
from expectations.in_force import newly_in_force, on_trial
from expectations.turns import TURNS
from expectations.verdict import Verdict
from sources.history import FrameCache, PartnerHistory
from sources.load import default_reader, read_submission
from sources.log.event import canonical
from sources.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from sources.contract.model import Contract
    from sources.currency import Rates
    from sources.load import Reader
    from sources.log.records import Submission
    from sources.log.state import LedgerState
    from sources.reader import InputFile
    from sources.reader.result import ReadResult
    from sources.settings import Settings

    Judge = Callable[..., Verdict]


class Judged(NamedTuple):
    """A verdict, the answers it rests on, and the rows it lets in."""

    verdict: Verdict
    answers: dict[str, str]
    left_out: dict[str, list[tuple[str, str | None, int]]]
    frames: dict[str, pd.DataFrame]


class Tried(NamedTuple):
    """The verdict files would get, what was read, and the rows that would load (index: position in what was read)."""

    verdict: Verdict
    read: ReadResult | None
    frames: dict[str, pd.DataFrame]


class Judging:
    """Reads and judges, the same way for a check, a submission, an answer and a revalidation.

    Args:
        reader: ``sources.reader.read_files`` unless a test gives its own.
        judge: ``expectations.judge.judge`` unless a test gives its own.
    """

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        rates: Rates,
        reader: Reader | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._settings = settings
        self._contracts = contracts
        self._rates = rates
        self._reader = reader
        self._judge = judge
        self.cache = FrameCache()
        self._last: tuple[object, Tried | None] = (None, None)

    def forget(self) -> None:
        """Let go of every row kept in memory."""
        self.cache.clear()
        self._last = (None, None)

    @TURNS
    def of_files(
        self, files: Sequence[InputFile], program: str, partner: str, period: str, state: LedgerState, today: date
    ) -> Tried:
        """What would become of files; nothing is kept.

        The last result is remembered, so that checking a file and asking what it would change reads it once.
        """
        problem = gate(self._contracts, program, partner, period, today)
        if problem is not None:
            return Tried(Verdict("refused", [problem]), None, {})
        key = (bundle(files).content, tuple(file.name for file in files), program, partner, period, state.head)
        known, tried = self._last
        if known != key or tried is None:
            contract = self._contracts[program]
            read = self.read(contract, files, partner, period, state.remembered.get((partner, program), {}))
            verdict = self._verdict(contract, read, partner, period, state)
            tried = Tried(verdict, read, _loading(verdict, read))
            self._last = (key, tried)
        return tried

    def with_contract(self, contract: Contract) -> Judging:
        """The same with another contract of a program, and nothing in memory."""
        contracts = {**self._contracts, contract.program: contract}
        return Judging(self._settings, contracts, self._rates, self._reader, self._judge)

    @TURNS
    def of_submission(
        self,
        submission: Submission,
        state: LedgerState,
        same: Sequence[tuple[str, str]] = (),
        *,
        late: bool = False,
        trial: bool = True,
    ) -> Judged:
        """The verdict on a submission whose originals are in the landing zone.

        Args:
            same: Files that came twice, to be told.
            late: Judge what is in the files only; whether it might be handed in was settled when it came.
            trial: Rules that were not tried yet only warn.
        """
        partner, program, period = submission.place
        problem = gate(self._contracts, program, partner, period, None if late else submission.received_on)
        told = submission.reason is not None and submission.reason_code is not None
        if problem is None and not late and not told and state.locked(partner, program, period):
            problem = locked(period, submission.reason)
        if problem is not None:
            return Judged(Verdict("refused", [problem]), {}, {}, {})
        if submission.virus is not None:
            return Judged(Verdict("refused", [has_virus(submission.virus)]), {}, {}, {})
        contract = self._contracts[program]
        recorded = submission.verdict.answers if submission.verdict is not None else {}
        answers = {**state.remembered.get((partner, program), {}), **recorded, **submission.answers}
        read = read_submission(
            self._settings, contract, submission, answers, others=self._others(program), reader=self._reader
        )
        verdict = self._verdict(contract, read, partner, period, state, before=submission.seq, trial=trial)
        verdict = replace(verdict, problems=[*verdict.problems, *(_came_twice(*names) for names in same)])
        left_out: dict[str, list[tuple[str, str | None, int]]] = {}
        frames: dict[str, pd.DataFrame] = {}
        if verdict.loads:
            frames = _loading(verdict, read)
            for name, positions in verdict.quarantined.items():
                left_out[name] = [_place(read.tables[name].frame, position) for position in positions]
        return Judged(verdict, answers, {name: rows for name, rows in left_out.items() if rows}, frames)

    def record(self, judged: Judged, program: str, state: LedgerState) -> dict[str, Any]:
        """Payload of the ``judged`` event: the whole verdict, and all that is needed to replay it."""
        contract = self._contracts.get(program)
        rules = newly_in_force(contract, state) if contract is not None and judged.verdict.row_counts else []
        value = {
            **judged.verdict.as_dict(),
            "answers": judged.answers,
            "left_out": judged.left_out,
            "contract_version": contract.version if contract is not None else "",
            "contract_sha256": contract.sha256 if contract is not None else "",
            **({"rules": rules} if rules else {}),
        }
        return dict(json.loads(canonical(value)))

    @TURNS
    def read(
        self,
        contract: Contract,
        files: Sequence[InputFile],
        partner: str | None,
        period: str | None,
        answers: Mapping[str, str],
    ) -> ReadResult:
        """What files hold, read as a return of a program; partner and period are unchecked where not given."""
        return (self._reader or default_reader())(
            contract,
            list(files),
            partner=contract.partner(partner) if partner is not None else None,
            period=period,
            answers=dict(answers),
            others=self._others(contract.program),
        )

    def _verdict(
        self,
        contract: Contract,
        read: ReadResult,
        partner: str,
        period: str,
        state: LedgerState,
        before: int | None = None,
        trial: bool = True,
    ) -> Verdict:
        standing = _standing(state, (partner, contract.program, period), read, before)
        history = PartnerHistory(
            self._settings,
            state,
            contract,
            partner,
            period,
            cache=self.cache,
            reader=self._reader,
            standing=standing,
        )
        rules = on_trial(contract, state) if trial else frozenset()
        return (self._judge or _judge())(
            contract,
            read,
            partner=contract.partner(partner),
            period=period,
            history=history,
            rates=self._rates,
            standing={table: submission.id for table, submission in standing.items()},
            **({"trial": rules} if rules else {}),
        )

    def _others(self, program: str) -> tuple[Contract, ...]:
        return tuple(contract for slug, contract in sorted(self._contracts.items()) if slug != program)


def _standing(
    state: LedgerState, place: tuple[str, str, str], read: ReadResult, before: int | None
) -> dict[str, Submission]:
    """By table that the return leaves out: the earlier submission of the same quarter that counts for it."""
    partner, program, period = place
    if before is None:
        versions = state.versions_of(program, partner=partner, period=period)
    else:
        versions = state.versions_before(place, before)
    return {key.table: version.submission for key, version in versions.items() if key.table not in read.tables}


def _loading(verdict: Verdict, read: ReadResult) -> dict[str, pd.DataFrame]:
    """The rows a verdict lets in, by table."""
    frames = {}
    for name in verdict.row_counts if verdict.loads else ():
        frame = read.tables[name].frame
        frames[name] = frame.drop(frame.index[verdict.quarantined.get(name, [])])
    return frames


def _place(frame: pd.DataFrame, position: int) -> tuple[str, str | None, int]:
    row = frame.iloc[position]
    return str(row["_file"]), row["_sheet"] if isinstance(row["_sheet"], str) else None, int(row["_row"])


def has_virus(said: str) -> Problem:
    """The refusal of files in which a scanner found something."""
    return Problem(
        rule="file.virus",
        severity="error",
        sentence=f"{said} contains a virus. It was set aside and not opened; your program lead was told.",
        found=said,
        expected="a file without a virus",
        fix="Have your computer checked, then send a clean file.",
        origin="interpretation",
    )


def _came_twice(name: str, kept: str) -> Problem:
    return Problem(
        rule="file.same_content",
        severity="info",
        sentence=f"“{name}” has the same content as “{kept}”; it was read once.",
        file=name,
        origin="interpretation",
    )


def _judge() -> Judge:
    from expectations.judge import judge

    return judge
