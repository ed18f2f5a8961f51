"""One process, as a night's run is one: a return is handed in, the job runs until its tables are published.

    python -m tests.benchmarks.one_more run        the job on what is there
    python -m tests.benchmarks.one_more hand_in    the latecomer's return of the last quarter, then the job

What it took is one line of JSON on standard output. Exports are left out.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestration.resources import House

BEGAN = time.perf_counter()


def hand_in(house: House, number: int = 0) -> str:
    """Hand in the return that is not there yet, as the portal would; gives the verdict."""
    from expectations.desk import Desk
    from sources.reader import InputFile
    from tests.benchmarks.files import heal_csv
    from tests.benchmarks.history import AS_OF, LAST, LATECOMER, OFFICER

    program, partner = LATECOMER
    clock = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 9, tzinfo=UTC)
    desk = Desk(house.settings, house.contracts, lambda: clock)
    files = [InputFile(name, data.replace(b",USD,", b",EUR,")) for name, data in heal_csv(10, seed=number + 1).items()]
    outcome = desk.submit(files, partner=partner, program=program, period=LAST, who=OFFICER, received_on=AS_OF)
    return outcome.verdict.state


def run(house: House) -> dict[str, float]:
    """The job without exports; seconds of each step."""
    from orchestration.definitions import JOB, definitions_of
    from orchestration.job import _failures, _touched, dagster_instance
    from orchestration.progress import Progress
    from orchestration.resources import writer_lock
    from orchestration.schedules import range_tags

    logging.getLogger("dagster").setLevel(logging.ERROR)
    with writer_lock(house.settings):
        job = definitions_of(house, Progress()).resolve_job_def(JOB)
        steps = [key for key in job.asset_layer.executable_asset_keys if key.to_user_string() != "exports"]
        with dagster_instance(house.settings.data) as instance:
            result = job.execute_in_process(
                instance=instance,
                asset_selection=steps,
                tags=range_tags(*_touched(house)),
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
            assert result.success, _failures(result)
            stats = instance.get_run_step_stats(result.run_id)
    return {one.step_key: (one.end_time or 0) - (one.start_time or 0) for one in stats}


def main() -> int:
    """Do what is asked and say what it took."""
    from sources.collecting import collect_rarely

    collect_rarely()
    from orchestration.resources import House
    from sources.settings import Settings
    from tests.benchmarks.history import AS_OF

    house = House(Settings.from_env(os.environ), AS_OF)
    took: dict[str, Any] = {}
    if sys.argv[1] == "hand_in":
        took["verdict"] = hand_in(house, int(sys.argv[2]) if sys.argv[2:] else 0)
        took["handed_in"] = time.perf_counter() - BEGAN
    took["steps"] = run(house)
    took["total"] = time.perf_counter() - BEGAN
    sys.stdout.write(json.dumps(took) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
