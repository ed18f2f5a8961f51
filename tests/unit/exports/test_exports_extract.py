"""The annual extract: nothing hidden leaks, every sentence is computed, the page is sound HTML."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pypdf
import pytest

from exports.extract import extract_files, write_extract
from exports.extract.content import document
from exports.extract.document import Table
from exports.extract.facts import Revisions, gather, hidden
from exports.extract.heard import sentences
from exports.extract.html import extract_html
from exports.extract.methods import methods
from exports.extract.sentences import first_page
from exports.extract.workbook import extract_workbook
from exports.published import Published
from exports.wording import SYNTHETIC
from exports.workbook import Column
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import NASTY, SCRIPT
from tests.unit.exports.invented.heard import heard_rows
from tests.unit.exports.invented.money import goal_rows
from tests.unit.exports.invented.reach import contribution_rows, reach_rows
from tests.unit.exports.invented.values import progress_rows

VOID = {"meta", "br", "hr", "img", "link", "input", "rect", "line", "circle"}


class Page(HTMLParser):
    """Checks nesting and gathers text, tags and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def page(published: Published) -> Page:
    """The page of 2026."""
    return Page(extract_files(published, 2026)["2026.html"].decode())


def test_html_is_well_formed_and_self_contained(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert "script" not in tags
    assert "link" not in tags
    assert not [attrs for _, attrs in page.tags if {"src", "onclick"} & set(attrs)]
    links = [str(attrs["href"]) for _, attrs in page.tags if "href" in attrs]
    assert [link for link in links if not link.startswith("#")] == ["2026.pdf", "2026.xlsx", "2026/datapackage.json"]
    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("h1") == 1
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.tags if tag == "th")
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    for _, attrs in page.tags:
        for reference in (attrs.get("aria-labelledby") or "").split():
            assert reference in ids


def test_chart_has_a_text_alternative(page: Page) -> None:
    text = " ".join(page.texts)
    assert "2026: €24.6m paid, €28m committed" in text
    assert next(attrs for tag, attrs in page.tags if tag == "svg")["role"] == "img"


def test_data_is_escaped(published: Published) -> None:
    text = extract_html(document(gather(published, 2026)))
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne" in text


def test_sentences_of_the_first_page(published: Published) -> None:
    assert first_page(gather(published, 2026)) == [
        "By the end of September 2026, €24.6m of the €50m had been paid (49.2%) and €28m committed (56%). "
        "A payment settles a commitment: the two are never added.",
        "Payments are on track: 49.2% is paid after 48.3% of the time from 2023 to 2030.",
        "To reach €50m by the end of 2030, €6.1m a year is needed from then on; from the start of 2023 it has been "
        "€6.4m a year.",
        "If each quarter left brings the average of the quarters reported so far, €50.9m will have been paid by the end "
        "of 2030. As quarters vary, the 95% range is €45.2m to €56.6m: €50m lies inside it, so reaching the goal is "
        "not certain.",
        "Between 2022 and 2025, in France and United Kingdom: at or below the gap that the goal asks for, even allowing "
        "for chance: people with two or more characteristics. Narrowed by more than chance would explain: minority "
        "ethnic people and disabled people. Widened by more than chance would explain: LGBTQ+ people. No detectable "
        "change for women. That does not mean nothing changed: the smallest change that these polls would find four times in five is "
        "4.5 points. The goal says “substantially”; no number is published for it.",
        "Between 910 and 15,890 different people were reached since the start by 2 programs together. One person can be in "
        "several programs, so their figures are never simply added.",
        "1 of 4 returns is missing; people they would add are not in these bounds.",
        "Between 70 and 770 people were trained, mentored, awarded or equipped to be bridges of trust.",
        "At most 400 people were in a conversation. “A million conversations” is the name of the initiative, not a target.",
        "Of 8 headline indicators, 7 have a target: 1 target met, 2 on track, 2 behind and 2 not assessable.",
        "6 of these 7 targets are planning assumptions, not published promises.",
        "Behind plan: People reached by interventions; People trained.",
        "Not assessable while returns are missing: People served by solutions; Youth leaders.",
        "Every return due is in for 6 of 8 indicators.",
        "1 figure is known only as a range.",
        "6 figures are provisional: returns behind them are not all approved, and figures may change.",
    ]


