"""Who may hand in what, and when: the sentences said before a file is opened.

Belongs here: program, partner, period, and the lock of an approved quarter. Does not belong here: what is
in the file (the reader) and whether it is plausible (the judge).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations import words
from expectations.reasons import offered
from sources import periods
from sources.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sources.contract.model import Contract, Partner

#: Rule of the refusal that hangs on the moment a return came in; a revalidation leaves it standing.
APPROVED_RULE = "file.approved_quarter"


def gate(
    contracts: Mapping[str, Contract], program: str, partner: str, period: str, today: date | None
) -> Problem | None:
    """The one reason a return is not asked for, or ``None``.

    Args:
        today: The day it was handed in (UTC); ``None`` leaves out whether the quarter is open.
    """
    contract = contracts.get(program)
    if contract is None:
        return _problem(
            "file.unknown_program",
            f"There is no program “{program}”.",
            found=program,
            expected=f"one of {', '.join(sorted(contracts))}",
            fix="Choose the program the return is for.",
        )
    known = {item.code: item for item in contract.partners}
    if partner not in known:
        return _problem(
            "file.unknown_partner",
            f"“{partner}” is not a partner who reports {contract.title}.",
            found=partner,
            fix="Check the partner's code, or ask the program office to add the partner.",
        )
    try:
        periods.parse(period)
    except ValueError as error:
        return _problem("file.unknown_period", str(error), found=period, expected="a quarter such as 2026-Q3")
    if not periods.FIRST_PERIOD <= period <= periods.LAST_PERIOD:
        return _problem(
            "file.unknown_period",
            f"{period} is outside the quarters that are reported: {periods.FIRST_PERIOD} to {periods.LAST_PERIOD}.",
            found=period,
        )
    return _obliged(contract, known[partner], period) or (_open(period, today) if today is not None else None)


def locked(period: str, reason: str | None = None) -> Problem:
    """The refusal of a correction without a reason, or without the kind of reason, in a quarter that is signed off."""
    kinds = ", ".join(item.code for item in offered("correct"))
    if reason is not None:
        return _problem(
            APPROVED_RULE,
            f"{period} is approved. A correction of an approved quarter needs the kind of its reason too.",
            expected=f"one of {kinds}",
            fix="Send it again and choose the kind of reason, for example “late_data”.",
        )
    return _problem(
        APPROVED_RULE,
        f"{period} is approved. A correction of an approved quarter needs a reason.",
        expected=f"a sentence, and its kind: one of {kinds}",
        fix="Send it again, choose the kind of reason and say in a sentence why it changes, for example: "
        "“Two sites reported late.”",
    )


def _obliged(contract: Contract, partner: Partner, period: str) -> Problem | None:
    if contract.owes(partner, period):
        return None
    if period < partner.since:
        what = f"reports {contract.title} from {partner.since} on"
    elif partner.until is not None and period > partner.until:
        what = f"reported {contract.title} up to {partner.until}"
    elif contract.period_kind == "year":
        what = f"reports {contract.title} once a year, for the fourth quarter"
    else:
        what = f"reports {contract.title} by wave, for {words.listed(partner.waves)}"
    sentence = f"{partner.name} {what}; nothing is asked for {period}."
    return _problem("file.not_obliged", sentence, found=period, fix="Choose the quarter the return is for.")


def _open(period: str, today: date) -> Problem | None:
    opens = periods.last_day(period)
    if today >= opens:
        return None
    when = f"{opens.day} {opens:%B %Y}"
    if today < periods.first_day(period):
        sentence = f"{period} has not begun. It can be reported from {when} (UTC)."
    else:
        sentence = f"{period} is still running. It can be reported from {when} (UTC)."
    return _problem("file.period_not_open", sentence, found=period, fix="Choose the quarter the return is for.")


def _problem(
    rule: str, sentence: str, *, found: str | None = None, expected: str | None = None, fix: str | None = None
) -> Problem:
    return Problem(
        rule=rule,
        severity="error",
        sentence=sentence,
        found=found,
        expected=expected,
        fix=fix,
        origin="interpretation",
    )
