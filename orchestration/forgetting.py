"""What a run does after an erasure: everything made from the erased rows is made anew, and the old is removed.

The warehouse file keeps old blocks and earlier builds hold what was published then, so both go. A mark beside the data
says up to which erasure that is done; a run that fails leaves it, and the next one does it again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sources.load import seal_of
from sources.merged import RawQuarter
from sources.storage import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

MARK = "erased.seq"


def forget_before_building(settings: Settings, state: LedgerState, contracts: Mapping[str, Contract]) -> bool:
    """Remove what was made from erased rows: raw rows, checks and pages of verdicts, the warehouse of both engines."""
    if not _is_due(settings, state):
        return False
    raw = Store(settings.raw)
    for submission in state.submissions.values():
        verdict, contract = submission.verdict, contracts.get(submission.program)
        for table in verdict.tables if submission.is_erased and verdict is not None else ():
            quarter = RawQuarter(raw, submission.program, table, submission.period)
            seal = seal_of(contract, submission.partner, verdict) if submission.loaded and contract else None
            if seal is None or not quarter.key_of(submission.id, seal):
                quarter.drop(submission.id)
    for path in (settings.warehouse, settings.warehouse.with_name(settings.warehouse.name + ".wal")):
        path.unlink(missing_ok=True)
    quality = settings.data / "quality"
    for folder in (settings.spark, quality / "data_docs", quality / "raw_checks"):
        shutil.rmtree(folder, ignore_errors=True)
    return True


def forget_after_publishing(settings: Settings, state: LedgerState) -> int:
    """Remove every build and export but the current ones and what a release keeps; returns how many things went.

    A released build stays, without what may hold rows of returns.
    """
    if not _is_due(settings, state):
        return 0
    from exports.published import Published
    from exports.releases import all_releases
    from exports.releases.pruning import forget_rows
    from exports.store import remove_others

    # Asked of the log anew: something may have been released since the run looked at it.
    released = {release.build_id for release in all_releases(settings)}
    removed = sum(remove_others(location, released) for location in (settings.published, settings.exports))
    # The current one was made anew without the person.
    removed += forget_rows(settings, released - {Published.open(settings.published).build_id}) if released else 0
    _mark(settings).write_text(f"{state.erased_seq}\n", encoding="utf-8")
    return removed


def _is_due(settings: Settings, state: LedgerState) -> bool:
    mark = _mark(settings)
    done = int(mark.read_text(encoding="utf-8")) if mark.is_file() else 0
    return state.erased_seq > done


def _mark(settings: Settings) -> Path:
    return settings.data / MARK
