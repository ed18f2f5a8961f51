"""Real servers on loopback for the tests of inboxes: SFTP (asyncssh) and HTTPS with a CA of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import http.server
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh


class _Login(asyncssh.SSHServer):
    """Lets one user in, by password or by key."""

    def __init__(self, password: str, key: asyncssh.SSHKey) -> None:
        self._password, self._key = password, key

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("partner", self._password)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "partner" and key.public_data == self._key.public_data


@dataclass
class Sftp:
    """A running SFTP server."""

    port: int
    root: Path
    host_key: str
    password: str
    client_key: str


@contextmanager
def sftp_server(root: Path) -> Iterator[Sftp]:
    """An SFTP server that shows one folder."""
    password = "s3cret-pass-phrase"
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    client_key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host_key],
            server_factory=lambda: _Login(password, client_key),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root)),
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(20)
    public = host_key.export_public_key().decode().split()
    try:
        private = client_key.export_private_key("openssh").decode()
        yield Sftp(acceptor.get_port(), root, " ".join(public[:2]), password, private)
    finally:
        loop.call_soon_threadsafe(acceptor.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@dataclass
class Web:
    """A running web server and what it serves.

    Attributes:
        files: Bytes by path; each with an ETag unless its path is in ``silent``.
        tricks: By path: ``slow``, ``endless``, ``truncated``, ``circle``, or an address to send on to.
    """

    port: int
    ca_file: Path
    files: dict[str, bytes] = field(default_factory=dict)
    tricks: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    needs: str | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"


@contextmanager
def web_server(folder: Path) -> Iterator[Web]:
    """An HTTPS server with a certificate of a CA made for it."""
    chain, ca_file = certificate(folder)
    web = Web(0, ca_file)

    class Handler(_Handler):
        server_of = web

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    server_of: Web
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._serve(body=False)

    def do_GET(self) -> None:
        self._serve(body=True)

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self, *, body: bool) -> None:
        web = self.server_of
        web.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        if web.needs is not None and self.headers.get("Authorization") != web.needs:
            self._head(401, 0)
            return
        path = self.path.partition("?")[0]
        trick = web.tricks.get(path)
        if trick == "slow":
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            with contextlib.suppress(OSError):
                for _ in range(200):
                    time.sleep(0.1)
                    self.wfile.write(b"x")
            return
        if trick == "circle" or (trick and "://" in trick) or (trick and trick.startswith("/")):
            self.send_response(302)
            self.send_header("Location", path if trick == "circle" else trick)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if trick == "endless" and body:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b"x" * 65536)
            return
        data = web.files.get(path)
        if data is None and trick != "endless":
            self._head(404, 0)
            return
        data = data or b""
        self.send_response(200)
        if path not in web.silent and trick != "endless":
            self.send_header("ETag", f'"{hash(data)}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data[: len(data) // 2] if trick == "truncated" else data)
            if trick == "truncated":
                self.close_connection = True

    def _head(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()


@contextmanager
def deaf_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A CA made for this test, and a certificate of it for localhost: (chain with key, CA file)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = dt.datetime.now(dt.UTC)
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])  # noqa: E731

    def start(subject: str, public: Any) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("Test authority"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=2))
        )

    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    ca = (
        start("Test authority", authority.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = (
        start("localhost", key.public_key())
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain, ca_file = folder / "server.pem", folder / "ca.pem"
    chain.write_bytes(private + leaf.public_bytes(pem))
    ca_file.write_bytes(ca.public_bytes(pem))
    return chain, ca_file
