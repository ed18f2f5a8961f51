"""The folded log as Parquet under ``raw/_ledger/``: how the warehouse sees who sent what and what counts.

Every table is written on every call, also when empty, in a fixed order, so that the same log gives the
same bytes.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources import periods
from sources.log.ledger_kept import FOLDER, KeptRows
from sources.log.ledger_lead import comments, target_changes
from sources.log.ledger_schema import LEDGER_TABLES
from sources.log.releases import release_rows
from sources.storage import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sources.contract.model import Contract
    from sources.currency import Rates
    from sources.log.state import LedgerState
    from sources.settings import Settings


def write_ledger(
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    rates: Rates,
    *,
    earlier: Callable[[int], LedgerState] | None = None,
    definitions: tuple[str, str | None] = ("", None),
) -> None:
    """Write ``raw/_ledger/<name>.parquet`` for every table of the ledger.

    Args:
        earlier: Gives the log of ``state`` as it stood at an event; only needed where something was released.
        definitions: Hash of the code that makes figures, and of the exchange rates where others than ``rates`` are to
            be taken for the present ones.

    Submissions of programs, partners or quarters nobody knows (they were refused) are left out: the warehouse
    has nothing to join them to; the log and the status page keep them.
    """
    store = Store(settings.raw)
    fx_rates = parquet_bytes(rates.table())
    code_hash, rates_hash = definitions
    kept = KeptRows(store, contracts)
    known = {(program, partner.code) for program, contract in contracts.items() for partner in contract.partners}
    quarters = set(periods.between(periods.FIRST_PERIOD, periods.LAST_PERIOD))
    rows = {
        "nil_returns": _nil_returns(state),
        "waivers": _waivers(state),
        "target_changes": target_changes(state, contracts),
        "comments": comments(state, contracts),
        **release_rows(earlier or _nothing, state, code_hash, rates_hash or hashlib.sha256(fx_rates).hexdigest()),
    }
    made = {
        "submissions": _in_order(
            kept.with_new(
                "submissions", state, lambda program, period: _submissions(state, program, period, known, quarters)
            ),
            state,
        ),
        "current_versions": kept.with_new(
            "current_versions", state, lambda program, period: _versions(state, program, period)
        ).sort_by([(name, "ascending") for name in ("program_code", "table_name", "partner_code", "period")]),
        **{name: pa.Table.from_pylist(of, schema=LEDGER_TABLES[name][1]) for name, of in rows.items()},
    }
    for name in LEDGER_TABLES:
        data = fx_rates if name == "fx_rates" else parquet_bytes(made[name].combine_chunks())
        store.replace(f"{FOLDER}/{name}.parquet", data)
        kept.note(name, data)
    kept.keep(state)


def _nothing(_: int) -> LedgerState:
    from sources.log.state import LedgerState

    return LedgerState()


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as Parquet, the same bytes for the same rows."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _in_order(table: pa.Table, state: LedgerState) -> pa.Table:
    """Submissions in order of receipt."""
    places = {submission_id: place for place, submission_id in enumerate(state.submissions)}
    order = pa.array([places[one] for one in table["submission_id"].to_pylist()], pa.int64())
    return table.take(pc.sort_indices(order))


def _submissions(
    state: LedgerState, program: str, period: str, known: Collection[tuple[str, str]], quarters: Collection[str]
) -> list[dict[str, Any]]:
    rows = []
    for submission in state.handed_in(program, period) if period in quarters else ():
        if (submission.program, submission.partner) not in known:
            continue
        verdict = submission.verdict
        rows.append(
            {
                "submission_id": submission.id,
                "program_code": submission.program,
                "partner_code": submission.partner,
                "period": submission.period,
                "state": submission.state,
                "received_at": submission.received_at.replace(tzinfo=None),
                "received_on": submission.received_on,
                "received_by": submission.received_by,
                "is_confirmed": submission.confirmed,
                "is_approved": submission.approved,
                "approved_by": submission.approved_by,
                "error_count": verdict.count("error") if verdict else 0,
                "warning_count": verdict.count("warning") if verdict else 0,
                "quarantined_row_count": sum(len(t.quarantined) for t in verdict.tables.values()) if verdict else 0,
                "file_names": "; ".join(file.name for file in submission.files),
                "ruleset": verdict.ruleset if verdict else None,
                "receipt": verdict.seal if verdict else None,
                "reason_code": submission.reason_code,
                "ended_reason_code": submission.withdrawn_code,
                "erased_row_count": submission.erased_rows,
            }
        )
    return rows


def _versions(state: LedgerState, program: str, period: str) -> list[dict[str, Any]]:
    return [
        {
            "program_code": key.program,
            "table_name": key.table,
            "partner_code": key.partner,
            "period": key.period,
            "submission_id": version.submission.id,
            "version_number": version.number,
            "is_approved": version.submission.approved,
            "state": version.submission.state,
        }
        for key, version in state.versions_of(program, period=period).items()
    ]


def _nil_returns(state: LedgerState) -> list[dict[str, Any]]:
    return [
        {
            "program_code": nil.program,
            "partner_code": nil.partner,
            "period": nil.period,
            "declared_on": nil.declared_on,
            "declared_by": nil.declared_by,
        }
        for nil in sorted(state.nil.values(), key=lambda n: (n.program, n.partner, n.period))
    ]


def _waivers(state: LedgerState) -> list[dict[str, Any]]:
    return [
        {
            "program_code": waiver.program,
            "partner_code": waiver.partner,
            "period": waiver.period,
            "reason": waiver.reason,
            "approved_by": waiver.approved_by,
            "expires_on": waiver.expires_on,
            "indicator_code": waiver.indicator,
        }
        for waiver in state.waivers
    ]
