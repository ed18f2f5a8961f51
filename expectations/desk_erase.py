"""Erasure on a person's request: the bytes go, hashes and events stay, and what is left still replays.

A whole return is erased, or every row about one person in every version in which they occur. Order makes a crash
harmless: what stays is written first, then the event, and bytes are removed last; :meth:`Erasing.finish_erasures`
removes what a crash left.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.desk_decide import Decisions, DeskError
from expectations.stored import results_folder
from sources.load import accepted_frames, original_key, quarantine_key, read_submission
from sources.merged import RawQuarter
from sources.personal import bytes_hold, rows_with
from sources.reduced import reduced_bytes, reduced_key
from sources.storage import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from expectations.desk_decide import Draft
    from expectations.desk_files import Bundle
    from expectations.desk_judging import Judging
    from sources.contract.model import Column
    from sources.load import Reader
    from sources.log.records import Submission
    from sources.log.state import LedgerState
    from sources.reader.result import ReadResult
    from sources.settings import Settings

__all__ = ["Erased", "Erasing"]

#: Where the portal keeps files until the person says yes.
WAITING = Path("portal") / "staged"
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Erased:
    """What was erased of one return.

    Attributes:
        whole: Nothing of it counts any more.
        rows: Accepted rows taken out, by table, where the rest goes on counting.
        files: SHA-256 of the originals that are gone.
    """

    submission_id: str
    partner: str
    program: str
    period: str
    whole: bool
    rows: dict[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True)
class _Found:
    """A return in which the person occurs, as read."""

    submission: Submission
    files: frozenset[str]
    read: ReadResult | None
    mine: dict[str, Mask]


class Erasing(Decisions):
    """The part of the desk that answers a person's request.

    Who erases holds the lock that every writer of the warehouse takes: a run under way would write rows once more.
    """

    settings: Settings
    _judging: Judging
    _reader: Reader | None

    def erase(self, submission_id: str, who: str, why: str) -> list[Erased]:
        """Erase the originals of a return; it no longer counts, and the version before it does again.

        Returns handed in with the same bytes are erased with it.

        Raises:
            DeskError: ``reason_needed``, ``unknown_submission``, ``already_erased``.
        """
        _need_why(why)
        state = self.state()
        submission = self._submission(state, submission_id)
        if submission.is_erased and not submission.reduced:
            raise DeskError("already_erased", f"{submission_id} is already erased.")
        gone = frozenset(file.sha256 for file in submission.files)
        return self._write([_Found(item, gone & _hashes(item), None, {}) for item in _sharing(state, gone)], who, why)

    def erase_person(
        self,
        value: str,
        *,
        who: str,
        why: str,
        program: str | None = None,
        table: str | None = None,
        column: str | None = None,
        dry_run: bool = False,
    ) -> list[Erased]:
        """Erase every row about a person, in every version in which they occur.

        Args:
            value: What the person is known by in a column that holds personal data, such as a person key. It is
                never written anywhere.
            program: Only this program; default all.
            table: Only this table; default every table.
            column: Only this column; default every column that holds personal data.
            dry_run: Only say what would be erased.

        Raises:
            DeskError: ``reason_needed``, ``no_value``, ``not_personal``, ``unknown_program``, ``not_judged``.
        """
        _need_why(why)
        if not value.strip():
            raise DeskError("no_value", "Give the value the person is known by, such as their person key.")
        where = self._personal(program, table, column)
        state = self.state()
        if any(item.program in where for item in state.pending()):
            raise DeskError("not_judged", "A return is not checked yet. Run “impact run” first, then erase.")
        found = {item.submission.id: item for item in self._occurrences(state, where, value)}
        gone = frozenset(sha256 for item in found.values() for sha256 in item.files)
        for other in _sharing(state, gone):  # the same bytes handed in elsewhere lose their original too
            if other.id not in found:
                found[other.id] = self._look(other, where, value, gone & _hashes(other))
        ordered = sorted(found.values(), key=lambda item: item.submission.seq)
        if dry_run:
            return [self._plan(item)[0] for item in ordered]
        return self._write(ordered, who, why)

    def events_holding(self, value: str) -> list[int]:
        """Events that hold a value in a file name, a reason or a message: they can't be changed."""
        wanted = value.strip().casefold()
        texts = {
            event.seq: f"{event.who}\n{event.why}\n{json.dumps(event.payload, ensure_ascii=False)}"
            for event in self.log.events()
        }
        return [seq for seq, text in texts.items() if wanted and wanted in text.casefold()]

    def finish_erasures(self) -> int:
        """Remove what was erased and still lies there, and what was made from it; returns how many objects there were.

        Bytes that a return rests on which is not erased itself stay: then a crash came between, and the request must be
        made again.
        """
        landing, state = Store(self.settings.landing), self.state()
        if not state.erased_files:
            return 0
        needed = {sha256 for item in state.submissions.values() if not item.is_erased for sha256 in _hashes(item)}
        needed |= {sha256 for item in state.submissions.values() for sha256 in item.reduced.values()}
        gone = sorted(state.erased_files - needed)
        keys = [make(sha256) for sha256 in gone for make in (original_key, quarantine_key, reduced_key)]
        left = [key for key in keys if landing.exists(key)]
        for key in left:
            landing.delete(key)
        return len(left)

    def _personal(
        self, program: str | None, table: str | None, column: str | None
    ) -> dict[str, dict[str, list[Column]]]:
        """Columns to look in, by program and table."""
        if program is not None and program not in self.contracts:
            raise DeskError("unknown_program", f"There is no program “{program}”.")
        where: dict[str, dict[str, list[Column]]] = {}
        for slug, contract in sorted(self.contracts.items()):
            for item in contract.tables if program in (None, slug) else ():
                columns = [one for one in item.columns if column in (None, one.name) and table in (None, item.name)]
                held = [one for one in columns if one.personal]
                if held:
                    where.setdefault(slug, {})[item.name] = held
        if not where:
            named = ".".join(part for part in (program, table, column) if part) or "No program"
            raise DeskError(
                "not_personal",
                f"{named} holds no personal data by its contract. Classify the column first: then messages and the "
                "log hold none of its values either.",
            )
        return where

    def _occurrences(
        self, state: LedgerState, where: Mapping[str, Mapping[str, list[Column]]], value: str
    ) -> Iterable[_Found]:
        for submission in sorted(state.submissions.values(), key=lambda item: item.seq):
            if submission.program not in where or (submission.is_erased and not submission.reduced):
                continue
            found = self._look(submission, where, value, frozenset())
            if found.files or any(mask.any() for mask in found.mine.values()):
                yield found

    def _look(
        self,
        submission: Submission,
        where: Mapping[str, Mapping[str, list[Column]]],
        value: str,
        files: frozenset[str],
    ) -> _Found:
        """Where the person occurs in one return: rows as read, and files that hold the value anywhere."""
        read = self._read(submission)
        mine: dict[str, Mask] = {}
        names = {file.name: file.sha256 for file in submission.files}
        if read is not None:
            for name, columns in where.get(submission.program, {}).items():
                if name in read.tables:
                    frame = read.tables[name].frame
                    mine[name] = rows_with(frame, columns, value)
                    files |= {names[file] for file in frame["_file"][mine[name]] if file in names}
        landing = Store(self.settings.landing)
        for sha256 in names.values():
            for key in (original_key(sha256), quarantine_key(sha256)):
                if landing.exists(key) and bytes_hold(landing.read(key), value):
                    files |= {sha256}
        return _Found(submission, files, read, mine)

    def _read(self, submission: Submission) -> ReadResult | None:
        """A return as it is read now; ``None`` where it is none, or holds a virus."""
        contract = self.contracts.get(submission.program)
        known = contract is not None and submission.partner in {item.code for item in contract.partners}
        if contract is None or not known or submission.virus is not None:
            return None
        answers = submission.verdict.answers if submission.verdict is not None else {}
        try:
            read = read_submission(self.settings, contract, submission, answers, reader=self._reader)
        except FileNotFoundError:
            return None
        return read if read.outcome == "read" else None

    def _plan(self, found: _Found) -> tuple[Erased, dict[str, Any], dict[str, bytes]]:
        """What is erased of a return, what the event says of it, and the derived originals that stay."""
        submission, verdict = found.submission, found.submission.verdict
        files = tuple(sorted(found.files))
        place = (submission.id, submission.partner, submission.program, submission.period)
        payload: dict[str, Any] = {"files": list(files)}
        if found.read is None or verdict is None or not verdict.loads:
            return Erased(*place, whole=True, files=files), payload, {}
        from expectations.judge import control_totals

        contract = self.contracts[submission.program]
        accepted = accepted_frames(found.read, verdict, submission.id)
        mine = {name: _mine(frame, found.mine.get(name)) for name, frame in accepted.items()}
        kept = {name: frame[~mine[name]] for name, frame in accepted.items()}
        totals = control_totals(contract, kept)
        stay: dict[str, bytes] = {}
        tables: dict[str, Any] = {}
        for name, frame in kept.items():
            data = reduced_bytes(contract.table(name), found.read.tables[name], frame, submission)
            sha256 = hashlib.sha256(data).hexdigest()
            stay[sha256] = data
            out = _places(accepted[name][mine[name]])
            tables[name] = {"sha256": sha256, "rows": len(frame), "totals": totals.get(name, {}), "erased": out}
        rows = {name: len(table["erased"]) for name, table in tables.items() if table["erased"]}
        return Erased(*place, whole=False, rows=rows, files=files), {**payload, "tables": tables}, stay

    def _write(self, found: list[_Found], who: str, why: str) -> list[Erased]:
        """Write what stays of all of them, then the events, then remove what goes."""
        landing = Store(self.settings.landing)
        plans = [(item.submission, *self._plan(item)) for item in found]
        for _, _, _, stay in plans:
            for sha256, data in stay.items():
                landing.put_once(reduced_key(sha256), data)
        for submission, _, payload, _ in plans:
            self._decide(self._erasure(submission, payload, who, why))
        self.finish_erasures()
        # What waits for a yes in the portal lives for an hour; whoever waits chooses the file again.
        shutil.rmtree(self.settings.data / WAITING, ignore_errors=True)
        for submission, *_ in plans:
            self._forget(submission)
        self._judging.forget()
        return [erased for _, erased, _, _ in plans]

    def _erasure(
        self, submission: Submission, payload: dict[str, Any], who: str, why: str
    ) -> Callable[[LedgerState], Draft]:
        def decision(state: LedgerState) -> Draft:
            now = self._submission(state, submission.id)
            if now.verdict != submission.verdict:
                raise DeskError("changed", f"{now.id} was judged anew in the meantime. Try again.")
            return self._about(now, "erased", who, why=why, payload=payload)

        return decision

    def _forget(self, submission: Submission) -> None:
        """Remove what was made from a return: its raw rows, stored results, remembered checks and pages of verdicts."""
        raw = Store(self.settings.raw)
        for table in submission.verdict.tables if submission.verdict is not None else ():
            RawQuarter(raw, submission.program, table, submission.period).drop(submission.id)
        results = results_folder(self.settings)
        for path in results.glob(f"{submission.id}.*"):
            path.unlink()
        for made in ("data_docs", "raw_checks"):
            shutil.rmtree(results.parent / made, ignore_errors=True)


