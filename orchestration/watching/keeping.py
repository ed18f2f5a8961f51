"""Keep watch: look, tell who is to be told, and leave the figures where a technician's tools read them.

Called after every run from the command line, by Dagster's sensors, and by ``impact alerts --send``.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from orchestration.watching.alert import KINDS, Alert
from orchestration.watching.book import Book, Told
from orchestration.watching.finding import REFRESH, Look, find
from orchestration.watching.runs import FOLDER, RunRecord, keep, runs

if TYPE_CHECKING:
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

METRICS = "impact.prom"
_LOG = logging.getLogger(__name__)


def alerts_now(
    settings: Settings,
    contracts: Callable[[], Mapping[str, Contract]],
    state: Callable[[], LedgerState],
    *,
    as_of: date | None = None,
    now: datetime | None = None,
) -> list[Alert]:
    """What is wrong at this moment, the most urgent first.

    Args:
        contracts, state: Give the contracts and the folded log.
        as_of: The day for what is due; today in UTC by default.
    """
    at = now or datetime.now(UTC)
    known = {key: item.alert for key, item in Book(settings.data).entries().items() if item.over is None}
    return find(Look(settings, as_of or at.date(), at, known, contracts, state))


def keep_watch(
    settings: Settings,
    contracts: Callable[[], Mapping[str, Contract]],
    state: Callable[[], LedgerState],
    *,
    as_of: date | None = None,
    now: datetime | None = None,
) -> Told | None:
    """Look once and tell what is new or over; what goes wrong is written down and stops nobody.

    Returns:
        What was told to whom; ``None`` where the look itself failed.
    """
    from orchestration.watching.notify import targets

    try:
        found = alerts_now(settings, contracts, state, as_of=as_of, now=now)
        _write_metrics(settings, found)
        wanted = targets(settings)
        return Book(settings.data).look(found, wanted, now or datetime.now(UTC)) if wanted else Told()
    except Exception as error:
        _LOG.warning("alerts could not be told; see the log of the day", extra={"failure": error})
        return None


def note_failure(settings: Settings, started: datetime, error: BaseException) -> None:
    """Keep that a run ended before Dagster could record it."""
    ended = datetime.now(UTC)
    seconds = round((ended - started).total_seconds(), 2)
    moments = {"started": started.isoformat(timespec="seconds"), "ended": ended.isoformat(timespec="seconds")}
    record = RunRecord(str(uuid4()), REFRESH, **moments, seconds=seconds, result="failed", error=type(error).__name__)
    try:
        keep(settings, record)
    except OSError as failure:
        _LOG.warning("that a run failed was not kept", extra={"failure": failure})


def metrics_text(settings: Settings, found: Sequence[Alert]) -> str:
    """Figures in the text format of Prometheus, for the textfile collector of its node exporter."""
    records = [item for item in runs(settings) if item.job == REFRESH]
    good = next((item for item in reversed(records) if item.finished), None)
    lines = []
    if good is not None:
        lines += _gauge(
            "last_success_timestamp_seconds", "End of the last run that finished.", good.ended_at.timestamp()
        )
        lines += _gauge("last_success_duration_seconds", "How long it took.", good.seconds)
        lines += _gauge("last_success_peak_bytes", "The most memory it held.", good.peak_bytes)
        lines += _gauge("last_success_rows", "Accepted rows it loaded.", good.rows)
        lines += _gauge("last_success_checks_not_held", "Checks that did not hold.", len(good.not_held))
    if records:
        lines += _gauge("last_run_failed", "Whether the last run failed.", int(not records[-1].finished))
    if settings.data.is_dir():
        lines += _gauge("disk_free_bytes", "Free room where the data lies.", shutil.disk_usage(settings.data).free)
    lines += ["# HELP impact_open_alerts Things that are wrong, by kind.", "# TYPE impact_open_alerts gauge"]
    lines += [f'impact_open_alerts{{kind="{kind}"}} {sum(item.kind == kind for item in found)}' for kind in KINDS]
    return "\n".join(lines) + "\n"


def _gauge(name: str, text: str, value: float | None) -> list[str]:
    if value is None:
        return []
    return [f"# HELP impact_{name} {text}", f"# TYPE impact_{name} gauge", f"impact_{name} {value:.15g}"]


def _write_metrics(settings: Settings, found: Sequence[Alert]) -> None:
    folder = settings.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".tmp-{uuid4().hex}"
    scratch.write_text(metrics_text(settings, found), encoding="utf-8")
    scratch.replace(folder / METRICS)
