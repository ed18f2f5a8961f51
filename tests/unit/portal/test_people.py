"""The administrator's pages: adding people, what they may see, their first password."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.accounts.models import User

LONG = "nine slow herons cross the wide grey estuary"
NEW = {
    "name": "Nina New",
    "email": "Nina@People.example",
    "role": "partner",
    "partners": ["sample_heal"],
    "is_active": "on",
}


@pytest.fixture
def admin(person):
    return person("admin", "admin@people.example")


def test_a_new_person_sets_their_own_first_password_with_a_link(admin, signed_in):
    page = signed_in(admin).post("/people/new/", NEW, follow=True).content.decode()
    nina = User.objects.get(email="nina@people.example")
    assert not nina.has_usable_password()
    link = re.search(r"https?://[^/]+(/password/new/[^<]+)</code>", page)[1]
    browser = Client()
    form = browser.get(link, follow=True).redirect_chain[-1][0]
    assert browser.post(form, {"new_password1": LONG, "new_password2": LONG}).status_code == 302
    assert browser.post("/sign-in/", {"username": nina.email, "password": LONG}).url == "/"
    assert browser.get("/returns/sample_heal/heal/2026-Q3/").status_code == 200
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"partners": []}, "Choose at least one partner the person hands in for."),
        ({"role": "lead"}, "Choose at least one program the person leads."),
        ({"email": "admin@people.example"}, "There is already an account with this address."),
        ({"email": "ADMIN@people.example"}, "There is already an account with this address."),
        ({"name": ""}, "Enter the person’s name."),
        ({"partners": ["no_such_partner"]}, "no_such_partner"),
    ],
)
def test_what_is_missing_is_said_at_its_field(admin, signed_in, change, sentence):
    page = signed_in(admin).post("/people/new/", {**NEW, **change}).content.decode()
    assert sentence in page
    assert "There is a problem" in page
    assert User.objects.count() == 1


def test_lists_belong_to_roles(admin, signed_in):
    """A person who becomes a lead no longer hands in for anybody."""
    browser = signed_in(admin)
    browser.post("/people/new/", {**NEW, "programs": ["heal"]})
    nina = User.objects.get(email="nina@people.example")
    assert (nina.partners, nina.programs) == (["sample_heal"], [])
    browser.post(f"/people/{nina.pk}/", {**NEW, "role": "lead", "programs": ["heal"]})
    nina.refresh_from_db()
    assert (nina.partners, nina.programs) == ([], ["heal"])


def test_administrators_cannot_lock_themselves_out(admin, signed_in):
    browser = signed_in(admin)
    form = {"name": "Admin", "email": admin.email, "role": "leadership", "is_active": "on"}
    assert "You can’t take your own access away." in browser.post(f"/people/{admin.pk}/", form).content.decode()
    admin.refresh_from_db()
    assert admin.role == "admin"


def test_people_switch_their_own_reminders_off(partner, signed_in):
    browser = signed_in(partner)
    browser.post("/account/reminders/", {})
    partner.refresh_from_db()
    assert not partner.reminders
    browser.post("/account/reminders/", {"reminders": "on"})
    partner.refresh_from_db()
    assert partner.reminders


def test_signing_out_everywhere_else_keeps_this_session(partner, signed_in):
    here, elsewhere = signed_in(partner), signed_in(partner)
    here.post("/account/sessions/end/")
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
