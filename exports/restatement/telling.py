"""What happened, in a sentence a program lead understands; it names partners and repeats their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.restatement.causes import Edit
    from exports.restatement.rows import Key, Side
    from sources.log.records import Submission


class Teller:
    """Sentences about the edits between two builds."""

    def __init__(self, after: Side, names: Mapping[tuple[str, str], str]) -> None:
        self._after, self._names = after, names

    def arrived(self, key: Key, submission: Submission, cause: str) -> str:
        """A first return came in."""
        owed = self._after.obligations.get((key.program, key.partner, key.period), {})
        days = wording.day_text(submission.received_on)
        due = f", due on {wording.day_text(owed['due_date'])}" if owed.get("due_date") else ""
        came = "came in late" if cause == "late_return" and owed.get("is_late") else "came in"
        return f"The return of {self._whose(key)} {came} on {days}{due}."

    def corrected(self, key: Key, submission: Submission, replaced: Sequence[Submission]) -> str:
        """Another version took the place of an earlier one."""
        reason = _reason(submission.reason_code, submission.reason) or _taken_back(replaced)
        by = f"{', '.join(item.id for item in replaced)} → {submission.id}" if replaced else submission.id
        between = [item for item in replaced[1:] if item.reason]
        also = "".join(f" In between: {_sentence(item.reason)}" for item in between)
        day = wording.day_text(submission.received_on)
        return f"The return of {self._whose(key)} was corrected on {day} [{by}]{reason}.{also}"

    def withdrawn(self, edit: Edit, submission: Submission, older_counts: bool) -> str:
        """A return was taken back, sent back or erased."""
        whose = self._whose(edit)
        older = " The version before it counts again." if older_counts else ""
        if submission.is_erased:
            return f"The return of {whose} was erased at a person's request.{older}"
        if submission.withdrawn_by is not None:
            reason = _reason(submission.withdrawn_code, submission.withdrawn_why)
            return f"The return of {whose} was withdrawn{reason}.{older}"
        return f"The return of {whose} was sent back by a program lead{_reason(None, submission.returned_why)}.{older}"

    def erased(self, edit: Edit, rows: int) -> str:
        """Rows about a person were taken out of a return that goes on counting."""
        return f"{wording.counted(rows, 'row')} about a person were erased from the return of {self._whose(edit)}."

    def judged_anew(self, edit: Edit) -> str:
        """The same file, with another verdict: other rows of it count."""
        return f"The return of {self._whose(edit)} was judged anew; other rows of the same file count."

    def declared(self, edit: Edit, cause: str) -> str:
        """A declaration of nothing to report came in, or a return the log does not know."""
        late = " late" if cause == "late_return" else ""
        return f"The return of {self._whose(edit)} came in{late}."

    def declaration_gone(self, edit: Edit, *, replaced: bool) -> str:
        """A declaration of nothing to report counts no more."""
        how = "a return took the place of" if replaced else "there is no longer"
        return f"{self._whose(edit)[0].upper()}{self._whose(edit)[1:]}: {how} what had been declared."

    def exchanged(self, edit: Edit) -> str:
        """Another version counts; the log says no more."""
        return f"Another version of the return of {self._whose(edit)} counts."

    def converted(self, key: Key, count: int, currencies: Sequence[str]) -> str:
        """Entries in other currencies are converted at another rate."""
        entries = wording.counted(count, "entry", "entries")
        return f"{entries} of {self._whose(key)} in {wording.listed(list(currencies))} converted at another rate."

    def read_otherwise(self, edit: Edit) -> str:
        """The same rows of a file mean other figures now."""
        return f"The unchanged return of {self._whose(edit)} is counted by another definition or calculation."

    def _whose(self, of: Edit | Key) -> str:
        name = self._names.get((of.program, of.partner), of.partner or "an unnamed partner")
        return f"{name} for {of.period}"


def _reason(code: str | None, why: str | None) -> str:
    """The recorded reason, as it follows a sentence."""
    kind = f" ({code.replace('_', ' ')})" if code and code != "other" else ""
    return f"{kind}: {why.strip().rstrip('.')}" if why and why.strip() else kind


def _taken_back(replaced: Sequence[Submission]) -> str:
    """Why the earlier version was taken back, where the later one says nothing."""
    for item in replaced:
        if item.withdrawn_by is not None:
            return f", after it was withdrawn{_reason(item.withdrawn_code, item.withdrawn_why)}"
    return ""


def _sentence(text: str | None) -> str:
    return f"{(text or '').strip().rstrip('.')}."
