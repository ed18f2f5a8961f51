"""All exports of a published build, written as one folder and made current in one step."""

from __future__ import annotations

from pathlib import Path

from exports import store
from exports.annual import write_annual
from exports.claims_html import write_claims
from exports.kpi import write_kpi
from exports.published import RELEASE, RESTRICTED, Published
from exports.trust_html import write_trust


def write_exports(published: Published, out_root: str | Path) -> list[Path]:
    """Write ``<out_root>/<build_id>/{restricted,release}/…`` and point ``<out_root>/current`` at it.

    The same build gives the same bytes; where they are already there, the folder stays untouched. A
    crash leaves the former state whole.

    Args:
        published: The build to read.
        out_root: The ``exports`` folder, on a local disk.

    Returns:
        The files of the build, sorted.

    Raises:
        ValueError: ``out_root`` is not on a local disk.
    """
    fs, root = store.locate(out_root)
    if not store.is_local(fs):
        raise ValueError("Exports are written to a local folder; copy them to their store from there.")
    target = Path(root) / published.build_id
    with store.staging(root) as scratch:
        folder = scratch / "build"
        write_kpi(published, folder / RESTRICTED / "kpi")
        write_annual(published, folder / RELEASE / "annual")
        write_claims(published, folder / RELEASE)
        write_trust(published, folder / RELEASE)
        store.install(fs, folder, str(target))
    store.point(fs, root, published.build_id)
    return [target / name for name in store.files_below(target)]
