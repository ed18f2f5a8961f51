"""Rows of the ledger that need not be made anew: those of quarters about which nothing came into the log.

A note beside the ledger says what of the log each quarter's rows were made from, by which code and contracts, and the
hash of the file that holds them. Without it, or with another file, all rows are made anew; both may be deleted.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources.log.ledger_schema import LEDGER_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.storage import Store

FOLDER = "_ledger"
NOTE = f"{FOLDER}/_made_from.json"


class KeptRows:
    """What the last ledger was made from; read once, written by :meth:`keep`."""

    def __init__(self, store: Store, contracts: Mapping[str, Contract]) -> None:
        self._store = store
        self._made_by = _made_by(contracts)
        self._marks: dict[str, str] = {}
        self._files: dict[str, str] = {}
        note = noted(store)
        if note is not None and note["made_by"] == self._made_by:
            self._marks, self._files = note["marks"], note["files"]
        self._noted: dict[str, str] = {}

    def with_new(self, name: str, state: LedgerState, make: Callable[[str, str], list[dict[str, Any]]]) -> pa.Table:
        """A table of rows by program and period, in no particular order.

        Args:
            make: Gives the rows of a program's quarter.
        """
        schema = LEDGER_TABLES[name][1]
        before = self._before(name, schema)
        marks = _by_text(state)
        same = {quarter for quarter, mark in marks.items() if before is not None and self._marks.get(quarter) == mark}
        rows = [row for quarter in marks if quarter not in same for row in make(*_quarter(quarter))]
        new = pa.Table.from_pylist(rows, schema=schema)
        if before is None:
            return new
        of = pc.binary_join_element_wise(before["program_code"], before["period"], _BETWEEN)
        return pa.concat_tables([before.filter(pc.is_in(of, pa.array(sorted(same), pa.string()))), new])

    def note(self, name: str, data: bytes) -> None:
        """A file of the ledger was just written."""
        self._noted[name] = hashlib.sha256(data).hexdigest()

    def keep(self, state: LedgerState) -> None:
        """Write down what all files were made from."""
        note = {"made_by": self._made_by, "marks": _by_text(state), "files": self._noted}
        self._store.replace(NOTE, json.dumps(note, sort_keys=True).encode())

    def _before(self, name: str, schema: pa.Schema) -> pa.Table | None:
        """The table as the last ledger has it; ``None`` where the file is not the one that was noted."""
        try:
            data = self._store.read(f"{FOLDER}/{name}.parquet")
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != self._files.get(name):
            return None
        return pq.read_table(io.BytesIO(data)).replace_schema_metadata(None).cast(schema)


def noted(store: Store) -> dict[str, Any] | None:
    """The note: ``made_by``, ``marks`` by program and period (a line each), ``files`` by name; ``None`` without one."""
    try:
        note = json.loads(store.read(NOTE))
        return {"made_by": str(note["made_by"]), "marks": dict(note["marks"]), "files": dict(note["files"])}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def changed_programs(store: Store, state: LedgerState) -> set[str]:
    """Programs about which something came into the log since the last ledger; all of them where that is not known."""
    note, now = noted(store), _by_text(state)
    before = note["marks"] if note is not None else {}
    return {_quarter(quarter)[0] for quarter, mark in now.items() if before.get(quarter) != mark}


_BETWEEN = "\n"


def _by_text(state: LedgerState) -> dict[str, str]:
    quarters = set(state.submissions.quarters())
    return {f"{program}{_BETWEEN}{period}": state.marks[program, period] for program, period in sorted(quarters)}


def _quarter(text: str) -> tuple[str, str]:
    program, _, period = text.partition(_BETWEEN)
    return program, period


def _made_by(contracts: Mapping[str, Contract]) -> str:
    known = [
        [program, contract.sha256, [partner.code for partner in contract.partners]]
        for program, contract in sorted(contracts.items())
    ]
    return hashlib.sha256(json.dumps([_code(), known]).encode()).hexdigest()


@cache
def _code() -> str:
    """Hash of the code that folds the log."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
