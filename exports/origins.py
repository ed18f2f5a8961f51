"""Where a figure comes from: from any KPI number to the rows of partners' files, with the arithmetic in between.

Belongs here: which rows a published figure rests on and how they add up. Does not belong here: what rows mean
(``dbt_project``), or how a file is read (``sources.reader``, which :mod:`exports.origin_cells` asks).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from exports import table
from exports.origin_cells import Cell, filled
from exports.origin_words import arithmetic
from sources import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa

    from exports.published import Published
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

ROWS = "pub_leads__indicator_rows"
#: Columns of a row, in the order of :class:`Contribution`; the partner's name follows its code.
_OF_A_ROW = (
    "partner_code", "period", "submission_id", "source_table", "source_sheet", "source_row", "row_count",
    "country_code", "population_group_code", "place", "place_key", "numerator", "denominator", "value_low",
    "value_high",
)  # fmt: skip
BREAKDOWN = "pub_leads__kpi_breakdown"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One row of a partner's file that a figure rests on, or a declaration of nothing to report.

    Attributes:
        submission_id: ``None`` where the partner declared that there was nothing to report.
        file: The file's name; ``None`` until cells were read, and where the table came without rows.
        row: Row as Excel shows it, or line of a csv; ``None`` where ``row_count`` rows stand as one, or the table
            came without rows.
        numerator: The value, or the numerator of a ratio; ``None`` where only bounds are known.
        sha256: Hash of the file as received, once cells were read.
        receipt: Seal of the submission, as its receipt prints it.
        contract: Version of the contract it was read with.
        ruleset: Version of the rules it was judged with.
        cells: The row's filled cells, once read.
        missing: Why there are no cells, where there cannot be any.
    """

    partner: str
    partner_name: str
    period: str
    submission_id: str | None
    table: str | None
    sheet: str | None
    row: int | None
    row_count: int
    country: str | None
    population_group: str | None
    place: str | None
    place_key: str | None
    numerator: Decimal | None
    denominator: Decimal | None
    low: Decimal
    high: Decimal
    file: str | None = None
    sha256: str | None = None
    receipt: str | None = None
    contract: str | None = None
    ruleset: str | None = None
    verdict: str | None = None
    cells: tuple[Cell, ...] = ()
    missing: str | None = None

    def seen(self, file: str | None, sha256: str | None, cells: tuple[Cell, ...], missing: str | None) -> Contribution:
        """The same row with its file and its cells, or why there are none; done for every row, so done plainly."""
        return Contribution(
            self.partner, self.partner_name, self.period, self.submission_id, self.table, self.sheet, self.row,
            self.row_count, self.country, self.population_group, self.place, self.place_key, self.numerator,
            self.denominator, self.low, self.high, file, sha256, self.receipt, self.contract, self.ruleset,
            self.verdict, cells, missing,
        )  # fmt: skip

    @property
    def is_nil(self) -> bool:
        """Whether it is the zero of a declaration of nothing to report."""
        return self.submission_id is None

    @property
    def term(self) -> tuple[str, str]:
        """The return it belongs to: quarter and partner."""
        return self.period, self.partner


