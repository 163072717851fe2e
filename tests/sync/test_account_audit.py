"""What is done to accounts, and each sign-in, is an entry of the audit in the chain of the account's authority."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock
from sign_in_forms import EMAIL, PASSWORD, code, give_password, send, sign_in
from sqlalchemy import update
from structlog.testing import capture_logs
from sync_material import NOW

from sync.accounts.people import Passkey, Person
from sync.audit.words import sentence
from sync.roles import Role
from sync.store import Store, accounts, audit, one_time_links
from sync.store.account_tables import ACCOUNT, Purpose
from sync.store.audit import Action
from sync.store.chain import verify
from sync.store.database import writing

NEW_PASSWORD = "en helt ny adgangskode"


@pytest.fixture
def app(served: Callable[..., Flask], store: Store) -> Flask:
    """A password alone signs in."""
    made = served(second_factor="optional")
    give_password(made, store)
    with writing(store.engine) as connection:  # giving it was no entry's matter
        connection.get_execution_options()[audit.OPTION].clear()
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody yet."""
    return app.test_client(role=None)


@pytest.fixture
def number(store: Store) -> int:
    """The caseworker's account."""
    with store.engine.connect() as connection:
        held = accounts.by_email(connection, EMAIL)
    assert held
    return int(held.id)


Told = tuple[Action, str, str, dict[str, Any]]


def told(store: Store) -> list[Told]:
    """Action, actor, subject and detail of every entry about accounts; the chain is whole."""
    with store.engine.connect() as connection:
        assert verify(connection).broken is None
        return [
            (Action(row.action), row.actor, row.subject, orjson.loads(row.detail))
            for row in audit.entries(connection)
            if Action(row.action) not in {*audit.READINGS, Action.CASE_LIST_TAKEN_IN}
        ]


def test_a_sign_in_tells_by_what(client: FlaskClient, store: Store, number: int) -> None:
    who = f"user:{number}"
    sign_in(client)
    assert told(store) == [(Action.SIGNED_IN, who, who, {"way": "password"})]
    with store.engine.connect() as connection:
        said = [sentence(row) for row in audit.entries(connection)]
    assert said[-1:] == [f"logget ind, bruger {number} (ad adgangskode) af bruger {number}"]


def test_who_signs_out_is_told(client: FlaskClient, store: Store, number: int) -> None:
    who = f"user:{number}"
    sign_in(client)
    send(client, "/konto/", "/log-ud")
    assert told(store)[-1] == (Action.SIGNED_OUT, who, who, {})


def test_failures_tell_which_account_and_when_the_next_attempt_is_held_back(
    client: FlaskClient, store: Store, number: int, clock: Clock
) -> None:
    who = f"user:{number}"
    for _ in range(5):
        sign_in(client, password="forkert")
    assert sign_in(client).status_code == 429
    assert sign_in(client).status_code == 429  # what is refused makes no entries: nobody fills the chain with them
    failed: Told = (Action.SIGN_IN_FAILED, "nobody", who, {})
    assert told(store) == [*[failed] * 5, (Action.HELD_BACK, "nobody", who, {"seconds": 1})]
    clock.moment = NOW + dt.timedelta(seconds=2)
    sign_in(client, password="forkert")
    assert told(store)[-1] == (Action.HELD_BACK, "nobody", who, {"seconds": 2})


def test_a_failure_of_no_account_stands_in_the_log_without_the_e_mail(client: FlaskClient, store: Store) -> None:
    with capture_logs() as said:
        sign_in(client, email="ingen@kommunen.example")
    assert told(store) == []
    assert said == [{"event": "sign-in failed, of no account", "log_level": "info"}]


def test_what_an_administrator_does_to_an_account_is_told(
    app: Flask, client: FlaskClient, store: Store, number: int
) -> None:
    admin = app.test_client(role=Role.ADMINISTRATOR)
    with store.engine.connect() as connection:
        held = accounts.by_email(connection, "administrator@kommunen.example")
    assert held
    by, page = f"user:{held.id}", f"/brugere/{number}"
    shown = send(admin, "/brugere/", email="ny@kommunen.example", function="Økonom", roles="economy", provider="")
    link = re.search(r"/engangslink/[\w-]+", shown.text)
    assert link, shown.text
    with store.engine.connect() as connection:
        made = accounts.by_email(connection, "ny@kommunen.example")
    assert made
    new = f"user:{made.id}"
    assert send(client, link[0], password=PASSWORD, again=PASSWORD).location == "/log-ind"
    for act in ("disable", "enable", "second_factor", "link"):
        assert send(admin, page, act=act).status_code < 400
    assert send(admin, page, act="change", function="Leder", roles="leader", provider="").status_code == 303
    who = f"user:{number}"
    assert told(store) == [
        (Action.ACCOUNT_MADE, by, new, {"economy": True}),
        (Action.ONE_TIME_LINK_MADE, by, new, {"purpose": "password"}),
        (Action.ONE_TIME_LINK_USED, new, new, {"purpose": "password"}),
        (Action.PASSWORD_SET, new, new, {}),
        (Action.ACCOUNT_DISABLED, by, who, {}),
        (Action.ACCOUNT_ENABLED, by, who, {}),
        (Action.SECOND_FACTOR_RESET, by, who, {}),
        (Action.ONE_TIME_LINK_MADE, by, who, {"purpose": "password"}),
        (Action.ACCOUNT_CHANGED, by, who, {"leader": True}),
    ]


