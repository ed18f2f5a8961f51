"""The goal and the money by part, from the ledger's entries and the budgets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from counts import ZERO, Indicators, Terms, index, last_day
from progress import value_row
from reading import rounded

CENT, SIX = Decimal("0.01"), Decimal("1e-6")
PAID = "eur_paid_to_goal"


@dataclass(frozen=True)
class Entry:
    """A commitment, a payment or a line of a budget, in euro."""

    kind: str
    year: str
    program: str
    pillar: str
    country: str
    how: str
    counts: bool
    euro: Decimal


def entries(terms: Terms, as_of: str) -> list[Entry]:
    """Every entry of a quarter that has ended."""
    found = []
    for line in terms.by_subject["money"]:
        if last_day(line["period"]) >= as_of:
            continue
        word = {
            role: terms.cells.word(line["term"], role)
            for role in ("type", "day", "program", "pillar", "country", "kind", "counts")
        }
        budget = line["op"] == "budget"
        year = terms.cells.of(line["term"], "year")
        found.append(
            Entry(
                kind="budget" if budget else word["type"],
                year=str(int(terms.cells.bounds(year[0])[0])) if budget else word["day"][:4],
                program=word["program"],
                pillar=word["pillar"],
                country=word["country"] or "not_split",
                how="not_split" if budget else word["kind"] or "not_split",
                counts=budget or word["counts"] == "yes",
                euro=terms.euro(line),
            )
        )
    return found


def by_part(found: list[Entry]) -> dict[tuple[str, str], dict[str, Decimal | None]]:
    """Budget, committed, paid, difference and share of what is paid, by dimension and member."""
    counting = [entry for entry in found if entry.counts]
    split = {
        (entry.year, entry.program, entry.pillar)
        for entry in counting
        if entry.kind == "budget" and entry.country != "not_split"
    }
    parts: dict[tuple[str, str], dict[str, Decimal | None]] = {}
    members = {
        "year": lambda entry: entry.year,
        "pillar": lambda entry: entry.pillar,
        "program": lambda entry: entry.program,
        "country": lambda entry: entry.country,
        "kind": lambda entry: entry.how,
    }
    for dimension, member_of in members.items():
        grouped: dict[str, list[Entry]] = defaultdict(list)
        for entry in counting:
            grouped[member_of(entry)].append(entry)
        for member, rows in grouped.items():
            hidden = dimension in ("country", "kind") and member == "not_split"
            budget = [entry.euro for entry in rows if entry.kind == "budget"]
            committed = _sum(rows, "commitment")
            paid = _sum(rows, "payment")
            comparable = paid
            if dimension == "country":
                comparable = _sum([e for e in rows if (e.year, e.program, e.pillar) in split], "payment")
                if not any((e.year, e.program, e.pillar) in split for e in rows):
                    comparable = None
            total = sum(budget, ZERO) if budget else None
            differs = member != "not_split" and comparable is not None and total is not None
            parts[dimension, member] = {
                "budget_eur": total,
                "committed_eur": None if hidden else committed,
                "paid_eur": None if hidden else paid,
                "difference_eur": (comparable or ZERO) - (total or ZERO) if differs else None,
                "paid_share_pct": None,
            }
        whole = sum((part["paid_eur"] or ZERO for (name, _), part in parts.items() if name == dimension), ZERO)
        for (name, _), part in parts.items():
            if name == dimension and whole and part["paid_eur"] is not None:
                part["paid_share_pct"] = rounded(100 * part["paid_eur"] / whole)
    return parts


def _sum(rows: list[Entry], kind: str) -> Decimal:
    return sum((entry.euro for entry in rows if entry.kind == kind), ZERO)


def goal(found: list[Entry], facts: dict[str, str], indicators: Indicators, period: str) -> dict[str, object]:
    """The goal's row: money so far, shares, pace and forecast."""
    counting = [entry for entry in found if entry.counts]
    paid, committed = _sum(counting, "payment"), _sum(counting, "commitment")
    aim, start, by = Decimal(facts["target_value"]), int(facts["start_year"]), int(facts["by_year"])
    elapsed, whole = index(period) - start * 4 + 1, (by - start + 1) * 4
    indicator = value_row(indicators, PAID, period, "since_start")
    met, due, _ = indicators.coverage(PAID, period, "since_start")
    required: Decimal | None = None
    if elapsed < whole:
        required = ZERO if paid >= aim else ((aim - paid) * 4 / (whole - elapsed)).quantize(SIX, ROUND_HALF_UP)
    return {
        "budget_eur": _sum(counting, "budget"),
        "committed_eur": committed,
        "paid_eur": paid,
        "planned_eur": indicators.planned(PAID, period),
        "share_paid_pct": rounded(100 * paid / aim),
        "share_committed_pct": rounded(100 * committed / aim),
        "elapsed_pct": rounded(100 * min(Decimal(elapsed) / whole, Decimal(1))),
        "required_eur_per_year": required,
        "observed_eur_per_year": (paid * 4 / elapsed).quantize(SIX, ROUND_HALF_UP),
        "forecast_2030_eur": indicator.get("forecast_2030"),
        "forecast_2030_low_eur": indicator.get("forecast_2030_low"),
        "forecast_2030_high_eur": indicator.get("forecast_2030_high"),
        "progress_status": indicator.get("progress_status"),
        "coverage_met": Decimal(met),
        "coverage_due": Decimal(due),
    }
