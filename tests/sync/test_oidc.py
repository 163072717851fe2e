"""Sign-in by a service of the authority's own, against a real one on this machine."""

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sign_in_forms import EMAIL, send
from sqlalchemy import select, update

from sync.store import Store
from sync.store.account_tables import ACCOUNT
from sync.store.database import writing

FIGURES = "/sammenligning/"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider, of its own library


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Where the sign-in service is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses what its libraries are about to leave
        import oidc_provider_mock
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def client(served: Callable[..., Flask], issuer: str) -> FlaskClient:
    """Nobody yet, of a service that knows the sign-in service."""
    given = {"oidc_client_id": "bitark", "oidc_client_secret": SecretStr("x"), "oidc_name": "Fjordby Kommune"}
    return served(oidc_issuer=issuer, **given).test_client(role=None)


def sign_in(client: FlaskClient, issuer: str, subject: str, claims: dict[str, Any]) -> str:
    """Through the sign-in service and back; where that leads."""
    known = requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10)
    assert known.ok, known.text
    there = send(client, "/log-ind", "/log-ind/ekstern/oidc", query=f"?next={FIGURES}")
    assert there.status_code == 302, there.text
    assert "code_challenge_method=S256" in there.location
    back = requests.post(there.location, data={"sub": subject}, allow_redirects=False, timeout=10)
    return str(client.get(back.headers["Location"].removeprefix("http://localhost")).location)


def subjects(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return [one for one in connection.scalars(select(ACCOUNT.c.oidc_subject)) if one]


def test_an_account_is_found_by_its_e_mail_once_and_by_its_subject_ever_after(
    client: FlaskClient, issuer: str, store: Store
) -> None:
    assert "Log ind med Fjordby Kommune" in client.get("/log-ind").text
    assert sign_in(client, issuer, "emne-1", {"email": EMAIL.upper()}) == FIGURES
    assert client.get(FIGURES).status_code == 200
    assert subjects(store) == [f"{issuer} emne-1"]
    other = client.application.test_client(role=None)
    assert sign_in(other, issuer, "emne-1", {"email": "nyt.navn@kommunen.example"}) == FIGURES


def test_another_subject_with_the_same_e_mail_is_not_let_in(client: FlaskClient, issuer: str, store: Store) -> None:
    sign_in(client, issuer, "emne-2", {"email": EMAIL})
    thief = client.application.test_client(role=None)
    assert sign_in(thief, issuer, "emne-3", {"email": EMAIL}) == "/log-ind"
    assert "har ingen bruger her" in thief.get("/log-ind").text
    assert thief.get(FIGURES).status_code == 303
    assert subjects(store) == [f"{issuer} emne-2"]


@pytest.mark.parametrize(
    "claims", [{"email": "ukendt@kommunen.example"}, {}, {"email": EMAIL, "email_verified": False}]
)
def test_nobody_is_let_in_without_an_account(
    client: FlaskClient, issuer: str, store: Store, claims: dict[str, Any]
) -> None:
    assert sign_in(client, issuer, "emne-4", claims) == "/log-ind"
    assert client.get(FIGURES).status_code == 303
    assert subjects(store) == []


def test_a_disabled_account_is_not_let_in(client: FlaskClient, issuer: str, store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(update(ACCOUNT).values(active=False))
    assert sign_in(client, issuer, "emne-5", {"email": EMAIL}) == "/log-ind"


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?error=access_denied", "?code=x"])
def test_an_answer_that_was_not_asked_for_leads_back(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/log-ind/ekstern/svar/oidc{query}")
    assert (answer.status_code, answer.location) == (302, "/log-ind")
    assert "Det lykkedes ikke at logge ind" in client.get("/log-ind").text


def test_a_sign_in_service_that_is_away_is_told(served: Callable[..., Flask]) -> None:
    client = served(oidc_issuer="http://127.0.0.1:9", oidc_client_id="bitark").test_client(role=None)
    answer = send(client, "/log-ind", "/log-ind/ekstern/oidc")
    assert answer.status_code == 503
    assert "Login-tjenesten svarer ikke" in answer.text


def test_without_an_issuer_there_is_no_such_sign_in(app: Flask) -> None:
    client = app.test_client(role=None)
    assert client.get("/log-ind/ekstern/svar/oidc").status_code == 404
    assert not re.search("ekstern", client.get("/log-ind").text)
