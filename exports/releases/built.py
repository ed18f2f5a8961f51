"""What the last run built, and from what: kept beside ``current``, so that a release can say it.

The same tables give the same build, whatever came into the log in between; its own manifest then names an earlier
moment. This file names the newest moment at which the job gave just these tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from exports import store
from exports.published import PublishedError
from sources.storage import Store

if TYPE_CHECKING:
    from exports.releases.code import Code
    from sources.log.state import LedgerState
    from sources.settings import Settings

#: File of the ledger's exchange rates under ``raw``.
RATES_FILE = "_ledger/fx_rates.parquet"


@dataclass(frozen=True)
class Built:
    """The last build and what it was made from; attributes as in :class:`exports.releases.model.Release`."""

    build_id: str
    log_seq: int
    log_head: str
    code_version: str
    code_hash: str
    commit: str | None
    is_clean: bool | None
    lock_hash: str
    rates_hash: str
    contracts: dict[str, str]
    rules: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self)


def write_built(
    settings: Settings,
    build_id: str,
    state: LedgerState,
    code: Code,
    contracts: Mapping[str, str],
    rules: Mapping[str, str],
) -> Built:
    """Write down what the build just published was made from.

    Args:
        state: The log as the run saw it.
        code: The code that ran.
        contracts: Version of the contract by program; ``rules`` is the version of its rule set.
    """
    made = Built(
        build_id=build_id,
        log_seq=state.seq,
        log_head=state.head,
        **code.as_dict(),
        rates_hash=hashlib.sha256(Store(settings.raw).read(RATES_FILE)).hexdigest(),
        contracts=dict(sorted(contracts.items())),
        rules=dict(sorted(rules.items())),
    )
    text = json.dumps(made.as_dict(), indent=2, ensure_ascii=False, sort_keys=True)
    Store(settings.published).write_pointer(store.BUILT, text + "\n")
    return made


def read_built(settings: Settings, build_id: str) -> Built:
    """What a build was made from. Raises :class:`PublishedError` unless the last run made it."""
    try:
        value = json.loads(Store(settings.published).read(store.BUILT))
    except FileNotFoundError:
        value = {}
    if value.get("build_id") != build_id:
        raise PublishedError(f"It is not written down what build {build_id} was made from. Run “impact run” first.")
    return Built(**value)
