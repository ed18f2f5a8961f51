"""The lead's way: the queue, signing off, figures as shown, who owes what, words, targets, the log."""

from __future__ import annotations

import io
from datetime import date

import pandas as pd
import pytest

from tests.unit.exports import fixtures
from tests.unit.exports.invented.values import kpi_rows

PERIOD = "2026-Q3"
CONSENT = date(2026, 12, 1)


@pytest.fixture
def lead(person):
    return person("lead", "lead@people.example", programs=["heal"])


@pytest.fixture
def browser(lead, signed_in):
    return signed_in(lead)


@pytest.fixture
def returned(desk, heal_return):
    """Hands a return in at the desk; gives its number."""
    from sources.reader import InputFile

    def send(data: bytes | None = None, *, period=PERIOD, who="officer@people.example", **how):
        files = [InputFile("heal.xlsx", data or heal_return())]
        return desk.submit(files, partner="sample_heal", program="heal", period=period, who=who, **how).submission_id

    return send


@pytest.fixture
def published(installation):
    return fixtures.publish(installation.data / "published")


def text(response) -> str:
    import html
    import re

    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def decide(browser, number: str, decision: str, **given):
    return browser.post(f"/lead/return/{number}/decide/", {"decision": decision, **given}, follow=True)


def test_the_queue_names_what_waits_and_for_whom(browser, returned):
    number = returned()
    page = text(browser.get("/lead/"))
    assert f"Sample partner (HEAL) {number} HEAL" in page
    assert "1 to sign off" in page


def test_a_lead_signs_off_and_the_queue_is_empty(browser, desk, lead, returned):
    number = returned()
    page = text(decide(browser, number, "approve", why="Looks right."))
    assert f"{number} is approved. The next build counts it as approved." in page
    assert "Nothing waits for your signature." in page
    assert desk.state().submissions[number].approved_by == lead.email


def test_the_uploader_is_not_offered_the_signature_and_cannot_take_it(browser, desk, lead, returned):
    number = returned(who=lead.email.upper())
    page = text(browser.get(f"/lead/return/{number}/"))
    assert "You handed this in, so somebody else signs it off." in page
    assert "Sign off" not in page
    refused = text(decide(browser, number, "approve"))
    assert f"{lead.email} handed {number} in and cannot approve it. Ask another person." in refused
    assert not desk.state().submissions[number].approved


def test_the_second_of_two_reviewers_meets_the_first_ones_decision(browser, desk, returned, person, signed_in):
    number = returned()
    second = signed_in(person("lead", "second@people.example", programs=["heal"]))
    browser.get(f"/lead/return/{number}/")
    second.get(f"/lead/return/{number}/")
    decide(browser, number, "approve")
    page = text(decide(second, number, "return", **{"back-why": "Please check."}))
    assert f"{number} was approved by lead@people.example and is locked. Reopen it first." in page
    assert desk.state().submissions[number].approved


def test_a_return_goes_back_with_a_reason_only(browser, desk, returned):
    number = returned()
    page = text(decide(browser, number, "return", **{"back-why": ""}))
    assert "Say why, in a sentence the partner will read." in page
    page = text(decide(browser, number, "return", **{"back-why": "Two sites are missing."}))
    assert f"{number} went back to the partner." in page
    assert desk.state().submissions[number].returned_why == "Two sites are missing."


def test_an_approval_is_taken_back_with_kind_and_reason(browser, desk, returned):
    number = returned()
    decide(browser, number, "approve")
    page = text(decide(browser, number, "reopen", **{"reopen-why": "A site sent more."}))
    assert "Choose the kind of reason." in page
    decide(browser, number, "reopen", **{"reopen-why": "A site sent more.", "reopen-reason_code": "late_data"})
    assert not desk.state().submissions[number].approved
    assert desk.log.events()[-1].why == "A site sent more."


def test_rows_stand_with_their_place_and_their_text_is_inert(browser, returned, heal_return):
    number = returned(heal_return({"intervention_id": "HEAL-002", "city": "<b>Flint</b>"}))
    page = text(browser.get(f"/lead/return/{number}/"))
    assert "Interventions, row 3 HEAL-002" in page
    assert "<b>Flint</b>" in page


