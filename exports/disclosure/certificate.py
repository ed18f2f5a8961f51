"""What the gate of disclosure control found, in a form for everyone and in one for those inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exports import wording

#: What the attacker is taken to know, and what is not looked at.
ASSUMED = (
    "An outsider knows every figure of every release, the rules of rounding and hiding, which returns changed between "
    "releases, and how indicators add up over time, countries and groups.",
    "An outsider holds no returns and no counts of their own; a partner who knows their own share can subtract it.",
    "Forecasts, grades of progress and people reached over all programs are taken by themselves, not as sums.",
    "Two indicators are linked only where one is declared to be a part of the other.",
    "Shares of polls are weighted and give no whole-number facts; their bases are not released.",
)


@dataclass(frozen=True)
class Certificate:
    """The answer of the gate.

    Attributes:
        build_id: The build it speaks of.
        earlier: Builds released before it, oldest first.
        figures: Figures about people in all these releases.
        targets: Numbers that must not come out.
        leaks: What is wrong, one sentence each: recovered numbers, figures that say too much, an unproven bound.
        known_before: Numbers that earlier releases alone give away; nothing hidden now can take that back.
        narrow: Numbers whose bounds are less than 3 apart, though not equal.
        solver: What proved the bounds.
        seconds: How long it took; not part of what is written, so that the same input gives the same bytes.
        limit: Seconds it was given.
    """

    build_id: str
    earlier: tuple[str, ...]
    figures: int
    targets: int
    leaks: tuple[str, ...]
    known_before: int
    narrow: int
    solver: str
    seconds: float
    limit: float

    @property
    def passed(self) -> bool:
        """Whether the build may leave the house."""
        return not self.leaks

    @property
    def sentence(self) -> str:
        """The answer in one sentence, without naming anything."""
        over = f"{self.figures:,} figures about people in {wording.counted(1 + len(self.earlier), 'release')}"
        if self.passed:
            return f"Passed: none of {self.targets:,} numbers to be kept can be worked out exactly from {over}."
        return f"Not passed: {len(self.leaks):,} findings over {over}."

    def as_dict(self) -> dict[str, Any]:
        """What everyone may read: counts, no names."""
        return {
            "passed": self.passed,
            "sentence": self.sentence,
            "build_id": self.build_id,
            "earlier": list(self.earlier),
            "figures": self.figures,
            "targets": self.targets,
            "findings": len(self.leaks),
            "known_before": self.known_before,
            "narrow": self.narrow,
            "solver": self.solver,
            "seconds_allowed": self.limit,
            "assumed": list(ASSUMED),
        }

    def as_restricted(self) -> dict[str, Any]:
        """The same with what was found, by name: for those inside."""
        return {**self.as_dict(), "leaks": list(self.leaks)}