@dataclass(frozen=True)
class Origin:
    """A figure and everything it rests on.

    Attributes:
        published_low: The figure as published (equal to ``published_high`` where it is one number); ``None``
            where nothing was published.
        low: What the contributions come to, rounded as published figures are.
        arithmetic: How they come to it, a line each.
    """

    program: str
    indicator: str
    name: str
    unit: str
    kind: str
    overlap: str
    period: str
    span: str
    partner: str | None
    build_id: str
    published_low: Decimal | None
    published_high: Decimal | None
    low: Decimal | None
    high: Decimal | None
    contributions: tuple[Contribution, ...]
    arithmetic: tuple[str, ...] = field(default=())

    @property
    def agrees(self) -> bool:
        """Whether the contributions come to exactly what was published."""
        return (self.low, self.high) == (self.published_low, self.published_high)

    @property
    def submissions(self) -> list[str]:
        """Numbers of the submissions it rests on, in order."""
        return sorted({item.submission_id for item in self.contributions if item.submission_id is not None})

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; decimals as text."""
        return {**asdict(self), "agrees": self.agrees}


class UnknownFigure(ValueError):
    """There is no such published figure; the message says which there are."""


def origins(
    published: Published,
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    indicator: str,
    period: str,
    partner: str | None = None,
    *,
    span: str | None = None,
    cells: bool = True,
) -> Origin:
    """What a KPI figure rests on.

    Args:
        partner: Only this partner's part of the figure.
        span: ``quarter``, ``year_to_date`` or ``since_start``; the headline span by default.
        cells: Read the cells of every row from the originals. Without, the answer comes at once and
            :func:`exports.origin_cells.filled` reads those of chosen contributions later.

    Raises:
        UnknownFigure: no such figure was published.
    """
    figure = published_figure(published, indicator, period, span)
    span = str(figure["span"])
    rows = published.arrow(ROWS)
    places = rows_behind(published, contracts, figure, partner)
    kind, overlap, unit = str(figure["kind"]), _overlap(published, indicator), str(figure["unit"])
    if not len(places) and partner is not None:
        others = rows["partner_code"].take(rows_behind(published, contracts, figure))
        known = sorted(set(others.to_pylist()))
        raise UnknownFigure(f"{partner} reported nothing for {indicator} up to {period}. Known: {', '.join(known)}.")
    names = {item.code: item.name for item in contracts[str(figure["program_code"])].partners}
    items = list(contributions(rows.take(places), names, state))
    low, high = total(kind, overlap, unit, items)
    published_low, published_high = _published(published, figure, partner)
    if cells:
        items = filled(items, settings, state, contracts, str(figure["program_code"]))
    return Origin(
        program=str(figure["program_code"]),
        indicator=indicator,
        name=str(figure["indicator_name"]),
        unit=unit,
        kind=kind,
        overlap=overlap,
        period=period,
        span=span,
        partner=partner,
        build_id=published.build_id,
        published_low=published_low,
        published_high=published_high,
        low=low,
        high=high,
        contributions=tuple(items),
        arithmetic=tuple(arithmetic(kind, overlap, unit, items)),
    )


def total(
    kind: str, overlap: str, unit: str, contributions: Iterable[Contribution]
) -> tuple[Decimal | None, Decimal | None]:
    """What contributions come to by the arithmetic of the indicator's kind, rounded as published figures are."""
    items = list(contributions)
    if not items:
        return None, None
    high = sum((item.high for item in items), ZERO)
    if kind == "reach":
        return _round(reach_low(overlap, items)), _round(high)
    low = sum((item.low for item in items), ZERO)
    if kind != "ratio":
        return _round(low), _round(high)
    base = sum((item.denominator or ZERO for item in items), ZERO)
    if base <= 0:
        return None, None
    factor = 100 if unit == "percent" else 1
    return _round(_tenth(low / base * factor)), _round(_tenth(high / base * factor))


def reach_low(overlap: str, items: list[Contribution]) -> Decimal:
    """At least how many different people: all of them, the largest row, or the largest row of each place."""
    if overlap == "disjoint":
        return sum((item.low for item in items), ZERO)
    if overlap != "disjoint_places":
        return max(item.low for item in items)
    largest: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
    for item in items:
        largest[item.place_key] = max(largest[item.place_key], item.low)
    placeless = largest.pop(None, ZERO)
    return max(sum(largest.values(), ZERO), placeless)


def published_figure(published: Published, indicator: str, period: str, span: str | None) -> dict[str, Any]:
    """A KPI figure as published, by default of its headline span.

    Raises:
        UnknownFigure: no such figure was published.
    """
    whole = published.arrow(table.KPI)
    mine = whole.filter(pc.equal(whole["indicator_code"], indicator)).to_pylist()
    if not mine:
        raise UnknownFigure(f"There is no indicator “{indicator}” among the published figures. See: impact kpi.")
    found = [row for row in mine if row["period"] == period]
    if not found:
        quarters = sorted({row["period"] for row in mine})
        raise UnknownFigure(f"{indicator} has no figure for {period}. There are {quarters[0]} to {quarters[-1]}.")
    for row in found:
        if row["span"] == span or (span is None and row["is_headline"]):
            return row
    raise UnknownFigure(f"“{span}” is no span. Choose quarter, year_to_date or since_start.")


