"""Accounts for the tests, one of each role, and clients that are signed in as one of them."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, update
from sync_material import NOW

from sync.accounts.access import BEGUN, SEEN
from sync.roles import Role
from sync.store import accounts, audit
from sync.store.account_tables import ACCOUNT, API_TOKEN
from sync.store.audit import Action

PROVIDER = "Bakkehuset"
TOKENS = {role: f"bitark_only-for-tests-{role}" for role in Role}
FUNCTION = {role: f"Funktion {role}" for role in Role} | {Role.CASEWORKER: "Sagsbehandler"}
SESSION_OF = {role: f"session-of-{role}" for role in Role}


def add_people(connection: Connection) -> None:
    """An account of each role with a token, unless they are there."""
    if not accounts.is_empty(connection):
        return
    for role in Role:
        provider = PROVIDER if role is Role.PROVIDER else ""
        number = accounts.add(connection, f"{role}@kommunen.example", FUNCTION[role], {role}, NOW, provider)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == number).values(fs_uniquifier=SESSION_OF[role]))
        connection.execute(
            insert(API_TOKEN).values(
                account_id=number,
                name="test",
                hash=accounts.hashed(TOKENS[role]),
                created_at=NOW,
                expires_at=NOW.replace(year=2100),
            )
        )
    noted = connection.get_execution_options()[audit.OPTION]  # they are there before the test begins
    noted[:] = [one for one in noted if one.action is not Action.ACCOUNT_MADE]


def bearer(role: Role = Role.CASEWORKER) -> dict[str, str]:
    """The header by which a program shows whom it asks for."""
    return {"Authorization": f"Bearer {TOKENS[role]}"}


def session_cookie(app: Flask, role: Role = Role.CASEWORKER) -> str:
    """The value of the cookie that the service gives whoever signs in."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    now = int(time.time())
    held = {"_user_id": SESSION_OF[role], "_fresh": True, "fs_cc": "set", "fs_paa": now, BEGUN: now, SEEN: now}
    return str(serializer.dumps(held))


class Client(FlaskClient):
    """Signed in as a caseworker, or as `role`, or as nobody where that is None: by cookie, and by token in the API."""

    def __init__(self, app: Flask, *args: Any, role: Role | None = Role.CASEWORKER, **kwargs: Any) -> None:
        super().__init__(app, *args, **kwargs)
        if role is not None:
            self.set_cookie("session", session_cookie(app, role))
            self.environ_base["HTTP_AUTHORIZATION"] = bearer(role)["Authorization"]


def signed_in(app: Flask, role: Role = Role.CASEWORKER) -> Callable[..., Iterable[bytes]]:
    """The application for a browser or a program that has not signed in itself: asked as if it had."""

    def ask(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "session=" not in environ.get("HTTP_COOKIE", ""):
            environ["HTTP_COOKIE"] = f"session={session_cookie(app, role)}"
        environ.setdefault("HTTP_AUTHORIZATION", bearer(role)["Authorization"])
        return app.wsgi_app(environ, start_response)

    return ask
