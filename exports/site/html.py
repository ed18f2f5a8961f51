"""The shell every page shares: no scripts, nothing fetched, readable on a phone, in the dark and on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from exports import wording
from exports.safe import html_text

_LINK = re.compile(r"(?:\.\./)*[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")


def document(
    title: str,
    body: str,
    *,
    synthetic: bool,
    about: str = "",
    remark: str = "",
    css: Sequence[str] = (),
    style: str = "",
    trail: Sequence[tuple[str, str]] = (),
    build_id: str = "",
    foot: str = "",
) -> str:
    """A whole page as text.

    Args:
        title: The page's title and its heading of the first level, as text.
        body: What stands in ``main``, as HTML with every piece of data already escaped.
        synthetic: Whether anything on it rests on synthetic data; then title, banner and footer say so.
        about: One line under the heading, as text.
        remark: What the banner says besides, as text.
        css: Names of style sheets of the package ``exports``, added to the common one.
        style: Rules of this page alone.
        trail: Words and relative address of the pages above this one, first the topmost.
        build_id: The build the page was made from; blank where there is none.
        foot: A line before the footer's own, as text.
    """
    sheet = "".join(_sheet(name) for name in ("site/page.css", *css)) + style
    # The browser takes this style and no other, and nothing from anywhere.
    known = base64.b64encode(hashlib.sha256(f"\n{sheet}".encode()).digest()).decode()
    # Style attributes have no hash; only our own code writes any, as a quotation mark in data is escaped.
    allowed = "'unsafe-inline'" if ' style="' in body else f"'sha256-{known}'"
    policy = f"default-src 'none'; style-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'"
    notice = f"{wording.SYNTHETIC}. " if synthetic else ""
    banner = f"{notice}{remark}" if remark else wording.SYNTHETIC
    lines = [html_text(foot), html_text(f"{notice}Build {build_id}." if build_id else notice.strip())]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html_text(policy)}">\n'
        f"<title>{html_text(title)}{' (synthetic sample)' if synthetic else ''}</title>\n"
        f"<style>\n{sheet}</style>\n</head>\n<body>\n<header>\n{_trail(trail)}"
        f"<h1>{html_text(title)}</h1>\n"
        + (f'<p class="about">{html_text(about)}</p>\n' if about else "")
        + (f'<p class="banner">{html_text(banner)}</p>\n' if synthetic else "")
        + f"</header>\n<main>\n{body}\n</main>\n<footer>\n"
        + "".join(f"<p>{line}</p>\n" for line in lines if line)
        + "</footer>\n</body>\n</html>\n"
    )


def is_near(address: str) -> bool:
    """Whether an address names a file beside or above this one: no scheme, no host, nothing to run."""
    return bool(_LINK.fullmatch(address))


@cache
def _sheet(name: str) -> str:
    return resources.files("exports").joinpath(name).read_text("utf-8")


def _trail(steps: Sequence[tuple[str, str]]) -> str:
    if not steps:
        return ""
    links = "".join(f'<li><a href="{html_text(address)}">{html_text(words)}</a></li>' for words, address in steps)
    return f'<nav class="trail" aria-label="Where this page stands"><ol>{links}</ol></nav>\n'
