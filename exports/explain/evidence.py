"""Going through all returns behind a build, one at a time: terms and cells of the evidence, and what figures rest on.

Of a return nothing is held once it was gone through, but for the rows a page lists.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from exports.explain.evidence_cells import Evidence, Group, entry
from exports.explain.evidence_heard import heard_terms, tells_barriers
from exports.explain.evidence_people import accepted_rows, has_people, people_terms
from exports.explain.notes import Notes
from exports.explain.recipes import Search
from exports.origin_cells import NIL, from_original, read_tables
from exports.origins import ROWS, Contribution, contributions, published_figure, rows_behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from exports.explain.bundle import Inside
    from exports.explain.spool import Spool
    from exports.origin_cells import KeptTables, OpenTable
    from exports.published import Published
    from sources.contract.model import Contract
    from sources.currency import Rates
    from sources.log.state import LedgerState

ENTRIES = "pub_leads__investment_entries"
#: Rows a figure's page lists with their cells; the evidence lists them all.
LISTED = 150


class Row(NamedTuple):
    """A row behind figures: where it stands in the table of rows and in its group, what it counts in, and itself."""

    number: int
    rank: int
    subject: str
    item: Contribution


class FigureRows:
    """What a headline figure's page needs of its rows.

    Args:
        places: Where its rows stand in the table of rows, in the figure's order.

    Attributes:
        notes: What the cells of all of them say.
        files: Of each its file and the file's hash.
        listed: Those the page lists, with their cells, by their place.
    """

    def __init__(self, places: np.ndarray[Any, np.dtype[np.int64]], notes: Notes) -> None:
        self.notes = notes
        self.files: list[tuple[str | None, str | None]] = [(None, None)] * len(places)
        self.listed: dict[int, Contribution] = {}
        self._order = np.argsort(places, kind="stable")
        self._sorted = places[self._order]

    def see(self, rows: Sequence[Row]) -> None:
        """Rows of the figure's indicator, those of other quarters among them."""
        found: list[tuple[int, Contribution]] = []
        if not len(self._sorted) or not rows:
            return
        numbers = np.array([row.number for row in rows])
        at = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        for row, index, mine in zip(rows, at, self._sorted[at] == numbers, strict=True):
            if mine:
                found.append((int(self._order[index]), row.item))
        self.notes.see([item for _, item in found], [place for place, _ in found])
        same: dict[tuple[str | None, str | None], tuple[str | None, str | None]] = {}
        for place, item in found:
            file = (item.file, item.sha256)
            self.files[place] = same.setdefault(file, file)
            if place >= len(self.files) - LISTED:
                self.listed[place] = item


