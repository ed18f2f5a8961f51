"""Every route with what no browser of ours sends: an answer that says so, never a page that broke.

The register of routes is walked, so a new route is tried without anybody remembering to. For each address: odd texts
in every id, in every query and form field, odd bodies, odd methods.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from portal.partners import staging
from portal.routes import EVERYBODY, ROUTES
from sources.reader import InputFile
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import META
from tests.unit.exports.invented.values import kpi_rows

QUARTER = {"partner": "sample_heal", "program": "heal", "period": "2026-Q3"}
ODD = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "line\r\nSet-Cookie: x=y",
    "-1",
    "0",
    "1e30",
    "-1e9999",
    "NaN",
    "Infinity",
    "9" * 40,
    "9" * 5000,
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "202６-Q3",
    "2026-Q3\n",
    "2026-Q0",
    "[]",
    '{"a":',
    "None",
    "' OR 1=1 --",
    "%s%n{0}{{7*7}}",
    "../../../etc/passwd",
    "//evil.example/",
    "/sign-in/",
    "\u202e\ufeff\u0301",
    "🦊" * 300,
    "x" * 4_000,
)
#: Every name a page of ours reads, and some of Django's.
FIELDS = (
    *("answer", "page", "q", "kind", "quarter", "span", "sort", "status", "partner", "to", "next", "refused"),
    *("what", "once", "why", "reason", "reason_code", "decision", "back-why", "reopen-why", "reopen-reason_code"),
    *("indicator", "year", "value", "text", "consent_scope", "consent_expires", "expires_on", "files"),
    *("name", "email", "role", "partners", "programs", "is_active", "reminders", "answer:period", "answer:sheet"),
    *("username", "password", "old_password", "new_password1", "new_password2", "csrfmiddlewaretoken"),
)
#: Would end the session the others are tried with; they take no field.
ENDS = ("accounts:sign_out", "accounts:end_sessions")
#: What makes each form whole, so that one odd field is met by the page behind the form too.
WHOLE = {
    "partners:answer": {},
    "partners:withdraw": {"reason_code": "correction_of_error", "reason": "Because."},
    "partners:changes": {"reason_code": "correction_of_error", "reason": "Because."},
    "leads:review": {},
    "leads:decide": {"decision": "return", "back-why": "Because."},
    "leads:waive": {"indicator": "", "expires_on": "2027-03-31", "why": "Because."},
    "leads:commentary": {"kind": "story", "text": "Words.", "consent_scope": "public", "consent_expires": "2028-12-31"},
    "leads:targets": {"indicator": "heal_people_reached", "year": "2028", "value": "30000", "why": "Because."},
    "leads:decide_target": {"decision": "decline", "why": "Because."},
    "accounts:new_person": {"name": "N", "email": "n@people.example", "role": "partner", "partners": "sample_heal"},
    "accounts:sign_in": {"username": "n@people.example", "password": "wrong"},
    "accounts:change_password": {"old_password": "wrong", "new_password1": "x" * 20, "new_password2": "x" * 20},
    "accounts:reset": {"email": "n@people.example"},
}


@pytest.fixture
def ids(desk, person, partner, heal_return, settings, installation):
    """Everything an address can name, and it is there; the person may see it."""
    settings.RATES = dict.fromkeys(settings.RATES, ("", ""))
    lead = "writer@people.example"
    given = desk.submit([InputFile("heal.xlsx", heal_return())], **QUARTER, who=partner.email)
    publish_with_rows(installation.data / "published", given.submission_id)
    nil = desk.nil(**{**QUARTER, "period": "2026-Q2"}, who=partner.email)
    change = desk.propose_target("heal", "heal_people_reached", 2029, "31000", lead, "Because.")
    comment = desk.comment("heal", "2026-Q3", lead, "Words.")
    waiting = staging.stage(partner, tuple(QUARTER.values()), [InputFile("heal.xlsx", heal_return(people_trained=3))])
    return {
        **QUARTER,
        "submission_id": given.submission_id,
        "nil": nil.id,
        "sha256": desk.state().submissions[given.submission_id].files[0].sha256,
        "staged_id": waiting.id,
        "form": "json",
        "ending": "csv",
        "user_id": partner.pk,
        "indicator": "heal_people_reached",
        "change_id": change.id,
        "comment_id": comment.id,
        "name": "claims.html",
        "uidb64": "AAAA",
        "token": "set-password",
    }


def publish_with_rows(root, submission_id: str) -> None:
    """A build whose figures say where they come from: a row of a file, and a quarter without any."""
    from decimal import Decimal

    import pyarrow as pa

    from exports.published import write_published

    row = {
        "program_code": "heal",
        "indicator_code": "heal_people_reached",
        "overlap": "unknown",
        "partner_code": "sample_heal",
        "period": "2026-Q3",
        "submission_id": submission_id,
        "source_table": "interventions",
        "source_sheet": "Interventions",
        "source_row": 2,
        "country_code": "US",
        "population_group_code": None,
        "place": "Detroit",
        "place_key": "detroit",
        "is_nil": False,
        "row_count": 1,
        "numerator": None,
        "denominator": None,
        "value_low": Decimal("120.00"),
        "value_high": Decimal("120.00"),
    }
    none = {"source_table": None, "source_sheet": None, "source_row": None, "is_nil": True, "submission_id": None}
    connection, models = fixtures.warehouse()
    connection.register("rows_in", pa.Table.from_pylist([row, {**row, **none, "period": "2026-Q2"}]))
    connection.execute("create or replace table published.pub_leads__indicator_rows as select * from rows_in")
    write_published(connection, models, root, META)


@pytest.fixture
def browsers(ids, person, partner, signed_in):
    """A signed-in browser per role, and a stranger's; a page that breaks answers 500 here as it does in earnest."""
    people = {"partner": partner, "": None}
    for role in ("lead", "leadership", "admin"):
        people[role] = person(role, f"{role}@people.example", programs=["heal"])
    found = {}
    for role, user in people.items():
        found[role] = signed_in(user) if user is not None else Client()
        found[role].raise_request_exception = False
    return found


