"""A folder on this machine. Links are never followed: who may write there may not choose what we read."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sources.connectors.connection import Connection
from sources.connectors.model import Found, InboxError
from sources.connectors.names import ANSWERS, is_quarter_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class LocalFolder(Connection):
    """Regular files of a folder, opened from folder to folder without following a link."""

    def _entries(self) -> Iterator[Found]:
        with self._folder("") as top:
            folders = [""]
            if "folder" in self.inbox.period:
                with os.scandir(top) as entries:
                    folders += sorted(
                        entry.name
                        for entry in entries
                        if entry.is_dir(follow_symlinks=False) and is_quarter_folder(entry.name)
                    )
        for folder in folders:
            with self._folder(folder) as handle, os.scandir(handle) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        yield Found(path, status.st_size, _stamp(status))

    def _read(self, found: Found, most: int) -> bytes:
        with self._folder(found.folder) as folder:
            handle = os.open(found.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(handle, "rb") as stream:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise InboxError("is no regular file.")
                return stream.read(most)

    def _stamp(self, found: Found, data: bytes) -> str:
        with self._folder(found.folder) as folder:
            return _stamp(os.stat(found.name, dir_fd=folder, follow_symlinks=False))

    def _write_new(self, folder: str, name: str, data: bytes) -> str:
        with self._folder(folder) as parent:
            with suppress(FileExistsError):
                os.mkdir(ANSWERS, dir_fd=parent)
            answers = os.open(ANSWERS, _FOLDER, dir_fd=parent)
            try:
                handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=answers)
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
            finally:
                os.close(answers)
        return "/".join(part for part in (folder, ANSWERS, name) if part)

    @contextmanager
    def _folder(self, folder: str) -> Iterator[int]:
        try:
            top = os.open(self.inbox.url, os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            raise InboxError(f"There is no folder {Path(self.inbox.url)}.") from None
        handles = [top]
        try:
            for part in folder.split("/") if folder else ():
                handles.append(os.open(part, _FOLDER, dir_fd=handles[-1]))
            yield handles[-1]
        finally:
            for handle in handles:
                os.close(handle)


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size} bytes, changed {status.st_mtime_ns}"
