"""Every page of a build's exports that people read as a file: axe in light and dark, own checks, a phone's width."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.browser.test_accessible import CONTRAST, NARROW, OWN_CHECKS, RULES, TOO_WIDE, WIDE, violations


def written(data: Path) -> list[Path]:
    """All pages of the current build but those of single programs and partners, of which one stands for all."""
    folder = data / "exports" / (data / "exports" / "current").read_text("utf-8").strip()
    pages = sorted(folder.glob("*/pages/**/*.html"))
    codes = {"leads": "heal", "partners": "sample_heal"}
    named = {"index", "indicators", "quality"}
    return [page for page in pages if page.stem in {codes.get(page.parent.name, page.stem), *named}]


def test_every_published_page_can_be_used_by_everybody(site, chromium):
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    page = chromium.new_page(viewport=WIDE)
    # What the page's own policy refuses is told here.
    page.on("console", lambda message: found.append(f"{page.url}: {message.text}"))
    pages = written(site.data)
    assert len(pages) >= 10
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found += violations(axe, page, path.name, RULES)
        # These pages bring their own style, allowed by its hash.
        own = page.evaluate(OWN_CHECKS)
        found += [f"{path.name}: {problem}" for problem in own if not problem.startswith("style in the page: <style>")]
        page.emulate_media(color_scheme="dark")
        found += violations(axe, page, f"{path.name} in the dark", CONTRAST)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(NARROW)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{path.name}: {wide} pixels too wide: {page.evaluate(TOO_WIDE)}")
        page.set_viewport_size(WIDE)
    page.close()
    assert not found, "\n".join(found)
