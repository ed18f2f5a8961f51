"""The integer attacker on one large linked publication."""

from pathlib import Path

from tests.benchmarks.attacker import attack
from tests.benchmarks.section import Result, Section


def measure(_folder: Path) -> Result:
    """One attack."""
    return Result([attack()])


SECTION = Section("The attacker on one large linked publication", measure=measure, place=82)
