"""A tiny ``raw/`` folder with known numbers, for running the dbt project without the rest of the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dbt_project.steps.quantiles import QUANTILES_FILE, quantiles_file
from orchestration.disclosing import DECISIONS_FILE, decisions_file
from sources import periods
from sources.contract.load import load_all, load_contract
from sources.contract.model import Table
from sources.log.ledger_schema import LEDGER_TABLES
from sources.raw_schema import arrow_schema

Rows = Iterable[Mapping[str, Any]]


@dataclass
class RawRoot:
    """Collects returns and ledger rows, and writes them as ingestion and the ledger would.

    An interval column takes a number, or a pair ``(low, high)`` for what was written as ``<5``.
    """

    root: Path
    ledger: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in LEDGER_TABLES})
    returns: dict[str, dict[str, Rows]] = field(default_factory=dict)

    def submit(
        self,
        program: str,
        partner: str,
        period: str,
        tables: Mapping[str, Rows],
        *,
        version: int = 1,
        approved: bool = True,
        received_on: date | None = None,
        state: str = "accepted",
        quarantined: int = 0,
    ) -> str:
        """Hand in a return; a later version of the same quarter replaces the earlier one."""
        submission = f"{partner}-{period}-v{version}"
        day = received_on or periods.last_day(period) + timedelta(days=10 + version)
        self.returns[submission] = {f"{program}/{name}": rows for name, rows in tables.items()}
        self.ledger["submissions"].append(
            {
                "submission_id": submission, "program_code": program, "partner_code": partner, "period": period,
                "state": state, "received_at": datetime(day.year, day.month, day.day, 9), "received_on": day,
                "received_by": "officer", "is_confirmed": True, "is_approved": approved, "error_count": 0,
                "warning_count": 0, "quarantined_row_count": quarantined, "file_names": "return.xlsx",
            }
        )  # fmt: skip
        for name in tables:
            key = {"program_code": program, "table_name": name, "partner_code": partner, "period": period}
            kept = [row for row in self.ledger["current_versions"] if any(row[part] != key[part] for part in key)]
            kept.append(
                {**key, "submission_id": submission, "version_number": version, "is_approved": approved, "state": state}
            )
            self.ledger["current_versions"] = kept
        return submission

    def rate(self, currency: str, day: date, rate: str, rate_date: date | None = None) -> None:
        """Units of a currency per euro on a day."""
        row = {
            "currency_code": currency,
            "date": day,
            "rate": Decimal(rate),
            "rate_date": rate_date or day,
            "source": "ECB",
        }
        self.ledger["fx_rates"].append(row)

    def write(self) -> Path:
        """Write every table of every program, empty ones included."""
        for program, contract in load_all().items():
            for table in contract.tables:
                folder = self.root / program / table.name
                folder.mkdir(parents=True, exist_ok=True)
                pq.write_table(arrow_schema(table).empty_table(), folder / "_empty.parquet")
                for submission, content in self._contents(program, table):
                    target = folder / f"period={submission['period']}"
                    target.mkdir(exist_ok=True)
                    pq.write_table(content, target / f"{submission['submission_id']}.parquet")
        (self.root / "_ledger").mkdir(exist_ok=True)
        for name, content in self._ledger_tables():
            pq.write_table(content, self.root / "_ledger" / f"{name}.parquet")
        (self.root / QUANTILES_FILE).parent.mkdir(exist_ok=True)
        (self.root / QUANTILES_FILE).write_bytes(quantiles_file())
        (self.root / DECISIONS_FILE).write_bytes(decisions_file())
        return self.root

    def tables(self, program: str) -> dict[str, pa.Table]:
        """What dbt's sources hold for one program and the ledger, by source table, without any file."""
        found = {f"ledger__{name}": content for name, content in self._ledger_tables()}
        found["disclosure"] = pq.read_table(pa.BufferReader(decisions_file()))
        for table in load_contract(program).tables:
            parts = [content for _, content in self._contents(program, table)]
            found[f"{program}__{table.name}"] = pa.concat_tables([arrow_schema(table).empty_table(), *parts])
        return found

    def _ledger_tables(self) -> Iterator[tuple[str, pa.Table]]:
        for name, (_, schema) in LEDGER_TABLES.items():
            yield name, pa.Table.from_pylist(self.ledger[name], schema=schema)

    def _contents(self, program: str, table: Table) -> Iterator[tuple[dict[str, Any], pa.Table]]:
        schema = arrow_schema(table)
        intervals = {column.name for column in table.columns if column.interval}
        for submission in self.ledger["submissions"]:
            rows = self.returns[submission["submission_id"]].get(f"{program}/{table.name}")
            if rows is not None:
                typed = [_raw_row(row, submission, table.label, line, intervals) for line, row in enumerate(rows, 2)]
                unknown = {name for row in typed for name in row} - set(schema.names)
                if unknown:
                    raise KeyError(f"{program}.{table.name} has no {', '.join(sorted(unknown))}")
                yield submission, pa.Table.from_pylist(typed, schema=schema)


def _raw_row(
    row: Mapping[str, Any], submission: Mapping[str, Any], sheet: str, line: int, intervals: set[str]
) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, value in row.items():
        if name in intervals:
            low, high = value if isinstance(value, tuple) else (value, value)
            typed |= {name: low if low == high else None, f"{name}_low": low, f"{name}_high": high}
        else:
            typed[name] = value
    return typed | {
        "_submission_id": submission["submission_id"], "_partner_code": submission["partner_code"],
        "_period": submission["period"], "_file": "return.xlsx", "_sheet": sheet, "_row": line,
    }  # fmt: skip
