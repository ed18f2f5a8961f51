"""The cells of every row behind a build's figures, as the rows of ``terms.csv`` and ``cells.csv``.

A term is one row of a partner's file (or a declaration of nothing to report) and what it adds to one indicator, or to
the money. Which cells make it is what :mod:`exports.explain.recipes` found.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exports.explain.recipes import Recipe, Use, recipe
from exports.origin_cells import filled
from exports.origins import ROWS, Contribution, contribution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.origin_cells import Cell, KeptTables
    from exports.published import Published
    from sources.contract.model import Contract
    from sources.currency import Rates
    from sources.log.state import LedgerState
    from sources.settings import Settings

ENTRIES = "pub_leads__investment_entries"
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


@dataclass
class Evidence:
    """Terms and cells, as plain rows.

    Attributes:
        unexplained: Indicators with rows no rule explains, by table; their figures cannot be recomputed.
        read: Rows with their cells, by :func:`row_key`.
        rates: Exchange rates used: ``(currency, day of the rate) → (rate, source)``.
    """

    terms: list[tuple[Any, ...]] = field(default_factory=list)
    cells: list[tuple[Any, ...]] = field(default_factory=list)
    unexplained: list[tuple[str, str]] = field(default_factory=list)
    rates: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    read: dict[tuple[object, ...], Contribution] = field(default_factory=dict)


def indicator_evidence(
    published: Published,
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    rates: Rates,
    kept: KeptTables | None = None,
) -> Evidence:
    """Terms and cells of every indicator row and every ledger entry of a build."""
    found = Evidence()
    by_program: dict[str, list[tuple[str, Contribution]]] = defaultdict(list)
    for row in published.arrow(ROWS).to_pylist():
        by_program[row["program_code"]].append((row["indicator_code"], contribution(row, "")))
    for row in published.arrow(ENTRIES).to_pylist():
        by_program["finance"].append(("money", _entry(row, state)))
    kinds = {row["indicator_code"]: row for row in published.arrow("pub_meta__definitions").to_pylist()}
    for program, items in sorted(by_program.items()):
        read = filled([item for _, item in items], settings, state, contracts, program, kept)
        grouped: dict[tuple[str, str | None], list[Contribution]] = defaultdict(list)
        for (subject, _), item in zip(items, read, strict=True):
            grouped[subject, item.table].append(item)
            found.read[row_key(subject, item)] = item
        for (subject, table), rows in sorted(grouped.items(), key=lambda pair: (pair[0][0], pair[0][1] or "")):
            known: Recipe | None = None
            if subject != "money" and table is not None and any(item.cells for item in rows):
                what = kinds[subject]
                known = recipe(
                    rows, contracts[program].table(table), subject, str(what["kind"]), str(what["unit"]), rates
                )
                if known is None:
                    found.unexplained.append((subject, table))
            _add(found, subject, program, rows, known, rates)
    return found


def row_key(subject: str, item: Contribution) -> tuple[object, ...]:
    """What names a row behind an indicator."""
    return (subject, item.period, item.partner, item.submission_id, item.table, item.sheet, item.row, item.place)


def _entry(row: Mapping[str, Any], state: LedgerState) -> Contribution:
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


def _add(
    found: Evidence, subject: str, program: str, rows: Sequence[Contribution], known: Recipe | None, rates: Rates
) -> None:
    for item in rows:
        term = f"T{len(found.terms) + 1:06d}"
        op = _op(subject, item, known)
        only_if = known.only_if[1] if known is not None and known.only_if is not None else None
        capped = known.capped if known is not None else False
        found.terms.append(
            (term, subject, program, item.partner, item.period, item.submission_id, op, capped, only_if, item.place,
             item.row_count)
        )  # fmt: skip
        if op in ("zero", "nil", "unexplained", "erased"):
            continue
        uses = _entry_uses(item) if subject == "money" else known.uses(item) if known is not None else []
        if subject != "money":
            uses += _place_use(item, uses)
        found.cells.extend(cell_row(term, use, item) for use in uses)
        _note_rate(found, subject, item, known, rates)


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


def cell_row(term: str, use: Use, item: Contribution) -> tuple[Any, ...]:
    """A line of ``cells.csv``."""
    cell = use.cell
    kind = "number" if cell.is_number else "day" if cell.kind == "date" else "word"
    return (
        term, use.role, item.sha256, item.file, item.sheet, plain_address(cell), cell.raw, kind, cell.decimal,
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
