"""The site itself: which pages there are, in which order, and how they are written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from exports.safe import html_text
from exports.site.html import document
from orchestration.documentation.markdown import Addresses, Page, listing, render
from orchestration.documentation.tables import AUDIENCES, Table, tables

TITLE = "Coalition Impact Warehouse"
#: Folder of the project (or file) → heading on the first page, in this order.
SECTIONS = {
    "docs/how-to": ("How to", "Tasks, a page each"),
    "docs/dictionary": ("What partners report", "Each program's tables, columns and indicators, from its contract"),
    "docs/rules": ("Rules", "Everything that can be told of a return"),
    "docs/adr": ("Decisions", "Choices that are hard to undo, and why"),
    "docs": ("What was measured", "Coverage of the published statements, benchmarks, scores"),
    "": ("The project", ""),
}
#: dbt's page runs its own scripts; what it may not do is ask anybody for anything.
_DBT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)


class SiteError(RuntimeError):
    """The site cannot be written; the message names what is wrong in which page."""


def write_site(project: Path, manifest: Mapping[str, Any], dbt_page: Path, target: Path) -> Path:
    """Write the whole site; the former one stands until the new one is complete.

    Args:
        project: The project's root, with ``docs/`` and ``README.md``.
        manifest: dbt's manifest.
        dbt_page: dbt's static page.
        target: Folder of the site.

    Returns:
        The first page.

    Raises:
        SiteError: A page links to what does not exist.
    """
    addresses = Addresses(project, _addresses(project))
    pages = {source: render(source, addresses) for source in addresses.pages if source.endswith(".md")}
    _refuse_missing(pages)
    described = tables(manifest)
    scratch = target.with_name(f".{target.name}-new")
    shutil.rmtree(scratch, ignore_errors=True)
    for page in pages.values():
        _write(scratch, page.address, page.title, page.body)
    for table in described:
        _write(scratch, f"tables/{table.name}.html", table.name, table.body, table.description)
    _write(scratch, "tables/index.html", "Published tables", _table_list(described), _ABOUT_TABLES)
    _write(scratch, "index.html", TITLE, _first(pages), "What is reported, by which rules, and what becomes of it")
    (scratch / "dbt").mkdir()
    (scratch / "dbt" / "index.html").write_text(confined(dbt_page.read_text("utf-8")), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)
    return target / "index.html"


_ABOUT_TABLES = "What program leads and everybody else are given; every page and export is made from these alone"


def confined(page: str) -> str:
    """Dbt's page, kept from asking anything of anybody."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_DBT_POLICY}">'
    done, times = re.subn(r"(<head[^>]*>)", rf"\g<1>{meta}", page, count=1)
    if not times:
        raise SiteError("dbt's page has no head.")
    return done


def _addresses(project: Path) -> dict[str, str]:
    """Every Markdown file's place in the site, and of folders that are linked to."""
    top = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
    found = {name: f"project/{Path(name).stem.lower()}.html" for name in top if (project / name).is_file()}
    for path in sorted((project / "docs").rglob("*.md")):
        inside = path.relative_to(project)
        if inside.parts[1] == "images":
            continue
        stem = "index" if path.stem == "README" else path.stem
        found[inside.as_posix()] = "/".join([*inside.parts[1:-1], f"{stem}.html"])
    for folder in ("docs/how-to", "docs/dictionary", "docs/rules", "docs/adr", "docs"):
        readme = found.get(f"{folder}/README.md")
        found[folder] = readme or f"index.html#{_slug(SECTIONS[folder][0])}"
    return found


def _slug(words: str) -> str:
    return words.lower().replace(" ", "-")


def _refuse_missing(pages: Mapping[str, Page]) -> None:
    known = {page.address: page for page in pages.values()}
    told = [f"{source}: {target}" for source, page in pages.items() for target in page.missing]
    for source, page in pages.items():
        here = Path(page.address).parent
        for link in re.findall(r'href="([^"]*)#([^"]+)"', page.body):
            if link[0].startswith(("http:", "https:")):
                continue
            address = _normal(here / link[0]) if link[0] else page.address
            if address in known and link[1] not in known[address].anchors:
                told.append(f"{source}: {link[0]}#{link[1]}")
    if told:
        raise SiteError("These links lead nowhere: " + "; ".join(told))


def _normal(path: Path) -> str:
    import posixpath

    return posixpath.normpath(path.as_posix())


def _first(pages: Mapping[str, Page]) -> str:
    """The first page: published tables, then every section with its pages."""
    parts = [
        '<p>Everything here is made from the project itself by <code>make docs</code>.</p>\n<h2 id="published-tables">'
        "Published tables</h2>\n",
        listing(
            [
                ("tables/index.html", "Published tables", _ABOUT_TABLES),
                (
                    "dbt/index.html",
                    "Every model and its code",
                    "dbt’s own page: lineage, columns, tests, SQL",
                ),
            ],
            str,
        ),
    ]
    for folder, (heading, about) in SECTIONS.items():
        inside = [(page.address, page.title, "") for source, page in pages.items() if _is_in(source, folder)]
        if folder == "docs/rules":
            # One page of all rules first, then each program's.
            inside.sort(key=lambda entry: not entry[0].endswith("index.html"))
        if inside:
            parts.append(f'<h2 id="{_slug(heading)}">{html_text(heading)}</h2>\n')
            parts.append(f"<p>{html_text(about)}.</p>\n" if about else "")
            parts.append(listing(inside, str))
    return "".join(parts)


def _is_in(source: str, folder: str) -> bool:
    return Path(source).parent == Path(folder)


def _table_list(described: list[Table]) -> str:
    return "".join(
        f"<h2>{html_text(words)}</h2>\n"
        + listing(
            [(f"{one.name}.html", one.name, one.description) for one in described if one.audience == audience], str
        )
        for audience, words in AUDIENCES.items()
    )


def _write(folder: Path, address: str, title: str, body: str, about: str = "") -> None:
    depth = address.count("/")
    trail = [(TITLE, "../" * depth + "index.html")] if address != "index.html" else []
    if address.startswith("tables/") and not address.endswith("index.html"):
        trail.append(("Published tables", "index.html"))
    style = resources.files("orchestration.documentation").joinpath("site.css").read_text("utf-8")
    page = document(title, body, synthetic=False, about=about, style=style, trail=trail)
    target = folder / address
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, "utf-8")
