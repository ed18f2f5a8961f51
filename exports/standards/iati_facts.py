"""What the IATI file says, gathered from release tables: activities with money, shares and indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from exports.published import Published

GOAL = "pub_leadership__goal"
INVESTMENT = "pub_leadership__investment_by"
MONEY = "pub_leadership__program_money"
PROGRESS = "pub_leadership__progress"
DEFINITIONS = "pub_meta__definitions"
BUILD = "pub_meta__build"
PROGRAMS = "pub_meta__programs"
#: The ledger reports the whole initiative's money: its indicators are the initiative's.
LEDGER = "finance"
NOT_SPLIT = "not_split"
#: IATI asks for shares with at most two decimals that sum to 100.
_STEP = Decimal("0.01")


@dataclass(frozen=True)
class Activity:
    """A program, or the initiative where ``code`` is ``None``.

    Attributes:
        money: Rows of money by dimension (``year``, ``quarter``, ``country``, ``pillar``).
        definitions: Its indicators' definitions, in order.
        purpose: What it is for, as its contract says.
    """

    code: str | None
    name: str
    money: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    definitions: tuple[dict[str, Any], ...] = ()
    purpose: str | None = None

    def quarters(self) -> list[dict[str, Any]]:
        """Money by quarter, oldest first; what lies in no known quarter is left out."""
        found = [row for row in self.money.get("quarter", []) if row["member_code"]]
        return sorted(found, key=lambda row: str(row["member_code"]))


@dataclass(frozen=True)
class IatiFacts:
    """Everything the file says.

    Attributes:
        progress: Rows of progress by indicator, oldest year first; hidden figures are not in them.
    """

    as_of: date
    build_id: str
    synthetic: bool
    sentence: str
    goal: dict[str, Any] | None
    initiative: Activity
    programs: tuple[Activity, ...]
    progress: Mapping[str, list[dict[str, Any]]]


def gather_iati(published: Published) -> IatiFacts:
    """Read the facts from the tables that are for everybody; whatever the reader may see besides is not read."""
    released = published.release()
    definitions = _rows(released, DEFINITIONS)
    money = _rows(released, MONEY)
    progress: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(_rows(released, PROGRESS), key=lambda row: int(row["year"])):
        progress.setdefault(str(row["indicator_code"]), []).append(row)
    names = {str(row["program_code"]): str(row["program_name"]) for row in (*money, *definitions)}
    purposes = {str(row["program_code"]): row.get("purpose") for row in _rows(released, PROGRAMS)}
    programs = [
        Activity(
            code,
            names[code],
            _by(row for row in money if row["program_code"] == code),
            tuple(row for row in definitions if row["program_code"] == code),
            purposes.get(code),
        )
        for code in sorted(names)
        if code != LEDGER
    ]
    goals = _rows(released, GOAL)
    build = _rows(released, BUILD)
    return IatiFacts(
        as_of=date.fromisoformat(released.as_of),
        build_id=released.build_id,
        synthetic=any(bool(row["is_synthetic"]) for row in (*build, *money)),
        sentence=str(build[0]["sentence"]) if build else "",
        goal=goals[0] if goals else None,
        initiative=Activity(
            None,
            str(goals[0]["goal_name"]) if goals else "The initiative",
            _by(_rows(released, INVESTMENT)),
            tuple(row for row in definitions if row["program_code"] == LEDGER),
        ),
        programs=tuple(programs),
        progress=progress,
    )


def shares(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Decimal]]:
    """Percentages of what was paid to each named part: two decimals, exactly 100 together, largest remainder.

    Parts without a positive amount are left out; where nothing was paid, what is committed and then what
    is planned decides.
    """
    for column in ("paid_eur", "committed_eur", "budget_eur"):
        parts = {
            str(row["member_code"]): Decimal(row[column])
            for row in rows
            if row["member_code"] not in (None, NOT_SPLIT) and row[column] is not None and row[column] > 0
        }
        if parts:
            return _hundred(parts)
    return []


def _hundred(parts: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    whole = sum(parts.values(), Decimal(0))
    exact = {code: amount * 100 / whole for code, amount in parts.items()}
    found = {code: share.quantize(_STEP, ROUND_DOWN) for code, share in exact.items()}
    left = int((100 - sum(found.values(), Decimal(0))) / _STEP)
    for code in sorted(parts, key=lambda code: (found[code] - exact[code], code))[:left]:
        found[code] += _STEP
    return [(code, found[code]) for code in sorted(found) if found[code]]


def _rows(published: Published, table: str) -> list[dict[str, Any]]:
    """Rows with exact decimals, in the published order; none where a build has no such table."""
    found: list[dict[str, Any]] = published.arrow(table).to_pylist() if published.has(table) else []
    return found


def _by(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["dimension"]), []).append(row)
    return found
