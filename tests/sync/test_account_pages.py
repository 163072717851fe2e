"""One-time links, the administrator's pages, everybody's own, tokens, and the commands."""

import datetime as dt
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock
from processes import PROGRAM, environment
from sign_in_forms import EMAIL, PASSWORD, send, sign_in
from signed_in import PROVIDER, TOKENS
from sqlalchemy import delete, func, select
from sync_material import NOW

from sync.commands.users import new_first_link
from sync.roles import Role
from sync.store import Store, accounts, authorities, one_time_links
from sync.store.account_tables import ACCOUNT, ACCOUNT_ROLE, API_TOKEN, Purpose
from sync.store.database import writing
from sync.store.scope import NOBODY, Scope

NEW = {"email": "Ny@Kommunen.example", "function": "Faglig konsulent", "roles": "consultant", "provider": ""}


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """The one who sees to users."""
    return app.test_client(role=Role.ADMINISTRATOR)


@pytest.fixture
def nobody(app: Flask) -> FlaskClient:
    """Not signed in."""
    return app.test_client(role=None)


def path_of(link: str) -> str:
    """The path of a link that stands in a text."""
    found = re.search(r"/engangslink/[\w-]+", link)
    assert found, link
    return found[0]


def choose(client: FlaskClient, path: str, **changes: str) -> Any:
    """The password chosen that a one-time link asks for."""
    return send(client, path, **{"password": PASSWORD, "again": PASSWORD, **changes})


def number_of(store: Store, email: str) -> int:
    with store.engine.connect() as connection:
        held = accounts.by_email(connection, email)
    assert held is not None
    return int(held.id)


@pytest.fixture
def first(store: Store, settings: Any) -> str:
    """The first one-time link of a service without accounts."""
    with writing(store.engine) as connection:
        for table in (API_TOKEN, ACCOUNT_ROLE, ACCOUNT):
            connection.execute(delete(table))
        link = new_first_link(connection, settings)
    assert link
    return path_of(link)


def test_the_first_link_makes_an_administrator_once(first: str, nobody: FlaskClient, store: Store) -> None:
    assert nobody.get(first).status_code == 200
    assert choose(nobody, first, email="chef@kommunen.example").location == "/log-ind"
    with store.engine.connect() as connection:
        assert connection.scalars(select(ACCOUNT_ROLE.c.name)).all() == ["administrator"]
    assert nobody.get(first).status_code == 404
    assert sign_in(nobody, email="chef@kommunen.example").location == "/konto/to-trin"


def test_the_first_link_works_for_one_of_many_at_once(first: str, app: Flask, store: Store) -> None:
    clients = [app.test_client(role=None) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: choose(clients[n], first, email=f"nr{n}@kommunen.example"), range(4)))
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ACCOUNT)) == 1


