"""What a partner reported before: the rows of earlier quarters that count, for rules that look back."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from sources.load import accepted_frames, read_submission, seal_of
from sources.log.state import LOADED_STATES
from sources.merged import RawQuarter
from sources.storage import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sources.contract.model import Contract
    from sources.load import Reader
    from sources.log.state import LedgerState, Submission
    from sources.settings import Settings

#: Submissions whose frames one process keeps in memory.
CACHE_SIZE = 64


class FrameCache:
    """Accepted frames by verdict, so that a run of submissions does not read its past again and again."""

    def __init__(self, size: int = CACHE_SIZE) -> None:
        self._size = size
        self._frames: OrderedDict[str, dict[str, pd.DataFrame]] = OrderedDict()

    def get(self, seal: str) -> dict[str, pd.DataFrame] | None:
        """Frames by table accepted under the verdict with this seal."""
        frames = self._frames.get(seal)
        if frames is not None:
            self._frames.move_to_end(seal)
        return frames

    def clear(self) -> None:
        """Forget every frame."""
        self._frames.clear()

    def put(self, seal: str, frames: dict[str, pd.DataFrame]) -> None:
        """Keep frames; the ones used longest ago make room."""
        self._frames[seal] = frames
        self._frames.move_to_end(seal)
        while len(self._frames) > self._size:
            self._frames.popitem(last=False)


class PartnerHistory:
    """Earlier quarters of one partner and program, as they count now.

    Rows come from Parquet where the warehouse has loaded them, otherwise from the originals through the
    reader; both give the same typed frames.

    Args:
        period: The quarter being judged; only earlier ones are history.
        standing: Submissions of the same quarter that go on counting for tables a correction leaves out;
            their values are known too.
    """

    def __init__(
        self,
        settings: Settings,
        state: LedgerState,
        contract: Contract,
        partner: str,
        period: str,
        *,
        cache: FrameCache | None = None,
        reader: Reader | None = None,
        standing: Mapping[str, Submission] | None = None,
    ) -> None:
        self._settings = settings
        self._standing = standing or {}
        self._contract = contract
        self._cache = cache if cache is not None else FrameCache()
        self._reader = reader
        self._versions: dict[str, dict[str, Submission]] = {}
        for key, version in state.versions_of(contract.program, partner=partner).items():
            if key.period < period:
                self._versions.setdefault(key.table, {})[key.period] = version.submission

    def previous(self, table: str) -> pd.DataFrame | None:
        """Rows of the nearest earlier quarter with an accepted return of the table, and which one (``_period``)."""
        versions = self._versions.get(table)
        if not versions:
            return None
        period = max(versions)
        return self._frame(versions[period], table).assign(_period=period)

    def latest(self, table: str, count: int = 4) -> list[pd.DataFrame]:
        """Rows (with ``_period``) of the nearest earlier quarters with an accepted return of the table, last first.

        What was erased ends the list.
        """
        versions = self._versions.get(table, {})
        found = []
        for period in sorted(versions, reverse=True)[:count]:
            try:
                found.append(self._frame(versions[period], table).assign(_period=period))
            except FileNotFoundError:
                break
        return found

    def earlier_values(self, table: str, column: str) -> set[str]:
        """Every value of a column in any earlier quarter that counts, as text; blanks are not values."""
        values: set[str] = set()
        standing = [self._standing[table]] if table in self._standing else []
        for submission in [*self._versions.get(table, {}).values(), *standing]:
            values.update(str(value) for value in self._frame(submission, table)[column].dropna())
        return values

    def _frame(self, submission: Submission, table: str) -> pd.DataFrame:
        return frames_of(self._settings, self._contract, submission, self._cache, self._reader)[table]


def frames_of(
    settings: Settings, contract: Contract, submission: Submission, cache: FrameCache, reader: Reader | None = None
) -> dict[str, pd.DataFrame]:
    """The typed rows a submission's verdict lets in, by table: from memory, from raw Parquet, or read again.

    Raises:
        LookupError: for a submission without a verdict that loads.
        FileNotFoundError: where an original was erased.
    """
    verdict = submission.verdict
    if verdict is None or verdict.state not in LOADED_STATES:
        raise LookupError(submission.id)
    frames = cache.get(verdict.key)
    if frames is None or frames.keys() != verdict.tables.keys():
        from sources.raw_schema import typed_frame

        store = Store(settings.raw)
        seal, frames = seal_of(contract, submission.partner, verdict), {}
        try:
            for table in verdict.tables:
                quarter = RawQuarter(store, submission.program, table, submission.period)
                frames[table] = typed_frame(quarter.rows(submission.id, seal))
        except FileNotFoundError:
            read = read_submission(settings, contract, submission, verdict.answers, reader=reader)
            frames = accepted_frames(read, verdict, submission.id)
        cache.put(verdict.key, frames)
    return frames
