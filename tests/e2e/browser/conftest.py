"""A real server over a small installation, and a real browser: Debian's chromium, driven by playwright.

Where there is no chromium these tests are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Quarters handed in and signed off before a test begins: the figures have a past.
PAST = ("2026-Q1", "2026-Q2")
PARTNERS = ("sample_heal", "sample_heal_south")
AS_OF = date(2026, 11, 15)


def pytest_collection_modifyitems(items):
    """Say why nothing runs where there is no browser; a browser on a busy machine gets a second try, which is reported."""
    if CHROMIUM is None:
        mark = pytest.mark.skip(reason="no chromium on this machine: install Debian's package “chromium”")
    else:
        mark = pytest.mark.flaky(reruns=1)
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(mark)


@dataclass(frozen=True)
class Site:
    """The portal over one installation.

    Attributes:
        url: Where it answers.
        data: The installation's folder.
        samples: Sample returns, as :class:`sources.samples.model.SampleReturn`.
        passwords: By e-mail address.
    """

    url: str
    data: Path
    samples: list
    passwords: dict[str, str]

    def files(self, partner: str, period: str, expect: str) -> list[Path]:
        """Files of the sample return that deserves a verdict."""
        return next(
            item.files for item in self.samples if (item.partner, item.period, item.expect) == (partner, period, expect)
        )

    def run(self) -> None:
        """Make new tables, as the runner beside the portal does."""
        from orchestration.job import run_in_process
        from sources.settings import Settings

        run_in_process(Settings.at(self.data), AS_OF)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """HEAL with a past of two approved quarters and a first build, served by gunicorn."""
    from expectations.desk import Desk
    from orchestration import serving
    from sources.contract.load import load_all
    from sources.programs.heal import sample
    from sources.reader import InputFile
    from sources.settings import Settings

    folder = tmp_path_factory.mktemp("site")
    settings = Settings.at(folder / "data")
    returns = sample.returns(folder / "samples", 2030)
    desk = Desk(settings, load_all())
    for item in returns:
        if item.period not in PAST or item.partner not in PARTNERS or not item.expect.startswith("accepted"):
            continue
        outcome = desk.submit(
            [InputFile(path.name, path.read_bytes()) for path in item.files],
            partner=item.partner,
            program="heal",
            period=item.period,
            who="past@partner.example",
            received_on=item.received_on,
            reason=item.reason,
            reason_code=item.reason_code,
        )
        if outcome.verdict.state != "accepted":
            desk.confirm(outcome.submission_id, "past@partner.example")
        desk.approve(outcome.submission_id, "past@coalition.example")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    env = serving.environment(settings, address, https=False)
    serving.prepare(env)
    passwords = {account.email: account.password for account in serving.demo_accounts(env)}
    _more_accounts(env, passwords)
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(serving.command("127.0.0.1", port, 8), env=env, stdout=log, stderr=log)
    found = Site(address, settings.data, returns, passwords)
    try:
        found.run()
        _wait(address)
        yield found
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()
    said = (folder / "server.log").read_text()
    assert "Traceback" not in said, said[-4000:]


def _more_accounts(env: dict[str, str], passwords: dict[str, str]) -> None:
    """A data officer of the second partner, so that each test hands in for a partner of its own."""
    code = (
        "import django; django.setup()\n"
        "from portal.accounts.models import User\n"
        "User.objects.create_user('south@partner.example', 'quiet river under stone', role='partner',"
        " name='Sol South', partners=['sample_heal_south'])\n"
    )
    import sys

    subprocess.run([sys.executable, "-c", code], env={**os.environ, **env}, check=True)
    passwords["south@partner.example"] = "quiet river under stone"


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the portal did not come up")


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file; playwright's event loop must not outlive them in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test says what its pages showed last."""
    outcome = yield
    report = outcome.get_result()
    if call.when == "call" and report.failed:
        for page in getattr(item, "open_pages", []):
            report.sections.append((f"page {page.url}", page.locator("body").inner_text()))


@pytest.fixture
def open_page(chromium, request):
    """Opens a fresh page of a fresh person's browser: ``open_page(java_script_enabled=False)``."""
    contexts = []
    request.node.open_pages = []

    def make(**how):
        context = chromium.new_context(accept_downloads=True, **{"viewport": {"width": 1200, "height": 900}, **how})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        request.node.open_pages.append(page)
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def enter(site):
    """Signs a person in with mouse and keyboard."""

    def sign_in(page, email: str):
        page.goto(f"{site.url}/sign-in/")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(site.passwords[email])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    return sign_in
