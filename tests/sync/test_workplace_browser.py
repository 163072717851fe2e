"""What if, parameters, goals, comments and the annual wheel in a real browser: within reach, and never too wide."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from axe import assert_accessible, page_for_axe
from chromium import listening
from dated_case import OWN, add_dates
from flask import Flask
from playwright.sync_api import Browser, expect
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.case import OrderLine
from bit_model.terms import GoalType
from sync.ingest import Reader, ingest
from sync.store import Store, cases, comments
from sync.store.account_tables import Role
from sync.store.database import writing

CUT = "hvad=pakke&tal=6&fra=2026-10-01&tilbage=2025-04-01"
PAGES = {
    f"/sager/{OWN}": Role.PROVIDER,
    f"/sager/{OWN}/hvad-nu-hvis": Role.CASEWORKER,
    f"/sager/{OWN}/hvad-nu-hvis?{CUT}": Role.CASEWORKER,
    f"/sager/{OWN}/hvad-nu-hvis?hvad=pakke": Role.CASEWORKER,
    "/parametre/": Role.LEADER,
    f"/sager/{OWN}/maal": Role.PROVIDER,
    f"/sager/{OWN}/bemaerkninger": Role.PROVIDER,
    "/aarshjul/": Role.CASEWORKER,
    "/aarshjul/?aar=2030": Role.PROVIDER,
}
ORDER = (
    OrderLine("Egenomsorg", "Bad", GoalType.DEVELOP, Decimal(20), measure="Bader selv tre gange om ugen", agreed=True),
    OrderLine("Mobilitet", "Tage bussen til værkstedet uden følgeskab", hours=Decimal(6)),
    OrderLine("Relationer", hours=Decimal(10)),
)


@pytest.fixture
def kind() -> str:
    """What a page looks like does not depend on the database."""
    return "sqlite"


@pytest.fixture
def at(app: Flask, store: Store, reader: Reader) -> Iterator[Callable[[Role], str]]:
    """Where the service listens for a role, with something on every page."""
    add_dates(app, store)
    with writing(store.engine) as connection:
        listed = [replace(CASES[0], order=ORDER, follow_up=ON_DATE), *CASES[1:]]
        cases.import_cases(connection, listed, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
        comments.say(connection, OWN, "Nattevagten går også stuegang hos naboen.", "Leder", "Bakkehuset", NOW)
    ingest(store, reader, returned_schedule(changes={(2, "Mål"): "Bad"}), "skema.xlsx")
    listeners = {role: listening(app, role) for role in {*PAGES.values()}}
    addresses = {role: listener.__enter__() for role, listener in listeners.items()}
    yield addresses.__getitem__
    for listener in listeners.values():
        listener.__exit__(None, None, None)


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_every_page_is_within_reach_and_fits(browser: Browser, at: Callable[[Role], str], width: int) -> None:
    page = page_for_axe(browser, width)
    for path, role in PAGES.items():
        page.context.clear_cookies()  # they do not know a port, and so would let one role pass for another
        answer = page.goto(f"{at(role)}{path}")
        assert answer is not None
        assert answer.status == (422 if path.endswith("?hvad=pakke") else 200), path
        assert_accessible(page)
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= width, (path, widest)


def test_without_script_a_leader_tries_a_tolerance_and_a_provider_answers(
    browser: Browser, at: Callable[[Role], str]
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{at(Role.LEADER)}/parametre/")
    page.get_by_label("Tolerance, timer pr. uge").fill("100")
    page.get_by_role("button", name="Se konsekvensen").press("Enter")
    expect(page.get_by_text("sager ville stå anderledes").first).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{at(Role.CASEWORKER)}/sager/{OWN}")
    page.get_by_role("link", name="Hvad nu hvis").press("Enter")
    page.locator("#tal").fill("6")
    page.get_by_role("button", name="Regn").press("Enter")
    expect(page.get_by_role("heading", name="Det ville betyde")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{at(Role.PROVIDER)}/sager/{OWN}")
    page.locator("#said").fill("Vi sender et nyt skema i morgen.")
    page.get_by_role("button", name="Tilføj bemærkningen").press("Enter")
    expect(page.get_by_text("Vi sender et nyt skema i morgen.")).to_be_visible()
    page.get_by_role("link", name="Årshjul").press("Enter")
    page.get_by_role("button", name="Lav en adresse").press("Enter")
    expect(page.get_by_label("Kalenderens adresse")).to_be_visible()
