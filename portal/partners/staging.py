"""Files that wait for a yes: kept by hash, for a while, for the one who sent them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from expectations.desk_files import display_name
from portal.partners.models import Staged
from sources.reader import InputFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.accounts.models import User


class Gone(LookupError):
    """The files are no longer there: too old, used, or somebody else's."""


def stage(user: User, place: tuple[str, str, str], files: Sequence[InputFile]) -> Staged:
    """Keep files until the person says yes.

    Args:
        place: Partner, program and period.
    """
    sweep()
    kept = []
    for file in files:
        digest = hashlib.sha256(file.data).hexdigest()
        _put(_path(digest), file.data)
        kept.append({"name": display_name(file.name), "sha256": digest, "size": len(file.data)})
    partner, program, period = place
    return Staged.objects.create(user=user, partner=partner, program=program, period=period, files=kept)


def find(user: User, place: tuple[str, str, str], staged_id: UUID) -> tuple[Staged, list[InputFile]]:
    """What a person staged for a partner's quarter.

    Raises:
        Gone: It is too old, was used, is another person's or another quarter's.
    """
    sweep()
    partner, program, period = place
    found = Staged.objects.filter(pk=staged_id, user=user, partner=partner, program=program, period=period).first()
    if found is None:
        raise Gone
    try:
        return found, [InputFile(item["name"], _path(item["sha256"]).read_bytes()) for item in found.files]
    except FileNotFoundError:
        raise Gone from None


def drop(staged: Staged) -> None:
    """Forget staged files, and their bytes where nobody else waits with the same."""
    digests = {item["sha256"] for item in staged.files}
    staged.delete()
    _forget(digests)


def sweep() -> None:
    """Forget what waited too long."""
    for old in Staged.objects.filter(at__lt=Staged.expired_before()):
        drop(old)


def _forget(digests: set[str]) -> None:
    used = {item["sha256"] for staged in Staged.objects.all() for item in staged.files}
    for digest in digests - used:
        _path(digest).unlink(missing_ok=True)


def _path(digest: str) -> Path:
    # Named by the hash alone: nothing a person typed is part of a path.
    return Path(settings.PORTAL_FOLDER) / "staged" / digest


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
