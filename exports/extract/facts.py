"""The annual extract's facts: read from the release tables, hidden where they must be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from exports import heard_sheet, wording
from exports.published import Published
from exports.trust_facts import TrustFacts, gather_trust
from exports.workbook import Column

GOAL = "pub_leadership__goal"
INVESTMENT = "pub_leadership__investment_by"
PROGRESS = "pub_leadership__progress"
REACH = "pub_leadership__reach"
CONTRIBUTIONS = "pub_leadership__contributions"
DEFINITIONS = "pub_meta__definitions"
LEVERAGE = "pub_leadership__leverage"
KEY_ACTIONS = "pub_leadership__key_actions"
COMMENTARY = "pub_leadership__commentary"
PROGRAMS = "pub_meta__programs"
BUILD = "pub_meta__build"
#: What a reader could work a hidden count out from.
DERIVED = (
    "value",
    "value_low",
    "value_high",
    "attainment_pct",
    "required_per_year",
    "observed_per_year",
    "forecast_2030",
    "forecast_2030_low",
    "forecast_2030_high",
)
_DIMENSIONS = ("pillar", "program", "country", "kind")


@dataclass(frozen=True)
class Year:
    """Money of one year, in euros, and since the start up to its end; ``None`` where nothing is recorded."""

    year: int
    paid: Decimal | None
    committed: Decimal | None
    paid_so_far: Decimal | None
    committed_so_far: Decimal | None
    budget: Decimal | None = None


@dataclass(frozen=True)
class Revisions:
    """What changed of figures shown before, as the restatement ledger tells it; only what may be shown to everyone.

    Attributes:
        since: The release it is held against, such as ``2026-Q2.r1``.
        columns: The table's columns, as a workbook's sheet takes them.
        rows: Its rows; one with a ``year`` belongs to that year's extract, others to the newest.
    """

    since: str
    sentences: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]

    def of_year(self, year: int, *, is_latest: bool) -> Revisions:
        """What one year's extract shows of it; the sentences are of the newest."""
        rows = tuple(row for row in self.rows if row.get("year", year if is_latest else None) == year)
        return Revisions(self.since, self.sentences if is_latest else (), self.columns, rows)


@dataclass(frozen=True)
class Facts:
    """Everything one annual extract says; amounts and figures are exact decimals.

    Attributes:
        is_latest: The extract of the running year; only this one speaks of what is still needed.
        goal: The goal's row with ``paid_eur``, ``committed_eur`` and shares as of the extract's year.
        years: Money by year, from the goal's first year to the extract's.
        parts: Money since the start by pillar, program, country and kind; empty for earlier years,
            which the tables do not split.
        programs: Headline indicators by program, small counts of people already hidden.
        heard: Barriers and what became of them, as of now; empty for earlier years.
        reach: Different people reached by all programs together, as bounds; empty where nothing is published.
        contributions: Bridges of trust and conversations, as bounds.
        trust: What the polls say of the trust gap; nothing for earlier years, or without polls.
        log_head: Hash of the newest event behind the build, so that a shortened log shows.
        about: Rows on the programs themselves, by their code.
        leverage: Co-funding beside what was paid; empty for earlier years, as the table speaks of now.
        key_actions: Actions and recommendations by key action and stage; empty for earlier years.
        commentary: What leads signed on quarters of the year, and stories that may be told to everyone.
        revisions: What changed since the release before; nothing where there was none.
    """

    year: int
    as_of: str
    build_id: str
    log_head: str | None
    synthetic: bool
    is_latest: bool
    goal: dict[str, Any]
    years: tuple[Year, ...]
    parts: dict[str, list[dict[str, Any]]]
    programs: tuple[tuple[str, list[dict[str, Any]]], ...]
    definitions: list[dict[str, Any]]
    heard: list[dict[str, Any]]
    reach: dict[str, Any]
    contributions: list[dict[str, Any]]
    trust: TrustFacts | None
    about: dict[str, dict[str, Any]]
    leverage: list[dict[str, Any]]
    key_actions: list[dict[str, Any]]
    commentary: list[dict[str, Any]]
    revisions: Revisions | None = None

    @property
    def last_period(self) -> str:
        """The newest quarter the figures cover."""
        return max((str(row["period"]) for row in self.indicators), default=f"{self.year}-Q4")

    @property
    def last_month(self) -> str:
        """The month the figures reach to, as ``September 2026``."""
        return wording.month_text(self.last_period)

    @property
    def indicators(self) -> list[dict[str, Any]]:
        """All headline rows, in order of program and indicator."""
        return [row for _, rows in self.programs for row in rows]


def extract_years(published: Published) -> list[int]:
    """Years an extract can be made for, oldest first."""
    return sorted({int(year) for year in published.frame(PROGRESS)["year"].dropna()})


