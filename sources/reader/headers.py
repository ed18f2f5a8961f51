"""Finding a contract's tables in grids by their headers, wherever they sit.

Knows labels, synonyms, names and the hidden tags of our template; knows nothing about data rows
(see :mod:`sources.reader.layout`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sources.contract.model import Table
from sources.reader.grid import Grid
from sources.reader.neighbours import apart, settle_neighbours
from sources.reader.text import is_blank, normal
from sources.reader.vocabulary import Vocabulary

_TAG = re.compile(r"#([a-z][a-z0-9_]*)\+([a-z][a-z0-9_]*)")
_HXL = re.compile(r"#[a-z][a-z0-9_]*(?:\s*\+[a-z0-9_]+)*")
#: Rows looked at cell by cell; below them only rows that hold a header word for word.
_TOP_ROWS = 60
#: Further down, so many rows with two header words are tried; a header repeated on every page is known by then.
_MORE_ROWS = 40
_DEPTHS = (1, 2, 3)


@dataclass
class Found:
    """A table found in a grid. Rows and columns are positions in the grid.

    Attributes:
        header: First and last header row.
        columns: Grid column by contract column.
        names: Header text by grid column, every header cell of the table.
        repeated: Contract columns with a second header: ``(column, first, second)``.
        span: First and last grid column that belong to the table.
        end: Row behind the last row that can belong to it.
        tagged: Found by the template's tags.
        rivals: The same headers as other tables that they fit just as well, by name.
        asked: Contract columns a person is asked about.
        set_aside: Grid columns that are known not to be read, such as those of other quarters.
        beside: The places of the grid that have no column in common with this one.
    """

    grid: Grid
    table: Table
    header: tuple[int, int]
    columns: dict[str, int]
    names: dict[int, str]
    repeated: list[tuple[str, int, int]] = field(default_factory=list)
    span: tuple[int, int] = (0, 0)
    end: int = 0
    tagged: bool = False
    rivals: dict[str, Found] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    set_aside: set[int] = field(default_factory=set)
    beside: list[Found] = field(default_factory=list, repr=False, compare=False)

    @property
    def extras(self) -> dict[int, str]:
        """Headers the contract does not know."""
        known = set(self.columns.values()) | self.set_aside | {second for _, _, second in self.repeated}
        return {index: name for index, name in self.names.items() if index not in known}

    @property
    def missing(self) -> list[str]:
        """Required contract columns without a header."""
        return [column.name for column in self.table.columns if column.required and column.name not in self.columns]

    def reaches(self, row: int) -> bool:
        """Whether a row can be one of this table, its header among them."""
        return self.header[0] <= row < self.end

    def taken(self, row: int) -> set[int]:
        """Grid columns of tables beside this one, where these reach a row."""
        taken = {index for other in self.beside if other.reaches(row) for index in other.names}
        return taken - set(self.columns.values()) if taken else taken

    def free_values(self, row: int) -> list[Any]:
        """The values of a row, those of tables beside this one left out."""
        taken = self.taken(row)
        return [column[row] for index, column in enumerate(self.grid.columns) if index not in taken]

    def place(self) -> str:
        """Stable name of the place, such as ``KPI!A5``."""
        where = self.grid.sheet if self.grid.sheet is not None else self.grid.file
        return f"{where}!{self.grid.letter(self.span[0])}{self.grid.row_number(self.header[0])}"


def find_tables(grid: Grid, vocabulary: Vocabulary) -> list[Found]:
    """Every place in the grid where a table of the contract has its header, top to bottom."""
    tagged = _find_tags(grid, vocabulary)
    tagged_rows = {row for found in tagged for row in range(found.header[0], found.header[1] + 1)}
    places: list[Found] = []
    taken: set[int] = set()
    promising = _rows_to_try(grid, vocabulary)
    for row in promising:
        if row in tagged_rows or row in taken:
            continue
        for found in _deepest(grid, vocabulary, row, taken | tagged_rows):
            if any(found.table is other.table and not apart(found, other) for other in tagged):
                continue
            places.append(found)
            taken.update(range(found.header[0], found.header[1] + 1))
    places = sorted(places + tagged, key=lambda found: (found.header, found.span))
    settle_neighbours(places)
    return places


def _rows_to_try(grid: Grid, vocabulary: Vocabulary) -> list[int]:
    """Rows that hold a known header, and the rows just below them, which may belong to the same header."""
    hits: set[int] = set()
    below: Counter[int] = Counter()
    for index, column in enumerate(grid.columns):
        top = column[:_TOP_ROWS]
        hits.update(
            row
            for row, text in enumerate(top)
            if type(text) is str and 0 < len(text) < 250 and vocabulary.columns(text)
        )
        if grid.height > _TOP_ROWS:
            below.update(grid.rows_with(index, grid.distinct(index) & vocabulary.variants, _TOP_ROWS))
    hits.update(sorted(row for row, count in below.items() if count > 1)[:_MORE_ROWS])
    rows = {row + under for row in hits for under in range(len(_DEPTHS))}
    return sorted(row for row in rows if row < grid.height)


def _texts(grid: Grid, row: int) -> dict[int, str]:
    return {
        index: column[row].strip()
        for index, column in enumerate(grid.columns)
        if isinstance(column[row], str) and 0 < len(column[row]) < 250 and not is_blank(column[row])
    }


def _find_tags(grid: Grid, vocabulary: Vocabulary) -> list[Found]:
    found: list[Found] = []
    for row in range(min(_TOP_ROWS, grid.height)):
        texts = _texts(grid, row)
        tags = {index: _TAG.fullmatch(text) for index, text in texts.items()}
        by_table: dict[str, dict[str, int]] = {}
        for index, tag in tags.items():
            if tag is not None and tag[1] in vocabulary.by_table:
                names = {column.name for column in vocabulary.contract.table(tag[1]).columns}
                if tag[2] in names:
                    by_table.setdefault(tag[1], {}).setdefault(tag[2], index)
        for name, columns in by_table.items():
            first, last, names_row = _label_row_beside(grid, vocabulary, name, columns, row)
            labels = _texts(grid, names_row) if names_row is not None else {}
            own = {index: labels.get(index, texts[index]) for index in columns.values()}
            low, high = min(columns.values()), max(columns.values())
            others = {index: text for index, text in labels.items() if low <= index and index not in own}
            place = Found(grid, vocabulary.contract.table(name), (first, last), columns, {**own, **others}, tagged=True)
            place.span = (low, max([high, *others]))
            found.append(place)
    return found


def _label_row_beside(
    grid: Grid, vocabulary: Vocabulary, table: str, columns: dict[str, int], row: int
) -> tuple[int, int, int | None]:
    """The header rows around a tag row: the labels stand below it (our template) or above it (HXL)."""
    for other in (row + 1, row - 1):
        if 0 <= other < grid.height:
            texts = _texts(grid, other)
            matched = sum(table in vocabulary.columns(texts[index]) for index in columns.values() if index in texts)
            if matched >= max(1, len(columns) // 3):
                return min(row, other), max(row, other), other
    return row, row, None


def _deepest(grid: Grid, vocabulary: Vocabulary, row: int, taken: set[int]) -> list[Found]:
    """Tables whose header begins or ends at ``row``; a row below joins where it names more columns."""
    best = _at_row(grid, vocabulary, row, taken)
    for lower in range(row + 1, min(row + len(_DEPTHS), grid.height)) if best else ():
        if _is_second(grid, vocabulary, lower, best):
            break
        deeper = [place for place in _at_row(grid, vocabulary, lower, taken) if place.header[0] <= row]
        if _matched(deeper) > _matched(best) and not any(is_number_row(grid, lower, place) for place in deeper):
            best = deeper
    return best


def _is_second(grid: Grid, vocabulary: Vocabulary, row: int, best: list[Found]) -> bool:
    """Whether a row below a header holds a header of its own beside it, not more of the same."""
    own: dict[int, tuple[str, ...]] = {index: (text,) for index, text in _texts(grid, row).items()}
    return any(
        all(
            apart(place, above) and (place.table is not above.table or len(place.columns.keys() & above.columns) > 1)
            for above in best
        )
        for place in (_match_row(grid, vocabulary, row, 1, own) if own else ())
    )


def is_number_row(grid: Grid, row: int, place: Found) -> bool:
    """Whether a row holds numbers or dates under the headers, as no header row does."""
    return any(not isinstance(grid.columns[index][row], str) for index in place.columns.values())


def _matched(places: list[Found]) -> int:
    return sum(len(place.columns) for place in places)


def _repeated(places: list[Found]) -> int:
    return sum(len(place.repeated) for place in places)


def _at_row(grid: Grid, vocabulary: Vocabulary, row: int, taken: set[int]) -> list[Found]:
    """Tables whose last header row is ``row``: one, or several side by side."""
    own = _texts(grid, row)
    if not own:
        return []
    best: list[Found] = []
    for depth in _DEPTHS:
        if row - depth + 1 < 0 or row - depth + 1 in taken:
            break
        labels = _labels(grid, row, depth) if depth > 1 else {index: (text,) for index, text in own.items()}
        found = _match_row(grid, vocabulary, row, depth, labels)
        if (_matched(found), -_repeated(found)) > (_matched(best), -_repeated(best)):
            best = found
    return best


def _labels(grid: Grid, row: int, depth: int) -> dict[int, tuple[str, ...]]:
    """Possible labels of each column when ``depth`` rows make the header, the most specific first."""
    bands: list[dict[int, str]] = []
    for upper in range(row - depth + 1, row):
        texts = _texts(grid, upper)
        filled: dict[int, str] = {}
        last = ""
        for index in range(len(grid.columns)):
            last = texts.get(index, last)
            if last:
                filled[index] = last
        bands.append(filled)
    own = _texts(grid, row)
    direct = [_texts(grid, upper) for upper in range(row - depth + 1, row)]
    labels: dict[int, tuple[str, ...]] = {}
    for index in range(len(grid.columns)):
        if index in own:
            above = [band[index] for band in bands if index in band]
            joined = [" ".join([*above[start:], own[index]]) for start in range(len(above))]
            labels[index] = (*joined, own[index])
        else:
            tops = [texts[index] for texts in direct if index in texts]
            if tops:
                labels[index] = (" ".join(tops), tops[-1])
    return labels


def _match_row(
    grid: Grid, vocabulary: Vocabulary, row: int, depth: int, labels: dict[int, tuple[str, ...]]
) -> list[Found]:
    segments = _segments(sorted(labels))
    if len(segments) > 1:
        parts = [_best(grid, vocabulary, row, depth, {index: labels[index] for index in part}) for part in segments]
        found = [part for part in parts if part is not None]
        names = [part.table.name for part in found]
        shared = [name for name in set(names) if names.count(name) > 1]
        split_one = any(
            not (set(first.columns) & set(second.columns))
            for first in found
            for second in found
            if first is not second and first.table is second.table
        )
        whole = _best(grid, vocabulary, row, depth, labels)
        together = sum(len(part.columns) for part in found)
        if len(found) > 1 and not split_one and (shared or whole is None or together > len(whole.columns)):
            return found
        return [whole] if whole is not None else []
    best = _best(grid, vocabulary, row, depth, labels)
    return _side_by_side(grid, vocabulary, row, depth, labels, best) if best is not None else []


def _side_by_side(
    grid: Grid, vocabulary: Vocabulary, row: int, depth: int, labels: dict[int, tuple[str, ...]], best: Found
) -> list[Found]:
    """Two tables without a gap: a second run of the same or another table's headers beside the first."""
    second = [index for _, _, index in best.repeated]
    if len(second) > 1:
        start = min(second)
        left = _best(grid, vocabulary, row, depth, {index: text for index, text in labels.items() if index < start})
        right = _best(grid, vocabulary, row, depth, {index: text for index, text in labels.items() if index >= start})
        half = len(second) >= len(best.columns) / 2
        if left is not None and right is not None and (half or not (left.missing or right.missing)):
            return [left, right]
    return [best]


