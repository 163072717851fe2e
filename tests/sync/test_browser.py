"""The pages in a real browser: no script, everything by keyboard."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect
from sync_material import returned_schedule

from sync.store import Store
from sync.store.database import has_queue


def test_a_schedule_is_sent_looked_at_and_compared_by_keyboard_alone(
    browser: Browser, address: str, store: Store, settled: Callable[[], None], tmp_path: Path
) -> None:
    wrong, right = tmp_path / "skema.xlsx", tmp_path / "skema rettet.xlsx"
    wrong.write_bytes(returned_schedule(changes={(5, "Start"): "efter frokost"}))
    right.write_bytes(returned_schedule())
    page = browser.new_page(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(f"{address}/returneringer/")
    page.set_input_files("input[type=file]", [wrong, right])
    page.focus("input[type=file]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    if has_queue(store.engine):
        expect(page.get_by_text("2 af 2 filer er modtaget og læses")).to_be_visible()
        settled()
        page.get_by_role("link", name="Se efter igen").press("Enter")
    expect(page.get_by_text("skal rettes og sendes igen")).to_be_visible()

    page.get_by_role("link", name="skema.xlsx").first.press("Enter")
    expect(page.locator("td.bit-level-E")).to_contain_text("efter frokost")

    with page.expect_download() as download:
        page.get_by_role("link", name="Hent med bemærkninger").press("Enter")
    assert download.value.suggested_filename == "skema-med-bemærkninger.xlsx"

    page.goto(f"{address}/sammenligning/")
    page.get_by_role("link", name="S-2026-0001").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("S-2026-0001")
    expect(page.get_by_text("37,67").first).to_be_visible()
    assert complaints == []


def test_the_page_of_lite_leads_to_its_files(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    page.get_by_role("link", name="Excel").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("BITark i Excel")
    expect(page.locator("pre").first).to_contain_text(f"{address}/lite/bitark_lite-")
    assert complaints == []
    page.get_by_role("link", name="Linjerne som fil").press("Enter")
    expect(page.locator("pre")).to_contain_text("from addin.hosts.lite import *")
