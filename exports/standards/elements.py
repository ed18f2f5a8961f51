"""Building XML whose text came from somebody else: always well-formed, always the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

#: Everything XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: object) -> str:
    """Text for XML content or an attribute; escaping is the writer's.

    Characters that XML 1.0 cannot hold (most control characters, lone surrogates) are left out.
    """
    return _FORBIDDEN.sub("", str(text))


def add(
    parent: ET.Element, name: str, attributes: Mapping[str, object] | None = None, text: object = None
) -> ET.Element:
    """Append an element; attributes that are ``None`` are left out, the others keep their order."""
    given = {key: xml_text(value) for key, value in (attributes or {}).items() if value is not None}
    element = ET.SubElement(parent, name, given)
    if text is not None:
        element.text = xml_text(text)
    return element


def told(parent: ET.Element, name: str, text: object, attributes: Mapping[str, object] | None = None) -> ET.Element:
    """Append an element that holds its text in a ``narrative``, as IATI does."""
    element = add(parent, name, attributes)
    add(element, "narrative", text=text)
    return element


def remark(parent: ET.Element, text: str) -> None:
    """Append a comment. Two hyphens would end it, so they are set apart."""
    parent.append(ET.Comment(f" {xml_text(text).replace('--', '- -')} "))


def document(root: ET.Element) -> bytes:
    """A whole file: UTF-8, two blanks per level, a final newline."""
    ET.indent(root, "  ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"
