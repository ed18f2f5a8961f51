"""Disclosure control in a run: exact figures out of the warehouse, the decision on each back in, as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from orchestration.engine import reading

if TYPE_CHECKING:
    import pandas as pd

    from orchestration.progress import Progress
    from orchestration.resources import House

DECISIONS_FILE = "_steps/disclosure.parquet"
DECIDED_TABLE = "pub_leads__disclosure"


def disclosure_asset(house: House, progress: Progress) -> dg.AssetsDefinition:
    """What of the figures about people is shown, decided between two selections of dbt."""

    @dg.asset(
        key=dg.AssetKey(["steps", "disclosure"]),
        group_name="handed_out",
        kinds={"python", "parquet"},
        deps=[dg.AssetKey(["marts", "fct_release_figures"])],
        description="Which figures about people release shows, and rounded to what (docs/how-to/what-is-hidden.md).",
    )
    def _disclosure(context) -> dg.MaterializeResult:
        decided = decide_disclosure(house)
        progress.step("disclosure control")
        hidden = decided[~decided["is_shown"].astype(bool)]
        return dg.MaterializeResult(
            metadata={"figures": len(decided), **hidden["suppression_reason"].value_counts().to_dict()}
        )

    return _disclosure


def decide_disclosure(house: House) -> pd.DataFrame:
    """The decision on each figure about people of the warehouse, written as dbt's source."""
    from exports.disclosure.suppress import decide
    from sources.storage import Store

    with house.writing(), reading(house.settings) as connection:
        figures = connection.execute("select * from marts.fct_release_figures order by figure_id").df()
        decided: pd.DataFrame = decide(figures, earlier_decisions(house))
        Store(house.settings.raw).replace(DECISIONS_FILE, decisions_file(decided))
    return decided


def earlier_decisions(house: House) -> list[tuple[str, pd.DataFrame]]:
    """Name and decided figures of every release the run knows of, oldest first: what they showed stays known.

    A release from before figures were decided on has none; what it showed cannot be taken back.

    Raises:
        RuntimeError: A release's build is gone, so that nobody can tell what is known already.
    """
    from exports.published import Published, PublishedError

    known = []
    for release in house.snapshot.releases:
        try:
            published = Published.open(house.settings.published, release.build_id)
        except PublishedError as error:
            raise RuntimeError(
                f"What release {release.name} showed counts as known, and its build {release.build_id} is gone. "
                "Bring it back with “impact restore”, or, where there is no backup, make it again with "
                f"“impact replay {release.name} --restore”."
            ) from error
        if published.has(DECIDED_TABLE):
            known.append((release.name, published.frame(DECIDED_TABLE)))
    return known


def decisions_file(decided: pd.DataFrame | None = None) -> bytes:
    """The decisions as Parquet, byte for byte the same for the same decisions; without them, an empty table."""
    import pyarrow as pa

    from exports.disclosure.suppress import DECIDED
    from exports.published import parquet_bytes

    kinds = {"figure_id": pa.string(), "suppression_reason": pa.string(), "kept_from": pa.string()}
    schema = pa.schema(
        (name, kinds.get(name, pa.bool_() if name.startswith("is_") else pa.int64())) for name in DECIDED
    )
    rows = [] if decided is None else decided.astype(object).where(decided.notna(), None).to_dict("records")
    return parquet_bytes(pa.Table.from_pylist(rows, schema=schema))
