"""The partner's way: what is due, hand in, read the answer, correct, confirm, keep the receipt."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import uuid

import openpyxl
import pytest

QUARTER = "/returns/sample_heal/heal/2026-Q3/"


@pytest.fixture
def browser(partner, signed_in):
    return signed_in(partner)


def text(response) -> str:
    """The page's words, tags taken out."""
    import html
    import re

    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def test_home_says_what_is_due_and_until_when_with_its_zone(browser):
    page = text(browser.get("/returns/"))
    assert (
        "Q3 2026 Hand in your return, or say that there is nothing to report. It is due 30 October 2026, 23:59 UTC"
        in page
    )
    assert "in 3 days" in page
    assert "It can be handed in from 31 December 2026" in page


def test_an_accepted_return_says_so_at_once_and_counts(browser, desk, hand_in, heal_return):
    response = hand_in(browser, ("heal.xlsx", heal_return()))
    page = text(response)
    (submission,) = desk.state().submissions.values()
    assert response.redirect_chain[-1][0] == f"{QUARTER}?answer={submission.id}#answer"
    assert "Accepted Everything was loaded. There is nothing to correct." in page
    assert (submission.partner, submission.received_by) == ("sample_heal", "officer@people.example")
    assert 'type="file"' in response.content.decode()


def test_every_cause_is_named_once_with_its_cell_and_the_control_is_still_there(browser, hand_in, heal_return):
    response = hand_in(browser, ("heal.xlsx", heal_return(people_reached="abc", state_code="Ohyo")))
    page, raw = text(response), response.content.decode()
    assert "There is a problem: 2 things to correct" in page
    assert "Sheet Interventions, J2: “abc” is not a number. Type digits only, for example 120." in page
    assert '<li><a href="#cause-1">' in raw
    assert 'id="cause-1"' in raw
    assert 'role="alert"' in raw
    assert "<title>Error: " in raw
    assert 'type="file"' in raw
    assert "Entries – for whoever filled in the figures" in page


def test_who_typed_and_who_built_are_told_apart(browser, hand_in, heal_return):
    book = openpyxl.load_workbook(io.BytesIO(heal_return(people_reached="abc")))
    sheet = book["Interventions"]
    sheet.cell(1, 12, "Remarks")
    sheet.cell(2, 12, "seen")
    sink = io.BytesIO()
    book.save(sink)
    page = text(hand_in(browser, ("heal.xlsx", sink.getvalue())))
    assert page.index("Entries – for whoever filled in the figures") < page.index(
        "Layout – for whoever built the workbook"
    )
    assert "The column “Remarks” (L) is not part of the return and was not read." in page


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("heal.xlsx", b"", "The selected file is empty."),
        ("heal.pdf", b"%PDF-1.7 something", "The selected file must be an XLSX, ODS or CSV."),
        ("heal.xlsx", b"PK\x03\x04" + b"\x00" * 60, "The file is damaged or was not fully uploaded; try again."),
    ],
)
def test_files_that_cannot_be_read_are_answered_in_the_fields_own_words(browser, hand_in, name, data, sentence):
    response = hand_in(browser, (name, data))
    assert sentence in text(response)
    assert 'type="file"' in response.content.decode()


def test_no_file_selected(browser, desk):
    response = browser.post(f"{QUARTER}hand-in/", {"once": str(uuid.uuid4())})
    assert response.status_code == 422
    assert "Select the file you want to hand in." in text(response)
    assert not desk.state().submissions


def test_a_double_click_is_one_submission(browser, desk, hand_in, heal_return):
    data, once = heal_return(people_reached="abc"), uuid.uuid4()
    first = hand_in(browser, ("heal.xlsx", data), once=once, follow=False)
    second = hand_in(browser, ("heal.xlsx", data), once=once, follow=False)
    assert first.url == second.url
    assert len(desk.state().submissions) == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_are_one_submission(browser, desk, hand_in, heal_return):
    from django.db import connection
    from django.test import Client

    data, once, answers = heal_return(people_reached="abc"), uuid.uuid4(), []

    def press():
        twin = Client()
        twin.cookies = browser.cookies
        answers.append(hand_in(twin, ("heal.xlsx", data), once=once, follow=False).url)
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert len(set(answers)) == 1
    assert len(desk.state().submissions) == 1


