"""What the cells behind a figure say, gathered a few rows at a time: a figure may rest on more than fit in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from exports.explain.recipes import Recipe, Search, Tally
from exports.origin_cells import likely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.origins import Contribution
    from sources.contract.model import Contract
    from sources.currency import Rates


class Notes:
    """The recipes of a figure and what they make of its rows.

    Args:
        indicator: The figure's indicator, its kind and its unit.
    """

    def __init__(self, indicator: tuple[str, str, str], contract: Contract, rates: Rates) -> None:
        self._indicator, self._contract, self._rates = indicator, contract, rates
        self._searches: dict[str, Search] = {}
        self._likely: dict[str, Tally] = defaultdict(Tally)

    def see(self, items: Sequence[Contribution], places: Sequence[int]) -> None:
        """Note rows whose cells were read.

        Args:
            places: Where each of them stands among the figure's rows.
        """
        by_table: dict[str, list[tuple[int, Contribution]]] = defaultdict(list)
        for place, item in zip(places, items, strict=True):
            if item.table and item.cells:
                by_table[item.table].append((place, item))
        for name, found in by_table.items():
            if name not in self._searches:
                table = self._contract.table(name)
                self._searches[name] = Search(table, *self._indicator, self._rates, tallied=True)
            self._searches[name].see([item for _, item in found], [place for place, _ in found])
            for place, item in found:
                if item.low != item.high:
                    self._note_likely(name, place, item)

    def _note_likely(self, table: str, place: int, item: Contribution) -> None:
        for at, cell in enumerate(likely(item).cells):
            if cell.is_value and cell.low is not None and cell.low != cell.high:
                self._likely[table].add_bounded(cell.raw, (place, at))

    @property
    def recipes(self) -> dict[str, Recipe]:
        """By table, how its rows make their values, for the tables a figure rests on; what no rule explains is left
        out.
        """
        found = {name: search.best for name, search in sorted(self._searches.items())}
        return {name: known for name, known in found.items() if known is not None}

    @property
    def currencies(self) -> Counter[str]:
        """Amounts turned into euro, by their currency."""
        found: Counter[str] = Counter()
        for search in self._searches.values():
            if search.tally is not None:
                found += search.tally.currencies
        return found

    def bounded(self, most: int) -> list[tuple[str, int]]:
        """The raw texts that are most often behind a value within bounds, and how often."""
        whole = Tally()
        for name, search in self._searches.items():
            for raw, (count, first) in (search.tally or self._likely[name]).bounded.items():
                before, place = whole.bounded.get(raw, (0, first))
                whole.bounded[raw] = (before + count, min(place, first))
        ranked = sorted(whole.bounded.items(), key=lambda pair: (-pair[1][0], pair[1][1]))
        return [(raw, count) for raw, (count, _) in ranked[:most]]