def test_a_file_comes_back_as_it_was_received(browser, returned, heal_return):
    data = heal_return()
    number = returned(data)
    import hashlib

    response = browser.get(f"/lead/return/{number}/file/{hashlib.sha256(data).hexdigest()}/")
    assert response.content == data
    assert response["Content-Disposition"].startswith("attachment")
    assert browser.get(f"/lead/return/{number}/file/{'0' * 64}/").status_code == 404


def test_figures_of_a_quarter_say_value_target_coverage_and_status(browser, published):
    page = text(browser.get("/lead/heal/figures/"))
    for words in ("People trained", "Interventions running", "assumed", "Returns in", "provisional"):
        assert words in page
    assert "5 indicators" not in page
    assert text(browser.get("/lead/heal/figures/?q=trained")).count("Definition") == 1


@pytest.mark.parametrize("query", ["", "?q=people&sort=attained", "?span=quarter&sort=progress", "?sort=coverage"])
def test_a_table_is_exported_exactly_as_shown(browser, published, query):
    page = browser.get(f"/lead/heal/figures/{query}").content.decode()
    import re

    shown = re.findall(r'<tr id="(\w+)">', page)
    assert shown
    frames = {
        "csv": lambda data: pd.read_csv(io.BytesIO(data)),
        "parquet": lambda data: pd.read_parquet(io.BytesIO(data)),
        "xlsx": lambda data: pd.read_excel(io.BytesIO(data), header=4).rename(
            columns={"Indicator code": "indicator_code"}
        ),
    }
    for ending, read in frames.items():
        response = browser.get(f"/lead/heal/figures/file.{ending}{query}")
        assert response["Content-Disposition"].startswith("attachment")
        assert list(read(response.content)["indicator_code"]) == shown, ending
    assert browser.get("/lead/heal/figures/file.exe").status_code == 404


def test_anything_odd_in_an_address_falls_back_to_the_usual(browser, published):
    usual = text(browser.get("/lead/heal/figures/"))
    odd = "?quarter=9999-Q9&span=';drop&sort=<script>&status=%00"
    assert text(browser.get(f"/lead/heal/figures/{odd}")) == usual


