"""What the site writes down about a request: the page, the role, the time; nothing anybody typed."""

import json
from dataclasses import replace

import pytest

from sources.logs import configure


@pytest.fixture
def lines(installation):
    configure(installation)

    def read() -> list[dict]:
        return [
            json.loads(line)
            for path in (installation.data / "logs").glob("*.jsonl")
            for line in path.read_text().splitlines()
        ]

    yield read
    configure(replace(installation, log_to="off"))


def test_a_hand_in_leaves_lines_that_belong_together_and_no_cell(lines, partner, signed_in, hand_in, heal_return, desk):
    hand_in(signed_in(partner), ("Anna Musterfrau.xlsx", heal_return(people_reached="Geheimnis", state_code="Ohyo")))
    (submission,) = desk.state().submissions.values()
    written = lines()
    (request,) = (line for line in written if line.get("route") == "partners:hand_in")
    assert (request["method"], request["status"], request["role"]) == ("POST", 302, "partner")
    assert (request["program"], request["partner"], request["period"]) == ("heal", "sample_heal", "2026-Q3")
    assert request["seconds"] > 0
    assert [line["receipt"] for line in written if line["what"] == "judged"] == [submission.id]
    (received,) = (line for line in written if line["what"] == "received")
    assert received["who"] == request["who"], "one person is one mark, in the log and at the door"
    everything = json.dumps(written, ensure_ascii=False)
    for secret in ("Geheimnis", "Ohyo", "Musterfrau", "people.example", "officer", "quiet river", "127.0.0.1"):
        assert secret not in everything


def test_what_is_refused_or_secret_in_an_address_is_not_repeated(lines, partner, signed_in, client):
    signed_in(partner).get("/returns/anna-musterfrau/heal/2026-Q3/")
    client.get("/reset/MQ/geheimes-zeichen/")
    client.get("/health/")
    everything = json.dumps(lines())
    assert '"status": 404' in everything
    assert "musterfrau" not in everything
    assert "geheim" not in everything
    assert '"route": "health"' not in everything


def test_the_terminal_of_the_site_stays_quiet(lines, client):
    import io
    import logging

    (console,) = (item for item in logging.getLogger("portal").handlers if type(item) is logging.StreamHandler)
    before, shown = console.stream, io.StringIO()
    console.setStream(shown)
    try:
        client.get("/sign-in/")
    finally:
        console.setStream(before)
    assert [line["route"] for line in lines()] == ["accounts:sign_in"]
    assert shown.getvalue() == ""