def rows_behind(
    published: Published, contracts: Mapping[str, Contract], figure: Mapping[str, Any], partner: str | None = None
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Where the rows a figure rests on stand in the table of rows; by quarter, partner and place in the file."""
    period, span, kind = str(figure["period"]), figure["span"], figure["kind"]
    first = {"quarter": period, "year_to_date": f"{period[:4]}-Q1"}.get(str(span), periods.FIRST_PERIOD)
    rows = published.arrow(ROWS)
    chosen = pc.and_(
        pc.equal(rows["indicator_code"], figure["indicator_code"]),
        pc.and_(pc.greater_equal(rows["period"], first), pc.less_equal(rows["period"], period)),
    )
    if partner is not None:
        chosen = pc.and_(chosen, pc.equal(rows["partner_code"], partner))
    places = np.flatnonzero(chosen.to_numpy())
    if kind == "stock":
        places = _last_reports(rows, places, contracts[str(figure["program_code"])], period)
    return places[_order_in_files(rows.take(places))]


def _last_reports(
    rows: pa.Table, places: np.ndarray[Any, np.dtype[np.int64]], contract: Contract, period: str
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A level is each partner's last report, while that partner still reports the program."""
    gone = {item.code for item in contract.partners if item.until is not None and item.until < period}
    partners, quarters = (rows[name].take(places).to_pylist() for name in ("partner_code", "period"))
    last: dict[str, str] = {}
    for partner, quarter in zip(partners, quarters, strict=True):
        last[partner] = max(last.get(partner, quarter), quarter)
    kept = [who not in gone and when == last[who] for who, when in zip(partners, quarters, strict=True)]
    return places[np.array(kept, dtype=bool)]


def _order_in_files(rows: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The order of rows by quarter, partner and place in the file."""
    names = (
        "period", "partner_code", "submission_id", "source_sheet", "source_row", "population_group_code",
        "country_code", "place",
    )  # fmt: skip
    keys = []
    for name in names:
        if name == "source_row":
            keys.append(pc.fill_null(rows[name], 0).to_numpy())
            continue
        coded = pc.fill_null(pc.cast(rows[name], "string"), "").combine_chunks().dictionary_encode()
        ranks = pc.rank(coded.dictionary, sort_keys="ascending").to_numpy()
        keys.append(ranks[coded.indices.to_numpy()] if len(ranks) else np.zeros(len(rows), dtype=np.int64))
    return np.lexsort(keys[::-1])


def contributions(
    rows: pa.Table, names: Mapping[str, str] | None = None, state: LedgerState | None = None
) -> Iterator[Contribution]:
    """Rows of ``pub_leads__indicator_rows`` as contributions, before the original is asked.

    Args:
        names: Partners' names by code; where one is not among them, its code stands for it.
        state: The log, which knows the receipt of each return and what it was judged with.
    """
    # Every text and number once in memory, however many rows have it.
    same: dict[str, dict[Any, Any]] = {name: {} for name in _OF_A_ROW}
    judged: dict[str | None, tuple[Any, ...]] = {}
    for batch in rows.to_batches(max_chunksize=10_000):
        columns = [
            [known.setdefault(value, value) for value in batch[name].to_pylist()] for name, known in same.items()
        ]
        for partner, period, number, *rest in zip(*columns, strict=True):
            if number not in judged:
                judged[number] = _judged(state, number)
            name = partner if names is None else names.get(partner, partner)
            yield Contribution(partner, name, period, number, *rest, None, None, *judged[number])


def _judged(state: LedgerState | None, number: str | None) -> tuple[Any, ...]:
    """Receipt, contract, ruleset and verdict of a return."""
    submission = state.submissions.get(number or "") if state is not None else None
    if submission is None or submission.verdict is None:
        return (None, None, None, None)
    verdict = submission.verdict
    return (verdict.seal, verdict.contract_version, verdict.ruleset, submission.state)


def _published(
    published: Published, figure: Mapping[str, Any], partner: str | None
) -> tuple[Decimal | None, Decimal | None]:
    if partner is None:
        return figure["value_low"], figure["value_high"]
    rows = published.arrow(BREAKDOWN)
    wanted = {
        "indicator_code": figure["indicator_code"],
        "period": figure["period"],
        "span": figure["span"],
        "dimension": "partner",
        "member_code": partner,
    }
    for name, value in wanted.items():
        rows = rows.filter(pc.equal(rows[name], value))
    found = rows.to_pylist()
    return (found[0]["value_low"], found[0]["value_high"]) if found else (None, None)


def _overlap(published: Published, indicator: str) -> str:
    rows = published.arrow(ROWS)
    found = rows.filter(pc.equal(rows["indicator_code"], indicator))["overlap"]
    return str(found[0].as_py()) if len(found) else "unknown"


def _tenth(value: Decimal) -> Decimal:
    """Ten decimals, as the warehouse keeps a share before it is published."""
    return value.quantize(Decimal("1e-10"), ROUND_HALF_UP)


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
