"""Runs whose process ended without a word: Dagster would count them as running, and start no other beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.resources import writer_lock

if TYPE_CHECKING:
    import dagster as dg

    from sources.settings import Settings

#: What marks a run of the command line or of a portal: nobody but its own process tells Dagster how it ended.
IN_PROCESS = {"impact/in_process": "yes"}
SAID = "The process of this run ended without a word. What was published before still stands; the next run finishes."


def end_dead_runs(settings: Settings, instance: dg.DagsterInstance) -> int:
    """Record as failed what no process works on any more; returns how many runs that were.

    A run in a process of ours holds the writers' lock as long as it lives, so that whoever has the lock knows that no
    other lives. Runs that Dagster starts are watched by Dagster itself (``run_monitoring`` in ``dagster.yaml``).
    """
    from filelock import Timeout

    if not _unfinished(instance):
        return 0
    try:
        with writer_lock(settings, timeout=0):
            dead = _unfinished(instance)
            for run in dead:
                instance.report_run_failed(run, SAID)
            return len(dead)
    except Timeout:
        return 0


def _unfinished(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    import dagster as dg

    states = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    return list(instance.get_runs(filters=dg.RunsFilter(statuses=states, tags=IN_PROCESS)))
