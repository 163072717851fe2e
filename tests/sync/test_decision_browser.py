"""A meeting, a retroactive cut, a raise, and what they are worth, walked in a real browser without script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

CUT = {
    "reason": "Begge parter ser de samme tal.",
    "decided_by": "Leder af myndighedsafdelingen",
    "old_rate": "4505",
    "new_rate": "3697",
    "effective_date": "2026-10-01",
    "review_on": "2027-03-01",
}


@pytest.mark.parametrize("width", [1280, 390])
def test_a_meeting_a_cut_and_a_raise_lead_to_the_effects_and_the_report(
    browser: Browser, address: str, width: int, tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=False)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(f"{address}/sager/S-2026-0001")
    page.get_by_role("link", name="Møder, referater og opgaver").press("Enter")
    filled(page, {"held_on": "2026-03-20", "starts": "9.30", "place": "Rådhuset", "own_words": "Jeg vil tage bussen."})
    page.get_by_role("button", name="Gem mødet").press("Enter")
    fits(page, width)
    filled(page, {"said": "Enige om tallene.", "citizen": "Jeg vil tage bussen selv."})
    page.get_by_role("button", name="Gem referatet, og frys tallene").press("Enter")
    expect(page.get_by_role("heading", name="Tallene, som de stod den dag")).to_be_visible()
    fits(page, width)
    with page.expect_download() as download:
        page.get_by_role("link", name="Referat, PDF").press("Enter")
    download.value.save_as(tmp_path / "referat.pdf")
    assert (tmp_path / "referat.pdf").read_bytes().startswith(b"%PDF")

    page.goto(f"{address}/sager/S-2026-0001")
    page.get_by_role("link", name="Afgørelser og virkning").press("Enter")
    fits(page, width)
    page.get_by_label("Takst nedsat, samme støtte").check()
    page.get_by_label("Ja, borgeren får samme støtte").check()
    page.get_by_label("Seks måneder tilbage").check()
    filled(page, CUT)
    page.get_by_role("button", name="Se virkningen").press("Enter")
    expect(page.get_by_text("222.200")).to_be_visible()
    fits(page, width)
    page.get_by_role("button", name="Gem afgørelsen").press("Enter")
    expect(page.get_by_role("heading", name="Truffet")).to_be_visible()

    page.goto(f"{address}/sager/S-2026-0002/afgoerelse")
    page.get_by_label("Takst hævet").check()
    page.get_by_label("Ja, borgeren får samme støtte").check()
    filled(page, {**CUT, "new_rate": "4400"})
    page.get_by_role("button", name="Gem afgørelsen").press("Enter")
    expect(page.get_by_text("Taksten er ikke højere end før").first).to_be_visible()
    fits(page, width)
    filled(page, {"new_rate": "4605"})
    page.get_by_role("button", name="Gem afgørelsen").press("Enter")

    page.get_by_role("link", name="Effekt", exact=True).press("Enter")
    expect(page.get_by_text("294.920").first).to_be_visible()
    expect(page.get_by_text("−36.500").first).to_be_visible()
    fits(page, width)
    page.get_by_role("link", name="Anonymiseret rapport").press("Enter")
    expect(page.get_by_text("området vises ikke").first).to_be_visible()
    fits(page, width)
    page.get_by_role("link", name="Afgørelser", exact=True).press("Enter")
    fits(page, width)
    assert [complaint for complaint in complaints if "422" not in complaint] == []  # the one form that was wrong


def filled(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)


def fits(page: Page, width: int) -> None:
    """Nothing is wider than the page."""
    box = page.locator("html").bounding_box()
    assert box is not None
    assert box["width"] <= width
    for element in page.locator("main > *").all():
        inner = element.bounding_box()
        assert inner is None or inner["x"] + inner["width"] <= width + 1
