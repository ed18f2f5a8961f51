"""The published tables: writing them out of the warehouse, and reading them back as pandas frames.

Layout: ``<root>/<build_id>/{restricted,release}/<table>.parquet``, ``<root>/<build_id>/manifest.json``
and ``<root>/current``, which names the build that counts. Everything else in this room reads through
:class:`Published`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from exports import store

if TYPE_CHECKING:
    import duckdb

RESTRICTED = "restricted"
RELEASE = "release"
#: Tables written at once: a large one leaves processors to the others while it is compressed.
AT_ONCE = 2
MANIFEST = store.MANIFEST


class PublishedError(Exception):
    """A published build that is missing, damaged or not meant for this reader."""


class PublishedModel(NamedTuple):
    """One published model: its table, who may read it, and the columns that order its rows."""

    name: str
    audience: str
    order_by: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One table of a build, as the manifest lists it."""

    audience: str
    file: str
    sha256: str
    rows: int


class Published:
    """One published build, read-only.

    Attributes:
        build_id: Name of the build, ``<as_of>-<hash>``.
        as_of: Day the build speaks for, ``YYYY-MM-DD``.
        manifest: The manifest as read.
        tables: Tables this reader may see, by name.
    """

    def __init__(self, fs: Any, folder: str, manifest: Mapping[str, Any], audience: str = RESTRICTED) -> None:
        self._fs, self._folder = fs, folder
        self._read: dict[str, pa.Table] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self.manifest = dict(manifest)
        self.audience = audience
        self.build_id = str(manifest["build_id"])
        self.as_of = str(manifest["as_of"])
        self.tables: dict[str, Entry] = {
            name: Entry(entry["audience"], entry["file"], entry["sha256"], int(entry["rows"]))
            for name, entry in sorted(manifest["tables"].items())
            if audience == RESTRICTED or entry["audience"] == RELEASE
        }

    @classmethod
    def open(cls, location: str | Path, build_id: str | None = None) -> Published:
        """Open a build, by default the one ``current`` names.

        Args:
            location: The ``published`` folder, as a path or any fsspec URL.
            build_id: A build to open instead of the current one.

        Raises:
            PublishedError: Nothing is published there, or the build is not there.
        """
        fs, root = store.locate(location)
        if build_id is None:
            try:
                build_id = fs.cat_file(f"{root}/{store.POINTER}").decode("utf-8").strip()
            except FileNotFoundError:
                raise PublishedError("Nothing has been published yet. Run “impact run” first.") from None
        try:
            manifest = json.loads(fs.cat_file(f"{root}/{build_id}/{MANIFEST}"))
        except FileNotFoundError:
            raise PublishedError(f"There is no published build “{build_id}”.") from None
        return cls(fs, f"{root}/{build_id}", manifest)

    def release(self) -> Published:
        """The same build for readers outside: restricted tables do not exist in it."""
        return Published(self._fs, self._folder, self.manifest, RELEASE)

    def has(self, table: str) -> bool:
        """Whether this reader may see a table."""
        return table in self.tables

    def arrow(self, table: str) -> pa.Table:
        """A table as published, checked against the manifest's hash.

        Raises:
            PublishedError: The table is not in this build for this reader, or its file was altered.
        """
        if table not in self.tables:
            raise PublishedError(f"Build {self.build_id} has no table “{table}” for {self.audience} readers.")
        if table in self._read:
            return self._read[table]
        entry = self.tables[table]
        try:
            data = self._fs.cat_file(f"{self._folder}/{entry.file}")
        except FileNotFoundError:
            raise PublishedError(f"{entry.file} of build {self.build_id} is no longer there.") from None
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise PublishedError(f"{entry.file} of build {self.build_id} is not the file that was published.")
        self._read[table] = pq.read_table(pa.BufferReader(data))
        return self._read[table]

    def file_hash(self, file: str) -> str | None:
        """SHA-256 of a file of the build as it lies there now; ``None`` where it is gone."""
        try:
            return hashlib.sha256(self._fs.cat_file(f"{self._folder}/{file}")).hexdigest()
        except FileNotFoundError:
            return None

    def frame(self, table: str) -> pd.DataFrame:
        """A table as a pandas frame with nullable types; decimals become floats, dates ``datetime.date``."""
        if table not in self._frames:
            self._frames[table] = to_frame(self.arrow(table))
        return self._frames[table].copy()


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a pandas frame in which a missing value stays missing, whatever the type."""
    kinds: dict[pa.DataType, Any] = {
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.string(): pd.StringDtype(),
    }
    # Through text: Arrow's own cast of a decimal is off in the last place (71.57 became 71.57000000000001).
    columns = [
        column.cast(pa.string()) if pa.types.is_decimal(column.type) else column for column in table.itercolumns()
    ]
    plain = pa.table(columns, names=table.column_names).cast(pa.schema([_plain(field) for field in table.schema]))
    frame: pd.DataFrame = plain.to_pandas(types_mapper=kinds.get, date_as_object=True)
    return frame


def _plain(field: pa.Field) -> pa.Field:
    kind = field.type
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return field.with_type(pa.float64())
    if pa.types.is_integer(kind):
        return field.with_type(pa.int64())
    if pa.types.is_large_string(kind):
        return field.with_type(pa.string())
    return field


def write_published(
    connection: duckdb.DuckDBPyConnection,
    models: Iterable[tuple[str, str, Iterable[str]]],
    out_root: str | Path,
    meta: Mapping[str, Any],
    schema: str = "published",
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """Write the published tables as one immutable build and make it current.

    The same content gives the same bytes, so the same build id; then nothing new is written.

    Args:
        connection: A read connection to the warehouse.
        models: ``(name, audience, order_by)`` of every published model.
        out_root: The ``published`` folder, as a path or any fsspec URL.
        meta: ``as_of`` (date or ``YYYY-MM-DD``), ``code_version``, ``log_head``.
        schema: Warehouse schema that holds the models.
        known: Tables that are as they were in an earlier build: its entry, and ``build_id``. Where the file is no
            longer the one listed there, the table is written all the same.

    Returns:
        The build id.

    Raises:
        ValueError: A model names an unknown audience or an ordering column it does not have.
    """
    fs, root = store.locate(out_root)
    as_of = str(meta["as_of"])[:10]
    with store.staging(root if store.is_local(fs) else None) as scratch:
        folder = scratch / "build"
        tables = sorted(PublishedModel(name, audience, tuple(order)) for name, audience, order in models)

        def written(model: PublishedModel) -> dict[str, Any]:
            taken_over = _taken_over(fs, root, (known or {}).get(model.name), folder)
            if taken_over:
                return taken_over
            with connection.cursor() as cursor:  # closed even where it fails: an open one keeps the warehouse open
                return _write_table(cursor, schema, model, folder)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            entries = dict(zip((model.name for model in tables), pool.map(written, tables), strict=True))
        listing = "".join(f"{name} {entry['audience']} {entry['sha256']}\n" for name, entry in entries.items())
        build_id = f"{as_of}-{hashlib.sha256(listing.encode()).hexdigest()[:10]}"
        if not _is_whole(fs, f"{root}/{build_id}", entries):
            manifest = {
                "build_id": build_id,
                "as_of": as_of,
                "code_version": meta.get("code_version"),
                "log_head": meta.get("log_head"),
                "tables": entries,
            }
            folder.mkdir(exist_ok=True)
            (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
            store.install(fs, folder, f"{root}/{build_id}")
    store.point(fs, root, build_id)
    return build_id


def _is_whole(fs: Any, folder: str, entries: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a build lies there with the very bytes it should have; a damaged one is written again."""
    if not fs.exists(f"{folder}/{MANIFEST}"):
        return False
    try:
        json.loads(fs.cat_file(f"{folder}/{MANIFEST}"))
        return all(
            hashlib.sha256(fs.cat_file(f"{folder}/{entry['file']}")).hexdigest() == entry["sha256"]
            for entry in entries.values()
        )
    except (FileNotFoundError, ValueError):
        return False


