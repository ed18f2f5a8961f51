"""Polls of any size as raw Parquet, drawn with numpy: synthetic respondents, invented shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sources.contract.load import load_contract
from sources.raw_schema import arrow_schema
from tests.unit.dbt_project.raw_root import RawRoot

COUNTRIES = ("BR", "FR", "JP", "GB", "US", "CA", "DE", "IT", "ES", "MX")
WAVES = {"2022": "2023-Q1", "2024": "2024-Q2", "2025": "2025-Q3", "2026": "2026-Q3"}
PARTNER = "sample_trust_survey"
_NAMES = ("minority_ethnic", "disabled", "lgbtq")


def write_polls(root: Path, respondents: int, seed: int = 7) -> Path:
    """Write ten countries in four waves, ``respondents`` in each country and wave, as raw files and ledger."""
    raw = RawRoot(root)
    ids = {wave: raw.submit("trust_survey", PARTNER, period, {"respondents": []}) for wave, period in WAVES.items()}
    raw.write()
    schema = arrow_schema(load_contract("trust_survey").table("respondents"))
    for number, (wave, period) in enumerate(WAVES.items()):
        rng = np.random.default_rng((seed, number))
        rows = len(COUNTRIES) * respondents
        women, refused = rng.random(rows) < 0.51, rng.random(rows) < 0.02
        flags = {name: rng.random(rows) < share for name, share in zip(_NAMES, (0.16, 0.22, 0.09), strict=True)}
        damaged = rng.random(rows) < 0.45 + 0.07 * women + 0.1 * sum(flags.values()) - 0.01 * number
        words = [
            ";".join(name for name in sorted(_NAMES) if flags[name][at]) or "none" if not refused[at] else "refused"
            for at in range(rows)
        ]
        columns = {
            "wave_code": [wave] * rows,
            "country_code": np.repeat(COUNTRIES, respondents).tolist(),
            "respondent_id": [f"{at}" for at in range(rows)],
            "weight": np.round(np.clip(rng.lognormal(0, 0.4, rows), 0.2, 5), 4).tolist(),
            "stratum": [f"S{at}" for at in rng.integers(12, size=rows)],
            "sample_type": ["online_panel"] * rows,
            "question_version": ["v1"] * rows,
            "gender": np.where(women, "woman", "man").tolist(),
            "characteristics": words,
            "trust_damaged": np.where(damaged, "yes", "no").tolist(),
            "negative_experience": np.where(rng.random(rows) < 0.3 + 0.5 * damaged, "yes", "no").tolist(),
            "_submission_id": [ids[wave]] * rows,
            "_partner_code": [PARTNER] * rows,
            "_period": [period] * rows,
            "_file": ["poll.csv"] * rows,
            "_row": list(range(2, rows + 2)),
        }
        arrays = [
            pa.array(columns[field.name]).cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
            for field in schema
        ]
        path = root / "trust_survey" / "respondents" / f"period={period}" / f"{ids[wave]}.parquet"
        pq.write_table(pa.table(arrays, schema=schema), path)
    return root
