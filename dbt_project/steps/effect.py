"""What a partner's rows give for a program's indicators, before anything is loaded: the project's own SQL, without dbt.

The staging models and the mapping of a program are rendered with the project's macros and run over rows in memory, so
that a correction can be shown with its effect at the moment it is handed in. A test compares the rendered statements
with those dbt compiles.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sources.counted import CountedRows, Figure
from sources.currency import Rates
from sources.log.ledger_schema import LEDGER_TABLES
from sources.raw_schema import arrow_schema

if TYPE_CHECKING:
    import duckdb
    import jinja2
    import pyarrow as pa

    from sources.contract.model import Contract

PROJECT = Path(__file__).resolve().parents[1]
_REFERENCE = re.compile(r'"([a-z_0-9]+)"')
_VERSIONS, _RATES, _PARTNERS = "ledger__current_versions", "ledger__fx_rates", "partners"

#: The values of one partner's quarter, by the arithmetic of the kind of indicator.
_VALUES = """
with rows_in as (
    select
        mapped.*,
        {{ place_key('place') }} as place_key
    from {{ ref(mapping) }} as mapped
    where partner_code = ? and period = ?
),

places as (
    select
        indicator_code,
        place_key,
        max(value_low) as place_low
    from rows_in
    group by indicator_code, place_key
),

over_places as (
    select
        indicator_code,
        greatest(
            coalesce(sum(case when place_key is not null then place_low end), 0),
            coalesce(max(case when place_key is null then place_low end), 0)
        ) as places_low
    from places
    group by indicator_code
)

select
    rows_in.indicator_code,
    count(*) as row_count,
    sum(rows_in.denominator) as denominator,
    sum(rows_in.value_low) as sum_low,
    max(rows_in.value_low) as max_low,
    max(over_places.places_low) as places_low,
    sum(rows_in.value_high) as high
