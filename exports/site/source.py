"""Reading a page: front matter, named SQL fences, and a body of Markdown, components and ``{…}``.

The dialect is Evidence's, as far as it goes: ``{#each query as row} … {/each}``, ``{#if query.length} … {:else} …
{/if}``, ``{row.column}``, ``{query[0].column}``, ``{params.name}``, ``${query}`` within SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from exports.site.problem import PageProblem

_FENCE = re.compile(r"^(`{3,})\s*(\S*)[ \t]*(.*?)\s*$")
_QUERY_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ATTRIBUTE = r"\s+[A-Za-z][\w-]*(?:=(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^\s\"'<>{}=/]+))?"
_TOKEN = re.compile(
    r"(?P<code>`[^`\n]+`)|(?P<escaped>\\[{}<])"
    r"|(?P<flow>\{[#:/][^{}\n]*\})|(?P<value>\{[^{}\n]*\})"
    rf"|(?P<open><(?P<name>[A-Z]\w*)(?P<attributes>(?:{_ATTRIBUTE})*)\s*(?P<closed>/?)>)"
    r"|(?P<close></(?P<ended>[A-Z]\w*)\s*>)|(?P<broken></?[A-Z])"
)
_ESCAPED = {"\\{": "{", "\\}": "}", "\\<": "&lt;"}
_ONE_ATTRIBUTE = re.compile(
    r"\s+(?P<name>[A-Za-z][\w-]*)"
    r"(?:=(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|\{(?P<value>[^{}]*)\}|(?P<bare>[^\s\"'<>{}=/]+)))?"
)


@dataclass(frozen=True)
class Query:
    """A named SQL fence; ``line`` is the first line of its SQL."""

    name: str
    sql: str
    line: int


@dataclass(frozen=True)
class Text:
    """Markdown as it stands; ``raw`` where nothing in it is ever an expression (code)."""

    text: str
    line: int


@dataclass(frozen=True)
class Value:
    """``{expression}``."""

    expression: str
    line: int


@dataclass(frozen=True)
class Attribute:
    """What an attribute says: a text, or an expression where it stands in braces."""

    text: str
    is_expression: bool


@dataclass
class Component:
    """``<Name attribute=…>``, with what stands between it and its end."""

    name: str
    attributes: dict[str, Attribute]
    line: int
    children: list[Any] = field(default_factory=list)


@dataclass
class Each:
    """``{#each query as row} … {/each}``."""

    expression: str
    alias: str
    line: int
    children: list[Any] = field(default_factory=list)


@dataclass
class If:
    """``{#if expression} … {:else} … {/if}``."""

    expression: str
    line: int
    children: list[Any] = field(default_factory=list)
    otherwise: list[Any] = field(default_factory=list)


Node = Text | Value | Component | Each | If


@dataclass(frozen=True)
class Page:
    """A page as written.

    Attributes:
        file: Its name below ``exports/pages``, such as ``leads/[program].md``.
        meta: Front matter: ``title``, ``about``, and ``each`` (a query) where it stands for several pages.
        queries: By name, in the order they are written.
        nodes: The body.
    """

    file: str
    meta: dict[str, str]
    queries: dict[str, Query]
    nodes: list[Node]


def read_page(file: str, text: str) -> Page:
    """Read a page.

    Args:
        file: Its name, for messages.
        text: Its contents.

    Raises:
        PageProblem: It cannot be read; the sentence says where.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    meta, start = _front_matter(file, lines)
    queries: dict[str, Query] = {}
    parts: list[tuple[str, int, bool]] = []
    place = body = start
    while place < len(lines):
        fence = _FENCE.match(lines[place])
        if not fence:
            place += 1
            continue
        end = place + 1
        while end < len(lines) and lines[end].strip() != fence[1]:
            end += 1
        if end == len(lines):
            raise PageProblem(file, place + 1, f"The fence that opens here has no end. Write {fence[1]} below it.")
        parts.append(("\n".join(lines[body:place]) + "\n", body + 1, False))
        if fence[2] == "sql":
            query = Query(fence[3], "\n".join(lines[place + 1 : end]), place + 2)
            _check_name(file, query, queries)
            queries[query.name] = query
        else:
            parts.append(("\n".join(lines[place : end + 1]) + "\n", place + 1, True))
        place = body = end + 1
    parts.append(("\n".join(lines[body:]), body + 1, False))
    return Page(file, meta, queries, _nodes(file, parts))


def _front_matter(file: str, lines: list[str]) -> tuple[dict[str, str], int]:
    import yaml

    if not lines or lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise PageProblem(file, 1, "A page begins with front matter: “---”, “title: …”, “---”.")
    end = next(place for place, line in enumerate(lines[1:], 1) if line.strip() == "---")
    try:
        meta = yaml.safe_load("\n".join(lines[1:end]))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = 2 + (mark.line if mark else 0)
        raise PageProblem(file, at, f"The front matter is not YAML: {getattr(error, 'problem', error)}.") from None
    if not isinstance(meta, dict) or not str(meta.get("title") or "").strip():
        raise PageProblem(file, 1, "The front matter has no title. Write “title: …”.")
    return {str(key): str(value) for key, value in meta.items()}, end + 1


def _check_name(file: str, query: Query, queries: dict[str, Query]) -> None:
    line = query.line - 1
    if not _QUERY_NAME.fullmatch(query.name) or query.name.startswith("pub_") or query.name == "params":
        raise PageProblem(
            file, line, "A query needs a name of small letters, digits and _: write ```sql name. “pub_…” are tables."
        )
    if query.name in queries:
        raise PageProblem(file, line, f"There are two queries “{query.name}”. Give one of them another name.")


def _nodes(file: str, parts: list[tuple[str, int, bool]]) -> list[Node]:
    reader = _Reader(file)
    for text, first, raw in parts:
        if raw:
            reader.here.append(Text(text, first))
        else:
            reader.read(text, first)
    if reader.stack:
        node = reader.stack[-1][0]
        raise PageProblem(file, node.line, f"{_opened(node)} has no end. Write {_ending(node)} below it.")
    return reader.root


class _Reader:
    """Puts what it reads where it belongs: ``here`` is what is inside of what is open."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: list[Node] = []
        self.here = self.root
        self.stack: list[tuple[Component | Each | If, list[Node]]] = []

    def read(self, text: str, first: int) -> None:
        at = 0
        for found in _TOKEN.finditer(text):
            line = first + text.count("\n", 0, found.start())
            if text[at : found.start()]:
                self.here.append(Text(text[at : found.start()], line))
            at = found.end()
            if found["flow"]:
                self.flow(found["flow"], line)
                at = _after_line(text, found.start(), at)
            else:
                self.token(found, line)
        if text[at:]:
            self.here.append(Text(text[at:], first + text.count("\n", 0, at)))

    def token(self, found: re.Match[str], line: int) -> None:
        if found["broken"]:
            raise PageProblem(self.file, line, "A component cannot be read here. Write <Name attribute=value />.")
        if found["value"]:
            self.here.append(Value(found["value"][1:-1].strip(), line))
        elif found["open"]:
            component = Component(found["name"], _attributes(found["attributes"]), line)
            self.here.append(component)
            if not found["closed"]:
                self.open(component)
        elif found["close"]:
            self.end(found["ended"], line)
        else:
            self.here.append(Text(_ESCAPED.get(found[0], found[0]), line))

    def open(self, node: Component | Each | If) -> None:
        self.stack.append((node, self.here))
        self.here = node.children

    def flow(self, token: str, line: int) -> None:
        words = token[1:-1].strip()
        node: Each | If
        if words.startswith("#each"):
            found = re.fullmatch(r"#each\s+(\S+)\s+as\s+([a-z]\w*)", words)
            if not found:
                raise PageProblem(self.file, line, f"“{token}” cannot be read. Write {{#each query as row}}.")
            node = Each(found[1], found[2], line)
        elif words.startswith("#if "):
            node = If(words[4:].strip(), line)
        elif words == ":else":
            if not self.stack or not isinstance(self.stack[-1][0], If):
                raise PageProblem(self.file, line, "{:else} stands outside {#if …}.")
            self.here = self.stack[-1][0].otherwise
            return
        elif words in ("/each", "/if"):
            self.end(words, line)
            return
        else:
            sentence = f"“{token}” is not known. There are {{#each …}}, {{#if …}}, {{:else}}."
            raise PageProblem(self.file, line, sentence)
        self.here.append(node)
        self.open(node)

    def end(self, ended: str, line: int) -> None:
        node = self.stack[-1][0] if self.stack else None
        if node is None or ended not in (_ending(node)[1:-1], _ending(node)[2:-1]):
            still = f"; {_opened(node)} of line {node.line} is still open" if node else ""
            raise PageProblem(self.file, line, f"“{ended}” ends here without a beginning{still}.")
        self.here = self.stack.pop()[1]


def _after_line(text: str, start: int, end: int) -> int:
    """Where reading goes on: a line with nothing but ``{#…}`` on it leaves no empty line behind."""
    alone = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    rest = text[end:].split("\n", 1)
    return end + len(rest[0]) + 1 if alone and len(rest) == 2 and not rest[0].strip() else end


def _opened(node: Component | Each | If) -> str:
    if isinstance(node, Component):
        return f"<{node.name}>"
    return "{#each}" if isinstance(node, Each) else "{#if}"


def _ending(node: Component | Each | If) -> str:
    if isinstance(node, Component):
        return f"</{node.name}>"
    return "{/each}" if isinstance(node, Each) else "{/if}"


def _attributes(text: str) -> dict[str, Attribute]:
    found = {}
    for match in _ONE_ATTRIBUTE.finditer(text):
        if match["value"] is not None:
            found[match["name"]] = Attribute(match["value"].strip(), True)
        else:
            given = next((match[key] for key in ("double", "single", "bare") if match[key] is not None), "true")
            found[match["name"]] = Attribute(given, False)
    return found
