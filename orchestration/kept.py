"""What a run may leave as it was: what dbt's inputs were made from, and which published tables have other rows.

dbt builds again only what has other inputs (dbt_project/macros/engine/kept/kept.sql). What is said of them is read
from what lies in raw: the ledger says of which log it and the raw rows are, and by which code. Where it does not,
everything is built.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.resources import DBT_DIR
from sources.load import reading_of
from sources.log.ledger_kept import noted
from sources.storage import Store

if TYPE_CHECKING:
    import duckdb

    from exports.published import Published
    from orchestration.resources import House

    #: Name, audience and order of a published model.
    Model = tuple[str, str, tuple[str, ...]]

#: Inputs that are computed from the warehouse's own tables.
STEPS = "_steps"


def seals(house: House) -> dict[str, Any] | None:
    """The variable ``seals`` of the dbt project; ``None`` where nothing is known or another engine builds.

    Returns:
        ``programs``, ``made_by`` (what all of a build rests on) and ``sources``: what each input was made from.
    """
    if house.settings.engine != "duckdb":
        return None
    store = Store(house.settings.raw)
    note = noted(store)
    if note is None:
        return None
    sources = {}
    for name, digest in note["files"].items():
        sources[f"raw.ledger__{name}"] = digest
    for program, contract in house.contracts.items():
        quarters = sorted(item for item in note["marks"].items() if item[0].split("\n")[0] == program)
        for table in contract.tables:
            sources[f"raw.{program}__{table.name}"] = _hash([reading_of(contract), table.name, quarters])
    for key in store.parquet_files(STEPS) if store.exists(STEPS) else ():
        name = key.rsplit("/", 1)[-1].removesuffix(".parquet")
        sources[f"steps.{name}"] = hashlib.sha256(store.read(key)).hexdigest()
    made_by = _hash([_code(), str(house.settings.raw), note["made_by"]])
    return {"programs": sorted(house.contracts), "made_by": made_by, "sources": sources}


class PublishedBefore:
    """Which published tables are as the last build has them, by the notes they carry in the warehouse.

    The memory is beside the data docs and may be removed: then all tables are written.
    """

    def __init__(self, house: House, connection: duckdb.DuckDBPyConnection, models: list[Model]) -> None:
        self._path = house.settings.data / "quality" / "published.json"
        self._marks = _marks(connection, models) if house.settings.engine == "duckdb" else {}

    def known(self) -> dict[str, dict[str, Any]]:
        """The entry of each table that is as it was, and the build that has it."""
        try:
            before = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                name: before[name] for name, mark in self._marks.items() if before.get(name, {}).get("mark") == mark
            }
        except (OSError, ValueError, AttributeError):
            return {}

    def note(self, published: Published) -> None:
        """A build was just written."""
        entries = {name: asdict(published.tables[name]) for name in self._marks}
        noted = {
            name: {**entries[name], "build_id": published.build_id, "mark": mark} for name, mark in self._marks.items()
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f".tmp-{self._path.name}")
        beside.write_text(json.dumps(noted, indent=1), encoding="utf-8")
        beside.replace(self._path)


def _marks(connection: duckdb.DuckDBPyConnection, models: list[Model]) -> dict[str, str]:
    """What each published table's file is made from: its rows, its order and the code that writes it."""
    from exports import published

    writer = [Path(published.__file__).read_text(encoding="utf-8"), version("pyarrow"), version("duckdb")]
    notes = connection.execute(
        "select table_name, comment from duckdb_tables() where schema_name = 'published' and comment like '{%'"
    ).fetchall()
    held = {name: json.loads(note).get("c") for name, note in notes}
    return {model[0]: _hash([*model, held[model[0]], writer]) for model in models if held.get(model[0])}


@cache
def _code() -> str:
    """Hash over what a build rests on besides the SQL it runs: macros that run with it, and the engine."""
    digest = hashlib.sha256()
    for path in sorted((DBT_DIR / "macros").rglob("*.sql")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for name in ("dbt-core", "dbt-duckdb", "duckdb"):
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
