"""Two makings of one build compared: by hash, and where a table differs, figure by figure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.published import RELEASE, Published, PublishedError

if TYPE_CHECKING:
    import pyarrow as pa

    from exports.releases.model import Release

#: What names a figure, in the order of its id; the program is left out where the indicator says it.
_ID = ("indicator_code", "period", "span", "partner_code")


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in both makings.

    Attributes:
        what: Table or file.
        figure: The row, as the figure's id where it has one; ``None`` for the table or file as a whole.
        column: What of it; ``None`` where the row is there only once.
        before: As released; ``after`` is as made again.
    """

    what: str
    figure: str | None = None
    column: str | None = None
    before: str | None = None
    after: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self)

    def sentence(self) -> str:
        """One line."""
        if self.figure is None:
            return f"{self.what}: {self.before or 'not there'} → {self.after or 'not there'}"
        if self.column is None:
            gone = self.after is None
            return f"{self.what}  {self.figure}: {'no longer there' if gone else 'new'}"
        return f"{self.what}  {self.figure}  {self.column}: {_shown(self.before)} → {_shown(self.after)}"


def compare_tables(
    release: Release, kept: Published | None, made: Published, grains: Mapping[str, Sequence[str]]
) -> Iterator[Difference]:
    """Tables that differ, with every figure of them where the released table is still there to be read.

    Args:
        kept: The released build.
        made: The build made again.
        grains: Columns that name a row, by table.
    """
    for name in sorted({*release.tables, *made.tables}):
        before, after = release.tables.get(name), made.tables.get(name)
        if before is None or after is None:
            yield Difference(name, None, None, _there(before), _there(after))
        elif before["sha256"] != after.sha256:
            rows = list(_rows(name, kept, made, grains.get(name, ())))
            yield from rows or [Difference(name, None, None, before["sha256"][:16], after.sha256[:16])]


def compare_exports(release: Release, folder: Path) -> Iterator[Difference]:
    """Files of the ``release/`` tree that differ; ``folder`` holds the exports made again."""
    root = folder / RELEASE
    made = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }
    for name in sorted({*release.exports, *made}):
        before, after = release.exports.get(name), made.get(name)
        if before != after:
            yield Difference(name, None, None, before and before[:16], after and after[:16])


def _rows(name: str, kept: Published | None, made: Published, grain: Sequence[str]) -> Iterator[Difference]:
    if kept is None:
        return
    try:
        before = kept.arrow(name)
    except PublishedError:
        return
    after = made.arrow(name)
    keys = [column for column in grain if column in before.column_names and column in after.column_names]
    old, new = _by_key(before, keys), _by_key(after, keys)
    if not keys or old is None or new is None:
        return
    for key in sorted({*old, *new}, key=str):
        figure = _figure(keys, key)
        if key not in old or key not in new:
            yield Difference(
                name, figure, None, None if key not in old else "there", None if key not in new else "there"
            )
            continue
        for column in dict.fromkeys([*before.column_names, *after.column_names]):
            one, two = old[key].get(column), new[key].get(column)
            if one != two:
                yield Difference(name, figure, column, _text(one), _text(two))


def _by_key(table: pa.Table, keys: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]] | None:
    """Rows by key; ``None`` where the key does not name one row."""
    rows = table.to_pylist()
    found = {tuple(row[key] for key in keys): row for row in rows}
    return found if len(found) == len(rows) else None


def _figure(keys: Sequence[str], values: Sequence[Any]) -> str:
    named = dict(zip(keys, values, strict=True))
    first = [str(named[column]) for column in _ID if named.get(column) is not None]
    left_out = {*_ID, "program_code"} if "indicator_code" in named else set(_ID)
    rest = [str(value) for column, value in named.items() if column not in left_out and value is not None]
    return "/".join([*first, *rest])


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _shown(value: str | None) -> str:
    return "nothing" if value is None else value


def _there(entry: object | None) -> str | None:
    return None if entry is None else "there"
