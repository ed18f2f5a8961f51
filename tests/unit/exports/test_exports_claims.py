"""The page of claims: quoted word for word, inert to markup, never to be read as a verdict on the initiative."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from pathlib import Path

import pytest

from exports.claims_html import ON_SAMPLE, claimed_text, claims_csv, claims_html, found_text
from exports.published import Published
from exports.wording import SYNTHETIC
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import NASTY, SCRIPT
from tests.unit.exports.invented.said import claim_rows
from tests.unit.exports.test_exports_extract import Page


def rows() -> dict[str, dict[str, object]]:
    return {str(row["claim_code"]): row for row in claim_rows()}


def lines(text: str) -> dict[str, str]:
    """The table row of each claim, as text, by what it is about."""
    found = {}
    for row in re.findall(r'<tr role="row"><th scope="row".*?</tr>', text, flags=re.DOTALL):
        words = [html.unescape(part).strip() for part in re.split(r"<[^>]+>", row) if part.strip()]
        found[words[0]] = " | ".join(words[1:])
    return found


def test_the_page_is_well_formed_and_self_contained(published: Published) -> None:
    page = Page(claims_html(published))
    tags = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "form"} & set(tags)
    assert not [attrs for _, attrs in page.tags if {"src", "href", "onclick"} & set(attrs)]
    assert tags.count("h1") == 1
    assert all(attrs.get("scope") in ("col", "row", "rowgroup") for tag, attrs in page.tags if tag == "th")
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["aria-labelledby"] for tag, attrs in page.tags if tag == "section"} == set(ids)


def test_markup_and_formulas_are_inert(published: Published) -> None:
    text = claims_html(published)
    assert "<script>" not in text
    # Title, quotation and what is needed.
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne") == 4
    assert "'=HYPERLINK" in claims_csv(published).decode("utf-8-sig")


def test_sentences_stand_word_for_word_under_their_page_in_the_order_of_reading(published: Published) -> None:
    heads = [html.unescape(one) for one in re.findall(r"<h2 [^>]*>(.*?)</h2>|rowgroup[^>]*>(“.*?”)</th>", claims_html(published)) for one in one if one]  # fmt: skip
    assert heads == [
        "At a glance",
        "The plan",
        "“It has more than 200 advocates, “now”.”",
        "“In the UK, 58% say so.”",
        "Later",
        "“There are scholars.”",
        SCRIPT,
        f"“{SCRIPT}”",
    ]
    assert "Dated January 2023." in claims_html(published)
    assert "The page gives no date." in claims_html(published)


def test_every_line_says_claim_data_verdict_reason_and_what_is_needed(published: Published) -> None:
    assert lines(claims_html(published)) == {
        "Advocates": "more than 200 people | 231 people | Advocates in the community | "
        f"up to September 2026; returns in: 1 of 1 | ✓ supported | {ON_SAMPLE} Every value that the figure can have "
        "meets the claim.",
        "Organisations": "at least 1 organisation | 0–1 organisations | July to September 2026; returns in: 1 of 2 | "
        f"– cannot tell | {ON_SAMPLE} Returns or figures are missing, and they can decide it. | "
        "Needed to tell: Returns still missing: 1.",
        "UK: trust damaged": "58% ± 0.5 points | 62% (60–64%) | wave 2022 of the poll | ✕ contradicted | "
        f"{ON_SAMPLE} No value in the 95% range of the estimate meets the claim.",
        "Scholars": "at least 1 person | hidden (small numbers) | up to September 2026; returns in: 1 of 1 | "
        f"– cannot tell | {ON_SAMPLE} A count of 1 to 10 people is hidden here. | "
        "Needed to tell: Returns with this figure.",
        "A million": f"{NASTY} | a name, no figure | no data | – cannot tell | "
        f"{ON_SAMPLE} It is a name and not a target: no figure is claimed. | Needed to tell: {SCRIPT}.",
    }


def test_days_are_written_as_everywhere_on_the_page(tmp_path: Path) -> None:
    changed = {"timing": "promise", "speaks_for_date": date(2030, 12, 31), "needed": "Returns up to 2030-12-31"}
    text = claims_html(fixtures.publish(tmp_path, {"pub_leadership__claims": [rows()["organisations"] | changed]}))
    assert "Needed to tell: Returns up to 31 December 2030." in text
    assert "2030-12-31" not in text


def test_the_page_says_how_a_poll_is_held_against_a_figure(published: Published) -> None:
    assert "where the estimate, rounded as the page rounds, is the same: its 95% range" in claims_html(published)


def test_the_table_is_in_the_order_of_reading(tmp_path: Path) -> None:
    backwards = fixtures.publish(tmp_path, {"pub_leadership__claims": claim_rows()[::-1]})
    found = csv.DictReader(io.StringIO(claims_csv(backwards).decode("utf-8-sig")))
    assert [row["claim_number"] for row in found] == ["1", "2", "3", "4", "5"]


def test_on_a_synthetic_sample_every_place_that_shows_a_verdict_says_so(published: Published, tmp_path: Path) -> None:
    text = claims_html(published)
    verdicts = len(re.findall(r'class="why"', text))
    assert verdicts == len(claim_rows())
    # Beside each verdict, under each of the three sums, and in the banner.
    assert html.unescape(text).count(ON_SAMPLE) == verdicts + 3 + 1
    assert SYNTHETIC in text
    table = list(csv.DictReader(io.StringIO(claims_csv(published).decode("utf-8-sig"))))
    assert {row["notice"] for row in table} == {ON_SAMPLE}
    real = [row | {"is_synthetic": False, "why": "Because."} for row in claim_rows()]
    text = claims_html(fixtures.publish(tmp_path, {"pub_leadership__claims": real}))
    assert SYNTHETIC not in text
    assert ON_SAMPLE not in html.unescape(text)


def test_the_sums_at_the_top(published: Published) -> None:
    figures = re.findall(r'<dt>(.*?)</dt><dd><span class="big">(\d+)</span>', claims_html(published))
    assert figures == [("Supported", "1"), ("Contradicted", "1"), ("Cannot tell", "3")]
    assert "5 claims in 4 sentences, quoted word for word." in claims_html(published)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"comparison": "at_least", "claimed_value": 50_000_000, "unit": "EUR"}, "at least €50m"),
        ({"comparison": "more_than", "claimed_value": 0, "unit": "percent"}, "more than 0%"),
        ({"comparison": "at_most", "claimed_value": 1, "unit": "people"}, "at most 1 person"),
        ({"comparison": "equals", "claimed_value": 10, "unit": "data sets"}, "exactly 10 data sets"),
        ({"comparison": "about", "claimed_value": 12, "tolerance": 2, "unit": "events"}, "12 events ± 2"),
        ({"comparison": "no_figure", "claimed_value": None, "unit": "points"}, "no figure"),
        ({"comparison": "name_only", "claimed_value": None, "unit": "conversations"}, "a name, no figure"),
    ],
)
def test_what_is_claimed_in_words(changed: dict[str, object], words: str) -> None:
    assert claimed_text(rows()["advocates"] | changed) == words


def test_what_the_data_has_keeps_its_bounds() -> None:
    row = rows()["advocates"] | {"value": None}
    assert found_text(row | {"value_low": 9, "value_high": 13}) == "9–13 people"
    assert found_text(row | {"value_low": 2, "value_high": None, "unit": "cities"}) == "at least 2 cities"
    assert found_text(row | {"value_low": None, "value_high": None}) == "no data"
