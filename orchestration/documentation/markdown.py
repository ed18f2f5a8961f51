"""Pages of ``docs/`` as HTML: GitHub's links and anchors, with nothing fetched and no link into nowhere."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from exports.safe import html_text

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Page:
    """A page of the site.

    Attributes:
        address: Where it lies in the site, such as ``how-to/add-a-program.html``.
        body: Its HTML without the heading of the first level.
        anchors: Ids of its headings.
        missing: Addresses the source names that are in no page of the site and no address of the web.
    """

    address: str
    title: str
    body: str
    anchors: tuple[str, ...]
    missing: tuple[str, ...]


class Addresses:
    """Which file of the project is which page of the site."""

    def __init__(self, root: Path, pages: dict[str, str]) -> None:
        """``pages``: path below ``root`` → address in the site; a folder's stands for its list."""
        self.root, self.pages = root, pages

    def of(self, target: str, source: str) -> str | None:
        """The address a link of a page leads to, relative to that page; ``None`` where it leads into nowhere."""
        path, _, anchor = target.partition("#")
        if not path:
            return target
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path)))
        address = self.pages.get(file)
        if address is None:
            return None
        near = posixpath.relpath(address, posixpath.dirname(self.pages[source]) or ".")
        return f"{near}#{anchor}" if anchor else near


def render(source: str, addresses: Addresses) -> Page:
    """One Markdown file of the project as a page.

    Args:
        source: Its path below the project's root, such as ``docs/how-to/add-a-program.md``.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(_COMMENT.sub("", (addresses.root / source).read_text("utf-8")))
    title, tokens = _without_title(tokens, source)
    anchors, missing = _anchor(tokens), []
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                missing += _follow(child, source, addresses)
            elif child.type == "image":
                missing += _embed(child, source, addresses)
        if token.type in ("th_open", "td_open") and token.attrs.pop("style", None) == "text-align:right":
            token.attrs["class"] = "n"
    html = reader.renderer.render(tokens, reader.options, {})
    return Page(addresses.pages[source], title, _scrolling(html), tuple(anchors), tuple(missing))


def _without_title(tokens: list[Any], source: str) -> tuple[str, list[Any]]:
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return _plain(tokens[place + 1]), tokens[:place] + tokens[place + 3 :]
    return Path(source).stem.replace("-", " ").capitalize(), tokens


def _anchor(tokens: list[Any]) -> list[str]:
    """Give each heading the id GitHub would."""
    found: list[str] = []
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        words = _NOT_IN_ANCHORS.sub("", _plain(tokens[place + 1]).lower()).replace(" ", "-")
        anchor, again = words, 0
        while anchor in found:
            again += 1
            anchor = f"{words}-{again}"
        found.append(anchor)
        token.attrs["id"] = anchor
    return found


def _plain(inline: Any) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _follow(link: Any, source: str, addresses: Addresses) -> list[str]:
    target = str(link.attrs.get("href", ""))
    if re.match(r"(https?|mailto):", target):
        link.attrs["rel"] = "noreferrer"
        return []
    near = addresses.of(target, source)
    if near is None:
        # A file that is not part of the site: its name stays, as text with nothing behind it.
        link.attrs.pop("href")
        link.attrs["title"] = target
        inside = addresses.root / posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(target)))
        return [] if inside.exists() else [target]
    link.attrs["href"] = near
    return []


def _embed(image: Any, source: str, addresses: Addresses) -> list[str]:
    target = str(image.attrs.get("src", ""))
    path = addresses.root / posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(target)))
    media = _MEDIA.get(path.suffix)
    if media is None or not path.is_file():
        return [target]
    image.attrs["src"] = f"data:{media};base64,{base64.b64encode(path.read_bytes()).decode()}"
    return []


def _scrolling(html: str) -> str:
    """Wide tables and code scroll by themselves, also with the keyboard."""
    opened = '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
    html = html.replace("<table>", opened).replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')


def listing(entries: list[tuple[str, str, str]], link: Callable[[str], str]) -> str:
    """A list of pages: address, title and a line about each."""
    items = "".join(
        f'<li><a href="{html_text(link(address))}">{html_text(title)}</a>'
        + (f'<span class="small">{html_text(about)}</span>' if about else "")
        + "</li>\n"
        for address, title, about in entries
    )
    return f'<ul class="list pages">\n{items}</ul>\n'
