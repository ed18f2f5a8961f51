"""Raw assets: accepted rows of every program's tables as Parquet, with their checks; the folded log."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from sources import periods
from sources.contract.model import Contract
from sources.log.ledger_schema import LEDGER_TABLES

if TYPE_CHECKING:
    from orchestration.progress import Progress
    from orchestration.raw_checks import Checked
    from orchestration.resources import House
    from sources.in_line import Loaded

_LOG = logging.getLogger(__name__)
PERIODS = dg.StaticPartitionsDefinition(periods.between(periods.FIRST_PERIOD, periods.LAST_PERIOD))
RETRY = dg.RetryPolicy(max_retries=2, delay=1, backoff=dg.Backoff.EXPONENTIAL)
CHECK = "accepted_rows"


def raw_key(program: str, table: str) -> dg.AssetKey:
    """Asset key of a raw table; equal to dagster-dbt's key of the dbt source, which joins the lineage."""
    return dg.AssetKey(["raw", f"{program}__{table}"])


def program_assets(house: House, contract: Contract, progress: Progress) -> dg.AssetsDefinition:
    """One multi-asset per program, a table each, partitioned by quarter; a backfill is one run."""
    keys = {table.name: raw_key(contract.program, table.name) for table in contract.tables}

    @dg.multi_asset(
        name=f"raw_{contract.program}",
        specs=[
            dg.AssetSpec(keys[table.name], description=table.description, owners=[], kinds={"parquet"})
            for table in contract.tables
        ],
        check_specs=[dg.AssetCheckSpec(CHECK, asset=keys[table.name]) for table in contract.tables],
        partitions_def=PERIODS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        can_subset=True,
        group_name=contract.program,
        retry_policy=RETRY,
    )
    def _load(context) -> Iterator[dg.MaterializeResult]:
        from sources.load import load_quarters, write_empty

        state = house.snapshot
        selected = list(context.partition_keys)
        with house.writing():
            write_empty(house.settings, contract)
            for table in contract.tables:
                key = keys[table.name]
                if key not in context.selected_asset_keys:
                    continue
                loaded = load_quarters(house.settings, contract, table.name, selected, state, merge=True)
                house.in_line.update((contract.program, table.name, period) for period in selected)
                found, check = _check(house, contract, table.name, loaded, key)
                progress.say(
                    f"{contract.program}: {table.label.lower()}, {found.rows:,} rows of {found.returns} returns"
                )
                yield dg.MaterializeResult(
                    asset_key=key, metadata={"rows": found.rows, "returns": found.returns}, check_results=[check]
                )
        progress.step(f"raw {contract.program}")

    return _load


def _check(
    house: House, contract: Contract, table: str, loaded: Mapping[str, Loaded], key: dg.AssetKey
) -> tuple[Checked, dg.AssetCheckResult]:
    """The contract's suite over the accepted rows of the selected quarters, and what is known of the others."""
    from orchestration.raw_checks import Quarter, checked
    from sources.storage import Store

    store, state = Store(house.settings.raw), house.snapshot

    def counting(period: str) -> set[str]:
        versions = state.versions_of(contract.program, period=period)
        return {version.submission.id for of, version in versions.items() if of.table == table}

    quarters = {
        period: Quarter(found.mark, [Path(store.path(one)) for one in found.keys]) for period, found in loaded.items()
    }
    known = house.settings.data / "quality" / "raw_checks" / f"{contract.program}.{table}.json"
    found = checked(contract, table, quarters, counting, known)
    return found, dg.AssetCheckResult(
        passed=not found.failed,
        severity=dg.AssetCheckSeverity.ERROR if found.is_severe else dg.AssetCheckSeverity.WARN,
        check_name=CHECK,
        asset_key=key,
        metadata={
            "rows": found.rows,
            "expectations": found.expectations,
            "failed": dg.MetadataValue.json(found.failed),
        },
    )


def ledger_assets(house: House, progress: Progress) -> dg.AssetsDefinition:
    """The log folded into tables: what counts, what was declared nil or waived, and exchange rates."""
    specs = [
        dg.AssetSpec(dg.AssetKey(["raw", f"ledger__{name}"]), description=text, group_name="ledger", kinds={"parquet"})
        for name, (text, _) in LEDGER_TABLES.items()
    ]

    @dg.multi_asset(name="ledger", specs=specs, can_subset=False, retry_policy=RETRY)
    def _ledger(context) -> Iterator[dg.MaterializeResult]:
        from orchestration.forgetting import forget_before_building
        from sources.load import load_counting
        from sources.log.ledger import write_ledger
        from sources.log.opened import opened

        check_log(house)
        state = house.snapshot
        with house.writing():
            forget_before_building(house.settings, state, house.contracts)
            # What the ledger names as current must lie in raw, whichever quarters this run was asked for.
            load_counting(house.settings, house.contracts, state, done=house.in_line)
            write_ledger(
                house.settings,
                state,
                house.contracts,
                house.rates,
                earlier=lambda seq: opened(house.log, seq),
                definitions=house.definitions,
            )
        progress.step("event log")
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key, metadata={"log_head": state.head})

    return _ledger


def check_log(house: House) -> None:
    """Walk the chain of the log, which must hold what this run looked at and should hold what the last build rests on.

    A log brought back from an older backup lacks the latter, so that is said and stops nothing.

    Raises:
        ChainBroken: an event was changed or removed, or the log was cut since the run began.
    """
    from exports.published import Published, PublishedError

    house.log.verify(house.snapshot.head)
    try:
        built_on = Published.open(house.settings.published).manifest.get("log_head")
    except (PublishedError, OSError, ValueError, KeyError):  # nothing there, or damaged: this run publishes anew
        return
    if built_on and not house.log.holds(built_on):
        _LOG.warning(
            "The event log lacks what the last published build rests on: it was cut, or is another one. "
            "Run “impact doctor”."
        )
