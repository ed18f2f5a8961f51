"""Every page of every role: axe finds nothing, and neither do the checks axe does not make."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.e2e.browser.addresses import EMAILS, every_page

#: WCAG 2.2 level A and AA, and axe's own good practice.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def pages(site):
    return every_page(site)


@pytest.fixture(scope="module", params=["", *EMAILS])
def walked(request, site, pages, chromium):
    """What is wrong with each page of a role: one walk, each page looked at in every way."""
    from axe_playwright_python.sync_playwright import Axe

    role, axe, found, titles = request.param, Axe(), defaultdict(list), defaultdict(list)
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    if role:
        page.goto(f"{site.url}/sign-in/")
        page.get_by_label("E-mail address").fill(EMAILS[role])
        page.get_by_label("Password", exact=True).fill(site.passwords[EMAILS[role]])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in/" not in address)
    for name, address in pages[role]:
        response = page.goto(site.url + address)
        assert response.status == 200, (name, address)
        titles[page.title()].append(name)
        found["axe"] += violations(axe, page, name, RULES)
        found["own"] += [f"{name}: {problem}" for problem in page.evaluate(OWN_CHECKS)]
        found["focus"] += [f"{name}: {problem}" for problem in focus_problems(page)]
        page.emulate_media(color_scheme="dark")
        found["axe"] += violations(axe, page, f"{name} in the dark", CONTRAST)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(NARROW)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found["zoom"].append(f"{name}: {wide} pixels too wide: {page.evaluate(TOO_WIDE)}")
        page.set_viewport_size(WIDE)
    found["own"] += [f"one title for {names}" for names in titles.values() if len(names) > 1]
    context.close()
    assert titles
    return found


@pytest.mark.parametrize(
    "look",
    [
        "axe",  # in light and dark
        "own",  # one heading of the first level, own titles, tables with headers, controls large enough
        "zoom",  # 1280 pixels at 400 % are 320: only a table in its own region scrolls sideways (WCAG 1.4.10)
        "focus",  # the focus goes through the page in the order it is read, and can be seen
    ],
)
def test_every_page_can_be_used_by_everybody(walked, look):
    assert not walked[look], "\n".join(walked[look])


def violations(axe, page, name: str, rules: dict) -> list[str]:
    return [
        f"{name}: {item['id']}: {item['help']}: {node['html'][:160]}"
        for item in axe.run(page, options=rules).response["violations"]
        for node in item["nodes"]
    ]


def focus_problems(page) -> list[str]:
    """Press Tab through a page: never back, always to be seen."""
    page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges(); scrollTo(0, 0)")
    found, last = [], -2
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["place"] < 0 or (last >= 0 and stop["skip"]):
            break  # round the end of the page
        # Parts of one control (a date's day, month and year) are stops at the same place.
        if stop["place"] < last:
            found.append(f"the focus jumps back to {stop['html']}")
        if not stop["visible"]:
            found.append(f"the focus cannot be seen on {stop['html']}")
        last = stop["place"]
    return found


OWN_CHECKS = """() => {
  const found = [];
  if (document.documentElement.lang !== 'en') found.push('no language');
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  let level = 1;
  for (const heading of document.querySelectorAll('h1,h2,h3,h4')) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) found.push('heading level skipped: ' + heading.innerText);
    level = now;
  }
  for (const table of document.querySelectorAll('table')) {
    if (!table.caption || !table.caption.textContent.trim()) found.push('table without a caption');
    for (const cell of table.querySelectorAll('th')) {
      if (!cell.scope) found.push('header cell without scope: ' + cell.innerText);
    }
    const columns = table.tHead ? table.tHead.rows[0].cells.length : 0;
    if (!columns) found.push('table without column headers');
    for (const row of table.tBodies[0] ? table.tBodies[0].rows : []) {
      const width = [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
      if (columns && width !== columns) found.push('row of ' + width + ' cells under ' + columns + ' headers');
    }
  }
  const inText = element => {
    const around = element.closest('p, li, dd, td, th, figcaption, .second');
    return around && around.innerText.trim() !== element.innerText.trim();
  };
  for (const control of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    const box = control.getBoundingClientRect();
    if (!box.width || control.closest('.skip') || control.classList.contains('skip') || inText(control)) continue;
    if (box.height < 24 || box.width < 24) {
      found.push('target of ' + Math.round(box.width) + '×' + Math.round(box.height) + ': ' + control.outerHTML.slice(0, 120));
    }
  }
  for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!field.labels.length) found.push('field without a label: ' + field.outerHTML.slice(0, 120));
  }
  for (const element of document.querySelectorAll('[style], style')) found.push('style in the page: ' + element.outerHTML.slice(0, 80));
  return found;
}"""

TOO_WIDE = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !element.closest('.scroll'))
  .slice(0, 3).map(element => element.outerHTML.slice(0, 100)).join(' | ')"""

STOP = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  return {
    place: element === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(element),
    skip: element.classList.contains('skip'),
    visible: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none',
    html: element.outerHTML.slice(0, 120),
  };
}"""
