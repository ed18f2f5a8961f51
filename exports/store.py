"""Writing finished folders and pointers, so that a reader sees all of a build or nothing of it.

A folder is made complete elsewhere and then moved into place; a pointer is written last. That holds
on a local disk (rename) and on object stores (immutable objects, pointer last) through fsspec.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from sources.storage import locate

#: Lists the files of a build with their hashes; where it lies, all of them lie.
MANIFEST = "manifest.json"
POINTER = "current"
#: Beside the pointer: what the last build was made from.
BUILT = "built.json"
_STALE_SECONDS = 24 * 3600


def is_local(fs: Any) -> bool:
    """Whether a file system is this machine's disk."""
    return isinstance(fs, LocalFileSystem)


@contextmanager
def staging(root: str | Path | None) -> Iterator[Path]:
    """A scratch folder beside the final ones (same disk, so a rename is enough); removed afterwards.

    Args:
        root: Local folder the result will move to; ``None`` where it will be uploaded instead.
    """
    if root is not None:
        Path(root).mkdir(parents=True, exist_ok=True)
        _remove_stale(Path(root))
    folder = Path(tempfile.mkdtemp(prefix=".tmp-", dir=root))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def install(fs: Any, made: Path, target: str) -> None:
    """Put a finished folder in its place; where an equal one stands, leave it untouched.

    An object store moves no folders: there the manifest is written last, and what is of no use any more goes after it.
    """
    if not is_local(fs):
        _upload(fs, made, target)
        return
    place = Path(target)
    if place.exists():
        if same_tree(made, place):
            return
        aside = made.with_name(made.name + "-replaced")
        place.rename(aside)
        made.rename(place)
        shutil.rmtree(aside)
    else:
        made.rename(place)


def _upload(fs: Any, made: Path, target: str) -> None:
    new = {f"{target}/{name}": (made / name).read_bytes() for name in files_below(made)}
    there = set(fs.find(target)) if fs.exists(target) else set()
    same = sorted(there & new.keys())
    lying = fs.cat(same) if same else {}
    changed = {path: data for path, data in new.items() if lying.get(path) != data}
    manifest = f"{target}/{MANIFEST}"
    first = {path: data for path, data in changed.items() if path != manifest}
    if first:
        fs.pipe(first)
    if manifest in changed:
        fs.pipe_file(manifest, changed[manifest])
    for path in sorted(there - new.keys()):
        fs.rm_file(path)


def point(fs: Any, root: str, build_id: str) -> None:
    """Make ``current`` name a build, in one step."""
    if not is_local(fs):
        fs.pipe_file(f"{root}/{POINTER}", f"{build_id}\n".encode())
        return
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=root)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{build_id}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(Path(root) / POINTER)


def remove_others(location: str | Path, keep: Collection[str] = ()) -> int:
    """Remove every build but the current one, and what a crash left; returns how many folders went.

    Args:
        keep: Builds that stay too.
    """
    fs, root = locate(location)
    if not fs.exists(f"{root}/{POINTER}"):
        return 0
    stay = {POINTER, BUILT, fs.cat_file(f"{root}/{POINTER}").decode("utf-8").strip(), *keep}
    others = [path for path in fs.ls(root, detail=False) if path.rstrip("/").rsplit("/", 1)[-1] not in stay]
    for path in others:
        fs.rm(path, recursive=True)
    return len(others)


def same_tree(left: Path, right: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = files_below(left)
    if names != files_below(right):
        return False
    return all(filecmp.cmp(left / name, right / name, shallow=False) for name in names)


def files_below(folder: Path) -> list[str]:
    """Relative names of all files in a folder, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _remove_stale(root: Path) -> None:
    for leftover in root.glob(".tmp-*"):
        if time.time() - leftover.stat().st_mtime > _STALE_SECONDS:
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
