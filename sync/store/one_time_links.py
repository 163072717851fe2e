"""One-time links, by which an account gets its password or the first one is made. Only a link's hash is kept."""

import datetime as dt
import secrets

from sqlalchemy import Connection, Row, delete, exists, func, insert, select

from sync.store import audit
from sync.store.account_tables import ACCOUNT, ACCOUNT_LINK, Purpose
from sync.store.accounts import SECRET_BYTES, hashed, subject_of
from sync.store.audit import Action
from sync.store.boundaries import go_on_within
from sync.store.scope import scope_of

LINK_HOURS = {Purpose.FIRST: 24, Purpose.PASSWORD: 72, Purpose.ENTER: 24}
"""How long a one-time link works."""


def new_link(connection: Connection, purpose: Purpose, account: int | None, now: dt.datetime) -> str:
    """The secret of a new one-time link. The account's earlier ones, or the earlier first one, no longer work."""
    authority = scope_of(connection).authority
    mine = (ACCOUNT_LINK.c.authority_id == authority) & ACCOUNT_LINK.c.account_id.is_not_distinct_from(account)
    connection.execute(delete(ACCOUNT_LINK).where(mine))
    text = secrets.token_urlsafe(SECRET_BYTES)
    expires_at = now + dt.timedelta(hours=LINK_HOURS[purpose])
    connection.execute(
        insert(ACCOUNT_LINK).values(
            hash=hashed(text), account_id=account, authority_id=authority, purpose=purpose, expires_at=expires_at
        )
    )
    audit.note(connection, Action.ONE_TIME_LINK_MADE, subject_of(account) if account else "", purpose=purpose.value)
    return text


def link(connection: Connection, text: str, now: dt.datetime) -> Row[str, int, int, str] | None:
    """Purpose and account of a link that works: of an account that is active, and the first only while none is."""
    other = ACCOUNT.alias()
    others = select(other.c.id).where(other.c.authority_id == ACCOUNT_LINK.c.authority_id).correlate(ACCOUNT_LINK)
    query = (
        select(ACCOUNT_LINK.c.purpose, ACCOUNT_LINK.c.authority_id, ACCOUNT.c.id, ACCOUNT.c.email)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == ACCOUNT_LINK.c.account_id)
        .where(
            ACCOUNT_LINK.c.hash == hashed(text),
            ACCOUNT_LINK.c.expires_at > now,
            func.coalesce(ACCOUNT.c.active, ~exists(others)),
        )
    )
    return connection.execute(query).one_or_none()


def use_link(connection: Connection, text: str) -> bool:
    """Take the link: True for the one who comes first. The transaction goes on within the link's authority."""
    row = ACCOUNT_LINK.c
    taken = delete(ACCOUNT_LINK).where(row.hash == hashed(text)).returning(*row)
    found = connection.execute(taken).one_or_none()
    if found is None:
        return False
    whose = subject_of(found.account_id) if found.account_id else ""
    go_on_within(connection, found.authority_id, whose or "one_time_link")
    audit.note(connection, Action.ONE_TIME_LINK_USED, whose, purpose=found.purpose)
    return True
