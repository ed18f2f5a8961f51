"""All exports of a published build, written as one folder and made current in one step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from exports import store
from exports.claims_html import write_claims
from exports.explain.bundle import Inside, write_explained
from exports.extract import write_extract
from exports.kpi import write_kpi
from exports.published import MANIFEST, RELEASE, RESTRICTED, Published
from exports.releases.code import code_hash
from exports.restatement import Restatement
from exports.restatement.files import write_restatement
from exports.restatement.released import revisions
from exports.site.build import write_pages
from exports.site.index import write_index
from exports.standards.iati import write_iati

#: What :func:`write_exports` writes, in this order, with its share of the time in hundredths (docs/benchmarks.md).
PARTS = {"workbooks": 17, "annual extract": 8, "other files": 1, "pages": 36, "evidence": 36, "list of files": 2}


def write_exports(
    published: Published,
    out_root: str | Path,
    released: Collection[str] = (),
    restatement: Restatement | None = None,
    inside: Inside | None = None,
    told: Callable[[str], None] = lambda part: None,
) -> list[Path]:
    """Write ``<out_root>/<build_id>/{restricted,release}/…`` and point ``<out_root>/current`` at it.

    The same build gives the same bytes; where they are already there, the folder stays untouched. A
    crash leaves the former state whole. ``manifest.json`` beside the two trees names every file's hash.

    Args:
        published: The build to read.
        out_root: The ``exports`` folder, as a path or any fsspec URL.
        released: Builds that are released: what was exported of them is never written anew.
        restatement: What changed since the release before; nothing of it is written where there was none.
        inside: The log and the originals behind the build; without them no evidence is written.
        told: Called with the name of each part as it begins, of :data:`PARTS`.

    Returns:
        The files of the build, sorted.
    """
    fs, root = store.locate(out_root)
    target = f"{root}/{published.build_id}"
    if published.build_id in released and fs.exists(f"{target}/{MANIFEST}"):
        store.point(fs, root, published.build_id)
        return _files(fs, target)
    with store.staging(root if store.is_local(fs) else None) as scratch:
        folder = scratch / "build"
        told("workbooks")
        write_kpi(published, folder / RESTRICTED / "kpi")
        told("annual extract")
        write_extract(published, folder / RELEASE / "annual", revisions(restatement) if restatement else None)
        told("other files")
        write_claims(published, folder / RELEASE)
        write_iati(published, folder / RELEASE)
        if restatement is not None:
            write_restatement(restatement, folder)
        told("pages")
        write_pages(published, folder)
        told("evidence")
        if inside is not None:
            write_explained(published, folder / RESTRICTED, inside)
        told("list of files")
        for tree in (RELEASE, RESTRICTED):
            # After all others, as it lists what they wrote.
            write_index(published, folder, tree)
        _write_manifest(published.build_id, folder)
        store.install(fs, folder, target)
    store.point(fs, root, published.build_id)
    return _files(fs, target)


def _write_manifest(build_id: str, folder: Path) -> None:
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in store.files_below(folder)}
    manifest = {"build_id": build_id, "code_hash": code_hash(), "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _files(fs: Any, target: str) -> list[Path]:
    return [Path(path) for path in sorted(fs.find(target)) if path != f"{target}/{MANIFEST}"]