def _segments(indices: list[int]) -> list[list[int]]:
    segments: list[list[int]] = []
    for index in indices:
        if segments and index == segments[-1][-1] + 1:
            segments[-1].append(index)
        else:
            segments.append([index])
    return segments


def _best(grid: Grid, vocabulary: Vocabulary, row: int, depth: int, labels: dict[int, tuple[str, ...]]) -> Found | None:
    best: tuple[tuple[float, int, int], Found] | None = None
    for table in vocabulary.contract.tables:
        columns: dict[str, int] = {}
        repeated: list[tuple[str, int, int]] = []
        confirmed = _confirmed(vocabulary.confirmed.get(table.name), labels)
        for index in sorted(labels):
            name = next((hit for text in labels[index] if (hit := vocabulary.columns(text).get(table.name))), None)
            if name is None or confirmed.get(name, index) != index:
                continue
            if name in columns:
                repeated.append((name, columns[name], index))
            else:
                columns[name] = index
        if not _enough(table, columns):
            continue
        required = [column.name for column in table.columns if column.required]
        share = sum(name in columns for name in required) / len(required) if required else 0.0
        names = {index: texts[-1] if depth == 1 else texts[0] for index, texts in labels.items()}
        first = row - depth + 1
        found = Found(grid, table, (first, row), columns, names, repeated, (min(names), max(names)))
        named = _named_after(table, grid)
        score = (len(columns) + 0.5 * named, round(share * 100), -len(repeated))
        if best is None or score > best[0]:
            best = (score, found)
        elif score == best[0]:
            best[1].rivals[table.name] = found
    return best[1] if best is not None else None


