"""XML by targeted surgery: tags with their byte positions, so that what is not touched keeps its bytes.

The parts were checked before: no DOCTYPE, no comments, no CDATA, UTF-8.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

#: Any start or end tag; quoted attribute values may hold anything.
TAG = re.compile(rb"<(/?)([A-Za-z_][\w.\-]*(?::[\w.\-]+)?)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(rb"([\w:.\-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Element:
    """An element in a part: ``data[start:end]`` whole, ``data[inside:close]`` its content."""

    name: str
    attributes: bytes
    start: int
    inside: int
    close: int
    end: int

    @property
    def empty(self) -> bool:
        """Written as ``<a/>``."""
        return self.inside == self.end

    def get(self, name: str) -> str | None:
        """An attribute's value, by its name without prefix."""
        return attributes(self.attributes).get(name)


def attributes(tag: bytes) -> dict[str, str]:
    """Attributes by name without prefix; a plain one wins over a prefixed one of the same name."""
    found: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(tag):
        prefix, _, bare = name.rpartition(b":")
        if prefix and bare.decode() in found:
            continue
        found[bare.decode()] = html.unescape((double or single).decode("utf-8", "replace"))
    return found


def root(data: bytes) -> Element:
    """The root element."""
    return children(data, 0, len(data))[0]


def children(data: bytes, start: int, end: int) -> list[Element]:
    """Elements directly within ``data[start:end]``, in order."""
    found: list[Element] = []
    depth, opened = 0, None
    for match in TAG.finditer(data, start, end):
        closing, empty = bool(match[1]), match[3].endswith(b"/")
        if closing:
            depth -= 1
            if depth == 0 and opened is not None:
                found.append(_element(opened, match.start(), match.end()))
        elif empty:
            if depth == 0:
                found.append(_element(match, match.end(), match.end()))
        else:
            if depth == 0:
                opened = match
            depth += 1
    return found


def _element(opened: re.Match[bytes], close: int, end: int) -> Element:
    name = opened[2].rsplit(b":", 1)[-1].decode()
    return Element(name, opened[3].removesuffix(b"/"), opened.start(), opened.end(), close, end)


def within(data: bytes, element: Element) -> list[Element]:
    """Direct children of an element."""
    return [] if element.empty else children(data, element.inside, element.close)


def prefix_of(data: bytes) -> bytes:
    """Namespace prefix of the root element with its colon, empty where there is none."""
    match = TAG.search(data)
    name = match[2] if match is not None else b""
    return name[: name.rfind(b":") + 1]


def with_attribute(tag: bytes, name: str, value: str | int) -> bytes:
    """Attributes of a tag with one set: in its place, or at the end."""
    text = str(value).encode()
    pattern = re.compile(rb"(\s" + name.encode() + rb"\s*=\s*)(?:\"[^\"]*\"|'[^']*')")
    if pattern.search(tag):
        return pattern.sub(lambda match: match[1] + b'"' + text + b'"', tag, count=1)
    return tag.rstrip() + b" " + name.encode() + b'="' + text + b'"'


def without_attribute(tag: bytes, name: str) -> bytes:
    """Attributes of a tag without one."""
    return re.sub(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", tag, count=1)


def open_tag(data: bytes, element: Element) -> bytes:
    """Name of an element as written, with its prefix."""
    match = TAG.match(data, element.start)
    return match[2] if match is not None else element.name.encode()


def appended(data: bytes, element: Element, inner: bytes, *, counted: int | None = None) -> bytes:
    """The part with ``inner`` put at the end of an element; ``counted`` becomes its ``count``."""
    tag = open_tag(data, element)
    attrs = element.attributes
    if counted is not None:
        attrs = with_attribute(attrs, "count", counted)
    body = b"" if element.empty else data[element.inside : element.close]
    whole = b"<" + tag + attrs + b">" + body + inner + b"</" + tag + b">"
    return data[: element.start] + whole + data[element.end :]


def clean(text: str) -> str:
    """Text as a cell may hold it: no characters XML forbids, nothing Excel would take for an escape."""
    return _ESCAPE_LIKE.sub("_x005F_", _NOT_XML.sub("", text))[:32_000]


def escaped(text: str) -> bytes:
    """Text for an element or an attribute in double quotes."""
    return html.escape(clean(text), quote=True).encode()


def prefixed(xml: bytes, prefix: bytes) -> bytes:
    """Our own elements, written without prefix, under the prefix of the part they go into."""
    return xml if not prefix else re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + prefix, xml)
