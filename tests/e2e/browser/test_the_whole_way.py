"""From a broken return to the figure: a partner corrects what the marked workbook says, a lead signs off.

Once with a mouse, once with the keyboard alone, once with JavaScript off.
"""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

from tests.e2e.browser.fixing import fixed, linked_cells

PERIOD = "2026-Q3"
LEAD, OTHER_LEAD = "lead@coalition.example", "second.lead@coalition.example"
QUARTER = "/returns/sample_heal/heal/2026-Q3/"


def test_a_partner_corrects_what_the_fix_list_says_and_the_lead_signs_off(site, open_page, enter, tmp_path):
    (broken,) = site.files("sample_heal", PERIOD, "returned")
    (right,) = site.files("sample_heal", PERIOD, "accepted")

    officer = enter(open_page(), "heal@partner.example")
    officer.goto(f"{site.url}{QUARTER}")
    officer.get_by_label(re.compile("file", re.IGNORECASE)).set_input_files(broken)
    officer.get_by_role("button", name="Hand in", exact=True).click()
    answer = officer.locator("#answer")
    answer.get_by_role("heading", name=re.compile(r"There is a problem: \d+ things to correct")).wait_for()
    assert officer.evaluate("document.activeElement.id") == "answer"
    assert officer.locator("input[type=file]").is_visible()

    with officer.expect_download() as marked_download:
        officer.get_by_role("link", name="Download your workbook, marked").click()
    marked = marked_download.value.path().read_bytes()
    assert linked_cells(marked)
    corrected = tmp_path / "corrected.xlsx"
    corrected.write_bytes(fixed(marked, right))

    officer.locator("input[type=file]").set_input_files(corrected)
    officer.get_by_role("button", name="Hand in", exact=True).click()
    officer.get_by_role("heading", name=re.compile("^Accepted")).wait_for()
    confirm = officer.get_by_role("button", name=re.compile("^Confirm"))
    if confirm.count():
        confirm.first.click()
        officer.get_by_text("Confirmed. The program lead looks at it next.").wait_for()
    number = re.search(r"S\d{6}-[0-9a-f]{4}", officer.locator("#answer").inner_text())[0]

    lead = enter(open_page(), LEAD)
    lead.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    lead.get_by_role("button", name="Sign off").click()
    lead.get_by_text(f"{number} is approved").wait_for()

    site.run()
    lead.goto(f"{site.url}/lead/heal/figures/?quarter={PERIOD}&span=quarter")
    row = lead.locator("#heal_interventions_active")
    shown = row.locator("a.figure").inner_text().split("–")[0].strip()
    row.locator("a.figure").click()
    lead.get_by_text("The rows below come to exactly what is published.").wait_for()
    assert lead.locator("main .lead strong").inner_text() == shown
    rows = lead.get_by_role("row").filter(has_text=number)
    assert rows.count() == int(shown), "every active intervention is one row of the return"
    assert "corrected.xlsx" in rows.first.inner_text()
    assert "row " in rows.first.inner_text()


def test_the_whole_way_with_the_keyboard_alone(site, open_page, tmp_path):
    """Nothing is clicked: every control is reached with Tab and used with Enter or Space."""
    files = site.files("sample_heal_south", PERIOD, "accepted")
    page = open_page()
    page.goto(f"{site.url}/sign-in/")
    tab_to(page, lambda: focused(page, "name") == "username")
    page.keyboard.type("south@partner.example")
    tab_to(page, lambda: focused(page, "name") == "password")
    page.keyboard.type(site.passwords["south@partner.example"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/returns/")
    tab_to(page, lambda: "sample_heal_south/heal/2026-Q3" in (focused(page, "href") or ""))
    page.keyboard.press("Enter")
    page.wait_for_url("**/2026-Q3/")
    tab_to(page, lambda: focused(page, "type") == "file")
    chosen_by_keyboard(page, files)
    tab_to(page, lambda: page.evaluate("document.activeElement.innerText") == "Hand in")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("^Accepted")).wait_for()
    assert page.evaluate("document.activeElement.id") == "answer"
    tab_to(page, lambda: page.evaluate("document.activeElement.innerText") == "Receipt")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("Receipt S")).wait_for()
    number = re.search(r"S\d{6}-[0-9a-f]{4}", page.locator("h1").inner_text())[0]

    lead = open_page()
    lead.goto(f"{site.url}/sign-in/")
    tab_to(lead, lambda: focused(lead, "name") == "username")
    lead.keyboard.type(OTHER_LEAD)
    tab_to(lead, lambda: focused(lead, "name") == "password")
    lead.keyboard.type(site.passwords[OTHER_LEAD])
    lead.keyboard.press("Enter")
    lead.wait_for_url("**/lead/")
    tab_to(lead, lambda: number in (focused(lead, "href") or ""))
    lead.keyboard.press("Enter")
    lead.wait_for_url(f"**/return/{number}/")
    tab_to(lead, lambda: lead.evaluate("document.activeElement.innerText") == "Sign off")
    lead.keyboard.press("Enter")
    lead.get_by_text(f"{number} is approved").wait_for()


