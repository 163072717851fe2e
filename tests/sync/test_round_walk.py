"""A round walked through in a browser: opened, fetched, filled in, returned by its link, corrected, assessed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from page_forms import Clock
from page_looks import fits, go
from playwright.sync_api import Browser, Page, expect
from story import filled, hand_in, template_of, without_a_start

from sync.store import Store
from sync.store.database import has_queue

FIRST = "S-2026-0001"


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Page:
    """A page without script, as wide as the test asks."""
    return browser.new_page(viewport={"width": request.param, "height": 900}, java_script_enabled=False)


@pytest.fixture
def read(page: Page, store: Store, settled: Callable[[], None]) -> Callable[[], None]:
    """The file that the page took is read: at once on SQLite, and looked for again on PostgreSQL."""

    def look() -> None:
        if has_queue(store.engine):
            expect(page.get_by_role("heading", name="Filen er modtaget og læses")).to_be_visible()
            fits(page)
            settled()
            go(page, page.get_by_role("link", name="Se efter igen"))

    return look


@pytest.mark.parametrize("page", [768], indirect=True)
def test_a_round_from_its_opening_to_an_accepted_schedule(
    page: Page, address: str, clock: Clock, read: Callable[[], None], tmp_path: Path
) -> None:
    clock.on("2026-03-20")
    page.goto(f"{address}/runder/")
    go(page, page.get_by_role("link", name="Åbn en runde"))
    page.get_by_label("Titel").fill("Forår 2026")
    page.get_by_label("Periodens første dag").fill("2026-03-02")
    page.get_by_label("Periodens sidste dag").fill("2026-03-15")
    page.get_by_label("Frist").fill("2026-03-24")
    fits(page)
    go(page, page.get_by_role("button", name="Åbn runden"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Forår 2026")
    expect(page.get_by_text("◷ Frist snart").first).to_be_visible()
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent alle skemaer").press("Enter")
    template = template_of(download.value.path().read_bytes(), FIRST)
    go(page, page.get_by_role("button", name="Markér alle 3 som sendt"))
    go(page, page.get_by_role("link", name="Rykkere"))
    expect(page.locator("textarea")).to_contain_text(FIRST)
    fits(page)

    page.goto(f"{address}/runder/1/sager/{FIRST}")
    fits(page)
    link = page.get_by_label("Linket").input_value()
    page.goto(link)
    wrong, cell = without_a_start(filled(template))
    hand_in(page, wrong, tmp_path / "skema.xlsx")
    read()
    expect(page.get_by_role("heading", name="Skemaet har fejl")).to_be_visible()
    expect(page.locator(".bit-problems").first).to_contain_text(f"Døgnskema!{cell}")
    fits(page)

    hand_in(page, filled(template), tmp_path / "skema rettet.xlsx")
    read()
    expect(page.get_by_role("heading", name="Modtaget uden fejl")).to_be_visible()
    fits(page)

    page.goto(f"{address}/runder/1?tilstand=to_assess")
    go(page, page.get_by_role("link", name="version 2"))
    expect(page.get_by_role("heading", name="Ændret siden version 1")).to_be_visible()
    expect(page.locator("#difference ~ p").first).to_contain_text("1 tilføjet, 0 fjernet, 0 ændret")
    fits(page)
    page.locator("#decide-comment").fill("Stemmer med bestillingen.")
    go(page, page.get_by_role("button", name="Godkend", exact=True))
    expect(page.get_by_text("Stemmer med bestillingen.")).to_be_visible()
    expect(page.locator("#vurdering .bit-acts li").first).to_contain_text("Sagsbehandler")
    page.goto(f"{address}/runder/1?tilstand=accepted")
    expect(page.locator("tbody")).to_contain_text(FIRST)


@pytest.mark.parametrize("page", [390], indirect=True)
def test_a_file_to_the_tray_and_out_of_it(page: Page, address: str, read: Callable[[], None], tmp_path: Path) -> None:
    scan = tmp_path / "skema scannet.pdf"
    scan.write_bytes(b"%PDF-1.7")
    page.goto(f"{address}/returneringer/")
    page.set_input_files("input[type=file]", scan)
    go(page, page.get_by_role("button", name="Send filer"))
    read()
    go(page, page.get_by_role("link", name="Giv den en sag"))
    fits(page)
    page.locator("#give-case_key").fill(FIRST)
    go(page, page.get_by_role("button", name="Læg på sagen"))
    read()
    expect(page.locator("#vurdering")).to_contain_text("Lagt på sagen fra bakken")
    expect(page.locator("#vurdering")).to_contain_text("Sagsbehandler")
    fits(page)
    page.goto(f"{address}/bakke/")
    expect(page.get_by_text("Bakken er tom")).to_be_visible()
    fits(page)
