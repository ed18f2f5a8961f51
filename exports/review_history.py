"""A return's figures beside the same partner's earlier quarters, as the last published build has them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from exports import table
from exports.jumps import Jump, jump
from exports.origins import ROWS, Contribution, contributions, total

if TYPE_CHECKING:
    from exports.published import Published
    from sources.log.records import Submission

#: Where a jump has no scale (all earlier figures were zero), it comes first.
UNSCALED = Decimal(100)


@dataclass(frozen=True)
class Figure:
    """What a return says of one indicator in its quarter, and what the partner's quarter before said."""

    indicator: str
    name: str
    unit: str
    low: Decimal
    high: Decimal
    before_low: Decimal | None
    before_high: Decimal | None


class History:
    """Figures of each partner, quarter by quarter, as the last build has them."""

    def __init__(self, published: Published | None) -> None:
        self._published = published if published is not None and published.has(ROWS) else None
        self._known: dict[tuple[str, str], dict[str, dict[str, list[Contribution]]]] = {}
        self._meta: dict[str, dict[str, Any]] = {}
        self._overlap: dict[str, str] = {}
        if self._published is not None:
            kpi = self._published.arrow(table.KPI).select(["indicator_code", "indicator_name", "unit", "kind"])
            self._meta = {row["indicator_code"]: row for row in kpi.to_pylist()}
            pairs = self._published.arrow(ROWS).group_by(["indicator_code", "overlap"]).aggregate([])
            self._overlap = {row["indicator_code"]: str(row["overlap"]) for row in pairs.to_pylist()}

    def of(self, submission: Submission) -> tuple[list[Figure], list[Jump]]:
        """What a return says, and which of it jumps against the partner's earlier quarters."""
        figures: list[Figure] = []
        jumps: list[Jump | None] = []
        for indicator, quarters in sorted(self._rows(submission.program, submission.partner).items()):
            mine = quarters.get(submission.period, [])
            meta = self._meta.get(indicator)
            if meta is None or not any(item.submission_id == submission.id for item in mine):
                continue
            unit = str(meta["unit"])
            values = {
                period: total(str(meta["kind"]), self._overlap[indicator], unit, items)
                for period, items in sorted(quarters.items())
                if period <= submission.period
            }
            low, high = values.pop(submission.period)
            if low is None or high is None:
                continue
            before = values[max(values)] if values else (None, None)
            figures.append(Figure(indicator, str(meta["indicator_name"]), unit, low, high, *before))
            found = jump(
                str(meta["indicator_name"]), unit, high, [top for _, top in values.values() if top is not None]
            )
            if found is not None:
                jumps.append(found)
        found = [item for item in jumps if item is not None]
        return figures, sorted(found, key=lambda item: -(item.score or UNSCALED))

    def _rows(self, program: str, partner: str) -> dict[str, dict[str, list[Contribution]]]:
        if self._published is None:
            return {}
        key = (program, partner)
        if key not in self._known:
            rows = self._published.arrow(ROWS)
            chosen = pc.and_(pc.equal(rows["program_code"], program), pc.equal(rows["partner_code"], partner))
            found: dict[str, dict[str, list[Contribution]]] = defaultdict(lambda: defaultdict(list))
            mine = rows.filter(chosen)
            for indicator, item in zip(mine["indicator_code"].to_pylist(), contributions(mine, {}), strict=True):
                found[indicator][item.period].append(item)
            self._known[key] = found
        return self._known[key]