def test_an_earlier_year_speaks_only_of_its_time(published: Published) -> None:
    facts = gather(published, 2025)
    assert first_page(facts)[:2] == [
        "By the end of 2025, €16.4m of the €50m had been paid (32.8%) and €18.2m committed (36.4%). "
        "A payment settles a commitment: the two are never added.",
        "What is still needed, and the forecast, are in the newest extract.",
    ]
    assert (
        "1 figure is hidden, because it counts 1 to 10 people, nobody or everybody of few, or would give such a number away."
        in first_page(facts)
    )
    assert "2025/goal.csv" not in extract_files(published, 2025)
    assert "24.6" not in extract_html(document(facts))


def test_without_ledger_returns_nothing_is_claimed(tmp_path: Path) -> None:
    goal = goal_rows()
    goal[0] |= {"paid_eur": 0, "committed_eur": 0, "data_status": "no_data", "progress_status": "not_assessable"}
    goal[0] |= {"coverage_met": 0, "coverage_due": 14}
    facts = gather(fixtures.publish(tmp_path, {"pub_leadership__goal": goal}), 2026)
    assert first_page(facts)[0] == "Nothing is known yet of what was paid towards the €50m: no data."
    assert "€0" not in " ".join(first_page(facts))
    assert "no data" in extract_html(document(facts))


def test_missing_ledger_returns_are_said(tmp_path: Path) -> None:
    goal = goal_rows()
    goal[0] |= {"coverage_met": 12, "coverage_due": 14, "data_status": "provisional"}
    facts = gather(fixtures.publish(tmp_path, {"pub_leadership__goal": goal}), 2026)
    assert "Only 12 of 14 returns of the ledger are in, so these amounts will change." in first_page(facts)


@pytest.mark.parametrize(
    ("low", "high", "ending"),
    [
        (51e6, 57e6, "the 95% range is €51m to €57m: all of it is above €50m."),
        (40e6, 49e6, "the 95% range is €40m to €49m: all of it is below €50m."),
    ],
)
def test_the_forecast_is_held_against_the_goal(tmp_path: Path, low: float, high: float, ending: str) -> None:
    goal = goal_rows()
    goal[0] |= {"forecast_2030_low_eur": low, "forecast_2030_high_eur": high}
    facts = gather(fixtures.publish(tmp_path, {"pub_leadership__goal": goal}), 2026)
    assert any(sentence.endswith(ending) for sentence in first_page(facts))


def test_every_status_has_its_sentence(tmp_path: Path) -> None:
    rows = progress_rows()
    for code, status in (
        ("cheer_roundtables", "improving"),
        ("heal_interventions_active", "worsening"),
        ("heal_people_trained", "no_detectable_change"),
        ("heal_people_reached", "not_assessable"),
    ):
        row = next(row for row in rows if row["indicator_code"] == code and row["year"] == 2026)
        row |= {"progress_status": status}
        if status == "not_assessable":
            row |= {"footnote": "Bounds too wide to judge progress"}
    said = first_page(gather(fixtures.publish(tmp_path, {"pub_leadership__progress": rows}), 2026))
    for sentence in (
        "Improving, but below plan: Roundtables held.",
        "Worse than at the start: Interventions running.",
        "No detectable change since the start: People trained.",
        "Not assessable, as the bounds are too wide: People reached by interventions.",
    ):
        assert sentence in said


def test_missing_returns_are_said_of_every_bound(tmp_path: Path) -> None:
    contributions = contribution_rows("release")
    contributions[0] |= {"coverage_met": 20, "coverage_due": 22}
    said = first_page(gather(fixtures.publish(tmp_path, {"pub_leadership__contributions": contributions}), 2026))
    bridges = said.index(
        "Between 70 and 770 people were trained, mentored, awarded or equipped to be bridges of trust."
    )
    assert said[bridges + 1] == "2 of 22 returns are missing; people they would add are not in these bounds."
    assert said[bridges + 2].startswith("At most 400 people were in a conversation.")


def test_reach_is_never_a_bare_number_where_only_bounds_are_known(tmp_path: Path) -> None:
    reach, contributions = reach_rows("release"), contribution_rows("release")
    reach[0] |= {"reach_low": None, "reach_high": None, "is_suppressed": True}
    changed = {"pub_leadership__reach": reach, "pub_leadership__contributions": contributions[:1]}
    said = first_page(gather(fixtures.publish(tmp_path, changed), 2026))
    assert "How many people all programs reached together is hidden, as the number is small." in said
    assert not any("“A million conversations”" in sentence for sentence in said)


