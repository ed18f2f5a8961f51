"""A large installation as many partners and quarters would leave it: log, originals and raw Parquet. All synthetic.

Each program's own sample return is read once; its accepted rows are then repeated for every invented partner and quarter,
dates moved into the quarter and numbers doubled for some rows. Events go through the log's own bulk way, raw files carry the
seals loading would give them. What is left out: every return of a program has the same original, the sample's, so
rows are not read from it anew unless seals no longer fit.

    code = make_code(folder / "code", partners=1000)
    made = make_history(folder / "data", code, quarters=32)

The partners stand in a copy of the code (its ``partners.yaml`` and the dbt seed rendered from it), since nothing else names
partners: run things with ``PYTHONPATH`` set to it (:func:`environment`).
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sources import periods
from sources.contract.load import ROOT, load_all

if TYPE_CHECKING:
    import pyarrow as pa

    from sources.contract.model import Contract
    from sources.log.event import Event
    from sources.settings import Settings

ROOMS = ("sources", "expectations", "dbt_project", "exports", "orchestration", "portal", "tests")
#: The quarter every history ends with; 32 quarters begin with the first that can be reported.
LAST = periods.LAST_PERIOD
AS_OF = periods.last_day(LAST) + timedelta(days=20)
#: Who hands in one more return: the only partner whose last quarter is not there.
LATECOMER = ("heal", "bench_0000")
OFFICER, LEAD = "bench.officer", "bench.lead"
_SEED = 7


@dataclass(frozen=True)
class Made:
    """What was made.

    Attributes:
        returns: Returns handed in; ``rows`` is their rows in all tables.
        files: Parquet files of rows.
    """

    data: Path
    quarters: int
    partners: int
    returns: int
    rows: int
    files: int
    events: int


class _Template(NamedTuple):
    """A sample return of a program: rows by table, in the schema of raw files, and its originals."""

    period: str
    originals: dict[str, bytes]
    tables: dict[str, pa.Table]
    payload: dict[str, Any]


def partner_codes(partners: int) -> dict[str, list[str]]:
    """Codes of the invented partners by program: one program each, in turn."""
    programs = [LATECOMER[0], *sorted(slug for slug in _quarterly() if slug != LATECOMER[0])]
    codes: dict[str, list[str]] = {slug: [] for slug in programs}
    for number in range(partners):
        codes[programs[number % len(programs)]].append(f"bench_{number:04d}")
    return {slug: found for slug, found in codes.items() if found}


def make_code(folder: Path, partners: int = 0, codes: Mapping[str, Sequence[str]] | None = None) -> Path:
    """A copy of the code whose quarterly programs are reported by invented partners only.

    Args:
        partners: How many; one program each, in turn.
        codes: Their codes by program, instead.
    """
    from sources.contract.render import _seeds

    left_out = shutil.ignore_patterns("__pycache__", "target", "logs", "results")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=left_out)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, folder / name)
    programs_dir = folder / "sources" / "programs"
    codes = codes if codes is not None else partner_codes(partners)
    first = periods.FIRST_PERIOD
    for slug in _quarterly():
        lines = ["# Invented for a benchmark.", "partners:" if codes.get(slug) else "partners: []"]
        for code in codes.get(slug, ()):
            lines += [f"  - code: {code}", f"    name: Synthetic partner {code[-4:]}", "    country: US"]
            lines += [f"    since: {first}", '    decimal: "."', "    day_first: false", "    synthetic: true"]
        (programs_dir / slug / "partners.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reference = folder / "sources" / "reference"
    seed = "dbt_project/seeds/rendered/partners.csv"
    (folder / seed).write_bytes(_seeds(load_all(programs_dir, reference), programs_dir, reference)[seed])
    return folder


def environment(data: Path, code: Path) -> dict[str, str]:
    """The environment of a command that runs such a copy of the code on a data folder."""
    from tests.benchmarks import section

    return section.environment(data, PYTHONPATH=str(code))


def make_history(
    data: Path, code: Path, quarters: int, *, rows_per_return: int = 10, big_files: bool = False, seed: int = _SEED
) -> Made:
    """Make a data folder whose log, originals and raw Parquet are those of ``quarters`` full quarters.

    Every partner of :func:`make_code` reports every quarter, all but the last one signed off; :data:`LATECOMER` has not
    reported the last one.

    Args:
        rows_per_return: Rows of a return in each of its tables.
        big_files: One file per table and quarter, however many returns; for rows by the hundred million. Memory holds
            the rows of one return.
        seed: Of the dice.
    """
    from sources.load import original_key
    from sources.log.events import EventLog
    from sources.settings import Settings
    from sources.storage import Store

    settings = Settings.at(data)
    contracts = load_all(code / "sources" / "programs", code / "sources" / "reference")
    templates = {slug: found for slug, found in _templates().items() if contracts[slug].partners}
    landing = Store(settings.landing)
    for original in [data for template in templates.values() for data in template.originals.values()]:
        landing.put_once(original_key(hashlib.sha256(original).hexdigest()), original)
    last = periods.between(periods.shift(LAST, 1 - quarters), LAST)
    events = list(_events(contracts, templates, last, rows_per_return))
    EventLog(settings.log_url).restore(events)
    rows, files = _write_rows(settings, contracts, templates, events, rows_per_return, seed, big_files)
    returns = sum(event.kind == "received" for event in events)
    partners = sum(len(contracts[slug].partners) for slug in templates)
    return Made(data, quarters, partners, returns, rows, files, len(events))


def _quarterly() -> dict[str, Contract]:
    return {slug: contract for slug, contract in load_all().items() if contract.period_kind == "quarter"}


@cache
def _templates() -> dict[str, _Template]:
    """The newest accepted sample of every quarterly program that fills most of its tables, as raw rows."""
    from expectations.desk_judging import Judged, Judging
    from expectations.ruleset import ruleset_version
    from expectations.verdict import Verdict
    from sources.currency import Rates
    from sources.log.records import Submission
    from sources.log.state import LedgerState
    from sources.raw_rows import to_arrow
    from sources.reader import InputFile, read_files
    from sources.samples.generate import generate
    from sources.settings import Settings

    found = {}
    with TemporaryDirectory() as folder:
        contracts, samples = _quarterly(), generate(Path(folder))
        for slug, contract in contracts.items():
            best: tuple[int, dict[str, Any], Any] | None = None
            for sample in reversed([s for s in samples if s.program == slug and s.expect == "accepted"]):
                if best is not None and best[0] == len(contract.tables):
                    continue
                files = [InputFile(path.name, path.read_bytes()) for path in sample.files]
                read = read_files(contract, files, partner=contract.partner(sample.partner), period=sample.period)
                frames = {name: table.frame for name, table in read.tables.items() if len(table.frame)}
                if read.outcome == "read" and (best is None or len(frames) > best[0]):
                    best = (len(frames), frames, sample)
            assert best is not None, f"{slug} has no sample to repeat"
            _, frames, sample = best
            at = datetime(2026, 1, 1, tzinfo=UTC)
            of = Submission("x", 1, slug, sample.partner, sample.period, at, at.date(), OFFICER, (), "x")
            tables = {name: to_arrow(contract.table(name), frame, of) for name, frame in frames.items()}
            verdict = Verdict("accepted", ruleset=ruleset_version(contract), row_counts=dict.fromkeys(tables, 0))
            judging = Judging(Settings.at(folder), contracts, Rates())
            payload = judging.record(Judged(verdict, {}, {}, {}), slug, LedgerState())
            found[slug] = _Template(
                sample.period, {path.name: path.read_bytes() for path in sample.files}, tables, payload
            )
    return found


def _events(
    contracts: Mapping[str, Contract], templates: Mapping[str, _Template], quarters: list[str], rows: int
) -> Iterator[Event]:
    """What the log would hold, chained: each return received, judged and, before the last quarter, signed off."""
    from sources.log.event import GENESIS, Event, chain_hash, moment_text, submission_number

    seq, previous, known = 0, GENESIS, set()

    def event(
        kind: str, who: str, at: datetime, place: tuple[str, str, str], number: str, payload: dict[str, Any]
    ) -> Event:
        nonlocal seq, previous
        seq += 1
        program, partner, period = place
        fields = (seq, moment_text(at), kind, who, None, number, program, partner, period)
        digest = chain_hash(*fields, payload, previous)
        made = Event(*fields, previous, digest, payload=payload)
        previous = digest
        return made

    for period in quarters:
        day = periods.last_day(period) + timedelta(days=10)
        at = datetime.combine(day, time(9), UTC)
        for slug, template in sorted(templates.items()):
            files = [
                {"name": name, "sha256": hashlib.sha256(original).hexdigest(), "size": len(original)}
                for name, original in template.originals.items()
            ]
            content = hashlib.sha256("".join(sorted(str(file["sha256"]) for file in files)).encode()).hexdigest()
            received = {"files": files, "content": content, "received_on": day.isoformat(), "came_twice": []}
            for partner in contracts[slug].partners:
                if period == LAST and (slug, partner.code) == LATECOMER:
                    continue
                at += timedelta(seconds=1)
                place = (slug, partner.code, period)
                number = submission_number(seq + 1, content)
                yield event("received", OFFICER, at, place, number, received)
                counts = {name: _room(table, contracts[slug], name, rows) for name, table in template.tables.items()}
                payload = {**template.payload, "row_counts": counts}
                if slug in known:
                    payload.pop("rules", None)
                known.add(slug)
                yield event("judged", OFFICER, at, place, number, payload)
                if period != LAST:
                    yield event("approved", LEAD, at, place, number, {})


def _write_rows(
    settings: Settings,
    contracts: Mapping[str, Contract],
    templates: Mapping[str, _Template],
    events: list[Event],
    rows: int,
    seed: int,
    big_files: bool,
) -> tuple[int, int]:
    """Raw Parquet of every judged return; gives how many rows and files."""
    import pyarrow.parquet as pq

    from sources.load import raw_key, seal_of, write_empty
    from sources.log.records import verdict_record
    from sources.merged import SEAL
    from sources.raw_files import raw_bytes

    for contract in contracts.values():
        write_empty(settings, contract)
    raw, written, files = Path(settings.raw), 0, 0
    by_quarter: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.kind == "judged":
            by_quarter.setdefault((event.program or "", event.period or ""), []).append(event)
    dice = np.random.default_rng(seed)
    for (slug, period), judged in by_quarter.items():
        for table, template in templates[slug].tables.items():
            moved = _moved(template, contracts[slug], table, templates[slug].period, period, rows)
            (raw / slug / table / f"period={period}").mkdir(parents=True, exist_ok=True)
            big = None
            for event in judged:
                seal = seal_of(contracts[slug], event.partner or "", verdict_record(event))
                content = _of_partner(moved[int(dice.integers(len(moved)))], event)
                if big_files:
                    path = raw / slug / table / f"period={period}" / "all.parquet"
                    big = big or pq.ParquetWriter(path, content.schema, compression="zstd")
                    big.write_table(content)
                else:
                    path = raw / raw_key(slug, table, period, event.submission_id or "")
                    path.write_bytes(raw_bytes(content, {SEAL: seal}))
                written += content.num_rows
                files += not big_files
            if big is not None:
                big.close()
                files += 1
    return written, files


def _room(template: pa.Table, contract: Contract, table: str, rows: int) -> int:
    """How many of the rows wanted a table takes: where its keys are codes, there is one row for each."""
    keys = [column for column in contract.table(table).columns if column.key]
    by_code = keys and all(column.kind != "text" for column in keys)
    return min(rows, template.num_rows) if by_code else rows


def _moved(template: pa.Table, contract: Contract, table: str, then: str, now: str, rows: int) -> list[pa.Table]:
    """The template's rows as often as needed, keys made unique, dates moved to a quarter; and once with numbers doubled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shape = contract.table(table)
    rows = _room(template, contract, table, rows)
    at = np.arange(rows) % template.num_rows
    again = np.arange(rows) // template.num_rows
    days = (periods.last_day(now) - periods.last_day(then)).days
    plain: dict[str, pa.Array] = {}
    doubled: dict[str, pa.Array] = {}
    kinds = {
        name: column for column in shape.columns for name in (column.name, f"{column.name}_low", f"{column.name}_high")
    }
    taken = template.take(pa.array(at)).combine_chunks()
    for field in template.schema:
        values, column = taken.column(field.name).combine_chunks(), kinds.get(field.name)
        twice = values
        if field.name == "_row":
            values = twice = pa.array(np.arange(rows) + 2)
        elif "currency" in field.name:  # no exchange rates are known of days to come
            values = twice = pc.if_else(pc.is_valid(values), "EUR", pa.scalar(None, pa.string()))
        elif column is not None and column.key and column.kind == "text" and again.any():
            suffix = pa.array(["" if one == 0 else f"-{one}" for one in again.tolist()])
            values = twice = pc.binary_join_element_wise(values, suffix, "")
        elif pa.types.is_date32(field.type):
            values = twice = pc.add(values.cast(pa.int32()), pa.scalar(days, pa.int32())).cast(pa.date32())
        elif column is not None and column.kind in ("integer", "money") and not column.key:
            twice = pc.multiply(values, pa.scalar(2, pa.int64())).cast(field.type)
        plain[field.name], doubled[field.name] = values, twice
    return [pa.table(plain, schema=template.schema), pa.table(doubled, schema=template.schema)]


def _of_partner(rows: pa.Table, event: Event) -> pa.Table:
    import pyarrow as pa

    stated = {"_submission_id": event.submission_id, "_partner_code": event.partner, "_period": event.period}
    for name, value in stated.items():
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(name), pa.repeat(pa.scalar(value, pa.string()), rows.num_rows))
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Make one by hand: ``python -m tests.benchmarks.history FOLDER QUARTERS PARTNERS [ROWS_PER_RETURN [big]]``."""
    given = sys.argv[1:] if arguments is None else arguments
    folder, quarters, partners = Path(given[0]), int(given[1]), int(given[2])
    code = make_code(folder / "code", partners)
    rows = int(given[3]) if len(given) > 3 else 10
    made = make_history(folder / "data", code, quarters, rows_per_return=rows, big_files=given[4:] == ["big"])
    sys.stdout.write(f"{made}\nPYTHONPATH={code} IMPACT_DATA={made.data} python -m …\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
