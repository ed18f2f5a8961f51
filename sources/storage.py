"""Objects under an fsspec address: written once and whole, pointers written last.

Belongs here: how bytes come to rest, on a local disk or an object store. Does not belong here: what
the bytes mean.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


Keys = list[str]
#: Room that what comes from outside leaves free on a local disk: bytes, or this share of a small disk.
KEPT_FREE, KEPT_SHARE = 512 << 20, 0.05
#: Name, size and time of change of files.
Stamps = list[tuple[str, int, str]]


class StorageError(RuntimeError):
    """Bytes that are not what they should be: a changed original, or a second content under one key."""


class StorageAway(OSError):
    """A storage elsewhere that does not answer; the words name no secret."""


def locate(url: str | Path) -> tuple[Any, str]:
    """File system and path of a folder given as a path or any fsspec address.

    Listings are not remembered: another process, or another machine, writes there too.
    """
    import fsspec

    fs, path = fsspec.core.url_to_fs(str(url), use_listings_cache=False)
    return fs, path.rstrip("/")


class Store:
    """Objects by key under one fsspec address.

    A local address uses a temporary file, ``fsync`` and an atomic link or rename; elsewhere one
    conditional put. Either way a reader sees an object whole or not at all.

    Args:
        url: Local path or fsspec address such as ``s3://bucket/landing`` or ``memory://landing``.
    """

    def __init__(self, url: str | Path) -> None:
        self.url = str(url)
        self.fs: Any
        self.fs, self.root = locate(self.url)
        protocol = self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,)
        self.local: Path | None = Path(self.root) if "file" in protocol or "local" in protocol else None

    def path(self, key: str) -> str:
        """Full path of a key inside :attr:`fs`. Raises ``ValueError`` for a key that leaves the store."""
        if not key or key.startswith("/") or ".." in key.split("/") or "\\" in key or "\0" in key:
            raise ValueError(f"“{key}” is not a key")
        return f"{self.root}/{key}"

    def leaves_room(self, size: int) -> bool:
        """Whether so many bytes leave the room on a local disk that the log and a run need."""
        if self.local is None:
            return True
        usage = shutil.disk_usage(next(path for path in (self.local, *self.local.parents) if path.exists()))
        return usage.free - size >= min(KEPT_FREE, usage.total * KEPT_SHARE)

    def exists(self, key: str) -> bool:
        """Whether an object lies under the key."""
        return bool(self._ask(self.fs.exists, self.path(key)))

    def read(self, key: str) -> bytes:
        """The bytes under a key. Raises ``FileNotFoundError`` where there are none."""
        return bytes(self._ask(self.fs.cat_file, self.path(key)))

    def read_original(self, key: str) -> bytes:
        """The bytes under a key named by their SHA-256. Raises :class:`StorageError` if they changed."""
        data = self.read(key)
        if hashlib.sha256(data).hexdigest() != key.rsplit("/", 1)[-1]:
            raise StorageError(f"{key}: the stored bytes are not those that were received")
        return data

    def put_once(self, key: str, data: bytes) -> bool:
        """Write an object that never changes.

        A key whose last part is a SHA-256 must fit the bytes.

        Returns:
            True if written, False if the same bytes lay there already.

        Raises:
            StorageError: if the key does not fit the bytes, or other bytes lie there.
        """
        name = key.rsplit("/", 1)[-1]
        if _is_sha256(name) and hashlib.sha256(data).hexdigest() != name:
            raise StorageError(f"{key}: the bytes do not have this hash")
        if self.exists(key):
            return self._same(key, data)
        if self.local is None:
            try:
                self._ask(self.fs.pipe_file, self.path(key), data, mode="create")
            except FileExistsError:
                return self._same(key, data)
            return True
        target = Path(self.path(key))
        temporary = _write_beside(target, data)
        try:
            os.link(temporary, target)
        except FileExistsError:
            return self._same(key, data)
        except OSError:  # a file system without hard links: rename replaces, but only with the same bytes
            if target.exists():
                return self._same(key, data)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
        return True

    def replace(self, key: str, data: bytes) -> bool:
        """Write an object derived from others, in place of an earlier one; readers see the old or the new.

        Returns:
            False if the same bytes lay there already.
        """
        if self.exists(key) and self.read(key) == data:
            return False
        if self.local is None:
            self._ask(self.fs.pipe_file, self.path(key), data)
            return True
        target = Path(self.path(key))
        _write_beside(target, data).replace(target)
        _sync_folder(target.parent)
        return True

    def write_pointer(self, key: str, text: str) -> None:
        """Point at what is current, once all it points at is written."""
        self.replace(key, text.encode())

    def list(self, prefix: str = "") -> Keys:
        """All keys under a folder, sorted; unfinished writes are not among them."""
        base = self.path(prefix.rstrip("/")) if prefix else self.root
        if not self._ask(self.fs.exists, base):
            return []
        keys = (str(found)[len(self.root) :].lstrip("/") for found in self._ask(self.fs.find, base))
        return sorted(key for key in keys if not key.rsplit("/", 1)[-1].startswith(".tmp-"))

    def delete(self, key: str) -> None:
        """Remove an object (erasure only); nothing happens where there is none."""
        with suppress(FileNotFoundError):
            self._ask(self.fs.rm_file, self.path(key))

    def parquet_files(self, prefix: str) -> Iterator[str]:
        """Keys of the Parquet files under a folder, sorted."""
        return (key for key in self.list(prefix) if key.endswith(".parquet"))

    def _ask(self, call: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Ask the storage; clients of a remote one have errors of their own where it does not answer."""
        try:
            return call(*args, **more)
        except (OSError, ValueError):
            raise
        except Exception as error:
            if self.local is not None:
                raise
            parts = urlsplit(self.url)
            where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
            raise StorageAway(f"The storage {where} could not be reached ({type(error).__name__}).") from error

    def stamps(self, folder: str) -> Stamps:
        """Name, size and time of change of every file of a folder, sorted; the time is empty where nobody tells it."""
        base = self.path(folder)
        if self.local is not None:
            try:
                with os.scandir(base) as found:
                    files = [(one.name, one.stat()) for one in found if one.is_file()]
            except FileNotFoundError:
                return []
            stamped = [(name, stat.st_size, str(stat.st_mtime_ns)) for name, stat in files]
        else:
            listed = self._ask(self.fs.ls, base, detail=True) if self._ask(self.fs.exists, base) else []
            stamped = [
                (str(one["name"]).rsplit("/", 1)[-1], int(one.get("size") or 0), _changed(one))
                for one in listed
                if one.get("type") == "file"
            ]
        return sorted(one for one in stamped if not one[0].startswith(".tmp-"))

    def _same(self, key: str, data: bytes) -> bool:
        if self.read(key) != data:
            raise StorageError(f"{key}: other bytes lie here already and objects are never overwritten")
        return False


def _changed(described: dict[str, Any]) -> str:
    """What an object store tells of an object that changes with it."""
    told = (described.get(name) for name in ("ETag", "etag", "LastModified", "mtime", "created"))
    return next((str(one) for one in told if one), "")


def _is_sha256(name: str) -> bool:
    return len(name) == 64 and all(character in "0123456789abcdef" for character in name)


def _write_beside(target: Path, data: bytes) -> Path:
    """A synced temporary file in the target's folder; removed again if writing fails (a full disk)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system lets a folder be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