def test_an_assumed_target_is_marked_wherever_it_shows(published: Published) -> None:
    facts = gather(published, 2026)
    assumed = {row["indicator_name"] for row in facts.indicators if row["target_basis"] == "assumed"}
    assert len(assumed) == 6
    rows = list(
        csv.DictReader(
            io.StringIO(extract_files(published, facts.year)[f"{facts.year}/progress.csv"].decode("utf-8-sig"))
        )
    )
    assert {row["indicator_name"] for row in rows if row["target_basis"] == "assumed"} == assumed
    assert extract_html(document(facts)).count('<span class="small">by 2030, assumed</span>') == len(assumed)
    book = openpyxl.load_workbook(io.BytesIO(extract_workbook(facts)))
    for sheet in (book["Indicators"], book["Pace and forecast"]):
        heads = [cell.value for cell in sheet[5]]
        name, basis = heads.index("Indicator"), heads.index("Target is")
        found = {row[name].value for row in sheet.iter_rows(min_row=6) if row[basis].value == "assumed"}
        assert found == assumed


def test_what_was_paid_is_held_against_the_budget(page: Page) -> None:
    text = " ".join(page.texts)
    assert "Paid less budget" in text
    # HEAL: 17.1 paid of 20.0 planned; 69.51% of the 24.6 paid. In total 24.6 of 30.5.
    assert "−€2.9m" in text
    assert "69.5%" in text
    assert "−€5.9m" in text


def test_a_plan_through_an_assumed_target_says_so(tmp_path: Path) -> None:
    goal = goal_rows()
    goal[0] |= {"planned_eur": 25_000_000, "planned_basis": "assumed"}
    said = first_page(gather(fixtures.publish(tmp_path, {"pub_leadership__goal": goal}), 2026))
    assert (
        "Planned by then: €25m, on the line through every dated target; a target on the way is a planning assumption."
        in said
    )


def test_the_newest_year_says_how_far_it_reaches(page: Page) -> None:
    assert "2026, to September" in page.texts
    assert any("(2026: of September 2026)" in text for text in page.texts)


def test_small_counts_are_hidden_everywhere(published: Published) -> None:
    facts = gather(published, 2025)
    row = next(row for row in facts.indicators if row["indicator_code"] == "cheer_youth_leaders")
    assert row["value"] is None
    assert row["attainment_pct"] is None
    page = " ".join(Page(extract_html(document(facts))).texts)
    assert "1–10 (hidden)" in page
    rows = csv.DictReader(
        io.StringIO(extract_files(published, facts.year)[f"{facts.year}/progress.csv"].decode("utf-8-sig"))
    )
    shown = next(row for row in rows if row["indicator_code"] == "cheer_youth_leaders")
    assert shown["shown"] == "1–10 (hidden)"
    derived = ("value", "value_low", "value_high", "attainment_pct", "observed_per_year", "forecast_2030")
    assert {shown[name] for name in derived} == {""}


def test_a_count_the_table_forgot_to_hide_is_hidden_too(tmp_path: Path) -> None:
    rows = progress_rows()
    leak = next(row for row in rows if row["indicator_code"] == "cheer_youth_leaders" and row["year"] == 2025)
    leak |= {"value": 8, "value_low": 8, "value_high": 8, "attainment_pct": 20.5, "forecast_2030": 13.25}
    leak |= {"is_suppressed": False, "progress_status": "behind"}
    published = fixtures.publish(tmp_path, {"pub_leadership__progress": rows})
    facts = gather(published, 2025)
    files = extract_files(published, 2025)
    text = "".join(data.decode() for name, data in files.items() if name.endswith((".html", ".csv")))
    assert "20.5" not in text
    assert "13.25" not in text
    book = openpyxl.load_workbook(io.BytesIO(extract_workbook(facts)))
    line = next(row for row in book["Indicators"].iter_rows(min_row=6) if row[1].value == "Youth leaders")
    assert line[2].value == "1–10 (hidden)"
    assert line[8].value is None


def test_zero_and_shares_are_not_hidden_for_being_small() -> None:
    zero = {"value": 0, "value_low": 0, "value_high": 0, "counts_people": True, "kind": "flow", "is_suppressed": False}
    share = {"value": 7.5, "value_low": 7.5, "value_high": 7.5, "counts_people": True, "kind": "ratio"}
    assert hidden(zero) == zero
    assert hidden(share) == share


