"""A prefix of an S3-compatible bucket. An object is there whole or not at all, so nothing has to settle."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sources.connectors.connection import Connection
from sources.connectors.model import Found, Inbox, InboxError
from sources.connectors.names import ANSWERS, is_quarter_folder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

_CHUNK = 1 << 20


class Bucket(Connection):
    """Objects directly under a prefix, through s3fs; every call ends within the inbox's time."""

    def __init__(self, inbox: Inbox, secrets: Mapping[str, str]) -> None:
        super().__init__(inbox, secrets)
        import s3fs

        wait = inbox.timeout_seconds
        client: dict[str, Any] = {"region_name": inbox.region} if inbox.region else {}
        self._fs = s3fs.S3FileSystem(
            key=secrets.get("key"),
            secret=secrets.get("secret"),
            token=secrets.get("token"),
            endpoint_url=inbox.endpoint_url,
            client_kwargs=client,
            config_kwargs={"connect_timeout": min(wait, 10), "read_timeout": wait, "retries": {"max_attempts": 2}},
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        self._fs.retries = 2
        self._root = inbox.url.removeprefix("s3://")

    def _entries(self) -> Iterator[Found]:
        top = self._list(self._root)
        folders = [""]
        if "folder" in self.inbox.period:
            names = (item["name"].rstrip("/").rpartition("/")[2] for item in top if item["type"] == "directory")
            folders += sorted(name for name in names if is_quarter_folder(name))
        for folder in folders:
            base = f"{self._root}/{folder}" if folder else self._root
            for item in self._list(base) if folder else top:
                name = item["name"].removeprefix(f"{base}/")
                if item["type"] == "file" and name and "/" not in name and item["name"] != name:
                    yield Found(f"{folder}/{name}" if folder else name, item["size"], _stamp(item), whole=True)

    def _list(self, path: str) -> list[dict[str, Any]]:
        try:
            return list(self._do(self._fs._ls, path, detail=True, refresh=True))
        except FileNotFoundError as error:
            if "bucket" in str(error).casefold():
                raise
            return []  # a prefix without objects

    def _read(self, found: Found, most: int) -> bytes:
        bucket, key = self._place(found.path)
        etag = found.stamp.partition(" ")[0]

        async def read() -> bytes:
            answer = await self._fs._call_s3("get_object", Bucket=bucket, Key=key, IfMatch=etag)
            data = bytearray()
            async with answer["Body"] as body:
                while len(data) < most and (chunk := await body.read(min(_CHUNK, most - len(data)))):
                    data += chunk
            return bytes(data)

        return bytes(self._do(read))

    def _stamp(self, found: Found, data: bytes) -> str:
        return _stamp(self._do(self._fs._info, "/".join(self._place(found.path)), refresh=True))

    def _write_new(self, folder: str, name: str, data: bytes) -> str:
        path = "/".join(part for part in (folder, ANSWERS, name) if part)
        bucket, key = self._place(path)

        async def write() -> None:
            await self._fs._call_s3("put_object", Bucket=bucket, Key=key, Body=data, IfNoneMatch="*")

        try:
            self._do(write)
        except OSError as error:
            if "PreconditionFailed" in str(error) or "precondition" in str(error).casefold():
                raise FileExistsError(path) from error
            raise
        return path

    def _place(self, path: str) -> tuple[str, str]:
        bucket, _, prefix = self._root.partition("/")
        return bucket, f"{prefix}/{path}" if prefix else path

    def _do(self, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        from fsspec.asyn import sync

        return sync(self._fs.loop, call, *args, timeout=self.inbox.timeout_seconds, **kwargs)

    def _plain(self, error: Exception) -> str:
        name, text = type(error).__name__, str(error)
        if name in ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError"):
            return "The storage server could not be reached."
        if name == "NoCredentialsError":
            return "has no credentials: name them in its configuration."
        if isinstance(error, PermissionError) or "InvalidAccessKeyId" in text or "SignatureDoesNotMatch" in text:
            return "The storage server refused the credentials."
        if isinstance(error, FileNotFoundError) and "bucket" in text.casefold():
            return f"There is no bucket {self._root.partition('/')[0]}."
        if "PreconditionFailed" in text or "pre-condition" in text.casefold():
            return "changed while it was fetched; it is looked at again."
        return super()._plain(error)


def _stamp(item: Mapping[str, Any]) -> str:
    etag = item.get("ETag")
    if not etag:
        raise InboxError("The storage server does not say which version of a file it has.")
    changed: Any = item.get("LastModified")
    when = changed.isoformat(timespec="seconds") if isinstance(changed, datetime) else str(changed)
    return f"{etag} changed {when}"