@pytest.mark.parametrize(
    "fields,told",
    [
        ({"email": "ingen"}, "Skriv en e-mailadresse"),
        ({"email": "a@b.example", "password": "kort", "again": "kort"}, "mindst 12 tegn"),
        ({"email": "a@b.example", "again": "noget helt andet"}, "ikke ens"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_link_still_works(
    first: str, nobody: FlaskClient, fields: dict[str, str], told: str
) -> None:
    answer = choose(nobody, first, **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert PASSWORD not in answer.text
    assert nobody.get(first).status_code == 200


def test_a_link_that_is_old_or_followed_by_another_works_no_more(
    first: str, nobody: FlaskClient, store: Store, settings: Any, clock: Clock
) -> None:
    with writing(store.engine) as connection:
        newer = new_first_link(connection, settings)
    assert newer
    assert nobody.get(first).status_code == 404
    assert nobody.get(path_of(newer)).status_code == 200
    clock.moment = dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)
    assert nobody.get(path_of(newer)).status_code == 404


def test_once_there_is_an_account_there_is_no_first_link(store: Store, settings: Any, nobody: FlaskClient) -> None:
    with writing(store.engine) as connection:
        assert new_first_link(connection, settings) is None
        secret = one_time_links.new_link(connection, Purpose.FIRST, None, NOW)
    assert nobody.get(f"/engangslink/{secret}").status_code == 404


def test_a_link_is_kept_as_its_hash_alone_and_no_log_tells_it(
    first: str, nobody: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = first.rpartition("/")[2]
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM account_link").all()
    assert secret not in str(rows)
    monkeypatch.setattr("sync.accounts.views.one_time_links.link", lambda *_: 1 / 0)
    assert nobody.get(first).status_code == 500
    assert secret not in capsys.readouterr().err


def test_an_invited_user_chooses_a_password_and_signs_in(
    administrator: FlaskClient, nobody: FlaskClient, store: Store
) -> None:
    shown = send(administrator, "/brugere/", **NEW)
    assert shown.status_code == 200, shown.text
    link = path_of(shown.text)
    assert choose(nobody, link).location == "/log-ind"
    assert sign_in(nobody, email="ny@kommunen.example").location == "/konto/to-trin"
    assert nobody.get(link).status_code == 404
    with store.engine.connect() as connection:
        assert accounts.roles_of(connection)[number_of(store, "ny@kommunen.example")] == [Role.CONSULTANT]
    assert link not in administrator.get("/brugere/").text


@pytest.mark.parametrize(
    "changes,told",
    [
        ({"email": EMAIL}, "allerede en bruger"),
        ({"email": "uden-snabel-a"}, "Skriv en e-mailadresse"),
        ({"roles": ""}, "mindst én rolle"),
        ({"roles": "provider"}, "Vælg den leverandør"),
        ({"provider": PROVIDER}, "Kun en bruger med rollen"),
        ({"function": ""}, "Udfyld feltet"),
    ],
)
def test_an_account_that_does_not_hang_together_is_refused(
    administrator: FlaskClient, changes: dict[str, str], told: str
) -> None:
    answer = send(administrator, "/brugere/", **{**NEW, **changes})
    assert answer.status_code == 422
    assert told in answer.text


def test_roles_are_changed_and_hold_at_once(administrator: FlaskClient, app: Flask, store: Store) -> None:
    page = f"/brugere/{number_of(store, EMAIL)}"
    client = app.test_client()
    assert client.get("/runder/ny").status_code == 200
    done = send(administrator, page, act="change", function="Kontrollant", roles="economy", provider="")
    assert done.status_code == 303
    assert client.get("/runder/ny").status_code == 403
    assert "Kontrollant" in client.get("/konto/").text


def test_the_last_administrator_stays_one(administrator: FlaskClient, store: Store) -> None:
    page = f"/brugere/{number_of(store, 'administrator@kommunen.example')}"
    assert send(administrator, page, act="disable").status_code == 422
    change = {"function": "Leder", "roles": "leader", "provider": ""}
    assert send(administrator, page, act="change", **change).status_code == 422


def test_a_disabled_user_is_out_and_a_second_factor_is_reset(
    administrator: FlaskClient, app: Flask, store: Store
) -> None:
    page = f"/brugere/{number_of(store, EMAIL)}"
    with writing(store.engine) as connection:
        mine = ACCOUNT.c.email == EMAIL
        connection.execute(ACCOUNT.update().where(mine).values(tf_primary_method="authenticator", tf_totp_secret="x"))
    assert send(administrator, page, act="second_factor").status_code == 303
    assert app.test_client().get("/konto/").status_code == 303
    with store.engine.connect() as connection:
        assert connection.scalar(select(ACCOUNT.c.tf_totp_secret).where(mine)) is None
    assert send(administrator, page, act="disable").status_code == 303
    assert app.test_client().get("/api/v1/comparison").status_code == 401
    assert send(administrator, page, act="enable").status_code == 303
    assert app.test_client().get("/api/v1/comparison").status_code == 200


@pytest.mark.parametrize("kind", ["postgresql"])
def test_an_administrator_sees_the_users_of_the_own_authority_alone(administrator: FlaskClient, store: Store) -> None:
    with writing(store.within(NOBODY).engine) as connection:
        second = authorities.add(connection, "Nabokommunen", NOW)
    with writing(store.within(Scope(second)).engine) as connection:
        other = accounts.add(connection, "fremmed@anden.example", "Leder", {Role.LEADER}, NOW)
    assert "fremmed@anden.example" not in administrator.get("/brugere/").text
    assert administrator.get(f"/brugere/{other}").status_code == 404
    page = f"/brugere/{number_of(store, EMAIL)}"
    assert send(administrator, page, f"/brugere/{other}", act="disable").status_code == 404


def test_a_token_is_shown_once_and_opens_the_api_until_it_is_revoked(app: Flask, store: Store) -> None:
    client, program = app.test_client(), app.test_client(role=None)
    shown = send(client, "/konto/", "/konto/noegler", name="Excel på den bærbare", expires="20-04-2026")
    found = re.search(r'id="token">(bitark_[\w-]+)<', shown.text)
    assert found, shown.text
    header = {"Authorization": f"Bearer {found[1]}"}
    assert program.get("/api/v1/comparison", headers=header).status_code == 200
    page = client.get("/konto/").text
    assert found[1] not in page
    with store.engine.connect() as connection:
        rows = connection.execute(select(API_TOKEN)).all()
    assert found[1] not in str(rows)
    mine = next(row.id for row in rows if row.name == "Excel på den bærbare")
    other = app.test_client(role=Role.LEADER)
    assert send(other, "/konto/", f"/konto/noegler/{mine}").status_code == 404
    assert send(client, "/konto/", f"/konto/noegler/{mine}").status_code == 303
    refused = program.get("/api/v1/comparison", headers=header)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert refused.content_type == "application/problem+json"


def test_a_token_works_until_its_day(app: Flask, clock: Clock) -> None:
    shown = send(app.test_client(), "/konto/", "/konto/noegler", name="Excel", expires="21-03-2026")
    found = re.search(r'id="token">([^<]+)<', shown.text)
    assert found
    program, header = app.test_client(role=None), {"Authorization": f"Bearer {found[1]}"}
    assert program.get("/api/v1/comparison", headers=header).status_code == 200
    clock.on("2026-03-21")
    assert program.get("/api/v1/comparison", headers=header).status_code == 401


@pytest.mark.parametrize("expires", ["20-03-2026", "21-03-2027", "snart"])
def test_a_token_has_an_end_that_is_not_too_far_away(app: Flask, expires: str) -> None:
    assert send(app.test_client(), "/konto/", "/konto/noegler", name="Excel", expires=expires).status_code == 422


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", f"Token {TOKENS[Role.CASEWORKER]}"])
def test_what_is_no_token_opens_nothing_even_beside_a_session(app: Flask, header: str) -> None:
    assert app.test_client().get("/api/v1/comparison", headers={"Authorization": header}).status_code == 401


def test_a_session_reads_the_api_and_sends_nothing_to_it(app: Flask) -> None:
    client = app.test_client()
    del client.environ_base["HTTP_AUTHORIZATION"]
    assert client.get("/api/v1/comparison").status_code == 200
    assert client.post("/api/v1/submissions").status_code == 401


def test_a_provider_without_its_provider_is_nobody(app: Flask, store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(ACCOUNT.update().values(provider=""))
    assert app.test_client(role=Role.PROVIDER).get("/sammenligning/").status_code == 303
    assert app.test_client(role=Role.PROVIDER).get("/api/v1/comparison").status_code == 401


def test_the_request_is_within_the_scope_of_who_asks(served: Callable[..., Flask]) -> None:
    from sync.accounts.access import ACCESS, Anyone
    from sync.services import scope
    from sync.store.scope import Scope

    app = served()
    app.add_url_rule("/hvem", "who", lambda: repr(scope()))
    ACCESS["who"] = Anyone.SIGNED_IN
    try:
        number = list(Role).index(Role.PROVIDER) + 1
        assert app.test_client(role=Role.PROVIDER).get("/hvem").text == repr(Scope(1, PROVIDER, f"user:{number}"))
        assert app.test_client(role=Role.LEADER).get("/hvem").text == repr(Scope(1, None, "user:3"))
    finally:
        del ACCESS["who"]


def bitark(settings: Any, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "user", *words], env=environment(settings), capture_output=True, text=True, check=False
    )


def test_users_are_made_listed_and_disabled_from_the_command_line(
    settings: Any, store: Store, nobody: FlaskClient
) -> None:
    made = bitark(settings, "add", "ny@kommunen.example", "--role", "leader", "--function", "Leder")
    assert made.returncode == 0, made.stderr
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ACCOUNT)) == len(Role) + 1
    assert path_of(made.stdout)
    assert "ny@kommunen.example" in bitark(settings, "list").stdout
    assert bitark(settings, "disable", "ny@kommunen.example").returncode == 0
    assert nobody.get(path_of(made.stdout)).status_code == 404
    for words in (
        ("disable", "ingen@kommunen.example"),
        ("first-link",),
        ("add", EMAIL, "--role", "leader", "--function", "x"),
        ("add", "b@kommunen.example", "--role", "provider", "--function", "x"),
    ):
        refused = bitark(settings, *words)
        assert (refused.returncode, refused.stdout) == (2, ""), words
        assert "Traceback" not in refused.stderr