def test_release_files_hold_nothing_restricted(tmp_path: Path) -> None:
    marker = "Zebra-7731"
    secret = {
        name: [row | {key: marker for key in ("footnote", "member_name", "partner_name") if key in row} for row in rows]
        for name, (audience, _, rows) in fixtures.tables().items()
        if audience == "restricted"
    }
    published = fixtures.publish(tmp_path / "published", secret)
    for path in write_extract(published, tmp_path / "annual"):
        text = path.read_bytes().decode("latin-1")
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        assert marker not in text
        assert "sample_heal" not in text
        assert not re.search(r"sub-\d{3}", text)


def test_workbook_opens_on_one_page(published: Published) -> None:
    book = openpyxl.load_workbook(io.BytesIO(extract_workbook(gather(published, 2026))))
    sheet = book.worksheets[0]
    assert book.sheetnames == [
        "At a glance",
        "Contents",
        "Indicators",
        "Progress by program",
        "Pace and forecast",
        "Paid against plan",
        "Investment",
        "Trust gap",
        "Trust gaps",
        "Trust changes",
        "From heard to done",
        "Leverage",
        "Key actions",
        "SDG links",
        "Commentary",
        "Programs",
        "Methods",
        "Definitions",
    ]
    assert sheet["A1"].value == "Annual progress extract 2026"
    assert sheet["A3"].value == SYNTHETIC
    assert sheet["A6"].value == "€24.6m"
    text = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "• Payments are on track: 49.2% is paid after 48.3% of the time from 2023 to 2030." in text
    assert len(sheet._charts) == 1


def test_what_was_heard_stands_beside_what_became_of_it(published: Published) -> None:
    facts = gather(published, 2026)
    assert sentences(facts.heard) == [
        "2 barriers to care were named since the start; for 1 of them at least one action is done or one "
        "recommendation implemented.",
        f"Named, but nothing is agreed about it: {SCRIPT}.",
    ]
    text = "".join(Page(extract_html(document(facts))).texts).replace("\u00a0", " ")
    assert "12 roundtables, 1 dialogue, 1,200–1,290 answers of patients, 431 answers in polls2024-Q1 to 2026-Q3" in text
    assert "1 made, 1 adopted" in text
    assert "answers of patients: hidden (small numbers)" in text
    assert "Insurance coveragenot named" in text, "a recommendation about what nobody named yet"
    assert gather(published, 2025).heard == [], "the table speaks of now"


def test_few_people_stay_hidden_even_where_the_table_fails_to(tmp_path: Path) -> None:
    rows = heard_rows()
    rows[0] |= {"respondents_count_low": 7, "respondents_count_high": 19}
    published = fixtures.publish(tmp_path, {"pub_leadership__heard_to_done": rows})
    facts = gather(published, 2026)
    files = extract_files(published, 2026)
    shown = next(row for row in csv.DictReader(io.StringIO(files["2026/heard_to_done.csv"].decode("utf-8-sig"))))
    assert (shown["respondents_count_low"], shown["respondents_count_high"]) == ("", "")
    assert shown["is_respondents_suppressed"] == "true"
    book = openpyxl.load_workbook(io.BytesIO(extract_workbook(facts)))
    heads, *lines = book["From heard to done"].iter_rows(min_row=5, values_only=True)
    cost = dict(zip(heads, next(line for line in lines if line[0] == "Cost of care"), strict=True))
    assert cost["Answers in polls"] == "hidden (small numbers)"
    assert cost["Answers of patients"] == "1,200–1,290"
    assert "7–19" not in extract_html(document(facts))


def test_methods_mark_assumed_targets_and_the_log(published: Published) -> None:
    text = " ".join(sentence for _, sentence in methods(gather(published, 2026)))
    assert "6 targets marked “assumed” are planning assumptions" in text
    assert "ab" * 32 in text


def test_unknown_year(published: Published) -> None:
    with pytest.raises(
        ValueError, match=r"There are no figures for 2019\. Extracts can be made for 2024, 2025 and 2026\."
    ):
        gather(published, 2019)


