"""What the desk keeps of files in inboxes that it does not take, and the quarter such a file names."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from expectations.desk_decide import Decisions, Draft
from sources import periods
from sources.log.pulls import FileKey, seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expectations.desk_judging import Judging
    from sources.log.pulls import Origin
    from sources.log.state import LedgerState
    from sources.reader import InputFile


class Pulling(Decisions):
    """The part of the desk that only inboxes need."""

    _judging: Judging

    @abstractmethod
    def _scan(self, files: Sequence[InputFile]) -> str | None:
        """Which files hold a virus, in words."""

    def leave(
        self,
        origin: Origin,
        *,
        partner: str,
        program: str,
        who: str,
        why: str,
        period: str | None = None,
        content: str | None = None,
        submission_id: str | None = None,
        rule: str | None = None,
    ) -> bool:
        """Note once that a file stays where it is and why, so that it is not fetched again until it changes.

        Args:
            content: Hash of its bytes, where it was fetched.
            submission_id: The submission whose bytes it repeats.
            rule: What the inbox's settings were; the file is looked at anew when they change.

        Returns:
            False where that was noted before.
        """
        key = FileKey(partner, program, origin.url, origin.path)

        def decision(state: LedgerState) -> Draft | bool:
            if seen(state, key, origin.stamp, rule) is not None:
                return False
            payload = {"origin": origin.as_dict(), "content": content, "rule": rule}
            return Draft("pulled", who, why, submission_id, program, partner, period, payload)

        return self._decide(decision) is not False

    def period_named(self, files: Sequence[InputFile], program: str) -> str | None:
        """The quarter that a filled template says it is for; ``None`` where none is named.

        A file with a virus is not opened: it is refused whatever the quarter, so the last one that ended will do.
        """
        contract = self.contracts.get(program)
        if contract is None:
            return None
        if self._scan(files) is not None:
            return periods.shift(periods.of_date(self.today()), -1)
        named = self._judging.read(contract, files, None, None, {}).meta.get("period", "")
        try:
            periods.parse(named)
        except ValueError:
            return None
        return named
