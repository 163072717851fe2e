"""What if, parameters, goals, comments and the annual wheel in a real browser: within reach, and never too wide."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from axe import assert_accessible, page_for_axe
from chromium import listening
from dated_case import OWN, add_dates
from flask import Flask
from parameter_forms import CHOSEN
from playwright.sync_api import Browser, Page, expect
from signed_in import session_cookie
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.case import OrderLine
from bit_model.terms import GoalType
from sync.ingest import Reader, ingest
from sync.store import Store, cases, comments
from sync.store.account_tables import Role
from sync.store.database import writing

CUT = "hvad=pakke&tal=6&fra=2026-10-01&tilbage=2025-04-01"
WIDER = urlencode({**CHOSEN, "proev": "ja"})
PAGES = {
    f"/sager/{OWN}": Role.PROVIDER,
    f"/sager/{OWN}/hvad-nu-hvis": Role.CASEWORKER,
    f"/sager/{OWN}/hvad-nu-hvis?{CUT}": Role.CASEWORKER,
    f"/sager/{OWN}/hvad-nu-hvis?hvad=pakke": Role.CASEWORKER,
    "/parametre/": Role.LEADER,
    f"/parametre/?{WIDER}": Role.LEADER,
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


Goto = Callable[[Page, Role, str], int]


@pytest.fixture
def goto(app: Flask, store: Store, reader: Reader) -> Iterator[Goto]:
    """Opens a page of the service as somebody with the role and gives the answer's status; every page has something."""
    add_dates(app, store)
    with writing(store.engine) as connection:
        listed = [replace(CASES[0], order=ORDER, follow_up=ON_DATE), *CASES[1:]]
        cases.import_cases(connection, listed, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
        comments.say(connection, OWN, "Nattevagten går også stuegang hos naboen.", "Leder", "Bakkehuset", NOW)
    ingest(store, reader, returned_schedule(changes={(2, "Mål"): "Bad"}), "skema.xlsx")
    with listening(app, None) as address:

        def open_page(page: Page, role: Role, path: str) -> int:
            page.context.add_cookies([{"name": "session", "value": session_cookie(app, role), "url": address}])
            answer = page.goto(f"{address}{path}")
            assert answer is not None
            return answer.status

        yield open_page


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_every_page_is_within_reach_and_fits(browser: Browser, goto: Goto, width: int) -> None:
    page = page_for_axe(browser, width)
    for path, role in PAGES.items():
        assert goto(page, role, path) == (422 if path.endswith("?hvad=pakke") else 200), path
        assert_accessible(page)
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= width, (path, widest)
    page.close()


def test_without_script_a_leader_takes_a_set_into_use_and_a_provider_answers(browser: Browser, goto: Goto) -> None:
    page = browser.new_page(java_script_enabled=False)
    goto(page, Role.LEADER, "/parametre/")
    page.get_by_label("Tolerance, timer pr. uge").fill("100")
    page.get_by_role("button", name="Se konsekvensen").press("Enter")
    expect(page.get_by_text("sager ville få en anden tilstand").first).to_be_visible()
    page.get_by_label("Sættets navn").fill("Bred tolerance")
    page.get_by_label("Begrundelse").fill("Byrådets beslutning")
    page.get_by_role("button", name="Tag i brug").press("Enter")
    expect(page.get_by_text("Bred tolerance 2 er taget i brug")).to_be_visible()

    goto(page, Role.CASEWORKER, f"/sager/{OWN}")
    page.get_by_role("link", name="Hvad nu hvis").press("Enter")
    page.locator("#tal").fill("6")
    page.get_by_role("button", name="Regn").press("Enter")
    expect(page.get_by_role("heading", name="Det ville betyde")).to_be_visible()

    goto(page, Role.PROVIDER, f"/sager/{OWN}")
    page.locator("#said").fill("Vi sender et nyt skema i morgen.")
    page.get_by_role("button", name="Tilføj bemærkningen").press("Enter")
    expect(page.get_by_text("Vi sender et nyt skema i morgen.")).to_be_visible()
    page.get_by_role("link", name="Årshjul").press("Enter")
    page.get_by_role("button", name="Lav en adresse").press("Enter")
    expect(page.get_by_label("Kalenderens adresse")).to_be_visible()
    page.close()
