"""What if, parameters, comments and the annual wheel in a real browser without script."""

from collections.abc import Callable, Iterator

import pytest
from chromium import listening
from dated_case import OWN
from every_page import fill
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from signed_in import session_cookie

from sync.ingest import Reader
from sync.roles import Role
from sync.store import Store


@pytest.fixture
def kind() -> str:
    """What a page looks like does not depend on the database."""
    return "sqlite"


Goto = Callable[[Page, Role, str], int]


@pytest.fixture
def goto(app: Flask, store: Store, reader: Reader) -> Iterator[Goto]:
    """Opens a page of the service as somebody with the role and gives the answer's status; every page has something."""
    fill(app, store, reader)
    with listening(app, None) as address:

        def open_page(page: Page, role: Role, path: str) -> int:
            page.context.add_cookies([{"name": "session", "value": session_cookie(app, role), "url": address}])
            answer = page.goto(f"{address}{path}")
            assert answer is not None
            return answer.status

        yield open_page


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
