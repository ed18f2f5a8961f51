"""The pages of a build: which readers each has, which tables it sees, and where it lies.

``exports/pages/<readers>/<name>.md`` becomes ``<tree>/pages/<readers>/<name>.html``; a page named ``[program].md``
stands for one page per row of the query in its front matter (``each``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from exports import safe, wording
from exports.published import RELEASE, RESTRICTED, Published, parquet_bytes
from exports.site import html, source
from exports.site.problem import PageProblem
from exports.site.render import Rendering
from exports.site.sentences import Said
from exports.site.source import Page, Query
from exports.site.tables import Engine, Frame, Parts, Tables, View

PAGES = Path(__file__).parent.parent / "pages"
BUILD = "pub_meta__build"
#: Tables of which a partner may see the rows that are theirs; every other restricted table is not there for them.
PARTNER_TABLES = frozenset(
    {"pub_leads__indicator_rows", "pub_leads__kpi_breakdown", "pub_leads__named_items", "pub_leads__obligations"}
)


@dataclass(frozen=True)
class Readers:
    """Who reads a folder of pages.

    Attributes:
        tree: Where their pages lie.
        title: What the folder is called.
        about: One line on it.
    """

    tree: str
    title: str
    about: str


READERS = {
    "leadership": Readers(RELEASE, "Leadership", "The €50m, the trust gap and the people reached, against 2030."),
    "methods": Readers(RELEASE, "Methods", "What figures mean, and how they come about."),
    "leads": Readers(RESTRICTED, "Program leads", "Programs, their indicators, and the returns behind them."),
    "partners": Readers(RESTRICTED, "Partners", "What each partner owes, and what became of what they sent."),
}


def page_files(folder: Path = PAGES) -> list[str]:
    """Names of all pages, below the folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))


