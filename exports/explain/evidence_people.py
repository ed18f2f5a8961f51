"""Keys of persons behind the bounds of people reached: where they stand, never what they are.

A key is personal data: its cell is named, its text is not. The script reads it from the original and
keeps it to itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from exports.explain.evidence_cells import cell_row
from exports.explain.recipes import Use
from exports.origins import Contribution

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from exports.explain.spool import Term
    from exports.origin_cells import OpenTable
    from sources.contract.model import Contract
    from sources.log.state import Submission

_ONE = Decimal(1)
_KEY, _NAME = "person_key", "person_key_name"
#: Days between which somebody on a list counts, by the contract's column.
_DAYS = {"joined_on": "since", "left_on": "until"}


def people_terms(program: str, rows: Iterable[Contribution]) -> Iterator[Term]:
    """A term for every row with a person's key."""
    roles = {_KEY: "person", _NAME: "key_name", **_DAYS}
    for item in rows:
        if any(cell.column == _KEY for cell in item.cells):
            term = ("people", program, item.partner, item.period, item.submission_id, "person", False, None, None, 1)
            yield term, [cell_row(Use(roles[cell.column], cell), item) for cell in item.cells if cell.column in roles]


def has_people(contract: Contract, table: str) -> bool:
    """Whether a table of a program holds persons' keys."""
    found = next((one for one in contract.tables if one.name == table), None)
    return found is not None and _KEY in {column.name for column in found.columns}


def accepted_rows(
    contract: Contract, table: str, submission: Submission, tables: Mapping[str, OpenTable] | str
) -> Iterator[Contribution]:
    """The accepted rows of a table of a return with their cells, whatever they count in.

    Args:
        tables: The return as :func:`exports.origin_cells.read_tables` opened it.
    """
    verdict = submission.verdict
    if isinstance(tables, str) or table not in tables or verdict is None:
        return
    opened = tables[table]
    out = {(place.file, place.sheet, place.row) for place in verdict.tables[table].quarantined}
    hashes = {file.name: file.sha256 for file in submission.files}
    for position in range(len(opened.read.frame)):
        file, sheet = str(opened.typed("_file", position)), opened.typed("_sheet", position)
        sheet = sheet if isinstance(sheet, str) else None
        row = int(opened.typed("_row", position))
        if (file, sheet, row) in out:
            continue
        cells = opened.cells(submission.partner, contract, position, verdict.answers)
        yield Contribution(
            submission.partner, "", submission.period, submission.id, table, sheet, row, 1, None, None, None, None,
            None, None, _ONE, _ONE, file, hashes.get(file), cells=cells,
        )  # fmt: skip
