"""What every page knows: where the person stands in the site, and whether what they see is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal import house

if TYPE_CHECKING:
    from django.http import HttpRequest

#: Per role the pages in the site's navigation: route name, words.
NAVIGATION = {
    "partner": [("partners:home", "Your returns"), ("reading", "Pages")],
    "lead": [("leads:home", "Review"), ("leads:changes", "Changes"), ("reading", "Pages"), ("leads:log", "Event log")],
    "leadership": [("leadership:home", "Progress"), ("reading", "Pages")],
    "admin": [("accounts:people", "People"), ("reading", "Pages"), ("leads:log", "Event log")],
}


def site(request: HttpRequest) -> dict[str, Any]:
    """Navigation by role, and the sign of synthetic data."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "oidc": _oidc()}
    match = request.resolver_match
    here = match.view_name if match is not None else ""
    mine = NAVIGATION.get(user.role, [])
    # A page without an entry of its own belongs to the first entry of its app.
    listed = any(name == here for name, _ in mine)
    app = next((name for name, _ in mine if not listed and name.split(":")[0] == here.split(":")[0]), "")
    links = [{"route": name, "label": label, "here": name == here, "within": name == app} for name, label in mine]
    return {"navigation": links, "synthetic": _synthetic(user), "oidc": _oidc()}


def _synthetic(user: Any) -> bool:
    """Whether anybody whose numbers this person sees is invented."""
    wanted = set(user.partners)
    return any(
        partner.synthetic
        for contract in house.contracts().values()
        for partner in contract.partners
        if user.role in ("leadership", "admin") or partner.code in wanted or contract.program in user.programs
    )


def _oidc() -> bool:
    from django.conf import settings

    return bool(settings.OIDC)
