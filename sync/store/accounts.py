"""Accounts: who they are, what they may, and how they are shut out."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.roles import Role
from sync.store import audit
from sync.store.account_tables import ACCOUNT, ACCOUNT_LINK, ACCOUNT_ROLE, PASSKEY
from sync.store.audit import Action
from sync.store.boundaries import go_on_within
from sync.store.scope import scope_of

SECRET_BYTES = 32
"""Random bytes of a token or a one-time link."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an account as it is now, and how it showed that it is that."""

    account: int
    authority: int
    provider: str
    function: str
    roles: frozenset[Role]
    actor: str
    """`user:7` for a session, `token:3` for a token."""


def new_uniquifier() -> str:
    """Another one than any session was made with: the account is signed out everywhere."""
    return secrets.token_hex(32)


def hashed(secret: str) -> str:
    """What is kept of a token or a link. They are long and random, so a plain hash does."""
    return hashlib.sha256(secret.encode()).hexdigest()


def normal(email: str) -> str:
    """The e-mail address as it is kept and looked for."""
    return email.strip().casefold()


def is_empty(connection: Connection) -> bool:
    """True while the authority has no account."""
    mine = select(ACCOUNT.c.id).where(ACCOUNT.c.authority_id == scope_of(connection).authority)
    return not connection.scalar(select(exists(mine)))


def add(
    connection: Connection,
    email: str,
    function: str,
    roles: Collection[Role],
    now: dt.datetime,
    provider: str = "",
) -> int | None:
    """The new account's id; None where the e-mail has one already, of whichever authority. It has no password yet.

    Raises ValueError for roles that do not go together: a provider's account has that role alone and names its
    provider, and no other has one.
    """
    check_roles(roles, provider)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    number: int | None = connection.scalar(
        dialect.insert(ACCOUNT)
        .values(
            authority_id=scope_of(connection).authority,
            email=normal(email),
            function=function,
            provider=provider,
            active=True,
            fs_uniquifier=new_uniquifier(),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[ACCOUNT.c.email])  # another authority's is not seen, but is there
        .returning(ACCOUNT.c.id)
    )
    if number is not None:
        _give_roles(connection, number, roles)
        audit.note(connection, Action.ACCOUNT_MADE, subject_of(number), **_facts(roles))
    return number


def check_roles(roles: Collection[Role], provider: str) -> None:
    """Raises ValueError where the roles do not go together with each other or with the provider."""
    if not roles or ((Role.PROVIDER in roles) != bool(provider)) or (Role.PROVIDER in roles and len(set(roles)) > 1):
        msg = "a provider's account has that role alone and names its provider; no other names one"
        raise ValueError(msg)


def change(connection: Connection, account: int, function: str, roles: Collection[Role], provider: str) -> None:
    """Give the account its function, roles and provider anew. Raises ValueError as `add` does."""
    check_roles(roles, provider)
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(function=function, provider=provider))
    connection.execute(delete(ACCOUNT_ROLE).where(ACCOUNT_ROLE.c.account_id == account))
    _give_roles(connection, account, roles)
    audit.note(connection, Action.ACCOUNT_CHANGED, subject_of(account), **_facts(roles))


def _give_roles(connection: Connection, account: int, roles: Collection[Role]) -> None:
    connection.execute(insert(ACCOUNT_ROLE), [{"account_id": account, "name": role} for role in sorted(set(roles))])


def set_active(connection: Connection, account: int, *, active: bool) -> None:
    """Disable or enable the account; either way it is signed out, and its one-time links are gone."""
    _sign_out(connection, account, active=active)
    connection.execute(delete(ACCOUNT_LINK).where(ACCOUNT_LINK.c.account_id == account))
    audit.note(connection, Action.ACCOUNT_ENABLED if active else Action.ACCOUNT_DISABLED, subject_of(account))


def set_password(connection: Connection, account: int, password: str) -> None:
    """Give the account a password, already hashed; it is signed out everywhere."""
    _sign_out(connection, account, password=password)
    audit.note(connection, Action.PASSWORD_SET, subject_of(account))


