"""Addresses of calendars: one per account at a time, made and revoked by it alone."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sync.roles import Role
from sync.store import audit
from sync.store.account_tables import ACCOUNT, ACCOUNT_ROLE
from sync.store.accounts import Caller
from sync.store.audit import Action
from sync.store.tables import CALENDAR_FEED


def of_account(connection: Connection, account: int) -> Row[Any] | None:
    """The account's address that works, None where it has none."""
    mine = (CALENDAR_FEED.c.account_id == account) & CALENDAR_FEED.c.revoked_at.is_(None)
    return connection.execute(select(CALENDAR_FEED).where(mine).order_by(CALENDAR_FEED.c.id.desc())).first()


def make(connection: Connection, account: int, now: dt.datetime) -> None:
    """A new address in place of the one that worked."""
    _revoke(connection, account, now)
    connection.execute(insert(CALENDAR_FEED), {"account_id": account, "made_at": now})
    audit.note(connection, Action.CALENDAR_MADE, f"user:{account}")


def revoke(connection: Connection, account: int, now: dt.datetime) -> None:
    """The account's address works no longer."""
    _revoke(connection, account, now)
    audit.note(connection, Action.CALENDAR_REVOKED, f"user:{account}")


def caller(connection: Connection, number: int) -> Caller | None:
    """For whom the address asks; None where it was revoked or its account is disabled."""
    query = (
        select(ACCOUNT, ACCOUNT_ROLE.c.name)
        .join(CALENDAR_FEED, CALENDAR_FEED.c.account_id == ACCOUNT.c.id)
        .join(ACCOUNT_ROLE, ACCOUNT_ROLE.c.account_id == ACCOUNT.c.id)
        .where(CALENDAR_FEED.c.id == number, CALENDAR_FEED.c.revoked_at.is_(None), ACCOUNT.c.active)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    one, roles = rows[0], frozenset(Role(row.name) for row in rows)
    return Caller(one.id, one.authority_id, one.provider, one.function, roles, f"calendar:{number}")


def _revoke(connection: Connection, account: int, now: dt.datetime) -> None:
    mine = (CALENDAR_FEED.c.account_id == account) & CALENDAR_FEED.c.revoked_at.is_(None)
    connection.execute(update(CALENDAR_FEED).where(mine).values(revoked_at=now))
