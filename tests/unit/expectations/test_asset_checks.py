"""Checks over rows read back from raw Parquet."""

import io
import re

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.asset_checks import check_frame
from sources.raw_schema import arrow_schema
from tests.unit.expectations.returns import heal, heal_rows

TERMS = heal()
TABLE = TERMS.table("interventions")


def parquet(*submissions):
    """Rows as the loader writes them: cents as decimals, bounds beside the value."""
    values = []
    for number, rows in enumerate(submissions, start=1):
        for at, row in enumerate(rows):
            trained = row.pop("people_trained")
            low, high = trained if isinstance(trained, tuple) else (trained, trained)
            row |= {
                "people_trained": None if low != high else low,
                "people_trained_low": low,
                "people_trained_high": high,
            }
            row |= {"people_reached_low": row["people_reached"], "people_reached_high": row["people_reached"]}
            row |= {"_submission_id": f"s-{number}", "_file": "q3.xlsx", "_sheet": "Interventions", "_row": 5 + at}
            values.append(row)
    schema = arrow_schema(TABLE)
    columns = {name: [row.get(name) for row in values] for name in schema.names}
    columns["grant_amount"] = [str(value) for value in columns["grant_amount"]]
    arrays = [pa.array(columns[f.name]).cast(f.type) if f.name == "grant_amount" else pa.array(columns[f.name], f.type)
              for f in schema]  # fmt: skip
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), stream)
    return pq.read_table(stream).to_pandas()


def test_accepted_rows_pass_and_keys_count_within_a_submission():
    outcomes = check_frame(TERMS, "interventions", parquet(heal_rows(), heal_rows()))
    assert all(outcome.passed for outcome in outcomes)
    assert {"intervention_id_required", "state_code_in_list", "row_unique_key"} <= {o.name for o in outcomes}
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", outcome.name) for outcome in outcomes)
    assert len({outcome.name for outcome in outcomes}) == len(outcomes)


def test_a_broken_row_is_named():
    rows = heal_rows()
    rows[1]["city"], rows[2]["grant_amount"] = None, -1
    failed = {o.name: o for o in check_frame(TERMS, "interventions", parquet(rows)) if not o.passed}
    assert set(failed) == {"city_required", "grant_amount_range"}
    assert failed["city_required"].severity == "error"
    assert failed["city_required"].metadata == {
        "rule": "heal.interventions.city.required",
        "failing_rows": 1,
        "rows": [{"_submission_id": "s-1", "_file": "q3.xlsx", "_sheet": "Interventions", "_row": 6}],
    }


def test_no_rows_no_outcomes():
    assert check_frame(TERMS, "interventions", parquet()) == []
