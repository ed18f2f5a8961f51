"""Who publishes the initiative as open data, as ``sources/reference/publisher.yaml`` says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.contract.load import REFERENCE_DIR
from sources.contract.yamlmarks import YamlProblem, load_marked

FILE = "publisher.yaml"
#: Organisation the IATI standard's documentation uses as its example; nobody has it.
EXAMPLE_IDENTIFIER = "AA-AAA-123456789"
# IATI forbids blanks and these characters in identifiers.
_IDENTIFIER = re.compile(r"[^\s/&|?]+")
_KEYS = {
    "organisation": {"identifier", "name", "type", "is_secondary_reporter"},
    "participant": {"role", "name", "type", "ref"},
    "document": {"url", "title", "format", "category"},
}
_TOP = {"organisation", "language", "participants", "flow_type", "finance_type", "sectors", "documents"}


class PublisherError(ValueError):
    """The file cannot be used; the message names the file and says what to write."""


@dataclass(frozen=True)
class Participant:
    """An organisation in a role (code list OrganisationRole)."""

    role: str
    name: str
    type: str
    ref: str | None


@dataclass(frozen=True)
class Document:
    """A page or file about the initiative (``category``: code list DocumentCategory)."""

    url: str
    title: str
    format: str
    category: str


@dataclass(frozen=True)
class Publisher:
    """The reporting organisation and how its money is classified.

    Attributes:
        identifier: Organisation identifier; activities' identifiers begin with it.
        sectors: OECD DAC purpose code by pillar.
    """

    identifier: str
    name: str
    type: str
    is_secondary_reporter: bool
    language: str
    participants: tuple[Participant, ...]
    flow_type: str | None
    finance_type: str | None
    sectors: Mapping[str, str]
    documents: tuple[Document, ...]

    @property
    def is_example(self) -> bool:
        """Whether the identifier is still the standard's example."""
        return self.identifier == EXAMPLE_IDENTIFIER


def load_publisher(path: Path = REFERENCE_DIR / FILE) -> Publisher:
    """Read the publisher's file.

    Raises:
        PublisherError: It is missing, no YAML, or has a key too many, too few or of the wrong kind.
    """
    try:
        value, _ = load_marked(path.read_text("utf-8"))
    except FileNotFoundError:
        raise PublisherError(f"{FILE} is missing: it says who publishes the initiative.") from None
    except YamlProblem as problem:
        raise PublisherError(f"{FILE}:{problem.line}: {problem}.") from None
    top = _mapping(value, "the file", _TOP)
    organisation = _mapping(top.get("organisation"), "organisation", _KEYS["organisation"])
    identifier = _identifier(_text(organisation, "identifier", "organisation"), "organisation")
    name, kind = _text(organisation, "name", "organisation"), _text(organisation, "type", "organisation")
    secondary = organisation.get("is_secondary_reporter", False)
    if not isinstance(secondary, bool):
        raise PublisherError(f"{FILE}: organisation: “is_secondary_reporter” is true or false.")
    sectors = top.get("sectors") or {}
    if not isinstance(sectors, dict):
        raise PublisherError(f"{FILE}: “sectors” maps pillars to codes.")
    return Publisher(
        identifier=identifier,
        name=name,
        type=kind,
        is_secondary_reporter=secondary,
        language=_text(top, "language", "the file"),
        participants=tuple(_participant(item, identifier, name, kind) for item in _items(top, "participants")),
        flow_type=_text(top, "flow_type", "the file") if top.get("flow_type") else None,
        finance_type=_text(top, "finance_type", "the file") if top.get("finance_type") else None,
        sectors={str(pillar): _text(sectors, str(pillar), "sectors") for pillar in sectors},
        documents=tuple(_document(item) for item in _items(top, "documents")),
    )


def _participant(item: Any, identifier: str, name: str, kind: str) -> Participant:
    found = _mapping(item, "participants", _KEYS["participant"])
    role = _text(found, "role", "participants")
    if "name" not in found:
        return Participant(role, name, kind, identifier)
    ref = _identifier(_text(found, "ref", "participants"), "participants") if "ref" in found else None
    return Participant(role, _text(found, "name", "participants"), _text(found, "type", "participants"), ref)


def _document(item: Any) -> Document:
    found = _mapping(item, "documents", _KEYS["document"])
    url = _text(found, "url", "documents")
    if not url.startswith(("https://", "http://")):
        raise PublisherError(f"{FILE}: documents: “{url}” is no web address. Begin it with https://.")
    title, media, category = (_text(found, key, "documents") for key in ("title", "format", "category"))
    return Document(url, title, media, category)


def _items(top: Mapping[str, Any], key: str) -> list[Any]:
    found = top.get(key) or []
    if not isinstance(found, list):
        raise PublisherError(f"{FILE}: “{key}” is a list.")
    return found


def _mapping(value: Any, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PublisherError(f"{FILE}: {where} has no keys.")
    unknown = sorted(str(key) for key in value if key not in known)
    if unknown:
        raise PublisherError(
            f"{FILE}: {where} has the unknown key “{unknown[0]}”. Known are {', '.join(sorted(known))}."
        )
    return value


def _text(found: Mapping[str, Any], key: str, where: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PublisherError(f"{FILE}: {where}: “{key}” is missing or no text. Put codes in quotes.")
    return value.strip()


def _identifier(text: str, where: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise PublisherError(f"{FILE}: {where}: “{text}” is no identifier: no blanks and none of / & | ?.")
    return text
