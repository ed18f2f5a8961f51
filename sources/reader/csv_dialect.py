"""Text to a grid: delimiter, quotes, line numbers as an editor counts them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence

from sources.problems import Problem
from sources.reader.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, column_letter
from sources.reader.refusal import Refused

DELIMITERS = (";", ",", "\t", "|")
_SEP = re.compile(r"sep=(.)[ \t]*(?:\n|$)", re.IGNORECASE)
_SAMPLE = 60_000
_MAX_BAD_QUOTES = 50


def read_csv(
    name: str, text: str, *, known: Callable[[Sequence[str]], int] | None = None, delimiter: str | None = None
) -> tuple[Grid, list[Problem]]:
    """One csv file as a grid, with the problems of its lines.

    Args:
        name: Display name of the file.
        text: Its text.
        known: How many cells of a record are headers of the contract: settles the delimiter.
        delimiter: The delimiter a person named, where one did.

    Raises:
        Refused: No records, or more than a return may have.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first_line = 1
    sep = _SEP.match(text)
    if sep is not None:
        text, first_line = text[sep.end() :], 2
    delimiter = sep[1] if sep is not None else delimiter or find_delimiter(text, known)
    records, lines, problems = _records(name, text, delimiter, first_line)
    while records and not any(field.strip() for field in records[-1]):
        records.pop()
        lines.pop()
    if not records:
        raise Refused("empty", "The selected file is empty.", file=name)
    if len(records) > MAX_ROWS:
        sentence = f"The file has {len(records):,} rows; a return may have {MAX_ROWS:,}."
        raise Refused("too_large", sentence, file=name)
    width = max(map(len, records))
    if width > MAX_COLUMNS or width * len(records) > MAX_CELLS:
        sentence = f"Line {_widest(records, lines):,} has {width:,} columns, too many for a return."
        raise Refused("too_large", sentence, file=name)
    if min(map(len, records)) < width:
        records = [record + [""] * (width - len(record)) for record in records]
    return Grid(name, None, 0, 0, list(zip(*records, strict=True)), lines=lines), problems


def ambiguous_delimiters(text: str, known: Callable[[Sequence[str]], int]) -> list[str]:
    """Delimiters that make an even table of the text, where no known header tells which one is right."""
    sample = text.replace("\r\n", "\n").replace("\r", "\n")[:_SAMPLE]
    if _SEP.match(sample) is not None:
        return []
    even = []
    for delimiter in DELIMITERS:
        records = [record for record in csv.reader(io.StringIO(sample), delimiter=delimiter) if record][:300]
        if len(text) > _SAMPLE:
            records = records[:-1] or records
        if max(map(known, records[:100]), default=0):
            return []
        if _is_even(records):
            even.append(delimiter)
    return even if len(even) > 1 else []


def _is_even(records: Sequence[Sequence[str]]) -> bool:
    widths = {len(record) for record in records}
    return len(records) > 1 and len(widths) == 1 and widths != {1}


def find_delimiter(text: str, known: Callable[[Sequence[str]], int] | None = None) -> str:
    """The delimiter under which the file reads as a table.

    The one that shows the most known headers in one record wins; else the one whose records agree most. Without a
    contract it is the one that makes the largest block of equal records: preambles and notes may outnumber them.
    """
    sample = text[:_SAMPLE]
    best, best_score = ",", (-1, -1.0, -1)
    if known is None:
        by_tab = [record for record in csv.reader(io.StringIO(sample), delimiter="\t") if record][:300]
        if _is_even(by_tab[:-1] if len(text) > _SAMPLE else by_tab):
            return "\t"  # nobody types the same number of tabs into every line; commas inside one column are common
        return max((",", *DELIMITERS), key=lambda delimiter: _block(sample, delimiter))
    for delimiter in DELIMITERS:
        records = [record for record in csv.reader(io.StringIO(sample), delimiter=delimiter) if record][:300]
        widths = Counter(len(record) for record in records if len(record) > 1)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        headers = max(map(known, records[:100])) if known is not None else 0
        score = (headers, round(count / len(records), 2), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _block(sample: str, delimiter: str) -> tuple[int, int]:
    """Size of the largest run of records with one width above 1, blank lines aside, and that width."""
    best = (0, 0)
    run = width = 0
    records = [record for record in csv.reader(io.StringIO(sample), delimiter=delimiter) if record][:400]
    for record in records:
        run = run + 1 if len(record) == width else 1
        width = len(record)
        best = max(best, (run * (width - 1), width))
    return best


def _widest(records: list[list[str]], lines: list[int]) -> int:
    return lines[max(range(len(records)), key=lambda index: len(records[index]))]


def _records(name: str, text: str, delimiter: str, first_line: int) -> tuple[list[list[str]], list[int], list[Problem]]:
    if '"' not in text:
        rows = text.split("\n")
        return [row.split(delimiter) for row in rows], list(range(first_line, first_line + len(rows))), []
    records: list[list[str]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    source = text.split("\n")
    position = 0
    while position < len(source):
        reader = csv.reader((line + "\n" for line in source[position:]), delimiter=delimiter, strict=True)
        start = position
        try:
            for record in reader:
                end = position + reader.line_num
                if end - start > 1:
                    _refuse_swallowed(record, source[start:end], delimiter, records)
                records.append(record)
                lines.append(first_line + start)
                start = end
            break
        except csv.Error as error:
            if len(problems) >= _MAX_BAD_QUOTES:
                sentence = f"More than {_MAX_BAD_QUOTES} lines have a quotation mark that is not closed."
                raise Refused("quotation_mark", sentence, file=name) from error
            problems.append(_bad_quote(name, first_line + start))
            records.append(source[start].replace('"', "").split(delimiter))
            lines.append(first_line + start)
            position = start + 1
    return records, lines, problems


def _refuse_swallowed(record: list[str], source: list[str], delimiter: str, before: list[list[str]]) -> None:
    """Raise where a stray quote made one record of several lines: each line alone has a table row's width."""
    # Title lines above the table have one field, however many they are: they say nothing of its width.
    widths = Counter(len(row) for row in before[-50:] if len(row) > 1)
    width = max(widths, key=lambda item: (widths[item], item), default=0)
    if width and len(record) != width and sum(line.count(delimiter) + 1 >= width for line in source) > 1:
        raise csv.Error


def _bad_quote(name: str, line: int) -> Problem:
    return Problem(
        rule="file.quotation_mark",
        severity="error",
        sentence=f"Line {line}: a quotation mark is not closed, or stands inside a text. "
        'Write a quotation mark inside a text twice (""), or leave it out.',
        file=name,
        cells=(f"line {line}",),
        rows=(line,),
        expected="quotation marks in pairs",
        fix='Write "" for a quotation mark inside a text, or save the file again as CSV UTF-8 from Excel.',
    )


def values_beyond(grid: Grid, width: int) -> list[tuple[int, str]]:
    """Lines (as the editor counts) that hold a value right of the last header, with its column letter."""
    found = []
    for index, column in enumerate(grid.columns[width:], start=width):
        found += [(grid.row_number(row), column_letter(index)) for row, value in enumerate(column) if value.strip()]
    return sorted(found)
