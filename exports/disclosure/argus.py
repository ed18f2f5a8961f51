"""Complementary suppression by tau-ARGUS, where the optional extra ``disclosure`` is installed.

The library is run in a process of its own, once per table, in a scratch folder: its engine keeps state, drops log
files where it stands and pads codes with blanks. Nothing needs it: what is decided must not depend on what is
installed, so a run uses :mod:`exports.disclosure.fallback`; this is what that is measured against.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from exports.disclosure import rules

TOTAL = "total"
_ROOT = Path(__file__).resolve().parents[2]


class ArgusMissing(Exception):
    """The extra ``disclosure`` is not installed, or its engine failed."""


def is_installed() -> bool:
    """Whether tau-ARGUS can be asked."""
    return importlib.util.find_spec("pytauargus") is not None


def protect_table(
    cells: Mapping[tuple[str, ...], int], threshold: int = rules.FEWEST, seconds: float = 120
) -> set[tuple[str, ...]]:
    """Cells to hide at the least possible cost; in and out as in :func:`exports.disclosure.fallback.protect_table`.

    Args:
        cells: Count by coordinates, ``total`` being the sum of the others in each dimension.
        threshold: Counts from 1 to below this are small.
        seconds: How long the engine may take.

    Raises:
        ArgusMissing: It is not installed, failed, or took too long.
    """
    if not is_installed():
        raise ArgusMissing("tau-ARGUS is not installed: install the extra “disclosure”.")
    asked = {"threshold": threshold, "cells": [[list(place), count] for place, count in sorted(cells.items())]}
    with tempfile.TemporaryDirectory(prefix="impact-argus-") as scratch:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "exports.disclosure.argus"],
                input=json.dumps(asked),
                cwd=scratch,
                env={"PYTHONPATH": str(_ROOT), "PATH": "", "TMPDIR": scratch},
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ArgusMissing(f"tau-ARGUS took longer than {seconds:g} seconds.") from error
        answer = Path(scratch) / "answer.json"
        if done.returncode or not answer.is_file():
            raise ArgusMissing(f"tau-ARGUS failed: {done.stderr.strip()[-500:] or 'no answer'}")
        return {tuple(place) for place in json.loads(answer.read_text(encoding="utf-8"))}


def _main() -> None:
    """The other process: a table from standard input, hidden cells into ``answer.json`` of the folder it stands in."""
    import pytauargus

    asked = json.load(sys.stdin)
    cells = {tuple(place): count for place, count in asked["cells"]}
    dimensions = len(next(iter(cells)))
    names = [f"d{axis}" for axis in range(dimensions)]
    # Codes of one length: the engine pads shorter ones.
    members = [sorted({place[axis] for place in cells} - {TOTAL}) for axis in range(dimensions)]
    codes = [{member: f"c{number:04d}" for number, member in enumerate(some)} for some in members]
    people: dict[str, list[object]] = {name: [] for name in [*names, "one"]}
    for place, count in cells.items():
        if TOTAL not in place:
            for name, member, code in zip(names, place, codes, strict=True):
                people[name] += [code[member]] * count
            people["one"] += [1] * count
    rule = f"FREQ({asked['threshold']},30)"
    result = pytauargus.protect(people, [names], "one", rule, "OPT(1)", totcode="Total", workdir=str(Path.cwd()))
    back = [{"Total": TOTAL} | {code: member for member, code in some.items()} for some in codes]
    hidden = [
        [some[str(row[name]).strip()] for name, some in zip(names, back, strict=True)]
        for row in result.tables[0].rows
        if row["status"] in ("U", "M")
    ]
    Path("answer.json").write_text(json.dumps(hidden), encoding="utf-8")


if __name__ == "__main__":
    _main()
