"""Which rules may stop a return: those a return was judged by before, and those that were tried on stored returns.

A new error rule, or one that was changed, warns until a back-test says who would newly fail and somebody lets it block.
The rules of a program's first return are in force from the start.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sources.log.event import canonical

if TYPE_CHECKING:
    from sources.contract.model import Contract, Rule, Table
    from sources.log.state import LedgerState

ON_TRIAL = "This rule is new: it only warns until it has been tried on earlier returns."


def tokens(contract: Contract) -> dict[str, str]:
    """Every rule that can stop a return, by id: its id and eight hex digits that change with what it asks for.

    Code lists are left out: a list grows without anybody's return becoming wrong.
    """
    from expectations.suites import table_rules

    return {
        rule.id: f"{rule.id}#{_fingerprint(table, rule)}"
        for table in contract.tables
        for rule in table_rules(contract, table)
        if rule.severity == "error"
    }


def on_trial(contract: Contract, state: LedgerState) -> frozenset[str]:
    """Ids of the error rules that may not stop a return yet."""
    known = state.rules_in_force.get(contract.program)
    if not known:
        return frozenset()
    return frozenset(rule_id for rule_id, token in tokens(contract).items() if token not in known)


def newly_in_force(contract: Contract, state: LedgerState) -> list[str]:
    """Tokens a verdict records because no event holds them yet: all rules of a program's first return."""
    return [] if state.rules_in_force.get(contract.program) else sorted(tokens(contract).values())


def _fingerprint(table: Table, rule: Rule) -> str:
    columns = [table.column(name) for name in rule.columns]
    asked = {
        "range": [[column.minimum, column.maximum] for column in columns],
        "pattern": [column.pattern for column in columns],
        "max_length": [column.max_length for column in columns],
    }.get(rule.kind)
    value = [rule.kind, list(rule.columns), rule.params, asked]
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:8]