class Reading:
    """All returns behind a build, gone through once.

    Args:
        inside: The log and the originals behind the build.
        figures: Indicator, quarter and span of the figures that get a page.
        spool: Where terms and cells wait for their order.
        kept: Where returns are held that are asked for again.
    """

    def __init__(
        self,
        published: Published,
        inside: Inside,
        figures: Iterable[tuple[str, str, str]],
        rates: Rates,
        spool: Spool,
        kept: KeptTables,
    ) -> None:
        settings, state, contracts = inside
        self._settings, self._state, self._contracts = settings, state, contracts
        self._rates, self._kept = rates, kept
        self.evidence = Evidence(spool)
        self._rows = published.arrow(ROWS)
        self._programs, self._subjects, self._returns = (
            _coded(self._rows[name]) for name in ("program_code", "indicator_code", "submission_id")
        )
        self._ranks = _ranks(
            *(_coded(self._rows[name])[1] for name in ("program_code", "indicator_code", "source_table"))
        )
        definitions = published.arrow("pub_meta__definitions").to_pylist()
        self._kinds = {row["indicator_code"]: (str(row["kind"]), str(row["unit"])) for row in definitions}
        self._reaching = {row["program_code"] for row in definitions if row["kind"] == "reach"}
        self._versions = self._wanted_versions()
        self._entries = _entries(published, state)
        # By indicator, quarter and span.
        self.figures: dict[tuple[str, str, str], FigureRows] = {}
        for place in figures:
            figure = published_figure(published, *place)
            facts = (place[0], str(figure["kind"]), str(figure["unit"]))
            notes = Notes(facts, contracts[str(figure["program_code"])], rates)
            self.figures[place] = FigureRows(rows_behind(published, contracts, figure), notes)

    def go(self) -> None:
        """Go through them."""
        programs = {*self._programs[0], *(program for program, _ in self._versions)}
        for program in sorted(programs | ({"finance"} if self._entries else set())):
            self._program(program)

    def _wanted_versions(self) -> dict[tuple[str, str], list[tuple[int, str]]]:
        """By program and return, the tables whose every accepted row is evidence."""
        found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for number, (key, version) in enumerate(self._state.versions().items()):
            contract = self._contracts.get(key.program)
            if contract is not None and (
                self._counts_people(contract, key.table) or tells_barriers(key.program, key.table)
            ):
                found[key.program, version.submission.id].append((number, key.table))
        return found

    def _counts_people(self, contract: Contract, table: str) -> bool:
        return contract.program in self._reaching and has_people(contract, table)

    def _program(self, program: str) -> None:
        units, groups = self._units(program), dict[tuple[str, str | None], Group]()
        figures: dict[str, list[FigureRows]] = defaultdict(list)
        for (indicator, _, _), figure in self.figures.items():
            figures[indicator].append(figure)
        for submission_id, numbers in units.items():
            tables = self._tables(program, submission_id, numbers)
            for place, rows in self._rows_of(program, submission_id, numbers, tables).items():
                if place not in groups:
                    groups[place] = self._group(program, *place)
                groups[place].add([(row.rank, row.item) for row in rows])
                for figure in figures[place[0]]:
                    figure.see(rows)
            self._whole_tables(program, submission_id, tables)
        for group in groups.values():
            group.end()
        again = {place: group for place, group in groups.items() if group.is_again}
        for submission_id, numbers in units.items() if again else ():
            tables = self._tables(program, submission_id, numbers)
            for place, rows in self._rows_of(program, submission_id, numbers, tables).items():
                if place in again:
                    again[place].add_again([(row.rank, row.item) for row in rows])

    def _group(self, program: str, subject: str, table: str | None) -> Group:
        search = None
        if subject != "money" and table is not None:
            search = Search(self._contracts[program].table(table), subject, *self._kinds[subject], self._rates)
        return Group(self.evidence, (program, subject, table), search, self._rates)

    def _units(self, program: str) -> dict[str | None, np.ndarray[Any, np.dtype[np.int64]]]:
        """By return, where its rows stand; declarations of nothing to report together."""
        names, codes = self._programs
        mine = np.flatnonzero(codes == names.index(program)) if program in names else np.array([], dtype=np.int64)
        numbers, codes = self._returns
        ordered = mine[np.argsort(codes[mine], kind="stable")]
        cuts = np.flatnonzero(np.diff(codes[ordered])) + 1
        found: dict[str | None, np.ndarray[Any, np.dtype[np.int64]]] = {}
        for part in np.split(ordered, cuts) if len(ordered) else ():
            code = codes[part[0]]
            found[numbers[code] if code >= 0 else None] = part
        others = [number for of, number in self._versions if of == program]
        for number in [*others, *(self._entries if program == "finance" else ())]:
            found.setdefault(number, np.array([], dtype=np.int64))
        return found

    def _tables(
        self, program: str, submission_id: str | None, numbers: np.ndarray[Any, np.dtype[np.int64]]
    ) -> Mapping[str, OpenTable] | str:
        """The return as it was read, where a row of it is wanted."""
        if submission_id is None:
            return {}
        wanted = (program, submission_id) in self._versions or submission_id in self._entries
        if not wanted and not len(self._rows["source_row"].take(numbers).drop_null()):
            return {}
        return read_tables(self._settings, self._state, self._contracts[program], submission_id, self._kept)

    def _rows_of(
        self,
        program: str,
        submission_id: str | None,
        numbers: np.ndarray[Any, np.dtype[np.int64]],
        tables: Mapping[str, OpenTable] | str,
    ) -> dict[tuple[str, str | None], list[Row]]:
        """The rows of a return behind figures, with their cells, by what they count in and their table."""
        names, codes = self._subjects
        found: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        items = contributions(self._rows.take(numbers))
        rows = [
            Row(int(at), int(self._ranks[at]), names[codes[at]], item) for at, item in zip(numbers, items, strict=True)
        ]
        if program == "finance":
            rows += self._entries.get(submission_id or "", [])
        for row in rows:
            if submission_id is None:
                item = replace(row.item, missing=NIL)
            else:
                item = from_original(row.item, self._contracts[program], tables, self._state.submissions[submission_id])
            found[row.subject, item.table].append(row._replace(item=item))
        return found

    def _whole_tables(self, program: str, submission_id: str | None, tables: Mapping[str, OpenTable] | str) -> None:
        """Terms of every accepted row of a table, whatever it counts in: persons' keys, and barriers named."""
        contract, spool = self._contracts.get(program), self.evidence.spool
        for number, table in self._versions.get((program, submission_id or ""), ()):
            if contract is None or submission_id is None:
                continue
            rows = list(accepted_rows(contract, table, self._state.submissions[submission_id], tables))
            if self._counts_people(contract, table):
                spool.put((1, number), list(people_terms(program, rows)))
            if tells_barriers(program, table):
                spool.put((2, number), list(heard_terms(program, table, rows)))


def _coded(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray[Any, np.dtype[np.int64]]]:
    """The texts of a column, and of each row which of them it has; -1 for none."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _ranks(*columns: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Of each row, which of its group it is: of the rows that are the same in all columns."""
    count = len(columns[0])
    ordered = np.lexsort((np.arange(count), *columns[::-1]))
    starts = np.zeros(count, dtype=bool)
    starts[:1] = True
    for column in columns:
        starts[1:] |= np.diff(column[ordered]) != 0
    ranks = np.empty(count, dtype=np.int64)
    places = np.arange(count)
    ranks[ordered] = places - np.maximum.accumulate(np.where(starts, places, 0))
    return ranks


def _entries(published: Published, state: LedgerState) -> dict[str, list[Row]]:
    """The entries of the ledger, by return."""
    found: dict[str, list[Row]] = defaultdict(list)
    counted: dict[str | None, int] = defaultdict(int)
    for row in published.arrow(ENTRIES).to_pylist():
        item = entry(row, state)
        found[row["submission_id"]].append(Row(-1, counted[item.table], "money", item))
        counted[item.table] += 1
    return dict(found)
