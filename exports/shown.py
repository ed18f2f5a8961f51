"""A KPI table exactly as a person has it before them, as CSV, workbook or Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from exports import kpi_columns, safe, table, wording
from exports.kpi import with_notice
from exports.kpi_workbook import quarter_rows
from exports.published import Published, parquet_bytes
from exports.workbook import Book

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

#: Media type of each ending.
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def shown_file(published: Published, frame: pd.DataFrame, ending: str, title: str) -> bytes:
    """The rows of a frame of :func:`exports.table.kpi_frame` as a file, in the frame's order.

    Args:
        published: The build the frame came from; Parquet keeps its exact decimals.
        frame: The rows shown.
        ending: ``csv``, ``xlsx`` or ``parquet``.
        title: Heading of the workbook.

    Raises:
        ValueError: Another ending.
    """
    if ending == "csv":
        return safe.frame_csv(with_notice(frame))
    if ending == "parquet":
        return parquet_bytes(_arrow(published, frame))
    if ending != "xlsx":
        raise ValueError(f"There is no “{ending}”. Choose one of: {', '.join(MEDIA_TYPES)}.")
    book = Book(title, published.as_of, bool(frame["is_synthetic"].fillna(False).any()))
    about = f"As shown on {wording.day_text(published.as_of)} · build {published.build_id}"
    book.table("Figures", title, about, kpi_columns.QUARTERS, quarter_rows(table.rows(frame)), freeze_columns=2)
    return book.close()


def _arrow(published: Published, frame: pd.DataFrame) -> pa.Table:
    """The rows of the published table that the frame shows, with their exact types."""
    whole = published.arrow(table.KPI)
    at = {key: place for place, key in enumerate(_keys(whole))}
    wanted = [tuple(key) for key in frame[list(_KEY)].astype(str).to_numpy().tolist()]
    return whole.take(pa.array([at[key] for key in wanted], type=pa.int64())).combine_chunks()


_KEY = ("indicator_code", "period", "span")


def _keys(whole: pa.Table) -> Sequence[tuple[str, ...]]:
    return list(zip(*(whole[name].to_pylist() for name in _KEY), strict=True))
