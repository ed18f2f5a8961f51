"""Text for a terminal; by itself, so that a command that only prints a line loads nothing else."""

from __future__ import annotations

# Control characters other than tab and line feed, and what turns the order of the letters.
_ORDERS = dict.fromkeys(
    (
        *range(9),
        *range(11, 32),
        *range(127, 160),
        0x061C,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    )
)


def terminal_text(text: str) -> str:
    """The text without escape sequences and without what turns the order of its letters."""
    return text.translate(_ORDERS)
