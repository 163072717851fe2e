"""Every page that shows figures, held against WCAG 2.2 AA by axe-core."""

import pytest
from axe import assert_accessible, page_for_axe
from playwright.sync_api import Browser
from sync_material import returned_schedule

from sync.ingest import Reader, ingest
from sync.store import Store

CASE = "/sager/S-2026-0001"
PAGES = (
    *("/overblik/", "/overblik/?tilstand=over", "/overblik/?soeg=nix", "/sammenligning/"),
    *(CASE, f"{CASE}?pr=2026-03-01", "/sager/S-2026-0002"),
    *(f"{CASE}/udledning/{figure}" for figure in ("behov", "indsats", "takst", "doegntakst", "i-b", "time-0-07")),
    *("/huse/Bakkehuset 2", "/huse/Bakkehuset 2?dag=2026-03-03"),
)


@pytest.fixture
def kind() -> str:
    """What a page looks like does not depend on the database."""
    return "sqlite"


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_nothing_on_the_pages_is_out_of_reach(
    browser: Browser, address: str, store: Store, reader: Reader, width: int
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = page_for_axe(browser, width)
    for path in PAGES:
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        assert answer.ok, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert_accessible(page)


def test_the_check_finds_what_is_wrong(browser: Browser) -> None:
    page = page_for_axe(browser)
    page.set_content('<html lang="da"><title>x</title><p style="color:#ccc;background:#fff">Grå</p></html>')
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_accessible(page)
