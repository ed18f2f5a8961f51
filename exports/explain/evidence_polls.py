"""Polls as evidence: the columns of each file by their range and hash, not ten thousand cells line by line."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from exports.origin_cells import KeptTables, OpenTable, plain_text, read_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

PROGRAM, TABLE = "trust_survey", "respondents"
POLL_COLUMNS = (
    "submission_id", "period", "sha256", "file", "sheet", "role", "range", "first_row", "last_row", "left_out",
    "decimal", "digest",
)  # fmt: skip
WORD_COLUMNS = ("role", "raw", "reads_as")
#: What a column is used for, by the contract's column.
_ROLES = {
    "wave_code": "wave", "country_code": "country", "weight": "weight", "stratum": "stratum", "psu": "psu",
    "sample_type": "sample_type", "question_version": "question_version", "gender": "gender",
    "characteristics": "characteristics", "trust_damaged": "trust_damaged",
    "negative_experience": "negative_experience", "restoring_actions": "restoring_actions",
    "barriers_named": "barriers_named",
}  # fmt: skip
#: Columns whose words stand for codes; the words of people about themselves are among them, never who said them.
_CODED = frozenset(
    {
        "country", "sample_type", "gender", "characteristics", "trust_damaged", "negative_experience",
        "restoring_actions", "barriers_named",
    }
)  # fmt: skip


def poll_evidence(
    settings: Settings, state: LedgerState, contracts: Mapping[str, Contract], kept: KeptTables | None = None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Lines of ``polls.csv`` and of ``words.csv``, of the polls that count."""
    polls: list[tuple[Any, ...]] = []
    words: dict[tuple[str, str], str] = {}
    contract = contracts.get(PROGRAM)
    for key, version in state.versions().items():
        if contract is None or (key.program, key.table) != (PROGRAM, TABLE):
            continue
        submission, verdict = version.submission, version.submission.verdict
        tables = read_tables(settings, state, contract, submission.id, kept)
        if isinstance(tables, str) or TABLE not in tables or verdict is None:
            continue
        out = {(place.file, place.sheet, place.row) for place in verdict.tables[TABLE].quarantined}
        hashes = {file.name: file.sha256 for file in submission.files}
        for (file, sheet), positions in _sheets(tables[TABLE]).items():
            place = (submission.id, submission.period, hashes.get(file), file, sheet)
            polls += _lines(tables[TABLE], contract, place, positions, out, words)
    return polls, [(role, raw, code) for (role, raw), code in sorted(words.items())]


def _sheets(table: OpenTable) -> dict[tuple[str, str | None], list[int]]:
    found: dict[tuple[str, str | None], list[int]] = {}
    for position in range(len(table.read.frame)):
        sheet = table.typed("_sheet", position)
        found.setdefault((table.typed("_file", position), sheet if isinstance(sheet, str) else None), []).append(
            position
        )
    return found


def _lines(
    table: OpenTable,
    contract: Contract,
    place: tuple[Any, ...],
    positions: Sequence[int],
    out: set[Any],
    words: dict[tuple[str, str], str],
) -> Iterator[tuple[Any, ...]]:
    file, sheet = place[3], place[4]
    rows = [int(table.typed("_row", position)) for position in positions]
    kept = [position for position, row in zip(positions, rows, strict=True) if (file, sheet, row) not in out]
    counted = {int(table.typed("_row", position)) for position in kept}
    left_out = [row for row in range(min(rows), max(rows) + 1) if row not in counted]
    for column in contract.table(TABLE).columns:
        letter = table.read.letters.get((file, sheet, column.name))
        role = _ROLES.get(column.name)
        raw = table.read.raw.get(column.name)
        if letter is None or role is None or raw is None:
            continue
        texts = ["" if raw[at] is None else plain_text(raw[at]) for at in kept]
        digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        span = f"{letter}{min(rows)}:{letter}{max(rows)}"
        if role in _CODED:
            typed = [table.typed(column.name, at) for at in kept]
            words |= {(role, text): str(code or "") for text, code in zip(texts, typed, strict=True) if text}
        decimal = _decimal(texts) if role == "weight" else None
        yield (*place, role, span, min(rows), max(rows), ";".join(map(str, left_out)), decimal, digest)


def _decimal(texts: Sequence[str]) -> str:
    """The decimal sign of weights written as text: the one that occurs."""
    return "," if any("," in text for text in texts) and not any("." in text for text in texts) else "."
