"""The inboxes' configuration: strict, with the line of every mistake, and never with a secret in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sources.connectors.model import ConfigProblem, Inbox, Kind
from sources.contract.yamlmarks import YamlProblem, load_marked
from sources.lean_imports import ADDRESSES, imported_without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.contract.model import Contract

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}
_WORDS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_PERIOD = {"enum": ["name", "folder", "template"]}
_VARIABLE = {"type": "string", "pattern": "^[A-Z][A-Z0-9_]{2,80}$"}
_INBOX: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["partner", "program", "url"],
    "properties": {
        "partner": _TEXT,
        "program": _TEXT,
        "url": _TEXT,
        "files": {"type": "array", "items": _TEXT, "minItems": 1},
        "pattern": _WORDS,
        "period": {"anyOf": [_PERIOD, {"type": "array", "items": _PERIOD, "minItems": 1, "uniqueItems": True}]},
        "settle_seconds": {"type": "number", "minimum": 0, "maximum": 86400},
        "done": {"type": "boolean"},
        "answer": {"type": "boolean"},
        "max_mb": {"type": "number", "exclusiveMinimum": 0, "maximum": 500},
        "timeout_seconds": {"type": "number", "minimum": 1, "maximum": 600},
        "credentials": {"type": "object", "additionalProperties": _VARIABLE, "minProperties": 1},
        "user": _TEXT,
        "endpoint_url": _TEXT,
        "allow_plain_http": {"type": "boolean"},
        "region": _TEXT,
        "known_hosts": _TEXT,
        "host_key": _TEXT,
        "ca_file": _TEXT,
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["inboxes"],
    "properties": {
        "inboxes": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {"^[a-z0-9][a-z0-9_-]{0,60}$": _INBOX},
        }
    },
}
_EVERYWHERE = {"partner", "program", "url", "pattern", "period", "max_mb", "timeout_seconds", "settle_seconds"}
_KEYS: dict[str, set[str]] = {
    "local": {"done", "answer"},
    "s3": {"done", "answer", "credentials", "endpoint_url", "allow_plain_http", "region"},
    "sftp": {"done", "answer", "credentials", "user", "known_hosts", "host_key"},
    "https": {"files", "credentials", "user", "ca_file"},
}
_ROLES: dict[str, set[str]] = {
    "local": set(),
    "s3": {"key", "secret", "token"},
    "sftp": {"password", "private_key", "passphrase"},
    "https": {"token", "user", "password", "query"},
}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def load_inboxes(path: str | Path, contracts: Mapping[str, Contract] | None = None) -> list[Inbox]:
    """The inboxes a file lists, in its order.

    Args:
        contracts: Where given, every partner must report the program.

    Raises:
        ConfigProblem: with file, line and what to write instead.
    """
    path = Path(path)
    try:
        value, lines = load_marked(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigProblem(f"There is no file {path}. IMPACT_INBOXES must name the inboxes’ configuration.") from None
    except YamlProblem as error:
        raise ConfigProblem(f"{path.name}, line {error.line}: {error}") from None
    except UnicodeDecodeError:
        raise ConfigProblem(f"{path.name} is not UTF-8 text.") from None
    reading = _Reading(path.name, lines)
    reading.check_schema(value)
    inboxes: list[Inbox] = []
    for name, given in value["inboxes"].items():
        inbox = reading.inbox(name, given, path.parent)
        if contracts is not None:
            reading.check_partner(inbox, contracts)
        twin = next((other for other in inboxes if other.url == inbox.url), None)
        if twin is not None:
            sentence = f"has the same address as {twin.name}; its files would be taken twice."
            raise reading.problem((name, "url"), sentence)
        inboxes.append(inbox)
    return inboxes


class _Reading:
    """One configuration file being read: turns places into lines."""

    def __init__(self, file: str, lines: Mapping[tuple[str | int, ...], int]) -> None:
        self._file = file
        self._lines = lines

    def problem(self, place: tuple[str | int, ...], sentence: str) -> ConfigProblem:
        where = ("inboxes", *place)
        while where and where not in self._lines:
            where = where[:-1]
        name = f"{place[0]}: " if place and where[1:2] == place[:1] else ""
        return ConfigProblem(f"{self._file}, line {self._lines.get(where, 1)}: {name}{sentence}")

    def check_schema(self, value: Any) -> None:
        with imported_without(*ADDRESSES):
            import jsonschema

        errors = sorted(jsonschema.Draft202012Validator(SCHEMA).iter_errors(value), key=lambda item: list(item.path))
        if not errors:
            return
        error = errors[0]
        place = tuple(error.absolute_path)[1:]
        key = place[-1] if place else None
        if error.validator == "additionalProperties" and isinstance(error.instance, dict) and len(place) != 2:
            allowed = set(error.schema.get("properties", {}))
            if not allowed and "patternProperties" in error.schema:
                names = [name for name in error.instance if not re.match(r"^[a-z0-9][a-z0-9_-]{0,60}$", str(name))]
                raise self.problem((names[0],), "an inbox’s name has lower case letters, digits, - and _ only.")
            unknown = next(name for name in error.instance if name not in allowed)
            raise self.problem((*place, unknown), f"“{unknown}” is not known. Known are: {', '.join(sorted(allowed))}.")
        if error.validator == "required":
            missing = next(name for name in error.validator_value if name not in (error.instance or {}))
            raise self.problem(place, f"“{missing}” is missing.")
        if len(place) == 3 and place[1] == "credentials":
            sentence = (
                f"credentials.{key} must name an environment variable, like HEAL_SECRET; never the secret itself."
            )
            raise self.problem(place, sentence)
        if key == "period" or (len(place) > 1 and place[1] == "period"):
            raise self.problem(place, "period must be name, folder or template, or a list of them.")
        raise self.problem(place, f"{key or 'the file'} will not do: {_short(error.message)}.")

    def inbox(self, name: str, given: dict[str, Any], beside: Path) -> Inbox:
        kind, url, user = self._address(name, given)
        unknown = sorted(set(given) - _EVERYWHERE - _KEYS[kind])
        if unknown:
            raise self.problem((name, unknown[0]), f"“{unknown[0]}” means nothing for {_KIND_WORDS[kind]}.")
        credentials = given.get("credentials", {})
        strange = sorted(set(credentials) - _ROLES[kind])
        if strange:
            roles = ", ".join(sorted(_ROLES[kind]))
            raise self.problem((name, "credentials", strange[0]), f"credentials.{strange[0]} is not one of: {roles}.")
        self._check_kind(name, kind, given, user)
        for file in given.get("files", ()):
            if file.startswith("/") or ".." in file.split("/") or "://" in file or "?" in file or "\\" in file:
                raise self.problem((name, "files"), f"“{file}” must be a name below {url}, without a query.")
        return Inbox(
            name=name,
            partner=given["partner"],
            program=given["program"],
            kind=kind,
            url=url,
            files=tuple(given.get("files", ())),
            pattern=_words(given.get("pattern", "*")),
            period=_words(given.get("period", ["name", "folder", "template"])),
            settle_seconds=given.get("settle_seconds", 10),
            done=given.get("done", False),
            answer=given.get("answer", False),
            max_bytes=int(given.get("max_mb", 50) * (1 << 20)),
            timeout_seconds=given.get("timeout_seconds", 30),
            credentials=dict(credentials),
            user=user,
            endpoint_url=given.get("endpoint_url"),
            region=given.get("region"),
            known_hosts=_beside(given.get("known_hosts"), beside),
            host_key=given.get("host_key"),
            ca_file=_beside(given.get("ca_file"), beside),
        )

    def check_partner(self, inbox: Inbox, contracts: Mapping[str, Contract]) -> None:
        contract = contracts.get(inbox.program)
        if contract is None:
            known = ", ".join(sorted(contracts))
            raise self.problem((inbox.name, "program"), f"there is no program “{inbox.program}”. Known are: {known}.")
        codes = [partner.code for partner in contract.partners]
        if inbox.partner not in codes:
            sentence = f"“{inbox.partner}” does not report {inbox.program}. Its partners are: {', '.join(codes)}."
            raise self.problem((inbox.name, "partner"), sentence)

    def _address(self, name: str, given: dict[str, Any]) -> tuple[Kind, str, str | None]:
        url: str = given["url"]
        if "://" not in url or url.startswith("file://"):
            path = url.removeprefix("file://")
            if not path.startswith("/"):
                raise self.problem((name, "url"), f"“{url}” must be a whole path, beginning with /.")
            return "local", path.rstrip("/") or "/", None
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise self.problem((name, "url"), "the address can’t be read.") from None
        if parts.scheme not in ("s3", "sftp", "https"):
            sentence = f"{parts.scheme}:// is not supported. Use a path, s3://, sftp:// or https://."
            raise self.problem((name, "url"), sentence)
        if parts.password is not None or (parts.username is not None and parts.scheme != "sftp"):
            sentence = (
                "the address must hold no password or key. "
                "Put it in an environment variable and name that under credentials."
            )
            raise self.problem((name, "url"), sentence)
        if parts.query or parts.fragment:
            sentence = (
                "the address must hold no query, which may be a secret. "
                "Put it in an environment variable and name that under credentials.query."
            )
            raise self.problem((name, "url"), sentence)
        if not parts.hostname or ".." in parts.path.split("/"):
            raise self.problem((name, "url"), "the address names no server or bucket, or leads upwards.")
        host = parts.netloc if parts.scheme == "s3" else parts.hostname
        if ":" in host and parts.scheme != "s3":
            host = f"[{host}]"
        place = f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path}".rstrip("/")
        kind: Kind = "s3" if parts.scheme == "s3" else "sftp" if parts.scheme == "sftp" else "https"
        return kind, place, parts.username or given.get("user")

    def _check_kind(self, name: str, kind: Kind, given: dict[str, Any], user: str | None) -> None:
        if kind == "sftp":
            if not given.get("known_hosts") and not given.get("host_key"):
                sentence = "needs host_key or known_hosts, so that no other server can pose as the partner’s."
                raise self.problem((name,), sentence)
            if not user:
                raise self.problem((name,), "needs “user”, or an address such as sftp://user@server/folder.")
        endpoint = given.get("endpoint_url", "")
        if endpoint:
            parts = urlsplit(endpoint)
            plain = parts.scheme == "http" and (parts.hostname in _LOOPBACK or given.get("allow_plain_http", False))
            if parts.username is not None or not parts.hostname or not (parts.scheme == "https" or plain):
                sentence = (
                    "endpoint_url must begin with https:// and hold no credentials. "
                    "For a server on a private network say allow_plain_http: true."
                )
                raise self.problem((name, "endpoint_url"), sentence)


_KIND_WORDS = {"local": "a folder", "s3": "S3 storage", "sftp": "SFTP", "https": "HTTPS"}


def _words(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _beside(value: str | None, folder: Path) -> str | None:
    """A path from the configuration: one that is not whole is beside the configuration itself."""
    return str(folder / Path(value).expanduser()) if value else None


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
