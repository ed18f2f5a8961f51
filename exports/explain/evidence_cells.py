"""The cells of every row behind a build's figures, as the rows of ``terms.csv`` and ``cells.csv``.

A term is one row of a partner's file (or a declaration of nothing to report) and what it adds to one indicator, or to
the money. Which cells make it is what :mod:`exports.explain.recipes` found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exports.explain.recipes import Recipe, Use
from exports.origins import Contribution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.explain.recipes import Search
    from exports.explain.spool import Spool, Term
    from exports.origin_cells import Cell
    from sources.currency import Rates
    from sources.log.state import LedgerState

TERM_COLUMNS = (
    "term", "subject", "program_code", "partner_code", "period", "submission_id", "op", "capped", "only_if", "place",
    "rows",
)  # fmt: skip
CELL_COLUMNS = (
    "term", "role", "sha256", "file", "sheet", "cell", "raw", "kind", "decimal", "factor", "reads_as",
)  # fmt: skip
#: What the cells of a ledger entry say of it, by the contract's column.
_ENTRY_ROLES = {
    "entry_amount": "amount", "budget_amount": "amount", "entry_currency": "currency", "budget_currency": "currency",
    "entry_date": "day", "entry_type": "type", "program_code": "program", "pillar_code": "pillar",
    "country_code": "country", "entry_kind": "kind", "counts_to_goal": "counts", "budget_year": "year",
}  # fmt: skip


#: Rows that wait at most before the recipe that fits them is taken for that of all; a return more can come on top.
WAITING = 2_000


@dataclass
class Evidence:
    """Terms and cells as they are found, return by return.

    Attributes:
        spool: Where they wait.
        unexplained: Indicators with rows no rule explains, by table; their figures cannot be recomputed.
        rates: Exchange rates used: ``(currency, day of the rate) → (rate, source)``.
    """

    spool: Spool
    unexplained: list[tuple[str, str]] = field(default_factory=list)
    rates: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


class Group:
    """The rows of one indicator in one table of a program, or of the money, as returns bring them.

    Which cells count is known for certain once all rows were seen. Rows are put down as soon as some thousand agree;
    where a later one disagrees, what was put down is dropped, and the returns are gone through once more.

    Args:
        search: What finds the recipe; ``None`` where none is sought.

    Attributes:
        is_again: Whether its rows have to come once more, to :meth:`add_again`.
    """

    def __init__(
        self, evidence: Evidence, place: tuple[str, str, str | None], search: Search | None, rates: Rates
    ) -> None:
        self.program, self.subject, self.table = place
        self._evidence, self._search, self._rates = evidence, search, rates
        self._waiting: list[tuple[int, Contribution]] = []
        self._taken: list[Recipe | None] = []
        self.is_again = False

    def add(self, rows: Sequence[tuple[int, Contribution]]) -> None:
        """More rows, each with its number among the group's."""
        if self._search is not None:
            self._search.see([item for _, item in rows])
            if self._taken and self._taken[0] != self._search.best:
                self._evidence.spool.drop(self._order())
                self.is_again = True
        if self.is_again:
            return
        self._waiting += rows
        if self._search is None or self._taken or len(self._waiting) >= WAITING:
            self._settle()

    def end(self) -> None:
        """All rows were seen."""
        if not self.is_again:
            self._settle()
        if self._search is not None and self._search.seen and self._search.best is None and self.table is not None:
            self._evidence.unexplained.append((self.subject, self.table))

    def add_again(self, rows: Sequence[tuple[int, Contribution]]) -> None:
        """Rows that come once more, now that the recipe is known."""
        self._put(rows)

    def _settle(self) -> None:
        if self._search is not None:
            self._taken = [self._search.best]
        self._put(self._waiting)
        self._waiting = []

    def _order(self) -> tuple[Any, ...]:
        return (0, self.program, self.subject, self.table or "")

    def _put(self, rows: Sequence[tuple[int, Contribution]]) -> None:
        known = self._search.best if self._search is not None else None
        run: list[Term] = []
        first = last = -1
        for number, item in sorted(rows, key=lambda row: row[0]):
            if run and number != last + 1:
                self._evidence.spool.put((*self._order(), first), run)
                run = []
            if not run:
                first = number
            run.append(_term(self._evidence, self.subject, self.program, item, known, self._rates))
            last = number
        if run:
            self._evidence.spool.put((*self._order(), first), run)


