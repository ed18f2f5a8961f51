"""The packages of the lock: what each needs, which extras need it, and what it says of its licence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.supply import LOCK, PROJECT

_LINE = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$", re.MULTILINE
)
#: Where the bill of materials is made for: the platform whose packages are installed by the tests.
PLATFORM = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "implementation_name": "cpython",
            "platform_python_implementation": "CPython", "platform_machine": "x86_64"}  # fmt: skip


@dataclass(frozen=True)
class Locked:
    """One line of the lock.

    Attributes:
        marker: Where it is installed; empty for everywhere.
    """

    name: str
    version: str
    marker: str = ""


def locked() -> list[Locked]:
    """Every line of the lock, by name and version."""
    found = _LINE.finditer(LOCK.read_text(encoding="utf-8"))
    return sorted(
        (Locked(m["name"], m["version"], m["marker"] or "") for m in found), key=lambda one: (one.name, one.version)
    )


@cache
def installed() -> Mapping[str, Distribution]:
    """The installed distributions by their canonical name."""
    return {canonicalize_name(one.metadata["Name"]): one for one in distributions()}


def needed(requirements: Iterable[str]) -> set[str]:
    """Canonical names of what some requirements need, directly and through others, here."""
    return set(_needs(tuple(requirements)))


def _needs(requirements: tuple[str, ...]) -> set[str]:
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate(
            {**default_environment(), **PLATFORM, "extra": ""}
        ):
            continue
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += direct(name, extra)
    return {name for name, _ in seen}


def direct(name: str, extra: str = "") -> list[Requirement]:
    """What an installed distribution asks for here, with one of its extras or without any."""
    distribution = installed().get(name)
    found = []
    for text in (distribution.requires or []) if distribution is not None else []:
        requirement = Requirement(text)
        environment = {**default_environment(), **PLATFORM}
        if requirement.marker is None:
            holds = not extra
        elif extra:
            holds = requirement.marker.evaluate({**environment, "extra": extra}) and not requirement.marker.evaluate(
                {**environment, "extra": ""}
            )
        else:
            holds = requirement.marker.evaluate({**environment, "extra": ""})
        if holds:
            requirement.marker = None
            found.append(requirement)
    return found


def extras() -> dict[str, list[str]]:
    """Requirements by extra of this project; ``core`` for those of all."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return {"core": project["dependencies"], **project["optional-dependencies"]}


@cache
def who_needs() -> Mapping[str, tuple[str, ...]]:
    """By package: ``core``, or else the extras that need it."""
    by_extra = {extra: needed(requirements) for extra, requirements in extras().items()}
    names = set().union(*by_extra.values())
    return {
        name: ("core",)
        if name in by_extra["core"]
        else tuple(extra for extra, there in by_extra.items() if name in there)
        for name in names
    }