def test_identical_bytes_say_so_and_change_nothing(browser, desk, hand_in, heal_return):
    data = heal_return()
    hand_in(browser, ("heal.xlsx", data))
    before = desk.state().seq
    page = text(hand_in(browser, ("another name.xlsx", data)))
    (only,) = desk.state().submissions
    assert f"This is the same file as {only}, which counts now. Nothing was changed." in page
    assert desk.state().seq == before


def test_the_same_broken_file_again_is_checked_again_and_told(browser, hand_in, heal_return):
    data = heal_return(people_reached="abc")
    hand_in(browser, ("heal.xlsx", data))
    assert "This is the same file as S000001" in text(hand_in(browser, ("heal.xlsx", data)))


def test_what_a_correction_changes_is_shown_before_it_replaces(browser, desk, hand_in, heal_return):
    hand_in(browser, ("heal.xlsx", heal_return()))
    response = hand_in(browser, ("heal.xlsx", heal_return(people_reached=125)))
    page = text(response)
    assert "This would replace what you handed in" in page
    assert "People reached by interventions 120 125" in page
    assert "HEAL-001 People reached 120 125 J2" in page
    assert len(desk.state().submissions) == 1
    address = response.redirect_chain[-1][0]
    done = browser.post(address, {"reason_code": "late_data", "reason": "Two sites were late."}, follow=True)
    newest = max(desk.state().submissions.values(), key=lambda item: item.seq)
    assert "Accepted" in text(done)
    assert (newest.reason, newest.reason_code) == ("Two sites were late.", "late_data")
    assert "The file is no longer waiting" in text(browser.get(address, follow=True))


def test_stopping_leaves_what_counts(browser, desk, hand_in, heal_return, settings):
    hand_in(browser, ("heal.xlsx", heal_return()))
    address = hand_in(browser, ("heal.xlsx", heal_return(people_reached=125))).redirect_chain[-1][0]
    page = text(browser.post(address, {"what": "stop"}, follow=True))
    assert "Nothing was handed in. What counted before still counts." in page
    assert len(desk.state().submissions) == 1
    assert not list((settings.PORTAL_FOLDER / "staged").iterdir())


def test_an_approved_quarter_asks_for_a_reason(browser, desk, hand_in, heal_return):
    hand_in(browser, ("heal.xlsx", heal_return()))
    (only,) = desk.state().submissions
    desk.approve(only, "lead@people.example")
    address = hand_in(browser, ("heal.xlsx", heal_return(people_reached=125))).redirect_chain[-1][0]
    refused = browser.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert "Choose why the quarter changes." in text(refused)
    assert "Say in a sentence why the quarter changes" in text(refused)
    assert len(desk.state().submissions) == 1
    browser.post(address, {"reason_code": "correction_of_error", "reason": "A typing error."})
    assert len(desk.state().submissions) == 2


def test_a_broken_file_for_an_approved_quarter_is_explained_without_being_handed_in(
    browser, desk, hand_in, heal_return
):
    hand_in(browser, ("heal.xlsx", heal_return()))
    (only,) = desk.state().submissions
    desk.approve(only, "lead@people.example")
    response = hand_in(browser, ("heal.xlsx", heal_return(people_reached="abc")))
    assert "Not handed in: this needs correcting first" in text(response)
    assert "J2" in text(response)
    assert 'type="file"' in response.content.decode()
    assert len(desk.state().submissions) == 1


def test_what_looks_unusual_is_confirmed_with_a_word_on_why(browser, desk, hand_in, heal_return):
    hand_in(browser, ("q2.xlsx", heal_return()), period="2026-Q2")
    page = text(hand_in(browser, ("heal.xlsx", heal_return(people_reached=12000))))
    assert "Accepted. Please confirm" in page
    assert "To confirm or correct (1)" in page
    submission = next(item for item in desk.state().submissions.values() if item.period == "2026-Q3")
    done = browser.post(f"/returns/return/{submission.id}/confirm/", {"why": "A new site."}, follow=True)
    assert "Confirmed. The program lead looks at it next." in text(done)
    assert desk.state().submissions[submission.id].confirmed_by == "officer@people.example"
    assert desk.log.events()[-1].why == "A new site."


