"""What the desk gives back, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.desk_receipt import receipt, receipt_text
from expectations.receipts import sealed

if TYPE_CHECKING:
    from expectations.verdict import Verdict
    from sources.contract.model import Contract
    from sources.log.records import Submission


class DeskError(RuntimeError):
    """Something may not happen now.

    Attributes:
        code: Stable word for the reason, such as ``own_upload``.
        sentence: The plain sentence a person reads.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Checked(NamedTuple):
    """A verdict on files that were not handed in, and the program, partner and period they were read as."""

    verdict: Verdict
    program: str
    partner: str
    period: str


@dataclass(frozen=True)
class Receipt:
    """The receipt of a submission as it stands in the log."""

    submission: Submission
    contract: Contract | None
    key: str | None = field(default=None, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values with their seal; see :func:`expectations.desk_receipt.receipt`."""
        return sealed(receipt(self.submission, self.contract), self.key)

    def as_text(self) -> str:
        """Text to print or mail."""
        return receipt_text(self.as_dict(), self.contract)


class Outcome(NamedTuple):
    """What became of a submission.

    Attributes:
        duplicate_of: The submission with the same bytes, where nothing new was received.
    """

    submission_id: str
    receipt: Receipt
    verdict: Verdict
    duplicate_of: str | None = None


class Revalidated(NamedTuple):
    """What judging anew would change for a submission: the words, or anything at all."""

    submission_id: str
    before: str
    after: str
    changed: bool
