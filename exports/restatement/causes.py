"""Why a published figure changes: the causes, their fixed order, and the edits that have one.

Belongs here: the words and the order of causes, and which cause a recorded reason names. Does not belong here: finding
the edits between two builds (:mod:`exports.restatement.edits`), or how much each moves a figure
(:mod:`exports.restatement.walk`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Cause(NamedTuple):
    """One cause: its code, how tables head it, and when it is given."""

    code: str
    label: str
    help: str


#: In the order in which they are applied: how things are measured, then what came in, then what is shown. The parts of
#: a sum do not depend on it, those of a share or a largest report do; being fixed, it gives the same parts every time.
CAUSES: tuple[Cause, ...] = (
    Cause(
        "definition_change",
        "Definition",
        "What is counted, or the way it is computed, changed; the returns did not.",
    ),
    Cause("exchange_rate", "Exchange rate", "The same amount of the same day is converted at another rate."),
    Cause(
        "new_period",
        "New return",
        "A return came in that was not due yet when the earlier figures were made.",
    ),
    Cause("late_return", "Late return", "A return came in, or was completed, after it had been due."),
    Cause("withdrawal", "Withdrawal", "A return was taken back or sent back, or rows about a person were erased."),
    Cause("correction", "Correction", "A return was replaced by another version, or judged anew."),
    Cause("de_duplication", "De-duplication", "People, events or money that were counted twice are counted once."),
    Cause("suppression", "Disclosure control", "A figure is hidden, shown again or rounded for release."),
)
#: What the row trail cannot explain although neither code nor definition changed. Never hidden; zero where all is well.
UNEXPLAINED = Cause("unexplained", "Unexplained", "The rows behind the figure do not lead to what was published.")
CODES: tuple[str, ...] = tuple(cause.code for cause in CAUSES)
#: The causes as they stand in a sentence.
PHRASES: dict[str, str] = {
    "definition_change": "another definition",
    "exchange_rate": "exchange rates",
    "new_period": "returns that were not due then",
    "late_return": "late returns",
    "withdrawal": "withdrawals",
    "correction": "corrections",
    "de_duplication": "double counting removed",
    "suppression": "disclosure control",
    "unexplained": "no known cause",
}
LABELS: dict[str, str] = {cause.code: cause.label for cause in (*CAUSES, UNEXPLAINED)}
_PLACE = {code: place for place, code in enumerate((*CODES, UNEXPLAINED.code))}

#: Recorded reasons of a correction that name another cause than "correction" (codes of ``expectations.reasons``).
CAUSE_OF_REASON: dict[str, str] = {
    "late_data": "late_return",
    "double_counting_removed": "de_duplication",
    "definition_changed": "definition_change",
    "exchange_rate": "exchange_rate",
    "person_erased": "withdrawal",
}


def of_reason(code: str | None) -> str:
    """The cause of a correction with a recorded reason."""
    return CAUSE_OF_REASON.get(code or "", "correction")


def place(cause: str) -> int:
    """Where a cause stands in the order."""
    return _PLACE[cause]


@dataclass(frozen=True)
class Edit:
    """One thing that happened between two builds and changed rows.

    Attributes:
        cause: Code of its cause.
        reason_code: The recorded kind of reason, where one was given.
        text: What happened, in a sentence for program leads; it names the partner.
        submissions: The submissions it is about, oldest first.
    """

    cause: str
    program: str = ""
    partner: str = ""
    period: str = ""
    table: str = ""
    reason_code: str | None = None
    text: str = ""
    submissions: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """Where it is applied: by cause, then by quarter, partner and table."""
        return place(self.cause), self.period, self.program, self.partner, self.table, self.text
