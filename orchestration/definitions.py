"""Dagster definitions: raw → dbt → published → exports, one graph.

``dagster dev -m orchestration.definitions`` opens it; ``impact run`` runs the same job in one process.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.inbox_sensor import inbox_sensor
from orchestration.lineage import lineage_sensors
from orchestration.progress import Progress
from orchestration.raw_assets import ledger_assets, program_assets
from orchestration.reminding import every_morning, remind_job
from orchestration.resources import House
from orchestration.schedules import inbox_of_the_log, open_quarter
from orchestration.warehouse_assets import dbt_assets, published_assets
from orchestration.watching.sensors import watching_sensors

if TYPE_CHECKING:
    from sources.settings import Settings

JOB = "refresh"


def build_definitions(
    settings: Settings, as_of: date | None = None, progress: Progress | None = None
) -> dg.Definitions:
    """Definitions over one data folder, for the day ``as_of`` (default: today in UTC)."""
    return definitions_of(House(settings, as_of), progress or Progress())


def definitions_of(house: House, shown: Progress) -> dg.Definitions:
    """Definitions over one house; a run made from them sees the log as the house first saw it."""
    raw = [program_assets(house, contract, shown) for contract in house.contracts.values()]
    assets = [*raw, ledger_assets(house, shown), *dbt_assets(house, shown), *published_assets(house, shown)]
    job = dg.define_asset_job(
        JOB, selection=dg.AssetSelection.all(), description="From accepted returns to published tables and exports."
    )
    mail = remind_job(house)
    return dg.Definitions(
        assets=assets,
        jobs=[job, mail],
        sensors=[
            inbox_of_the_log(house, job),
            inbox_sensor(house, os.environ),
            *lineage_sensors(house.settings, job),
            *watching_sensors(house),
        ],
        schedules=[open_quarter(house, job), every_morning(mail)],
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Definitions for the data folder named by ``IMPACT_DATA``."""
    from sources.collecting import collect_rarely
    from sources.logs import configure
    from sources.settings import Settings

    collect_rarely()
    configure(Settings.from_env(os.environ))
    return build_definitions(Settings.from_env(os.environ))
