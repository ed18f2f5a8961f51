"""The rows and returns of an explanation in words: what the terminal and the pages list alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exports.explain.model import address
from exports.origin_words import number
from sources.currency import ECB_SOURCE

if TYPE_CHECKING:
    from exports.explain.model import Explanation
    from exports.explain.recipes import Conversion
    from exports.origin_cells import Cell
    from exports.origins import Contribution

_CONTEXT = 6


@dataclass(frozen=True)
class Return:
    """One return a figure rests on.

    Attributes:
        files: Name and SHA-256 of each of its files that was read.
        rows: How many of its rows are in the figure.
    """

    submission_id: str
    partner_name: str
    period: str
    rows: int
    verdict: str | None
    receipt: str | None
    contract: str | None
    ruleset: str | None
    files: tuple[tuple[str, str], ...]


def returns(found: Explanation) -> list[Return]:
    """The returns a figure rests on, oldest first."""
    if found.origin is None:
        return []
    grouped: dict[str, list[Contribution]] = {}
    for item in found.origin.contributions:
        if item.submission_id is not None:
            grouped.setdefault(item.submission_id, []).append(item)
    result = []
    for submission_id, items in grouped.items():
        first = items[0]
        files = sorted({(item.file, item.sha256) for item in items if item.file and item.sha256})
        result.append(
            Return(
                submission_id, first.partner_name, first.period, len(items), first.verdict, first.receipt,
                first.contract, first.ruleset, tuple(files),
            )
        )  # fmt: skip
    return result


def where(item: Contribution) -> str:
    """File, sheet and row of a contribution."""
    if item.row is None:
        return item.file or item.partner_name
    place = f"{item.sheet}, row {item.row}" if item.sheet else f"line {item.row}"
    return f"{item.file or item.partner_name}, {place}"


def counts(item: Contribution) -> str:
    """What a row counts: ``12``, ``0 to 4``, ``12 of 40``."""
    low, high = number(item.low), number(item.high)
    text = low if low == high else f"{low} to {high}"
    return f"{text} of {number(item.denominator)}" if item.denominator is not None else text


def used(item: Contribution) -> list[Cell]:
    """The cells that make a row's value; where no rule is known, the first ones that could."""
    marked = [cell for cell in item.cells if cell.is_value]
    return marked or [cell for cell in item.cells if cell.is_number][:_CONTEXT] or list(item.cells[:1])


def read_as(cell: Cell) -> str:
    """What the reader made of a cell, and why; blank where it says nothing beyond the raw text."""
    if cell.read is None or (cell.read.replace(",", "") == cell.raw and not cell.why):
        return ""
    return f"read as {cell.read}{f': {cell.why}' if cell.why else ''}"


def written(item: Contribution) -> list[str]:
    """The cells that make a row's value, a line each: address, label, raw text, what it was read as."""
    if item.missing:
        return [item.missing]
    lines = []
    for cell in used(item):
        how = read_as(cell)
        lines.append(f"{address(item.sheet, cell.cell)} {cell.label}: {cell.raw}{f' ({how})' if how else ''}")
    return lines


def converted(item: Conversion | None) -> str:
    """How an amount came to euro, with the rate, its day and its source; blank where it was euro."""
    if item is None or item.currency == "EUR":
        return ""
    late = "" if item.rate_day == item.day else f", the last before {item.day}"
    return (
        f"{number(item.amount)} {item.currency} / {number(item.rate)} = {number(item.eur)} EUR "
        f"({'ECB rate' if item.source == ECB_SOURCE else item.source} of {item.rate_day}{late})"
    )
