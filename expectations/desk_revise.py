"""What a correction would change, and every version of a quarter, for as long as its originals are kept."""

from __future__ import annotations

import logging
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.desk_decide import Decisions, DeskError
from expectations.desk_files import bundle
from expectations.revision import KpiChange, Revision, compare, total_changes
from sources.counted import CountedRows
from sources.history import frames_of
from sources.load import original_key
from sources.log.records import Key, Submission
from sources.raw_rows import LoadError, to_arrow
from sources.storage import StorageError, Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import pandas as pd

    from expectations.desk_judging import Judging
    from expectations.revision import TableChange
    from expectations.verdict import Verdict
    from sources.contract.model import Contract
    from sources.counted import Effect
    from sources.load import Reader
    from sources.log.state import LedgerState
    from sources.reader import InputFile
    from sources.reader.result import ReadResult
    from sources.settings import Settings

__all__ = ["Revising", "VersionInfo"]


@dataclass(frozen=True)
class VersionInfo:
    """One return of a partner's quarter, and what became of it.

    Attributes:
        number: Which accepted version it is (1 = first); ``None`` where it never loaded.
        counts: Whether it counts now for at least one table.
        reason: Why it corrected what was reported before.
        ended: Why it no longer stands, where it was withdrawn or sent back.
        readable: Whether its originals are still there.
        erased: Whether an original is gone on a person's request.
        erased_rows: Accepted rows taken out on a person's request.
    """

    submission_id: str
    number: int | None
    state: str
    counts: bool
    approved: bool
    received_at: datetime
    received_on: date
    received_by: str
    files: tuple[tuple[str, str, int], ...]
    rows: Mapping[str, int]
    reason: str | None
    reason_code: str | None
    ended: str | None
    ended_code: str | None
    readable: bool
    erased: bool
    erased_rows: int

    def as_dict(self) -> dict[str, Any]:
        """The version as plain JSON-ready values."""
        return {
            **self.__dict__,
            "received_at": f"{self.received_at:%Y-%m-%d %H:%M:%S} UTC",
            "received_on": self.received_on.isoformat(),
            "files": [{"name": name, "sha256": sha256, "size": size} for name, sha256, size in self.files],
            "rows": dict(self.rows),
        }


