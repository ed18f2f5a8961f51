"""The site over a data folder of its own. Django wakes up here only, so other tests don't pay for it."""

from __future__ import annotations

import os
import tempfile

import pytest

os.environ.setdefault("IMPACT_SECRET_KEY", "only-for-tests-" + "0" * 50)
os.environ.setdefault("IMPACT_PORTAL_HTTPS", "0")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Read once when Django's settings load; each test then names a folder of its own.
_before = os.environ.get("IMPACT_DATA")
os.environ["IMPACT_DATA"] = tempfile.mkdtemp(prefix="portal-tests-")

import django  # noqa: E402

django.setup()
if _before is None:
    del os.environ["IMPACT_DATA"]
else:
    os.environ["IMPACT_DATA"] = _before

PASSWORD = "quiet river under stone"


@pytest.fixture
def password():
    """Everybody's, in these tests."""
    return PASSWORD


@pytest.fixture
def installation(settings, tmp_path):
    """Where this test's returns lie, as the site sees it; empty at first."""
    from portal.throttle import limiter
    from sources.settings import Settings

    settings.IMPACT = Settings.at(tmp_path / "data")
    settings.PORTAL_FOLDER = settings.IMPACT.data / "portal"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.IMPACT.data.mkdir(parents=True)
    limiter().storage.reset()
    return settings.IMPACT


@pytest.fixture
def desk(installation):
    """The desk the site uses in this test."""
    from portal import house

    return house.desk()


@pytest.fixture
def person(db, installation):
    """Makes somebody with an account: ``person("partner", partners=["sample_heal"])``."""
    from portal.accounts.models import User

    def make(role: str, email: str = "", **fields):
        email = email or f"{role}{User.objects.count()}@people.example"
        return User.objects.create_user(email, PASSWORD, role=role, name=fields.pop("name", email), **fields)

    return make


@pytest.fixture
def signed_in(client):
    """A test client in which a person is signed in as the sign-in page would do it."""
    from django.test import Client

    def enter(user) -> Client:
        browser = Client()
        response = browser.post("/sign-in/", {"username": user.email, "password": PASSWORD})
        assert response.status_code == 302, response.content.decode()
        return browser

    return enter