from rows_in
inner join over_places on rows_in.indicator_code = over_places.indicator_code
group by rows_in.indicator_code
"""


class Sums(NamedTuple):
    """What the rows of one indicator add up to; ``max_low`` and ``places_low`` are lower bounds of people reached."""

    row_count: int
    denominator: Decimal | None
    sum_low: Decimal
    max_low: Decimal
    places_low: Decimal
    high: Decimal


class Model(NamedTuple):
    """One model of the path from raw rows to indicators, rendered."""

    name: str
    sql: str


def indicator_figures(contract: Contract, partner: str, period: str, rows: Sequence[CountedRows]) -> dict[str, Figure]:
    """The figures of a partner's quarter.

    Args:
        rows: The partner's rows that count, of the quarter and of earlier ones: some indicators count what is
            listed for the first time.

    Returns:
        Figure by indicator code, for those the rows give a value for, in the order of the program's indicators.
    """
    import duckdb

    mapping = f"int_{contract.program}__indicators"
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        _fill(connection, contract, partner, rows)
        for model in path_to(mapping):
            connection.execute(f'create table "{model.name}" as {model.sql}')
        values = _environment().from_string(_VALUES).render(mapping=mapping)
        found = {code: Sums(*sums) for code, *sums in connection.execute(values, [partner, period]).fetchall()}
    return {
        row["indicator_code"]: figure(row, found[row["indicator_code"]])
        for row in indicators(contract.program)
        if row["indicator_code"] in found
    }


def path_to(name: str) -> tuple[Model, ...]:
    """The models a model stands on and itself, in order of building."""
    found: dict[str, Model] = {}

    def visit(wanted: str) -> None:
        if wanted in found or wanted not in _files():
            return
        sql = _rendered(wanted)
        for needed in _REFERENCE.findall(sql):
            visit(needed)
        found[wanted] = Model(wanted, sql)

    visit(name)
    return tuple(found.values())


@cache
def indicators(program: str) -> tuple[dict[str, str], ...]:
    """The program's rows of the rendered list of indicators."""
    with (PROJECT / "seeds" / "rendered" / "indicators.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(row for row in csv.DictReader(handle) if row["program_code"] == program)


@cache
def _files() -> dict[str, Path]:
    return {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}


@cache
def _rendered(name: str) -> str:
    return _environment().from_string(_files()[name].read_text(encoding="utf-8")).render()


@cache
def _environment() -> jinja2.Environment:
    """Jinja with what dbt gives its models, as far as these use it: relations by their bare names, DuckDB's dialect."""
    import jinja2

    # SQL, not a page: nothing here reaches a browser.
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701
    environment.add_extension("jinja2.ext.do")
    known = environment.globals
    known |= {
        "ref": lambda name: f'"{name}"',
        "source": lambda _, name: f'"{name}"',
        "adapter": _Adapter(known),
        "dbt": _Dates(),
        "execute": False,
    }
    # Models use no materialization, whose tags only dbt knows.
    for path in sorted(path for path in (PROJECT / "macros").rglob("*.sql") if path.parent.name != "kept"):
        module = environment.from_string(path.read_text(encoding="utf-8")).module
        known |= {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return environment


class _Adapter:
    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known

    def dispatch(self, name: str, _package: str) -> Any:
        return self._known.get(f"duckdb__{name}") or self._known[f"default__{name}"]


class _Dates:
    @staticmethod
    def dateadd(datepart: str, interval: Any, day: str) -> str:
        return f"({day} + cast({interval} as bigint) * interval 1 {datepart})"

    @staticmethod
    def datediff(first: str, second: str, datepart: str) -> str:
        return f"(date_diff('{datepart}', {first}::timestamp, {second}::timestamp))"


def _fill(connection: duckdb.DuckDBPyConnection, contract: Contract, partner: str, rows: Sequence[CountedRows]) -> None:
    """The sources and the seed the models of a program read."""
    import pyarrow as pa

    versions = [
        {
            "program_code": contract.program, "table_name": item.table, "partner_code": partner,
            "period": item.period, "submission_id": item.submission_id, "version_number": 1, "is_approved": False,
            "state": "accepted",
        }
        for item in rows
    ]  # fmt: skip
    given = {_VERSIONS: pa.Table.from_pylist(versions, schema=LEDGER_TABLES["current_versions"][1])}
    for table in contract.tables:
        parts = [item.rows for item in rows if item.table == table.name]
        given[f"{contract.program}__{table.name}"] = pa.concat_tables([arrow_schema(table).empty_table(), *parts])
    given[_RATES] = _rates(_currencies(contract, rows))
    given[_PARTNERS] = pa.table(
        {
            "program_code": [contract.program for _ in contract.partners],
            "partner_code": [item.code for item in contract.partners],
            "country_code": [item.country for item in contract.partners],
        }
    )
    for name, content in given.items():
        connection.register("given", content)
        connection.execute(f'create table "{name}" as select * from given')
        connection.unregister("given")


def _currencies(contract: Contract, rows: Sequence[CountedRows]) -> frozenset[str]:
    """The currencies in columns that hold one."""
    columns = {
        (table.name, column.name)
        for table in contract.tables
        for column in table.columns
        if column.codes is not None and column.codes.id == "currencies"
    }
    return frozenset(
        value
        for item in rows
        for name in item.rows.column_names
        if (item.table, name) in columns
        for value in item.rows[name].unique().to_pylist()
        if value is not None
    )


@cache
def _rates(currencies: frozenset[str]) -> pa.Table:
    return Rates().table(currencies=currencies)


def figure(indicator: Mapping[str, str], sums: Sums) -> Figure:
    """The value of an indicator for one partner and quarter, as ``fct_indicator_values`` and the spans make it.

    A survey's estimate is no sum over rows, so that its answers are counted instead.
    """
    kind, unit = indicator["kind"], indicator["unit"]
    if kind == "survey":
        return Figure(indicator["name"], "answers", f"{sums.row_count:,}")
    low, high = sums.sum_low, sums.high
    if kind == "reach" and indicator["overlap"] != "disjoint":
        low = sums.places_low if indicator["overlap"] == "disjoint_places" else sums.max_low
    if kind == "ratio":
        if not sums.denominator:
            return Figure(indicator["name"], unit, "none")
        scale = 100 if unit == "percent" else 1
        low, high = (scale * value / sums.denominator for value in (low, high))
    places = 2 if unit == "EUR" else 1 if kind == "ratio" else None
    first, last = (_number(value, places) for value in (low, high))
    return Figure(indicator["name"], unit, first if first == last else f"{first} to {last}")


def _number(value: Decimal, places: int | None) -> str:
    if places is not None:
        return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
