"""Every page, full, empty and after a form that was wrong: within reach, never too wide, printed whole."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

import pytest
from chromium import listening
from every_page import FILES, NO_FORM, PAGES, WRONG, Asker, Visit, empty_pages, fill, sessions, typed
from flask import Flask
from page_looks import wrongs
from page_words import pieces, words
from playwright.sync_api import Browser, Page
from signed_in import add_people

from sync.ingest import Reader
from sync.settings import Settings
from sync.store import Store, open_store
from sync.store.database import writing

SEND = """([to, fields]) => {
  const form = document.createElement('form');
  [form.method, form.action] = ['post', to];
  const token = document.querySelector('[name=csrf_token]').value;
  for (const [name, value] of Object.entries({csrf_token: token, ...fields})) {
    const input = document.createElement('input');
    [input.type, input.name, input.value] = ['hidden', name, value];
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""
Complaints = Callable[[Flask, Mapping[Asker, str], list[Visit], Mapping[str, str]], list[str]]


@pytest.fixture
def kind() -> str:
    """What a page looks like does not depend on the database."""
    return "sqlite"


@pytest.fixture
def complaints(browser: Browser) -> Complaints:
    """What is wrong with the pages, visit by visit."""

    def visit(app: Flask, cookies: Mapping[Asker, str], visits: list[Visit], known: Mapping[str, str]) -> list[str]:
        page, told = browser.new_page(locale="da-DK"), list[str]()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        with listening(app, None) as address:
            found = [f"{one}: {wrong}" for one in visits for wrong in seen(page, address, cookies, one, known, told)]
        page.close()
        return found

    return visit


def seen(
    page: Page, address: str, cookies: Mapping[Asker, str], visit: Visit, known: Mapping[str, str], told: list[str]
) -> Iterator[str]:
    page.context.clear_cookies()
    if visit.asker is not None:
        page.context.add_cookies([{"name": "session", "value": cookies[visit.asker], "url": address}])
    answer = page.goto(address + visit.path.format(**known))
    if visit.to:
        with page.expect_navigation() as waiting:
            page.evaluate(SEND, [visit.to.format(**known), dict(visit.fields)])
        answer = waiting.value
    assert answer
    if answer.status != visit.status:
        yield f"answered {answer.status}"
    yield from wrongs(page)
    yield from (one for one in told if f"status of {visit.status} " not in one)
    told.clear()


def test_every_address_has_an_example(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("api.")]
    asked = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    sent = {rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    assert asked == PAGES.keys() | FILES
    assert sent == WRONG.keys() | NO_FORM


def test_every_page_is_within_reach_and_fits(app: Flask, store: Store, reader: Reader, complaints: Complaints) -> None:
    known = fill(app, store, reader)
    visits = [*chain.from_iterable(PAGES.values()), *WRONG.values()]
    told = complaints(app, sessions(app, store), visits, known)
    assert told == [], "\n".join(told)


def test_every_page_is_so_before_anything_is_done(
    served: Callable[..., Flask], settings: Settings, another_database: str, complaints: Complaints
) -> None:
    fresh = open_store(another_database, settings.originals)
    with writing(fresh.engine) as connection:
        add_people(connection)
    fresh.close()
    app = served(database=another_database)
    told = complaints(app, sessions(app, app.extensions["bitark"].store), list(empty_pages(app)), MappingProxyType({}))
    assert told == [], "\n".join(told)


ALIKE = words(
    "API BITark Excel Login Note Original Over Overhead Parameter Standard Start Status Type Under Version mail"
)
"""Words that are the same in both languages."""


def test_no_danish_is_left_on_the_english_pages(served: Callable[..., Flask], store: Store, reader: Reader) -> None:
    danish = served()
    known, askers = fill(danish, store, reader), sessions(danish, store)
    english = served(language="en")
    written, left = words(typed()) | ALIKE, dict[str, str]()
    for visit in chain(chain.from_iterable(PAGES.values()), WRONG.values()):
        read = [answered(app, visit, known, askers) for app in (danish, english)]
        if "" in read or visit.path == "/api/":  # the API's page is in English in both
            continue
        both, now = pieces(read[0]) & pieces(read[1]), pieces(read[1])
        for piece in now:
            for word in words(piece) - written:
                if piece in both or not word.isascii():
                    left[word] = f"{piece} on {visit}"
    assert not left, "\n".join(f"{word}: {where}" for word, where in left.items())


def answered(app: Flask, visit: Visit, known: Mapping[str, str], askers: Mapping[Asker, str]) -> str:
    """The page, or nothing where it leads on to another."""
    client = app.test_client(role=None)
    if visit.asker is not None:
        client.set_cookie("session", askers[visit.asker])
    answer = client.get(visit.path.format(**known))
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    if visit.to and token:
        answer = client.post(visit.to.format(**known), data={"csrf_token": token[1], **visit.fields})
    return answer.text if answer.status_code == visit.status else ""


def test_the_check_finds_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="da"><title>x</title><header>x</header><main><h1>x</h1><h1>y</h1>'
        '<p style="color:#ccc;background:#fff;width:2000px">Grå</p><a href="/x" style="outline:0">z</a></main></html>'
    )
    told = "\n".join(wrongs(page))
    for wrong in (
        "not one h1",
        "at 390 too wide",
        "color-contrast",
        "nobody sees the focus",
        "on paper stands",
        "cut on",
    ):
        assert wrong in told
    page.close()
