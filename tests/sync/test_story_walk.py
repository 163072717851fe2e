"""The whole story in a browser: a round, a schedule, its correction, a meeting, decisions, effects and the report.

Everything is done on the pages, by an account of each role. With BITARK_WRITE_DOCS=1 it takes the guides' pictures.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import listening
from flask import Flask
from page_forms import Clock
from page_looks import go
from playwright.sync_api import Browser, expect
from story import Walk, filled, hand_in, template_of, without_a_start

from sync.roles import Role

FIRST, SECOND = "S-2026-0001", "S-2026-0002"
WORKED = ("36,00", "37,67", "52,50")
"""20 + 16 hours ordered; the domain text's worked example without nights; 3,030 kr. a day at 404 an hour, times 7."""
CUT = {
    "reason": "Begge parter ser de samme tal, og støtten er den samme.",
    "decided_by": "Leder af myndighedsafdelingen",
    "old_rate": "4505",
    "new_rate": "3697",
    "effective_date": "2026-10-01",
    "review_on": "2027-03-01",
}
RAISE = {**CUT, "reason": "Natten er blevet vågen.", "new_rate": "4605"}


@pytest.fixture
def kind() -> str:
    """What the pages look like does not depend on the database."""
    return "sqlite"


@pytest.fixture(params=[1280, 390])
def width(request: pytest.FixtureRequest) -> int:
    """Pixels."""
    return int(request.param)


@pytest.fixture
def walk(browser: Browser, served: Callable[..., Flask], width: int, clock: Clock) -> object:
    """On the twentieth of March; the same service in English beside it, for the pictures."""
    clock.on("2026-03-20")
    app = served()
    with listening(app, None) as address, listening(served(language="en"), None) as english:
        page = browser.new_page(viewport={"width": width, "height": 900}, locale="da-DK")
        yield Walk(page, app, address, english)
        page.close()


def test_from_a_round_to_the_report(walk: Walk, tmp_path: Path) -> None:
    link, template = a_round_is_opened(walk)
    a_schedule_comes_with_a_fault_and_is_corrected(walk, link, template, tmp_path)
    it_is_accepted_and_looked_at(walk)
    told = walk.pillars()
    assert tuple(told) == WORKED
    a_meeting_is_held(walk)
    a_cut_and_a_raise_are_decided(walk)
    the_effects_are_followed(walk)
    walk.sign_in(Role.PROVIDER)
    walk.open(f"/sager/{FIRST}")
    assert walk.pillars() == told
    walk.look()
    walk.page.locator("#said").fill("Vi er enige i timerne.")
    walk.push("Tilføj bemærkningen")
    expect(walk.page.get_by_text("Vi er enige i timerne.")).to_be_visible()
    walk.look("leverandoer-bemaerkning", "#said")
    assert [one for one in walk.complaints if "422" not in one] == []  # the one form that was wrong


def a_round_is_opened(walk: Walk) -> tuple[str, bytes]:
    """The link of the first case, and its template."""
    walk.sign_in(Role.CASEWORKER)
    walk.open("/runder/")
    walk.follow("Åbn en runde")
    walk.page.get_by_label("Titel").fill("Forår 2026")
    walk.page.get_by_label("Periodens første dag").fill("2026-03-02")
    walk.page.get_by_label("Periodens sidste dag").fill("2026-03-15")
    walk.page.get_by_label("Frist").fill("2026-03-24")
    walk.look("runde-aabn")
    walk.push("Åbn runden")
    template = template_of(walk.downloaded("Hent alle skemaer"), FIRST)
    walk.push("Markér alle 3 som sendt")
    walk.look("runde-status")
    walk.follow("Rykkere")
    expect(walk.page.locator("textarea")).to_contain_text(FIRST)
    walk.look("runde-rykkere")
    walk.open(f"/runder/1/sager/{FIRST}")
    walk.look("runde-link")
    return walk.page.get_by_label("Linket").input_value(), template


def a_schedule_comes_with_a_fault_and_is_corrected(walk: Walk, link: str, template: bytes, folder: Path) -> None:
    """By the provider, who has the link and no account."""
    walk.sign_in(None)
    walk.page.goto(link)
    walk.look("leverandoer-link")
    wrong, cell = without_a_start(filled(template))
    hand_in(walk.page, wrong, folder / "skema.xlsx")
    expect(walk.page.get_by_role("heading", name="Skemaet har fejl")).to_be_visible()
    expect(walk.page.locator(".bit-problems").first).to_contain_text(f"Døgnskema!{cell}")
    walk.look("leverandoer-fejl")
    hand_in(walk.page, filled(template), folder / "skema rettet.xlsx")
    expect(walk.page.get_by_role("heading", name="Modtaget uden fejl")).to_be_visible()
    walk.look("leverandoer-modtaget")


