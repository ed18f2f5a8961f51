"""Rows of a program that are built again leave gaps in the warehouse file; the file does not grow with every build."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from orchestration.resources import DBT_DIR

PROGRAMS = ("alpha", "beta", "gamma", "delta")
#: A group of rows as DuckDB keeps them.
GROUP = 122_880


def settings() -> dict[str, str]:
    """What dbt sets in the warehouse, besides memory."""
    profile = yaml.safe_load((DBT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    found = profile["impact"]["outputs"]["duckdb"]["settings"]
    return {name: value for name, value in found.items() if name != "memory_limit"}


def built_again(warehouse: Path, program: str) -> tuple[int, int]:
    """One build of a program's rows; how many rows there are then, and how many with the gaps."""
    with duckdb.connect(str(warehouse)) as connection:
        for name, value in settings().items():
            connection.execute(f"set {name} = '{value}'")
        connection.execute("begin")
        connection.execute("create temp table made as select * from rows where program_code = ?", [program])
        connection.execute("delete from rows where program_code = ?", [program])
        connection.execute("insert into rows by name select * from made")
        connection.execute("commit")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        held = connection.execute("select count(*) from rows").fetchone()
        kept = connection.execute("select estimated_size from duckdb_tables() where table_name = 'rows'").fetchone()
    assert held is not None
    assert kept is not None
    return held[0], kept[0]


def test_what_builds_leave_behind_does_not_grow_with_every_build(tmp_path: Path) -> None:
    warehouse, every = tmp_path / "warehouse.duckdb", 3 * GROUP
    with duckdb.connect(str(warehouse)) as connection:
        # Rows of all programs in every group, as a model ordered by indicator leaves them.
        connection.execute(
            f"create table rows as select {list(PROGRAMS)}[1 + i % 4] as program_code, i as number, md5(i::varchar) as text "
            f"from range({every}) as of(i)"
        )
    size, gaps, sizes = warehouse.stat().st_size, [], []
    for _ in range(4):
        for program in PROGRAMS:
            held, kept = built_again(warehouse, program)
            assert held == every
            gaps.append(kept - held)
            sizes.append(warehouse.stat().st_size)
    # The first build moves no other rows. Once each program lies by itself, its groups are dropped whole.
    assert gaps[0] == every // len(PROGRAMS)
    assert max(gaps) < every
    assert set(gaps[len(PROGRAMS) :]) == {0}
    assert max(sizes) < 2.5 * size
