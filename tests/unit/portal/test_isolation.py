"""Every route, tried by everybody with everybody else's ids: 404, the same as for ids that name nothing.

The largest risk of the site is that one partner sees another's return. The register of routes is walked, so a new
route is tried without anybody remembering to.
"""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse

from portal.partners import staging
from portal.routes import ROUTES
from sources.reader import InputFile

OTHER = {"partner": "sample_heal_south", "program": "heal", "period": "2026-Q3"}
METHODS = ("get", "post")


@pytest.fixture
def theirs(desk, person, heal_return):
    """Another partner's quarter with everything an address can name, and the person it belongs to."""
    owner = person("partner", "south@people.example", partners=["sample_heal_south"])
    data = heal_return(people_reached="abc", grant_amount=25000)
    outcome = desk.submit([InputFile("south.xlsx", data)], **OTHER, who=owner.email)
    nil = desk.nil(**{**OTHER, "period": "2026-Q2"}, who=owner.email)
    waiting = staging.stage(owner, (OTHER["partner"], OTHER["program"], OTHER["period"]), [InputFile("s.xlsx", data)])
    received = desk.state().submissions[outcome.submission_id]
    return {
        **OTHER,
        "submission_id": outcome.submission_id,
        "nil_id": nil.id,
        "sha256": received.files[0].sha256,
        "staged_id": waiting.id,
        "form": "json",
        "user_id": owner.pk,
        "indicator": "HEAL-01",
        "change_id": "T000001",
        "comment_id": "C000001",
        "table": "pub_leads__indicator_rows",
        "build_id": "2026-11-15-0000000000",
        "name": "kpi",
        "file": "kpi.xlsx",
        "path": "kpi.xlsx",
        "uidb64": "AAAA",
        "token": "set-password",
    }


def addresses(role: str, ids: dict) -> list[tuple[str, str]]:
    """Every guarded address with an id that this role may reach, made of the given ids."""
    found = []
    for name, route in ROUTES.items():
        if role in route.roles and route.ids:
            known = {key: ids[key] for key in route.ids if key in ids}
            if len(known) == len(route.ids):
                found.append((name, reverse(name, kwargs=known)))
    return found


def without_tokens(response) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def status(browser, method: str, address: str) -> int:
    return getattr(browser, method)(address, {} if method == "get" else {"what": "stop"}).status_code


def test_no_partner_reaches_anything_of_another(theirs, partner, signed_in, desk):
    browser, before = signed_in(partner), desk.state().seq
    tried = addresses("partner", theirs)
    assert {name for name, _ in tried} == {n for n, r in ROUTES.items() if "partner" in r.roles and r.ids}
    for name, address in tried:
        for method in METHODS:
            assert status(browser, method, address) == 404, (method, name)
    assert desk.state().seq == before


def test_ids_of_two_owners_never_mix(theirs, partner, signed_in, desk, heal_return):
    """One's own partner in the address with somebody else's staged file or submission is nobody's."""
    browser = signed_in(partner)
    mine = {**theirs, "partner": "sample_heal"}
    address = reverse("partners:changes", kwargs={k: mine[k] for k in ("partner", "program", "period", "staged_id")})
    assert browser.get(address).status_code == 302
    assert browser.post(address, {}).status_code == 302
    assert len(desk.state().submissions) == 1
    own = desk.submit([InputFile("own.xlsx", heal_return())], **{**OTHER, "partner": "sample_heal"}, who=partner.email)
    other_file = {"submission_id": own.submission_id, "sha256": theirs["sha256"]}
    assert browser.get(reverse("partners:original", kwargs=other_file)).status_code == 404


def test_nothing_to_report_of_another_partner_cannot_be_taken_back(theirs, partner, signed_in, desk):
    address = reverse("partners:withdraw", kwargs={"submission_id": theirs["nil_id"]})
    browser = signed_in(partner)
    assert [status(browser, method, address) for method in METHODS] == [404, 404]
    assert not desk.state().nils[theirs["nil_id"]].withdrawn


def test_a_lead_reaches_nothing_of_programs_they_do_not_lead(theirs, person, signed_in, desk):
    browser, before = signed_in(person("lead", programs=["cheer"])), desk.state().seq
    scoped = {"partner", "program", "submission_id"}
    tried = [(name, url) for name, url in addresses("lead", theirs) if scoped & set(ROUTES[name].ids)]
    assert tried
    for name, address in tried:
        for method in METHODS:
            assert status(browser, method, address) in (404, 405), (method, name)
            assert "south" not in getattr(browser, method)(address).content.decode()
    assert desk.state().seq == before