def _confirmed(known: dict[str, str] | None, labels: dict[int, tuple[str, ...]]) -> dict[str, int]:
    """Grid column of each contract column whose header a person confirmed, where that header stands."""
    found: dict[str, int] = {}
    for index in sorted(labels) if known else ():
        name = next((known[word] for text in labels[index] if (word := normal(text)) in known), None) if known else None
        if name is not None:
            found.setdefault(name, index)
    return found


def labels_at(grid: Grid, row: int, index: int) -> tuple[str, ...]:
    """What the header of a column can be called, its band before its name first."""
    depth = min(2, row + 1)
    return _labels(grid, row, depth).get(index, ("",)) if depth > 1 else (_texts(grid, row).get(index, ""),)


def _named_after(table: Table, grid: Grid) -> bool:
    name = normal(grid.sheet if grid.sheet is not None else grid.file.rsplit(".", 1)[0])
    return normal(table.label) in name or normal(table.name) in name


def _enough(table: Table, columns: dict[str, int]) -> bool:
    """Whether so many headers cannot stand in one row by chance."""
    required = sum(column.required for column in table.columns) or len(table.columns)
    return len(columns) >= max(min(2, len(table.columns)), math.ceil(0.4 * required))


def is_tag_row(values: Sequence[Any]) -> bool:
    """Whether a row holds nothing but hashtags, as HXL has under its headers."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    filled = sum(not is_blank(value) for value in values)
    return bool(texts) and len(texts) == filled and all(_HXL.fullmatch(text) for text in texts)
