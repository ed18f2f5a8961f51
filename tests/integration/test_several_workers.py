"""Three processes of the portal on one PostgreSQL server and one S3-compatible store serve people as one would.

Returns are synthetic.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from orchestration import serving
from sources.load import original_key
from sources.log.events import EventLog
from sources.log.state import fold
from sources.settings import Settings
from sources.storage import Store
from tests.benchmarks.files import heal_workbook

WORKERS = 3
EMAIL, PASSWORD = "officer@partner.example", "only-for-this-test-7Q"
PERSON = f"""
from portal.accounts.models import User
User.objects.create_user({EMAIL!r}, {PASSWORD!r}, name="Officer", role="partner",
                         partners=["sample_heal", "sample_heal_south"])
"""
#: Handed in at once: each a quarter of its own, so that none waits for what it replaces.
PLACES = [(partner, f"2025-Q{n}") for partner in ("sample_heal", "sample_heal_south") for n in (1, 2)]


@dataclass
class Site:
    """The site as it runs."""

    url: str
    env: dict[str, str]
    settings: Settings
    workers: list[int]

    def get(self, path: str, cookies: dict[str, str]) -> requests.Response:
        """A page, over a new connection: whichever worker is free answers."""
        return requests.get(self.url + path, cookies=cookies, timeout=120)

    def post(self, path: str, cookies: dict[str, str], **more) -> requests.Response:
        """A form, over a new connection."""
        headers = {"X-CSRFToken": cookies["csrf"], "Origin": self.url}
        return requests.post(self.url + path, cookies=cookies, headers=headers, timeout=300, **more)

    def signed_in(self) -> dict[str, str]:
        """Cookies of a person who signed in."""
        with requests.Session() as browser:
            browser.get(f"{self.url}/sign-in/", timeout=120)
            form = {"username": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrf"]}
            browser.post(f"{self.url}/sign-in/", data=form, timeout=120)
            assert "session" in browser.cookies
            return dict(browser.cookies)


@pytest.fixture(scope="module")
def site(postgresql_server, s3_storage, tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, bucket, data = f"http://127.0.0.1:{port}", s3_storage.bucket(), tmp_path_factory.mktemp("site") / "data"
    data.mkdir()
    elsewhere = {
        "IMPACT_DATA": str(data),
        "IMPACT_LOG_URL": postgresql_server.database(),
        "IMPACT_LANDING": f"{bucket}/landing",
        "IMPACT_PUBLISHED": f"{bucket}/published",
    }
    settings = Settings.from_env(elsewhere)
    env = serving.environment(settings, url, https=False)
    env |= {**s3_storage.env, **elsewhere, "IMPACT_PORTAL_DB": postgresql_server.database()}
    serving.prepare(env)
    subprocess.run([sys.executable, "-m", "django", "shell", "-c", PERSON], env=env, check=True, capture_output=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3_storage.env.items():
            patch.setenv(name, value)
        server = subprocess.Popen(serving.command("127.0.0.1", port, 2, WORKERS), env=env)
        try:
            _await(url)
            yield Site(url, env, settings, _children(server.pid))
        finally:
            server.terminate()
            server.wait(timeout=60)


def _await(url: str) -> None:
    for _ in range(600):
        try:
            if requests.get(f"{url}/health/", timeout=60).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError("the portal did not start")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_three_processes_serve(site):
    assert len(site.workers) == WORKERS
    assert os.getpid() not in site.workers


def test_uploads_at_once_are_each_taken_in_once_and_every_process_knows_them(site):
    cookies = site.signed_in()
    gate, answers = threading.Barrier(2 * len(PLACES)), []
    returns = [heal_workbook(15 + number, seed=number) for number in range(len(PLACES))]

    def hand_in(number: int) -> None:
        partner, period = PLACES[number]
        gate.wait()
        files = {"files": ("r.xlsx", returns[number])}
        answer = site.post(f"/returns/{partner}/heal/{period}/hand-in/", cookies, files=files)
        answers.append(answer.status_code if "ccepted" in answer.text else answer.text)

    # Every return twice, at the same moment: as somebody who clicks again does.
    threads = [threading.Thread(target=hand_in, args=(number,)) for number in [*range(len(PLACES))] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 2 * len(PLACES)
    log = EventLog(site.settings.log_url)
    log.verify()
    events = log.events()
    received = Counter((event.partner, event.period) for event in events if event.kind == "received")
    assert received == dict.fromkeys(PLACES, 1), "a return was lost or taken in twice"
    judged = Counter(event.submission_id for event in events if event.kind == "judged")
    assert sorted(judged.values()) == [1] * len(PLACES)
    landing, state = Store(site.settings.landing), fold(events)
    for submission in state.submissions.values():
        for file in submission.files:
            landing.read_original(original_key(file.sha256))
        for _ in range(2 * WORKERS):  # whichever process answers
            page = site.get(f"/returns/return/{submission.id}/receipt/", cookies)
            assert page.status_code == 200, page.status_code
            assert submission.id in page.text


def test_limits_are_counted_over_all_processes(site):
    first = requests.get(f"{site.url}/password/forgotten/", timeout=120)
    cookies = dict(first.cookies)
    answers = [
        site.post("/password/forgotten/", cookies, data={"email": f"nobody{number}@x.example"}).status_code
        for number in range(14)
    ]
    assert answers == [200] * 10 + [429] * 4, "settings.RATES says 10 an hour and address"


def test_a_session_ends_everywhere_at_once(site):
    cookies = site.signed_in()
    pages = [site.get("/", cookies) for _ in range(3 * WORKERS)]
    assert {page.url for page in pages} != {f"{site.url}/sign-in/"}
    assert not any("sign-in" in page.url for page in pages)
    site.post("/sign-out/", cookies)
    assert all("sign-in" in site.get("/", cookies).url for _ in range(3 * WORKERS))
