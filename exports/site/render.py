"""A page's nodes as HTML.

Nothing that came from a query is ever read as Markdown: while Markdown is rendered a stand-in holds its place,
and the escaped value takes it afterwards. In the address of a link a value must be a plain name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from exports.safe import html_text, is_blank
from exports.site import source, words
from exports.site.html import is_near
from exports.site.problem import PageProblem
from exports.site.source import Attribute, Component
from exports.site.tables import Frame, Tables, param

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_STAND_IN = re.compile(r"zQvx(\d+)xvQz")
_ALONE = re.compile(r"<p>\s*((?:zQvx\d+xvQz\s*)+)</p>")
_PATH = re.compile(r"([a-z]\w*)(?:\[(\d+)\])?(?:\.(\w+))?")
_COMPARED = re.compile(r"(.+?)\s*(===?|!==?|>=|<=|>|<)\s*(.+)")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass
class Rendering:
    """One page while it is made.

    Attributes:
        page: The page as written.
        tables: What its queries see.
        params: What sets it apart where the page stands for several.
        data_folder: Name of the folder beside the page that its data goes to.
        synthetic: Whether the build rests on synthetic data.
        sentences: Computed sentences by topic; asked for once, where a page says them.
        shown: Frames the page shows, to be written beside it.
        styles: Rules that only this page needs.
        filters: By column, the filter's name and the number of each value.
    """

    page: source.Page
    tables: Tables
    params: Mapping[str, str]
    data_folder: str
    synthetic: bool = False
    sentences: Any = None
    shown: dict[str, Frame] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    filters: dict[str, tuple[str, dict[Any, int]]] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _blocks: list[str] = field(default_factory=list)

    def body(self) -> str:
        """The page's contents as HTML."""
        return self.html(self.page.nodes, {})

    def html(self, nodes: Iterable[source.Node], scope: Mapping[str, Any]) -> str:
        """Nodes as HTML; ``scope`` holds the rows that ``{#each}`` named."""
        return self._substituted(self._markdown(self._text(nodes, scope)))

    def new_id(self, text: str) -> str:
        """An id made from words, of which the page has no other."""
        stem = _SLUG.sub("-", text.lower()).strip("-") or "part"
        found, number = stem, 2
        while found in self._ids:
            found, number = f"{stem}-{number}", number + 1
        self._ids.add(found)
        return found

    def problem(self, line: int, sentence: str) -> PageProblem:
        """What is wrong at a line of this page."""
        return PageProblem(self.page.file, line, sentence)

    # What components ask for ----------------------------------------------------------------------

    def frame(self, node: Component, name: str = "data", *, shown: bool = True) -> Frame:
        """The query an attribute names; what is shown gets its files beside the page."""
        given = node.attributes.get(name)
        if given is None:
            raise self.problem(node.line, f"<{node.name}> needs {name}={{query}}.")
        found = self.tables.frame(given.text, node.line)
        if shown:
            self.shown[found.name] = found
        return found

    def column(self, node: Component, frame: Frame, name: str, *, needed: bool = True) -> str:
        """The column an attribute names; blank where it is left out and not needed.

        Raises:
            PageProblem: It is needed and not there, or the query has no such column.
        """
        given = node.attributes.get(name)
        if given is None:
            if needed:
                raise self.problem(node.line, f"<{node.name}> needs {name}=column.")
            return ""
        return self.known(node, frame, given.text)

    def known(self, node: Component, frame: Frame, column: str) -> str:
        """A column of a frame, or a problem that says which there are."""
        if column not in frame.columns:
            has = ", ".join(frame.columns)
            asked = f"<{node.name}> asks for the column “{column}”"
            raise self.problem(node.line, f"{asked}, which the query “{frame.name}” does not give. It gives: {has}.")
        return column

    def text(self, node: Component, name: str, scope: Mapping[str, Any], *, needed: bool = False) -> str:
        """A text attribute with ``{…}`` in it worked out; not yet escaped."""
        given = node.attributes.get(name)
        if given is None:
            if needed:
                raise self.problem(node.line, f'<{node.name}> needs {name}="…".')
            return ""
        if given.is_expression:
            return words.FORMATS["text"](self.value(given.text, node.line, scope), {})
        return re.sub(
            r"\{([^{}]*)\}",
            lambda found: words.FORMATS["text"](self.value(found[1].strip(), node.line, scope), {}),
            given.text,
        )

    def wording(self, node: Component, name: str = "fmt", default: str = "text") -> tuple[str, words.Wording]:
        """The wording an attribute names."""
        given = node.attributes.get(name, Attribute(default, False)).text
        if given not in words.FORMATS:
            known = ", ".join(sorted(words.FORMATS))
            raise self.problem(node.line, f"There is no {name} “{given}”. There are: {known}.")
        return given, words.FORMATS[given]

    def value(self, expression: str, line: int, scope: Mapping[str, Any]) -> Any:
        """What ``{expression}`` stands for.

        Raises:
            PageProblem: It names nothing that is there.
        """
        found = _PATH.fullmatch(expression)
        if not found:
            raise self.problem(line, f"“{{{expression}}}” cannot be read. Write {{row.column}} or {{query[0].column}}.")
        name, place, column = found.groups()
        if name == "params":
            return param(self.page.file, line, self.params, column or "")
        if name in scope:
            row = scope[name]
            if column not in row:
                raise self.problem(line, f"“{name}” has no column “{column}”. It has: {', '.join(row)}.")
            return row[column]
        frame = self.tables.frame(name, line)
        if column == "length" and place is None:
            return len(frame.rows)
        if place is None or column is None:
            raise self.problem(line, f"“{{{expression}}}” names no value. Write {{{name}[0].column}}.")
        if column not in frame.columns:
            raise self.problem(
                line, f"The query “{name}” has no column “{column}”. It has: {', '.join(frame.columns)}."
            )
        return frame.rows[int(place)][column] if int(place) < len(frame.rows) else None

    def marks(self, row: Mapping[str, Any]) -> str:
        """Classes by which the page's filters find a row."""
        found = [(name, row[column], places) for column, (name, places) in self.filters.items() if column in row]
        return " ".join(f"{name} {name}-{places.get(value, 0)}" for name, value, places in found)

    # From nodes to Markdown ------------------------------------------------------------------------

    def _text(self, nodes: Iterable[source.Node], scope: Mapping[str, Any]) -> str:
        from exports.site.components import INLINE, component

        parts = []
        for node in nodes:
            if isinstance(node, source.Text):
                parts.append(node.text)
            elif isinstance(node, source.Value):
                shown = words.FORMATS["text"](self.value(node.expression, node.line, scope), {})
                parts.append(self._hold(html_text(shown)))
            elif isinstance(node, source.Each):
                for row in self._rows(node, scope):
                    parts.append(self._text(node.children, {**scope, node.alias: row}))
            elif isinstance(node, source.If):
                chosen = node.children if self._holds(node, scope) else node.otherwise
                parts.append(self._text(chosen, scope))
            else:
                held = self._hold(component(self, node, scope))
                parts.append(held if node.name in INLINE else f"\n\n{held}\n\n")
        return "".join(parts)

    def chosen(
        self, nodes: Iterable[source.Node], scope: Mapping[str, Any]
    ) -> list[tuple[Component, Mapping[str, Any]]]:
        """The components among nodes, once ``{#each}`` and ``{#if}`` are worked out, each with its scope."""
        found: list[tuple[Component, Mapping[str, Any]]] = []
        for node in nodes:
            if isinstance(node, Component):
                found.append((node, scope))
            elif isinstance(node, source.Each):
                for row in self._rows(node, scope):
                    found += self.chosen(node.children, {**scope, node.alias: row})
            elif isinstance(node, source.If):
                found += self.chosen(node.children if self._holds(node, scope) else node.otherwise, scope)
        return found

    def _rows(self, node: source.Each, scope: Mapping[str, Any]) -> list[dict[str, Any]]:
        if node.alias in scope or node.alias in self.page.queries:
            raise self.problem(node.line, f"“{node.alias}” is taken. Give the row another name.")
        return self.tables.frame(node.expression, node.line).rows

    def _holds(self, node: source.If, scope: Mapping[str, Any]) -> bool:
        expression, negated = node.expression, node.expression.startswith("!")
        compared = _COMPARED.fullmatch(expression)
        if not compared:
            value = self.value(expression.removeprefix("!").strip(), node.line, scope)
            return (not is_blank(value) and bool(value)) is not negated
        value, sign, other = self.value(compared[1], node.line, scope), compared[2].rstrip("="), compared[3]
        wanted: Any = other[1:-1] if other[:1] in "'\"" else float(other) if re.fullmatch(r"-?[\d.]+", other) else None
        if wanted is None:
            raise self.problem(node.line, f"“{other}” is neither a number nor a text in quotation marks.")
        if is_blank(value):
            return sign == "!"
        if compared[2][0] in "=!":
            return (value == wanted) is not (compared[2][0] == "!")
        return {">": value > wanted, "<": value < wanted, ">=": value >= wanted, "<=": value <= wanted}[compared[2]]

    def _hold(self, block: str) -> str:
        self._blocks.append(block)
        return f"zQvx{len(self._blocks) - 1}xvQz"

    # From Markdown to HTML -------------------------------------------------------------------------

    def _markdown(self, text: str) -> str:
        reader = _reader()
        tokens = reader.parse(text)
        for place, token in enumerate(tokens):
            if token.type == "heading_open":
                words_of = tokens[place + 1].content
                if token.tag == "h1":
                    raise self.problem(
                        1, f"“# {words_of}”: the title is the only heading of the first level. Write ##."
                    )
                plain = _STAND_IN.sub(lambda found: re.sub("<[^>]*>", "", self._blocks[int(found[1])]), words_of)
                token.attrSet("id", self.new_id(plain))
            elif token.type == "th_open":
                token.attrSet("scope", "col")
            for inner in token.children or ():
                if inner.type == "link_open":
                    inner.attrSet("href", self._address(str(inner.attrGet("href"))))
        return reader.renderer.render(tokens, reader.options, {})

    def _address(self, href: str) -> str:
        held = [self._blocks[int(found[1])] for found in _STAND_IN.finditer(href)]
        address = _STAND_IN.sub(lambda found: self._blocks[int(found[1])], href)
        page, _, anchor = address.partition("#")
        near = (not page or is_near(page)) and (not anchor or re.fullmatch(r"[a-z0-9-]+", anchor))
        if not near or not all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in held):
            raise self.problem(1, f"“{address}” is no address of a page or file of ours. Write a relative one.")
        return address

    def _substituted(self, html: str) -> str:
        html = _ALONE.sub(lambda found: found[1].strip(), html)
        return _STAND_IN.sub(lambda found: self._blocks[int(found[1])], html)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
