"""A folder on an SFTP server whose key is known beforehand; an unknown or other key is never accepted."""

from __future__ import annotations

import io
import stat
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sources.connectors.connection import Connection
from sources.connectors.model import MAX_FILES, Found, Inbox, InboxError
from sources.connectors.names import ANSWERS, is_file_name, is_quarter_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import paramiko

_CHUNK = 1 << 18


class SftpFolder(Connection):
    """Regular files of a remote folder, through fsspec's SFTP file system made strict."""

    def __init__(self, inbox: Inbox, secrets: Mapping[str, str]) -> None:
        super().__init__(inbox, secrets)
        parts = urlsplit(inbox.url)
        self._root = unquote(parts.path) or "/"
        with self.plainly():
            self._fs = _strict()(
                parts.hostname,
                port=parts.port or 22,
                username=inbox.user,
                password=secrets.get("password"),
                pkey=_private_key(secrets) if "private_key" in secrets else None,
                known_hosts=inbox.known_hosts,
                host_key=inbox.host_key,
                wait=inbox.timeout_seconds,
                skip_instance_cache=True,
            )

    def close(self) -> None:
        """End the session."""
        self._fs.client.close()

    def _entries(self) -> Iterator[Found]:
        top = self._list("")
        folders = [""]
        if "folder" in self.inbox.period:
            folders += sorted(
                item.filename for item in top if stat.S_ISDIR(item.st_mode or 0) and is_quarter_folder(item.filename)
            )
        for folder in folders:
            for item in self._list(folder) if folder else top:
                if stat.S_ISREG(item.st_mode or 0) and is_file_name(item.filename):
                    path = f"{folder}/{item.filename}" if folder else item.filename
                    yield Found(path, item.st_size, _stamp(item))

    def _list(self, folder: str) -> list[Any]:
        found: list[Any] = []
        until = time.monotonic() + self.inbox.timeout_seconds
        for item in self._fs.ftp.listdir_iter(self._place(folder)):
            found.append(item)
            if len(found) > MAX_FILES:
                break
            if time.monotonic() > until:
                raise TimeoutError
        return found

    def _read(self, found: Found, most: int) -> bytes:
        until = time.monotonic() + self.inbox.timeout_seconds
        data = io.BytesIO()
        with self._fs.ftp.open(self._place(found.path), "rb") as stream:
            if found.size:
                stream.prefetch(min(found.size, most))
            while data.tell() < most and (chunk := stream.read(min(_CHUNK, most - data.tell()))):
                data.write(chunk)
                if time.monotonic() > until:
                    raise TimeoutError
        return data.getvalue()

    def _stamp(self, found: Found, data: bytes) -> str:
        return _stamp(self._fs.ftp.lstat(self._place(found.path)))

    def _write_new(self, folder: str, name: str, data: bytes) -> str:
        answers = "/".join(part for part in (folder, ANSWERS) if part)
        ftp = self._fs.ftp
        try:
            kind = ftp.lstat(self._place(answers)).st_mode or 0
        except FileNotFoundError:
            ftp.mkdir(self._place(answers))
        else:
            if not stat.S_ISDIR(kind):
                raise InboxError(f"{ANSWERS} is no folder.")
        path = f"{answers}/{name}"
        try:
            ftp.lstat(self._place(path))
        except FileNotFoundError:
            with ftp.open(self._place(path), "wbx") as stream:
                stream.write(data)
            return path
        raise FileExistsError(path)

    def _place(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}" if path else self._root

    def _plain(self, error: Exception) -> str:
        import paramiko

        if isinstance(error, paramiko.BadHostKeyException):
            return (
                "The server shows another key than the one that is known. Nothing was fetched. "
                "Ask the partner whether the key was changed before you change it here."
            )
        if isinstance(error, paramiko.AuthenticationException):
            return "The server refused the credentials."
        if isinstance(error, paramiko.SSHException) and "known_hosts" in str(error):
            return (
                "The server’s key is not known. Nothing was fetched. "
                "Put it into host_key or known_hosts once you have checked it."
            )
        if isinstance(error, paramiko.SSHException | EOFError | ConnectionError | OSError) and not isinstance(
            error, FileNotFoundError | PermissionError | TimeoutError
        ):
            return f"The server could not be reached ({error})."
        if isinstance(error, FileNotFoundError):
            return "The folder or file is not there."
        return super()._plain(error)


def _strict() -> Any:
    """The SFTP file system of fsspec that knows the server's key beforehand and takes no other.

    As shipped it accepts whatever key it meets first, and looks for keys and agents of whoever runs it.
    """
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class StrictSftp(SFTPFileSystem):
        def __init__(self, host: str, **given: Any) -> None:
            super().__init__(host, host_key_policy="reject", **given)

        def _connect(self) -> None:
            given = dict(self.ssh_kwargs)
            wait, port = given.pop("wait"), given.get("port", 22)
            known_hosts, host_key = given.pop("known_hosts"), given.pop("host_key")
            for name in ("skip_instance_cache", "use_listings_cache"):
                given.pop(name, None)
            self.client = paramiko.SSHClient()
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            if known_hosts:
                self.client.load_system_host_keys(known_hosts)
            if host_key:
                server = self.host if port == 22 else f"[{self.host}]:{port}"
                entry = paramiko.hostkeys.HostKeyEntry.from_line(f"{server} {host_key}")
                if entry is None or entry.key is None:
                    raise InboxError("host_key is no key such as “ssh-ed25519 AAAA…”.")
                self.client.get_host_keys().add(server, entry.key.get_name(), entry.key)
            self.client.connect(
                self.host,
                timeout=min(wait, 10),
                banner_timeout=wait,
                auth_timeout=wait,
                channel_timeout=wait,
                look_for_keys=False,
                allow_agent=False,
                **given,
            )
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(wait)

    return StrictSftp


def _private_key(secrets: Mapping[str, str]) -> paramiko.PKey:
    """The private key a secret holds, as PEM text or as the path of a file with it."""
    import paramiko

    text, passphrase = secrets["private_key"], secrets.get("passphrase")
    kinds = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
    for kind in kinds:
        try:
            if "PRIVATE KEY" in text:
                return kind.from_private_key(io.StringIO(text), passphrase)
            return kind.from_private_key_file(text, passphrase)
        except (paramiko.SSHException, ValueError, IndexError):
            continue
        except FileNotFoundError:
            break
    raise InboxError("The private key can't be read: give its text, or the path of a file with it.")


def _stamp(item: Any) -> str:
    return f"{item.st_size} bytes, changed {item.st_mtime}"
