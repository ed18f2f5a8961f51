"""Zips taken apart and put together again."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

_TEXTS = (".xml", ".rels")
#: Larger parts say nothing more here.
LARGEST = 1 << 16


def mutator(mutate: Callable[[bytes, int], bytes]) -> Callable[[bytes, int, int], bytes]:
    """Alters one part of a zip and packs it anew; what is no zip, and every fourth file, is altered as bytes.

    Args:
        mutate: The fuzzer's own mutation of some bytes up to a size.
    """

    def altered(data: bytes, size: int, seed: int) -> bytes:
        dice = random.Random(seed)
        parts = unpacked(data) if dice.randrange(4) else None
        if not parts:
            return mutate(data, size)
        names = sorted(parts)
        name = dice.choice([name for name in names if name.endswith(_TEXTS)] or names)
        parts[name] = bytes(mutate(parts[name], min(LARGEST, len(parts[name]) + 200)))
        made = packed(parts)
        return made if len(made) <= size else mutate(data, size)

    return altered


def unpacked(data: bytes) -> dict[str, bytes] | None:
    """The parts of a small, sound zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > 4 * LARGEST:
                return None
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # zipfile meets damage in many ways
        return None


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip of parts; the same parts give the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED, 1)
    return sink.getvalue()
