"""The verdict on a return: one set of words and one JSON shape for CLI, portal, log and receipt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sources.problems import Problem, Question, Severity

State = Literal["accepted", "accepted_with_warnings", "partially_accepted", "returned", "refused", "needs_answer"]
STATES: tuple[State, ...] = get_args(State)
#: Exit code of ``impact`` per state (2 is a wrong command line).
EXIT_CODES: dict[State, int] = {
    "accepted": 0,
    "accepted_with_warnings": 0,
    "partially_accepted": 0,
    "returned": 1,
    "refused": 3,
    "needs_answer": 4,
}


@dataclass(frozen=True)
class Verdict:
    """What became of a return.

    Attributes:
        state: One of the six words.
        problems: Most important first.
        questions: What a person must settle (``needs_answer``).
        row_counts: Rows by table: those that load; where nothing loads, those read.
        totals: Sums by table and numeric column over the same rows, as text (``120``, ``25000.50``, ``116 to 120``).
        quarantined: Frame positions left out, by table (``partially_accepted`` only).
        ruleset: First twelve hex digits of the hash of contract and rule code.
        results: Great Expectations validation results as JSON, one per table.
    """

    state: State
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    row_counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, dict[str, str]] = field(default_factory=dict)
    quarantined: dict[str, list[int]] = field(default_factory=dict)
    ruleset: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Exit code of the command line for this state."""
        return EXIT_CODES[self.state]

    @property
    def loads(self) -> bool:
        """True where rows go on to the warehouse."""
        return self.exit_code == 0

    @property
    def error_count(self) -> int:
        """Problems that stop a return."""
        return self._count("error")

    @property
    def warning_count(self) -> int:
        """Problems to be confirmed before approval."""
        return self._count("warning")

    @property
    def quarantined_row_count(self) -> int:
        """Rows left out, over all tables."""
        return sum(len(positions) for positions in self.quarantined.values())

    def _count(self, severity: Severity) -> int:
        return sum(problem.severity == severity for problem in self.problems)

    def as_dict(self, results: bool = False) -> dict[str, Any]:
        """The verdict as plain JSON-ready values; with ``results`` the validation results too."""
        value: dict[str, Any] = {
            "state": self.state,
            "error_count": self.error_count,
            "warning_count": self.warning_count,
            "problems": [problem.as_dict() for problem in self.problems],
            "questions": [question.as_dict() for question in self.questions],
            "row_counts": dict(self.row_counts),
            "totals": {table: dict(sums) for table, sums in self.totals.items()},
            "quarantined": {table: list(positions) for table, positions in self.quarantined.items()},
            "ruleset": self.ruleset,
        }
        if results:
            value["results"] = self.results
        return value

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Verdict:
        """The verdict back from :meth:`as_dict`, also after a round trip through JSON."""
        return cls(
            state=value["state"],
            problems=[_problem(item) for item in value.get("problems", [])],
            questions=[_question(item) for item in value.get("questions", [])],
            row_counts=dict(value.get("row_counts", {})),
            totals=dict(value.get("totals", {})),
            quarantined=dict(value.get("quarantined", {})),
            ruleset=value.get("ruleset", ""),
            results=list(value.get("results", [])),
        )


def _problem(value: dict[str, Any]) -> Problem:
    return Problem(**{**value, "cells": tuple(value["cells"]), "rows": tuple(value["rows"])})


def _question(value: dict[str, Any]) -> Question:
    options = tuple((option, label) for option, label in value["options"])
    return Question(**{**value, "options": options, "cells": tuple(value["cells"])})
