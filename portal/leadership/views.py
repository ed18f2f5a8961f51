"""Pages of leadership: the goal at a glance, and the extracts as files and pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exports import store, wording
from portal import house
from portal.downloads import attachment
from portal.throttle import limited

if TYPE_CHECKING:
    from django.http import HttpRequest

GOAL = "pub_leadership__goal"
_NAME = re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*\.(?:html|pdf|xlsx|csv|parquet|json|xml)")
#: Pages bring their style with them and no script.
PAGE_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    # These do not follow from default-src.
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The goal in numbers, and the newest extracts."""
    published = house.published()
    names = _names() if published is not None else []
    context = {
        "published": published,
        "goal": _goal(),
        "years": _years(names),
        "pages": [
            (name, words)
            for name, words in (
                ("pages/leadership/index.html", "Progress to 2030, on one page"),
                ("pages/leadership/trust-gap.html", "The trust gap, then and now"),
                ("restatement.html", "What changed since the release before"),
                ("claims.html", "What we have said"),
                ("pages/index.html", "All pages and files"),
            )
            if name in names
        ],
    }
    return render(request, "leadership/home.html", context)


@limited("download", methods=("GET",))
@csp_replace(PAGE_POLICY)
@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of the release, as it is published; a file it links to is saved."""
    if not name.endswith(".html"):
        return attachment(_read(name, ""), name.rsplit("/", 1)[-1])
    return HttpResponse(_read(name, ".html"))


@limited("download", methods=("GET",))
@require_safe
def download(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the release."""
    return attachment(_read(name, ""), name.rsplit("/", 1)[-1])


def _years(names: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Each year's extract, newest first: its page, and the files there are of it."""
    found = []
    for year in sorted((name[7:11] for name in names if re.fullmatch(r"annual/\d{4}\.html", name)), reverse=True):
        files = (
            (f"annual/{year}.pdf", "PDF"),
            (f"annual/{year}.xlsx", "Excel workbook"),
            (f"annual/{year}.html", "Save the page"),
        )
        saved = [(name, words) for name, words in files if name in names]
        found.append((year, {"page": f"annual/{year}.html", "saved": saved}))
    return found


def _goal() -> dict[str, Any] | None:
    """The goal's row in words; ``None`` before the first build."""
    published = house.published()
    if published is None or not published.release().has(GOAL):
        return None
    rows = published.release().frame(GOAL).to_dict("records")
    if not rows:
        return None
    row = rows[0]
    return {
        "paid": wording.money(row["paid_eur"]),
        "committed": wording.money(row["committed_eur"]),
        "goal": wording.money(row["goal_eur"]),
        "by_year": row["by_year"],
        "progress": wording.progress(row["progress_status"], sign=True),
    }


def _root() -> tuple[Any, str]:
    """Where the release of the present build lies."""
    published = house.published()
    if published is None:
        raise Http404
    fs, root = store.locate(house.desk().settings.exports)
    return fs, f"{root}/{published.build_id}/release"


def _names() -> list[str]:
    fs, root = _root()
    if not fs.exists(root):
        return []
    return sorted(str(path)[str(path).index("/release/") + 9 :] for path in fs.find(root))


def _read(name: str, ending: str) -> bytes:
    """A file of the release by its own name; anything else is not there."""
    if not _NAME.fullmatch(name) or not name.endswith(ending) or name not in _names():
        raise Http404
    fs, root = _root()
    return bytes(fs.cat_file(f"{root}/{name}"))
