"""The page engine: what a page may say, what it is told when it cannot, and that data never becomes markup."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exports.published import Published
from exports.site.build import PARTNER_TABLES, Site, page_files
from exports.site.problem import PageProblem
from exports.site.source import Component, Each, If, Text, Value, read_page
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import INDICATORS
from tests.unit.exports.invented.money import goal_rows
from tests.unit.exports.invented.values import SPLIT_NOTES, obligation_rows, released_breakdown_rows

HEAD = "---\ntitle: A page\n---\n"


class Tree(HTMLParser):
    """Tags with attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


@pytest.fixture
def write(published: Published, tmp_path: Path):
    """Writes pages and gives what becomes of one."""

    def make(text: str, file: str = "leadership/page.md", build: Published = published) -> dict[str, bytes]:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if text.startswith("---") else HEAD + text, "utf-8")
        return dict(Site(build, tmp_path).files(file))

    return make


@pytest.fixture
def body(write):
    """The page of a text, from its main part on."""

    def make(text: str, **how) -> str:
        return (
            next(data for name, data in write(text, **how).items() if name.endswith(".html"))
            .decode()
            .split("<main>")[1]
        )

    return make


def problem(write, text: str, **how) -> str:
    with pytest.raises(PageProblem) as found:
        write(text, **how)
    return str(found.value)


GOAL = "```sql goal\nselect goal_name, paid_eur, goal_eur, progress_status from pub_leadership__goal\n```\n"