def test_markup_in_words_is_inert(browser, published):
    page = browser.get("/lead/heal/figures/?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
    assert "No figure fits this choice." in page


def test_the_matrix_says_who_owes_what_and_a_waiver_footnotes_it(browser, desk, returned):
    returned()
    page = text(browser.get("/lead/heal/owed/"))
    assert "Sample partner (HEAL)" in page
    assert "Handed in" in page
    form = "/lead/heal/owed/sample_heal_south/2026-Q3/"
    assert "Say why, in a sentence" in text(browser.post(form, {"why": ""}))
    page = text(browser.post(form, {"why": "Floods.", "expires_on": "2027-03-31"}, follow=True))
    assert "Sample partner (HEAL South) is excused for 2026-Q3." in page
    assert "Floods." in page
    (waiver,) = desk.state().waivers
    assert (waiver.approved_by, waiver.reason) == ("lead@people.example", "Floods.")


def test_a_leads_words_are_shown_as_theirs_and_can_be_taken_back(browser, desk, published):
    address = f"/lead/heal/words/{PERIOD}/"
    page = text(
        browser.post(address, {"kind": "commentary", "text": "Two new sites. <b>Good</b> quarter."}, follow=True)
    )
    assert "Two new sites. <b>Good</b> quarter." in page
    assert "lead@people.example" in page
    (comment,) = desk.state().comments.values()
    browser.post(f"/lead/heal/words/taken-back/{comment.id}/", {"why": "Wrong quarter."})
    assert desk.state().comments[comment.id].retracted_why == "Wrong quarter."
    assert "Two new sites" not in text(browser.get(f"/lead/heal/figures/?quarter={PERIOD}"))
    for place in (address, f"/lead/heal/words/taken-back/{comment.id}/"):
        page = text(browser.get(place))
        assert "Two new sites" not in page
        assert "Wrong quarter." in page


def test_a_story_needs_its_consent(browser, desk):
    address = f"/lead/heal/words/{PERIOD}/"
    story = {"kind": "story", "text": "A visit changed how I ask."}
    assert "Say who the person agreed the story may be shown to" in text(browser.post(address, story))
    consent = {"consent_scope": "leads", "consent_expires": "2030-12-31"}
    assert "May be shown to leads until 31 December 2030" in text(browser.post(address, story | consent, follow=True))


def test_a_story_goes_from_every_page_with_its_consent(browser, desk, published, monkeypatch):
    from datetime import UTC, datetime

    from portal import house

    desk.comment(
        "heal", PERIOD, "x@people.example", "A visit.", kind="story", consent_scope="leads", consent_expires=CONSENT
    )
    (story,) = desk.state().comments.values()
    pages = (f"/lead/heal/words/{PERIOD}/", f"/lead/heal/words/taken-back/{story.id}/", "/lead/heal/figures/")
    assert all("A visit." in text(browser.get(page, {"quarter": PERIOD})) for page in pages)
    monkeypatch.setattr(house, "now", lambda: datetime(2026, 12, 2, tzinfo=UTC))
    assert not any("A visit." in text(browser.get(page, {"quarter": PERIOD})) for page in pages)
    assert "The consent has ended" in text(browser.get(pages[0]))


def test_a_target_is_proposed_by_one_and_approved_by_another(browser, desk, person, signed_in):
    proposal = {"indicator": "heal_people_trained", "year": "2030", "value": "5000", "why": "More sites joined."}
    page = text(browser.post("/lead/heal/targets/", proposal, follow=True))
    assert "Proposed. It counts once another person approves it." in page
    (change,) = desk.state().target_changes.values()
    address = f"/lead/heal/targets/{change.id}/"
    assert 'value="approve"' not in browser.get(address).content.decode()
    assert "cannot approve it" in text(browser.post(address, {"decision": "approve"}))
    second = signed_in(person("lead", "second@people.example", programs=["heal"]))
    second.post(address, {"decision": "approve", "why": ""})
    assert desk.state().target_changes[change.id].state == "approved"


def test_the_log_is_readable_and_a_lead_sees_their_programs_only(browser, desk, returned, person, signed_in):
    number = returned()
    desk.waive(partner="sample_cheer", program="cheer", period="2025-Q4", who="x@people.example", why="Not theirs.")
    page = text(browser.get("/lead/log/"))
    assert number in page
    assert desk.log.head().hash in page
    assert "Not theirs." not in page
    everything = text(signed_in(person("admin")).get("/lead/log/?kind=waived"))
    assert "Not theirs." in everything
    assert number not in everything


def test_marking_a_build_as_seen_starts_the_comparison(browser, published):
    assert "You have not marked a build as seen yet." in text(browser.get("/lead/changes/"))
    page = text(browser.post("/lead/changes/seen/", follow=True))
    assert f"Nothing of your programs changed since build {published.build_id}." in page


def test_what_changed_since_the_last_release_is_one_click_away(browser, installation, published):
    assert "restatement" not in text(browser.get("/lead/changes/"))
    folder = installation.data / "exports" / published.build_id
    for tree in ("release", "restricted"):
        (folder / tree).mkdir(parents=True, exist_ok=True)
        (folder / tree / "restatement.html").write_text(f"<title>{tree}</title>", "utf-8")
    page = browser.get("/lead/changes/").content.decode()
    assert 'href="/read/release/restatement.html"' in page
    assert "restricted/restatement" not in page, "it names partners of programs this person does not lead"
    assert browser.get("/read/release/restatement.html").status_code == 200
    assert browser.get("/read/restricted/restatement.html").status_code == 404


def test_what_changed_is_told_with_before_and_after(browser, installation, published):
    browser.post("/lead/changes/seen/")
    rows = kpi_rows()
    for row in rows:
        if row["period"] == PERIOD and row["span"] == "quarter" and row["indicator_code"] in CHANGED:
            row |= {"value": 4321.0, "value_low": 4321.0, "value_high": 4321.0}
    now = fixtures.publish(installation.data / "published", {"pub_leads__kpi": rows})
    assert now.build_id != published.build_id
    page = text(browser.get("/lead/changes/"))
    assert f"1 thing differs between build {published.build_id} and {now.build_id}" in page
    assert "People trained HEAL – Health Equity Advancement and Leadership" in page
    assert "value in the quarter" in page
    assert "4,321" in page
    assert "Roundtables held" not in page, "another program's figures are not this lead's"


#: One indicator of the lead's program, one of another.
CHANGED = ("heal_people_trained", "cheer_roundtables")
