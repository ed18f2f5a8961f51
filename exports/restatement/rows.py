"""One side of a comparison: a build's rows, figures and the log it rests on, read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from exports import table
from exports.published import PublishedError
from sources.log.state import LedgerState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from exports.published import Published

ROWS = "pub_leads__indicator_rows"
ENTRIES = "pub_leads__investment_entries"
COFUNDING = "pub_leads__cofunding"
OBLIGATIONS = "pub_leads__obligations"
DEFINITIONS = "pub_meta__definitions"
FINANCE = "finance"
#: Money that counts to the goal, as if each were an indicator: measure by type of entry.
MONEY = {"payment": "paid_eur", "commitment": "committed_eur", "budget": "budget_eur"}


class Key(NamedTuple):
    """What one submission counts for; a declaration of nothing to report has no table."""

    program: str
    partner: str
    period: str
    table: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row behind figures, with the members of each dimension it belongs to."""

    indicator: str
    key: Key
    submission: str | None
    where: tuple[str, int]
    count: int
    low: Decimal
    high: Decimal
    denominator: Decimal | None
    place_key: str | None
    members: tuple[tuple[str, str], ...]

    @property
    def content(self) -> tuple[Any, ...]:
        """What two rows of one submission are compared by."""
        return self.indicator, self.where, self.count, self.low, self.high, self.denominator, self.members

    def scaled(self, amounts: Mapping[Decimal, Decimal]) -> Row:
        """The row with amounts converted otherwise; a zero stays one."""
        values = {name: getattr(self, name) for name in ("low", "high", "denominator")}
        return replace(self, **{name: amounts.get(value, value) for name, value in values.items()})


@dataclass
class Side:
    """A build with what its log says.

    Attributes:
        state: The log as it stood when the build was made; empty where that is not known.
        until: Last quarter each partner reports a program for, by (program, partner); those that go on are not in it.
    """

    published: Published
    state: LedgerState
    until: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> list[Row]:
        """Every row behind a figure, money to the goal included."""
        return [*(_row(item) for item in self._list(ROWS)), *self._money()]

    @cached_property
    def by_key(self) -> dict[Key, list[Row]]:
        """Rows by what they were reported as."""
        found: dict[Key, list[Row]] = defaultdict(list)
        for row in self.rows:
            found[row.key].append(row)
        return found

    @cached_property
    def entries(self) -> dict[tuple[str | None, str | None, int | None], dict[str, Any]]:
        """Entries of money by submission and place in its file."""
        names = {"cofunding_id": "entry_id", "cofunding_date": "entry_date", "cofunding_native": "entry_native"}
        both = [
            *self._list(ENTRIES),
            *(
                {names.get(name, name): value for name, value in item.items()} | {"entry_eur": item["cofunding_eur"]}
                for item in self._list(COFUNDING)
            ),
        ]
        return {(item["submission_id"], item["source_sheet"], item["source_row"]): item for item in both}

    @cached_property
    def obligations(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Returns owed by (program, partner, quarter)."""
        return {(item["program_code"], item["partner_code"], item["period"]): item for item in self._list(OBLIGATIONS)}

    @cached_property
    def definitions(self) -> dict[str, dict[str, Any]]:
        """Indicators by code."""
        return {item["indicator_code"]: item for item in self._list(DEFINITIONS)}

    @cached_property
    def overlap(self) -> dict[str, str]:
        """What is declared of double counting, by indicator with rows."""
        return {item["indicator_code"]: item["overlap"] or "unknown" for item in self._list(ROWS)}

    @cached_property
    def kpis(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Figures by indicator, quarter and span."""
        return {(item["indicator_code"], item["period"], item["span"]): item for item in self._list(table.KPI)}

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The rows of any published table; none where the build does not have it."""
        return self._list(name)

    def _list(self, name: str) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = self.published.arrow(name).to_pylist()
        except FileNotFoundError:
            # An erasure took the rows out of a build that is kept; its figures stay.
            return []
        except PublishedError:
            if self.published.has(name):
                raise
            return []
        return found

    @cached_property
    def has_rows(self) -> bool:
        """Whether the rows behind its figures are still there."""
        return bool(self._list(ROWS)) or not self.kpis

    def _money(self) -> list[Row]:
        return [row for item in self._list(ENTRIES) if item["counts_to_goal"] for row in self._entry(item)]

    def _entry(self, item: Mapping[str, Any]) -> Iterator[Row]:
        """An entry in each sum it belongs to: as nothing where it is of another type, unless that is the budget."""
        whole = (
            ("total", "total"),
            ("year", str(item["entry_date"].year)),
            ("pillar", str(item["pillar_code"])),
            ("program", str(item["program_code"])),
        )
        split = (("country", str(item["country_code"])), ("kind", str(item["kind"])))
        partner = self._reporter.get(str(item["submission_id"]), "")
        source = "budget" if item["entry_type"] == "budget" else "entries"
        for entry_type, measure in MONEY.items():
            mine = item["entry_type"] == entry_type
            if entry_type == "budget" and not mine:
                continue
            amount = item["entry_eur"] if mine else Decimal(0)
            # What is not split by country or kind is no member of them, but in the budget.
            named = split if entry_type == "budget" else tuple(pair for pair in split if pair[1] != "not_split")
            yield Row(
                indicator=measure,
                key=Key(FINANCE, partner, item["period"], source),
                submission=item["submission_id"],
                where=(item["source_sheet"] or "", item["source_row"] or 0),
                count=1,
                low=amount,
                high=amount,
                denominator=None,
                place_key=None,
                members=(*whole, *named),
            )

    @cached_property
    def _reporter(self) -> dict[str, str]:
        """Who handed a submission in: by the log, else by the rows of its indicators."""
        known = {item["submission_id"]: item["partner_code"] for item in self._list(ROWS) if item["submission_id"]}
        return known | {number: submission.partner for number, submission in self.state.submissions.items()}


def _row(item: Mapping[str, Any]) -> Row:
    place = item["place_key"]
    members = (
        ("total", "total"),
        ("partner", item["partner_code"]),
        ("country", item["country_code"] or "not_split"),
        ("population_group", item["population_group_code"] or "not_split"),
        ("place", "not_split" if place is None else "/".join(filter(None, (item["country_code"], place)))),
    )
    return Row(
        indicator=item["indicator_code"],
        key=Key(item["program_code"], item["partner_code"], item["period"], item["source_table"] or ""),
        submission=item["submission_id"],
        where=(item["source_sheet"] or "", item["source_row"] or 0),
        count=item["row_count"],
        low=item["value_low"],
        high=item["value_high"],
        denominator=item["denominator"],
        place_key=place,
        members=members,
    )
