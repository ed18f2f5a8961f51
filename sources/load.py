"""Accepted rows → Parquet under ``raw/``.

The verdict in the log says which rows load; the originals are read again with the answers recorded
there, and nothing is judged. A reading that gives other rows than the verdict counted is an error,
never a silent difference.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.log.records import Key
from sources.log.state import LOADED_STATES, LedgerState, Submission, VerdictRecord
from sources.merged import SEAL, RawQuarter
from sources.raw_files import raw_bytes
from sources.reduced import read_reduced
from sources.storage import StorageAway, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from sources.contract.model import Column, Contract, Table
    from sources.reader.result import ReadResult
    from sources.settings import Settings

    Reader = Callable[..., ReadResult]

_LOG = logging.getLogger(__name__)
#: Landing keys are ``originals/<sha256>``.
ORIGINALS = "originals"
#: Where files with a virus lie, apart from what is ever opened.
QUARANTINE = "quarantine"
EMPTY = "_empty.parquet"
#: Files of single returns that are merged: in the newest quarter, which still grows, and in earlier ones.
MANY_OPEN, MANY = 16, 4
_EXACT_LIMIT = 4e15  # whole numbers, cents included, are exact in the reader's doubles below this


class LoadError(RuntimeError):
    """Accepted rows that cannot be loaded as the verdict counted them."""


def original_key(sha256: str) -> str:
    """Where an original lies in the landing zone."""
    return f"{ORIGINALS}/{sha256}"


def quarantine_key(sha256: str) -> str:
    """Where a file with a virus lies in the landing zone."""
    return f"{QUARANTINE}/{sha256}"


def raw_key(program: str, table: str, period: str, submission_id: str) -> str:
    """Where a submission's accepted rows of a table lie under ``raw/``."""
    return f"{program}/{table}/period={period}/{submission_id}.parquet"


def read_submission(
    settings: Settings,
    contract: Contract,
    submission: Submission,
    answers: Mapping[str, str],
    *,
    others: Iterable[Contract] = (),
    reader: Reader | None = None,
) -> ReadResult:
    """Read a submission's originals from the landing zone through the one reader.

    Raises:
        FileNotFoundError: where an original was erased.
        sources.storage.StorageError: where its bytes changed.
    """
    if submission.reduced:
        return read_reduced(settings, contract, submission)
    from sources.reader import InputFile

    landing = Store(settings.landing)
    files = [InputFile(file.name, landing.read_original(original_key(file.sha256))) for file in submission.files]
    return (reader or default_reader())(
        contract,
        files,
        partner=contract.partner(submission.partner),
        period=submission.period,
        answers=dict(answers),
        others=tuple(others),
    )


def default_reader() -> Reader:
    """The one reader, imported when needed."""
    from sources.reader import read_files

    return read_files


def accepted_frames(read: ReadResult, verdict: VerdictRecord, submission_id: str) -> dict[str, pd.DataFrame]:
    """The typed rows a verdict lets in, by table: what was read without the rows it left out.

    Raises:
        LoadError: where the rows are not those the verdict counted.
    """
    frames = {}
    for name, record in verdict.tables.items():
        if read.outcome != "read" or name not in read.tables:
            raise LoadError(_differs(submission_id, verdict, f"table {name} is not found any more"))
        frame = read.tables[name].frame
        if record.quarantined:
            out = set(record.quarantined)
            places = zip(frame["_file"], frame["_sheet"], frame["_row"], strict=True)
            frame = frame[[(f, s if isinstance(s, str) else None, int(r)) not in out for f, s, r in places]]
        if len(frame) != record.rows:
            raise LoadError(_differs(submission_id, verdict, f"{name} has {len(frame)} rows, not {record.rows}"))
        frames[name] = frame
    return frames


def load_submission(
    settings: Settings,
    contract: Contract,
    submission: Submission,
    *,
    reader: Reader | None = None,
    quarters: dict[str, RawQuarter] | None = None,
) -> dict[str, Path]:
    """Write the accepted rows of one submission, one Parquet file per table.

    Rows that lie there whole and were written for the same verdict are left as they are, merged or not.

    Args:
        quarters: What was looked up already of the submission's quarter, by table; gets what is looked up here.

    Returns:
        Path of the file with the rows by table name; empty where the submission's verdict loads nothing.

    Raises:
        LoadError: where the originals now read otherwise than the verdict says.
    """
    verdict = submission.verdict
    if verdict is None or verdict.state not in LOADED_STATES:
        return {}
    store, seal = Store(settings.raw), seal_of(contract, submission.partner, verdict)
    quarters = {} if quarters is None else quarters
    for name in verdict.tables.keys() - quarters.keys():
        quarters[name] = RawQuarter(store, submission.program, name, submission.period)
    keys = {name: quarters[name].key_of(submission.id, seal) for name in verdict.tables}
    if not all(keys.values()):
        read = read_submission(settings, contract, submission, verdict.answers, reader=reader)
        for name, frame in accepted_frames(read, verdict, submission.id).items():
            if keys[name] is None:
                rows = to_arrow(contract.table(name), frame, submission)
                keys[name] = quarters[name].single_key(submission.id)
                store.replace(str(keys[name]), raw_bytes(rows, {SEAL: seal}))
    return {name: Path(store.path(str(key))) for name, key in keys.items()}


