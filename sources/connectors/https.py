"""A folder on a web server: an index page with links, or a list of names. TLS is verified; other origins never asked.

Every answer is bounded in bytes and time, whatever the server does, and a server may only send us on to itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from sources.connectors.connection import Connection
from sources.connectors.model import MAX_FILES, Found, Inbox, InboxError
from sources.connectors.names import fits, is_file_name, is_ignored, is_quarter_folder

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping

    import aiohttp

_INDEX_BYTES = 4 << 20
_AT_ONCE = 8
_HOPS = 5


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class WebFolder(Connection):
    """Files linked from one HTTPS address, or named in the configuration."""

    def __init__(self, inbox: Inbox, secrets: Mapping[str, str]) -> None:
        super().__init__(inbox, secrets)
        import aiohttp  # noqa: F401  # missing parts are told when the inbox is opened

        self._base = inbox.url.rstrip("/") + "/"

    def _entries(self) -> Iterable[Found]:
        found: list[Found] = self._run(self._found())
        return found

    def _read(self, found: Found, most: int) -> bytes:
        answer: _Answer = self._run(self._alone(found.path, most))
        return answer.body

    def _stamp(self, found: Found, data: bytes) -> str:
        if found.stamp.startswith("sha256:"):
            return _hash_stamp(data)
        answer: _Answer = self._run(self._alone(found.path, 0, method="HEAD"))
        return _stamp(answer) or ""

    async def _alone(self, path: str, most: int, *, method: str = "GET") -> _Answer:
        async with self._session() as session:
            answer = await self._ask(session, method, self._url(path), most)
            _expect(answer, path)
            return answer

    async def _found(self) -> list[Found]:
        async with self._session() as session:
            paths = list(self.inbox.files) or await self._linked(session, "")
            if not self.inbox.files and "folder" in self.inbox.period:
                for folder in sorted(await self._linked(session, "", folders=True)):
                    paths += await self._linked(session, folder)
            gate = asyncio.Semaphore(_AT_ONCE)
            wanted = [path for path in paths if self._wanted(path)]
            if len(wanted) > MAX_FILES:
                raise InboxError(f"holds more than {MAX_FILES:,} files; move those that are done with elsewhere.")
            return [found for found in await asyncio.gather(*(self._one(session, gate, p) for p in wanted)) if found]

    async def _one(self, session: aiohttp.ClientSession, gate: asyncio.Semaphore, path: str) -> Found | None:
        """A file and its stamp; a server that tells neither tag nor date is asked for the bytes."""
        async with gate:
            answer = await self._ask(session, "HEAD", self._url(path), 0)
            stamp = _stamp(answer) if answer.status == 200 else None
            if stamp is not None:
                length = answer.headers.get("Content-Length", "")
                return Found(path, int(length) if length.isdigit() else None, stamp)
            answer = await self._ask(session, "GET", self._url(path), self.inbox.max_bytes + 1)
            if answer.status == 404:
                return None
            _expect(answer, path)
            return Found(path, len(answer.body), _hash_stamp(answer.body))

    async def _linked(self, session: aiohttp.ClientSession, folder: str, *, folders: bool = False) -> list[str]:
        """Names linked from the index page that lie directly below it."""
        url = self._url(folder) + ("/" if folder else "")
        answer = await self._ask(session, "GET", url, _INDEX_BYTES + 1)
        _expect(answer, folder or "index page")
        if len(answer.body) > _INDEX_BYTES:
            raise InboxError(f"The index page is larger than {_INDEX_BYTES >> 20} MB.")
        links = _Links()
        links.feed(answer.body.decode("utf-8", errors="replace"))
        names: dict[str, None] = {}
        for link in links.found:
            target = urlsplit(urljoin(url, link.strip()))
            if target.query or _origin(target.geturl()) != _origin(url) or not target.path.startswith(_path(url)):
                continue
            name = target.path.removeprefix(_path(url))
            is_folder = name.endswith("/")
            name = unquote(name.rstrip("/"))
            if is_file_name(name) and is_folder == folders and (not folders or is_quarter_folder(name)):
                names[f"{folder}/{name}" if folder else name] = None
        return list(names)

    async def _ask(self, session: aiohttp.ClientSession, method: str, url: str, most: int) -> _Answer:
        """One bounded answer; redirects are followed within the same server only."""
        query = self.secrets.get("query", "").lstrip("?")
        for _ in range(_HOPS):
            asked = f"{url}?{query}" if query else url
            import yarl

            async with session.request(method, yarl.URL(asked, encoded=True), allow_redirects=False) as response:
                if response.status in (301, 302, 303, 307, 308):
                    target = urljoin(url, response.headers.get("Location", ""))
                    if _origin(target) != _origin(url):
                        host = urlsplit(target).netloc or urlsplit(target).scheme
                        raise InboxError(f"The server sends us on to another address ({host}). Nothing was fetched.")
                    url = target.partition("?")[0]
                    continue
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    raise InboxError("The server sends the file packed although it was asked not to.")
                body = bytearray()
                while len(body) < most and (chunk := await response.content.read(most - len(body))):
                    body += chunk
                return _Answer(response.status, response.headers, bytes(body))
        raise InboxError("The server sends us in circles.")

    def _session(self) -> aiohttp.ClientSession:
        import aiohttp

        context = ssl.create_default_context()
        if self.inbox.ca_file:
            context.load_verify_locations(self.inbox.ca_file)
        headers = {"Accept-Encoding": "identity", "User-Agent": "coalition-impact-warehouse"}
        if "token" in self.secrets:
            headers["Authorization"] = f"Bearer {self.secrets['token']}"
        login = self.inbox.user or self.secrets.get("user")
        return aiohttp.ClientSession(
            auth=aiohttp.BasicAuth(login, self.secrets.get("password", ""), "utf-8") if login else None,
            headers=headers,
            connector=aiohttp.TCPConnector(ssl=context),
            timeout=aiohttp.ClientTimeout(total=self.inbox.timeout_seconds, sock_connect=10),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """One piece of work within the inbox's time, however many answers it takes."""

        async def within() -> Any:
            return await asyncio.wait_for(coroutine, self.inbox.timeout_seconds)

        return asyncio.run(within())

    def _url(self, path: str) -> str:
        return self._base + quote(path, safe="/")

    def _wanted(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return not is_ignored(name) and fits(name, self.inbox.pattern)

    def _plain(self, error: Exception) -> str:
        import aiohttp

        if isinstance(error, TimeoutError):
            return super()._plain(error)
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            return "The server’s certificate is not trusted. Nothing was fetched."
        if isinstance(error, aiohttp.ClientPayloadError):
            return "The file did not arrive whole; it is fetched again."
        if isinstance(error, aiohttp.ClientConnectionError):
            return "The server could not be reached."
        if isinstance(error, aiohttp.ClientError):
            return f"The server gave no proper answer ({type(error).__name__})."
        return super()._plain(error)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _expect(answer: _Answer, what: str) -> None:
    if answer.status in (401, 403):
        raise InboxError(f"The server refused the credentials ({answer.status}).")
    if answer.status == 404:
        raise InboxError(f"The server has no {what} (404).")
    if answer.status != 200:
        raise InboxError(f"The server answered {answer.status}.")


def _stamp(answer: _Answer) -> str | None:
    """What tells one condition from the next; ``None`` where the server says nothing of it."""
    told = [answer.headers.get(name) for name in ("ETag", "Last-Modified")]
    if not any(told):
        return None
    return ", ".join(part for part in (*told, f"{answer.headers.get('Content-Length', '?')} bytes") if part)


def _hash_stamp(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or 443
    except ValueError:
        return "", None, 0


def _path(url: str) -> str:
    return urlsplit(url).path
