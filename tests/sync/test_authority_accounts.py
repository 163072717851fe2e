"""Whoever signs in sees the own authority's cases alone, by password, session, token and link."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from boundaries import World, shown, world
from flask import Flask
from flask.testing import FlaskClient
from page_forms import link_of
from processes import PROGRAM, environment
from sign_in_forms import PASSWORD, send, sign_in

from sync.ingest import Reader
from sync.roles import Role
from sync.settings import Settings
from sync.store import Store, accounts, audit
from sync.store.chain import verify
from sync.store.database import writing
from sync.store.scope import Scope

THEIRS = "sagsbehandler@nabokommunen.example"
SEES = ("/sammenligning/", "/returneringer/", "/runder/", "/bakke/", "/brugere/", "/revision/", "/konto/")
OF_THE_API = ("/api/v1/comparison", "/api/v1/cases", "/api/v1/submissions", "/api/v1/rounds")
OPEN = {
    "/healthz": 200,
    "/log-ind": 200,
    "/log-ind/adgangsnoegle": 200,
    "/api/": 200,
    "/api/openapi.json": 200,
    "/lite/": 200,
    "/engangslink/x": 404,
    "/aflever/x": 404,
    "/": 303,
    "/api/v1/comparison": 401,
}


@pytest.fixture
def there(store: Store, reader: Reader) -> World:
    """Two authorities with the same keys on PostgreSQL, one on SQLite."""
    return world(store, reader)


@pytest.fixture
def app(served: Callable[..., Flask]) -> Flask:
    """A password alone signs in."""
    return served(second_factor="optional")


def run(settings: Settings, *arguments: str, authority: str = "Nabokommunen") -> str:
    """What `bitark user` says."""
    command: list[str | Path] = [PROGRAM, "--authority", authority, "user", *arguments]
    done = subprocess.run(command, env=environment(settings) | {"COLUMNS": "200"}, capture_output=True, check=False)
    return (done.stdout + done.stderr).decode()


def invited(app: Flask, settings: Settings, *roles: str) -> FlaskClient:
    """A user of the second authority, made by the command, who chose a password by the link and signed in."""
    told = run(settings, "add", THEIRS, "--function", "Sagsbehandler", *(f"--role={role}" for role in roles))
    link = re.search(r"/engangslink/[\w-]+", told)
    assert link, told
    client: FlaskClient = app.test_client(role=None)
    assert send(client, link[0], password=PASSWORD, again=PASSWORD).location == "/log-ind"
    assert sign_in(client, email=THEIRS).status_code == 302
    return client


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_user_of_the_second_authority_sees_its_cases_alone(there: World, app: Flask, settings: Settings) -> None:
    client = invited(app, settings, "caseworker", "administrator")
    forbidden, own = there.forbidden(Scope(2)), [party for party in there.parties if party.authority == 2]
    assert forbidden
    for path in (*SEES, *OF_THE_API):
        answer = client.get(path)
        said = shown(answer.data)
        assert answer.status_code == 200, path
        assert not [mark for mark in forbidden if mark in said], path
        assert "kommunen.example" not in said.replace(THEIRS, ""), path
    assert all(party.mark in client.get("/sammenligning/").text for party in own if party.provider)
    for party in there.parties:
        expected = 200 if party.authority == 2 else 404
        assert client.get(f"/returneringer/{party.submission_id}").status_code == expected
    token = send(client, "/konto/", "/konto/noegler", name="Excel", expires="20-04-2026")
    key = re.search(r'id="token">(bitark_[\w-]+)<', token.text)
    assert key, token.text
    program, header = app.test_client(role=None), {"Authorization": f"Bearer {key[1]}"}
    answers = [program.get(path, headers=header) for path in OF_THE_API]
    for answer in answers:
        assert answer.status_code == 200, answer.request.path
        assert not [mark for mark in forbidden if mark in shown(answer.data)], answer.request.path
    assert own[0].mark in shown(answers[0].data)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_link_of_the_second_authority_leads_to_its_case(there: World, app: Flask, settings: Settings) -> None:
    client = invited(app, settings, "caseworker")
    party = next(party for party in there.parties if party.authority == 2)
    link = link_of(client, f"/runder/{party.round_id}", party.case_key)
    page = app.test_client(role=None).get(link)
    assert page.status_code == 200
    assert party.case_key in page.text
    assert not [mark for mark in there.forbidden(Scope(2)) if mark in page.text]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_each_authority_has_its_own_users_and_entries(there: World, app: Flask, settings: Settings) -> None:
    invited(app, settings, "caseworker")
    assert THEIRS in run(settings, "list")
    assert THEIRS not in run(settings, "list", authority="Kommunen")
    assert "ingen bruger" in run(settings, "disable", THEIRS, authority="Kommunen")
    assert "allerede en bruger" in run(settings, "add", THEIRS, "--function=x", "--role=leader", authority="Kommunen")
    administrator = app.test_client()
    assert "nabokommunen" not in administrator.get("/brugere/").text
    chains = {}
    for number in (1, 2):
        with there.within(Scope(number)).engine.connect() as connection:
            assert verify(connection).broken is None
            chains[number] = [row.action for row in audit.entries(connection) if row.subject.startswith("user:")]
    made = ["account_made", "one_time_link_made", "one_time_link_used", "password_set", "signed_in"]
    assert chains == {1: [], 2: made}


@pytest.mark.parametrize("kind", ["postgresql"])
def test_an_e_mail_that_another_authority_has_is_told_at_the_invitation(there: World, app: Flask) -> None:
    with writing(there.within(Scope(2)).engine) as connection:
        accounts.add(connection, THEIRS, "Leder", {Role.LEADER}, app.extensions["bitark"].now())
    administrator = app.test_client(role=Role.ADMINISTRATOR)
    fields = {"email": THEIRS, "function": "Leder", "roles": "leader", "provider": ""}
    answer = send(administrator, "/brugere/", **fields)
    assert answer.status_code == 422
    assert "allerede en bruger" in answer.text


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("path", OPEN)
def test_whoever_is_not_signed_in_is_answered_wherever_nobody_needs_to_be(app: Flask, path: str) -> None:
    assert app.test_client(role=None).get(path).status_code == OPEN[path]