def test_the_page_of_a_figure_is_for_those_who_lead_its_program_and_nobody_else(person, signed_in, installation):
    """Every indicator of every program, tried by a lead of each, by a partner who reports it, and by leadership."""
    from exports.store import POINTER
    from portal import house
    from tests.unit.exports import fixtures

    published = fixtures.publish(installation.data / "published")
    root = installation.data / "exports" / published.build_id
    programs = {code: program for program, one in house.contracts().items() for code in one.indicators}
    for code in programs:
        page = root / "restricted" / "figures" / code / "2026-Q3-since_start.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<title>{code}</title>", "utf-8")
    (root / "release").mkdir()
    for tree in ("release", "restricted"):
        (root / tree / "restatement.html").write_text(f"<title>Changes, {tree}</title>", "utf-8")
    (root.parent / POINTER).write_text(published.build_id)
    addresses = {code: f"/read/restricted/figures/{code}/2026-Q3-since_start.html" for code in programs}
    for user, led in (
        (person("lead", programs=["heal"]), {"heal"}),
        (person("lead", programs=["cheer", "finance"]), {"cheer", "finance"}),
        (person("partner", partners=["sample_heal"]), set()),
        (person("leadership"), set()),
    ):
        browser = signed_in(user)
        answers = {code: status(browser, "get", address) for code, address in addresses.items()}
        assert {code for code, answer in answers.items() if answer == 200} == {
            code for code, program in programs.items() if program in led
        }
        assert set(answers.values()) <= {200, 404}
        listed = browser.get("/read/").content.decode()
        assert ("Changes, release" in listed) is (user.role != "partner")
        assert "Changes, restricted" not in listed, "it tells of programs none of them leads"


@pytest.mark.parametrize("role", ["partner", "lead", "leadership", "admin"])
def test_no_role_reaches_the_pages_of_another(role, theirs, person, signed_in):
    browser = signed_in(person(role, partners=["sample_heal"], programs=["heal"]))
    for name, route in ROUTES.items():
        if not route.roles or role in route.roles:
            continue
        known = {key: theirs[key] for key in route.ids if key in theirs}
        if len(known) == len(route.ids):
            for method in METHODS:
                assert status(browser, method, reverse(name, kwargs=known)) == 404, (role, method, name)


def test_what_is_not_there_answers_exactly_as_what_is_somebody_elses(theirs, partner, signed_in):
    """The answer must not tell whether a number exists."""
    browser = signed_in(partner)
    for name, ids in (
        ("partners:submission", {"submission_id": "S999999-ffff"}),
        ("partners:quarter", {**OTHER, "partner": "nobody"}),
        ("partners:quarter", {**OTHER, "partner": "sample_heal", "program": "cheer"}),
        ("partners:quarter", {**OTHER, "partner": "sample_heal", "period": "2026-Q9"}),
        ("partners:quarter", {**OTHER, "partner": "sample_heal", "period": "1999-Q1"}),
    ):
        nothing = browser.get(reverse(name, kwargs=ids))
        real = {**theirs} if "submission_id" in ids else {**OTHER}
        other = browser.get(reverse(name, kwargs={key: real[key] for key in ids}))
        assert nothing.status_code == other.status_code == 404
        assert without_tokens(nothing) == without_tokens(other)


def test_strangers_are_sent_to_sign_in_whatever_they_ask_for(theirs, client, db):
    for name, route in ROUTES.items():
        known = {key: theirs[key] for key in route.ids if key in theirs}
        if route.roles and len(known) == len(route.ids):
            answer = client.get(reverse(name, kwargs=known))
            assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/"), name


def test_the_partner_never_comes_from_the_form(partner, signed_in, desk, heal_return, hand_in):
    """A form field, a file name or a sheet that names another partner changes nothing about whose return it is."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("sample_heal_south.xlsx", heal_return())
    form = {"files": upload, "partner": "sample_heal_south", "user": "1", "once": str(uuid.uuid4())}
    signed_in(partner).post("/returns/sample_heal/heal/2026-Q3/hand-in/", form)
    assert {item.partner for item in desk.state().submissions.values()} == {"sample_heal"}


def test_a_template_made_for_another_partner_is_refused_and_both_are_named(partner, signed_in, desk, hand_in):
    from sources.contract.load import load_contract
    from sources.contract.template import template_bytes

    data = template_bytes(load_contract("heal"), partner="sample_heal_south", period="2026-Q3")
    page = hand_in(signed_in(partner), ("heal.xlsx", data)).content.decode()
    (only,) = desk.state().submissions.values()
    assert only.state == "refused"
    assert only.partner == "sample_heal"
    assert "HEAL South" in page
    assert "Sample partner (HEAL)" in page
