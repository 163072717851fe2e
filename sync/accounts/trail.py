"""Entries of the audit about sign-ins, and about what people change of their own accounts through Flask-Security.

Its changes go through a session of SQLAlchemy's; the entries are written in the same transaction.
"""

from collections.abc import Iterator
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Engine, event, inspect
from sqlalchemy.orm import Session

from sync.accounts.people import Passkey, Person
from sync.services import services
from sync.store import attempts, audit
from sync.store.audit import Action
from sync.store.boundaries import go_on_within
from sync.store.database import writing, writing_options
from sync.store.scope import Scope

WAYS = {"password": "password", "webauthn": "passkey", "oauth": "sign_in_service", "link": "one_time_link"}
"""How Flask-Security, and our one-time link, name what somebody signed in by → how an entry does."""
SECOND_FACTOR = "second_factor"
CHANGED_PASSWORD = "change"  # noqa: S105 - Flask-Security's word for going on after it
_ENGINE, _NOTED = "bitark_engine", "bitark_noted"


class PeopleSession(Session):
    """Flask-Security's session. Where it may change something its transaction writes, and ends with its entries."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        """The engine, set to write for what is posted to Flask-Security."""
        if _ENGINE not in self.info:  # one for the whole session: another would be another transaction
            engine = super().get_bind(*args, **kwargs)
            assert isinstance(engine, Engine)  # noqa: S101 - `datastore` gives it one
            writes = has_request_context() and request.method == "POST" and request.blueprint == "security"
            self.info[_ENGINE] = engine.execution_options(**writing_options(engine)) if writes else engine
        chosen: Engine = self.info[_ENGINE]
        return chosen


@event.listens_for(PeopleSession, "before_flush")
def _note_changes(session: Session, *_: Any) -> None:
    session.info.setdefault(_NOTED, []).extend(_changes(session))


@event.listens_for(PeopleSession, "before_commit")
def _append_noted(session: Session) -> None:
    session.flush()
    for person, action in session.info.pop(_NOTED, []):
        noted: list[Any] = []
        connection = session.connection().execution_options(**{audit.OPTION: noted})
        go_on_within(connection, person.authority_id, _named(person.id))
        audit.note(connection, action, _named(person.id))
        audit.append(connection, noted)


@event.listens_for(PeopleSession, "after_soft_rollback")
def _forget_noted(session: Session, *_: Any) -> None:
    session.info.pop(_NOTED, None)


def _changes(session: Session) -> Iterator[tuple[Person, Action]]:
    """What is about to be written of whom."""
    for one in session.dirty:
        if not isinstance(one, Person):
            continue
        if _is_new(one, "password") and request.endpoint != "security.login":  # there it is hashed anew, the same
            yield one, Action.PASSWORD_SET
        if _is_new(one, "tf_totp_secret"):
            yield one, Action.SECOND_FACTOR_SET_UP if one.tf_totp_secret else Action.SECOND_FACTOR_RESET
        for made in inspect(one).attrs.webauthn.history.added or ():
            assert isinstance(made, Passkey)  # noqa: S101 - what the relationship holds
            yield one, Action.PASSKEY_MADE
    yield from ((one.user, Action.PASSKEY_DELETED) for one in session.deleted if isinstance(one, Passkey))


def _is_new(person: Person, column: str) -> bool:
    return bool(inspect(person).attrs[column].history.has_changes())


def note_signed_in(person: Person, ways: list[str] | None) -> None:
    """An entry of somebody who signed in just now; without `ways` it was by a second factor."""
    made = services()
    way = WAYS[ways[0]] if ways else SECOND_FACTOR
    own = made.store.within(Scope(person.authority_id, actor=_named(person.id)))
    with writing(own.engine) as connection:
        audit.note(connection, Action.SIGNED_IN, _named(person.id), way=way)


def note_failed(person: Any, free: dict[str, int], *, is_signed_in: bool) -> None:
    """Entries of an attempt that failed and, where it was one too many, of how long the next is refused for.

    `person` is the account that was tried; `free` as in `attempts.begin`.
    """
    actor = _named(person.id) if is_signed_in else "nobody"
    with writing(services().store.within(Scope(person.authority_id, actor=actor)).engine) as connection:
        audit.note(connection, Action.SIGN_IN_FAILED, _named(person.id))
        if seconds := attempts.held_back(connection, free):
            audit.note(connection, Action.HELD_BACK, _named(person.id), seconds=seconds)


def _named(account: int) -> str:
    return f"user:{account}"
