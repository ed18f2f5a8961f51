"""The gate of disclosure control, as a release asks it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from exports.published import Published


@dataclass(frozen=True)
class NotAsked:
    """A certificate that says nobody looked."""

    passed: bool = True
    leaks: list[Any] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return {"passed": None, "sentence": "Disclosure control was not asked."}


def disclosure_gate(published: Published, earlier: Sequence[Published]) -> Any:
    """What disclosure control says of a build, given those that left the house before."""
    if importlib.util.find_spec("exports.disclosure.gate") is None:
        return NotAsked()
    from exports.disclosure.gate import gate

    return gate(published, earlier)
