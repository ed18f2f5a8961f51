"""The register of routes: each address, its name, and who may come in.

The tests walk it: every route that takes an id is tried with everybody else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import path

from portal.access import guard

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.urls import URLPattern

    from portal.access import View

EVERYBODY = ("partner", "lead", "leadership", "admin")
#: What an id in an address may look like; anything else is no address of ours and answers 404.
_IDS = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address of the site.

    Attributes:
        name: Name to build it with, the app's name before it.
        ids: Names of the ids it takes.
        roles: Who may come in; empty for public ones.
    """

    name: str
    pattern: str
    ids: tuple[str, ...]
    roles: tuple[str, ...]


ROUTES: dict[str, Route] = {}


def route(app: str, pattern: str, view: View, name: str, roles: Collection[str]) -> URLPattern:
    """A guarded address.

    Args:
        app: Namespace of the app, empty for the site itself.
        pattern: As Django's ``path`` takes it.
        roles: Who may come in; others meet a 404.
    """
    _register(app, pattern, name, tuple(roles))
    return path(pattern, guard(view, roles), name=name)


def public(app: str, pattern: str, view: View, name: str) -> URLPattern:
    """An address for everybody, signed in or not."""
    _register(app, pattern, name, ())
    return path(pattern, view, name=name)


def _register(app: str, pattern: str, name: str, roles: tuple[str, ...]) -> None:
    full = f"{app}:{name}" if app else name
    ROUTES[full] = Route(full, pattern, tuple(_IDS.findall(pattern)), roles)
