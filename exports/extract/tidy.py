"""The extract's tables for machines: typed, with exact decimals, small counts hidden; the same as CSV and as Parquet.

``measures`` is the long one: a row per indicator, period and measure, of the extract's year and those before it. The
others stand as the release tables do, each with a notice where its row rests on a synthetic sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from exports import heard_sheet, safe, trust_facts, wording
from exports.extract import facts as known
from exports.extract.facts import Facts, exact, hidden
from exports.published import Published, parquet_bytes

_MONEY, _NUMBER = pa.decimal128(18, 2), pa.decimal128(24, 2)
NOTICE = "notice"
#: Measures of an indicator in the long table, and the unit of each where it is not the indicator's own.
MEASURES = {
    "value": None,
    "value_low": None,
    "value_high": None,
    "baseline_value": None,
    "target_value": None,
    "planned_value": None,
    "attainment_pct": "percent",
    "required_per_year": None,
    "observed_per_year": None,
    "forecast_2030": None,
    "forecast_2030_low": None,
    "forecast_2030_high": None,
    "coverage_met": "returns",
    "coverage_due": "returns",
}
_PROGRESS = (
    *("year", "program_code", "program_name", "indicator_code", "indicator_name", "unit", "kind", "level"),
    *("pillar_code", "key_action_code", "period", "span", "shown", "value", "value_low", "value_high"),
    *(
        "is_suppressed",
        "suppression_reason",
        "is_rounded",
        "coverage_met",
        "coverage_due",
        "data_status",
        "is_revised",
        "baseline_value",
        "target_value",
        "target_year",
    ),
    *("target_basis", "planned_value", "attainment_pct", "required_per_year", "observed_per_year"),
    *("forecast_2030", "forecast_2030_low", "forecast_2030_high", "progress_status", "footnote", "is_synthetic"),
)


@dataclass(frozen=True)
class Tidy:
    """One table of the extract.

    Attributes:
        key: Columns that together name a row.
        refers: Column, table and column of each reference to another table of the extract.
    """

    name: str
    title: str
    description: str
    table: pa.Table
    key: tuple[str, ...]
    refers: tuple[tuple[str, str, str], ...] = ()

    def csv(self) -> bytes:
        """The table as a CSV file no spreadsheet will run."""
        columns = [column.to_pylist() for column in self.table.columns]
        return safe.csv_bytes(self.table.column_names, zip(*columns, strict=True))

    def parquet(self) -> bytes:
        """The table as Parquet, texts as they are."""
        return parquet_bytes(self.table)


def tables(published: Published, facts: Facts) -> list[Tidy]:
    """The tables of one year's extract, those without a row left out, in order of reading.

    Args:
        published: The build the facts came from; only its release tables are read.
        facts: The facts of the year.
    """
    published = published.release()
    found = [
        _progress(published, facts),
        _measures(published, facts),
        _by_year(facts),
        *_of_the_newest_year(published, facts),
        _as_published(
            published, known.REACH, [facts.reach] if facts.reach else [], "reach", "People reached together",
            "Different people reached by all programs together, as bounds.", ("period",),
        ),
        _as_published(
            published, known.CONTRIBUTIONS, facts.contributions, "contributions", "Bridges of trust and conversations",
            "People who became bridges of trust or took part in a conversation, as bounds.",
            ("contribution_code", "period"),
        ),
        _revisions(facts),
        _as_published(
            published, known.COMMENTARY, facts.commentary, "commentary", "Signed commentary",
            "What leads signed for everyone, and stories whose consent allows it; never computed.", ("comment_id",),
            (("program_code", "programs", "program_code"),),
        ),
        _as_published(
            published, known.DEFINITIONS, facts.definitions, "definitions", "Definitions",
            "What each indicator counts, how it adds up, and what it cannot tell.", ("indicator_code",),
            (("program_code", "programs", "program_code"),),
        ),
        _as_published(
            published, known.PROGRAMS, list(facts.about.values()), "programs", "Programs",
            "What each program is for, as its contract says.", ("program_code",),
        ),
    ]  # fmt: skip
    kept = [table for table in found if table is not None]
    names = {table.name for table in kept}
    # A reference holds only where the table it points to is there.
    return [
        Tidy(
            table.name,
            table.title,
            table.description,
            table.table,
            table.key,
            tuple(reference for reference in table.refers if reference[1] in names),
        )
        for table in kept
    ]


_INDICATOR = (
    ("indicator_code", "definitions", "indicator_code"),
    ("program_code", "programs", "program_code"),
)


def _progress(published: Published, facts: Facts) -> Tidy | None:
    rows = [row | {"shown": wording.value_text(row)} for row in facts.indicators]
    schema = published.arrow(known.PROGRESS).schema
    fields = [
        pa.field("shown", pa.string()) if name == "shown" else schema.field(name)
        for name in _PROGRESS
        if name == "shown" or name in schema.names
    ]
    return _table(
        "progress",
        f"Progress {facts.year}",
        "Headline figure of each indicator with interval, target, coverage and progress; “shown” is what is printed.",
        rows,
        pa.schema(fields),
        ("indicator_code",),
        _INDICATOR,
    )


def _measures(published: Published, facts: Facts) -> Tidy | None:
    rows = []
    for row in (hidden(row) for row in exact(published, known.PROGRESS)):
        if row["year"] > facts.year:
            continue
        names = ("program_code", "indicator_code", "year", "period", "span", "data_status", "is_synthetic")
        common = {name: row[name] for name in names}
        for measure, unit in MEASURES.items():
            if row.get(measure) is not None:
                rows.append(common | {"measure": measure, "unit": unit or row["unit"], "value": _decimal(row[measure])})
    rows.sort(key=lambda row: (row["program_code"], row["indicator_code"], row["period"], row["measure"]))
    text = [
        (name, pa.string())
        for name in ("program_code", "indicator_code", "period", "span", "measure", "unit", "data_status")
    ]
    schema = pa.schema(
        [*text[:2], ("year", pa.int32()), *text[2:6], ("value", _NUMBER), text[6], ("is_synthetic", pa.bool_())]
    )
    return _table(
        "measures",
        f"Measures up to {facts.year}",
        "One row per indicator, period and measure. What is missing or hidden has no row; it is not zero.",
        rows,
        schema,
        ("indicator_code", "period", "span", "measure"),
        _INDICATOR,
    )


def _by_year(facts: Facts) -> Tidy | None:
    names = ("budget_eur", "paid_eur", "committed_eur", "paid_so_far_eur", "committed_so_far_eur")
    rows = [
        {"year": year.year, "is_synthetic": facts.synthetic}
        | dict(
            zip(
                names,
                (year.budget, year.paid, year.committed, year.paid_so_far, year.committed_so_far),
                strict=True,
            )
        )
        for year in facts.years
    ]
    schema = pa.schema([("year", pa.int32()), *((name, _MONEY) for name in names), ("is_synthetic", pa.bool_())])
    about = "Money of each year and since the start; only what counts to the goal. A payment settles a commitment."
    return _table("investment_by_year", "Investment by year", about, rows, schema, ("year",))


def _revisions(facts: Facts) -> Tidy | None:
    if facts.revisions is None or not facts.revisions.rows:
        return None
    rows = [row | {"is_synthetic": facts.synthetic} for row in facts.revisions.rows]
    fields = []
    for column in facts.revisions.columns:
        words = column.style in ("text", "line", "flag", "date")
        fields.append((column.key, pa.string() if words else _NUMBER))
    rows = [
        row | {name: str(row[name]) for name, kind in fields if kind == pa.string() and row.get(name) is not None}
        for row in rows
    ]
    schema = pa.schema([*fields, ("is_synthetic", pa.bool_())])
    about = f"Figures shown in release {facts.revisions.since} that are different now, and why."
    return _table("revisions", "Revisions since the last extract", about, rows, schema, ())


def _of_the_newest_year(published: Published, facts: Facts) -> Iterable[Tidy | None]:
    """What the release tables say of now alone."""
    if not facts.is_latest:
        return
    parts = [row for rows in facts.parts.values() for row in rows]
    yield _as_published(
        published, known.INVESTMENT, parts, "investment_by_part", "Investment by part",
        "Money since the start by pillar, program, country and kind of contribution.", ("dimension", "member_code"),
    )  # fmt: skip
    goals = [facts.goal] if facts.goal else []
    yield _as_published(
        published,
        known.GOAL,
        goals,
        "goal",
        "The goal",
        "The amount to be invested, and how far it is.",
        ("goal_code",),
    )
    yield _as_published(
        published, known.LEVERAGE, facts.leverage, "leverage", "Leverage",
        "Co-funding by others beside what was paid; “total” is all programs together.", ("program_code",),
    )  # fmt: skip
    yield _as_published(
        published, heard_sheet.LEADERSHIP, facts.heard, "heard_to_done", heard_sheet.TITLE,
        "Barriers people named, and what became of them.", ("barrier_code",),
    )  # fmt: skip
    yield _as_published(
        published, known.KEY_ACTIONS, facts.key_actions, "key_actions", "Key actions",
        "Actions and what was shared under each key action of the initiative.", ("key_action_code",),
    )  # fmt: skip
    trust = facts.trust
    if trust is None:
        return
    for name, source, title, about, key, rows in (
        ("trust_gaps", trust_facts.GAPS, "Trust gaps by poll", "A group’s share beside all others’, and the gap.",
         ("outcome_code", "wave_code", "area_code", "group_code"), trust.gaps),
        ("trust_changes", trust_facts.CHANGES, "Changes of the trust gap", "How gaps changed between two polls.",
         ("outcome_code", "area_code", "group_code", "base_wave_code", "wave_code"), trust.changes),
        ("restoring_actions", trust_facts.ACTIONS, "What would restore trust", "Shares of people who name an action.",
         ("wave_code", "area_code", "action_code"), trust.actions),
    ):  # fmt: skip
        yield _as_published(published, source, rows, name, title, about, key)


def _as_published(
    published: Published,
    source: str,
    rows: Sequence[dict[str, Any]],
    name: str,
    title: str,
    description: str,
    key: tuple[str, ...],
    refers: tuple[tuple[str, str, str], ...] = (),
) -> Tidy | None:
    """Rows of a release table with its own columns and types."""
    if not rows:
        return None
    return _table(name, title, description, rows, published.arrow(source).schema, key, refers)


def _table(
    name: str,
    title: str,
    description: str,
    rows: Sequence[dict[str, Any]],
    schema: pa.Schema,
    key: tuple[str, ...],
    refers: tuple[tuple[str, str, str], ...] = (),
) -> Tidy | None:
    if not rows:
        return None
    columns = {
        field.name: pa.array([_fitting(row.get(field.name), field.type) for row in rows], field.type)
        for field in schema
    }
    columns[NOTICE] = pa.array([wording.SYNTHETIC if row.get("is_synthetic") else None for row in rows], pa.string())
    return Tidy(name, title, description, pa.table(columns), key, refers)


def _fitting(value: Any, kind: pa.DataType) -> Any:
    """A value in its column's type; a float that came of a decimal goes back to it."""
    if value is not None and pa.types.is_decimal(kind):
        return _decimal(value).quantize(Decimal(1).scaleb(-kind.scale))
    return value


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
