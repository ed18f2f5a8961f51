"""Rule kinds a contract may use, one module each. No rule decides: Great Expectations does, on their columns."""

from __future__ import annotations

from expectations.rules import (
    all_or_none,
    at_most,
    in_period,
    jump,
    needs_rate,
    not_falling,
    ordered,
    parts_total,
    references,
    requires,
    stands_alone,
)
from expectations.rules.base import RuleKind

RULES: dict[str, RuleKind] = {
    "requires": RuleKind(requires.check, requires.explain),
    "needs_rate": RuleKind(needs_rate.check, needs_rate.explain),
    "jump": RuleKind(jump.check, jump.explain, jump.whole_table),
    "at_most": RuleKind(at_most.check, at_most.explain),
    "parts_total": RuleKind(parts_total.check, parts_total.explain),
    "not_falling": RuleKind(not_falling.check, not_falling.explain),
    "in_period": RuleKind(in_period.check, in_period.explain),
    "ordered": RuleKind(ordered.check, ordered.explain),
    "references": RuleKind(references.check, references.explain),
    "all_or_none": RuleKind(all_or_none.check, all_or_none.explain),
    "stands_alone": RuleKind(stands_alone.check, stands_alone.explain),
}
