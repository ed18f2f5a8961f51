"""A verdict as a page shows it: what happened, then one line per cause, grouped by who mends it.

Belongs here: grouping, counting, headings. Does not belong here: the sentences themselves, which come with the verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expectations.messages import SHOWN
from sources.problems import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from expectations.verdict import Verdict
    from sources.log.records import Submission
    from sources.problems import Problem, Question, Severity

#: Sentences the summary on top repeats; the list below it has them all.
IN_SUMMARY = 5
#: Where a sentence starts with its place, the place stands beside it.
_PLACE = re.compile(
    r"^((?:[Ff]ile .+?, )?(?:[Ss]heet .+?|[Rr]ows? .+?|[Ll]ines? .+?|[Cc]olumns? .+?|[A-Z]{1,3}\d+.*?)): "
)
_WHO = {
    "file": "The file as a whole",
    "entry": "Entries – for whoever filled in the figures",
    "interpretation": "Layout – for whoever built the workbook",
}
_HEADINGS: dict[Severity, tuple[str, str]] = {
    "error": ("To correct", "to correct"),
    "warning": ("To confirm or correct", "to confirm"),
    "info": ("For your notice", "for your notice"),
}


@dataclass(frozen=True)
class Cause:
    """One line: where, what, and what was read and expected."""

    anchor: str
    sentence: str
    where: str
    cells: str
    say: str
    found: str
    expected: str


@dataclass(frozen=True)
class Group:
    """Causes of one severity that the same people mend."""

    title: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Severe:
    """Everything of one severity."""

    severity: Severity
    title: str
    count: int
    groups: tuple[Group, ...]
    hidden: int

    @property
    def causes(self) -> list[Cause]:
        """All causes that are shown, in order."""
        return [cause for group in self.groups for cause in group.causes]


@dataclass(frozen=True)
class Answer:
    """What a page says about a submission, or about files that were only looked at."""

    state: str
    tone: str
    heading: str
    lines: tuple[str, ...]
    severities: tuple[Severe, ...]
    questions: tuple[Question, ...] = ()
    tables: tuple[tuple[str, int, int], ...] = ()
    first: tuple[Cause, ...] = field(default=())
    more: int = 0

    @property
    def is_problem(self) -> bool:
        """Whether the person has to mend something before anything loads."""
        return self.state in ("returned", "refused")


def answer(verdict: Verdict, submission: Submission | None, labels: dict[str, str]) -> Answer:
    """The answer to a submission; without one, to files that were not handed in."""
    state = submission.state if submission is not None else verdict.state
    severities = tuple(severe(verdict.problems))
    first = [cause for item in severities if item.severity == "error" for cause in item.causes]
    heading, tone, lines = _opening(state, verdict, submission, severities)
    tables = tuple(
        (labels.get(name, name), rows, len(verdict.quarantined.get(name, ())))
        for name, rows in verdict.row_counts.items()
    )
    return Answer(
        state=state,
        tone=tone,
        heading=heading,
        lines=tuple(lines),
        severities=severities,
        questions=tuple(verdict.questions) if state == "needs_answer" else (),
        tables=tables,
        first=tuple(first[:IN_SUMMARY]),
        more=max(0, _count(severities, "error") - IN_SUMMARY),
    )


def severe(problems: Iterable[Problem]) -> Iterable[Severe]:
    """Problems by severity, the same sentence once, the first :data:`SHOWN` of all."""
    left, number = SHOWN, 0
    problems = list(problems)
    for severity in SEVERITIES:
        unique = list({item.sentence: item for item in problems if item.severity == severity}.values())
        if not unique:
            continue
        shown = unique[: max(0, left)]
        left -= len(shown)
        groups = []
        for origin, title in _WHO.items():
            causes = []
            for item in shown:
                if _mended_by(item) == origin:
                    number += 1
                    causes.append(_cause(item, f"cause-{number}"))
            if causes:
                groups.append(Group(title, tuple(causes)))
        yield Severe(severity, _HEADINGS[severity][0], len(unique), tuple(groups), len(unique) - len(shown))


def _mended_by(problem: Problem) -> str:
    """Who mends it: whoever typed, whoever built the workbook, or whoever chose the file."""
    return "file" if problem.rule.startswith("file.") and not problem.cells else problem.origin


def _cause(problem: Problem, anchor: str) -> Cause:
    found = _PLACE.match(problem.sentence)
    where, cells, say = problem.sheet or "", "", problem.sentence
    if found is not None:
        say = problem.sentence[found.end() :]
        say = say[:1].upper() + say[1:]
        where, _, cells = found[1].rpartition(", ")
        if not where and cells.lower().startswith(("sheet ", "file ")):
            where, cells = cells, ""
    shown = (problem.found or "") if problem.found and problem.found not in problem.sentence else ""
    return Cause(anchor, problem.sentence, where, cells, say, shown, problem.expected or "")


def _opening(
    state: str, verdict: Verdict, submission: Submission | None, severities: Sequence[Severe]
) -> tuple[str, str, list[str]]:
    errors, warnings = _count(severities, "error"), _count(severities, "warning")
    if submission is not None and submission.returned_by is not None and state == "returned":
        return (
            "Sent back for correction",
            "warn",
            [f"{submission.returned_by} wrote: {submission.returned_why}", "Nothing of it is in the figures now."],
        )
    if submission is None and verdict.loads:
        return "Checked: this can be accepted", "good", []
    if state == "accepted":
        return (
            "Accepted",
            "good",
            ["Everything was loaded. There is nothing to correct. The program lead looks at it next."],
        )
    if state == "accepted_with_warnings":
        if submission is not None and submission.confirmed_by is not None:
            return "Accepted and confirmed", "good", [f"{submission.confirmed_by} confirmed what was unusual."]
        things = "one thing that looks unusual" if warnings == 1 else f"{warnings} things that look unusual"
        return (
            "Accepted. Please confirm",
            "warn",
            [f"Everything was loaded, with {things}. Confirm that the figures are right, or hand in a corrected file."],
        )
    if state == "partially_accepted":
        left = verdict.quarantined_row_count
        rows = "One row was" if left == 1 else f"{left:,} rows were"
        return "Partly accepted", "warn", [f"{rows} left out because of errors; the others were loaded."]
    if state == "needs_answer":
        many = len(verdict.questions)
        heading = "One question before this can be read" if many == 1 else f"{many} questions before this can be read"
        return heading, "warn", ["Your answer is remembered for the next quarters."]
    if state == "withdrawn":
        return "Withdrawn", "quiet", ["It no longer counts. The original is kept."]
    things = "one thing to correct" if errors == 1 else f"{errors} things to correct"
    if state == "refused":
        return "There is a problem", "bad", ["The file could not be read as this return. Nothing was loaded."]
    return f"There is a problem: {things}", "bad", ["Nothing was loaded. Correct the file and hand it in again."]


def _count(severities: Iterable[Severe], severity: str) -> int:
    return sum(item.count for item in severities if item.severity == severity)
