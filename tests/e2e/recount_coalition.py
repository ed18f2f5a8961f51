"""The recount of scholarships, awards, the summit and the coalition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.e2e.recount import Figure, Recount, Row, bounds, last_day


def coalition_figures(recount: Recount) -> list[Figure]:
    """Figures of the scholarships, of the awards and the summit, and of the coalition."""
    return [*_scholarships(recount), *_awards(recount), *_coalition(recount)]


def _scholarships(recount: Recount) -> Iterator[Figure]:
    known: dict[str, set[Any]] = defaultdict(set)
    for partner, quarter, approved, rows in recount.returns("nextgen_scholarships", "scholars"):
        end = last_day(quarter)
        here = [row for row in rows if row["awarded_on"] <= end]
        began = [(row, row["internship_started_on"]) for row in here if row["internship_started_on"]]
        said = {
            "scholars_awarded": {(partner, row["scholar_id"]) for row in here},
            "graduated": {
                (partner, row["scholar_id"]) for row in here if row["status"] == "graduated" and row["status_on"] <= end
            },
            "internships": {
                (partner, row["scholar_id"], day.year, (day.month - 1) // 3) for row, day in began if day <= end
            },
        }
        active = [row for row in here if row["status"] == "active"]
        names = {row["university_name"].strip().lower() for row in active}
        counts = {"scholars_active": len(active), "universities": len(names)}
        for code, items in said.items():
            counts[code] = len(items - known[code])
            known[code] |= items
        for code, count in counts.items():
            total = Decimal(count)
            yield Figure(f"nextgen_scholarships_{code}", partner, quarter, total, total, approved=approved)
        for row in active:
            if row["has_mentor"] is not None:
                part, code = Decimal(row["has_mentor"]), "nextgen_scholarships_mentored_share"
                yield Figure(code, partner, quarter, part, part, Decimal(1), None, approved)
        given = [row for row in rows if row["award_amount"] is not None]
        if given or not rows:
            total = sum((_award(recount, row, quarter) for row in given), Decimal(0))
            yield Figure("nextgen_scholarships_awards_reported", partner, quarter, total, total, approved=approved)


def _award(recount: Recount, row: Row, quarter: int) -> Decimal:
    return recount.rates.euro(row["award_amount"], row["award_currency"], last_day(quarter))


def _awards(recount: Recount) -> Iterator[Figure]:
    listed, paid = set[Any](), set[Any]()
    held = {(partner, quarter): rows for partner, quarter, _, rows in recount.returns("awards_summit", "summits")}
    for partner, quarter, approved, rows in recount.returns("awards_summit", "awardees"):
        awards = {(partner, row["awardee_id"], row["award_year"]): row for row in rows}
        given = {key: row for key, row in awards.items() if row["award_amount"] is not None}
        totals = {"awardees": Decimal(len(awards.keys() - listed))}
        if given or not rows:
            money = [_award(recount, row, quarter) for key, row in given.items() if key not in paid]
            totals["awards_reported"] = sum(money, Decimal(0))
        listed |= awards.keys()
        paid |= given.keys()
        summits = held.get((partner, quarter), [])
        totals["summits_held"] = Decimal(len(summits))
        for code, total in totals.items():
            yield Figure(f"awards_summit_{code}", partner, quarter, total, total, approved=approved)
        attended = [bounds(row, "attended_total") for row in summits] or [(0, 0)]
        for low, high in attended:
            bound = Decimal(low or 0), Decimal(high or 0)
            yield Figure("awards_summit_attendance", partner, quarter, *bound, approved=approved)


def _coalition(recount: Recount) -> Iterator[Figure]:
    for partner, quarter, approved, rows in recount.returns("coalition", "organisations"):
        end = last_day(quarter)
        here = [r for r in rows if r["joined_on"] <= end and (r["left_on"] is None or r["left_on"] > end)]
        kinds = {
            "nonprofits": "non_profit",
            "activists": "activist",
            "businesses": "business",
            "governments": "government",
        }
        totals = {code: sum(row["kind"] == kind for row in here) for code, kind in kinds.items()}
        totals |= {"organisations": len(here), "kinds": len({row["kind"] for row in here})}
        totals |= {"countries": len({row["country_code"] for row in here})}
        for code, total in totals.items():
            figure = Decimal(total)
            yield Figure(f"coalition_{code}", partner, quarter, figure, figure, approved=approved)
