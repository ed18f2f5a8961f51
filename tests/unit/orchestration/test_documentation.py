"""The documentation's site: every link leads somewhere, nothing is fetched, tables and their origins are told."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from orchestration.documentation.markdown import Addresses, render
from orchestration.documentation.picture import Node, ancestors, drawn
from orchestration.documentation.site import SiteError, write_site
from sources.contract.load import ROOT

HOSTILE = "<script>evil()</script>"


def model(name: str, layer: str, *parents: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "resource_type": "model", "fqn": ["impact", layer, name], "description": f"One row per {HOSTILE}.",
        "depends_on": {"nodes": list(parents)}, "columns": {}, "config": {"meta": {}}, **more,
    }  # fmt: skip


MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.x.stg_heal__reach": model("stg_heal__reach", "staging", "source.x.raw.heal__reach"),
        "model.x.fct_kpi": model("fct_kpi", "marts", "model.x.stg_heal__reach", "seed.x.ref_countries"),
        "model.x.pub_leads__kpi": model(
            "pub_leads__kpi", "published", "model.x.fct_kpi",
            config={"meta": {"audience": "restricted", "grain": ["indicator_code", "period"]}},
            columns={"value": {"name": "value", "data_type": "decimal(24, 2)", "description": HOSTILE}},
        ),
        "seed.x.ref_countries": {"name": "ref_countries", "resource_type": "seed", "fqn": ["impact", "ref"], "depends_on": {}},
        "test.x.sound": {
            "name": "pub_leads__kpi__sound", "resource_type": "test", "attached_node": "model.x.pub_leads__kpi",
            "test_metadata": {"name": "sound", "kwargs": {"grain": ["a", "b"], "conditions": ["value >= 0", "a < b"]}},
        },
    },
    "sources": {"source.x.raw.heal__reach": {"name": "heal__reach", "source_name": "raw"}},
    "unit_tests": {"u": {"name": "five_are_five", "depends_on": {"nodes": ["model.x.pub_leads__kpi"]}, "description": ""}},
}  # fmt: skip


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(str(value))
            elif name == "href" and tag == "a":
                self.links.append(str(value))
            elif name in ("src", "href", "srcset", "data", "poster"):
                self.fetched.append(str(value))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    dbt = folder / "static.html"
    dbt.write_text("<!doctype html><html><head><title>dbt</title></head><body></body></html>")
    first = write_site(ROOT, MANIFEST, dbt, folder / "site")
    assert write_site(ROOT, MANIFEST, dbt, folder / "site") == first, "written anew over the former one"
    return first.parent


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Links]:
    found = {}
    for path in site.rglob("*.html"):
        found[path.relative_to(site).as_posix()] = links = Links()
        links.feed(path.read_text("utf-8"))
    return found


def test_no_link_dangles(pages: dict[str, Links]) -> None:
    dangling = []
    for address, page in pages.items():
        for link in page.links:
            if link.startswith(("http://", "https://", "mailto:")):
                continue
            path, _, anchor = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(address), path)) if path else address
            if target not in pages or (anchor and anchor not in pages[target].ids):
                dangling.append(f"{address}: {link}")
    assert dangling == []


def test_every_page_of_the_documentation_is_there_and_reached(pages: dict[str, Links]) -> None:
    sources = [path for path in (ROOT / "docs").rglob("*.md") if "images" not in path.parts]
    assert len(sources) > 40
    assert len(pages) == len(sources) + 3 + 4, "three of the project, first page, list of tables, a table, dbt's"
    reached, todo = {"index.html"}, ["index.html"]
    while todo:
        address = todo.pop()
        for link in pages[address].links:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(address), link.partition("#")[0]))
            if target in pages and target not in reached:
                reached.add(target)
                todo.append(target)
    assert reached == set(pages)


def test_nothing_is_fetched_and_nothing_runs(site: Path, pages: dict[str, Links]) -> None:
    for address, page in pages.items():
        assert all(one.startswith("data:image/") for one in page.fetched), address
        assert not page.tags & {"script", "link", "iframe", "object", "embed"}, address
        text = (site / address).read_text("utf-8")
        assert 'http-equiv="Content-Security-Policy" content="default-src ' in text.replace("&#x27;", "'"), address
        assert not re.search(r"url\(|@import", text.partition("</style>")[0]), address


def test_a_table_tells_grain_columns_checks_and_origin(site: Path) -> None:
    text = (site / "tables" / "pub_leads__kpi.html").read_text("utf-8")
    assert "<code>indicator_code</code>, <code>period</code>" in text
    assert "decimal(24, 2)" in text
    assert (
        "no two rows have the same <code>a</code>, <code>b</code>; <code>value &gt;= 0</code>; <code>a &lt; b</code>"
        in text
    )
    assert "On invented rows: five are five." in text
    assert "Read directly: <code>fct_kpi</code>" in text
    assert HOSTILE not in text
    for name in ("heal__reach", "ref_countries", "stg_heal__reach", "fct_kpi", "pub_leads__kpi"):
        assert f"<title>{name}</title>" in text


def test_the_picture_gathers_what_is_too_much() -> None:
    nodes = {f"s{n}": Node(f"stg_heal__t{n}", "staging", ()) for n in range(20)}
    nodes |= {f"o{n}": Node(f"int_p{n}__t", "intermediate", (f"s{n}",)) for n in range(20)}
    nodes["m"] = Node("fct", "marts", tuple(f"o{n}" for n in range(20)))
    assert len(ancestors(nodes, "m")) == 41
    picture = drawn(nodes, "m")
    assert picture.count("<rect") == 3
    assert "<title>heal (20 tables)</title>" in picture
    assert "<title>20 tables</title>" in picture
    assert picture.count('class="edge"') == 2


def test_a_link_into_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(
        "# A\n\n[b](b.md) [c](../setup.cfg) [d](#none) [e](#a-heading)\n\n## A heading\n"
    )
    (tmp_path / "dbt.html").write_text("<head></head>")
    with pytest.raises(SiteError, match=r"docs/a.md: b.md; docs/a.md: ../setup.cfg; docs/a.md: #none$"):
        write_site(tmp_path, MANIFEST, tmp_path / "dbt.html", tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_file_outside_the_site_is_named_without_a_link(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("x")
    (tmp_path / "a.md").write_text("# A\n\nSee [the rules](rules.yaml).")
    page = render("a.md", Addresses(tmp_path, {"a.md": "a.html"}))
    assert page.body == '<p>See <a title="rules.yaml">the rules</a>.</p>\n'
    assert page.missing == ()