def test_a_link_that_signs_in_and_the_first_one_are_told(app: Flask, store: Store, number: int) -> None:
    who = f"user:{number}"
    with writing(store.engine) as connection:
        link = one_time_links.new_link(connection, Purpose.ENTER, number, NOW)
    assert send(app.test_client(role=None), f"/engangslink/{link}").location == "/"
    assert told(store) == [
        (Action.ONE_TIME_LINK_MADE, "program", who, {"purpose": "enter"}),
        (Action.ONE_TIME_LINK_USED, who, who, {"purpose": "enter"}),
        (Action.SIGNED_IN, who, who, {"way": "one_time_link"}),
    ]


def test_what_somebody_changes_of_the_own_account_is_told_in_its_transaction(
    client: FlaskClient, store: Store, number: int
) -> None:
    who = f"user:{number}"
    sign_in(client)
    fields = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    assert send(client, "/konto/adgangskode", password="forkert", **fields).status_code == 200
    assert send(client, "/konto/adgangskode", password=PASSWORD, **fields).status_code == 302
    shown = send(client, "/konto/", "/konto/noegler", name="Excel", expires="20-04-2026")
    token = re.search(r"/konto/noegler/(\d+)", shown.text)
    assert token, shown.text
    assert send(client, "/konto/", token[0]).status_code == 303
    key = f"token:{token[1]}"
    assert told(store)[1:] == [
        (Action.SIGN_IN_FAILED, who, who, {}),
        (Action.PASSWORD_SET, who, who, {}),
        (Action.TOKEN_MADE, who, key, {"expires": "2026-04-20"}),
        (Action.TOKEN_REVOKED, who, key, {}),
    ]


def test_a_second_factor_that_is_set_up_and_asked_for_is_told(
    served: Callable[..., Flask], store: Store, number: int
) -> None:
    who, app = f"user:{number}", served()
    give_password(app, store)
    client = app.test_client(role=None)
    sign_in(client)
    page = send(client, "/konto/to-trin", setup="authenticator")
    key, token = (re.search(p, page.text) for p in (r'id="totp-key">([^<]+)<', r'name="csrf_token" value="([^"]+)"'))
    assert key
    assert token
    client.post("/log-ind/kode", data={"csrf_token": token[1], "code": code(key[1])})
    wrong = app.test_client(role=None)
    sign_in(wrong)
    send(wrong, "/log-ind/kode", code="000000")
    assert told(store) == [
        (Action.SECOND_FACTOR_SET_UP, who, who, {}),
        (Action.SIGNED_IN, who, who, {"way": "second_factor"}),
        (Action.SIGN_IN_FAILED, "nobody", who, {}),
    ]


@pytest.mark.parametrize("fails", [False, True])
def test_a_change_and_its_entry_are_kept_both_or_neither(
    app: Flask, store: Store, number: int, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fails:
        monkeypatch.setattr("sync.store.audit._SMALL", re.compile("(?!)"))  # as if the entry could not be written
    with app.test_request_context("/konto/adgangsnoegle", method="POST"):
        people = app.extensions["security"].datastore
        person = people.db.session.get(Person, number)
        people.create_webauthn(person, b"id", b"key", "Min", 0, "first", "single_device", backup_state=False)
        if fails:
            with pytest.raises(ValueError, match="no small fact"):
                people.commit()
        else:
            people.commit()
            people.delete_webauthn(person.webauthn[0])
            people.commit()
    who = f"user:{number}"
    kept: list[Told] = [(Action.PASSKEY_MADE, who, who, {}), (Action.PASSKEY_DELETED, who, who, {})]
    assert told(store) == ([] if fails else kept)
    with app.test_request_context("/"):
        assert app.extensions["security"].datastore.db.session.query(Passkey).count() == 0


def test_the_sign_in_service_is_bound_once(store: Store, number: int) -> None:
    who = f"user:{number}"
    with writing(store.entrance().engine) as connection:
        assert accounts.bind_subject(connection, EMAIL.upper(), "emne")
    with writing(store.entrance().engine) as connection:
        assert not accounts.bind_subject(connection, EMAIL, "et andet")
        connection.execute(update(ACCOUNT).values(active=False))
    assert told(store) == [(Action.SIGN_IN_SERVICE_BOUND, who, who, {})]
