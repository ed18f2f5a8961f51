"""Keys of persons behind the bounds of people reached: where they stand, never what they are.

A key is personal data: its cell is named, its text is not. The script reads it from the original and
keeps it to itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from exports.explain.evidence_cells import Evidence, cell_row
from exports.explain.recipes import Use
from exports.origin_cells import KeptTables, OpenTable, read_tables
from exports.origins import Contribution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from exports.published import Published
    from sources.contract.model import Contract, Table
    from sources.log.state import LedgerState, Version
    from sources.settings import Settings

_KEY, _NAME = "person_key", "person_key_name"
#: Days between which somebody on a list counts, by the contract's column.
_DAYS = {"joined_on": "since", "left_on": "until"}


def people_evidence(
    evidence: Evidence,
    published: Published,
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    opened: KeptTables | None = None,
) -> None:
    """Add a term for every row with a person's key, of the programs that reach people."""
    definitions = published.arrow("pub_meta__definitions").to_pylist()
    reaching = {row["program_code"] for row in definitions if row["kind"] == "reach"}
    for key, version in state.versions().items():
        if key.program not in reaching or key.program not in contracts:
            continue
        contract = contracts[key.program]
        kept = next((table for table in contract.tables if table.name == key.table), None)
        if kept is None or _KEY not in {column.name for column in kept.columns}:
            continue
        for item in accepted_rows(settings, state, contract, kept, version, opened):
            if not any(cell.column == _KEY for cell in item.cells):
                continue
            term = f"T{len(evidence.terms) + 1:06d}"
            evidence.terms.append(
                (
                    term,
                    "people",
                    key.program,
                    item.partner,
                    item.period,
                    item.submission_id,
                    "person",
                    False,
                    None,
                    None,
                    1,
                )
            )
            roles = {_KEY: "person", _NAME: "key_name", **_DAYS}
            for cell in item.cells:
                if cell.column in roles:
                    evidence.cells.append(cell_row(term, Use(roles[cell.column], cell), item))


def accepted_rows(
    settings: Settings,
    state: LedgerState,
    contract: Contract,
    table: Table,
    version: Version,
    kept: KeptTables | None = None,
) -> Iterator[Contribution]:
    """The accepted rows of a table with their cells, whatever they count in."""
    submission = version.submission
    tables = read_tables(settings, state, contract, submission.id, kept)
    verdict = submission.verdict
    if isinstance(tables, str) or table.name not in tables or verdict is None:
        return
    opened: OpenTable = tables[table.name]
    out = {(place.file, place.sheet, place.row) for place in verdict.tables[table.name].quarantined}
    hashes = {file.name: file.sha256 for file in submission.files}
    for position in range(len(opened.read.frame)):
        cells = opened.cells(submission.partner, contract, position, verdict.answers)
        file, sheet = str(opened.typed("_file", position)), opened.typed("_sheet", position)
        sheet = sheet if isinstance(sheet, str) else None
        row = int(opened.typed("_row", position))
        if (file, sheet, row) in out:
            continue
        blank = _blank(submission.partner, submission.period, submission.id)
        yield replace(
            blank, table=table.name, sheet=sheet, row=row, file=file, sha256=hashes.get(file), cells=tuple(cells)
        )


def _blank(partner: str, period: str, submission_id: str) -> Contribution:
    from decimal import Decimal

    return Contribution(
        partner=partner,
        partner_name="",
        period=period,
        submission_id=submission_id,
        table=None,
        sheet=None,
        row=None,
        row_count=1,
        country=None,
        population_group=None,
        place=None,
        place_key=None,
        numerator=None,
        denominator=None,
        low=Decimal(1),
        high=Decimal(1),
    )
