"""Whole runs killed at random moments."""

from tests.benchmarks.section import Section
from tests.reliability.run_kills import KILLS, measure

SECTION = Section(f"{KILLS} whole runs killed", measure=measure, place=72, long=True)
