"""Derived originals: the accepted rows of a return whose own bytes are gone because rows about a person were erased.

One Parquet object per table in the landing zone, named by its hash and never changed; the ``erased`` event names it. So
the state is still originals and log, and a rebuild gives the same rows.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from sources.storage import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sources.contract.model import Contract, Table
    from sources.log.records import Submission
    from sources.reader.result import ReadResult, TableRead
    from sources.settings import Settings

REDUCED = "reduced"
_PLACES = b"places"


def reduced_key(sha256: str) -> str:
    """Where a derived original lies in the landing zone."""
    return f"{REDUCED}/{sha256}"


def reduced_bytes(table: Table, read: TableRead, frame: pd.DataFrame, submission: Submission) -> bytes:
    """The rows of a table that stay, with the letters of their columns so that messages still name cells."""
    import pyarrow.parquet as pq

    from sources.raw_rows import to_arrow

    places = {
        "letters": [[*place, letter] for place, letter in read.letters.items()],
        "headers": [list(place) for place in read.headers],
    }
    rows = to_arrow(table, frame, submission).replace_schema_metadata({_PLACES: json.dumps(places, sort_keys=True)})
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    return sink.getvalue()


def read_reduced(settings: Settings, contract: Contract, submission: Submission) -> ReadResult:
    """What stays of a return, as reading it would have given it.

    Raises:
        FileNotFoundError: where a derived original is missing.
        sources.storage.StorageError: where its bytes changed.
    """
    import pyarrow.parquet as pq

    from sources.reader.result import ReadResult

    landing = Store(settings.landing)
    tables = {}
    for name, sha256 in sorted(submission.reduced.items()):
        rows = pq.read_table(io.BytesIO(landing.read_original(reduced_key(sha256))))
        tables[name] = _table_read(contract.table(name), rows)
    return ReadResult("read", tables)


def _table_read(table: Table, rows: pa.Table) -> TableRead:
    from sources.raw_schema import typed_frame
    from sources.reader.result import TableRead

    places: dict[str, Any] = json.loads((rows.schema.metadata or {})[_PLACES])
    stated = ("_submission_id", "_partner_code", "_period")
    frame = typed_frame(conformed(table, rows)).drop(columns=list(stated))
    raw = {
        column.name: frame[column.name].astype(object).where(frame[column.name].notna(), None).tolist()
        for column in table.columns
    }
    letters = {(file, sheet, column): letter for file, sheet, column, letter in places["letters"]}
    headers = [(file, sheet, first, last) for file, sheet, first, last in places["headers"]]
    return TableRead(table.name, frame, raw, letters, headers)


def conformed(table: Table, rows: pa.Table) -> pa.Table:
    """Rows of an earlier contract in the columns of the present one; what it did not have is blank."""
    import pyarrow as pa

    from sources.raw_schema import arrow_schema

    schema = arrow_schema(table)
    arrays = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)