def _taken_over(fs: Any, root: str, known: Mapping[str, Any] | None, folder: Path) -> dict[str, Any] | None:
    """A table's file as an earlier build has it."""
    if known is None:
        return None
    entry = {name: known[name] for name in ("audience", "file", "sha256", "rows")}
    try:
        data = fs.cat_file(f"{root}/{known['build_id']}/{entry['file']}")
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        return None
    (folder / entry["file"]).parent.mkdir(parents=True, exist_ok=True)
    (folder / entry["file"]).write_bytes(data)
    return entry


def _write_table(
    connection: duckdb.DuckDBPyConnection, schema: str, model: PublishedModel, folder: Path
) -> dict[str, Any]:
    if model.audience not in (RESTRICTED, RELEASE):
        raise ValueError(f"{model.name} is for “{model.audience}”; allowed are {RESTRICTED} and {RELEASE}.")
    relation = f"{_quoted(schema)}.{_quoted(model.name)}"
    columns = [row[0] for row in connection.execute(f"describe {relation}").fetchall()]
    unknown = [column for column in model.order_by if column not in columns]
    if unknown:
        raise ValueError(f"{model.name} is ordered by {', '.join(unknown)}, which it does not have.")
    # The remaining columns follow, so the order is total even where the declared one leaves ties.
    order = [*model.order_by, *(column for column in columns if column not in model.order_by)]
    ordering = ", ".join(f"{_quoted(column)} asc nulls first" for column in order)
    # One chunk: where Parquet breaks its pages must not depend on how the engine cut its batches. Asked for as one
    # batch, nothing is left to combine; DuckDB makes room for a whole batch at once.
    (rows,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    sorted_rows = connection.execute(f"select * from {relation} order by {ordering}")
    table = sorted_rows.to_arrow_table(max(rows, 1)).combine_chunks()
    file = f"{model.audience}/{model.name}.parquet"
    data = parquet_bytes(table)
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(data)
    return {
        "audience": model.audience,
        "file": file,
        "sha256": hashlib.sha256(data).hexdigest(),
        "rows": table.num_rows,
    }


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as Parquet: same content, same bytes (no clock, no writer's notes)."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(None),
        sink,
        compression="zstd",
        version="2.6",
        row_group_size=1 << 20,
        write_statistics=True,
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
