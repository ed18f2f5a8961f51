"""Whole runs killed at random moments."""

from tests.benchmarks.section import Section
from tests.reliability.run_kills import measure

SECTION = Section("Whole runs killed", measure=measure, place=72, long=True)
