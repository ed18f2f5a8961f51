"""Pages and files of the present build, read in the browser by those they are for.

An address names a file as the exports lay it out, so links between pages work as they do on a disk. What somebody may
not read is not there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from exports import store
from portal import house
from portal.access import SAFE
from portal.downloads import attachment
from portal.leadership.views import PAGE_POLICY
from portal.throttle import limited

if TYPE_CHECKING:
    from django.http import HttpRequest

    from portal.accounts.models import User

_NAME = re.compile(r"(?:release|restricted)(?:/[A-Za-z0-9_-]+)+\.(?:html|csv|parquet|xlsx|pdf|json|xml)")
_INDEX = "release/pages/index.html", "restricted/pages/index.html"
_LEADS, _PARTNERS, _RELEASE = "restricted/pages/leads/", "restricted/pages/partners/", "release/"
_FIGURES = "restricted/figures/"
#: What changed since the last release: exact, then as shown outside.
RESTATEMENTS = "restricted/restatement.html", "release/restatement.html"
#: The exact one and the tables beside it.
_EXACT = frozenset(
    (
        "restricted/restatement.html",
        *(f"restricted/restatement{part}.{kind}" for part in ("", "-parts") for kind in ("csv", "parquet")),
    )
)
#: Folders and files in which there is something to read.
_READ = "release", "restricted/pages", "restricted/figures", *sorted(_EXACT)
#: What partners may read of the release.
_METHODS = "release/pages/methods/"


def index(request: HttpRequest) -> HttpResponse:
    """The pages there are for this person."""
    if request.method not in SAFE:
        raise Http404
    published = house.published()
    found = pages_for(request.user) if published is not None else []
    return render(request, "reading.html", {"pages": found, "published": published})


def read(request: HttpRequest, name: str) -> HttpResponse:
    """A page or file by its name; the list of pages is each person's own."""
    return index(request) if name in _INDEX else _file(request, name)


@limited("download", methods=("GET",))
@csp_replace(PAGE_POLICY)
def _file(request: HttpRequest, name: str) -> HttpResponse:
    """A page as it is published, or a file beside it, which is saved."""
    if not _NAME.fullmatch(name) or not may_read(request.user, name) or name not in _names():
        raise Http404
    if request.method not in SAFE:
        return HttpResponseNotAllowed(SAFE)
    fs, root = _root()
    data = bytes(fs.cat_file(f"{root}/{name}"))
    return HttpResponse(data) if name.endswith(".html") else attachment(data, name.rsplit("/", 1)[-1])


def may_read(user: User, name: str) -> bool:
    """Whether a file of the exports is for this person."""
    if name.startswith(_RELEASE):
        return user.role != "partner" or name.startswith(_METHODS)
    if name.startswith(_PARTNERS):
        return user.role == "partner" and _first(name, _PARTNERS) in user.partners
    if not name.startswith((_LEADS, _FIGURES)) and name not in _EXACT:
        return False
    if user.role == "admin":
        return True
    mine = set(user.programs) if user.role == "lead" else set()
    if name.startswith(_FIGURES):
        indicator = _first(name, _FIGURES)
        return any(indicator in house.contracts()[program].indicators for program in mine & set(house.contracts()))
    program = _first(name, _LEADS)
    # Pages over all programs are for those who lead them all.
    return program in mine if program in house.contracts() else bool(mine) and mine >= set(house.contracts())


def restatement_for(user: User) -> str | None:
    """The fullest page on what changed since the last release that this person may read; ``None`` without one."""
    fs, root = _root()
    return next((name for name in RESTATEMENTS if may_read(user, name) and fs.exists(f"{root}/{name}")), None)


def pages_for(user: User) -> list[tuple[str, str]]:
    """Name and title of every page for this person."""
    fs, root = _root()
    found = []
    for name in _names():
        listed = name in RESTATEMENTS or ("/pages/" in name and name.endswith(".html") and name not in _INDEX)
        if listed and may_read(user, name):
            title = re.search(rb"<title>(.*?)(?: \(synthetic sample\))?</title>", fs.cat_file(f"{root}/{name}")[:4000])
            found.append((name, _plain(title[1].decode()) if title else name))
    return found


def _plain(text: str) -> str:
    from html import unescape

    return unescape(text)


def _first(name: str, below: str) -> str:
    """The code a page or its data belongs to: ``heal`` of ``…/heal.html`` and of ``…/heal/kpis.csv``."""
    return name.removeprefix(below).split("/")[0].removesuffix(".html")


def _root() -> tuple[Any, str]:
    published = house.published()
    if published is None:
        raise Http404
    fs, root = store.locate(house.desk().settings.exports)
    return fs, f"{root}/{published.build_id}"


def _names() -> list[str]:
    """Names of the files that may be read, below the build's exports."""
    fs, root = _root()
    build = f"/{root.rsplit('/', 1)[-1]}/"
    places = [f"{root}/{name}" for name in _READ if fs.exists(f"{root}/{name}")]
    return sorted(str(path).split(build, 1)[1] for place in places for path in fs.find(place))
