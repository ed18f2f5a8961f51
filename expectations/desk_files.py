"""Originals on their way in: safe names, hashes, one identity for a bundle."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sources.reader import InputFile

NAME_LENGTH = 120


class Bundle(NamedTuple):
    """The files of one submission.

    Attributes:
        originals: Bytes by SHA-256.
        files: What the ``received`` event says of each: name, sha256, size.
        same: Files whose bytes came twice: ``(name left out, name kept)``.
        content: One hash for the bundle, whatever the names and order: a single file's own hash.
    """

    originals: dict[str, bytes]
    files: list[dict[str, Any]]
    same: list[tuple[str, str]]
    content: str


def bundle(files: Sequence[InputFile]) -> Bundle:
    """Hash and name the files of a submission; the same bytes under two names are kept once."""
    originals: dict[str, bytes] = {}
    kept: dict[str, dict[str, Any]] = {}
    same: list[tuple[str, str]] = []
    taken: set[str] = set()
    for file in files:
        digest = hashlib.sha256(file.data).hexdigest()
        name = display_name(file.name)
        if digest in kept:
            same.append((name, kept[digest]["name"]))
            continue
        name = _free(name, taken)
        taken.add(name.casefold())
        originals[digest] = file.data
        kept[digest] = {"name": name, "sha256": digest, "size": len(file.data)}
    digests = sorted(kept)
    content = digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
    return Bundle(originals, list(kept.values()), same, content)


def display_name(name: str) -> str:
    """A file name safe to show and quote: no folders, control or direction characters, at most 120 long."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in base)
    clean = "".join(character for character in spaced if character.isprintable()).strip()
    if len(clean) > NAME_LENGTH:
        stem, dot, suffix = clean.rpartition(".")
        tail = f"{dot}{suffix}" if dot and len(suffix) <= 10 else ""
        clean = (stem if tail else clean)[: NAME_LENGTH - len(tail) - 1] + "…" + tail
    return clean or "unnamed"


def _free(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    number, candidate = 2, name
    while candidate.casefold() in taken:
        candidate = f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})"
        number += 1
    return candidate
