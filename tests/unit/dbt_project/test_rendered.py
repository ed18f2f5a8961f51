"""What is rendered into the project from the program folders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sources.contract.load import programs
from sources.contract.render import BARRIER_COLUMNS, PEOPLE_COLUMNS, render

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
COLUMNS = {"barriers": BARRIER_COLUMNS, "people": PEOPLE_COLUMNS}
TOPICS = pytest.mark.parametrize("topic", COLUMNS)


def union(dbt_dir: Path, topic: str) -> str:
    return render(dbt_dir=dbt_dir)[f"dbt_project/models/rendered/int_{topic}__unioned.sql"].decode()


def mapping(dbt_dir: Path, program: str, topic: str) -> None:
    path = dbt_dir / "models" / "intermediate" / program / f"int_{program}__{topic}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("select 1", encoding="utf-8")


@TOPICS
def test_a_program_with_a_mapping_is_in_the_union_of_its_topic_alone(tmp_path, topic):
    for other in COLUMNS.keys() - {topic}:
        mapping(tmp_path, "finance", other)
    mapping(tmp_path, "heal", topic)
    mapping(tmp_path, "cheer", topic)
    mapping(tmp_path, "no_such_program", topic)
    text = union(tmp_path, topic)
    assert text.startswith("-- generated from the program folders by `impact contract render`; do not edit\n")
    assert text.split("\n", 1)[1] == (
        f"select *\nfrom {{{{ ref('int_cheer__{topic}') }}}}\nunion all\n"
        f"select *\nfrom {{{{ ref('int_heal__{topic}') }}}}\n"
    )


@TOPICS
def test_without_any_mapping_the_union_has_its_columns_and_no_rows(tmp_path, topic):
    duckdb = pytest.importorskip("duckdb")
    cursor = duckdb.connect().execute(union(tmp_path, topic))
    assert [column[0] for column in cursor.description] == list(COLUMNS[topic])
    assert cursor.fetchall() == []


@TOPICS
@pytest.mark.parametrize("program", programs())
def test_a_mapping_has_the_columns_of_the_union(program, topic):
    path = PROJECT / "models" / "intermediate" / program / f"int_{program}__{topic}.sql"
    if path.is_file():
        text = re.sub(r"--[^\n]*|\bcase\b.*?\bend\b", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        selects = text.rsplit("\n)\n", 1)[-1].split("union all")  # what follows the last CTE
        for select in selects:
            columns = [line.rstrip(",").split()[-1] for line in select.split("from")[0].splitlines() if line.strip()]
            assert columns[1:] == list(COLUMNS[topic])
