"""The answer that goes back into an inbox: the verdict in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.desk_files import display_name

if TYPE_CHECKING:
    from expectations.desk import Outcome

#: File systems allow 255 bytes for a name; the ending and a number need some.
_NAME_BYTES = 180


def answer_files(outcome: Outcome, name: str, data: bytes) -> dict[str, bytes]:
    """Files to leave for the partner, by name."""
    from expectations.messages import render_text

    shown = short_name(name)
    repeated = f"This file holds the same bytes as {outcome.duplicate_of}; nothing new was handed in.\n\n"
    parts = [
        repeated if outcome.duplicate_of else "",
        render_text(outcome.verdict, [display_name(name)]),
        "\n\n",
        outcome.receipt.as_text(),
    ]
    return {f"{shown}.verdict.txt": "".join(parts).encode()}


def short_name(name: str) -> str:
    """A name safe to write beside the original, short enough for every file system."""
    shown = display_name(name).lstrip(".") or "unnamed"
    while len(shown.encode()) > _NAME_BYTES:
        shown = shown[:-1]
    return shown
