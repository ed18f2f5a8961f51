"""Totals in a partner's table: never loaded, always checked against the rows they sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sources.contract.model import Column
from sources.problems import Problem
from sources.reader.cast import cast_column
from sources.reader.casting import CastContext
from sources.reader.headers import Found
from sources.reader.issues import locate
from sources.reader.text import is_blank


def sum_of(found: Found, column: Column, rows: Sequence[int], context: CastContext) -> tuple[float, float] | None:
    """Lower and upper sum of a column over rows; ``None`` where they are blank or will not cast."""
    values = [found.grid.columns[found.columns[column.name]][row] for row in rows]
    cast = cast_column(column, values, context)
    if any(issue.severity == "error" for issue, _ in cast.issues) or cast.question is not None:
        return None
    low = cast.low if cast.low is not None else cast.values
    high = cast.high if cast.high is not None else cast.values
    if np.isnan(low).all():
        return None
    return float(np.nansum(low)), float(np.nansum(high))


def addable(found: Found) -> list[Column]:
    """Columns a total row can hold the sum of."""
    return [
        column
        for column in found.table.columns
        if column.name in found.columns and column.kind in ("integer", "money", "decimal")
    ]


def agree(total: float, summed: tuple[float, float], count: int) -> bool:
    """Whether a total lies within the bounds of its sum, rounding of ``count`` rows allowed."""
    tolerance = max(0.005 * count, 1e-9 * abs(total)) if total != int(total) else 0.5
    return summed[0] - tolerance <= total <= summed[1] + tolerance


def check_total(
    program: str,
    found: Found,
    row: int,
    data: list[int],
    totals: list[int],
    context: CastContext,
    *,
    many_files: bool,
) -> list[Problem]:
    """A total that is not the sum of its rows, neither of all above nor of those since the last total."""
    above = [index for index in data if index < row]
    since = [index for index in above if index > max((other for other in totals if other < row), default=-1)]
    problems = []
    for column in addable(found):
        index = found.columns[column.name]
        if is_blank(found.grid.columns[index][row]) or not above:
            continue
        total = sum_of(found, column, [row], context)
        sums = [summed for part in (above, since) if part and (summed := sum_of(found, column, part, context))]
        if total is None or not sums or any(agree(total[0], summed, len(above)) for summed in sums):
            continue
        cell = found.grid.cell(row, index)
        low, high = sums[0]
        added = _number(low) if low == high else f"{_number(low)} to {_number(high)}"
        said = _number(total[0])
        where = locate(found.grid, cell, many_files=many_files)
        problems.append(
            Problem(
                rule=f"{program}.{found.table.name}.{column.name}.total",
                severity="warning",
                sentence=f"{where}: the total says {said}, but the rows add up to {added}. Check which is right.",
                file=found.grid.file,
                sheet=found.grid.sheet,
                cells=(cell,),
                found=said,
                expected=added,
                fix="Correct the rows or the total. The total itself is not loaded.",
                table=found.table.name,
                column=column.name,
                rows=(found.grid.row_number(row),),
            )
        )
    return problems


def _number(value: float) -> str:
    """``75,000`` or ``12,345.6``."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")
