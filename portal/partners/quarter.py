"""What a page about one partner's quarter shows, gathered once for all of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from expectations.obligations import Standing, standing_of
from expectations.reasons import offered
from expectations.verdict import Verdict
from portal import house
from portal.partners.answer import Answer, answer
from sources import periods

if TYPE_CHECKING:
    from sources.contract.model import Contract, Partner
    from sources.log.records import Submission
    from sources.log.state import LedgerState


class Quarter:
    """One partner's quarter of one program as it stands now.

    Attributes:
        opens: The first day it can be reported.
        shown: The submission whose answer the page shows.
    """

    def __init__(self, partner: str, program: str, period: str) -> None:
        self.state: LedgerState = house.state()
        self.contract: Contract = house.contracts()[program]
        self.partner: Partner = self.contract.partner(partner)
        self.period = period
        self.today = house.desk().today()
        self.standing: Standing = standing_of(self.contract, self.partner, period, self.state, self.today)
        self.opens = periods.last_day(period)

    @property
    def place(self) -> tuple[str, str, str]:
        """Partner, program and period."""
        return self.partner.code, self.contract.program, self.period

    @property
    def ids(self) -> dict[str, str]:
        """The ids addresses of this quarter take."""
        return {"partner": self.partner.code, "program": self.contract.program, "period": self.period}

    @property
    def owed(self) -> bool:
        """Whether the partner owes a return for the quarter."""
        return self.contract.owes(self.partner, self.period)

    @property
    def open(self) -> bool:
        """Whether it can be handed in now."""
        return self.owed and self.today >= self.opens

    @property
    def locked(self) -> bool:
        """Whether it is approved, so that a correction needs a reason."""
        return self.state.locked(*self.place)

    @property
    def nil(self) -> Any:
        """The declaration of nothing to report that is in force, if any."""
        return self.state.nil.get(self.place)

    @property
    def waiver(self) -> Any:
        """The waiver of the whole quarter that is in force, if any."""
        partner, program, period = self.place
        found = self.state.excused.get((program, partner, period, ""))
        return found if self.standing.state == "excused" else None

    @property
    def counting(self) -> Submission | None:
        """The submission that counts now."""
        current = self.state.current(*self.place)
        return current[-1] if current else None

    @property
    def shown(self) -> Submission | None:
        """The newest submission; where it was withdrawn, the one that counts again, if any."""
        newest = self.state.newest(*self.place)
        return self.counting if newest is not None and newest.withdrawn_by is not None else newest

    def context(self, **more: Any) -> dict[str, Any]:
        """What the page's template needs."""
        shown = more.pop("shown", self.shown)
        return {
            "quarter": self,
            "submission": shown,
            "answer": answer_of(shown, self.contract) if shown is not None else None,
            "versions": list(reversed(house.desk().versions(*self.place))),
            "reasons": offered("correct"),
            "once": uuid.uuid4(),
            **more,
        }


def answer_of(submission: Submission, contract: Contract) -> Answer | None:
    """The answer a submission got; ``None`` while it waits for one."""
    if submission.verdict is None:
        return None
    labels = {table.name: table.label for table in contract.tables}
    return answer(Verdict.from_dict(submission.verdict.value), submission, labels)
