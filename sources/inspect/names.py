"""Names of columns: bands joined to the names under them."""

from __future__ import annotations

from collections.abc import Sequence

from sources.inspect.header_rows import Heading
from sources.inspect.sheet import Sheet

Bands = dict[int, str]


def name_columns(sheet: Sheet, heading: Heading, columns: Sequence[int]) -> dict[int, str]:
    """Name by column, ``""`` where nothing stands above it; adds doubts to the heading."""
    rows = [row for row in heading.rows if row not in heading.tags] or list(heading.rows)
    levels: list[Bands] = [
        _bands(sheet, rows, index, columns, heading) if index < len(rows) - 1 else _own(sheet, row, columns)
        for index, row in enumerate(rows)
    ]
    names = {}
    for column in columns:
        parts: list[str] = []
        for level in levels:
            text = level.get(column, "")
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names[column] = " ".join(parts)
    return names


def _own(sheet: Sheet, row: int, columns: Sequence[int]) -> Bands:
    """The texts of a row, and the text of a cell merged over it."""
    own = {column: sheet.text(row, column) for column in sheet.cells(row, columns)}
    for top, left, bottom, right in sheet.merges:
        if top <= row <= bottom and (right > left or bottom > top) and sheet.filled[top, left]:
            for column in columns:
                if left <= column <= right and (top == row):
                    own.setdefault(column, sheet.text(top, left))
    return own


def _bands(sheet: Sheet, rows: list[int], index: int, columns: Sequence[int], heading: Heading) -> Bands:
    """Texts of an upper header row, each over the columns it spans."""
    row, lower = rows[index], rows[index + 1 :]
    held = sheet.cells(row, columns)
    found: Bands = {column: sheet.text(row, column) for column in held}
    merged = {
        column: merge for column in held if (merge := sheet.merge_at(row, column)) is not None and merge[3] > merge[1]
    }
    for column, merge in merged.items():
        for other in columns:
            if column <= other <= merge[3]:
                found[other] = sheet.text(row, column)
    if merged or len(held) == len(columns):
        return found
    starts = [column for column in held if any(sheet.filled[other, column] for other in lower)]
    if not starts:
        return found
    spans = {
        column: _span(sheet, column, held, lower, columns) for column in starts if sheet.merge_at(row, column) is None
    }
    _check_spans(sheet, row, rows, index, spans, columns, heading)
    for column, span in spans.items():
        for other in span:
            found.setdefault(other, sheet.text(row, column))
    return found


def _span(sheet: Sheet, start: int, held: list[int], lower: list[int], columns: Sequence[int]) -> list[int]:
    """Columns a band covers when its cells to the right are blank: up to the next one that holds something."""
    span = [start]
    for column in columns[columns.index(start) + 1 :]:
        if column in held or not any(sheet.filled[other, column] for other in lower):
            break
        span.append(column)
    return span


def _check_spans(
    sheet: Sheet,
    row: int,
    rows: list[int],
    index: int,
    spans: dict[int, list[int]],
    columns: Sequence[int],
    heading: Heading,
) -> None:
    """Cut the last band where the names under the others show its length; doubt bands that start in mid-group."""
    under = rows[index + 1]
    children = {start: [sheet.text(under, column) for column in span] for start, span in spans.items()}
    if len(spans) < 2:
        return
    order = sorted(spans)
    first = children[order[0]]
    last = order[-1]
    wider = [start for start in order if len(children[start]) > 1]
    if len(wider) >= 2:
        model = children[wider[0]]
        for start in wider[1:]:
            texts = children[start]
            if texts != model and texts[: len(model)] == model:
                extra = texts[len(model)]
                del spans[start][len(model) :]
                heading.doubts.append(
                    f"in row {sheet.number(row)} it is unclear whether “{sheet.text(row, start)}” covers “{extra}” too"
                )
    whole = [sheet.text(under, column) for column in columns if sheet.filled[under, column]]
    repeated = [text for text in whole if whole.count(text) > 1]
    if repeated and len(first) > 1 and len(spans[last]) >= 1:
        begins = repeated[0]
        misplaced = [
            start
            for start in order
            if begins in children[start][1:] and children[start][0] in repeated and children[start][0] != begins
        ]
        if misplaced:
            text = sheet.text(row, misplaced[0])
            heading.doubts.append(
                f"the band “{text}” in row {sheet.number(row)} does not begin where its columns begin, so it is not "
                "plain which columns it covers"
            )
