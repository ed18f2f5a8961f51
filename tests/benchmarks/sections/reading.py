"""Reading and judging returns, clean and with bad cells, beside what one would pick instead."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.section import RUNS, Figure, Result, Section, compared, interleaved, median

SIZES = (1_000, 20_000, 99_990)
PERIOD = "2026-Q2"
VERDICT, CALAMINE, FRICTIONLESS = "read + verdict", "raw calamine (reads only)", "frictionless validate"
BY_HAND = "pandas.read_excel + GX suite"
BY_HAND_FAST = "the same, pandas with calamine"
ABOUT = (
    "Warm processes, imports aside, the same bytes through each in turn. 99,990 rows are what a sheet of 100,000 holds below its titles. "
    "“Bad” has every tenth cell of the large table wrong: no such code, words for a number, an impossible id, an empty cell that is needed. "
    "Raw calamine turns the file into Python values and judges nothing. frictionless infers a schema and checks it. pandas + GX is the "
    "contract's checks as a suite of shipped expectations (`tests/benchmarks/by_hand.py` says what they can't express), rows that fail "
    "named; the verdict knows all of the contract and says each problem with its cell and what to type instead."
)


def measure(folder: Path) -> Result:
    """Every size, clean and bad."""
    lines, figures = [ABOUT, ""], []
    for rows in SIZES:
        for bad in (0.0, 0.1):
            seconds = interleaved(_calls(folder, rows, bad), RUNS if rows <= 20_000 else 3, warm=rows <= 20_000)
            kind = "10% of cells bad" if bad else "clean"
            lines += [f"### {rows:,} rows × 11 columns, {kind}", "", *compared(seconds, CALAMINE)]
            figures.append(_figure(f"verdict on {rows:,} rows, {kind}", seconds))
    return Result(lines, figures)


def _figure(what: str, seconds: dict[str, list[float]]) -> Figure:
    middle = {name: median(values) for name, values in seconds.items()}
    ours = middle.pop(VERDICT)
    beside = ", ".join(
        f"{ours / middle[name]:.2f} × {short}"
        for name, short in ((CALAMINE, "raw calamine"), (FRICTIONLESS, "frictionless"), (BY_HAND, "pandas + GX"))
    )
    others = min(value for name, value in middle.items() if name != CALAMINE)
    return Figure(what, f"{ours:.2f} s", beside, "faster than frictionless and pandas + GX", ours < others)


def _calls(folder: Path, rows: int, bad: float) -> dict[str, Callable[[], object]]:
    import python_calamine
    from frictionless import Resource

    from expectations.desk import Desk
    from sources.contract.load import load_all
    from sources.currency import Rates
    from sources.reader import InputFile
    from sources.settings import Settings
    from tests.benchmarks.by_hand import ByHand, failing
    from tests.benchmarks.files import heal_workbook

    data = heal_workbook(rows, bad=bad)
    path = folder / f"heal-{rows}-{'bad' if bad else 'clean'}.xlsx"
    path.write_bytes(data)
    settings, contracts, rates, hand = Settings.at(folder / "desk"), load_all(), Rates(), ByHand()

    def verdict() -> None:
        desk = Desk(settings, contracts, rates=rates)  # a new one: a desk remembers the last file it checked
        result = desk.check([InputFile(path.name, data)], program="heal", partner="sample_heal", period=PERIOD).verdict
        assert result.state == ("returned" if bad else result.state), result.state
        assert bool(result.error_count) == bool(bad), result.problems[:3]

    def calamine() -> None:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    def frictionless() -> None:
        here = Path.cwd()
        os.chdir(folder)
        try:
            Resource(path.name).validate()
        finally:
            os.chdir(here)

    def by_hand(engine: str) -> None:
        wrong = failing(hand.verdict(data, engine))
        assert bool(wrong) == bool(bad), wrong

    return {
        CALAMINE: calamine,
        VERDICT: verdict,
        FRICTIONLESS: frictionless,
        BY_HAND: lambda: by_hand("openpyxl"),
        BY_HAND_FAST: lambda: by_hand("calamine"),
    }


SECTION = Section("Read and judge a return", measure=measure, place=10)
