"""Raw Parquet of any size for a full rebuild: the demo's, and four programs with many more partners, quarters and rows.

Two programs hand in cells (by country and population group, by state), two hand in lists of people that grow from
quarter to quarter, as the demo's do. Every figure is synthetic.
"""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
FIRST_YEAR = 2023
QUARTERS = 32
AS_OF = "2031-02-15"
TABLES = {
    "career_academy": "learning",
    "chw_platform": "workforce",
    "nextgen_scholarships": "scholars",
    "community_of_practice": "members",
}
#: Indicator rows made of one raw row, on average.
LEARNING_ROWS, STATE_ROWS, SCHOLAR_ROWS, MEMBER_ROWS = 4, 5, 3.5, 1.1


@dataclass(frozen=True)
class Size:
    """How large a history is.

    Attributes:
        rows: Indicator rows aimed at.
        partners: Partners, shared out among four programs.
    """

    rows: int
    partners: int

    @property
    def per_program(self) -> int:
        """Partners of each program."""
        return max(1, self.partners // len(TABLES))

    def raw_rows(self) -> dict[str, int]:
        """Rows of a return by program; of the growing lists, those of the last quarter."""
        each = self.rows / (self.per_program * len(TABLES) * QUARTERS)
        learning = min(round(each / LEARNING_ROWS), MOST_CELLS)
        states = min(round(each / STATE_ROWS), MOST_STATES)
        rest = (len(TABLES) * each - learning * LEARNING_ROWS - states * STATE_ROWS) / 2
        grows = 2 * QUARTERS / (QUARTERS + 1)
        return {
            "career_academy": max(1, learning),
            "chw_platform": max(1, states),
            "nextgen_scholarships": max(QUARTERS, round(rest / SCHOLAR_ROWS * grows)),
            "community_of_practice": max(QUARTERS, round(rest / MEMBER_ROWS * grows)),
        }


def enlarge(demo: Path, folder: Path, size: Size) -> tuple[Path, Path]:
    """Write raw Parquet and a copy of the dbt project that knows the partners.

    Args:
        demo: The data folder of a finished demo.
        folder: Gets ``raw`` and ``project``.

    Returns:
        Both paths.
    """
    import duckdb

    raw = Path(shutil.copytree(demo / "raw", folder / "raw"))
    project = folder / "project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs", "__pycache__", "*.py"))
    _add_partners(project / "seeds" / "rendered" / "partners.csv", size)
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = '{folder / 'spilled'}'")
        connection.execute("set preserve_insertion_order = true")
        _ledger(connection, raw, size)
        for program, rows in size.raw_rows().items():
            for quarter in range(QUARTERS):
                _write_quarter(connection, raw, program, quarter, rows, size)
    return raw, project


def period(quarter: int) -> str:
    """The name of the n-th quarter of the history."""
    return f"{FIRST_YEAR + quarter // 4}-Q{quarter % 4 + 1}"


def _partner(program: str) -> str:
    return f"'large_{program}_' || lpad(cast(p as varchar), 4, '0')"


def _add_partners(path: Path, size: Size) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader(lines))
    with path.open("a", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header, lineterminator="\n")
        for program in TABLES:
            for number in range(size.per_program):
                writer.writerow(
                    {
                        "program_code": program,
                        "partner_code": f"large_{program}_{number:04}",
                        "partner_name": f"Sample partner {number} of {program}",
                        "country_code": ("US", "GB", "FR", "IT")[number % 4],
                        "since": period(0),
                        "is_synthetic": "true",
                    }
                )


def _ledger(connection: duckdb.DuckDBPyConnection, raw: Path, size: Size) -> None:
    """Every return counts: it is accepted, approved and the first of its partner and quarter."""
    programs = " union all ".join(
        f"select '{program}' as program_code, '{table}' as table_name, {_partner(program)} as partner_code, p "
        f"from range({size.per_program}) t(p)"
        for program, table in TABLES.items()
    )
    connection.execute(
        f"create table returns as select r.*, {_submission()} as submission_id, q, "
        f"cast({FIRST_YEAR} + q // 4 as varchar) || '-Q' || cast(q % 4 + 1 as varchar) as period, "
        f"make_date(cast({FIRST_YEAR} + (q + 1) // 4 as integer), cast((q + 1) % 4 * 3 + 1 as integer), 12) as day "
        f"from ({programs}) r cross join range({QUARTERS}) quarters(q)"
    )
    for name, columns in {
        "current_versions": "program_code, table_name, partner_code, period, submission_id, 1 as version_number, "
        "true as is_approved, 'accepted' as state",
        "submissions": "submission_id, program_code, partner_code, period, 'accepted' as state, "
        "cast(day as timestamp) as received_at, day as received_on, 'sample' as received_by, true as is_confirmed, "
        "true as is_approved, 'sample' as approved_by, 0 as error_count, 0 as warning_count, "
        "0 as quarantined_row_count, 'sample.csv' as file_names, 'sample' as ruleset, 'sample' as receipt",
    }.items():
        path = raw / "_ledger" / f"{name}.parquet"
        connection.execute(
            f"create or replace temp table joined as select * from read_parquet('{path}') "
            f"union all by name select {columns} from returns order by submission_id"
        )
        connection.execute(f"copy joined to '{path}' (format parquet, compression zstd)")


