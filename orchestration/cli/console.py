"""A console on which text from a return is text: it cannot move the cursor, clear the screen or make links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.segment import Segment

from orchestration.cli.inert import terminal_text


class InertConsole(Console):
    """Leaves control characters out of everything that is printed; styles are Rich's own and stay."""

    def render(self, renderable: Any, options: Any = None) -> Iterable[Segment]:
        """Segments of a renderable, their text without control characters."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(terminal_text(segment.text), segment.style)
