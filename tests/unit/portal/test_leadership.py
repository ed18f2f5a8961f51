"""Leadership's side: the newest extract to read, and every file of it to save; nothing else of the release's folder."""

from __future__ import annotations

import pytest

from exports.extract import extract_files
from exports.store import POINTER
from tests.unit.exports import fixtures


@pytest.fixture
def browser(client, person, installation):
    """Somebody of leadership, signed in, with two files more than there should be in the folder."""
    published = fixtures.publish(installation.data / "published")
    folder = installation.data / "exports" / published.build_id / "release"
    for name, data in extract_files(published, 2026).items():
        (folder / "annual" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "annual" / name).write_bytes(data)
    (folder / "annual" / "run.sh").write_text("rm -rf /")
    (folder.parent / "restricted").mkdir()
    (folder.parent / "restricted" / "secret.csv").write_text("a,b")
    (folder.parents[1] / POINTER).write_text(published.build_id)
    user = person("leadership")
    client.force_login(user)
    return client


def test_the_extract_is_offered_as_page_pdf_and_workbook(browser) -> None:
    home = browser.get("/leadership/").content.decode()
    for address in ("page/annual/2026.html", "file/annual/2026.pdf", "file/annual/2026.xlsx", "file/annual/2026.html"):
        assert f'href="/leadership/{address}"' in home
    page = browser.get("/leadership/page/annual/2026.html")
    assert "Annual progress extract 2026" in page.content.decode()


@pytest.mark.parametrize(
    "name", ["2026.pdf", "2026.xlsx", "2026/datapackage.json", "2026/progress.csv", "2026/progress.parquet"]
)
@pytest.mark.parametrize("route", ["page", "file"])
def test_a_file_is_saved_and_never_shown(browser, route: str, name: str) -> None:
    answer = browser.get(f"/leadership/{route}/annual/{name}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["annual/run.sh", "../restricted/secret.csv", "annual/../../restricted/secret.csv"])
@pytest.mark.parametrize("route", ["page", "file"])
def test_nothing_else_is_there(browser, route: str, name: str) -> None:
    assert browser.get(f"/leadership/{route}/{name}").status_code == 404