REVISED = Revisions(
    since="2026-Q2.r1",
    sentences=("1 figure shown in 2026-Q2.r1 is different now: −12 by a correction.",),
    columns=(
        Column("figure", "Figure", 44, "line"),
        Column("before_value", "Before", 12, "count"),
        Column("after_value", "Now", 12, "count"),
        Column("why", "Why", 50),
    ),
    rows=({"figure": NASTY, "before_value": Decimal(3412), "after_value": Decimal(3400), "why": "correction"},),
)


def test_revisions_stand_in_every_format_of_the_newest_year(published: Published) -> None:
    files = extract_files(published, 2026, REVISED)
    page = " ".join(Page(files["2026.html"].decode()).texts)
    pdf = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(files["2026.pdf"])).pages)
    for text in (page, re.sub(r"\s+", " ", pdf)):
        assert "Held against release 2026-Q2.r1" in text
        assert "1 figure shown in 2026-Q2.r1 is different now: −12 by a correction." in text
        assert "3,412" in text
    book = openpyxl.load_workbook(io.BytesIO(files["2026.xlsx"]))
    assert [cell.value for cell in book["Revisions"][6]][:3] == [NASTY, 3412, 3400]
    rows = list(csv.DictReader(io.StringIO(files["2026/revisions.csv"].decode("utf-8-sig"))))
    assert [(row["figure"][0], row["before_value"], row["after_value"]) for row in rows] == [("'", "3412", "3400")]
    earlier = extract_files(published, 2025, REVISED)
    assert "No figure shown then is different now." in " ".join(Page(earlier["2025.html"].decode()).texts)
    assert "2025/revisions.csv" not in earlier


def test_without_an_earlier_release_that_is_said(page: Page) -> None:
    assert "No extract was released before this one." in page.texts


def test_what_was_signed_stands_apart_and_under_no_account(published: Published) -> None:
    text = extract_html(document(gather(published, 2026)))
    quotes = re.findall(r'<blockquote class="signed">(.*?)</blockquote>', text, flags=re.DOTALL)
    assert len(quotes) == 2
    assert "Signed by the program’s lead on 12 November 2026, on July to September 2026. Not computed." in quotes[0]
    assert "&lt;script&gt;" in quotes[0]
    assert "A story somebody agreed to have told to everyone, until 31 December 2028." in quotes[1]


def test_outcomes_outputs_and_inputs_stand_in_tables_of_their_own(tmp_path: Path) -> None:
    rows = progress_rows()
    levels = {"heal_people_trained": "outcome", "finance_paid": "input"}
    for row in rows:
        row["level"] = levels.get(row["indicator_code"], "output")
    section = document(gather(fixtures.publish(tmp_path, {"pub_leadership__progress": rows}), 2026)).sections
    tables = [block for part in section if part.key == "programs" for block in part.walk() if isinstance(block, Table)]
    found = {table.caption: {row[0].text for row in table.rows} for table in tables if "HEAL" in table.label}
    assert found["Outcomes: what changed for people"] == {"People trained"}
    assert "People trained" not in found["Outputs: what the program did"]


def test_a_revised_figure_says_so_wherever_it_stands(tmp_path: Path) -> None:
    rows = [row | {"is_revised": False} for row in progress_rows()]
    row = next(row for row in rows if row["indicator_code"] == "heal_people_trained" and row["year"] == 2026)
    row["is_revised"] = True
    published = fixtures.publish(tmp_path, {"pub_leadership__progress": rows})
    facts, files = gather(published, 2026), extract_files(published, 2026)
    assert "1 figure rests on a return that changed since the last release: revised." in first_page(facts)
    assert files["2026.html"].decode().count('<span class="small">revised</span>') == 1
    book = openpyxl.load_workbook(io.BytesIO(files["2026.xlsx"]))
    marked = [line for line in book["Indicators"].iter_rows(values_only=True) if str(line[10]).endswith(", revised")]
    assert [line[1] for line in marked] == ["People trained"]
    lines = csv.DictReader(io.StringIO(files["2026/progress.csv"].decode("utf-8-sig")))
    assert [line["indicator_code"] for line in lines if line["is_revised"] == "true"] == ["heal_people_trained"]


def test_without_typst_there_is_no_pdf_and_none_is_offered(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exports.extract.find_spec", lambda name: None)
    files = extract_files(published, 2026)
    assert "2026.pdf" not in files
    assert "2026.xlsx" in files
    assert b"2026.pdf" not in files["2026.html"]
