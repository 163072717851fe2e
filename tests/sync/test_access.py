"""Every route × every role, and the table of it in docs/roles.md."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from boundaries import ANOTHER, world
from flask import Flask
from flask.testing import FlaskClient
from page_forms import opened
from signed_in import PROVIDER
from sync_material import returned_schedule

from sync.accounts.access import ACCESS, Anyone
from sync.ingest import Reader, ingest
from sync.lite.wheel import wheel
from sync.roles import Role
from sync.store import Store

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "roles.md"
GIVEN: dict[str, Any] = {
    "filename": "bitark.css",
    "version": wheel().version,
    "submission_id": 1,
    "round_id": 1,
    "case_key": "S-2026-0001",
    "token": "none",
    "number": 1,
    "name": "oidc",
    "figure": "behov",
    "form": "docx",
    "meeting_id": 1,
    "task_id": 1,
    "kind": "referat",
}
TABLES_FORM = {"decisions.export": "xlsx"}
SIGN_IN = "/log-ind"
LEADING_THERE = frozenset({"security.logout", "security.oauth_verify_response"})
"""They lead to where one signs in, whoever asks."""


@pytest.fixture
def kind() -> str:
    """Who may reach what does not depend on the database."""
    return "sqlite"


@pytest.fixture
def app(served: Callable[..., Flask], store: Store, reader: Reader) -> Flask:
    """With a file, a round, and every way to sign in."""
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    made = served(oidc_issuer="https://login.example", oidc_client_id="bitark")
    opened(made.test_client())
    return made


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and rule of everything that can be asked for."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, rule.rule


def reaches(client: FlaskClient, app: Flask, endpoint: str, method: str) -> bool:
    """False where the caller is turned away: sent to sign in, or refused."""
    with app.test_request_context():
        given = GIVEN | {"form": TABLES_FORM.get(endpoint, GIVEN["form"])}
        path = app.url_for(endpoint, **{k: v for k, v in given.items() if k in arguments(app, endpoint)})
    with client.open(path, method=method) as answer:
        sent_away = answer.status_code in {302, 303} and answer.location.startswith(SIGN_IN)
        return answer.status_code not in {401, 403} and not sent_away


def arguments(app: Flask, endpoint: str) -> set[str]:
    return {name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments}


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app: Flask) -> None:
    assert {endpoint for endpoint, _, _ in routes(app)} == set(ACCESS)


def test_an_endpoint_without_a_row_is_reached_by_nobody(served: Callable[..., Flask]) -> None:
    made = served()
    made.add_url_rule("/ny-side", "forgotten", lambda: "hemmeligt")
    for role in Role:
        assert made.test_client(role=role).get("/ny-side").status_code == 403
    assert made.test_client(role=None).get("/ny-side").status_code == 303


def test_each_role_reaches_what_the_table_says_and_nothing_else(app: Flask) -> None:
    rows = list(routes(app))
    found = {
        role: {
            (endpoint, method): reaches(app.test_client(role=role), app, endpoint, method)
            for endpoint, method, _ in rows
        }
        for role in (*Role, None)
    }
    for endpoint, method, _ in rows:
        allowed = ACCESS[endpoint]
        for role in (*Role, None):
            if isinstance(allowed, frozenset):
                assert found[role][endpoint, method] == (role in allowed), (endpoint, method, role)
            elif allowed is Anyone.SIGNED_IN and endpoint not in LEADING_THERE:
                assert found[role][endpoint, method] == (role is not None), (endpoint, method, role)
            elif not endpoint.startswith("security."):
                assert found[role][endpoint, method], (endpoint, method, role)
    table = written_table(rows)
    if os.environ.get("BITARK_WRITE_DOCS"):
        DOCUMENT.write_text(DOCUMENT.read_text().replace(f"\n\n{written()}\n\n", f"\n\n{table}\n\n"))
    assert written() == table, "docs/roles.md is out of step: run this test with BITARK_WRITE_DOCS=1"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_provider_finds_its_own_cases_files_and_houses_and_none_of_anothers(
    served: Callable[..., Flask], store: Store, reader: Reader
) -> None:
    parties = {party.provider: party for party in world(store, reader).parties if party.authority == 1}
    app = served()
    app.config["WTF_CSRF_ENABLED"] = False
    client, tried = app.test_client(role=Role.PROVIDER), set()
    for endpoint, method, _ in routes(app):
        allowed, named = ACCESS[endpoint], arguments(app, endpoint) & {"case_key", "submission_id", "name"}
        if not isinstance(allowed, frozenset) or Role.PROVIDER not in allowed or not named:
            continue
        for provider, house, is_there in (
            (ANOTHER, f"Hus af {parties[ANOTHER].mark}", False),
            (PROVIDER, "Bakkehuset 2", True),
        ):
            of_file = {"submission_id": parties[provider].submission_id, "case_key": parties[provider].case_key}
            given = GIVEN | of_file | {"name": house}
            with app.test_request_context():
                path = app.url_for(endpoint, **{k: v for k, v in given.items() if k in arguments(app, endpoint)})
            with client.open(path, method=method) as answer:
                assert (answer.status_code != 404) == is_there, (path, answer.status_code)
        tried.add(endpoint)
    assert {"returns.original", "returns.annotated", "cases.case", "api.case", "api.original", "house.page"} <= tried


def written_table(rows: list[tuple[str, str, str]]) -> str:
    """The table as the document has it."""
    lines = ["| route | " + " | ".join(Role) + " | nobody |", "|---|" + "---|" * (len(Role) + 1)]
    for endpoint, method, rule in rows:
        allowed = ACCESS[endpoint]
        if isinstance(allowed, frozenset):
            cells = [("own" if role is Role.PROVIDER else "yes") if role in allowed else "" for role in Role] + [""]
        else:
            nobody = {Anyone.EVERYONE: "yes", Anyone.LINK: "by link", Anyone.SIGNED_IN: ""}[allowed]
            cells = ["yes" if allowed is not Anyone.LINK else "by link"] * len(Role) + [nobody]
        lines.append(f"| `{method} {rule}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def written() -> str:
    """The table in the document."""
    return DOCUMENT.read_text().split("<!-- generated: roles -->\n\n")[1].split("\n\n<!-- end -->")[0]
