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

from datetime import UTC, datetime  # noqa: E402

#: The moment it is in these tests: 2026-Q3 is due in three days.
NOW = datetime(2026, 10, 27, 9, 30, tzinfo=UTC)
PASSWORD = "quiet river under stone"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file, as in service: in a shared memory database a second writer is refused instead of waiting its turn."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("people") / "portal.db")


@pytest.fixture
def password():
    """Everybody's, in these tests."""
    return PASSWORD


@pytest.fixture
def installation(settings, tmp_path, monkeypatch):
    """Where this test's returns lie, as the site sees it; empty at first."""
    from portal import house
    from sources.settings import Settings

    monkeypatch.setattr(house, "now", lambda: NOW)

    settings.IMPACT = Settings.at(tmp_path / "data")
    settings.PORTAL_FOLDER = settings.IMPACT.data / "portal"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.IMPACT.data.mkdir(parents=True)
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


ROW = {
    "intervention_id": "HEAL-001",
    "intervention_name": "School asthma action plans",
    "city": "Detroit",
    "state_code": "MI",
    "population_groups": "Black or African American",
    "barrier_code": "Cost of care or medicines",
    "stage": "Running",
    "grant_amount": 25000.1,
    "grant_currency": "USD",
    "people_reached": 120,
    "people_trained": 12,
}
FEEDBACK = {
    "population_group": "Black or African American",
    "barrier_code": "Cost of care or medicines",
    "responses_count": 85,
    "mentions_count": 31,
}


@pytest.fixture
def heal_return():
    """Makes the bytes of a HEAL return: ``heal_return(people_reached="abc")`` has that in the first row."""
    import io

    import xlsxwriter

    from sources.contract.load import load_contract

    contract = load_contract("heal")

    def make(*more: dict, **changes) -> bytes:
        sink = io.BytesIO()
        with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
            rows = {
                "interventions": [{**ROW, **changes}, *({**ROW, **one} for one in more)],
                "survey_feedback": [FEEDBACK],
            }
            for name, lines in rows.items():
                table = contract.table(name)
                sheet = book.add_worksheet(table.label[:31])
                for number, column in enumerate(table.columns):
                    sheet.write(0, number, column.label)
                    for line, row in enumerate(lines, start=1):
                        if row.get(column.name) is not None:
                            sheet.write(line, number, row[column.name])
        return sink.getvalue()

    return make


@pytest.fixture
def partner(person):
    """The data officer of HEAL's sample partner."""
    return person("partner", "officer@people.example", partners=["sample_heal"])


@pytest.fixture
def hand_in():
    """Hands files in as the page does; gives the response after its redirects."""
    import uuid

    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(browser, *files, period="2026-Q3", once=None, follow=True):
        uploads = [SimpleUploadedFile(name, data) for name, data in files]
        address = f"/returns/sample_heal/heal/{period}/hand-in/"
        return browser.post(address, {"files": uploads, "once": str(once or uuid.uuid4())}, follow=follow)

    return send
