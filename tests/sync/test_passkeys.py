"""A passkey made and used in a real browser, with the authenticator that Chromium has for tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chromium import listening
from flask import Flask
from page_looks import fits, go
from playwright.sync_api import Browser, Page, expect
from sign_in_forms import EMAIL, PASSWORD, give_password

from sync.store import Store

WIDTHS = (1280, 390)


@pytest.fixture
def address(served: Callable[..., Flask], store: Store) -> Iterator[str]:
    """The service, asked by whoever signs in."""
    app = served(second_factor="optional")
    give_password(app, store)
    with listening(app, None) as found:
        yield found.replace("127.0.0.1", "localhost")  # a passkey belongs to a name


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:  # noqa: ARG001 - it is closed before the service stops
    """A page of a browser with an authenticator, whose every complaint fails the test."""
    made = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text))
    made.on("pageerror", lambda error: complaints.append(str(error)))
    devices: Any = made.context.new_cdp_session(made)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    yield made
    made.close()
    assert complaints == []


def fits_everywhere(page: Page) -> None:
    """On a desk and in a hand."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)


def test_a_passkey_is_made_signs_in_and_is_deleted(page: Page, address: str) -> None:
    page.goto(f"{address}/sammenligning/")
    fits_everywhere(page)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Behov, indsats og takst")
    go(page, page.get_by_role("link", name="Min konto"))
    fits_everywhere(page)
    go(page, page.get_by_role("link", name="Adgangsnøgler"))
    fits_everywhere(page)
    page.get_by_label("Navn på nøglen").fill("Min bærbare")
    page.get_by_role("button", name="Lav en adgangsnøgle").click()
    expect(page.get_by_role("link", name="Adgangsnøgler: 1")).to_be_visible()
    page.get_by_role("button", name="Log ud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    expect(page.get_by_role("link", name="Min konto")).to_be_visible()
    page.goto(f"{address}/konto/adgangsnoegle")
    expect(page.get_by_role("strong")).to_be_visible()
    go(page, page.get_by_role("button", name="Slet"))
    page.goto(f"{address}/konto/")
    expect(page.get_by_role("link", name="Adgangsnøgler: 0")).to_be_visible()


def test_a_passkey_of_nobody_here_opens_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/log-ind/adgangsnoegle")
    page.get_by_role("button", name="Log ind med adgangsnøgle").click()
    expect(page.get_by_text("Browseren brugte ingen adgangsnøgle")).to_be_visible()
    page.goto(f"{address}/sammenligning/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
