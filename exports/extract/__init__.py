"""The annual progress extract: ``release/annual/<year>.{pdf,xlsx,html}`` and the data in ``release/annual/<year>/``.

Made from the release tables alone, so nothing restricted can slip in; small counts of people are hidden in every file
alike. Page and PDF are written from the same blocks, the data files from the same rows.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from exports.extract import package, tidy
from exports.extract.content import document
from exports.extract.facts import Revisions, extract_years, gather
from exports.extract.html import extract_html
from exports.extract.pdf import extract_pdf
from exports.extract.workbook import extract_workbook
from exports.published import Published


def write_extract(published: Published, folder: Path, revisions: Revisions | None = None) -> list[Path]:
    """Write the extract of every year there are figures for.

    Without the extra ``publish`` there is no PDF, and the page does not offer one.

    Args:
        published: The build to read; only its release tables are.
        folder: Folder the files go to (``…/release/annual``).
        revisions: What changed since the release before, where there was one.

    Returns:
        The files written.
    """
    released = published.release()
    written = []
    for year in extract_years(released):
        for name, data in extract_files(released, year, revisions).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    return written


def extract_files(published: Published, year: int, revisions: Revisions | None = None) -> dict[str, bytes]:
    """All files of one year's extract, by their path beside the other years'.

    Raises:
        ValueError: The build has no figures for the year.
    """
    facts = gather(published, year, revisions)
    text = document(facts)
    files = {f"{year}.pdf": extract_pdf(text)} if find_spec("typst") else {}
    files |= {
        f"{year}.xlsx": extract_workbook(facts),
        f"{year}.html": extract_html(text, beside=(*files, f"{year}.xlsx")).encode(),
    }
    data = package.data_files(facts, tidy.tables(published, facts))
    return files | {f"{year}/{name}": content for name, content in data.items()}
