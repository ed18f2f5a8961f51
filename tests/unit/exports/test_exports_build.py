"""All exports together: two trees, one pointer, the same bytes for the same build."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from exports.build import write_exports
from exports.published import Published


def contents(files: list[Path]) -> dict[str, bytes]:
    """File contents by name below the build."""
    return {"/".join(path.parts[-3:]): path.read_bytes() for path in files}


def test_exports_are_complete_and_reproducible(published: Published, tmp_path: Path) -> None:
    first = write_exports(published, tmp_path / "one")
    second = write_exports(published, tmp_path / "two")
    assert contents(first) == contents(second)
    names = {path.relative_to(tmp_path / "one" / published.build_id).as_posix() for path in first}
    assert {"restricted/kpi/all.xlsx", "restricted/kpi/heal.csv", "restricted/kpi/finance.parquet"} <= names
    assert {"release/annual/2026.html", "release/annual/2026.xlsx", "release/annual/2026/progress.csv"} <= names
    assert {"release/claims.html", "release/claims.csv", "release/iati/activities.xml"} <= names
    page = "release/pages/leadership/trust-gap"
    assert {f"{page}.html", f"{page}/countries.csv", f"{page}/told.csv", f"{page}/not_told.csv"} <= names
    assert "release/trust-gap.html" not in names
    assert (tmp_path / "one" / "current").read_text("utf-8") == f"{published.build_id}\n"


def test_writing_again_leaves_the_folder_and_repairs_it(published: Published, tmp_path: Path) -> None:
    files = write_exports(published, tmp_path)
    folder = tmp_path / published.build_id
    identity = folder.stat().st_ino
    assert write_exports(published, tmp_path) == files
    assert folder.stat().st_ino == identity
    before = contents(files)
    files[0].write_bytes(b"damaged")
    assert contents(write_exports(published, tmp_path)) == before
    assert not list(tmp_path.glob(".tmp-*"))


def test_a_failure_leaves_the_former_state(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_exports(published, tmp_path)
    before = contents(sorted((tmp_path / published.build_id).rglob("*.*")))

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("exports.build.write_extract", fail)
    with pytest.raises(OSError, match="disk full"):
        write_exports(published, tmp_path)
    assert contents(sorted((tmp_path / published.build_id).rglob("*.*"))) == before
    assert not list(tmp_path.glob(".tmp-*"))


def test_exports_may_lie_on_an_object_store(published: Published, tmp_path: Path) -> None:
    here = write_exports(published, tmp_path)
    memory = fsspec.filesystem("memory")
    try:
        there = write_exports(published, "memory://exports-test")
        assert [path.relative_to(f"/exports-test/{published.build_id}") for path in there] == [
            path.relative_to(tmp_path / published.build_id) for path in here
        ]
        for path, other in zip(here, there, strict=True):
            assert memory.cat_file(str(other)) == path.read_bytes()
    finally:
        memory.rm("/exports-test", recursive=True)
