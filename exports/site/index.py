"""The page that lists everything a build holds for its readers: pages, extracts, files."""

from __future__ import annotations

import re
from pathlib import Path

from exports import wording
from exports.published import RELEASE, Published
from exports.safe import html_text
from exports.site import html

_TITLE = re.compile(r"<title>(.*?)(?: \(synthetic sample\))?</title>")
#: Kinds of file that come with a page or an extract, in the order they are offered.
_KINDS = {
    "html": "page",
    "pdf": "PDF",
    "xlsx": "workbook",
    "xml": "XML",
    "json": "JSON",
    "csv": "CSV",
    "parquet": "Parquet",
}
_SECTIONS = {
    "annual": ("Annual progress extract", "Each year as a page, a document, a workbook and tidy tables."),
    "iati": ("Open standards", "The initiative as an activity file of the International Aid Transparency Initiative."),
    "kpi": ("Indicator workbooks", "Every indicator by quarter, for each program and for all of them."),
    "evidence": ("Evidence", "The cells behind an extract, and a script that recomputes every figure from them."),
    "": ("Also", "Other pages and files of this build."),
}


def write_index(published: Published, folder: Path, tree: str) -> Path:
    """Write ``<tree>/pages/index.html`` over what lies in the tree.

    Args:
        published: The build.
        folder: The build's exports.
        tree: ``release`` or ``restricted``.
    """
    from exports.site.build import BUILD, READERS

    root = folder / tree
    released = published.release()
    synthetic = bool(released.has(BUILD) and released.frame(BUILD)["is_synthetic"].fillna(False).any())
    parts = []
    for name, readers in READERS.items():
        pages = sorted((root / "pages" / name).rglob("*.html")) if readers.tree == tree else []
        if pages:
            lines = "".join(_page(path, root / "pages") for path in sorted(pages, key=_order))
            parts.append(f"<h2>{html_text(readers.title)}</h2>\n<p>{html_text(readers.about)}</p>\n<ul>\n{lines}</ul>")
    others: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).parts
        # Figures explained are thousands of pages; a list of them would help nobody.
        if path.is_file() and place[0] not in ("pages", "figures") and path.suffix.removeprefix(".") in _KINDS:
            others.setdefault(place[0] if place[0] in _SECTIONS and len(place) > 1 else "", []).append(path)
    for name, (title, about) in _SECTIONS.items():
        if name in others:
            lines = _files(others[name], root)
            parts.append(f"<h2>{html_text(title)}</h2>\n<p>{html_text(about)}</p>\n<ul>\n{lines}</ul>")
    target = root / "pages" / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    what = "may be passed on" if tree == RELEASE else "is for signed-in program leads only"
    about = f"All pages and files of this build, as of {wording.day_text(published.as_of)}. What lies here {what}."
    target.write_text(
        html.document(
            "Pages and files", "\n".join(parts), synthetic=synthetic, about=about, build_id=published.build_id
        ),
        "utf-8",
    )
    return target


def _order(path: Path) -> tuple[bool, str]:
    return path.name != "index.html", path.as_posix()


def _page(path: Path, below: Path) -> str:
    address = path.relative_to(below).as_posix()
    return f'<li><a href="{html_text(address)}">{_title(path)}</a></li>\n'


def _title(path: Path) -> str:
    """A page's own title, which stands in it escaped."""
    with path.open(encoding="utf-8") as file:
        found = _TITLE.search(file.read(4_000))
    return found[1] if found else html_text(path.name)


def _files(paths: list[Path], root: Path) -> str:
    """Files that differ only in their kind stand in one line; those of a folder beside them are counted."""
    lines: dict[str, list[Path]] = {}
    for path in paths:
        place = path.relative_to(root)
        deep = len(place.parts) > 2 or (len(place.parts) > 1 and place.parts[0] not in _SECTIONS)
        stem = place.parent if deep else place.with_suffix("")
        lines.setdefault(stem.as_posix(), []).append(path)
    said = []
    # Of years the newest first.
    for stem, found in sorted(lines.items(), reverse=all(stem[-4:].isdigit() for stem in lines)):
        page = next(
            (path for path in found if path.suffix == ".html" and path.with_suffix("").name == Path(stem).name), None
        )
        name = _title(page) if page else html_text(stem.removeprefix("annual/"))
        links = []
        for path in sorted(found, key=lambda one: (list(_KINDS).index(one.suffix[1:]), one.name)):
            kind = _KINDS[path.suffix[1:]]
            inside = path.relative_to(root).with_suffix("").as_posix() != stem
            words = html_text(f"{path.stem} ({kind})" if inside else kind)
            links.append(f'<a href="../{html_text(path.relative_to(root).as_posix())}">{words}</a>')
        few, more = links[:12], links[12:]
        rest = f"<details><summary>{len(more)} more</summary>{' · '.join(more)}</details>" if more else ""
        said.append(f"<li>{name}: {' · '.join(few)}{rest}</li>\n")
    return "".join(said)
