"""What the house knows of counts of people, release by release: the exact numbers behind what was published.

The attacker does not read these. They say which sums hold, which counts are small, and whether the facts an outsider
is given are true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from exports.safe import is_blank

if TYPE_CHECKING:
    import pandas as pd

    from exports.published import Published

KPI = "pub_leads__kpi"
BREAKDOWN = "pub_leads__kpi_breakdown"
ROWS = "pub_leads__indicator_rows"
DECISIONS = "pub_leads__disclosure"
TOTAL = ("total", "total")


class Who(NamedTuple):
    """Whose people are counted: of an indicator, all or those of one country or group."""

    indicator: str
    dimension: str = "total"
    member: str = "total"


class Counted(NamedTuple):
    """Bounds of a number of people, and of the base of a share."""

    low: int
    high: int
    base: int | None = None


@dataclass
class Truth:
    """Exact counts of one build.

    Attributes:
        kinds: Kind of each indicator that counts people.
        names: Its name.
        adding: Indicators whose lower bounds add up over time and members.
        parts_of: Indicator → the whole it is a part of at the same moment.
        polls: Indicators that count people of a sample, which are no list of anybody.
        counts: Bounds by who, period and span.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    adding: set[str] = field(default_factory=set)
    parts_of: dict[str, str] = field(default_factory=dict)
    polls: set[str] = field(default_factory=set)
    counts: dict[tuple[Who, str, str], Counted] = field(default_factory=dict)

    def at(self, who: Who, period: str, span: str) -> Counted | None:
        """Bounds of one figure; ``None`` where nothing is known."""
        return self.counts.get((who, period, span))

    def members(self, indicator: str, dimension: str) -> list[str]:
        """Countries or groups an indicator was ever split by."""
        return sorted(
            {who.member for who, _, _ in self.counts if who.indicator == indicator and who.dimension == dimension}
        )


def truth_of(published: Published) -> Truth:
    """The exact counts of people of a build, from its restricted tables."""
    found = Truth()
    for table, read in ((KPI, _totals), (BREAKDOWN, _members), (ROWS, _shares), (DECISIONS, _decided)):
        if published.has(table):
            read(found, published.frame(table))
    return found


def _totals(found: Truth, kpi: pd.DataFrame) -> None:
    for row in kpi[kpi["counts_people"].fillna(value=False)].to_dict("records"):
        code = str(row["indicator_code"])
        # Interviews of polls are a sample of a population, no list of anybody.
        if row["kind"] == "survey" or row["unit"] == "interviews":
            found.polls.add(code)
            continue
        found.kinds[code], found.names[code] = str(row["kind"]), str(row["indicator_name"])
        _count(found, Who(code), row)


def _members(found: Truth, breakdown: pd.DataFrame) -> None:
    wanted = breakdown["counts_people"].fillna(value=False) & breakdown["dimension"].isin(
        ["country", "population_group"]
    )
    for row in breakdown[wanted].to_dict("records"):
        if str(row["indicator_code"]) in found.kinds:
            _count(found, Who(str(row["indicator_code"]), str(row["dimension"]), str(row["member_code"])), row)


def _count(found: Truth, who: Who, row: dict[str, Any]) -> None:
    if row["kind"] == "ratio" or is_blank(row["value_low"]) or is_blank(row["value_high"]):
        return
    key = (who, str(row["period"]), str(row["span"]))
    found.counts[key] = Counted(round(float(row["value_low"])), round(float(row["value_high"])))


def _shares(found: Truth, rows: pd.DataFrame) -> None:
    """Numerators and bases of shares, summed as shares are: over the year, or since the start."""
    found.adding |= {code for code, kind in found.kinds.items() if kind == "flow"}
    counted = rows[rows["indicator_code"].isin(set(found.kinds))]
    disjoint = counted.loc[counted["overlap"] == "disjoint", "indicator_code"]
    found.adding |= {str(code) for code in disjoint if found.kinds[str(code)] == "reach"}
    sums: dict[tuple[Who, str], list[int]] = {}
    for row in counted.to_dict("records"):
        code = str(row["indicator_code"])
        if found.kinds[code] != "ratio" or is_blank(row["denominator"]) or is_blank(row["value_high"]):
            continue
        who = [Who(code)]
        for dimension, column in (("country", "country_code"), ("population_group", "population_group_code")):
            who.append(Who(code, dimension, "not_split" if is_blank(row[column]) else str(row[column])))
        for each in who:
            total = sums.setdefault((each, str(row["period"])), [0, 0, 0])
            for place, column in enumerate(("value_low", "value_high", "denominator")):
                total[place] += round(float(row[column]))
    periods = sorted({period for _, period in sums})
    for who in sorted({who for who, _ in sums}):
        for period in periods:
            for span in ("year_to_date", "since_start", "quarter"):
                inside = [numbers for key, numbers in sums.items() if key[0] == who and _in_span(key[1], period, span)]
                if inside:
                    found.counts[(who, period, span)] = Counted(*(sum(column) for column in zip(*inside, strict=True)))


def _in_span(period: str, to: str, span: str) -> bool:
    if span == "quarter":
        return period == to
    return period <= to and (span == "since_start" or period[:4] == to[:4])


def _decided(found: Truth, decisions: pd.DataFrame) -> None:
    """Counts that only the decisions hold: people reached over programs, contributions, patients heard."""
    for row in decisions.to_dict("records"):
        code = str(row["indicator_code"])
        if not is_blank(row["parts_of"]):
            found.parts_of[code] = str(row["parts_of"])
        if row["source"] in ("reach", "contribution", "heard"):
            found.kinds[code], found.names[code] = str(row["kind"]), _title(code)
            bounds = Counted(round(float(row["count_low"])), round(float(row["count_high"])))
            found.counts[(Who(code), str(row["period"]), str(row["span"]))] = bounds


def _title(code: str) -> str:
    what, _, which = code.partition("/")
    words = {"reach": "People reached", "contribution": "People of contribution", "heard": "Patients naming"}
    return f"{words.get(what, what)} {which.replace('_', ' ')}".strip()