def gather(published: Published, year: int, revisions: Revisions | None = None) -> Facts:
    """Facts of one year's extract, read from release tables only.

    Args:
        published: The build to read.
        year: The extract's year.
        revisions: What changed since the release before, where there was one.

    Raises:
        ValueError: The build has no figures for the year.
    """
    published = published.release()
    known = extract_years(published)
    if year not in known:
        raise ValueError(
            f"There are no figures for {year}. Extracts can be made for {wording.listed([str(one) for one in known])}."
        )
    rows = [hidden(row) for row in exact(published, PROGRESS) if row["year"] == year]
    rows.sort(key=lambda row: (row["program_code"], row["indicator_code"]))
    programs = [(str(members[0]["program_name"]), members) for members in _grouped(rows, "program_code")]
    invested = exact(published, INVESTMENT)
    is_latest = year == known[-1]
    goals = exact(published, GOAL)
    goal = goals[0] if goals else {}
    years = _years(invested, goal, year)
    heard = [heard_sheet.hidden(row) for row in exact(published, heard_sheet.LEADERSHIP)]
    polls = gather_trust(published)
    trust = polls if is_latest and polls.gaps else None
    everything = [*rows, *invested, *goals, *heard, *exact(published, BUILD)]
    return Facts(
        year=year,
        as_of=published.as_of,
        build_id=published.build_id,
        log_head=published.manifest.get("log_head"),
        synthetic=any(row.get("is_synthetic") for row in everything) or bool(trust and trust.synthetic),
        is_latest=is_latest,
        goal=goal if is_latest else _goal_then(goal, years),
        years=years,
        parts=_parts(invested) if is_latest else {},
        programs=tuple(programs),
        definitions=exact(published, DEFINITIONS),
        heard=heard if is_latest else [],
        reach=next(iter(_last_of(published, REACH, rows)), {}),
        contributions=_last_of(published, CONTRIBUTIONS, rows),
        trust=trust,
        about={row["program_code"]: row for row in exact(published, PROGRAMS)},
        leverage=exact(published, LEVERAGE) if is_latest else [],
        key_actions=exact(published, KEY_ACTIONS) if is_latest else [],
        revisions=revisions.of_year(year, is_latest=is_latest) if revisions else None,
        commentary=[row for row in exact(published, COMMENTARY) if str(row["period"])[:4] == str(year)],
    )


def exact(published: Published, name: str) -> list[dict[str, Any]]:
    """The rows of a release table with decimals as they are published; none where there is no such table."""
    return published.arrow(name).to_pylist() if published.has(name) else []


def hidden(row: dict[str, Any]) -> dict[str, Any]:
    """A progress row with nothing left to derive a hidden count of people from.

    The published table hides already; this holds even where it should fail to.
    """
    counted = (row.get("value"), row.get("value_low"), row.get("value_high"))
    small = any(value is not None and 1 <= value <= 10 for value in counted)
    if row.get("is_suppressed") or (row.get("counts_people") and row.get("kind") != "ratio" and small):
        return row | dict.fromkeys(DERIVED) | {"is_suppressed": True, "progress_status": "not_assessable"}
    return row


def _last_of(published: Published, name: str, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table by quarter, of the newest quarter the extract's figures cover."""
    last = max(str(row["period"]) for row in shown)
    return [row for row in exact(published, name) if row["period"] == last]


def _grouped(rows: list[dict[str, Any]], key: str) -> list[list[dict[str, Any]]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: row[key])]


def _years(invested: list[dict[str, Any]], goal: dict[str, Any], last: int) -> tuple[Year, ...]:
    by_year = {int(row["member_code"]): row for row in invested if row["dimension"] == "year" and row["member_code"]}
    first = int(goal.get("start_year") or min([*by_year, last]))
    paid_so_far: Decimal | None = None
    committed_so_far: Decimal | None = None
    years = []
    for year in range(min([first, *by_year]), last + 1):
        row = by_year.get(year, {})
        paid, committed = row.get("paid_eur"), row.get("committed_eur")
        paid_so_far, committed_so_far = _plus(paid_so_far, paid), _plus(committed_so_far, committed)
        years.append(Year(year, paid, committed, paid_so_far, committed_so_far, row.get("budget_eur")))
    return tuple(years)


def _plus(so_far: Decimal | None, more: Decimal | None) -> Decimal | None:
    return so_far if more is None else (so_far or Decimal(0)) + more


def _goal_then(goal: dict[str, Any], years: tuple[Year, ...]) -> dict[str, Any]:
    if not goal or not years:
        return goal
    paid, committed, aim = years[-1].paid_so_far, years[-1].committed_so_far, goal["goal_eur"]
    unknown = dict.fromkeys(
        key for key in goal if key.startswith(("forecast_", "required_", "observed_", "elapsed_", "planned_"))
    )
    return goal | unknown | {
        "paid_eur": paid,
        "committed_eur": committed,
        "budget_eur": None,
        "share_paid_pct": None if paid is None else 100 * paid / aim,
        "share_committed_pct": None if committed is None else 100 * committed / aim,
        "progress_status": "not_assessable",
    }  # fmt: skip


def _named(row: dict[str, Any]) -> str:
    name = str(row["member_name"] or wording.humanised(row["member_code"])) or "not stated"
    return name[:1].upper() + name[1:].replace("_", " ")


def _parts(invested: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for dimension in _DIMENSIONS:
        rows = [row for row in invested if row["dimension"] == dimension]
        for row in rows:
            row["name"] = _named(row)
        parts[dimension] = sorted(rows, key=lambda row: (-(row["paid_eur"] or 0), row["name"]))
    return {dimension: rows for dimension, rows in parts.items() if rows}
