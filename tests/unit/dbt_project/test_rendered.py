"""What is rendered into the project from the program folders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.contract.load import programs
from sources.contract.render import BARRIER_COLUMNS, render

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
UNION = "dbt_project/models/rendered/int_barriers__unioned.sql"


def union(dbt_dir: Path) -> str:
    return render(dbt_dir=dbt_dir)[UNION].decode()


def mapping(dbt_dir: Path, program: str) -> None:
    path = dbt_dir / "models" / "intermediate" / program / f"int_{program}__barriers.sql"
    path.parent.mkdir(parents=True)
    path.write_text("select 1", encoding="utf-8")


def test_a_program_with_a_mapping_of_barriers_is_in_their_union(tmp_path):
    mapping(tmp_path, "heal")
    mapping(tmp_path, "cheer")
    mapping(tmp_path, "no_such_program")
    text = union(tmp_path)
    assert text.startswith("-- generated from the program folders by `impact contract render`; do not edit\n")
    assert text.split("\n", 1)[1] == (
        "select *\nfrom {{ ref('int_cheer__barriers') }}\nunion all\nselect *\nfrom {{ ref('int_heal__barriers') }}\n"
    )


def test_without_any_mapping_the_union_has_its_columns_and_no_rows(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    cursor = duckdb.connect().execute(union(tmp_path))
    assert [column[0] for column in cursor.description] == list(BARRIER_COLUMNS)
    assert cursor.fetchall() == []


@pytest.mark.parametrize("program", programs())
def test_a_mapping_of_barriers_has_the_columns_of_the_union(program):
    path = PROJECT / "models" / "intermediate" / program / f"int_{program}__barriers.sql"
    if path.is_file():
        text = re.sub(r"--[^\n]*|\bcase\b.*?\bend\b", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        selects = text.rsplit("\n)\n", 1)[-1].split("union all")  # what follows the last CTE
        for select in selects:
            columns = [line.rstrip(",").split()[-1] for line in select.split("from")[0].splitlines() if line.strip()]
            assert columns[1:] == list(BARRIER_COLUMNS)