class Revising(Decisions):
    """Looking at versions. :class:`expectations.desk.Desk` adds receiving and judging."""

    settings: Settings
    _judging: Judging
    _effect: Effect | None
    _reader: Reader | None

    @abstractmethod
    def _scan(self, files: Sequence[InputFile]) -> str | None:
        """Which files hold a virus, in words."""

    def revision(self, files: Sequence[InputFile], *, partner: str, program: str, period: str) -> Revision | None:
        """What files would change if they were handed in now; nothing is kept.

        Returns:
            ``None`` where nothing would be replaced: nothing counts yet, these very bytes count already, or the files
            would not be accepted.
        """
        if not files:
            raise DeskError("no_file", "Choose a file to hand in.")
        state = self.state()
        place = (partner, program, period)
        if not state.current(*place) or state.same_content(*place, bundle(files).content) is not None:
            return None
        if self._scan(files) is not None:
            return None
        verdict, read, frames = self._judging.of_files(files, program, partner, period, state, self.today())
        if read is None or not verdict.loads:
            return None
        contract = self.contracts[program]
        counting = state.versions_of(program, partner=partner, period=period)
        standing = {key.table: version.submission for key, version in counting.items()}
        left_out = verdict.quarantined
        replaced = {name: standing[name] for name in frames if name in standing}
        if not replaced:
            return None
        changed: tuple[TableChange, ...] = ()
        not_shown = None
        try:
            changed = self._changes(contract, replaced, frames, read, verdict)
        except DeskError as error:  # it may be handed in all the same
            not_shown = error.sentence
        submissions = sorted({item.id: item for item in replaced.values()}.values(), key=lambda item: item.seq)
        fewer = (_rows(item, name) > verdict.row_counts[name] for name, item in replaced.items() if left_out.get(name))
        return Revision(
            replaces=tuple(item.id for item in submissions),
            approved=state.locked(*place),
            tables=changed,
            kpis=self._kpis(contract, partner, period, state, standing, frames) if changed else (),
            held_back=any(fewer),
            not_shown=not_shown,
        )

    def _changes(
        self,
        contract: Contract,
        replaced: Mapping[str, Submission],
        frames: Mapping[str, pd.DataFrame],
        read: ReadResult,
        verdict: Verdict,
    ) -> tuple[TableChange, ...]:
        """What differs in each table that came in."""
        found = []
        for table in contract.tables:
            if table.name not in frames:
                continue
            frame = frames[table.name]
            earlier = replaced.get(table.name)
            before = self._frames(earlier)[table.name] if earlier is not None else frame.iloc[:0]
            totals = total_changes(table, _totals(earlier, table.name), verdict.totals.get(table.name, {}))
            found.append(compare(table, before, frame, read.tables[table.name], totals))
        return tuple(change for change in found if change.differs)

    def versions(self, partner: str, program: str, period: str) -> list[VersionInfo]:
        """Every return of a partner's quarter, oldest first, whatever became of it."""
        state = self.state()
        found = []
        number = 0
        landing = Store(self.settings.landing)
        for item in state.submissions.of_place(partner, program, period):
            verdict = item.verdict
            accepted = verdict is not None and verdict.loads
            number += accepted
            sent_back = item.returned_by is not None and item.withdrawn_by is None
            found.append(
                VersionInfo(
                    submission_id=item.id,
                    number=number if accepted else None,
                    state=item.state,
                    counts=state.counts(item.id),
                    approved=item.approved,
                    received_at=item.received_at,
                    received_on=item.received_on,
                    received_by=item.received_by,
                    files=tuple((file.name, file.sha256, file.size) for file in item.files),
                    rows={name: table.rows for name, table in verdict.tables.items()} if verdict is not None else {},
                    reason=item.reason,
                    reason_code=item.reason_code,
                    ended=item.returned_why if sent_back else item.withdrawn_why,
                    ended_code=item.withdrawn_code,
                    readable=all(landing.exists(original_key(file.sha256)) for file in item.files),
                    erased=item.is_erased,
                    erased_rows=item.erased_rows,
                )
            )
        return found

    def original(self, submission_id: str, sha256: str) -> bytes:
        """The bytes of one file of a submission, as received.

        Raises:
            DeskError: ``unknown_submission``, ``unknown_file``, ``erased``, ``virus``, ``altered``.
        """
        submission = self._submission(self.state(), submission_id)
        if sha256 not in {file.sha256 for file in submission.files}:
            raise DeskError("unknown_file", f"{submission_id} has no file with this hash. See the receipt.")
        if submission.virus is not None and not submission.is_erased:
            raise DeskError("virus", f"{submission_id} contains a virus; its files are set aside and not handed out.")
        try:
            return Store(self.settings.landing).read_original(original_key(sha256))
        except FileNotFoundError:
            raise DeskError("erased", f"The original of {submission_id} was erased; its hash stays.") from None
        except StorageError as error:
            raise _altered(submission_id) from error

    def rows(self, submission_id: str) -> dict[str, pd.DataFrame]:
        """The typed rows a submission's verdict let in, by table, also of a version that no longer counts.

        Raises:
            DeskError: ``unknown_submission``, ``not_accepted``, ``erased``, ``altered``, ``unreadable``.
        """
        submission = self._submission(self.state(), submission_id)
        if submission.verdict is None or not submission.verdict.loads:
            raise DeskError("not_accepted", f"No rows of {submission_id} were accepted.")
        return self._frames(submission)

    def _frames(self, submission: Submission) -> dict[str, pd.DataFrame]:
        contract = self.contracts[submission.program]
        try:
            return frames_of(self.settings, contract, submission, self._judging.cache, self._reader)
        except FileNotFoundError:
            raise DeskError("erased", f"The original of {submission.id} was erased; its hash stays.") from None
        except StorageError as error:
            raise _altered(submission.id) from error
        except LoadError as error:
            raise DeskError("unreadable", str(error)) from error

    def _kpis(
        self,
        contract: Contract,
        partner: str,
        period: str,
        state: LedgerState,
        standing: Mapping[str, Submission],
        frames: Mapping[str, pd.DataFrame],
    ) -> tuple[KpiChange, ...]:
        """The figures of the quarter that differ; none where they can't be made: a return comes in all the same."""
        try:
            return self._effects(contract, partner, period, state, standing, frames)
        except Exception:
            logging.getLogger(__name__).exception("the effect of a correction on figures could not be shown")
            return ()

    def _effects(
        self,
        contract: Contract,
        partner: str,
        period: str,
        state: LedgerState,
        standing: Mapping[str, Submission],
        frames: Mapping[str, pd.DataFrame],
    ) -> tuple[KpiChange, ...]:
        if self._effect is None:
            return ()
        earlier = [
            self._counted(contract, key, version.submission)
            for key, version in state.versions_of(contract.program, partner=partner).items()
            if key.period < period
        ]
        place = (partner, contract.program, period)
        now = [self._counted(contract, Key(*place, name), item) for name, item in standing.items()]
        new = next(iter(standing.values()))
        then = [item for item in now if item.table not in frames] + [
            CountedRows(name, period, new.id, to_arrow(contract.table(name), frame, new))
            for name, frame in frames.items()
        ]
        before = self._effect(contract, partner, period, [*earlier, *now])
        after = self._effect(contract, partner, period, [*earlier, *then])
        changes = []
        for code in dict.fromkeys([*before, *after]):
            old, fresh = before.get(code), after.get(code)
            known = fresh or old
            if known is None or (old is not None and fresh is not None and old.text == fresh.text):
                continue
            changes.append(
                KpiChange(code, known.label, known.unit, old.text if old else None, fresh.text if fresh else None)
            )
        return tuple(changes)

    def _counted(self, contract: Contract, key: Key, submission: Submission) -> CountedRows:
        rows = to_arrow(contract.table(key.table), self._frames(submission)[key.table], submission)
        return CountedRows(key.table, key.period, submission.id, rows)


def _altered(submission_id: str) -> DeskError:
    sentence = "were changed after they were received and are not used. Tell the program office."
    return DeskError("altered", f"The stored bytes of {submission_id} {sentence}")


def _rows(submission: Submission, table: str) -> int:
    return submission.verdict.tables[table].rows if submission.verdict is not None else 0


def _totals(submission: Submission | None, table: str) -> Mapping[str, str]:
    verdict = submission.verdict if submission is not None else None
    return verdict.tables[table].totals if verdict is not None else {}