def entry(row: Mapping[str, Any], state: LedgerState) -> Contribution:
    """A ledger entry as a row of a file."""
    submission = state.submissions[row["submission_id"]]
    return Contribution(
        partner=submission.partner,
        partner_name="",
        period=row["period"],
        submission_id=row["submission_id"],
        table="budget" if row["entry_type"] == "budget" else "entries",
        sheet=row["source_sheet"],
        row=row["source_row"],
        row_count=1,
        country=row["country_code"],
        population_group=None,
        place=None,
        place_key=None,
        numerator=row["entry_eur"],
        denominator=None,
        low=row["entry_eur"],
        high=row["entry_eur"],
    )


def _term(
    evidence: Evidence, subject: str, program: str, item: Contribution, known: Recipe | None, rates: Rates
) -> Term:
    op = _op(subject, item, known)
    only_if = known.only_if[1] if known is not None and known.only_if is not None else None
    capped = known.capped if known is not None else False
    term = (
        subject, program, item.partner, item.period, item.submission_id, op, capped, only_if, item.place, item.row_count
    )  # fmt: skip
    if op in ("zero", "nil", "unexplained", "erased"):
        return term, []
    uses = _entry_uses(item) if subject == "money" else known.uses(item) if known is not None else []
    if subject != "money":
        uses += _place_use(item, uses)
    _note_rate(evidence, subject, item, known, rates)
    return term, [cell_row(use, item) for use in uses]


def _op(subject: str, item: Contribution, known: Recipe | None) -> str:
    if item.submission_id is None:
        return "nil"
    if item.row is None:
        return "poll" if item.row_count > 1 else "zero"
    if not item.cells:
        return "erased"
    if subject == "money":
        return "budget" if item.table == "budget" else "entry"
    if known is None:
        return "unexplained"
    base = {"1": "_of_one", "=": "_of_itself"}.get(known.base[0], "_of_base") if known.base else ""
    return known.op + base


def _entry_uses(item: Contribution) -> list[Use]:
    return [Use(_ENTRY_ROLES[cell.column], cell) for cell in item.cells if cell.column in _ENTRY_ROLES]


def _place_use(item: Contribution, uses: Sequence[Use]) -> list[Use]:
    """The cell that names the place of a row, where there is one."""
    if item.place is None:
        return []
    taken = {use.cell.cell for use in uses}
    found = next((cell for cell in item.cells if cell.read == item.place and cell.cell not in taken), None)
    return [Use("place", found)] if found is not None else []


def cell_row(use: Use, item: Contribution) -> tuple[Any, ...]:
    """A line of ``cells.csv`` after the name of its term."""
    cell = use.cell
    kind = "number" if cell.is_number else "day" if cell.kind == "date" else "word"
    return (
        use.role, item.sha256, item.file, item.sheet, plain_address(cell), cell.raw, kind, cell.decimal,
        _factor(cell), None if cell.is_number else cell.read,
    )  # fmt: skip


def plain_address(cell: Cell) -> str:
    """``C14`` also for a csv, whose cells are named by line."""
    if not cell.cell.startswith("line "):
        return cell.cell
    line, _, letter = cell.cell.removeprefix("line ").partition(", column ")
    return f"{letter}{line}"


def _factor(cell: Cell) -> int | None:
    """100 where the spreadsheet shows a share as a percentage, so that 0.47 is 47."""
    return 100 if cell.kind == "percent" and "100 times" in cell.why else None


def _note_rate(found: Evidence, subject: str, item: Contribution, known: Recipe | None, rates: Rates) -> None:
    if subject == "money":
        known = money_recipe(item)
    converted = known.conversion(item, rates) if known is not None else None
    if converted is not None and converted.currency != "EUR":
        key = (converted.currency, converted.rate_day.isoformat())
        found.rates[key] = (str(converted.rate), converted.source)


def money_recipe(item: Contribution) -> Recipe:
    """How an entry of the ledger becomes euro: by the day of the entry; a budget by the last day of its quarter."""
    if item.table == "budget":
        return Recipe("euro", "budget_amount", currency="budget_currency")
    return Recipe("euro", "entry_amount", currency="entry_currency", day="entry_date")
