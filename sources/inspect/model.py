"""What a look at a file without a contract tells: tables, what was left out, and what to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["read", "read_with_warnings", "ask", "refuse"]


@dataclass(frozen=True)
class Left:
    """Rows that are not data, as Excel or an editor numbers them, and why."""

    rows: tuple[int, int]
    why: str

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain JSON-ready values."""
        return {"rows": list(self.rows), "why": self.why}


@dataclass(frozen=True)
class Remark:
    """Something a person should look at: where (``None`` for the whole sheet), a stable code, a sentence."""

    cell: str | None
    code: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        """The remark as plain JSON-ready values."""
        return {"cell": self.cell, "code": self.code, "message": self.message}


@dataclass
class Sighted:
    """One table as a person sees it.

    Attributes:
        sheet: Sheet name; ``None`` for csv.
        header_rows: First and last header row; ``None`` where there is no header.
        first_row: First data row; ``None`` where there is none, as :attr:`last_row`.
        row_count: Data rows: neither totals, sections, notes, blank nor hidden rows.
        columns: Names from left to right, bands joined to the names under them; ``""`` where a column has no name.
        letters: Excel letters of the columns, in the same order.
        doubts: Readings between which only a person can choose; each makes the outcome ``ask``.
        positions: Grid positions of the data rows and of the columns, for drafting a contract.
    """

    sheet: str | None
    header_rows: tuple[int, int] | None
    first_row: int | None
    last_row: int | None
    row_count: int
    columns: list[str]
    letters: list[str] = field(default_factory=list)
    ignored: list[Left] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    positions: tuple[list[int], list[int]] = field(default=([], []), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The table as plain JSON-ready values."""
        return {
            "sheet": self.sheet,
            "header_rows": list(self.header_rows) if self.header_rows is not None else None,
            "first_row": self.first_row,
            "last_row": self.last_row,
            "row_count": self.row_count,
            "columns": self.columns,
            "ignored": [left.as_dict() for left in self.ignored],
            "warnings": [remark.as_dict() for remark in self.warnings],
        }


@dataclass
class Inspection:
    """The answer for one file.

    Attributes:
        reason: Why a person must answer, or why the file was refused; ``None`` where it was read.
        tables: Every table of every visible sheet, in order.
        without_table: Sheets that hold words but no table.
    """

    name: str
    outcome: Outcome
    reason: str | None = None
    tables: list[Sighted] = field(default_factory=list)
    without_table: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The inspection as plain JSON-ready values."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "tables": [table.as_dict() for table in self.tables],
        }
