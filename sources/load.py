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
from typing import TYPE_CHECKING

from sources import periods as all_periods
from sources.in_line import InLine, Loaded, mark_of
from sources.log.records import Key
from sources.log.state import LOADED_STATES, LedgerState, Submission, VerdictRecord
from sources.merged import SEAL, RawQuarter
from sources.raw_files import raw_bytes
from sources.raw_rows import LoadError, to_arrow
from sources.reduced import read_reduced
from sources.storage import StorageAway, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    import pandas as pd

    from sources.contract.model import Contract
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


def load_quarters(
    settings: Settings,
    contract: Contract,
    table: str,
    periods: Iterable[str],
    state: LedgerState,
    *,
    reader: Reader | None = None,
    merge: bool = False,
    whole: bool = False,
) -> dict[str, Loaded]:
    """Bring ``raw/<program>/<table>`` of some periods in line with the log.

    Every version whose verdict loads is there, superseded ones too (they explain restatements); withdrawn,
    returned and erased ones are not. One submission that cannot be loaded does not stop the others. A quarter
    that is known to be in line is not gone through.

    Args:
        merge: Move what lies there in many small files into one per quarter.
        whole: Look into the files of a quarter in line all the same, whether each is as it was written.

    Returns:
        By period, keys of the files with the versions that count now, in order of receipt; a merged file holds
        superseded versions too.

    Raises:
        LoadError: after everything else is loaded, naming each submission that could not be.
        StorageAway: where originals lie is out of reach.
    """
    store = Store(settings.raw)
    write_empty(settings, contract)
    newest = max((period for slug, period in state.submissions.quarters() if slug == contract.program), default="")
    known = InLine(store, contract.program, table)
    loaded: dict[str, Loaded] = {}
    failures: list[str] = []
    for period in periods:
        few = None if not merge else MANY_OPEN if period == newest else MANY
        mark = quarter_mark(contract, table, period, state)
        found = known.loaded(period, mark, few, whole=whole)
        if found is None:
            quarter = RawQuarter(store, contract.program, table, period)
            keys, failed = _load_quarter(settings, contract, quarter, table, period, state, reader, few)
            found = Loaded(mark, tuple(dict.fromkeys(keys)))
            failures += failed
            if failed:
                known.forget(period)
            else:
                known.note(period, found, len(quarter.singles()))
        loaded[period] = found
    known.keep()
    if failures:
        raise LoadError("\n".join(failures))
    return loaded


def _load_quarter(
    settings: Settings,
    contract: Contract,
    quarter: RawQuarter,
    table: str,
    period: str,
    state: LedgerState,
    reader: Reader | None,
    few: int | None,
) -> tuple[list[str], list[str]]:
    """Keys of the files with what counts, and what could not be loaded."""
    versions, quarters = state.versions_of(contract.program, period=period), {table: quarter}
    expected: dict[str, bytes | None] = {}
    keys: dict[str, str] = {}
    failures: list[str] = []
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
    quarter.tidy(expected, few)
    return [quarter.merged_key if one in quarter.parts else key for one, key in keys.items()], failures


def quarter_mark(contract: Contract, table: str, period: str, state: LedgerState) -> str:
    """What the rows of a quarter are made from: the log about it, and how they are read."""
    return mark_of([table, period, state.marks.get((contract.program, period), ""), reading_of(contract)])


def reading_of(contract: Contract) -> str:
    """How returns of a program are read: by its contract, the ways its partners write, and the reading code."""
    return mark_of(
        [contract.program, contract.reading_sha256, repr(sorted(contract.ways_of_writing.items())), reading_code()]
    )


def quarters_of(contract: Contract, state: LedgerState) -> list[str]:
    """The quarters a program has submissions of, in order; a refused return keeps its quarter as it was typed."""
    known = set(all_periods.between(all_periods.FIRST_PERIOD, all_periods.LAST_PERIOD))
    return sorted(
        period for slug, period in state.submissions.quarters() if slug == contract.program and period in known
    )


def out_of_line(settings: Settings, contracts: Mapping[str, Contract], state: LedgerState) -> list[str]:
    """Quarters in which a table is not known to be in line with the log, in order."""
    store, found = Store(settings.raw), set()
    for program, contract in contracts.items():
        periods = quarters_of(contract, state)
        for table in contract.tables if periods else ():
            known = InLine(store, program, table.name)
            wanted = (period for period in periods if period not in found)
            found |= {one for one in wanted if not known.loaded(one, quarter_mark(contract, table.name, one, state))}
    return sorted(found)


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
    """Bring every quarter with a submission in line with the log.

    Where something is new of a program, all its rows are read again, so every file of them is looked into.

    Args:
        done: Program, table and period that were just brought in line.

    Raises:
        LoadError: naming each submission that could not be loaded.
    """
    from sources.log.ledger_kept import changed_programs

    fresh = changed_programs(Store(settings.raw), state)
    wanted = {
        (program, table.name): [one for one in quarters_of(contract, state) if (program, table.name, one) not in done]
        for program, contract in contracts.items()
        for table in contract.tables
    }
    failures: dict[str, None] = {}
    for (program, table), periods in sorted(wanted.items()):
        try:
            if periods:
                whole = program in fresh
                load_quarters(settings, contracts[program], table, periods, state, reader=reader, whole=whole)
        except LoadError as error:
            failures.update(dict.fromkeys(str(error).splitlines()))
    if failures:
        raise LoadError("\n".join(failures))


@cache
def reading_code() -> str:
    """Hash of the code that turns originals into raw rows: a changed reader writes the files anew."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    own = [
        here / f"{name}.py" for name in ("load", "merged", "raw_files", "raw_rows", "raw_schema", "decimals", "reduced")
    ]
    for path in [*sorted((here / "reader").glob("*.py")), *own]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def seal_of(contract: Contract, partner: str, verdict: VerdictRecord) -> bytes:
    """What a raw file was made from: the verdict, the contract, how the partner writes, and the reading code."""
    ways = contract.ways_of_writing.get(partner, "")
    made_from = f"{verdict.key} {contract.reading_sha256} {ways} {reading_code()}"
    return hashlib.sha256(made_from.encode()).hexdigest().encode()


def _differs(submission_id: str, verdict: VerdictRecord, what: str) -> str:
    return (
        f"{submission_id} reads otherwise than when it was judged with contract {verdict.contract_version}: {what}. "
        "Run “impact revalidate”."
    )
