"""Every page of the site, with ids filled in, by the role that sees it; derived from the register of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.browser.conftest import Site

#: Who looks at the pages of a role.
EMAILS = {
    "partner": "heal@partner.example",
    "lead": "lead@coalition.example",
    "leadership": "leadership@coalition.example",
    "admin": "admin@coalition.example",
}
#: Routes that give files, take forms only, or are met on the way (tested there).
NO_PAGES = {
    "health",
    "home",
    "leads:decide",
    "leads:figures_file",
    "leads:original",
    "leads:seen",
    "leadership:file",
    "leadership:page",
    "read",
    "partners:answer",
    "partners:changes",
    "partners:confirm",
    "partners:hand_in",
    "partners:marked",
    "partners:original",
    "partners:receipt_file",
    "partners:template",
    "accounts:end_sessions",
    "accounts:new_password",
    "accounts:reminders",
    "accounts:sign_out",
    "accounts:sign_person_out",
}


def every_page(site: Site) -> dict[str, list[tuple[str, str]]]:
    """Route name and address of every page, by role; public ones under an empty role."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ["IMPACT_DATA"] = str(site.data)
    import django
    from django.urls import get_resolver, reverse

    django.setup()
    _ = get_resolver().url_patterns
    from portal.routes import ROUTES

    ids = _ids(site)
    found: dict[str, list[tuple[str, str]]] = {}
    for name, route in sorted(ROUTES.items()):
        if name in NO_PAGES:
            continue
        values = {key: ids[key] for key in route.ids}
        for role in route.roles or ("",):
            if role in (*EMAILS, ""):
                found.setdefault(role, []).append((name, reverse(name, kwargs=values)))
    return found


def _ids(site: Site) -> dict[str, object]:
    """Values for ids: HEAL's sample partner, an approved return of it, and one of each thing a lead can open."""
    from datetime import date

    from expectations.desk import Desk
    from sources.contract.load import load_all
    from sources.settings import Settings

    desk = Desk(Settings.at(site.data), load_all())
    state = desk.state()
    if not state.comments:
        desk.comment("heal", "2026-Q2", EMAILS["lead"], "A visit.", "story", "leads", date(2030, 12, 31))
    if not state.target_changes:
        desk.propose_target("heal", "heal_people_trained", 2030, "4500", "second.lead@coalition.example", "More sites.")
    state = desk.state()
    submission = next(item for item in state.submissions.values() if item.place[::2] == ("sample_heal", "2026-Q2"))
    return {
        "partner": "sample_heal",
        "program": "heal",
        "period": "2026-Q2",
        "submission_id": submission.id,
        "indicator": "heal_people_trained",
        "comment_id": next(iter(state.comments)),
        "change_id": next(iter(state.target_changes)),
        "user_id": 1,
        "uidb64": "x",
        "token": "x",
    }
