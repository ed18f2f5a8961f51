"""Which cells of a row make its value: found by holding every row's cells against what the warehouse counted.

The definition of an indicator is a model of ``dbt_project``; nothing of it is written here again. A recipe is the
plainest rule under which **every** row of a figure comes to exactly the value it counts with. Where none does, the
cells stay unmarked, and whoever recomputes figures says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from sources import periods
from sources.currency import EUR_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from exports.origin_cells import Cell
    from exports.origins import Contribution
    from sources.contract.model import Table
    from sources.currency import Rates

ZERO, ONE = Decimal(0), Decimal(1)
CENT = Decimal("0.01")
Values = tuple[Decimal, Decimal, Decimal | None]


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount in another currency, and what it comes to in euro.

    Attributes:
        rate: Units of the currency per euro.
        rate_day: The day the rate was published; ``day`` is the day it is used for.
        source: Who published it.
    """

    amount: Decimal
    currency: str
    rate: Decimal
    rate_day: date
    day: date
    eur: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Use:
    """A cell and what it does in the arithmetic.

    Attributes:
        role: ``counted`` (the row counts once), ``value``, ``at_most``, ``amount``, ``currency``, ``day``, ``flag``,
            ``only_if``, ``base``.
    """

    role: str
    cell: Cell


@dataclass(frozen=True)
class Recipe:
    """How a row's cells make its value, and its base where it is a share.

    Attributes:
        op: ``one``, ``number``, ``either``, ``euro``, ``flag``.
        column: The column the value stands in; of ``one`` the column that names the row.
        other: Of ``either``: the column that bounds it where it is blank.
        currency: Of ``euro``: the column of the currency.
        day: Of ``euro``: the column of the day whose rate counts; ``None`` for the last day of the quarter.
        only_if: Column and code without which the value is zero.
        base: Columns whose sum is the base; ``1`` stands for one per row, ``=`` for the amount itself.
        capped: Of a share whose parts may be “<5”: the upper bound allows for the base's lower one.
    """

    op: str
    column: str
    other: str | None = None
    currency: str | None = None
    day: str | None = None
    only_if: tuple[str, str] | None = None
    base: tuple[str, ...] = ()
    capped: bool = False

    def values(self, item: Contribution, rates: Rates) -> Values | None:
        """What a row counts as: lower bound, upper bound, base; ``None`` where its cells do not say."""
        cells = {cell.column: cell for cell in item.cells}
        found = self._numerator(item, cells, rates)
        if found is None or not self.base:
            return None if found is None else (*found, None)
        low, high = found
        if self.base == ("1",):
            return low, high, ONE
        if self.base == ("=",):
            whole = replace(self, only_if=None)._numerator(item, cells, rates)
            return None if whole is None else (low, high, whole[1])
        parts = [cells.get(name) for name in self.base]
        if any(cell is None or cell.low is None or cell.high is None for cell in parts):
            return None
        base_low = sum((cell.low for cell in parts if cell is not None and cell.low is not None), ZERO)
        base_high = sum((cell.high for cell in parts if cell is not None and cell.high is not None), ZERO)
        if self.capped:
            high = high + base_high - max(base_low, high)
        return low, high, base_high

    def _numerator(self, item: Contribution, cells: dict[str, Cell], rates: Rates) -> tuple[Decimal, Decimal] | None:
        cell = cells.get(self.column)
        if self.op == "one":
            return (ONE, ONE) if item.cells else None
        if self.op == "either" and cell is None:
            bound = cells.get(self.other or "")
            return None if bound is None or bound.high is None else (ZERO, bound.high)
        if cell is None:
            return None
        if self.op == "flag":
            return {"yes": (ONE, ONE), "no": (ZERO, ZERO)}.get(cell.read or "")
        if self.op == "euro":
            converted = self.conversion(item, rates)
            if converted is None:
                return None
            if self.only_if is not None:
                word = cells.get(self.only_if[0])
                if word is None or word.read != self.only_if[1]:
                    return ZERO, ZERO
            return converted.eur, converted.eur
        return None if cell.low is None or cell.high is None else (cell.low, cell.high)

    def conversion(self, item: Contribution, rates: Rates) -> Conversion | None:
        """How a row's amount came to euro; ``None`` where there is no amount, currency or rate."""
        cells = {cell.column: cell for cell in item.cells}
        amount, currency = cells.get(self.column), cells.get(self.currency or "")
        if self.op != "euro" or amount is None or amount.low is None or currency is None or not currency.read:
            return None
        day = periods.last_day(item.period)
        if self.day is not None:
            written = cells.get(self.day)
            if written is None or not written.read:
                return None
            day = date.fromisoformat(written.read)
        rate = rates.rate_on(currency.read, day)
        if rate is None:
            return None
        source = rates.source_on(currency.read, day) or EUR_SOURCE
        return Conversion(amount.low, currency.read, *rate, day, in_euro(amount.low, rate[0]), source)

    def uses(self, item: Contribution) -> list[Use]:
        """The cells of a row that make its value, in order."""
        cells = {cell.column: cell for cell in item.cells}
        if self.op == "one":
            named = cells.get(self.column) or next(iter(item.cells), None)
            return [Use("counted", named)] if named is not None else []
        roles = [("flag" if self.op == "flag" else "amount" if self.op == "euro" else "value", self.column)]
        if self.op == "either" and self.column not in cells and self.other:
            roles = [("at_most", self.other)]
        roles += [("currency", self.currency or ""), ("day", self.day or "")]
        roles += [("only_if", self.only_if[0])] if self.only_if else []
        roles += [("base", name) for name in self.base]
        return [Use(role, cells[name]) for role, name in roles if name in cells]


