"""OWASP ASVS 5.0, people: passwords (6.2), throttling (6.3.1), sessions (7.2 to 7.4), and what goes with them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from portal.middleware import LAST_SEEN, SIGNED_IN_AT

LONG = "nine slow herons cross the wide grey estuary at dusk"


def cookie(browser, settings):
    return browser.cookies.get(settings.SESSION_COOKIE_NAME)


def change(browser, old, new, again=None):
    form = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return browser.post("/account/password/", form)


def signs_in(user, password) -> bool:
    return Client().post("/sign-in/", {"username": user.email, "password": password}).status_code == 302


def test_6_2_1_a_password_has_at_least_twelve_characters():
    with pytest.raises(ValidationError, match="at least 12"):
        validate_password("herons wade")


def test_6_2_2_and_6_2_3_people_change_their_password_with_the_one_they_have(partner, signed_in, password):
    browser = signed_in(partner)
    refused = change(browser, "not it at all", LONG)
    assert "The password you have now is another one." in refused.content.decode()
    assert signs_in(partner, password)
    assert change(browser, password, LONG).status_code == 302
    assert signs_in(partner, LONG)
    assert not signs_in(partner, password)


@pytest.mark.parametrize("known", ["passwordpassword", "1234567890123", "qwertyuiop123", "iloveyou1234"])
def test_6_2_4_passwords_everybody_uses_are_refused(known):
    from django.contrib.auth.password_validation import CommonPasswordValidator

    common = CommonPasswordValidator().passwords
    assert len(common) >= 3000
    if known in common:
        with pytest.raises(ValidationError):
            validate_password(known)
    longest = max(common, key=len)
    assert len(longest) >= 12
    with pytest.raises(ValidationError, match="too common"):
        validate_password(longest)


@pytest.mark.parametrize(
    "password", ["aaaabbbbccccdddd", "482913750274", "ÄÖÜ ÄÖÜ ÄÖÜ ÄÖÜ", "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊"]
)
def test_6_2_5_any_characters_will_do(password):
    validate_password(password)


def test_6_2_6_and_6_2_7_fields_hide_what_is_typed_and_let_managers_paste(client, db, installation):
    page = client.get("/sign-in/").content.decode()
    field = re.search(r'<input[^>]*name="password"[^>]*>', page)[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_6_2_8_a_password_is_taken_exactly_as_typed(person):
    user = person("partner", partners=["sample_heal"])
    spaced = "  Nine Slow Herons  " + "x" * 60
    user.set_password(spaced)
    user.save()
    assert signs_in(user, spaced)
    for other in (spaced.strip(), spaced.lower(), spaced[:-1]):
        assert not signs_in(user, other)


def test_6_2_9_long_passphrases_are_possible(partner, signed_in, password):
    long = "heron " * 40
    assert change(signed_in(partner), password, long).status_code == 302
    assert signs_in(partner, long)


def test_6_2_10_nobody_is_made_to_change_a_good_password(partner, settings):
    assert not [name for name in settings.MIDDLEWARE if "expir" in name.lower()]
    partner.last_login = partner.created_at - timedelta(days=4000)
    partner.save()
    assert signs_in(partner, "quiet river under stone")


@pytest.mark.parametrize("password", ["coalition2030!", "ImpactWarehouse", "trust-trust-trust"])
def test_6_2_11_words_of_this_house_are_no_password(password):
    with pytest.raises(ValidationError, match="would not guess"):
        validate_password(password)


def test_passwords_are_kept_with_argon2(settings):
    from portal import settings as real

    assert real.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_6_3_1_guessing_is_slowed_for_the_guesser_and_not_for_the_person(partner, password):
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(5):
        guesser.post("/sign-in/", {"username": partner.email, "password": "wrong guess"})
    blocked = guesser.post("/sign-in/", {"username": partner.email, "password": password})
    assert blocked.status_code == 429
    assert "Wait 15 minutes" in blocked.content.decode()
    own = Client(REMOTE_ADDR="198.51.100.4").post("/sign-in/", {"username": partner.email, "password": password})
    assert own.status_code == 302


def test_6_3_1_one_address_cannot_try_many_accounts(client, installation, db, settings):
    settings.RATES = {**settings.RATES, "sign_in": ("", "8/hour")}
    answers = [
        client.post("/sign-in/", {"username": f"p{n}@people.example", "password": "wrong"}).status_code
        for n in range(9)
    ]
    assert answers == [200] * 8 + [429]


def test_a_whole_office_may_sign_in_from_one_address(person, password, settings):
    settings.RATES = {**settings.RATES, "sign_in": ("", "2/hour")}
    people = [person("partner", partners=["sample_heal"]) for _ in range(5)]

    def enter(email, word):
        return Client(REMOTE_ADDR="203.0.113.9").post("/sign-in/", {"username": email, "password": word}).status_code

    assert [enter(one.email, password) for one in people] == [302] * 5
    assert [enter(one.email, "wrong guess") for one in people[:2]] == [200, 200]
    assert enter(people[2].email, password) == 429


def test_6_3_1_behind_a_proxy_the_address_is_the_one_the_proxy_saw(rf, settings):
    from portal.throttle import address

    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.9")
    assert address(request) == "10.0.0.1"
    settings.PROXY = True
    assert address(request) == "203.0.113.9"


@pytest.mark.parametrize(("given", "counted"), [
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:DB8:1:2::9", "2001:db8:1:2::"), ("2001:db8:1:3::9", "2001:db8:1:3::"),
    ("::ffff:203.0.113.9", "203.0.113.9"), ("fe80::1%eth0", "fe80::"), ("203.0.113.9", "203.0.113.9"), ("", ""), ("unix:", "unix:"),
])  # fmt: skip
def test_6_3_1_one_line_has_one_address_however_many_it_may_use(rf, given, counted):
    from portal.throttle import address

    assert address(rf.get("/", REMOTE_ADDR=given)) == counted


def test_6_3_1_a_guesser_gains_nothing_by_another_address_of_its_network(partner, password):
    for number in range(5):
        guesser = Client(REMOTE_ADDR=f"2001:db8:1:2::{number}")
        guesser.post("/sign-in/", {"username": partner.email, "password": "wrong guess"})
    blocked = Client(REMOTE_ADDR="2001:db8:1:2::77").post(
        "/sign-in/", {"username": partner.email, "password": password}
    )
    assert blocked.status_code == 429
    own = Client(REMOTE_ADDR="2001:db8:1:3::1").post("/sign-in/", {"username": partner.email, "password": password})
    assert own.status_code == 302


def test_a_reset_says_the_same_whether_or_not_there_is_an_account(client, partner, mailoutbox):
    known = client.post("/password/forgotten/", {"email": partner.email})
    unknown = client.post("/password/forgotten/", {"email": "nobody@people.example"})
    assert known.status_code == unknown.status_code == 302
    assert known.url == unknown.url
    assert [mail.to for mail in mailoutbox] == [[partner.email]]


def test_a_reset_link_uses_the_sites_own_address_and_works_once(client, partner, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/password/forgotten/", {"email": partner.email}, HTTP_HOST="evil.example")
    link = re.search(r"https?://\S+", mailoutbox[0].body)[0]
    assert link.startswith(settings.PORTAL_URL + "/")
    path = link.removeprefix(settings.PORTAL_URL)
    page = client.get(path, follow=True)
    form = {"new_password1": LONG, "new_password2": LONG}
    assert client.post(page.redirect_chain[-1][0], form).status_code == 302
    assert signs_in(partner, LONG)
    assert "This link no longer works" in Client().get(path, follow=True).content.decode()


def test_7_2_1_to_7_2_3_a_session_is_a_random_reference_the_server_knows(partner, signed_in, settings):
    ids = {cookie(signed_in(partner), settings).value for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[a-z0-9]{32}", one) for one in ids)  # 36^32 is more than 2^165
    assert Session.objects.filter(session_key__in=ids).count() == 3
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert stranger.get("/returns/").status_code == 302


def test_7_2_4_signing_in_gives_a_new_session_and_ends_the_old(partner, settings, password):
    browser = Client()
    planted = browser.session
    planted["planted"] = True
    planted.save()
    before = planted.session_key
    browser.cookies[settings.SESSION_COOKIE_NAME] = before
    browser.post("/sign-in/", {"username": partner.email, "password": password})
    assert cookie(browser, settings).value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert "planted" not in browser.session


@pytest.mark.parametrize("key", [LAST_SEEN, SIGNED_IN_AT])
def test_7_3_1_and_7_3_2_sessions_end_by_themselves(partner, signed_in, settings, key):
    browser = signed_in(partner)
    limit = settings.SESSION_INACTIVITY_SECONDS if key == LAST_SEEN else settings.SESSION_ABSOLUTE_SECONDS
    session = browser.session
    session[key] -= limit - 60
    session.save()
    assert browser.get("/returns/").status_code == 200
    session = browser.session
    session[key] -= limit + 1
    session.save()
    old = cookie(browser, settings).value
    assert browser.get("/returns/").status_code == 302
    assert not Session.objects.filter(session_key=old).exists()


def test_7_4_1_after_signing_out_the_old_cookie_opens_nothing(partner, signed_in, settings):
    browser = signed_in(partner)
    stolen = cookie(browser, settings).value
    browser.post("/sign-out/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/returns/").status_code == 302
    assert signed_in(partner).get("/sign-out/").status_code == 405


def test_7_4_2_a_switched_off_account_is_out_at_once(partner, signed_in, person):
    browser, admin = signed_in(partner), signed_in(person("admin"))
    form = {"name": partner.name, "email": partner.email, "role": "partner", "partners": ["sample_heal"]}
    assert admin.post(f"/people/{partner.pk}/", form).status_code == 302
    assert browser.get("/returns/").status_code == 302


def test_7_4_3_a_new_password_ends_the_other_sessions(partner, signed_in, password):
    here, elsewhere = signed_in(partner), signed_in(partner)
    change(here, password, LONG)
    assert here.get("/returns/").status_code == 200
    assert elsewhere.get("/returns/").status_code == 302


def test_7_4_4_every_page_of_a_session_can_end_it(partner, signed_in):
    browser = signed_in(partner)
    for address in ("/returns/", "/account/", "/help/", "/returns/sample_heal/heal/2026-Q3/", "/nowhere/"):
        assert 'action="/sign-out/"' in browser.get(address).content.decode(), address


def test_7_4_5_an_administrator_ends_somebodys_sessions(partner, signed_in, person):
    browser, admin = signed_in(partner), signed_in(person("admin"))
    admin.post(f"/people/{partner.pk}/sign-out/")
    assert browser.get("/returns/").status_code == 302


def test_what_somebody_may_see_changes_at_once(partner, signed_in, person):
    browser, admin = signed_in(partner), signed_in(person("admin"))
    form = {"name": "P", "email": partner.email, "role": "partner", "partners": ["sample_cheer"], "is_active": "on"}
    admin.post(f"/people/{partner.pk}/", form)
    assert browser.get("/returns/sample_heal/heal/2026-Q3/").status_code == 302
    assert signed_in(partner).get("/returns/sample_heal/heal/2026-Q3/").status_code == 404


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(partner, signed_in, settings):
    for name, value in signed_in(partner).cookies.items():
        assert value["httponly"], name
        assert value["samesite"] == "Lax", name


def test_with_tls_cookies_are_bound_to_the_host_and_never_sent_in_the_clear(tmp_path):
    import json
    import subprocess
    import sys

    code = (
        "import json; from django.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT, s.DEBUG]))"
    )
    env = {"DJANGO_SETTINGS_MODULE": "portal.settings", "IMPACT_DATA": str(tmp_path), "IMPACT_SECRET_KEY": "x" * 50}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, True, "__Host-session", True, True, False]


def test_a_form_from_another_site_is_refused(partner, password, desk):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(partner)
    answer = browser.post("/returns/sample_heal/heal/2026-Q3/nothing/", {})
    assert answer.status_code == 403
    assert "Nothing was sent" in answer.content.decode()
    assert not desk.state().nil


@pytest.mark.parametrize("address", ["/sign-in/", "/returns/", "/nowhere/"])
def test_pages_allow_no_script_or_style_but_the_sites_own(partner, signed_in, address):
    answer = signed_in(partner).get(address, follow=True)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].find("no-store") >= 0


def test_single_sign_on_opens_existing_accounts_only(person, settings):
    from portal.accounts.oidc import ExistingAccounts

    settings.OIDC_OP_TOKEN_ENDPOINT = settings.OIDC_OP_USER_ENDPOINT = "https://id.example/x"
    settings.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_SECRET = "x"
    settings.OIDC_RP_SIGN_ALGO, settings.OIDC_RP_IDP_SIGN_KEY, settings.OIDC_CREATE_USER = "RS256", "k", False
    backend = ExistingAccounts()
    known = person("lead", "lead@people.example", programs=["heal"])
    gone = person("lead", "gone@people.example", programs=["heal"], is_active=False)
    assert list(backend.filter_users_by_claims({"email": "LEAD@people.example"})) == [known]
    assert not backend.filter_users_by_claims({"email": gone.email})
    assert not backend.filter_users_by_claims({"email": "new@people.example"})
    assert not backend.verify_claims({"email": known.email, "email_verified": False})
    assert backend.update_user(known, {"email": known.email, "role": "admin"}).role == "lead"


def test_whoever_comes_by_single_sign_on_has_a_session_that_ends_too(partner):
    """Django's own sign-in, which every back end uses, notes when the session began."""
    browser = Client()
    browser.force_login(partner)
    assert browser.get("/returns/").status_code == 200
    assert browser.session[SIGNED_IN_AT] == browser.session[LAST_SEEN] > 0
