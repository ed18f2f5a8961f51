"""A thousand partners hand in within an hour."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.section import Result, Section


def _measure(folder: Path) -> Result:
    from tests.benchmarks.night_words import told

    return told(folder)


SECTION = Section("A deadline night: a thousand partners within an hour", measure=_measure, place=70, long=True)