def sign_out(connection: Connection, account: int) -> None:
    """No session of the account is good any more."""
    _sign_out(connection, account)
    audit.note(connection, Action.SIGNED_OUT, subject_of(account))


def reset_second_factor(connection: Connection, account: int) -> None:
    """Take the account's authenticator and passkeys away; it is signed out everywhere."""
    _sign_out(connection, account, tf_primary_method=None, tf_totp_secret=None)
    connection.execute(delete(PASSKEY).where(PASSKEY.c.user_id == account))
    audit.note(connection, Action.SECOND_FACTOR_RESET, subject_of(account))


def _sign_out(connection: Connection, account: int, **values: Any) -> None:
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(fs_uniquifier=new_uniquifier(), **values))


def accounts(connection: Connection, authority: int) -> list[Row[Any]]:
    """Every account of the authority by e-mail, with whether it has a password and a second factor."""
    columns = (
        ACCOUNT.c.id,
        ACCOUNT.c.email,
        ACCOUNT.c.function,
        ACCOUNT.c.provider,
        ACCOUNT.c.active,
        ACCOUNT.c.password.is_not(None).label("has_password"),
        ACCOUNT.c.tf_primary_method.is_not(None).label("has_totp"),
        select(func.count()).where(PASSKEY.c.user_id == ACCOUNT.c.id).scalar_subquery().label("passkeys"),
    )
    return list(
        connection.execute(select(*columns).where(ACCOUNT.c.authority_id == authority).order_by(ACCOUNT.c.email))
    )


def lock(connection: Connection, authority: int, number: int) -> bool:
    """Keep the authority's account to this transaction; False where it has none such."""
    mine = (ACCOUNT.c.id == number) & (ACCOUNT.c.authority_id == authority)
    return connection.scalar(select(ACCOUNT.c.id).where(mine).with_for_update()) is not None


def by_email(connection: Connection, email: str) -> Row[Any] | None:
    """The account with the e-mail address."""
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.email == normal(email))).one_or_none()


def by_session(connection: Connection, uniquifier: str) -> Row[Any] | None:
    """The account that a session with this is of."""
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.fs_uniquifier == uniquifier)).one_or_none()


def bind_subject(connection: Connection, email: str, subject: str) -> bool:
    """Let the active account with the e-mail be found by the sign-in service's subject from now on.

    False where there is none, or it has another subject already. The transaction goes on within its authority.
    """
    free = (ACCOUNT.c.email == normal(email)) & ACCOUNT.c.oidc_subject.is_(None) & ACCOUNT.c.active
    bound = update(ACCOUNT).where(free).values(oidc_subject=subject).returning(ACCOUNT.c.id, ACCOUNT.c.authority_id)
    found = connection.execute(bound).one_or_none()
    if found is not None:
        go_on_within(connection, found.authority_id, subject_of(found.id))
        audit.note(connection, Action.SIGN_IN_SERVICE_BOUND, subject_of(found.id))
    return found is not None


def roles_of(connection: Connection) -> dict[int, list[Role]]:
    """Account → its roles."""
    found: dict[int, list[Role]] = {}
    for row in connection.execute(select(ACCOUNT_ROLE).order_by(ACCOUNT_ROLE.c.name)):
        found.setdefault(row.account_id, []).append(Role(row.name))
    return found


def is_last_administrator(connection: Connection, authority: int, number: int) -> bool:
    """True where no other active account of the authority is an administrator; the rows asked for are locked."""
    query = (
        select(ACCOUNT.c.id)
        .join(ACCOUNT_ROLE)
        .where(ACCOUNT_ROLE.c.name == Role.ADMINISTRATOR, ACCOUNT.c.active, ACCOUNT.c.authority_id == authority)
        .with_for_update()
    )
    return set(connection.scalars(query)) == {number}


def subject_of(account: int) -> str:
    """The account as an entry of the audit names it, as what was done and as who did it."""
    return f"user:{account}"


def _facts(roles: Collection[Role]) -> dict[str, Any]:
    return {role.value: True for role in roles}