def test_a_question_is_a_form_and_its_answer_is_remembered(browser, desk, hand_in):
    header = "Intervention ID;Intervention;City;State;Population groups served;Barrier addressed;Stage;Grant paid this quarter;Currency;People reached;People trained"
    row = "HEAL-001;Asthma café;Detroit;MI;Black or African American;Cost of care or medicines;Running;25000;USD;120;12"
    data = f"{header}\n{row}\n".encode("cp1252").replace(b"\xe9", b"\x81\xe9")
    response = hand_in(browser, ("Interventions.csv", data))
    page, raw = text(response), response.content.decode()
    (only,) = desk.state().submissions
    assert "One question before this can be read" in page
    assert 'type="radio"' in raw
    unanswered = browser.post(f"/returns/return/{only}/answer/", {})
    assert unanswered.status_code == 422
    assert "Choose an answer" in text(unanswered)
    question = desk.state().submissions[only].verdict.questions[0]
    value = question["options"][0][0]
    browser.post(f"/returns/return/{only}/answer/", {f"answer:{question['key']}": value})
    assert desk.state().remembered[("sample_heal", "heal")] == {question["key"]: value}


def test_nothing_to_report_is_one_press_and_can_be_taken_back(browser, desk):
    assert "Nothing to report for Q3 2026?" in text(browser.get(f"{QUARTER}nothing/"))
    page = text(browser.post(f"{QUARTER}nothing/", {"why": "No grants."}, follow=True))
    (nil,) = desk.state().nil.values()
    assert "officer@people.example said on 27 October 2026 that there is nothing to report." in page
    browser.post(f"/returns/return/{nil.id}/withdraw/", {})
    assert not desk.state().nil


def test_withdrawing_asks_why(browser, desk, hand_in, heal_return):
    hand_in(browser, ("heal.xlsx", heal_return()))
    (only,) = desk.state().submissions
    assert browser.post(f"/returns/return/{only}/withdraw/", {}).status_code == 422
    browser.post(f"/returns/return/{only}/withdraw/", {"reason_code": "wrong_file", "reason": "Q2 by mistake"})
    assert desk.state().submissions[only].state == "withdrawn"
    assert desk.state().submissions[only].withdrawn_code == "wrong_file"
    page = text(browser.get(QUARTER))
    assert "Hand in your return" in page
    assert "Nothing to report?" in page
    assert "Everything was loaded" not in page


def test_after_a_withdrawal_what_counted_before_counts_again_and_older_mistakes_stay_history(
    browser, desk, hand_in, heal_return
):
    hand_in(browser, ("broken.xlsx", heal_return(people_reached="abc")))
    hand_in(browser, ("heal.xlsx", heal_return()))
    counts = desk.state().newest("sample_heal", "heal", "2026-Q3").id
    address = hand_in(browser, ("wrong.xlsx", heal_return(people_reached=125))).redirect_chain[-1][0]
    browser.post(address, {})
    newest = desk.state().newest("sample_heal", "heal", "2026-Q3").id
    browser.post(f"/returns/return/{newest}/withdraw/", {"reason_code": "wrong_file"})
    assert f"Number {counts}" in text(browser.get(QUARTER))
    browser.post(f"/returns/return/{counts}/withdraw/", {"reason_code": "wrong_file"})
    assert "There is a problem" not in text(browser.get(QUARTER))


def test_the_receipt_is_a_page_and_a_file_with_the_hash_of_what_was_sent(browser, desk, hand_in, heal_return):
    data = heal_return()
    hand_in(browser, ("heal.xlsx", data))
    (only,) = desk.state().submissions
    digest = hashlib.sha256(data).hexdigest()
    assert digest in text(browser.get(f"/returns/return/{only}/receipt/"))
    saved = browser.get(f"/returns/return/{only}/receipt.json")
    assert json.loads(saved.content) == json.loads(json.dumps(desk.receipt(only).as_dict()))
    assert saved["Content-Disposition"] == f'attachment; filename="receipt-{only}.json"'
    assert browser.get(f"/returns/return/{only}/receipt.txt").content.decode() == desk.receipt(only).as_text()


