"""How much the built-in suppression hides beside the optimum."""

from pathlib import Path

from tests.benchmarks.disclosure import TABLES, hiding
from tests.benchmarks.section import Result, Section


def measure(_folder: Path) -> Result:
    """All patterns on the same random tables."""
    return Result(hiding(TABLES))


SECTION = Section(
    f"Cells hidden, and small cells recovered by subtraction: {TABLES} random tables of 13 × 7 × 3 cells",
    measure=measure,
    place=80,
)
