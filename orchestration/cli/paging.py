"""``impact pages``: write the pages of the current build for a look, and again whenever one is edited."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import UsageProblem, app, house, say

if TYPE_CHECKING:
    from exports.site.build import Site


@app.command()
def pages(
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and write a page anew when its file changes.")] = False,
    out: Annotated[str, typer.Option("--out", help="Folder to write to. Default: preview/ in the data folder.")] = "",
    only: Annotated[str, typer.Option("--only", help="One page, such as leadership/index.md.")] = "",
) -> None:
    """The pages of the current build, written for a look; what was exported stays as it is."""
    from exports.published import Published
    from exports.site.build import PAGES, Site, page_files
    from orchestration.progress import watched

    settings = house().settings
    site = Site(Published.open(settings.published))
    folder = Path(out) if out else settings.data / "preview"
    files = page_files()
    if only and only not in files:
        raise UsageProblem(f"There is no page “{only}”. There are: {', '.join(files)}.")
    chosen, told = [only] if only else files, []
    with watched("Pages") as progress:
        progress.expect(len(chosen))
        for file in chosen:
            told.append(_write(site, file, folder))
            progress.step(file)
    for _, line in told:
        say(line)
    if not watch:
        if not all(written for written, _ in told):
            raise typer.Exit(1)
        return
    say(f"Watching {PAGES}. Stop with Ctrl-C.")
    _watch(site, folder, only)


def _watch(site: Site, folder: Path, only: str) -> None:
    from watchfiles import watch

    for changes in watch(site.pages, debounce=120, step=20, raise_interrupt=False):
        files = sorted({Path(path).relative_to(site.pages).as_posix() for _, path in changes if path.endswith(".md")})
        for file in files:
            if (site.pages / file).is_file() and only in ("", file):
                _, line = _write(site, file, folder)
                say(line)


def _write(site: Site, file: str, folder: Path) -> tuple[bool, str]:
    """Write what becomes of a page; whether it could be made, and what to say. One that cannot leaves the old one."""
    from exports.site.problem import PageProblem

    began = monotonic()
    try:
        found = dict(site.files(file))
    except PageProblem as problem:
        return False, str(problem)
    for name, data in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    first = next(name for name in found if name.endswith(".html"))
    count = sum(name.endswith(".html") for name in found)
    more = f" and {count - 1} more" if count > 1 else ""
    return True, f"{file}: {folder / first}{more} ({monotonic() - began:.2f} s)"