@pytest.fixture
def broken():
    """Collects the addresses that broke."""
    found: list[str] = []
    yield found
    assert not found, "\n".join([f"{len(found)} requests broke", *found[:40]])


def note(broken: list[str], answer, what: str) -> None:
    if answer.status_code >= 500:
        raised = getattr(answer, "exc_info", None)
        broken.append(f"{what[:160]!r}: {answer.status_code} {raised[1]!r}"[:400] if raised else what[:160])


def routes_of(role: str) -> list[str]:
    """Routes tried as one role: those of its own; as a partner those of everybody too; as a stranger the public ones."""
    own = [
        name for name, route in ROUTES.items() if route.roles in ((role,), ("lead", "admin")) and role in route.roles
    ]
    shared = [name for name, route in ROUTES.items() if route.roles == EVERYBODY]
    public = [name for name, route in ROUTES.items() if not route.roles]
    return [name for name in {"partner": own + shared, "": public}.get(role, own) if name not in ENDS]


def address(name: str, ids: dict) -> str:
    return reverse(name, kwargs={key: ids[key] for key in ROUTES[name].ids})


def test_every_id_of_every_route_is_known_here(ids):
    """Else a new route would be left out of what follows."""
    for name in ROUTES:
        assert address(name, ids).startswith("/"), name


@pytest.mark.parametrize("role", [*EVERYBODY, ""])
def test_odd_ids(role, ids, browsers, broken, desk):
    for name in routes_of(role):
        route = ROUTES[name]
        for key in route.ids:
            for odd in ODD:
                path = "/" + _prefix(name) + _filled(route.pattern, {**ids, key: odd})
                for method in ("get", "post"):
                    form = WHOLE.get(name, {}) if method == "post" else {}
                    note(broken, getattr(browsers[role], method)(path, form), f"{method} {name} {key}={odd[:30]!r}")
    written = {event.period for event in desk.log.events()} - {None}
    assert written <= {"2026-Q2", "2026-Q3"}, "only quarters as everything else writes them"


