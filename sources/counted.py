"""Rows that count, and the figures they give: what passes between the desk and the warehouse's arithmetic.

Belongs here: the shapes only. The desk gathers the rows (``expectations``), the project's own SQL turns them into
figures (``dbt_project.steps.effect``); neither room knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

    from sources.contract.model import Contract


class CountedRows(NamedTuple):
    """The rows of one table and quarter that count, or would, as they lie in ``raw/``."""

    table: str
    period: str
    submission_id: str
    rows: pa.Table


class Figure(NamedTuple):
    """The value of an indicator as people read it: ``120``, ``116 to 120``, ``47.5``."""

    label: str
    unit: str
    text: str


#: Figures of a quarter by indicator, from a partner's counted rows: ``effect(contract, partner, period, rows)``.
Effect = Callable[["Contract", str, str, Sequence[CountedRows]], Mapping[str, Figure]]
