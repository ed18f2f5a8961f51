"""Verdicts against file size, and frictionless on the same files."""

from tests.benchmarks.section import Section
from tests.benchmarks.uploads import by_size

SECTION = Section(
    "Verdict against file size (hand in a first return: keep, read, judge, record)", measure=by_size, place=12
)
