"""The raw Parquet of the rebuild benchmark is what ingestion would have written."""

import duckdb
import pyarrow.parquet as pq
import pytest

from sources.contract.load import load_contract
from sources.raw_schema import arrow_schema
from tests.benchmarks.enlarged import (
    LEARNING_ROWS,
    MEMBER_ROWS,
    QUARTERS,
    SCHOLAR_ROWS,
    STATE_ROWS,
    TABLES,
    Size,
    _write_quarter,
)
from tests.benchmarks.rebuilds import SIZES


@pytest.mark.parametrize("rows", SIZES)
def test_a_size_has_about_the_rows_it_is_called_by(rows):
    size = Size(rows, SIZES[rows])
    raw = size.raw_rows()
    grown = (QUARTERS + 1) / 2 / QUARTERS
    each = (
        raw["career_academy"] * LEARNING_ROWS
        + raw["chw_platform"] * STATE_ROWS
        + raw["nextgen_scholarships"] * SCHOLAR_ROWS * grown
        + raw["community_of_practice"] * MEMBER_ROWS * grown
    )
    assert each * size.per_program * QUARTERS == pytest.approx(rows, rel=0.2)


@pytest.mark.parametrize("program", TABLES)
def test_raw_rows_have_the_columns_of_their_contract(program, tmp_path):
    with duckdb.connect() as connection:
        _write_quarter(connection, tmp_path, program, 9, 40, Size(1000, 8))
    (path,) = tmp_path.rglob("*.parquet")
    table = next(one for one in load_contract(program).tables if one.name == TABLES[program])
    made, wanted = pq.read_table(path), arrow_schema(table)
    assert made.num_rows > 0
    assert [made.schema.field(field.name).type for field in wanted if field.name in made.column_names] == [
        field.type for field in wanted
    ]
    assert len(set(made["_partner_code"].to_pylist())) == Size(1000, 8).per_program
    places = list(zip(made["_submission_id"].to_pylist(), made["_row"].to_pylist(), strict=True))
    assert len(set(places)) == len(places)