def test_the_whole_way_with_javascript_off(site, open_page, enter):
    """A correction is shown before it replaces, and nothing needs a script."""
    (right,) = site.files("sample_heal", "2026-Q2", "accepted")
    page = enter(open_page(java_script_enabled=False), "heal@partner.example")
    page.goto(f"{site.url}/returns/sample_heal/heal/2026-Q2/")
    changed = changed_copy(right)
    page.locator("input[type=file]").set_input_files({"name": "later.xlsx", "mimeType": "", "buffer": changed})
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_role("heading", name=re.compile("This would replace what you handed in")).wait_for()
    assert "Nothing has changed yet." in page.locator("main").inner_text()
    page.get_by_role("button", name="Hand in the correction").click()
    assert "There is a problem" in page.locator("main").inner_text(), "an approved quarter needs a reason"
    page.get_by_label("Late data").check()
    page.locator("textarea[name=reason]").fill("One site reported late.")
    page.get_by_role("button", name="Hand in the correction").click()
    page.get_by_role("heading", name=re.compile("^Accepted")).wait_for()
    number = re.search(r"S\d{6}-[0-9a-f]{4}", page.locator("#answer").inner_text())[0]
    # The totals row below still has the old sum: something to confirm.
    page.get_by_role("button", name=re.compile("^Confirm")).click()
    assert "Confirmed. The program lead looks at it next." in page.locator("main").inner_text()

    page.get_by_role("link", name=re.compile("^Receipt")).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as JSON").click()
    assert json.loads(download.value.path().read_text())["number"] == number

    lead = enter(open_page(java_script_enabled=False), LEAD)
    lead.goto(f"{site.url}/lead/return/{number}/")
    assert "One site reported late." in lead.locator("main").inner_text()
    lead.locator("summary", has_text="Send it back").click()
    lead.get_by_role("button", name="Send back").click()
    assert "Say why, in a sentence the partner will read." in lead.locator("main").inner_text()
    lead.get_by_role("button", name="Sign off").click()
    assert f"{number} is approved" in lead.locator("main").inner_text()


def test_the_site_says_nothing_of_anybody_before_the_sign_in(site):
    with urllib.request.urlopen(f"{site.url}/", timeout=10) as response:  # noqa: S310
        page = response.read().decode()
    assert "Sign in" in page
    assert "sample_heal" not in page


def chosen_by_keyboard(page, files) -> None:
    """Open the file dialog with a key and choose; a busy machine's browser may not yet listen to the first one."""
    from playwright.sync_api import TimeoutError as NotYet

    page.wait_for_load_state("networkidle")
    for key in ("Enter", "Space", "Enter", "Space"):
        try:
            with page.expect_file_chooser(timeout=10_000) as chooser:
                page.keyboard.press(key)
        except NotYet:
            continue
        chooser.value.set_files(files)
        return
    pytest.fail("Neither Enter nor Space opened the file dialog")


def focused(page, attribute: str) -> str | None:
    return page.evaluate("name => document.activeElement.getAttribute(name)", attribute)


def tab_to(page, there, limit: int = 60) -> None:
    """Press Tab until a control is reached; each stop must show where the focus is."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        assert page.evaluate(VISIBLE_FOCUS), (
            f"focus cannot be seen on {page.evaluate('document.activeElement.outerHTML')}"
        )
        if there():
            return
    pytest.fail("Tab never reached it")


#: A focused control that looks no different from an unfocused one leaves a keyboard user lost.
VISIBLE_FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return true;
  const style = getComputedStyle(element);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none';
}"""


def changed_copy(path) -> bytes:
    """The workbook with one more person reached in its first row."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["Interventions"]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "People reached" for cell in row))
    column = next(cell.column for cell in header if cell.value == "People reached")
    cell = sheet.cell(header[0].row + 1, column)
    cell.value = cell.value + 1 if isinstance(cell.value, int) else 7
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()
