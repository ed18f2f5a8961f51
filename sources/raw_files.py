"""How a file of accepted rows is written and looked at: it says what it was made from, and shows when it was damaged.

The checksum is over everything before the footer, which Parquet readers take on trust: a damaged page either stops
them or gives other rows.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from sources.storage import Store

BODY = b"body"
#: Length of the footer and the four letters that end the file.
_TAIL = 8
_PIECE = 1 << 20


class Damaged(OSError):
    """A file that is there, but not as it was written."""


def raw_bytes(rows: pa.Table, stated: Mapping[bytes, bytes] | None = None) -> bytes:
    """A Parquet file of rows that carries a checksum, and what else it should say of itself."""
    import pyarrow.parquet as pq

    sink, rows = io.BytesIO(), rows.replace_schema_metadata(stated)
    with pq.ParquetWriter(sink, rows.schema, compression="zstd") as writer:
        writer.write_table(rows)
        writer.add_key_value_metadata({BODY: f"{zlib.crc32(sink.getbuffer()):08x}".encode()})
    return sink.getvalue()


def what_it_says(store: Store, key: str) -> dict[bytes, bytes]:
    """What a file of raw rows says of itself; nothing where there is none, or one without a checksum.

    Raises:
        Damaged: it is not as it was written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _open(store, key) as stream:
            found: dict[bytes, bytes] = pq.read_metadata(stream).metadata or {}
            if BODY not in found:
                return {}
            whole = f"{_checksum(stream):08x}".encode() == found[BODY]
    except FileNotFoundError:
        return {}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Damaged(key) from error
    if not whole:
        raise Damaged(key)
    return found


def rows_of(store: Store, key: str) -> pa.Table:
    """All rows of a file. Raises ``FileNotFoundError`` where it is not there or cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _open(store, key) as stream:
            return pq.read_table(stream)
    except (pa.ArrowException, OSError) as error:
        raise FileNotFoundError(key) from error


def _open(store: Store, key: str) -> Any:
    path = store.path(key)
    return Path(path).open("rb") if store.local is not None else store.fs.open(path, "rb")


def _checksum(stream: Any) -> int:
    """Checksum of all before the footer."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(end - _TAIL)
    left = end - _TAIL - int.from_bytes(stream.read(4), "little")
    if left < 0:
        raise ValueError("no footer")
    stream.seek(0)
    found = 0
    while left and (piece := stream.read(min(left, _PIECE))):
        found = zlib.crc32(piece, found)
        left -= len(piece)
    return found
