"""The csv path: bytes → text → dialect → table → typed rows → verdict."""

from __future__ import annotations

import re
import zlib
from collections import Counter

from expectations.judge import judge
from expectations.verdict import STATES
from sources.reader import ReadResult
from sources.reader.result import TableRead
from tests.e2e.ninety.house import CONTRACT, PERIOD
from tests.fuzz.promises import PARTNER, Broken, need, read_within_promises
from tests.unit.expectations.returns import FixedRates, Past

NAME = "return.csv"
DICTIONARY = (
    "Visit ID", "Place", "City", "People reached", "Reach", "Women", "Men", "Share completed", "Grant paid", "Visited on",
    "Status", "Open to all", "Members so far", "Note", "Country", "Kenya", "Running", "V-1", "Detroit", "Total", "Note:",
    ";", ",", "\t", "|", '"', '""', '";"', "\r\n", "\r", "\n\n", "sep=;\n", "\ufeff", "\u00a0", "\u200b", "\u2212", "é",
    "<5", "1.234,56", "1,234.56", "1 234", "2026-03-31", "31/03/2026", "03/31/26", "12 %", "1E+05", "#REF!", "n/a", "Q3 2026",
    "=1+1", "TRUE", "Yes", "999999999999999999", "-0", "nan", "inf", "\x00", "²", "١٢", "ß", "İ", "ı", "\u2028", "\x0b", "\x0c", "\x1c", "\x85",
)  # fmt: skip
_DELIMITERS = (";", ",", "\t", "|")
_DIGITS = re.compile(r"[0-9]{1,8}")
_WORDS = re.compile(r"[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20})?")


def check(data: bytes) -> None:
    """Hold the promises of a csv file: those of every file, nothing lost, plain cells unaltered, a sound verdict."""
    number = zlib.crc32(data)
    result = read_within_promises(NAME, data, twice=number % 8 == 0)
    if result.outcome != "read":
        return
    lines = plain_lines(data)
    if lines is not None:
        nothing_lost(lines, result)
        for table in result.tables.values():
            unaltered(lines, table)
    if number % 4 == 0:
        _judged(result)


def plain_lines(data: bytes) -> list[str] | None:
    """The lines of a file whose dialect is so plain that an editor's count of lines is the count of rows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if '"' in text or "\0" in text or "\ufeff" in text or text[:4].lower() == "sep=":
        return None
    return re.split(r"\r\n|\r|\n", text)


def nothing_lost(lines: list[str], result: ReadResult) -> None:
    """Every line below the first header that holds something is a row, or named among what is no row, or told of."""
    tables = list(result.tables.values())
    rows = Counter(int(row) for table in tables for row in table.frame["_row"])
    headers = [place for table in tables for place in table.headers]
    told = {row for problem in result.problems for row in problem.rows}
    told |= {int(found[1]) for problem in result.problems for cell in problem.cells if (found := _LINE.search(cell))}
    left_out = {row for item in result.ignored for row in range(item.rows[0], item.rows[1] + 1)}
    left_out |= {row for _, _, first, last in headers for row in range(first, last + 1)}
    need(all(1 <= row <= len(lines) for row in rows), "a row from no line", rows)
    need(max(rows.values(), default=1) == 1, "a line read twice", rows)
    need(not rows.keys() & left_out, "both read and left out", rows.keys() & left_out)
    start = min((first for _, _, first, _ in headers), default=len(lines))
    for number in range(start, len(lines) + 1):
        if re.search(r"\w", lines[number - 1]) and number not in rows and number not in left_out | told:
            raise Broken(f"line {number} is lost: {lines[number - 1]!r}")


_LINE = re.compile(r"line (\d+)")


def unaltered(lines: list[str], table: TableRead) -> None:
    """Plain whole numbers and plain words stand in the rows as they stand in the lines, split by hand."""
    frame = table.frame
    if len(table.headers) != 1 or not len(frame):
        return
    ways = []
    for delimiter in _DELIMITERS:
        split = [lines[int(row) - 1].split(delimiter) for row in frame["_row"]]
        at = {name: _position(letter) for (_, _, name), letter in table.letters.items()}
        cells = {name: [row[place] if place < len(row) else "" for row in split] for name, place in at.items()}
        if all(list(table.raw[name]) == texts for name, texts in cells.items()):
            ways.append(cells)
    need(ways, "the cells are those of no delimiter", table.raw)
    cells = ways[0]
    for name in ("people", "women", "men", "members"):
        low, high = (f"{name}_low", f"{name}_high") if name == "people" else (name, name)
        for position, text in enumerate(cells.get(name, ())):
            if _DIGITS.fullmatch(text.strip()) and position not in table.bad_cells.get(name, ()):
                read = (frame[low][position], frame[high][position])
                need(read == (int(text.strip()), int(text.strip())), "a number altered", f"{text!r} was read as {read}")
    for position, text in enumerate(cells.get("place", ())):
        if _WORDS.fullmatch(text.strip()) and text.strip().lower() not in _NOT_KNOWN:
            need(frame["place"][position] == text.strip(), "a text altered", text, frame["place"][position])


_NOT_KNOWN = {"na", "tbc", "tbd", "nil", "nil return", "none", "null", "unknown", "not known", "not available", "not applicable",
              "pending", "no data", "missing", "nd"}  # fmt: skip


def _position(letter: str) -> int:
    number = 0
    for sign in letter:
        number = number * 26 + ord(sign) - 64
    return number - 1


def _judged(result: ReadResult) -> None:
    """The verdict is one of those there are; rows that load and rows set aside are together the rows read."""
    verdict = judge(CONTRACT, result, partner=PARTNER, period=PERIOD, history=Past(), rates=FixedRates())
    need(verdict.state in STATES, "state", verdict.state)
    for name, table in result.tables.items():
        aside = len(verdict.quarantined.get(name, ()))
        need(verdict.row_counts.get(name, 0) + aside == len(table.frame), "rows that load and rows set aside", name)
    errors = any(problem.severity == "error" for problem in verdict.problems)
    accepted = verdict.state in ("accepted", "accepted_with_warnings")
    need(accepted != errors or verdict.state == "partially_accepted", "accepted with errors", verdict.state)
