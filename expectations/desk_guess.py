"""What a check is not told: program, partner and period, found out from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from expectations.desk_results import DeskError
from sources import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from expectations.desk_judging import Judging
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.reader import InputFile
    from sources.reader.result import ReadResult

_OUTCOMES = ("read", "ask", "refused")


class Guess(NamedTuple):
    """Guesses for a check only; a submission always says what it is."""

    judging: Judging
    contracts: Mapping[str, Contract]
    state: LedgerState
    today: date
    files: Sequence[InputFile]

    def program(self, partner: str | None, period: str | None) -> str:
        """The program whose contract the files fit best; where none does, the first, for its refusal.

        Raises:
            DeskError: for a partner who reports nothing.
        """
        ranks: list[tuple[int, int, int, str]] = []
        for slug, contract in sorted(self.contracts.items()):
            if partner is None or any(item.code == partner for item in contract.partners):
                read = self._read(contract, partner, period)
                if read.meta.get("program") in self.contracts:
                    return read.meta["program"]  # a template says what it is
                errors = sum(problem.severity == "error" for problem in read.problems)
                ranks.append((_OUTCOMES.index(read.outcome), -len(read.tables), errors, slug))
        if not ranks:
            raise DeskError("unknown_partner", f"“{partner}” is not a partner who reports a program.")
        return min(ranks)[-1]

    def partner(self, program: str) -> str:
        """The only partner of a program, or the one a template names; any of them for a file that can't be read.

        Raises:
            DeskError: where there are several and none is named.
        """
        contract = self.contracts.get(program)
        if contract is None:
            return ""
        codes = [partner.code for partner in contract.partners]
        if len(codes) == 1:
            return codes[0]
        read = self._read(contract, None, None)
        named = read.meta.get("partner", "")
        if read.outcome == "refused" and named not in codes:
            return codes[0]  # whoever it is from: it can't be read, and that is what to say
        if named not in codes:
            raise DeskError("partner_needed", f"Say which partner of {contract.title} the return is from.")
        return named

    def period(self, program: str, partner: str) -> str:
        """The period a template names, else the last one owed that has ended."""
        ended = periods.shift(periods.of_date(self.today), -1)
        contract = self.contracts.get(program)
        if contract is None or all(item.code != partner for item in contract.partners):
            return ended
        ended = contract.last_owed(contract.partner(partner), ended) or ended
        named = self._read(contract, partner, None).meta.get("period", "")
        try:
            periods.parse(named)
        except ValueError:
            return ended
        return named

    def _read(self, contract: Contract, partner: str | None, period: str | None) -> ReadResult:
        answers = self.state.remembered.get((partner or "", contract.program), {})
        return self.judging.read(contract, self.files, partner, period, answers)
