"""The restatement as files: exact under ``restricted/``, as shown under ``release/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from exports import safe, wording
from exports.published import RELEASE, RESTRICTED, parquet_bytes
from exports.restatement import released
from exports.restatement.causes import CODES
from exports.restatement.html import release_page, restricted_page
from exports.restatement.ledger import COLUMNS, PART_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.restatement.ledger import Restatement

_AMOUNTS = frozenset({"before", "after", "change", "amount", "unexplained", *CODES})
_FLAGS = frozenset({"is_headline", "counts_people", "is_synthetic"})


def write_restatement(found: Restatement, folder: Path) -> list[Path]:
    """Write ``restricted/restatement.{html,csv,parquet}`` with its parts, and ``release/restatement.{html,csv}``.

    Args:
        found: The ledger since the release before.
        folder: The build's exports.

    Returns:
        The files written.
    """
    rows = [change.record() for change in found.changes]
    parts = [record for change in found.changes for record in change.part_records()]
    contents = {
        f"{RESTRICTED}/restatement.html": restricted_page(found).encode(),
        f"{RESTRICTED}/restatement.csv": _csv(COLUMNS, rows),
        f"{RESTRICTED}/restatement.parquet": _parquet(COLUMNS, rows),
        f"{RESTRICTED}/restatement-parts.csv": _csv(PART_COLUMNS, parts, found.synthetic),
        f"{RESTRICTED}/restatement-parts.parquet": _parquet(PART_COLUMNS, parts),
        f"{RELEASE}/restatement.html": release_page(found).encode(),
        f"{RELEASE}/restatement.csv": _csv(
            released.COLUMNS, [released.record(change) for change in released.public(found)]
        ),
    }
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def rows_csv(found: Restatement, indicator: str | None = None) -> bytes:
    """Every changed figure with a column per cause, as a safe CSV."""
    chosen = (change for change in found.changes if indicator in (None, change.about.get("indicator_code")))
    return _csv(COLUMNS, [change.record() for change in chosen])


def _csv(columns: Sequence[str], records: Sequence[dict[str, Any]], synthetic: bool | None = None) -> bytes:
    """A safe CSV whose last column marks synthetic rows in words."""

    def notice(record: dict[str, Any]) -> str | None:
        marked = record.get("is_synthetic") if synthetic is None else synthetic
        return wording.SYNTHETIC if marked else None

    return safe.csv_bytes(
        [*columns, "notice"], ([*(record[name] for name in columns), notice(record)] for record in records)
    )


def _parquet(columns: Sequence[str], records: Sequence[dict[str, Any]]) -> bytes:
    fields = [pa.field(name, _type(name)) for name in columns]
    return parquet_bytes(pa.Table.from_pylist(list(records), schema=pa.schema(fields)))


def _type(name: str) -> pa.DataType:
    if name in _AMOUNTS:
        return pa.decimal128(24, 2)
    if name in _FLAGS:
        return pa.bool_()
    return pa.int64() if name == "step" else pa.string()
