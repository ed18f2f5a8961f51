"""Arrow schema of the Parquet files under ``raw/``: one definition for loader, dbt and dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

    from sources.contract.model import Column, Table

MONEY = pa.decimal128(18, 2)
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "percent": pa.float64(),
    "money": MONEY,
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
#: Columns every raw table carries after its own.
PROVENANCE: tuple[tuple[str, pa.DataType, str], ...] = (
    ("_submission_id", pa.string(), "Submission the row came from"),
    ("_partner_code", pa.string(), "Partner who sent it"),
    ("_period", pa.string(), "Quarter it reports"),
    ("_file", pa.string(), "File name within the submission"),
    ("_sheet", pa.string(), "Sheet, empty for csv"),
    ("_row", pa.int64(), "Row as Excel shows it, or line of the csv"),
)


def column_fields(column: Column) -> list[pa.Field]:
    """Arrow fields of one contract column, with ``_low`` and ``_high`` for intervals."""
    kind = _TYPES[column.kind]
    fields = [pa.field(column.name, kind)]
    if column.interval:
        fields += [pa.field(f"{column.name}_low", kind), pa.field(f"{column.name}_high", kind)]
    return fields


def arrow_schema(table: Table) -> pa.Schema:
    """Arrow schema of a raw table: contract columns, interval bounds, provenance."""
    fields = [field for column in table.columns for field in column_fields(column)]
    return pa.schema(fields + [pa.field(name, kind) for name, kind, _ in PROVENANCE])


def typed_frame(rows: pa.Table) -> pd.DataFrame:
    """Raw rows with the dtypes of the reader's typed frames."""
    import pandas as pd

    series: dict[str, pd.Series] = {}
    for field, values in zip(rows.schema, rows.columns, strict=True):
        if pa.types.is_decimal(field.type) or pa.types.is_integer(field.type):
            floats = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
            series[field.name] = pd.Series(floats, dtype="float64")
        elif pa.types.is_date(field.type):
            series[field.name] = pd.Series(values.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False))
        elif pa.types.is_floating(field.type):
            series[field.name] = pd.Series(values.to_numpy(zero_copy_only=False), dtype="float64")
        else:
            series[field.name] = pd.Series(values.to_pylist(), dtype=object)
    return pd.DataFrame(series)
