"""The answer that goes back into an inbox: the verdict in words, and the workbook with its mistakes marked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from expectations.desk_files import display_name
from sources.reader import InputFile

if TYPE_CHECKING:
    from expectations.desk import Outcome

#: File systems allow 255 bytes for a name; the ending and a number need some.
_NAME_BYTES = 180
_LOG = logging.getLogger(__name__)


def answer_files(outcome: Outcome, name: str, data: bytes) -> dict[str, bytes]:
    """Files to leave for the partner, by name."""
    from expectations.messages import render_text

    repeated = f"This file holds the same bytes as {outcome.duplicate_of}; nothing new was handed in.\n\n"
    parts = [
        repeated if outcome.duplicate_of else "",
        render_text(outcome.verdict, [display_name(name)]),
        "\n\n",
        outcome.receipt.as_text(),
    ]
    return {f"{short_name(name)}.verdict.txt": "".join(parts).encode(), **_marked(outcome, name, data)}


def short_name(name: str) -> str:
    """A name safe to write beside the original, short enough for every file system."""
    shown = display_name(name).lstrip(".") or "unnamed"
    while len(shown.encode()) > _NAME_BYTES:
        shown = shown[:-1]
    return shown


def _marked(outcome: Outcome, name: str, data: bytes) -> dict[str, bytes]:
    """Their workbook with its mistakes marked; nothing for a file that can't be read or repeats another."""
    from expectations.marking import mark

    verdict = outcome.verdict
    if outcome.duplicate_of or verdict.state == "refused" or not (verdict.error_count or verdict.warning_count):
        return {}
    try:
        marked = mark([InputFile(display_name(name), data)], verdict.problems)
    except Exception:  # the verdict is told whatever happens to its ornament
        _LOG.exception("%s could not be marked", outcome.submission_id)
        return {}
    return {short_name(marked.name): marked.data}