class Site:
    """The pages of one build, made one at a time.

    Args:
        published: The build, opened for restricted readers.
        pages: Folder the pages are written in.
    """

    def __init__(self, published: Published, pages: Path = PAGES) -> None:
        self.published, self.pages = published, pages
        self._released, self._parts = published.release(), Parts(published)
        self._said = Said(published)
        build = self._released.frame(BUILD) if self._released.has(BUILD) else None
        self._synthetic = bool(build is not None and build["is_synthetic"].fillna(False).any())

    def files(self, file: str) -> Iterator[tuple[str, bytes]]:
        """What becomes of a page: paths below the exports of a build, and contents.

        Raises:
            PageProblem: The page cannot be made.
        """
        readers = READERS.get(file.split("/", maxsplit=1)[0])
        if readers is None:
            raise PageProblem(file, 1, f"Pages lie in one of: {', '.join(sorted(READERS))}.")
        page = source.read_page(file, (self.pages / file).read_text("utf-8"))
        each = self._each(page)
        with Engine() as engine:
            for name, params in each:
                yield from self._one(page, f"{readers.tree}/pages/{name}", params, engine)

    def _each(self, page: Page) -> list[tuple[str, dict[str, str]]]:
        """Name and parameters of every page that one file stands for."""
        stem = page.file.removesuffix(".md")
        if "[" not in stem:
            return [(stem, {})]
        key = stem[stem.index("[") + 1 : stem.index("]")]
        if "each" not in page.meta:
            raise PageProblem(
                page.file, 1, f"A page named [{key}] needs “each: select … as {key}” in its front matter."
            )
        asked = Page(page.file, page.meta, {"each": Query("each", page.meta["each"], 1)}, [])
        with Engine() as engine, Tables(View(self._open(page.file)), asked, {}, engine) as tables:
            rows = tables.frame("each", 1).rows
        found = []
        for row in rows:
            params = {name: str(value) for name, value in row.items()}
            if key not in params or not html.is_near(params[key]) or "/" in params[key]:
                raise PageProblem(page.file, 1, f"The query of “each” must give a column “{key}” of plain codes.")
            found.append((stem.replace(f"[{key}]", params[key]), params))
        return found

    def _open(self, file: str) -> Published:
        readers = READERS[file.split("/", maxsplit=1)[0]]
        return self.published if readers.tree == RESTRICTED else self._released

    def _view(self, file: str, params: Mapping[str, str]) -> View:
        """The tables of one page: those of its readers, and of these only what its parameters leave."""
        opened = self._open(file)
        if file.startswith("partners/"):
            if "partner" not in params:
                return View(self._released)
            theirs = frozenset(name for name in opened.tables if name in PARTNER_TABLES or self._released.has(name))
            # Of what all may see everything is there; of what is restricted only their own.
            return View(opened, theirs, ("partner_code", params["partner"]), self._parts)
        if "program" not in params:
            return View(opened)
        return View(opened, None, ("program_code", params["program"]), self._parts)

    def _one(self, page: Page, path: str, params: Mapping[str, str], engine: Engine) -> Iterator[tuple[str, bytes]]:
        with Tables(self._view(page.file, params), page, params, engine) as tables:
            made = Rendering(page, tables, params, path.rsplit("/", 1)[-1], self._synthetic, self._said)
            body = made.body()
            title = _filled(made, page.meta["title"])
            about = _filled(made, page.meta.get("about", ""))
        day = f"As of {wording.day_text(self.published.as_of)}."
        text = html.document(
            title,
            body,
            synthetic=self._synthetic,
            about=f"{about} {day}".strip(),
            style="".join(made.styles),
            trail=self._trail(path),
            build_id=self.published.build_id,
            foot="Every figure is computed from the published tables of one build; its data lies beside the page.",
        )
        yield f"{path}.html", text.encode()
        for name, frame in sorted(made.shown.items()):
            yield f"{path}/{name}.csv", self._csv(frame)
            yield f"{path}/{name}.parquet", parquet_bytes(self._noticed(frame))

    def _trail(self, path: str) -> list[tuple[str, str]]:
        """The pages above one, as far as there are any."""
        _, _, readers, name = path.split("/", 3)
        depth = name.count("/")
        steps = [("All pages", f"{'../' * (depth + 1)}index.html")]
        if name != "index" and (self.pages / readers / "index.md").is_file():
            steps.append((READERS[readers].title, f"{'../' * depth}index.html"))
        return steps

    def _noticed(self, frame: Frame) -> pa.Table:
        """The exact result, with a notice in each row that rests on synthetic data."""
        if not self._synthetic:
            return frame.exact
        rows = frame.exact.num_rows
        real = "is_synthetic" in frame.columns
        notices = [wording.SYNTHETIC if not real or row["is_synthetic"] is not False else None for row in frame.rows]
        return frame.exact.append_column("notice", pa.array(notices if rows else [], type=pa.string()))

    def _csv(self, frame: Frame) -> bytes:
        noticed = self._noticed(frame)
        extra = noticed.column("notice").to_pylist() if "notice" in noticed.column_names else None
        lines = []
        for place, row in enumerate(frame.rows):
            values = [_joined(row[name]) for name in frame.columns]
            lines.append([*values, extra[place]] if extra is not None else values)
        return safe.csv_bytes([*frame.columns, *(["notice"] if extra is not None else [])], lines)


def write_pages(published: Published, folder: Path) -> list[Path]:
    """Write all pages of a build and their data.

    Args:
        published: The build, opened for restricted readers.
        folder: The build's exports; pages go to ``release/pages`` and ``restricted/pages`` in it.

    Returns:
        The files written.

    Raises:
        PageProblem: A page cannot be made.
    """
    site, written = Site(published), []
    for file in page_files():
        for name, data in site.files(file):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    return written


def _filled(made: Rendering, text: str) -> str:
    """A line of front matter with ``{params.…}`` and ``{query[0].column}`` worked out."""
    import re

    return re.sub(r"\{([^{}]*)\}", lambda found: str(made.value(found[1].strip(), 1, {}) or ""), text)


def _joined(value: Any) -> Any:
    """A list as one cell."""
    return "; ".join(safe.csv_value(item) for item in value) if isinstance(value, list) else value