def _submission() -> str:
    return "'L' || upper(left(program_code, 2)) || lpad(cast(p * 32 + q as varchar), 6, '0')"


def _write_quarter(
    connection: duckdb.DuckDBPyConnection, raw: Path, program: str, quarter: int, rows: int, size: Size
) -> None:
    table = TABLES[program]
    folder = raw / program / table / f"period={period(quarter)}"
    folder.mkdir(parents=True, exist_ok=True)
    own = _COLUMNS[program]
    grown = f"where i % {QUARTERS} <= {quarter}" if program in ("nextgen_scholarships", "community_of_practice") else ""
    select = (
        f"select {own}, {_submission()} as _submission_id, {_partner(program)} as _partner_code, "
        f"'{period(quarter)}' as _period, 'sample.csv' as _file, cast(null as varchar) as _sheet, i + 2 as _row "
        f"from (select p, i, cast({quarter} as bigint) as q, '{program}' as program_code, "
        f"hash(p * 1000003 + i) as h, hash(p * 7919 + i * 31 + {quarter}) as hq "
        f"from range({size.per_program}) t(p), range({rows}) s(i) {grown})"
    )
    connection.execute(f"copy ({select}) to '{folder / 'large.parquet'}' (format parquet, compression zstd)")


def _counts(name: str, expression: str) -> str:
    return ", ".join(f"cast({expression} as bigint) as {name}{end}" for end in ("", "_low", "_high"))


def _pick(values: str, index: str) -> str:
    """One of some words, by a number."""
    words = values.split()
    return f"({words})[cast(1 + ({index}) % {len(words)} as bigint)]"


_GROUPS = "black hispanic asian women disabled older_people rural low_income migrants not_stated"
_COUNTRIES = (
    "US GB FR IT DE BR JP ZA KE ES AR AU AT BE CA CL CN CO CZ DK EG FI GR HU IN ID IE IL KR MX MA NL NZ NG NO PE PH PL "
    "PT RO SA SN SG SE CH TH TR AE VN"
)
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
)
#: A return of cells has no more rows than there are cells: countries × population groups, and states.
MOST_CELLS, MOST_STATES = len(_COUNTRIES.split()) * len(_GROUPS.split()), 50
_FIELDS = "medicine nursing public_health pharmacy psychology life_sciences"
#: The quarter somebody joined in.
_JOINED = f"make_date(cast({FIRST_YEAR} + i % {QUARTERS} // 4 as integer), cast(i % 4 * 3 + 1 as integer), 1)"


def _person(one_of: int) -> str:
    """The key of one in so many people; two partners of a program share one of a hundred of them."""
    keyed = f"case when h % {one_of} = 0 then"
    shared = "cast(case when i % 100 = 0 then p // 2 else p end as varchar)"
    return (
        f"{keyed} sha256(program_code || {shared} || '/' || cast(i as varchar)) end as person_key, "
        f"{keyed} 'sample-2024' end as person_key_name"
    )


#: Columns of each table from p (partner), i (row), q (quarter), h (a person or cell) and hq (the same in one quarter).
_COLUMNS = {
    "career_academy": ", ".join(
        (
            f"{_pick(_COUNTRIES, 'i // 10')} as country_code, {_pick(_GROUPS, 'i')} as population_group",
            _counts("new_learners_count", "hq % 90"),
            _counts("learners_to_date", "hq % 90 + 90 * q"),
            _counts("courses_started_count", "hq % 150"),
            _counts("courses_completed_count", "1 + hq % 70"),
            _counts("courses_left_count", "hq % 30"),
        )
    ),
    "chw_platform": ", ".join(
        (
            f"{_pick(_STATES, 'i')} as state_code",
            _counts("registered_count", "h % 500 + 5 * q"),
            _counts("active_count", "h % 300 + 3 * q"),
            _counts("trainings_completed_count", "hq % 40"),
            "cast(hq % 20 as bigint) as jobs_posted_count, cast(1 + hq % 9 as bigint) as employers_count",
        )
    ),
    "nextgen_scholarships": ", ".join(
        (
            "'P' || cast(p as varchar) || '-' || cast(i as varchar) as scholar_id",
            "'Sample university ' || cast(h % 25 as varchar) as university_name",
            f"{_pick(_COUNTRIES, 'p')} as country_code, {_pick(_FIELDS, 'h')} as field_code, '2023/24' as cohort",
            f"{_JOINED} as awarded_on, cast(5000 + h % 3000 as decimal(18, 2)) as award_amount",
            "'EUR' as award_currency, h % 5 > 0 as has_mentor",
            f"case when h % 4 = 0 then cast({_JOINED} + 200 as date) end as internship_started_on",
            f"case when q >= i % {QUARTERS} + 8 then 'graduated' else 'active' end as status",
            f"case when q >= i % {QUARTERS} + 8 then cast({_JOINED} + 760 as date) else {_JOINED} end as status_on",
            _person(3),
        )
    ),
    "community_of_practice": ", ".join(
        (
            "'A' || cast(p as varchar) || '-' || cast(i as varchar) as advocate_id",
            "'Sample organisation ' || cast(h % 60 as varchar) as organisation_name",
            f"'community' as organisation_type, {_pick(_COUNTRIES, 'p + i % 5')} as country_code",
            f"{_JOINED} as joined_on, cast(null as date) as left_on",
            _person(50),
        )
    ),
}
