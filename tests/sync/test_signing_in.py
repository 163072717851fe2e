"""Passwords, the second factor, sessions, and how many attempts one has."""

import multiprocessing
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock
from sign_in_forms import EMAIL, PASSWORD, code, cookies, give_password, send, sign_in
from signed_in import session_cookie
from sqlalchemy import select
from sync_material import NOW

from sync.accounts import access
from sync.store import Store, attempts, open_store
from sync.store.account_tables import ACCOUNT, SIGN_IN_FAILURE
from sync.store.database import writing

FIGURES = "/sammenligning/"


@pytest.fixture
def app(served: Callable[..., Flask], store: Store) -> Flask:
    """A password alone signs in."""
    made = served(second_factor="optional")
    give_password(made, store)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody yet."""
    return app.test_client(role=None)


def test_a_password_signs_in_and_leads_to_what_was_asked_for(client: FlaskClient) -> None:
    asked = client.get("/sammenligning/?tilstand=over")
    assert (asked.status_code, asked.location) == (303, "/log-ind?next=/sammenligning/?tilstand%3Dover")
    done = sign_in(client, "?next=/sammenligning/?tilstand%3Dover")
    assert (done.status_code, done.location) == (302, "/sammenligning/?tilstand=over")
    assert client.get(FIGURES).status_code == 200


@pytest.mark.parametrize("changes", [{"password": "forkert"}, {"email": "ingen@kommunen.example"}, {"email": "x"}])
def test_what_is_wrong_is_told_alike_whatever_it_was(client: FlaskClient, changes: dict[str, str]) -> None:
    told = sign_in(client, **changes)
    assert told.status_code == 200
    assert "E-mail eller adgangskode er forkert." in told.text
    assert client.get(FIGURES).status_code == 303


@pytest.mark.parametrize(
    "to",
    ["//ond.example", "https://ond.example/", "/\\ond.example", "///ond.example", "\\\\ond.example", "javascript:1"],
)
def test_sign_in_leads_to_no_other_site(client: FlaskClient, to: str) -> None:
    done = sign_in(client, f"?next={to}", next=to)
    assert re.match(r"(/|%5C|http://localhost/)(?![/\\])", done.location or "/"), done.location


def test_a_session_from_before_does_not_become_the_one_that_signs_in(app: Flask, client: FlaskClient) -> None:
    planted = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/log-ind").text)
    assert planted
    before = client.get_cookie("session")
    assert before
    done = sign_in(client)
    assert "session" in cookies(done)
    thief = app.test_client(role=None)
    thief.set_cookie("session", before.value)
    assert thief.get(FIGURES).status_code == 303
    client.get("/konto/")
    assert client.post("/konto/noegler", data={"csrf_token": planted[1], "name": "x"}).status_code == 400


@pytest.mark.parametrize("public,secure", [("", False), ("https://bitark.kommunen.example", True)])
def test_the_cookie_is_for_this_site_alone_and_with_https_for_nothing_else(
    served: Callable[..., Flask], public: str, secure: bool
) -> None:
    app = served(public_address=public)
    answer = app.test_client(role=None).get("/log-ind", base_url=public or "http://localhost")
    line = cookies(answer)["session"]
    assert "HttpOnly" in line
    assert "SameSite=Strict" in line
    assert ("Secure" in line) == secure


def test_only_the_hosts_that_are_set_are_answered(served: Callable[..., Flask]) -> None:
    client = served(public_address="https://bitark.kommunen.example").test_client()
    assert client.get("/healthz", base_url="https://bitark.kommunen.example").status_code == 200
    assert client.get("/healthz", base_url="https://ond.example").status_code == 400


def test_behind_a_proxy_the_address_of_the_caller_is_what_the_proxy_tells(served: Callable[..., Flask]) -> None:
    public = "https://bitark.kommunen.example"
    client = served(public_address=public, proxies=1).test_client()
    headers = {"X-Forwarded-Host": "bitark.kommunen.example", "X-Forwarded-Proto": "https"}
    assert f"{public}/lite/" in client.get("/lite/requirements.txt", headers=headers).text


@pytest.mark.parametrize("later,good", [(59 * 60, True), (61 * 60, False)])
def test_a_session_ends_when_it_is_not_used(
    app: Flask, monkeypatch: pytest.MonkeyPatch, later: int, good: bool
) -> None:
    client = app.test_client()
    assert client.get(FIGURES).status_code == 200
    moment = time.time() + later
    monkeypatch.setattr(access.time, "time", lambda: moment)  # type: ignore[attr-defined]
    assert (client.get(FIGURES).status_code == 200) == good


def test_a_session_ends_after_its_hours_however_much_it_is_used(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, begun = app.test_client(), time.time()
    for minutes in range(50, 600, 50):
        monkeypatch.setattr(access.time, "time", lambda at=begun + minutes * 60: at)  # type: ignore[attr-defined]
        assert client.get(FIGURES).status_code == 200
    monkeypatch.setattr(access.time, "time", lambda: begun + 601 * 60)  # type: ignore[attr-defined]
    assert client.get(FIGURES).status_code == 303


def test_whoever_signs_out_is_signed_out_with_every_copy_of_the_session(app: Flask) -> None:
    client, copy = app.test_client(), app.test_client()
    assert copy.get(FIGURES).status_code == 200
    assert send(client, "/konto/", "/log-ud").status_code == 302
    assert client.get(FIGURES).status_code == 303
    assert copy.get(FIGURES).status_code == 303


def test_sign_out_needs_the_token_of_a_page(app: Flask) -> None:
    client = app.test_client()
    client.post("/log-ud")
    assert client.get(FIGURES).status_code == 200


def test_a_new_password_signs_out_everywhere_else(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    elsewhere = app.test_client()
    assert elsewhere.get(FIGURES).status_code == 200
    new = "en helt ny adgangskode"
    fields = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    done = send(client, "/konto/adgangskode", **fields)
    assert (done.status_code, done.location) == (302, "/konto/")
    assert client.get(FIGURES).status_code == 200
    assert elsewhere.get(FIGURES).status_code == 303


def test_a_short_password_is_refused_with_the_reason_in_danish(client: FlaskClient) -> None:
    sign_in(client)
    told = send(client, "/konto/adgangskode", password=PASSWORD, new_password="kort", new_password_confirm="kort")
    assert "mindst 12 tegn" in told.text


def test_nobody_is_remembered_beyond_the_session(client: FlaskClient) -> None:
    assert set(cookies(sign_in(client, remember="y"))) == {"session"}


def test_a_second_factor_is_set_up_before_anything_is_seen_and_asked_for_ever_after(
    served: Callable[..., Flask], store: Store
) -> None:
    app = served()
    give_password(app, store)
    client = app.test_client(role=None)
    assert sign_in(client).location == "/konto/to-trin"
    assert client.get(FIGURES).status_code == 303
    page = send(client, "/konto/to-trin", setup="authenticator")
    key = re.search(r'id="totp-key">([^<]+)<', page.text)
    assert key, page.text
    assert 'src="data:image/svg' in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    done = client.post("/log-ind/kode", data={"csrf_token": token[1], "code": code(key[1])})
    assert done.status_code == 302, done.text
    assert client.get(FIGURES).status_code == 200
    with store.engine.connect() as connection:
        kept = connection.scalar(select(ACCOUNT.c.tf_totp_secret).where(ACCOUNT.c.email == EMAIL))
    assert kept
    assert key[1].replace("-", "") not in kept
    again = app.test_client(role=None)
    assert sign_in(again).location.startswith("/log-ind/kode")
    assert again.get(FIGURES).status_code == 303
    assert send(again, "/log-ind/kode", code="000000").status_code == 200
    assert again.get(FIGURES).status_code == 303


def test_after_five_failures_one_waits_and_longer_each_time(client: FlaskClient, clock: Clock) -> None:
    for _ in range(5):
        assert sign_in(client, password="forkert").status_code == 200
    refused = sign_in(client)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    clock.moment = NOW.replace(second=2)
    assert sign_in(client, password="forkert").status_code == 200
    refused = sign_in(client)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    clock.moment = NOW.replace(second=5)
    assert sign_in(client).status_code == 302


def test_a_right_password_is_no_failure(client: FlaskClient, app: Flask) -> None:
    for _ in range(7):
        assert sign_in(app.test_client(role=None)).status_code == 302
    assert sign_in(client).status_code == 302


def test_an_address_that_tries_many_accounts_waits_too(client: FlaskClient) -> None:
    for number in range(30):
        assert sign_in(client, email=f"nr{number}@kommunen.example").status_code == 200
    assert sign_in(client).status_code == 429


def test_no_e_mail_and_no_address_is_kept_of_a_failure(client: FlaskClient, store: Store) -> None:
    sign_in(client, password="forkert")
    with store.engine.connect() as connection:
        kept = connection.scalars(select(SIGN_IN_FAILURE.c.who)).all()
    assert len(kept) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in kept)


def guess(place: tuple[str, str], times: int) -> int:
    """How many of the attempts a process may make at one moment."""
    store = open_store(*place)
    allowed = 0
    for _ in range(times):
        with writing(store.engine) as connection:
            allowed += attempts.begin(connection, {"account": 5, "address": 30}, NOW) == 0
    store.close()
    return allowed


@pytest.mark.usefixtures("store")
def test_several_processes_have_five_attempts_together(settings: Any) -> None:
    place = (settings.database, settings.originals)
    with multiprocessing.get_context("spawn").Pool(3) as processes:
        assert sum(processes.starmap(guess, [(place, 4)] * 3)) == 5


def test_many_at_once_have_five_attempts_together(store: Store) -> None:
    def one(_: int) -> int:
        with writing(store.engine) as connection:
            return attempts.begin(connection, {"account": 5, "address": 30}, NOW)

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(one, range(24)))
    assert sum(wait == 0 for wait in waits) == 5


def test_a_disabled_account_is_out_at_once(app: Flask, store: Store) -> None:
    client = app.test_client()
    assert client.get(FIGURES).status_code == 200
    with writing(store.engine) as connection:
        connection.execute(ACCOUNT.update().where(ACCOUNT.c.email == EMAIL).values(active=False))
    assert client.get(FIGURES).status_code == 303
    assert client.get("/api/v1/comparison").status_code == 401
    assert sign_in(app.test_client(role=None)).status_code == 200


def test_a_cookie_signed_with_another_key_opens_nothing(app: Flask) -> None:
    client = app.test_client(role=None)
    client.set_cookie("session", session_cookie(app)[:-3] + "abc")
    assert client.get(FIGURES).status_code == 303