def load_period(
    settings: Settings,
    contract: Contract,
    table: str,
    periods: Iterable[str],
    state: LedgerState,
    *,
    reader: Reader | None = None,
    merge: bool = False,
) -> list[Path]:
    """Bring ``raw/<program>/<table>`` of some periods in line with the log.

    Every version whose verdict loads is there, superseded ones too (they explain restatements); withdrawn,
    returned and erased ones are not. One submission that cannot be loaded does not stop the others.

    Args:
        merge: Move what lies there in many small files into one per quarter.

    Returns:
        Paths of the files with the versions that count now, in order of period and receipt; a merged file holds
        superseded versions too.

    Raises:
        LoadError: after everything else is loaded, naming each submission that could not be.
        StorageAway: where originals lie is out of reach.
    """
    store = Store(settings.raw)
    write_empty(settings, contract)
    versions = state.versions()
    newest = max((key.period for key in versions if key.program == contract.program), default="")
    loaded: dict[Path, None] = {}
    failures: list[str] = []
    for period in periods:
        quarter = RawQuarter(store, contract.program, table, period)
        quarters = {table: quarter}
        expected: dict[str, bytes | None] = {}
        keys: dict[str, str] = {}
        for submission in state.handed_in(contract.program, period):
            verdict = submission.verdict
            if not submission.loaded or verdict is None or table not in verdict.tables:
                continue
            seal = expected[submission.id] = seal_of(contract, submission.partner, verdict)
            key = quarter.key_of(submission.id, seal)
            try:
                if key is None:
                    load_submission(settings, contract, submission, reader=reader, quarters=quarters)
            except StorageAway:  # so are the originals of all others
                raise
            except (LoadError, OSError) as error:
                failures.append(f"{submission.id}: {error}")
                expected[submission.id] = None
                continue
            version = versions.get(Key(submission.partner, contract.program, period, table))
            if version is not None and version.submission.id == submission.id:
                keys[submission.id] = key or quarter.single_key(submission.id)
        if quarter.damaged:
            place = {"program": contract.program, "period": period, "files": len(quarter.damaged)}
            _LOG.warning("Accepted rows on disk were damaged; they are written again from the originals.", extra=place)
        quarter.tidy(expected, None if not merge else MANY_OPEN if period == newest else MANY)
        for submission_id, key in keys.items():
            key = quarter.merged_key if submission_id in quarter.parts else key
            loaded[Path(store.path(key))] = None
    if failures:
        raise LoadError("\n".join(failures))
    return list(loaded)


def write_empty(settings: Settings, contract: Contract) -> list[Path]:
    """A zero-row Parquet per table, so that a scan over all files always finds one."""
    from sources.raw_schema import arrow_schema

    store = Store(settings.raw)
    paths = []
    for table in contract.tables:
        key = f"{contract.program}/{table.name}/{EMPTY}"
        store.replace(key, raw_bytes(arrow_schema(table).empty_table()))
        paths.append(Path(store.path(key)))
    return paths


def load_counting(
    settings: Settings,
    contracts: Mapping[str, Contract],
    state: LedgerState,
    *,
    reader: Reader | None = None,
    done: Collection[tuple[str, str, str]] = (),
) -> None:
    """Bring every quarter that something counts for in line with the log.

    Args:
        done: Program, table and period that were just brought in line.

    Raises:
        LoadError: naming each submission that could not be loaded.
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    for key in state.versions():
        if (key.program, key.table, key.period) not in done:
            wanted.setdefault((key.program, key.table), set()).add(key.period)
    failures: dict[str, None] = {}
    for (program, table), periods in sorted(wanted.items()):
        try:
            load_period(settings, contracts[program], table, sorted(periods), state, reader=reader)
        except LoadError as error:
            failures.update(dict.fromkeys(str(error).splitlines()))
    if failures:
        raise LoadError("\n".join(failures))


@cache
def _reading_code() -> str:
    """Hash of the code that turns originals into raw rows: a changed reader writes the files anew."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    own = [here / f"{name}.py" for name in ("load", "merged", "raw_files", "raw_schema", "decimals", "reduced")]
    for path in [*sorted((here / "reader").glob("*.py")), *own]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def seal_of(contract: Contract, partner: str, verdict: VerdictRecord) -> bytes:
    """What a raw file was made from: the verdict, the contract, how the partner writes, and the reading code."""
    ways = contract.ways_of_writing.get(partner, "")
    made_from = f"{verdict.key} {contract.reading_sha256} {ways} {_reading_code()}"
    return hashlib.sha256(made_from.encode()).hexdigest().encode()


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


def _differs(submission_id: str, verdict: VerdictRecord, what: str) -> str:
    return (
        f"{submission_id} reads otherwise than when it was judged with contract {verdict.contract_version}: {what}. "
        "Run “impact revalidate”."
    )
