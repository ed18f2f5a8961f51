"""The recount of the programs that train and equip people: platform, first minutes, academy, actions in countries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from tests.e2e.recount import Figure, Recount, Row, bounds, last_day


def workforce_figures(recount: Recount) -> Iterator[Figure]:
    """All figures of the four programs."""
    yield from _chw_platform(recount)
    yield from _first_5_minutes(recount)
    yield from _career_academy(recount)
    yield from _country_actions(recount)


def _summed(
    recount: Recount,
    where: tuple[str, str],
    code: str,
    column: str,
    *,
    of: Callable[[Row], bool] = lambda _: True,
    place: str | None = None,
    otherwise: str | None = None,
) -> Iterator[Figure]:
    """A column over the rows meant, zero where none is; ``otherwise`` holds the most where the column is blank."""
    for partner, quarter, approved, rows in recount.returns(*where):
        meant = [row for row in rows if of(row)]
        if not meant:
            yield Figure(code, partner, quarter, Decimal(0), Decimal(0), approved=approved)
        for row in meant:
            low, high = bounds(row, column)
            if low is None and otherwise is not None:
                low, high = 0, bounds(row, otherwise)[1]
            if low is not None:
                spot = row[place] if place else None
                yield Figure(code, partner, quarter, Decimal(low), Decimal(high), place=spot, approved=approved)


def _counted(
    recount: Recount, where: tuple[str, str], code: str, condition: Callable[[Row, int], bool]
) -> Iterator[Figure]:
    for partner, quarter, approved, rows in recount.returns(*where):
        total = Decimal(sum(1 for row in rows if condition(row, quarter)))
        yield Figure(code, partner, quarter, total, total, approved=approved)


def _chw_platform(recount: Recount) -> Iterator[Figure]:
    workforce, volunteers = ("chw_platform", "workforce"), ("chw_platform", "volunteers")
    for code in ("registered", "active", "trainings_completed", "jobs_posted", "employers"):
        yield from _summed(recount, workforce, f"chw_{code}", f"{code}_count")
    yield from _summed(recount, volunteers, "chw_volunteers", "first_time_count", otherwise="volunteers_count")
    for partner, quarter, approved, rows in recount.returns(*volunteers):
        hours = sum((Decimal(str(row["volunteer_hours"])) for row in rows), Decimal(0))
        yield Figure("chw_volunteer_hours", partner, quarter, hours, hours, approved=approved)


def _first_5_minutes(recount: Recount) -> Iterator[Figure]:
    sessions, prefix = ("first_5_minutes", "sessions"), "first_5_minutes"
    trained = f"{prefix}_clinicians_trained"
    yield from _summed(recount, sessions, trained, "first_time_count", otherwise="clinicians_count")
    yield from _counted(recount, sessions, f"{prefix}_sessions_held", lambda *_: True)
    yield from _summed(recount, (prefix, "resources"), f"{prefix}_resources_used", "uses_count")
    for moment in ("before", "after"):
        code, part, base = f"{prefix}_confident_{moment}", f"{moment}_confident_count", f"{moment}_answered_count"
        yield from recount.shares(code, recount.returns(*sessions), part, base)


def _career_academy(recount: Recount) -> Iterator[Figure]:
    learning = ("career_academy", "learning")
    for code, column in (
        ("learners", "new_learners"), ("courses_started", "courses_started"), ("completions", "courses_completed")
    ):  # fmt: skip
        yield from _summed(recount, learning, f"career_academy_{code}", f"{column}_count")
    for partner, quarter, approved, rows in recount.returns(*learning):
        for row in rows:
            (done, most_done), (left, most_left) = (
                bounds(row, f"courses_{end}_count") for end in ("completed", "left")
            )
            if left is not None and most_done + most_left:
                # Courses that can have ended beyond the fewest are taken as completed, for the most the share can be.
                most = most_done + (most_done + most_left) - max(done + left, most_done)
                yield Figure(
                    "career_academy_completed_share", partner, quarter, Decimal(done), Decimal(most),
                    Decimal(most_done + most_left), None, approved,
                )  # fmt: skip


def _country_actions(recount: Recount) -> Iterator[Figure]:
    actions = ("country_actions", "actions")

    def open_space(row: Row, quarter: int) -> bool:
        end = last_day(quarter)
        begun = row["opened_on"] is None or row["opened_on"] <= end
        return row["action_kind"] == "safer_space" and begun and (row["closed_on"] is None or row["closed_on"] > end)

    def of_kind(kind: str) -> Callable[[Row], bool]:
        return lambda row: row["action_kind"] == kind

    trained, users = "country_actions_people_trained", "country_actions_tool_users"
    yield from _summed(recount, actions, trained, "people_trained", of=of_kind("training"), place="city")
    yield from _summed(recount, actions, users, "active_users", of=of_kind("digital_tool"))
    yield from _counted(recount, actions, "country_actions_safer_spaces", open_space)
