"""Which code makes the figures: hashes of it, of its locked libraries, and the commit where there is one."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sources.contract.load import ROOT

#: Folders whose content decides what a figure is.
ROOMS = ("sources", "expectations", "dbt_project", "exports")
LOCK = "requirements.lock"
_LEFT_OUT = frozenset({"__pycache__", "target", "logs", "dbt_packages"})


@dataclass(frozen=True)
class Code:
    """The code of one making.

    Attributes:
        code_hash: Hash over every file of :data:`ROOMS`.
        commit: The git commit; ``None`` where the code is no clone, and then ``is_clean`` is ``None`` too.
    """

    code_version: str
    code_hash: str
    lock_hash: str
    commit: str | None
    is_clean: bool | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return asdict(self)


def running_code(root: Path = ROOT) -> Code:
    """The code as it lies there now."""
    from importlib.metadata import version

    lock = root / LOCK
    return Code(
        code_version=version("coalition-impact-warehouse"),
        code_hash=code_hash(root),
        lock_hash=hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "",
        commit=_git(root, "rev-parse", "HEAD"),
        is_clean=None if (changes := _git(root, "status", "--porcelain", "--", *ROOMS, LOCK)) is None else not changes,
    )


def code_hash(root: Path = ROOT) -> str:
    """SHA-256 over the names and bytes of all files that make figures, whatever made them lie there."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((root / room).rglob("*"), key=lambda item: item.relative_to(root).as_posix()):
            parts = path.relative_to(root).parts
            if not path.is_file() or _LEFT_OUT.intersection(parts) or any(part.startswith(".") for part in parts):
                continue
            digest.update(f"{'/'.join(parts)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _git(root: Path, *arguments: str) -> str | None:
    """What git says of the clone at ``root``; ``None`` without git, or where ``root`` is no clone's top."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    done = subprocess.run([git, "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