@pytest.mark.parametrize("role", [*EVERYBODY, ""])
def test_odd_queries(role, ids, browsers, broken):
    for name in routes_of(role):
        for odd in ODD:
            query = "&".join(f"{field}={quote(odd[:500])}" for field in FIELDS)
            answer = browsers[role].get(f"{address(name, ids)}?{query}")
            note(broken, answer, f"get {name} {odd[:30]!r}")
        for tail in ("&".join(f"{field}=%ff%fe&{field}=1&{field}=%00" for field in FIELDS), "%ff&&=&[]=[]"):
            note(broken, browsers[role].get(f"{address(name, ids)}?{tail}"), f"get {name}?{tail[:40]}")


@pytest.mark.parametrize("role", [*EVERYBODY, ""])
def test_odd_forms(role, ids, browsers, broken):
    for name in routes_of(role):
        whole = WHOLE.get(name, {})
        for field in [*whole, None]:
            for odd in ODD:
                form = {**whole, field: odd} if field else dict.fromkeys(FIELDS, odd)
                answer = browsers[role].post(address(name, ids), form)
                note(broken, answer, f"post {name} {field}={odd[:30]!r}")


@pytest.mark.parametrize("role", [*EVERYBODY, ""])
def test_odd_bodies_and_methods(role, ids, browsers, broken):
    bodies = (
        (b"", "application/x-www-form-urlencoded"),
        (b"a=%ff&b=\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"&".join(b"f%d=1" % n for n in range(300)), "application/x-www-form-urlencoded"),
        (b"nothing of the kind", "multipart/form-data; boundary=x"),
        (b"no boundary", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--', _MULTI),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename="a\x00b.xlsx"\r\n\r\nhi\r\n--x--', _MULTI),
        (b'--x\r\nContent-Disposition: form-data; name="files"; filename="..."\r\n\r\nhi\r\n--x--', _MULTI),
        (
            b'--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name="why"\r\n\r\n!\r\n--x',
            _MULTI,
        ),
        (b"{", "application/json"),
        (b"\x00" * 100, "\x00"),
    )
    for name in routes_of(role):
        for body, kind in bodies:
            answer = browsers[role].generic("POST", address(name, ids), body, content_type=kind)
            note(broken, answer, f"post {name} {body[:40]!r} {kind}")
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "FETCH"):
            note(broken, browsers[role].generic(method, address(name, ids)), f"{method} {name}")


def test_odd_headers(ids, browsers, broken):
    headers = (
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "127.0.0.1:99999999"},
        {"HTTP_COOKIE": "session=\x00; csrf=ä"},
        {"HTTP_ACCEPT_ENCODING": "\x00", "HTTP_ACCEPT": "x" * 5000},
        {"HTTP_REFERER": "http://[", "HTTP_ORIGIN": "null"},
        {"HTTP_X_FORWARDED_FOR": ",,,\x00", "HTTP_X_FORWARDED_PROTO": "gopher"},
        {"CONTENT_LENGTH": "-5"},
        {"CONTENT_LENGTH": "many"},
        {"HTTP_IF_MODIFIED_SINCE": "yesterday", "HTTP_IF_NONE_MATCH": "*", "HTTP_RANGE": "bytes=9-1"},
        {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_HX_TARGET": "\x00"},
        {"REMOTE_ADDR": ""},
    )
    for role, browser in browsers.items():
        for name in routes_of(role):
            for given in headers:
                note(broken, browser.get(address(name, ids), **given), f"get {name} {given}")
                note(broken, browser.post(address(name, ids), {}, **given), f"post {name} {given}")


def test_a_figure_is_followed_to_its_cell(ids, browsers):
    """The page the odd queries meet is the whole page, not the one that says there are no rows."""
    page = browsers["lead"].get(address("leads:origin", ids)).content.decode()
    assert "Detroit" in page
    assert "120" in page


