"""Known vulnerabilities of the lock, by pip-audit, from where advisories are at hand.

``IMPACT_ADVISORIES`` names a folder of advisories as OSV publishes them (one JSON file each, at any depth): they are
answered to pip-audit on loopback, as the OSV service would. Without it, the service itself is asked. Where neither is
at hand the answer is that nothing was checked, which is not the answer that nothing is known.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.supply import LOCK

ADVISORIES = "IMPACT_ADVISORIES"
#: Exit codes: nothing known; something known; no database at hand; the audit itself failed.
NONE_KNOWN, KNOWN, NOT_CHECKED, FAILED = 0, 1, 3, 4


def audit(lock: Path = LOCK, *, patience: int = 15) -> int:
    """Audit a lock and say what was found.

    Args:
        lock: Pinned requirements with hashes.
        patience: Seconds to wait for a service's answer.

    Returns:
        One of the exit codes above.
    """
    folder = os.environ.get(ADVISORIES)
    if folder:
        advisories = read_advisories(Path(folder))
        if not advisories:
            _say(f"Not checked: {ADVISORIES} names {folder}, which holds no advisories.")
            return NOT_CHECKED
        with _served(advisories) as address:
            return _report(
                _pip_audit(lock, ["--osv-url", address], patience), f"{len(advisories):,} advisories of a folder"
            )
    return _report(_pip_audit(lock, [], patience), "the OSV service")


def _pip_audit(lock: Path, more: list[str], patience: int) -> list[dict[str, Any]] | str:
    """What pip-audit says of every package, or what kept it from saying so."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "answer.json"
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip", "-s", "osv", *more, "-f", "json",
             "-o", str(answer), "--progress-spinner", "off", "--timeout", str(patience), "--cache-dir", scratch],
            capture_output=True, text=True, check=False, env={**os.environ, "NO_PROXY": "127.0.0.1"} if more else None,
        )  # fmt: skip
        if not answer.is_file():
            return done.stderr
        found: list[dict[str, Any]] = json.loads(answer.read_text(encoding="utf-8"))["dependencies"]
        return found


_UNREACHED = (
    "Could not connect",
    "ConnectionError",
    "Connection aborted",
    "Max retries",
    "Timeout",
    "ProxyError",
    "ServiceError",
    "HTTPError",
)


def _report(found: list[dict[str, Any]] | str, where: str) -> int:
    if isinstance(found, str):
        if any(word in found for word in _UNREACHED):
            _say(
                f"Not checked: no database at hand. The OSV service does not answer from here; {ADVISORIES} may name a folder of advisories."
            )
            return NOT_CHECKED
        _say(f"pip-audit failed:\n{found}")
        return FAILED
    known = [(package, advisory) for package in found for advisory in package.get("vulns", ())]
    for package, advisory in known:
        mended = ", ".join(advisory["fix_versions"]) or "no version yet"
        _say(
            f"{package['name']} {package['version']}: {advisory['id']}, mended in {mended}. {advisory.get('description', '')[:200]}"
        )
    _say(f"{len(found)} packages checked against {where}: {len(known)} known vulnerabilities.")
    return KNOWN if known else NONE_KNOWN


def _say(line: str) -> None:
    print(line)


def read_advisories(folder: Path) -> list[dict[str, Any]]:
    """Every advisory below a folder that is about a Python package and not withdrawn."""
    found = []
    for file in sorted(folder.rglob("*.json")):
        advisory = json.loads(file.read_text(encoding="utf-8"))
        about = [item for item in advisory.get("affected", ()) if item.get("package", {}).get("ecosystem") == "PyPI"]
        if about and not advisory.get("withdrawn"):
            for item in about:  # pip-audit asks by canonical name
                item["package"]["name"] = canonicalize_name(item["package"]["name"])
            found.append({**advisory, "affected": about})
    return found


def touches(advisory: dict[str, Any], name: str, version: str) -> bool:
    """Whether an advisory is about a version, by its list of versions or by its ranges."""
    here = Version(version)
    for item in advisory["affected"]:
        if item["package"]["name"] != canonicalize_name(name):
            continue
        if version in item.get("versions", ()):
            return True
        for span in item.get("ranges", ()):
            if span["type"] == "ECOSYSTEM" and _within(here, span["events"]):
                return True
    return False


def _within(here: Version, events: list[dict[str, str]]) -> bool:
    """OSV's own rule: the last event at or below the version decides; ``last_affected`` ends just above itself."""
    inside = False
    for kind, at in sorted(
        ((kind, _version(text)) for event in events for kind, text in event.items()), key=lambda one: one[1]
    ):
        if kind == "introduced" and here >= at:
            inside = True
        elif (kind == "fixed" and here >= at) or (kind == "last_affected" and here > at):
            inside = False
    return inside


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


@contextmanager
def _served(advisories: list[dict[str, Any]]) -> Iterator[str]:
    """The address of an OSV service over some advisories, on loopback."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for advisory in advisories:
        for name in {item["package"]["name"] for item in advisory["affected"]}:
            by_name.setdefault(name, []).append(advisory)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name, version = asked["package"]["name"], asked["version"]
            about = [one for one in by_name.get(canonicalize_name(name), ()) if touches(one, name, version)]
            body = json.dumps({"vulns": about} if about else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests are nobody's news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        server.server_close()
