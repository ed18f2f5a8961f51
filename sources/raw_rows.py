"""Typed rows of a reading as the Arrow table that rests under ``raw/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from sources.contract.model import Column, Table
    from sources.log.records import Submission

_EXACT_LIMIT = 4e15  # whole numbers, cents included, are exact in the reader's doubles below this


class LoadError(RuntimeError):
    """Accepted rows that cannot be loaded as the verdict counted them."""


def to_arrow(table: Table, frame: pd.DataFrame, submission: Submission) -> pa.Table:
    """Typed rows as the Arrow table of ``raw/``: money exact to the cent, counts whole, blanks null.

    Raises:
        LoadError: for a count that is not whole or money too large to be exact.
    """
    import pyarrow as pa

    from sources.raw_schema import arrow_schema

    schema = arrow_schema(table)
    stated = {"_submission_id": submission.id, "_partner_code": submission.partner, "_period": submission.period}
    kinds = {name: column for column in table.columns for name in _names(column)}
    arrays = []
    for field in schema:
        if field.name in stated:
            arrays.append(pa.array([stated[field.name]] * len(frame), pa.string()))
        elif field.name in kinds:
            arrays.append(_array(kinds[field.name], field, frame[field.name]))
        else:
            arrays.append(_plain(frame[field.name], field.type))
    return pa.table(arrays, schema=schema)


def _names(column: Column) -> list[str]:
    return [column.name, f"{column.name}_low", f"{column.name}_high"] if column.interval else [column.name]


def _array(column: Column, field: pa.Field, values: pd.Series) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    from sources.decimals import from_scaled

    if column.kind in {"integer", "money"}:
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
        missing = np.isnan(numbers)
        scaled = _whole(np.where(missing, 0.0, numbers), 100 if column.kind == "money" else 1, field.name)
        return from_scaled(scaled, field.type, missing) if column.kind == "money" else pa.array(scaled, mask=missing)
    if column.kind in {"decimal", "percent"}:
        return pa.array(values.to_numpy(dtype="float64", na_value=np.nan), field.type, from_pandas=True)
    if column.kind == "date":
        return pa.array(values.to_numpy(dtype="datetime64[D]"), field.type, from_pandas=True)
    return _plain(values, field.type)


def _whole(
    numbers: np.ndarray[Any, np.dtype[np.float64]], scale: int, name: str
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Cents of money, or counts, as whole numbers."""
    import numpy as np

    scaled = np.rint(numbers * scale)
    if scale == 1 and not np.array_equal(scaled, numbers):
        raise LoadError(f"{name} holds a number that is not whole")
    if len(scaled) and not np.abs(scaled).max() < _EXACT_LIMIT:
        raise LoadError(f"{name} holds a number too large to be exact")
    whole: np.ndarray[Any, np.dtype[np.int64]] = scaled.astype(np.int64)
    return whole


def _plain(values: pd.Series, kind: pa.DataType) -> pa.Array:
    """Text, booleans and row numbers; every kind of missing becomes null."""
    import pyarrow as pa

    return pa.array(values.astype(object).where(values.notna(), None).tolist(), kind)
