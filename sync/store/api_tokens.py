"""Tokens by which programs ask the API for an account. Only a token's hash is kept."""

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from sync.roles import Role
from sync.store import audit
from sync.store.account_tables import ACCOUNT, ACCOUNT_ROLE, API_TOKEN
from sync.store.accounts import SECRET_BYTES, Caller, hashed
from sync.store.audit import Action

TOKEN_START = "bitark_"  # noqa: S105 - what every token starts with, so that one in a wrong place is known for what it is

# Built once: it is asked with every request of a program, and takes longer to put together than to answer.
_OF_TOKEN = (
    select(API_TOKEN.c.id.label("token"), ACCOUNT, ACCOUNT_ROLE.c.name)
    .join(ACCOUNT, ACCOUNT.c.id == API_TOKEN.c.account_id)
    .join(ACCOUNT_ROLE, ACCOUNT_ROLE.c.account_id == ACCOUNT.c.id)
    .where(
        API_TOKEN.c.hash == bindparam("hash"),
        API_TOKEN.c.revoked_at.is_(None),
        API_TOKEN.c.expires_at > bindparam("now"),
        ACCOUNT.c.active,
    )
)


def new_token(
    connection: Connection, account: int, name: str, now: dt.datetime, expires_at: dt.datetime
) -> tuple[int, str]:
    """Id and text of a new token; the text is shown once and kept nowhere."""
    text = TOKEN_START + secrets.token_urlsafe(SECRET_BYTES)
    number = connection.scalar(
        insert(API_TOKEN)
        .values(account_id=account, name=name, hash=hashed(text), created_at=now, expires_at=expires_at)
        .returning(API_TOKEN.c.id)
    )
    assert number is not None  # noqa: S101 - it was just inserted
    audit.note(connection, Action.TOKEN_MADE, f"token:{number}", expires=expires_at.date().isoformat())
    return number, text


def tokens(connection: Connection, account: int) -> list[Row[Any]]:
    """The account's tokens that are not revoked, the newest first."""
    query = (
        select(API_TOKEN)
        .where(API_TOKEN.c.account_id == account, API_TOKEN.c.revoked_at.is_(None))
        .order_by(API_TOKEN.c.id.desc())
    )
    return list(connection.execute(query))


def revoke_token(connection: Connection, account: int, number: int, now: dt.datetime) -> bool:
    """Revoke one of the account's own tokens; False where it has none such."""
    mine = (API_TOKEN.c.id == number) & (API_TOKEN.c.account_id == account) & API_TOKEN.c.revoked_at.is_(None)
    if connection.execute(update(API_TOKEN).where(mine).values(revoked_at=now)).rowcount != 1:
        return False
    audit.note(connection, Action.TOKEN_REVOKED, f"token:{number}")
    return True


def by_token(connection: Connection, text: str, now: dt.datetime) -> Caller | None:
    """Who asks with the token; None where it is none, revoked, expired, or its account is disabled."""
    rows = connection.execute(_OF_TOKEN, {"hash": hashed(text), "now": now}).all()
    if not rows:
        return None
    one = rows[0]
    roles = frozenset(Role(row.name) for row in rows)
    return Caller(one.id, one.authority_id, one.provider, one.function, roles, f"token:{one.token}")
