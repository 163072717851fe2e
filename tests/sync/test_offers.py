"""What the pages offer each role: every link leads somewhere, and every form goes where the role may send it."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from dated_case import add_dates
from flask import Flask
from sync_material import returned_schedule
from werkzeug.exceptions import HTTPException

from sync.accounts.access import ACCESS, Anyone
from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store

PER_ENDPOINT = 4
"""Pages of one kind that are opened; a case has hundreds of derivations."""
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
FORM = re.compile(r"<form\b([^>]*)>")
ATTRIBUTE = re.compile(r'\b(action|method)="([^"]*)"')


@pytest.fixture
def kind() -> str:
    """What a page offers does not depend on the database."""
    return "sqlite"


@pytest.fixture
def filled(app: Flask, store: Store, reader: Reader) -> Flask:
    """With a round, a decision, meetings, tasks, a file with problems and one in the tray."""
    add_dates(app, store)
    ingest(store, reader, returned_schedule(changes={(3, "Start"): None}), "skema.xlsx")
    ingest(store, reader, returned_schedule("S-2026-0999"), "ukendt.xlsx")
    return app


@pytest.mark.parametrize("role", Role)
def test_everything_a_page_offers_is_within_the_roles_reach(filled: Flask, role: Role) -> None:
    client, opened = filled.test_client(role=role), Counter[str]()
    waiting, known = deque([("/", "the front page")]), {"/"}
    while waiting:
        path, origin = waiting.popleft()
        endpoint = endpoint_of(filled, path, "GET")
        opened[endpoint] += 1
        if opened[endpoint] > PER_ENDPOINT:
            continue
        with client.get(path) as answer:
            assert answer.status_code < 400, (path, origin, answer.status_code)
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            onward = [answer.location] if answer.status_code in {302, 303} else []
        for method, found in [*(("GET", place) for place in onward), *offered(text)]:
            place = urlsplit(urljoin(f"http://localhost{path}", found))
            if place.netloc != "localhost":
                continue
            assert may(endpoint_of(filled, place.path, method), role), (method, place.path, path)
            whole = f"{place.path}?{place.query}" if place.query else place.path
            if method == "GET" and whole not in known:
                known.add(whole)
                waiting.append((whole, path))
    assert len(opened) > 3


def offered(text: str) -> Iterator[tuple[str, str]]:
    """Method and address of each link and form."""
    for address in LINK.findall(text):
        yield "GET", unescape(address)
    for attributes in FORM.findall(text):
        said = dict(ATTRIBUTE.findall(attributes))
        yield said.get("method", "get").upper(), unescape(said.get("action", ""))


def endpoint_of(app: Flask, path: str, method: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path, method)[0])
    except HTTPException as wrong:
        pytest.fail(f"{method} {path}: {wrong}")


def may(endpoint: str, role: Role) -> bool:
    allowed = ACCESS[endpoint]
    return role in allowed if isinstance(allowed, frozenset) else allowed in Anyone
