"""The database: tables, engine and every query. No view writes SQL, and nothing here knows of Flask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from sync.failures import Failure
from sync.files import Originals, open_originals
from sync.store.database import has_queue, location, open_database, require_current, upgrade
from sync.store.scope import OPTION, Scope, scope_of

__all__ = ["Store", "open_store", "upgraded"]


class DatabaseUnavailable(Failure):
    """The database cannot be opened, or is none of ours."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where everything is kept: rows in the database, received bytes among the originals.

    `key` is what the issued forms' tokens are signed with; without one they are not verified.
    """

    engine: Engine
    originals: Originals
    key: str = field(default="", repr=False)

    def within(self, scope: Scope) -> Self:
        """The same store, asked and changed for the scope alone; its originals are those of the scope's authority."""
        engine = self.engine.execution_options(**{OPTION: scope})
        return replace(self, engine=engine, originals=self.originals.of(scope.authority))

    @property
    def scope(self) -> Scope:
        """For whom the store was opened."""
        return scope_of(self.engine)

    def whole(self) -> Self:
        """The store within all of its scope's authority: what a provider sends is taken in there, unseen by it."""
        return self.within(replace(self.scope, provider=None))

    def close(self) -> None:
        """Let go of the database; its side files are then gone."""
        self.engine.dispose()


def open_store(database_url: str, originals_url: str, key: str = "") -> Store:
    """The store at two places (URL or path each). A database file's schema is brought up to date by this.

    Raises `DatabaseUnavailable`, on PostgreSQL also `OlderDatabase`: there `upgraded` does it as the owner.
    """
    with _told(database_url):
        engine = open_database(database_url)
        try:
            (require_current if has_queue(engine) else upgrade)(engine)
        except BaseException:
            engine.dispose()
            raise
    return Store(engine, open_originals(originals_url), key)


def upgraded(database_url: str, owner_url: str = "") -> str:
    """Bring the database up to date, by the owner's URL where there is one; returns its URL without a password.

    The user of `database_url` may then do what the service does. Raises `DatabaseUnavailable`.
    """
    place = owner_url or database_url
    with _told(place):
        engine = open_database(place)
        try:
            upgrade(engine, database_url if owner_url else "")
        finally:
            engine.dispose()
    return location(engine)


@contextmanager
def _told(database_url: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        place = database_url.rpartition("@")[2]  # without a password
        remedy = (
            "Kører databaseserveren, og er adresse, databasens navn, bruger og adgangskode rigtige?"
            if "://" in database_url
            else "Findes mappen, og er det en database?"
        )
        raise DatabaseUnavailable(f"Databasen {place} kan ikke åbnes. {remedy}") from error