def test_every_version_can_be_had_back_as_it_was(browser, desk, hand_in, heal_return):
    data = heal_return(people_reached="abc")
    hand_in(browser, ("broken.xlsx", data))
    hand_in(browser, ("heal.xlsx", heal_return()))
    first = min(desk.state().submissions.values(), key=lambda item: item.seq)
    saved = browser.get(f"/returns/return/{first.id}/files/{first.files[0].sha256}/")
    assert saved.content == data
    assert saved["Content-Disposition"] == 'attachment; filename="broken.xlsx"'


def test_the_template_is_made_for_partner_and_quarter(browser, hand_in):
    saved = browser.get(f"{QUARTER}template/")
    assert saved["Content-Disposition"] == 'attachment; filename="heal-2026-Q3-sample_heal-template.xlsx"'
    meta = openpyxl.load_workbook(io.BytesIO(saved.content))["_impact"]
    assert {row[0].value: row[1].value for row in meta.iter_rows()}["partner"] == "sample_heal"
    assert "no data rows" in text(hand_in(browser, ("heal.xlsx", saved.content))).lower()


def test_the_next_template_begins_with_what_recurs_and_shows_what_was_reported(browser, hand_in, heal_return):
    hand_in(browser, ("heal.xlsx", heal_return(people_reached=123)), period="2026-Q2")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{QUARTER}template/").content))
    (begun,) = [row for row in book["Patient survey feedback"].iter_rows(min_row=6, values_only=True) if any(row)]
    assert (all(begun[:2]), begun[2:]) == (True, (None, None))
    assert 123 in [cell.value for row in book["Last quarter"].iter_rows() for cell in row]


def test_a_quarter_that_is_not_over_cannot_be_handed_in_yet(browser):
    page = browser.get("/returns/sample_heal/heal/2026-Q4/")
    assert "Q4 2026 can be handed in from 31 December 2026 (UTC)" in text(page)
    assert 'type="file"' not in page.content.decode()


def test_a_lead_who_sends_it_back_is_quoted(browser, desk, hand_in, heal_return):
    hand_in(browser, ("heal.xlsx", heal_return()))
    (only,) = desk.state().submissions
    desk.return_(only, "lead@people.example", "Detroit is missing.")
    page = text(browser.get(QUARTER))
    assert "Sent back for correction lead@people.example wrote: Detroit is missing." in page
    assert "Correct your return and hand it in again." in text(browser.get("/returns/"))


def test_the_answer_belongs_to_the_file_that_was_sent_even_if_a_colleague_sent_another(
    browser, desk, hand_in, heal_return
):
    """Two people of one partner hand in at once: each reads the answer to their own file."""
    mine = hand_in(browser, ("mine.xlsx", heal_return(people_reached="abc"))).redirect_chain[-1][0]
    hand_in(browser, ("theirs.xlsx", heal_return(people_reached="xyz")))
    assert "“abc” is not a number" in text(browser.get(mine))
    assert "“xyz” is not a number" in text(browser.get(QUARTER))


def test_their_own_workbook_comes_back_marked_and_mended_it_is_accepted(browser, desk, hand_in, heal_return):
    page = hand_in(browser, ("heal.xlsx", heal_return(people_reached="abc"))).content.decode()
    (only,) = desk.state().submissions
    assert f'href="/returns/return/{only}/marked/"' in page
    saved = browser.get(f"/returns/return/{only}/marked/")
    assert saved["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(saved.content))
    assert book.sheetnames[0] == "Fix list"
    assert book["Interventions"]["J2"].comment is not None
    book["Interventions"]["J2"] = 120
    sink = io.BytesIO()
    book.save(sink)
    assert "Accepted" in text(hand_in(browser, ("heal marked.xlsx", sink.getvalue())))
    assert [item.state for item in desk.state().submissions.values()] == ["returned", "accepted"]