def in_euro(amount: Decimal, rate: Decimal) -> Decimal:
    """An amount over its rate, half a cent away from zero."""
    return (amount / rate).quantize(CENT, ROUND_HALF_UP)


def recipe(
    items: Sequence[Contribution], table: Table, indicator: str, kind: str, unit: str, rates: Rates
) -> Recipe | None:
    """The first recipe under which every row that has cells comes to what it counts with; ``None`` where none does."""
    search = Search(table, indicator, kind, unit, rates)
    search.see(items)
    return search.best


@dataclass
class Tally:
    """What a recipe makes of the rows seen so far, added up.

    Attributes:
        currencies: Amounts by their currency.
        bounded: Raw texts that are known within bounds: how often, and the first place they were seen at.
    """

    currencies: Counter[str] = field(default_factory=Counter)
    bounded: dict[str, tuple[int, tuple[int, int]]] = field(default_factory=dict)

    def copy(self) -> Tally:
        """The same, to be added to on its own."""
        return Tally(self.currencies.copy(), dict(self.bounded))

    def add_bounded(self, raw: str, place: tuple[int, int]) -> None:
        """One more raw text known within bounds."""
        count, first = self.bounded.get(raw, (0, place))
        self.bounded[raw] = (count + 1, min(first, place))


@dataclass
class _Living:
    """A recipe that fits every row so far."""

    order: tuple[int, str]
    recipe: Recipe
    tally: Tally