def not_erased(state: LedgerState, received: Bundle) -> None:
    """Refuse bytes that were erased; raises :class:`DeskError`."""
    for file in received.files:
        if file["sha256"] in state.erased_files:
            raise DeskError(
                "erased",
                f"“{file['name']}” holds what was erased at a person's request. Hand it in without that person's rows.",
            )


def _need_why(why: str) -> None:
    if not why.strip():
        raise DeskError("reason_needed", "Say why it is erased, without naming the person; the sentence is kept.")


def _hashes(submission: Submission) -> frozenset[str]:
    return frozenset(file.sha256 for file in submission.files)


def _sharing(state: LedgerState, files: frozenset[str]) -> list[Submission]:
    """Returns that hold one of the files and are not erased as a whole, in order of receipt."""
    found = [
        item
        for item in state.submissions.values()
        if _hashes(item) & files and not (item.is_erased and not item.reduced)
    ]
    return sorted(found, key=lambda item: item.seq)


def _mine(frame: pd.DataFrame, found: Mask | None) -> Mask:
    """The accepted rows that are the person's; ``found`` is over everything read, by position."""
    return np.zeros(len(frame), dtype=bool) if found is None else found[frame.index.to_numpy()]


def _places(frame: pd.DataFrame) -> list[list[Any]]:
    """File, sheet and row of each row."""
    rows = zip(frame["_file"], frame["_sheet"], frame["_row"], strict=True)
    return [[file, sheet if isinstance(sheet, str) else None, int(row)] for file, sheet, row in rows]
