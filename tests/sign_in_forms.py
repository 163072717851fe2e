"""Signing in as a person does it: forms with their tokens, and the codes of an authenticator app."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from passlib.totp import TOTP
from signed_in import SESSION_OF
from sqlalchemy import update
from werkzeug.test import TestResponse

from sync.roles import Role
from sync.store import Store
from sync.store.account_tables import ACCOUNT
from sync.store.database import writing

PASSWORD = "fire blå heste løber"
EMAIL = f"{Role.CASEWORKER}@kommunen.example"
SIGN_IN = "/log-ind"


def give_password(app: Any, store: Store, role: Role = Role.CASEWORKER) -> None:
    """The role's account gets `PASSWORD`."""
    from flask_security import hash_password

    with app.app_context(), writing(store.engine) as connection:
        mine = ACCOUNT.c.fs_uniquifier == SESSION_OF[role]
        hashed = hash_password(unicodedata.normalize("NFKD", PASSWORD))  # as the service does
        connection.execute(update(ACCOUNT).where(mine).values(password=hashed))


def send(client: FlaskClient, page: str, to: str = "", query: str = "", **fields: str) -> TestResponse:
    """A form of the page, sent with its token."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token, page
    return client.post((to or page) + query, data={"csrf_token": token[1], **fields})


def sign_in(client: FlaskClient, query: str = "", **changes: str) -> TestResponse:
    """E-mail and password sent."""
    return send(client, SIGN_IN, query=query, **{"email": EMAIL, "password": PASSWORD, **changes})


def code(key: str) -> str:
    """What the app shows for the key now."""
    return str(TOTP(key=key.replace("-", ""), format="base32").generate().token)


def cookies(answer: TestResponse) -> Mapping[str, str]:
    """The cookies that an answer sets, with all that stands with them."""
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
