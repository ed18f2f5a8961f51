"""An explanation: a figure, what it rests on and how it came about, as sections of plain lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exports.explain.recipes import Conversion, Recipe
    from exports.origins import Origin


class UnknownSubject(ValueError):
    """There is no such figure to explain; the message says which there are."""


@dataclass(frozen=True)
class Section:
    """One question about a figure and its answer.

    Attributes:
        lines: Sentences.
        formulas: The arithmetic, a line each; it follows the sentences.
    """

    title: str
    lines: tuple[str, ...]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A file that figures rest on as a whole, such as a poll of thousands of answers.

    Attributes:
        cells: Ranges of cells, such as ``Respondents!D2:D2407``, by what stands in them.
    """

    file: str
    sha256: str | None
    submission_id: str
    receipt: str | None
    contract: str | None
    ruleset: str | None
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Explanation:
    """A figure and why it is what it is.

    Attributes:
        figure_id: ``<indicator>/<period>/<span>``, with the partner at the end where it is one partner's part.
        value: The figure as people read it.
        covers: What it covers, such as ``since the start``.
        facts: Everything published of it, by column; plain values.
        origin: The rows it rests on; ``None`` where it rests on whole files or on other figures.
        recipes: By table, how a row's cells make its value.
        conversions: Amounts turned into euro, by place of the row among the origin's contributions.
        places: Whole files it rests on.
        rests_on: Ids of the figures it is made of.
        release: Name of the release it is explained from; ``None`` for the current build.
        log_head: Hash of the newest event behind the build.
    """

    figure_id: str
    title: str
    value: str
    unit: str
    covers: str
    period: str
    build_id: str
    as_of: str
    log_head: str | None
    synthetic: bool
    facts: Mapping[str, Any]
    sections: tuple[Section, ...]
    origin: Origin | None = None
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    conversions: Mapping[int, Conversion] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    rests_on: tuple[str, ...] = ()
    release: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values for JSON; decimals and days as text."""
        data = asdict(self)
        origin = data.pop("origin")
        conversions = {int(place): item for place, item in data.pop("conversions").items()}
        if origin is not None and self.origin is not None:
            for place, row in enumerate(origin["contributions"]):
                row["cells"] = [cell | {"address": address(row["sheet"], cell["cell"])} for cell in row["cells"]]
                row["conversion"] = conversions.get(place)
            origin["agrees"] = self.origin.agrees
        data["origin"] = origin
        return data


def address(sheet: str | None, cell: str) -> str:
    """A cell as people name it: ``Interventions!F12``; of a csv the line and column.

    Example:
        >>> address("Jan to Mar", "F12"), address(None, "line 3, column C")
        ("'Jan to Mar'!F12", 'line 3, column C')
    """
    if sheet is None:
        return cell
    plain = sheet.replace("_", "").isalnum()
    return f"{sheet if plain else chr(39) + sheet.replace(chr(39), chr(39) * 2) + chr(39)}!{cell}"