class Search:
    """The search for a recipe, a few rows at a time: none of them need be held.

    Args:
        tallied: Whether to add up what each recipe that still fits makes of the rows.

    Attributes:
        seen: Whether a row with cells was seen.
    """

    def __init__(
        self, table: Table, indicator: str, kind: str, unit: str, rates: Rates, *, tallied: bool = False
    ) -> None:
        self._table, self._of, self._rates, self._tallied = table, (indicator, kind, unit), rates, tallied
        self._living: list[_Living] = []
        self._codes: dict[tuple[int, str], set[str]] = {}
        self.seen = False

    @property
    def best(self) -> Recipe | None:
        """The plainest recipe that fits all rows seen; ``None`` where none does."""
        found = min(self._real(), key=lambda one: one.order, default=None)
        return found.recipe if found is not None else None

    @property
    def tally(self) -> Tally | None:
        """What the best recipe makes of the rows."""
        found = min(self._real(), key=lambda one: one.order, default=None)
        return found.tally if found is not None else None

    def _real(self) -> Iterator[_Living]:
        return (one for one in self._living if one.order[1] != _NO_CODE)

    def see(self, items: Sequence[Contribution], places: Sequence[int] | None = None) -> None:
        """Leave the recipes that fit more rows.

        Args:
            places: Where each of them stands among all rows; needed where recipes are tallied.
        """
        rows = [item for item in items if item.cells]
        if not rows:
            return
        if not self.seen:
            self.seen = True
            candidates = enumerate(_candidates(rows, self._table, *self._of))
            self._living = [_Living((order, _code(one)), one, Tally()) for order, one in candidates]
        self._add_codes(rows)
        self._living = [one for one in self._living if all(_fits(one.recipe, row, self._rates) for row in rows)]
        if self._tallied:
            at = [place for place, item in zip(places or range(len(items)), items, strict=True) if item.cells]
            for one in self._living:
                self._count(one, rows, at)

    def _add_codes(self, rows: Sequence[Contribution]) -> None:
        """A code that was not seen before: what counts with it only, where no other code counted so far."""
        for one in [one for one in self._living if one.order[1] == _NO_CODE]:
            column = (one.recipe.only_if or ("", ""))[0]
            known = self._codes.setdefault((one.order[0], column), set())
            codes = {cell.read for row in rows for cell in row.cells if cell.column == column and cell.read} - known
            known |= codes
            self._living += [
                _Living((one.order[0], code), replace(one.recipe, only_if=(column, code)), one.tally.copy())
                for code in codes
            ]

    def _count(self, one: _Living, rows: Sequence[Contribution], places: Sequence[int]) -> None:
        for place, item in zip(places, rows, strict=True):
            if one.recipe.op == "euro":
                converted = one.recipe.conversion(item, self._rates)
                if converted is not None:
                    one.tally.currencies[converted.currency] += 1
            if item.low != item.high:
                used = {use.cell.column for use in one.recipe.uses(item)}
                for at, cell in enumerate(item.cells):
                    if cell.column in used and cell.low is not None and cell.low != cell.high:
                        one.tally.add_bounded(cell.raw, (place, at))


#: Stands for a code no cell holds: what fits with it fits also with any code that no row has shown yet.
_NO_CODE = "\0"


def _code(one: Recipe) -> str:
    return one.only_if[1] if one.only_if is not None else ""


def _fits(candidate: Recipe, item: Contribution, rates: Rates) -> bool:
    return candidate.values(item, rates) == (item.low, item.high, item.denominator)


def _candidates(rows: Sequence[Contribution], table: Table, indicator: str, kind: str, unit: str) -> Iterator[Recipe]:
    """All recipes, the plainest first, without such as no row of ``rows`` could be counted by."""
    numbers = _by_likeness([c.name for c in table.columns if c.kind in ("integer", "decimal", "percent")], indicator)
    money = [c.name for c in table.columns if c.kind == "money"]
    currencies = [c.name for c in table.columns if c.name.endswith("currency")]
    days = [None, *(c.name for c in table.columns if c.kind == "date")]
    flags = [c.name for c in table.columns if c.kind == "boolean"]
    names = _named(table)
    euros = [Recipe("euro", a, currency=c, day=d) for a in money for c in currencies for d in days]
    numerators = [
        *(euros if unit == "EUR" else []),
        *(Recipe("one", name) for name in names[:1]),
        *(Recipe("number", name) for name in numbers),
        *(Recipe("either", name, other=other) for name in numbers for other in numbers if name != other),
    ]
    if kind != "ratio":
        yield from numerators
        return
    for base in (*((name,) for name in numbers), *combinations(numbers, 2)):
        if not all(_is_base(base, row) for row in rows):
            continue
        for numerator in numerators:
            yield replace(numerator, base=base)
            yield replace(numerator, base=base, capped=True)
    for flag in flags:
        yield Recipe("flag", flag, base=("1",))
    for euro in euros:
        for word in (c.name for c in table.columns if c.kind == "code"):
            yield replace(euro, only_if=(word, _NO_CODE), base=("=",))


def _is_base(names: Sequence[str], item: Contribution) -> bool:
    """Whether columns add up to a row's base."""
    highs = [cell.high for cell in item.cells if cell.column in names]
    return len(highs) == len(names) and sum((high for high in highs if high is not None), ZERO) == item.denominator


def _by_likeness(names: list[str], indicator: str) -> list[str]:
    """Columns whose name shares most words with the indicator's first; else as the contract lists them."""
    words = set(indicator.split("_"))
    return sorted(names, key=lambda name: -len(words & set(name.split("_"))))


def _named(table: Table) -> list[str]:
    """Columns that name a row: its key without personal data, else the first column without any."""
    plain = [column.name for column in table.columns if column.personal is None]
    return [*(name for name in table.key if name in plain), *plain, *(column.name for column in table.columns)]
