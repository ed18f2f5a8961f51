"""The trust-gap page: honest words, nothing shown that is withheld, sound HTML, safe data beside it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from exports.extract.content import document
from exports.extract.facts import gather
from exports.extract.html import extract_html
from exports.extract.sentences import TRUST, first_page_parts
from exports.extract.workbook import extract_workbook
from exports.published import Published
from exports.site.build import BUILD, Site
from exports.trust_facts import gather_trust
from exports.trust_sentences import NO_POLLS, NOT_COMPARABLE, first_sentences, goal_note, outlook, status_note
from exports.wording import SYNTHETIC
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import NASTY, SCRIPT
from tests.unit.exports.invented.trust import (
    TOO_FEW,
    TRUST_AREAS,
    UNWEIGHTED,
    restoring_rows,
    trust_change_rows,
    trust_gap_rows,
)
from tests.unit.exports.test_exports_extract import Page

GAPS, CHANGES = "pub_leadership__trust_gaps", "pub_leadership__trust_changes"
ACTIONS = "pub_leadership__restoring_actions"
PAGE = "release/pages/leadership/trust-gap.html"
DATA = PAGE.removesuffix(".html")


def made(published: Published) -> dict[str, bytes]:
    """The page and the data beside it."""
    return dict(Site(published).files("leadership/trust-gap.md"))


def as_text(files: dict[str, bytes]) -> str:
    """Everything in the files as one text: Parquet as its rows, drawings without the places of their shapes."""
    found = "\n".join(
        str(pq.read_table(io.BytesIO(data)).to_pylist()) if name.endswith(".parquet") else data.decode()
        for name, data in files.items()
    )
    return re.sub(r' (?:d|transform|x\d?|y\d?|width|height|viewBox)="[^"]*"', "", found)


def lines(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    """A query's CSV."""
    return list(csv.DictReader(io.StringIO(files[f"{DATA}/{name}.csv"].decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def files(published: Published) -> dict[str, bytes]:
    """The page of the fixture build and its data."""
    return made(published)


@pytest.fixture(scope="module")
def page(files: dict[str, bytes]) -> Page:
    """The page of the fixture build."""
    return Page(files[PAGE].decode())


def said(page: Page) -> str:
    return " ".join(" ".join(page.texts).split())


def test_html_is_well_formed_and_self_contained(page: Page, files: dict[str, bytes]) -> None:
    tags = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img"} & set(tags)
    assert not [attrs for _, attrs in page.tags if {"src", "onclick"} & set(attrs)]
    beside = {name.removeprefix("release/pages/leadership/") for name in files} - {"trust-gap.html"}
    links = {attrs["href"] for _, attrs in page.tags if "href" in attrs}
    assert links == beside | {"index.html", "../index.html"}
    policy = next(attrs for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert re.fullmatch("'sha256-[A-Za-z0-9+/]{43}='", rules.pop("style-src"))
    assert rules == {"default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}
    assert tags.count("h1") == 1
    assert all(attrs.get("scope") in ("col", "row", "rowgroup") for tag, attrs in page.tags if tag == "th")
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(name in ids for _, attrs in page.tags for name in (attrs.get("aria-labelledby") or "").split())


def test_the_page_begins_with_the_sentences(page: Page, published: Published) -> None:
    text = said(page)
    places = [text.index(sentence) for sentence in first_sentences(gather_trust(published))]
    assert places == sorted(places)
    assert places[-1] < text.index("What can be said of each group")


def test_first_sentences(published: Published) -> None:
    assert first_sentences(gather_trust(published)) == [
        "2022 to 2025: at or below the gap that the goal asks for, even allowing for chance: people with two or more "
        "characteristics.",
        "Narrowed by more than chance would explain: minority ethnic people and disabled people.",
        "Widened by more than chance would explain: LGBTQ+ people.",
        "No detectable change for women. That does not mean nothing changed: the smallest change that these polls would "
        "find four times in five is 4.5 points.",
        "The largest of these gaps in 2025: disabled people, 13.6 points (modelled interval 11.1–15.9).",
        "The goal is to help close the trust gap substantially by 2030. No number is published for “substantially”. "
        "Assumed here: 20% of the gap of 2022 is left by then.",
        "This rests on France and United Kingdom, polled in the same way in 2022 and 2025; each counts alike. It is no "
        "average of the world.",
    ]


@pytest.mark.parametrize(
    ("group", "note"),
    [
        (
            "women",
            "Not the same as no change. Smallest change that could have been found (four times in five): 4.5 points.",
        ),
        (
            "minority_ethnic",
            "Narrowed by more than chance would explain, but on the estimate too slowly: by 2025 the assumed goal needed 8.4 points.",
        ),
        (
            "disabled",
            "Narrowed by more than chance would explain, and on the estimate fast enough: by 2025 the assumed goal needed 16.8 points.",
        ),
        ("lgbtq", "Widened by more than chance would explain."),
        ("gender_other", "One of the four shares is not shown, so neither is what rests on it."),
        ("two_or_more", "At or below the 6.0 points of the assumed goal, even allowing for chance."),
    ],
)
def test_each_status_says_what_it_means(published: Published, group: str, note: str) -> None:
    rows = gather_trust(published).changes
    pooled = (row for row in rows if row["area_code"].startswith("comparable_") and row["group_code"] == group)
    assert status_note(next(pooled)) == note


def test_where_it_would_lead_is_an_interval_only(published: Published) -> None:
    changes = {row["group_code"]: row for row in gather_trust(published).changes if row["change_points"] is not None}
    assert outlook(changes["disabled"]) == (
        "Part of the way closed: between 12.5% and 61.0%. If it went on so, the gap in 2030 would lie between 1.6 and "
        "22.6 points (95%)."
    )
    assert outlook(changes["women"]).startswith("Part of the way closed: at most 61.0%.")


def test_the_goal_says_what_it_rests_on_and_the_pace_it_asks_for(published: Published, page: Page) -> None:
    changes = {row["group_code"]: row for row in gather_trust(published).changes if row["change_points"] is not None}
    assert goal_note(changes["women"]) == "assumed; 1.1 less each year"
    # Nothing is asked of a gap that is smaller than the goal asks.
    assert goal_note(changes["two_or_more"]) == "assumed"
    assert goal_note({"target_gap_points": None, "required_per_year_points": None, "target_basis": None}) == ""
    assert "assumed; 1.1 less each year" in said(page)


def test_every_status_is_said_on_the_page(published: Published, page: Page) -> None:
    text = said(page)
    told = [row for row in gather_trust(published).changes if row["change_points"] is not None]
    assert len(told) == 5
    for row in told:
        assert status_note(row) in text
        assert outlook(row) in text


def test_chart_is_told_in_words(page: Page) -> None:
    text = said(page)
    table = text[text.index("The figures of this chart") :]
    assert "Women 2022 8.0 5.5 to 10.3 " in table
    assert "Women 2025 7.2 4.7 to 9.5 " in table
    assert "Minority ethnic people 2022 12.0" in table
    charts = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert charts
    assert {attrs["role"] for attrs in charts} == {"img"}


def test_a_refusal_stands_in_place_of_the_figures(page: Page) -> None:
    cells = [text.strip() for text in page.texts if text.strip()]
    place = cells.index("People of gender Other", cells.index("United Kingdom, 2025 (modelled intervals)"))
    # The reason, then dashes: neither the others' share nor the gap.
    assert cells[place + 1 : place + 4] == [TOO_FEW, "–", "–"]
    text = said(page)
    assert UNWEIGHTED in text
    assert "Polled once: a change needs two waves." in text
    assert "One of the four shares is not shown, so neither is what rests on it." in text


def test_a_trend_that_does_not_exist_is_refused_and_not_drawn(page: Page, files: dict[str, bytes]) -> None:
    assert "Of 1 countries 1 have no change that can be told" in said(page)
    assert {line["area_name"] for line in lines(files, "not_told")} >= {"Canada"}
    assert {line["area_name"] for line in lines(files, "told")} == {TRUST_AREAS["comparable_2022_2025"]}


def test_a_figure_the_table_forgot_to_withhold_is_withheld(tmp_path: Path) -> None:
    rows = trust_gap_rows()
    leaks = [row for row in rows if row["area_code"] == "GB" and row["group_code"] == "gender_other"]
    for row in leaks:
        row |= {"share_pct": 91.35, "share_low_pct": 41.37, "gap_points": 24.17}
    changes = trust_change_rows()
    changes.append(next(row for row in changes if row["change_points"] is not None) | {
        "area_code": "GB", "area_name": "United Kingdom", "group_code": "gender_other", "change_points": -13.83,
        "target_gap_points": 5.63, "refusal_reason": "Refused",
    })  # fmt: skip
    actions = restoring_rows()
    actions[-1] |= {"is_shown": False, "decision_reason": TOO_FEW, "share_pct": 71.19, "action_rank": 77}
    published = fixtures.publish(tmp_path, {GAPS: rows, CHANGES: changes, ACTIONS: actions})
    text = as_text(made(published)) + "".join(map(str, gather_trust(published).changes))
    assert "Refused" in text
    book = openpyxl.load_workbook(io.BytesIO(extract_workbook(gather(published, 2026))))
    text += " ".join(str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)
    for leak in ("91.35", "91.3", "91.4", "41.37", "41.4", "24.17", "24.2", "13.83", "−13.8", "5.63", "71.19", "71.2"):
        assert leak not in text
    assert "77" not in {line["action_rank"] for line in lines(made(published), "actions")}


def test_intervals_of_other_samples_are_called_modelled(page: Page) -> None:
    texts = {text.strip() for text in page.texts}
    assert {"France, 2025 (95% intervals)", "United Kingdom, 2025 (modelled intervals)"} <= texts
    pool = TRUST_AREAS["comparable_2022_2025"]
    assert {f"{pool}, 2022 to 2025 (modelled intervals)"} <= texts
    assert "Line: its modelled interval." in said(page)


def test_actions_are_ranked_by_country(page: Page, files: dict[str, bytes]) -> None:
    text = said(page)
    assert text.index("Being treated fairly") < text.index("Being listened to")
    assert "Being listened to 36.0% 34.5–37.5% 2" in text[text.index("Actions by country") :]
    ranked = [(line["area_name"], line["action_rank"]) for line in lines(files, "by_country")]
    assert ranked == [("France", "1"), ("France", "2"), ("United Kingdom", "1"), ("United Kingdom", "2")]


def test_counts_of_respondents_never_come_out(tmp_path: Path) -> None:
    counts = {"respondent_count": 7731, "success_count": 5117}
    changed = {
        GAPS: [row | counts for row in trust_gap_rows()],
        CHANGES: [row | counts for row in trust_change_rows()],
        ACTIONS: [row | counts for row in restoring_rows()],
    }
    text = as_text(made(fixtures.publish(tmp_path, changed)))
    for leak in ("respondent_count", "success_count", "7731", "5117"):
        assert leak not in text


def test_data_is_inert(tmp_path: Path) -> None:
    gaps = [row | {"area_name": SCRIPT, "group_name": SCRIPT} for row in trust_gap_rows()]
    changes = [
        row | {"group_name": SCRIPT, "refusal_reason": SCRIPT, "area_name": NASTY} for row in trust_change_rows()
    ]
    actions = [row | {"action_name": NASTY, "area_name": SCRIPT} for row in restoring_rows()]
    published = fixtures.publish(tmp_path, {GAPS: gaps, CHANGES: changes, ACTIONS: actions})
    files = made(published)
    text = files[PAGE].decode()
    Page(text)
    for html in (text, extract_html(document(gather(published, 2026)))):
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in html
    for name, column in (("by_country", "action_name"), ("told", "area_name"), ("not_told", "area_name")):
        assert {line[column] for line in lines(files, name)} == {f"'{NASTY}"}


def test_data_marks_what_is_synthetic(files: dict[str, bytes]) -> None:
    names = [name for name in files if name.endswith(".csv")]
    assert len(names) >= 6
    for name in names:
        found = lines(files, name.removeprefix(f"{DATA}/").removesuffix(".csv"))
        assert {line["notice"] for line in found} == {SYNTHETIC}, name


@pytest.mark.parametrize("synthetic", [True, False])
def test_synthetic_banner(tmp_path: Path, synthetic: bool) -> None:
    changed = {
        name: [row | {"is_synthetic": synthetic} for row in rows]
        for name, (_, _, rows) in fixtures.tables().items()
        if name in (GAPS, CHANGES, ACTIONS, BUILD)
    }
    text = made(fixtures.publish(tmp_path, changed))[PAGE].decode()
    assert (f'<p class="banner">{SYNTHETIC}</p>' in text) is synthetic
    assert ("<title>The trust gap (synthetic sample)</title>" in text) is synthetic
    assert (f"<p>{SYNTHETIC}." in text.split("<footer>")[1]) is synthetic


def test_without_polls_the_page_says_so(tmp_path: Path) -> None:
    published = fixtures.publish(tmp_path, {GAPS: [], CHANGES: [], ACTIONS: []})
    page = Page(made(published)[PAGE].decode())
    assert NO_POLLS in page.texts
    assert not [tag for tag, _ in page.tags if tag in ("svg", "table", "details")]
    facts = gather(published, 2026)
    assert TRUST not in dict(first_page_parts(facts))
    assert "trust-gap.html" not in extract_html(document(facts))


def test_where_no_country_compares_no_change_is_told(tmp_path: Path) -> None:
    changes = [row for row in trust_change_rows() if row["area_code"] == "CA"]
    gaps = [row for row in trust_gap_rows() if not row["area_code"].startswith("comparable_")]
    published = fixtures.publish(tmp_path, {GAPS: gaps, CHANGES: changes})
    page = Page(made(published)[PAGE].decode())
    assert NOT_COMPARABLE in page.texts
    assert "svg" not in [tag for tag, _ in page.tags]
    assert "Changes that can be told" not in said(page)
    assert dict(first_page_parts(gather(published, 2026)))[TRUST] == [NOT_COMPARABLE]


def test_the_other_question_is_told_as_fully(tmp_path: Path) -> None:
    other = {"outcome_code": "bad_experience", "outcome_name": "Had a bad experience"}
    gaps, changes = trust_gap_rows(), trust_change_rows()
    published = fixtures.publish(
        tmp_path, {GAPS: gaps + [row | other for row in gaps], CHANGES: changes + [row | other for row in changes]}
    )
    files = made(published)
    assert len(lines(files, "other_question")) == len(gaps)
    assert len(lines(files, "other_told")) == len(lines(files, "told")) == 5
    assert len(lines(files, "other_not_told")) == len(lines(files, "not_told"))
    text = said(Page(files[PAGE].decode()))
    assert "Changes of the other question: Had a bad experience" in text


def test_only_the_newest_extract_speaks_of_the_trust_gap(published: Published) -> None:
    assert TRUST in dict(first_page_parts(gather(published, 2026)))
    assert TRUST not in dict(first_page_parts(gather(published, 2025)))
    assert "Trust gaps" not in openpyxl.load_workbook(io.BytesIO(extract_workbook(gather(published, 2025)))).sheetnames


def test_sheets_give_figures_and_reasons(published: Published) -> None:
    book = openpyxl.load_workbook(io.BytesIO(extract_workbook(gather(published, 2026))))
    gaps = [[cell.value for cell in line] for line in book["Trust gaps"].iter_rows(min_row=6)]
    shown = next(line for line in gaps if line[0] == "2025" and line[2] == "France" and line[3] == "Women")
    assert shown[4:] == [57.2, 54.7, 59.45, 50, 47.5, 52.25, 7.2, 4.7, 9.45, "95% interval", None]
    withheld = next(line for line in gaps if line[2] == "United Kingdom" and line[3] == "People of gender Other")
    assert withheld[4:13] == [None] * 9
    assert withheld[14] == TOO_FEW
    changes = [[cell.value for cell in line] for line in book["Trust changes"].iter_rows(min_row=6)]
    women = next(line for line in changes if line[2] == "Women" and line[4] == "2025")
    assert women[10:14] == [4.5, 1.6, "assumed", "≈ no detectable change"]
