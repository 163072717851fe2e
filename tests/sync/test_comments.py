"""The provider's view: the same case page for its own cases alone, with the right to comment and to correct."""

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_forms import post
from signed_in import FUNCTION
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store, cases, comments
from sync.store.database import writing
from sync.store.erasing import erase_case
from sync.store.scope import Scope
from sync.store.tables import CASE_COMMENT

OWN, ANOTHERS = "S-2026-0001", "S-2026-0003"
SAID = "Nattevagten går også stuegang hos naboen."


@pytest.fixture
def two_providers(store: Store) -> Store:
    """The third case is another provider's, and something was said about it."""
    with writing(store.engine) as connection:
        listed = [*CASES[:2], replace(CASES[2], provider="Søgården")]
        models = [*MODELS, replace(MODELS[0], provider="Søgården")]
        cases.import_cases(connection, listed, models, HOUSES, PARAMETERS, ON_DATE, NOW)
        comments.say(connection, ANOTHERS, "Søgårdens egen sag", "Leder", "Søgården", NOW)
    return store


@pytest.fixture
def provider(app: Flask) -> FlaskClient:
    return app.test_client(role=Role.PROVIDER)


def say(client: FlaskClient, case_key: str, said: str) -> int:
    return post(client, f"/sager/{case_key}/bemaerkninger", f"/sager/{OWN}", said=said).status_code


def shown(client: FlaskClient, case_key: str = OWN) -> str:
    return " ".join(client.get(f"/sager/{case_key}").text.split())


def test_both_parties_comment_with_their_function_and_see_what_the_other_said(
    app: Flask, provider: FlaskClient, two_providers: Store
) -> None:
    caseworker = app.test_client()
    assert say(provider, OWN, SAID) == 303
    assert say(caseworker, OWN, "Tak, så retter vi skemaet.") == 303
    for client in (provider, caseworker):
        page = shown(client)
        assert page.index(SAID) < page.index("Tak, så retter vi skemaet.")
        assert f"<strong>{FUNCTION[Role.PROVIDER]}</strong>, Bakkehuset" in page
        assert f"<strong>{FUNCTION[Role.CASEWORKER]}</strong>, myndigheden" in page
        assert SAID in client.get(f"/sager/{OWN}/bemaerkninger").text
    with two_providers.engine.connect() as connection:
        rows = connection.execute(select(CASE_COMMENT).where(CASE_COMMENT.c.provider != "Søgården")).all()
    assert [row.provider for row in rows] == ["Bakkehuset", ""]
    assert all(row.actor.startswith("user:") for row in rows)
    assert not [row for row in rows if SAID.encode() in row.said]


@pytest.mark.usefixtures("two_providers")
def test_a_provider_reaches_nothing_of_anothers_case(provider: FlaskClient, app: Flask) -> None:
    for path in ("", "/bemaerkninger", "/maal", "/maal/status.docx"):
        answer = provider.get(f"/sager/{ANOTHERS}{path}")
        assert answer.status_code == 404, path
        assert "Søgården" not in answer.text
    assert say(provider, ANOTHERS, SAID) == 404
    assert SAID not in shown(app.test_client(), ANOTHERS)
    assert "Søgårdens egen sag" in shown(app.test_client(), ANOTHERS)


def test_the_database_itself_holds_the_boundary_and_lets_a_provider_change_nothing(two_providers: Store) -> None:
    own = two_providers.within(Scope(1, "Bakkehuset"))
    with own.engine.connect() as connection:
        assert connection.execute(select(CASE_COMMENT)).all() == []
        assert comments.of_case(connection, ANOTHERS) == []
    with pytest.raises(SQLAlchemyError), writing(own.engine) as connection:
        comments.say(connection, OWN, SAID, "Leder", "Bakkehuset", NOW)
    theirs = two_providers.within(Scope(1, "Søgården"))
    with theirs.engine.connect() as connection:
        assert [row.said for row in comments.of_case(connection, ANOTHERS)] == ["Søgårdens egen sag"]
    with pytest.raises(SQLAlchemyError), writing(theirs.engine) as connection:
        connection.execute(update(CASE_COMMENT).values(role="Borger"))


def test_a_provider_sees_the_same_figures_and_none_of_what_is_the_authoritys_own(
    app: Flask, provider: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    figures = re.compile(r'class="bit-figure">([^<]+)<')
    assert figures.findall(shown(provider)) == figures.findall(shown(app.test_client()))
    page = shown(provider)
    for path in ("/afgoerelse", "/moeder", "/hvad-nu-hvis", "/revision/", "/forhandling/"):
        assert f'href="/sager/{OWN}{path}' not in page
        assert f'href="{path}' not in page
    for link in set(re.findall(r'href="(/[^"#]*)', page)):
        with provider.get(link) as answer:
            assert answer.status_code in {200, 302, 303}, link


def test_a_provider_corrects_from_the_case_page_and_the_old_version_stays(
    provider: FlaskClient, store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    before = shown(provider)
    action = re.search(r'<form method="post" action="([^"]+)" enctype="multipart/form-data"', before)
    assert action
    token = re.search(r'name="csrf_token" value="([^"]+)"', before)
    assert token
    content = returned_schedule(changes={(3, "Slut"): "21:00"})
    sent = {"csrf_token": token[1], "file": (io.BytesIO(content), "rettet.xlsx")}
    assert provider.post(action[1], data=sent).status_code == 303
    settled()
    after = shown(provider)
    assert "version 2." in after
    assert "version 1</span>" in after
    assert "version 2</span>" in after
    assert "version 2" not in before


@pytest.mark.parametrize("said", ["", "Borger 010190-1234", "x" * 1_001])
def test_what_cannot_be_said_is_told_and_kept_nowhere(provider: FlaskClient, store: Store, said: str) -> None:
    answer = post(provider, f"/sager/{OWN}/bemaerkninger", f"/sager/{OWN}", said=said)
    assert answer.status_code == 422
    assert 'id="said-error"' in answer.text
    with store.engine.connect() as connection:
        assert connection.execute(select(CASE_COMMENT)).all() == []


def test_who_only_reads_does_not_comment_and_nothing_is_taken_back(app: Flask, provider: FlaskClient) -> None:
    assert say(provider, OWN, SAID) == 303
    consultant = app.test_client(role=Role.CONSULTANT)
    assert SAID in shown(consultant)
    assert "Tilføj bemærkningen" not in shown(consultant)
    assert consultant.post(f"/sager/{OWN}/bemaerkninger", data={"said": "x"}).status_code in {400, 403}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("comments.")]
    assert {method for rule in rules for method in rule.methods or ()} == {"GET", "HEAD", "OPTIONS", "POST"}


def test_an_erased_case_takes_its_comments_with_it(store: Store) -> None:
    with writing(store.engine) as connection:
        comments.say(connection, OWN, SAID, "Leder", "", NOW)
        assert erase_case(connection, OWN, ON_DATE, NOW, "test") is None
        assert connection.execute(select(CASE_COMMENT)).all() == []


def test_a_case_that_the_list_no_longer_has_keeps_what_was_said(store: Store) -> None:
    with writing(store.engine) as connection:
        comments.say(connection, OWN, SAID, "Leder", "", NOW)
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
        assert [row.said for row in comments.of_case(connection, OWN)] == [SAID]


def test_it_is_in_english_too(served: Callable[..., Flask]) -> None:
    client = served(language="en").test_client(role=Role.PROVIDER)
    assert "Add the comment" in client.get(f"/sager/{OWN}").text
