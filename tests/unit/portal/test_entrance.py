"""Who gets in, where they land, and that nobody gets further."""

from __future__ import annotations

import pytest


def test_each_role_lands_on_its_own_page(person, signed_in):
    homes = {"partner": "/returns/", "lead": "/lead/", "leadership": "/leadership/", "admin": "/people/"}
    for role, home in homes.items():
        browser = signed_in(person(role, partners=["sample_heal"], programs=["heal"]))
        assert browser.get("/").url == home
        assert browser.get(home).status_code == 200
        for other in set(homes.values()) - {home}:
            assert browser.get(other).status_code == 404, (role, other)


def test_strangers_are_sent_to_the_sign_in_page(client, installation, db):
    response = client.get("/returns/")
    assert response.status_code == 302
    assert response.url == "/sign-in/?next=/returns/"


def test_a_wrong_password_says_no_more_than_that(client, person):
    user = person("partner", partners=["sample_heal"])
    for email in (user.email, "nobody@people.example"):
        page = client.post("/sign-in/", {"username": email, "password": "wrong"}).content.decode()
        assert "The e-mail address or password is wrong." in page


def test_an_address_is_one_person_in_any_case(client, person, password):
    person("partner", "Mixed.Case@People.example", partners=["sample_heal"])
    assert client.post("/sign-in/", {"username": "MIXED.case@people.EXAMPLE", "password": password}).status_code == 302


def test_nobody_signs_in_with_an_account_that_was_switched_off(client, person, password):
    user = person("lead", programs=["heal"], is_active=False)
    assert client.post("/sign-in/", {"username": user.email, "password": password}).status_code == 200


@pytest.mark.parametrize("password", ["short", "password1234", "coalitionimpact2030", "x" * 257])
def test_weak_passwords_are_refused(password):
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["quiet river under stone", "ひらがなひらがなひらがな", "aaaa bbbb cccc dddd", "8" * 8 + "-trombone"]
)
def test_long_plain_passwords_are_welcome(password):
    from django.contrib.auth.password_validation import validate_password

    validate_password(password)


def test_every_address_is_in_the_register(installation):
    """A route nobody registered has no guard, and no test of other people's ids."""
    from django.urls import URLPattern, get_resolver

    from portal.routes import ROUTES

    def names(resolver, space=""):
        for item in resolver.url_patterns:
            if isinstance(item, URLPattern):
                yield f"{space}:{item.name}" if space else item.name, item
            else:
                yield from names(item, item.namespace or space)

    found = dict(names(get_resolver()))
    assert set(found) == set(ROUTES)
    for name, route in ROUTES.items():
        assert frozenset(route.roles) == getattr(found[name].callback, "roles", frozenset()), name
