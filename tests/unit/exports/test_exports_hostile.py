"""ASVS 1.2.10 and 1.2.1: whatever stands in names, titles and comments, no file we write runs or shows it as markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports import shown, table
from exports.build import write_exports
from tests.unit.exports import hostile


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> hostile.Twins:
    return hostile.twins(tmp_path_factory.mktemp("twins"))


def test_every_file_of_a_build_is_inert(twins: hostile.Twins, tmp_path: Path) -> None:
    found, others = (
        {
            path.relative_to(tmp_path / kind / published.build_id).as_posix(): path.read_bytes()
            for path in write_exports(published, tmp_path / kind, restatement=changes)
        }
        for kind, published, changes in (
            ("evil", twins.evil, twins.evil_changes),
            ("plain", twins.plain, twins.plain_changes),
        )
    )
    assert set(found) == set(others), "no file is named after a text"
    told = [
        problem for name in sorted(found) for problem in hostile.problems(name, found[name], others[name], twins.texts)
    ]
    assert told == []
    assert "restricted/restatement.csv" in found
    leaked = {
        name: held
        for name, data in found.items()
        if name.startswith("release/") and (held := hostile.numbers_in(name, data) & twins.restricted)
    }
    assert leaked == {}, "what only restricted tables say stands in no released file"
    assert any(hostile.numbers_in(name, data) & twins.restricted for name, data in found.items()), "it is somewhere"
    assert {Path(name).suffix for name, data in found.items() if hostile.MARK.encode() in data} >= {
        ".csv", ".html", ".xml", ".parquet",
    }  # fmt: skip


@pytest.mark.parametrize("ending", sorted(shown.MEDIA_TYPES))
def test_every_download_of_what_is_shown_is_inert(twins: hostile.Twins, ending: str) -> None:
    title = hostile.hostile(0)
    data, other = (
        shown.shown_file(published, table.kpi_frame(published), ending, said)
        for published, said in ((twins.evil, title), (twins.plain, hostile.harmless(0)))
    )
    assert hostile.problems(f"shown.{ending}", data, other, twins.texts | {title}) == []


def test_the_readers_find_what_they_look_for() -> None:
    texts = frozenset({hostile.hostile(0)})
    bad = {
        "a.csv": (b"\xef\xbb\xbfname\r\n=evil()\r\n", b"name\r\nx\r\n"),
        "b.csv": (b'name\r\n"a;=evil()"\r\n', b"name\r\nx\r\n"),
        "c.csv": (b"name,n\r\nx,'-5\r\n", b"name,n\r\nx,-5\r\n"),
        "d.html": (b"<p onclick='x'>a</p>", b"<p>a</p>"),
        "e.html": (b"<p>&lt;evil</p><a href='javascript:x'>b</a>", b"<a href='#'>b</a>"),
        "f.html": (b"<script>evil(1)</script>", b"<script>1</script>"),
        "g.xml": (b"<a><b/></a>", b"<a/>"),
        "h.md": (b"[x](javascript:evil)", b"x"),
        "i.exe": (b"", b""),
    }
    for name, (data, twin) in bad.items():
        assert hostile.problems(name, data, twin, texts), name
