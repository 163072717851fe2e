"""axe-core in the browser: what it finds against WCAG 2.2 AA on a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

SCRIPT = Path(__file__).parent / "pyodide" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")


def page_for_axe(browser: Browser, width: int = 1280) -> Page:
    """A page in which axe can run in spite of the strict policy; its width is in pixels."""
    return browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True, locale="da-DK")


def assert_accessible(page: Page) -> None:
    """No violation on the page as it stands, also in what a `details` holds."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.add_script_tag(path=SCRIPT)
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", list(RULES))
    told = [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert told == [], "\n".join(told)
    assert found["passes"], "axe looked at nothing"