def it_is_accepted_and_looked_at(walk: Walk) -> None:
    """Ends on the case's page."""
    walk.sign_in(Role.CASEWORKER)
    walk.open("/runder/1?tilstand=to_assess")
    walk.follow("version 2", exact=False)
    expect(walk.page.get_by_role("heading", name="Ændret siden version 1")).to_be_visible()
    walk.look("version-forskel", "#difference")
    walk.page.locator("#decide-comment").fill("Stemmer med bestillingen.")
    walk.push("Godkend")
    expect(walk.page.locator("#vurdering")).to_contain_text("Stemmer med bestillingen.")
    walk.look("version-godkendt", "#vurdering")
    walk.open("/overblik/")
    walk.look("overblik")
    walk.open("/sammenligning/")
    walk.look("sammenligning")
    walk.open(f"/sager/{FIRST}")
    go(walk.page, walk.page.locator(".bit-pillars .bit-figure a").nth(1))
    walk.look("udledning")
    walk.open(f"/sager/{FIRST}")
    walk.look("sag")


def a_meeting_is_held(walk: Walk) -> None:
    """Called, and its minutes written."""
    walk.follow("Møder, referater og opgaver")
    called = {"held_on": "2026-03-20", "starts": "9.30", "place": "Rådhuset", "own_words": "Jeg vil selv tage bussen."}
    walk.fill(called)
    walk.push("Gem mødet")
    walk.look("moede")
    assert walk.downloaded("Indkaldelse, Word").startswith(b"PK")
    walk.fill({"said": "Enige om tallene.", "citizen": "Jeg vil selv tage bussen."})
    walk.push("Gem referatet, og frys tallene")
    frozen = walk.page.get_by_role("heading", name="Tallene, som de stod den dag")
    expect(frozen).to_be_visible()
    walk.look("moede-tal", "main h2")
    assert walk.downloaded("Referat, PDF").startswith(b"%PDF")


def a_cut_and_a_raise_are_decided(walk: Walk) -> None:
    """808 kr. less a day from October and six months back in one case, 100 kr. more in another."""
    walk.open(f"/sager/{FIRST}")
    walk.follow("Afgørelser og virkning")
    walk.page.get_by_label("Takst nedsat, samme støtte").check()
    walk.page.get_by_label("Ja, borgeren får samme støtte").check()
    walk.page.get_by_label("Seks måneder tilbage").check()
    walk.fill(CUT)
    walk.push("Se virkningen")
    for kroner in ("294.920", "74.336", "147.864", "222.200"):
        expect(walk.page.get_by_text(kroner).first).to_be_visible()
    walk.look()
    walk.push("Gem afgørelsen")
    expect(walk.page.get_by_role("heading", name="Truffet")).to_be_visible()
    walk.look("afgoerelse", "#afgoerelser")

    walk.open(f"/sager/{SECOND}/afgoerelse")
    walk.page.get_by_label("Takst hævet").check()
    walk.page.get_by_label("Ja, borgeren får samme støtte").check()
    walk.fill({**RAISE, "new_rate": "4400"})
    walk.push("Gem afgørelsen")
    expect(walk.page.get_by_text("Taksten er ikke højere end før").first).to_be_visible()
    walk.look()
    walk.fill(RAISE)
    walk.push("Gem afgørelsen")
    expect(walk.page.get_by_role("heading", name="Truffet")).to_be_visible()


def the_effects_are_followed(walk: Walk) -> None:
    """By the leader, who takes the report out."""
    walk.sign_in(Role.LEADER)
    walk.open("/overblik/")
    walk.look()
    walk.follow("Effekt")
    for kroner in ("294.920", "222.200", "−36.500", "−9.200"):
        expect(walk.page.get_by_text(kroner).first).to_be_visible()
    walk.look("effekt")
    walk.follow("Anonymiseret rapport")
    expect(walk.page.get_by_text("området vises ikke").first).to_be_visible()
    assert re.search("S-2026-000[123]|Bakkehuset", walk.page.inner_text("main")) is None
    walk.look("rapport")
    assert walk.downloaded("Hent som PDF").startswith(b"%PDF")
    walk.follow("Afgørelser")
    walk.look("afgoerelser")
    walk.open("/aarshjul/")
    walk.look("aarshjul")
