"""What Flask-Security knows of accounts: classes on the tables, and a session of its own in each request."""

from typing import Any

from flask import Flask, g, has_app_context
from flask.globals import app_ctx
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from flask_security.datastore import SQLAlchemySessionUserDatastore
from sqlalchemy import Engine
from sqlalchemy.orm import Session, registry, relationship, scoped_session, sessionmaker

from sync.store.account_tables import ACCOUNT, ACCOUNT_ROLE, PASSKEY

_mapping = registry()


class AccountRole(RoleMixin):
    """A role that an account has."""


class Passkey(WebAuthnMixin):
    """A passkey of an account."""

    user: "Person"


class Person(UserMixin):
    """An account, as Flask-Security handles it."""

    authority_id: int

    def check_tf_required(self, methods: list[tuple[str, str]], fresh: bool) -> tuple[bool, list[tuple[str, str]]]:
        """Whether a second factor is asked for, and the ways there are."""
        if g.get("signed_in_elsewhere"):  # the sign-in service has asked for its own second factor
            return False, methods
        asked: tuple[bool, list[tuple[str, str]]] = super().check_tf_required(methods, fresh)
        return asked


_mapping.map_imperatively(AccountRole, ACCOUNT_ROLE)
_mapping.map_imperatively(Passkey, PASSKEY)
_mapping.map_imperatively(
    Person,
    ACCOUNT,
    properties={"roles": relationship(AccountRole), "webauthn": relationship(Passkey, backref="user")},
)


def datastore(app: Flask, engine: Engine, kind: type[Session]) -> SQLAlchemySessionUserDatastore:
    """Where Flask-Security keeps people, for the application; its session, of that kind, ends with the request."""
    sessions = scoped_session(
        sessionmaker(engine, class_=kind, expire_on_commit=False),
        scopefunc=lambda: id(app_ctx._get_current_object()) if has_app_context() else 0,  # type: ignore[attr-defined]  # noqa: SLF001
    )

    @app.teardown_appcontext
    def end(_: Any) -> None:
        sessions.remove()

    return SQLAlchemySessionUserDatastore(sessions, Person, AccountRole, Passkey)