def test_a_page_is_read_as_written():
    page = read_page(
        "leads/x.md",
        HEAD + "Text {a.b}\n\n```sql first\nselect 1\n```\n{#each first as row}\n- {row.x}\n{/each}\n"
        '{#if first.length}yes{:else}no{/if} <Value data={first} column=x fmt="eur"/> `{code}` \\{brace\\}',
    )
    assert page.meta["title"] == "A page"
    assert page.queries["first"].sql == "select 1"
    assert page.queries["first"].line == 7
    kinds = [node for node in page.nodes if not isinstance(node, Text)]
    assert [type(node) for node in kinds] == [Value, Each, If, Component]
    assert kinds[1].alias == "row"
    assert {name: (one.text, one.is_expression) for name, one in kinds[3].attributes.items()} == {
        "data": ("first", True),
        "column": ("x", False),
        "fmt": ("eur", False),
    }
    assert "`{code}`" in [node.text for node in page.nodes if isinstance(node, Text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no front matter", "p.md, line 1: A page begins with front matter"),
        ("---\nabout: x\n---\n", "p.md, line 1: The front matter has no title."),
        (HEAD + "```sql a\nselect 1", "p.md, line 4: The fence that opens here has no end."),
        (HEAD + "```sql\nselect 1\n```", "p.md, line 4: A query needs a name"),
        (HEAD + "```sql a\n1\n```\n```sql a\n2\n```", "p.md, line 7: There are two queries “a”."),
        (HEAD + "\n{#each rows as row}\n", "p.md, line 5: {#each} has no end. Write {/each} below it."),
        (HEAD + "{/if}", "p.md, line 4: “/if” ends here without a beginning."),
        (
            HEAD + "<Details title=x>\n{/each}",
            "“/each” ends here without a beginning; <Details> of line 4 is still open.",
        ),
        (HEAD + "<Value data=>", "p.md, line 4: A component cannot be read here."),
        (HEAD + "{#for x}", "p.md, line 4: “{#for x}” is not known."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, said):
    with pytest.raises(PageProblem, match=re.escape(said)):
        read_page("p.md", text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<Blink/>", "line 4: There is no component <Blink>. There are: Alert, "),
        ('<DataTable data={nothing} title="x"/>', "line 4: There is no query “nothing”. The queries here: none."),
        (GOAL + "<DataTable data={goal}/>", 'line 7: <DataTable> needs title="…".'),
        (
            GOAL + "<Value data={goal} column=paid/>",
            "line 7: <Value> asks for the column “paid”, which the query “goal”",
        ),
        (GOAL + "<Value data={goal} fmt=gold/>", "line 7: There is no fmt “gold”."),
        (
            GOAL + "<Value data={goal} colour=red/>",
            "line 7: <Value> knows no colour. It knows: data, column, row, fmt.",
        ),
        (GOAL + "{goal[0].x}", "line 7: The query “goal” has no column “x”. It has: goal_name, paid_eur"),
        (GOAL + "{goal.paid_eur}", "line 7: “{goal.paid_eur}” names no value."),
        ("{params.program}", "line 4: The page has no parameter “program”."),
        ("\n```sql a\nselect 1\nfrom nowhere\n```\n<Value data={a}/>", "line 7: The query “a”: Catalog Error"),
        (
            "```sql a\nselect nothing from pub_leadership__goal\n```\n<Value data={a}/>",
            'line 5: The query “a”: Binder Error: Referenced column "nothing"',
        ),
        ("```sql a\nselect * from ${b}\n```\n```sql b\nselect * from ${a}\n```\n<Value data={a}/>", "asks for itself"),
        ("```sql a\nselect 1; drop table x\n```\n<Value data={a}/>", "line 5: The query “a” must be one select."),
        ("```sql a\ncopy (select 1) to 'x.csv'\n```\n<Value data={a}/>", "line 5: The query “a” must be one select."),
        ("```sql a\nselect now() as x\n```\n<Value data={a}/>", "line 5: “now” differs from run to run."),
        ('<Sentences about="weather"/>', "line 4: There are no sentences about “weather”. There are: money, "),
        ("# Loud", "the title is the only heading of the first level"),
        ("[out](https://elsewhere.example)", "“https://elsewhere.example” is no address of a page or file of ours."),
    ],
)
def test_what_cannot_be_made_is_said_with_file_and_line(write, text, said):
    found = problem(write, text)
    assert found.startswith("leadership/page.md, line ")
    assert said in found


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/*')",
        "select * from read_parquet('https://elsewhere.example/x.parquet')",
        "select * from duckdb_settings() where set_config = 1",
    ],
)
def test_queries_reach_no_files(write, sql):
    assert "The query “a”: " in problem(write, f"```sql a\n{sql}\n```\n<Value data={{a}}/>")


def test_settings_stay_locked(write):
    assert "must be one select" in problem(write, "```sql a\nset enable_external_access = true\n```\n<Value data={a}/>")


@pytest.mark.parametrize("folder", ["leadership", "methods"])
def test_released_pages_know_no_restricted_table(write, folder):
    text = "```sql a\nselect count(*) as n from pub_leads__kpi\n```\n<Value data={a} column=n/>"
    said = problem(write, text, file=f"{folder}/page.md")
    assert "line 5: There is no table “pub_leads__kpi” for the readers of this page." in said
    assert write(text, file="leads/page.md")


def test_a_hostile_name_is_only_ever_text(tmp_path, write, body):
    hostile = (
        "<img src=x onerror=alert(1)> [click](javascript:alert(1)) ![](http://evil.example/x.png) **bold** "
        "zQvx0xvQz </title><script>alert(1)</script> | a | b | \n# Heading\n`code` {params.program} \u202egnp.exe"
    )
    goal = [row | {"goal_name": hostile} for row in goal_rows()]
    build = fixtures.publish(tmp_path / "hostile", {"pub_leadership__goal": goal})
    text = (
        '---\ntitle: "{goal[0].goal_name}"\nabout: "{goal[0].goal_name}"\n---\n'
        + GOAL
        + "## Heading {goal[0].goal_name}\n\nText {goal[0].goal_name}, **{goal[0].goal_name}**\n\n"
        "{#each goal as row}\n- {row.goal_name}\n{/each}\n\n| a |\n|---|\n| {goal[0].goal_name} |\n\n"
        '<DataTable data={goal} title="{goal[0].goal_name}" groupBy=goal_name/>\n'
        "<BarChart data={goal} x=goal_name y=paid_eur title='{goal[0].goal_name}' swapXY/>\n"
        '<Details title="{goal[0].goal_name}">\n{goal[0].goal_name}\n</Details>\n'
        "<Filter data={goal} column=goal_name title='{goal[0].goal_name}'/>\n"
        '<Grid title="x"><BigValue data={goal} value=goal_name title="{goal[0].goal_name}"/></Grid>'
    )
    page = next(data for name, data in write(text, build=build).items() if name.endswith(".html")).decode()
    tree = Tree(page)
    assert not {"script", "img", "strong-b", "iframe", "object", "form"} & {tag for tag, _ in tree.tags}
    assert not [attrs for _, attrs in tree.tags if any(name.startswith("on") for name in attrs)]
    assert all(
        re.fullmatch(r"(\.\./)*(index\.html|page/goal\.(csv|parquet))", attrs["href"] or "")
        for _, attrs in tree.tags
        if "href" in attrs
    )
    assert tree.text.count("<img src=x onerror=alert(1)> [click](javascript:alert(1))") >= 10
    assert "\u202e" not in page
    assert "zQvx0xvQz" in tree.text


def test_a_value_leads_nowhere_it_should_not(write):
    text = "```sql a\nselect 'javascript:alert(1)' as x, 'heal' as y\n```\n[go]({a[0].%s}.html)"
    assert "is no address of a page" in problem(write, text % "x")
    assert '<a href="heal.html">go</a>' in write(text % "y")["release/pages/leadership/page.html"].decode()


def test_queries_build_on_one_another_and_their_data_lies_beside_the_page(write):
    text = (
        "```sql one\nselect indicator_code, unit from pub_meta__definitions order by indicator_code\n```\n"
        "```sql two\nselect unit, count(*) as n from ${one} group by unit order by unit\n```\n"
        '<DataTable data={two} title="Units"/>'
    )
    files = write(text)
    folder = "release/pages/leadership/page"
    assert sorted(files) == [f"{folder}.html", f"{folder}/two.csv", f"{folder}/two.parquet"]
    table = pq.read_table(io.BytesIO(files[f"{folder}/two.parquet"]))
    assert table.column_names == ["unit", "n", "notice"]
    assert sum(table["n"].to_pylist()) == len(INDICATORS)
    assert set(table["notice"].to_pylist()) == {"Synthetic sample – invented figures"}
    assert files[f"{folder}/two.csv"].decode("utf-8-sig").split("\r\n")[0] == "unit,n,notice"
    page = files[f"{folder}.html"].decode()
    assert 'href="page/two.csv"' in page
    assert "<caption>Units</caption>" in page


def test_each_if_and_values(body):
    text = (
        "```sql a\nselect * from (values (1, 'first', 2500000.0), (2, null, null)) as t (n, name, eur) order by n\n```\n"
        "```sql none\nselect 1 as x where false\n```\n"
        "{#each a as row}\n- {row.n}: {#if row.name}{row.name}{:else}nameless{/if}\n{/each}\n\n"
        "<Value data={a} column=eur fmt=eur/>, {#if none.length}some{:else}none{/if}, {#if a.length > 1}several{/if}"
    )
    said = Tree(body(text)).text
    assert "1: first 2: nameless €2.5m, none, several" in said


def test_one_page_per_row_sees_only_its_own(write):
    text = (
        "---\ntitle: Program {params.program}\neach: select distinct program_code as program from pub_leads__kpi"
        " where program_code in ('heal', 'cheer') order by 1\n---\n"
        "```sql rows\nselect program_code, indicator_code from pub_leads__kpi\n```\n"
        '<DataTable data={rows} title="Rows"/>'
    )
    files = write(text, file="leads/[program].md")
    pages = [name for name in files if name.endswith(".html")]
    assert pages == ["restricted/pages/leads/cheer.html", "restricted/pages/leads/heal.html"]
    for program, other in (("cheer", "heal"), ("heal", "cheer")):
        mine = b"".join(data for name, data in files.items() if f"leads/{program}" in name and "parquet" not in name)
        assert f"{program}_".encode() in mine
        assert f"{other}_".encode() not in mine


def test_the_same_tables_give_the_same_bytes(write):
    text = GOAL + (
        '<LineChart data={k} x=period y=value series=indicator_code title="Lines"/>\n'
        '<Tabs label="Order"><Tab label="a">x</Tab><Tab label="b">y</Tab></Tabs>\n'
        "```sql k\nselect period, value, indicator_code from pub_leads__kpi where indicator_code in "
        "('cheer_roundtables', 'heal_interventions_active') and span = 'quarter' order by indicator_code, period\n```\n"
    )
    first, second = (write(text, file="leads/page.md") for _ in range(2))
    assert first == second
    page = first["restricted/pages/leads/page.html"].decode()
    ids = [attrs["id"] for _, attrs in Tree(page).tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert page.count("<svg") == 2


@pytest.mark.parametrize(("rows", "listed"), [(2_000, 2_000), (2_001, 2_000)])
def test_a_table_too_long_to_read_ends_on_the_page_and_goes_on_beside_it(write, rows, listed):
    text = f'```sql many\nselect range as number from range({rows})\n```\n<DataTable data={{many}} title="Many"/>'
    files = write(text)
    page = Tree(files["release/pages/leadership/page.html"].decode())
    assert sum(tag == "tr" for tag, _ in page.tags) == 1 + listed
    assert ("The first 2,000 of 2,001 rows; the data below holds them all." in page.text) is (rows > listed)
    assert files["release/pages/leadership/page/many.csv"].count(b"\r\n") == 1 + rows


def test_a_chart_is_told_in_words_and_fetches_nothing(body):
    text = GOAL + '<BarChart data={goal} x=goal_name y={[paid_eur, goal_eur]} yFmt=eur title="Money"/>'
    page = body(text)
    tree = Tree(page)
    pictures = [attrs for tag, attrs in tree.tags if tag == "svg"]
    assert [attrs["role"] for attrs in pictures] == ["img", "img"]
    ids = {attrs.get("id") for _, attrs in tree.tags}
    assert all(set((attrs["aria-labelledby"] or "").split()) <= ids for attrs in pictures)
    assert "var(--main)" in page
    assert not re.search(r'fill="#|stroke="#|style=|<image|url\(', page)
    assert "<caption>Money</caption>" in page


def test_a_partners_page_holds_nothing_of_another(published):
    files = dict(Site(published).files("partners/[partner].md"))
    partners = {row["partner_code"]: row["partner_name"] for row in obligation_rows()}
    assert {name for name in files if name.endswith(".html")} == {
        f"restricted/pages/partners/{code}.html" for code in partners
    }
    for code, name in partners.items():
        mine = [
            pq.read_table(io.BytesIO(data)).to_pandas().to_csv() if path.endswith("parquet") else data.decode()
            for path, data in files.items()
            if re.search(rf"/{code}[./]", path)
        ]
        text = "\n".join(mine)
        assert name in text
        for other, other_name in partners.items():
            assert other == code or (other not in text and other_name not in text)


@pytest.mark.parametrize("table", ["pub_leads__kpi", "pub_leads__double_counts", "pub_leads__investment"])
def test_for_a_partner_most_restricted_tables_are_not_there(write, table):
    text = (
        "---\ntitle: x\neach: select distinct partner_code as partner from pub_leads__obligations\n---\n"
        f"```sql a\nselect 1 as n from {table}\n```\n<Value data={{a}}/>"
    )
    said = problem(write, text, file="partners/[partner].md")
    assert f"There is no table “{table}” for the readers of this page." in said


def test_every_table_partners_see_names_whose_rows_they_are(published):
    for table in PARTNER_TABLES:
        columns = published.arrow(table).column_names
        assert "partner_code" in columns or {"dimension", "member_code"} <= set(columns)
        assert not [name for name in columns if name.startswith("other_partner")]


def test_leadership_reads_who_was_reached_as_far_as_it_may_be_shown(published):
    files = dict(Site(published).files("leadership/index.md"))
    text = Tree(files["release/pages/leadership/index.html"].decode()).text
    assert "Of 5 figures 2 are hidden so that nobody can be recognised." in text
    assert "United States 50%; Kenya 30%" in text
    assert "United States 40 people 50%" in text
    for reason in ("primary", "complementary"):
        assert SPLIT_NOTES[reason] in text
    hidden = [row["member_name"] for row in released_breakdown_rows() if row["is_suppressed"]]
    assert len(hidden) == 2
    assert all(re.search(f"{name} {SPLIT_NOTES['primary'][:6]}", text) for name in hidden)


@pytest.mark.parametrize("file", page_files())
def test_every_page_is_sound(published, file):
    """One heading of the first level, tables named and headed, ids once, nothing fetched, only near links."""
    for name, data in Site(published).files(file):
        if not name.endswith(".html"):
            continue
        tree = Tree(data.decode())
        tags = [tag for tag, _ in tree.tags]
        assert tags.count("h1") == 1
        assert tags.count("table") == tags.count("caption")
        assert all(attrs.get("scope") for tag, attrs in tree.tags if tag == "th")
        ids = [attrs["id"] for _, attrs in tree.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), name
        assert not {"script", "img", "link", "iframe", "form"} & set(tags)
        links = [attrs["href"] or "" for tag, attrs in tree.tags if tag == "a"]
        assert not [link for link in links if re.match(r"[a-z]+:|//|/", link)]
        assert "Synthetic sample – invented figures" in tree.text
        assert " None" not in tree.text
        assert "nan" not in tree.text.split()
