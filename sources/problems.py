"""The one shape of a problem, wherever it was found (reading, judging, inspecting)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Problem:
    """One cause, with every cell it touches.

    Attributes:
        rule: Stable rule id, ``program.table.column.rule`` or ``file.<rule>`` for the container.
        severity: ``error`` stops the return, ``warning`` must be confirmed, ``info`` is for notice.
        sentence: The plain sentence a partner reads.
        file: Display name of the file, where a submission bundles several.
        sheet: Sheet name as Excel shows it; ``None`` for csv.
        cells: Cell references as Excel shows them (``C14``), for csv ``line 14, column 3 (C)``.
        found: What was read, as text; ``None`` where nothing was there.
        expected: What is wanted, in words.
        fix: What to do or type instead, with an example.
        count: How many cells share this cause (``cells`` may be cut short).
        table: Contract table, where known.
        column: Contract column, where known.
        rows: Sheet rows touched (1-based), for quarantine and for marking.
        origin: ``entry`` (somebody typed it wrong) or ``interpretation`` (the file is built
            otherwise than expected); different people mend them.
    """

    rule: str
    severity: Severity
    sentence: str
    file: str | None = None
    sheet: str | None = None
    cells: tuple[str, ...] = ()
    found: str | None = None
    expected: str | None = None
    fix: str | None = None
    count: int = 1
    table: str | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    origin: Literal["entry", "interpretation"] = "entry"

    def as_dict(self) -> dict[str, Any]:
        """The problem as plain JSON-ready values."""
        return asdict(self)


@dataclass(frozen=True)
class Question:
    """Something a person must settle before a return can be read.

    Attributes:
        key: Stable key of the answer, for example ``number_format`` or ``heal.interventions.grant_amount``.
        sentence: The question in one plain sentence.
        options: Allowed answers as ``(value, label)`` pairs.
        sheet: Where it arose.
        cells: Cells that show the ambiguity.
    """

    key: str
    sentence: str
    options: tuple[tuple[str, str], ...]
    sheet: str | None = None
    cells: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The question as plain JSON-ready values."""
        return asdict(self)
