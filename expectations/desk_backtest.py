"""Trying rules on the returns that are stored: who would newly fail, before a rule may stop anybody."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from expectations.desk_decide import Decisions, DeskError, Draft
from expectations.in_force import on_trial, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expectations.desk_judging import Judging
    from sources.contract.model import Contract
    from sources.log.records import Submission
    from sources.log.state import LedgerState
    from sources.problems import Problem, Severity

__all__ = ["Backtest", "Backtesting", "NewlyFailing", "with_severities"]


@dataclass(frozen=True)
class NewlyFailing:
    """A stored return that would be stopped, or lose rows, by the rules that were tried.

    Attributes:
        counts: Whether it counts now.
        problems: Rule, sentence and cells of each error it did not have.
    """

    submission_id: str
    partner: str
    period: str
    counts: bool
    before: str
    after: str
    problems: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Backtest:
    """What a back-test found.

    Attributes:
        new_rules: Rules that may not stop a return yet: new, changed, or raised to an error.
        replayed: Stored returns that were accepted and judged again.
        not_replayed: Those that could not be, with the reason.
        may_block: Whether the rules may stop returns from now on.
    """

    program: str
    contract_version: str
    contract_sha256: str
    new_rules: tuple[str, ...]
    replayed: int
    failing: tuple[NewlyFailing, ...]
    not_replayed: tuple[tuple[str, str], ...] = ()
    may_block: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self)


class Backtesting(Decisions):
    """The part of the desk that tries rules."""

    _judging: Judging

    def backtest(
        self,
        program: str,
        *,
        who: str,
        candidate: Contract | None = None,
        severities: Mapping[str, Severity] | None = None,
        may_block: bool = False,
        why: str | None = None,
    ) -> Backtest:
        """Judge every accepted return of a program by a contract as it would be, and leave an event that says so.

        Args:
            candidate: The contract to try; default the present one.
            severities: Severity by rule id, in place of the contract's.
            may_block: Let the rules that were tried stop returns from now on.

        Raises:
            DeskError: ``unknown_program``, ``unknown_rule``.
        """
        if program not in self.contracts:
            raise DeskError("unknown_program", f"There is no program “{program}”.")
        contract = with_severities(candidate or self.contracts[program], severities or {})
        state = self.state()
        judging = self._judging.with_contract(contract)
        failing, skipped, replayed = [], [], 0
        for submission in sorted(state.submissions.values(), key=lambda item: item.seq):
            if submission.program != program or not submission.loaded:
                continue
            try:
                after = judging.of_submission(submission, state, late=True, trial=False).verdict
            except (LookupError, OSError, ValueError, RuntimeError) as error:
                skipped.append((submission.id, f"{type(error).__name__}: {error}"))
                continue
            replayed += 1
            new = _new_errors(submission, after.problems)
            if new or (not after.loads and submission.loaded):
                failing.append(_failing(submission, state, after.state, new))
        found = Backtest(
            program=program,
            contract_version=contract.version,
            contract_sha256=contract.sha256,
            new_rules=tuple(sorted(on_trial(contract, state))),
            replayed=replayed,
            failing=tuple(failing),
            not_replayed=tuple(skipped),
            may_block=may_block,
        )
        self._decide(lambda _: Draft("backtested", who, why, program=program, payload=_payload(found, contract)))
        return found

    def rules_on_trial(self) -> dict[str, frozenset[str]]:
        """Error rules that only warn yet, by program, where there are any."""
        state = self.state()
        found = {slug: on_trial(contract, state) for slug, contract in sorted(self.contracts.items())}
        return {slug: rules for slug, rules in found.items() if rules}


def with_severities(contract: Contract, severities: Mapping[str, Severity]) -> Contract:
    """The contract with other severities. Raises :class:`DeskError` for a rule it does not declare."""
    declared = {rule.id for table in contract.tables for rule in table.rules}
    for rule_id in severities:
        if rule_id not in declared:
            raise DeskError("unknown_rule", f"“{rule_id}” is no rule that {contract.title} declares. See docs/rules.")
    tables = tuple(
        replace(
            table, rules=tuple(replace(rule, severity=severities.get(rule.id, rule.severity)) for rule in table.rules)
        )
        for table in contract.tables
    )
    return replace(contract, tables=tables)


def _new_errors(submission: Submission, problems: list[Problem]) -> list[Problem]:
    verdict = submission.verdict
    known = (
        {(item["rule"], tuple(item["cells"])) for item in verdict.problems if item["severity"] == "error"}
        if verdict
        else set()
    )
    return [item for item in problems if item.severity == "error" and (item.rule, item.cells) not in known]


def _failing(submission: Submission, state: LedgerState, after: str, new: list[Problem]) -> NewlyFailing:
    return NewlyFailing(
        submission.id,
        submission.partner,
        submission.period,
        state.counts(submission.id),
        submission.state,
        after,
        tuple((item.rule, item.sentence, item.cells) for item in new),
    )


def _payload(found: Backtest, contract: Contract) -> dict[str, Any]:
    """What the log keeps: counts and rules, no sentence and no cell."""
    by_rule = Counter(rule for item in found.failing for rule in {rule for rule, *_ in item.problems})
    return {
        "contract_version": found.contract_version,
        "contract_sha256": found.contract_sha256,
        "new_rules": list(found.new_rules),
        "rules": sorted(tokens(contract).values()) if found.may_block else [],
        "may_block": found.may_block,
        "replayed": found.replayed,
        "newly_failing": len(found.failing),
        "by_rule": dict(sorted(by_rule.items())),
        "not_replayed": len(found.not_replayed),
    }