def test_a_build_without_the_rows_behind_its_figures_says_so(ids, browsers, installation):
    from exports.published import write_published

    connection, models = fixtures.warehouse({"pub_leads__kpi": kpi_rows()[:-1]})
    without = [model for model in models if model[0] != "pub_leads__indicator_rows"]
    write_published(connection, without, installation.data / "published", META)
    answer = browsers["lead"].get(address("leads:origin", ids))
    assert answer.status_code == 404
    assert "The next build has them." in answer.content.decode()


def test_signing_in_never_goes_round_in_circles_or_out_of_the_house(ids, browsers, partner, password):
    for target in (
        "/sign-in/",
        "/sign-in/?next=/sign-in/",
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
    ):
        there = browsers["partner"].get("/sign-in/", {"next": target})
        assert (there.status_code, there.url) == (302, "/"), target
        form = {"username": partner.email, "password": password, "next": target}
        assert Client().post("/sign-in/", form).url == "/", target


def test_whoever_was_signed_out_while_sending_comes_to_a_page_again(ids, password, partner):
    """An address that only takes what a form sends is nowhere to go after signing in."""
    browser = Client()
    hand_in = reverse("partners:hand_in", kwargs=QUARTER)
    assert browser.post(hand_in, {}).url == "/sign-in/?next=/"
    quarter = reverse("partners:quarter", kwargs=QUARTER)
    assert browser.get(quarter).url == f"/sign-in/?next={quarter}"


def test_an_address_that_only_takes_forms_says_so(ids, browsers):
    answer = browsers["partner"].get(reverse("partners:hand_in", kwargs=QUARTER))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Go back to the page with the form." in answer.content.decode()


@pytest.mark.parametrize("role", [*EVERYBODY, ""])
def test_every_answer_is_kept_by_no_cache_and_framed_by_nobody(role, ids, browsers):
    for name in routes_of(role):
        for answer in (browsers[role].get(address(name, ids)), browsers[role].post(address(name, ids), {})):
            assert "no-store" in answer["Cache-Control"], name
            assert "public" not in answer["Cache-Control"], name
            assert answer["X-Frame-Options"] == "DENY", name
            assert answer["X-Content-Type-Options"] == "nosniff", name
            policy = answer["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy or "sandbox" in policy, name


def test_an_original_that_was_altered_on_disk_is_said_to_be_and_hides_no_page(ids, browsers, installation):
    (stored,) = [path for path in (installation.data / "landing" / "originals").rglob("*") if path.is_file()]
    stored.chmod(0o600)
    stored.write_bytes(b"something else")
    for name in ("partners:original", "partners:submission", "partners:quarter", "partners:receipt"):
        assert browsers["partner"].get(address(name, ids)).status_code in (200, 410), name
    assert "were changed after" in browsers["partner"].get(address("partners:original", ids)).content.decode()
    for name, status in (("leads:review", 200), ("leads:origin", 200), ("leads:original", 404)):
        assert browsers["lead"].get(address(name, ids)).status_code == status, name
    assert "not the one that was received" in browsers["lead"].get(address("leads:origin", ids)).content.decode()


def test_asking_for_the_headers_of_a_download_counts_like_the_download(ids, browsers, settings):
    settings.RATES = {**settings.RATES, "download": ("3/hour", "")}
    asked = [browsers["partner"].head(address("partners:template", ids)).status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429]


def test_large_bodies_come_in_where_files_are_handed_in_and_nowhere_else(ids, browsers, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    form = {"files": SimpleUploadedFile("heal.xlsx", b"x" * (settings.FORM_BYTES + 1))}
    for name, expected in (("partners:hand_in", 200), ("partners:nil", 413), ("accounts:account", 413)):
        form["files"].seek(0)
        assert browsers["partner"].post(address(name, ids), form, follow=True).status_code == expected, name
    form["files"].seek(0)
    assert browsers[""].post("/sign-in/", form).status_code == 413


_MULTI = "multipart/form-data; boundary=x"
_APPS = {"": "", "accounts": "", "partners": "returns/", "leads": "lead/", "leadership": "leadership/"}


def _prefix(name: str) -> str:
    return _APPS[name.partition(":")[0] if ":" in name else ""]


def _filled(pattern: str, ids: dict) -> str:
    import re

    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(str(ids[found[1]]), safe=""), pattern)
