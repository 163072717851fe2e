"""The database: tables, engine and every query. No view writes SQL, and nothing here knows of Flask."""

from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from sync.failures import Failure
from sync.files import Originals, open_originals
from sync.store import account_tables  # its tables belong to the schema, whoever asks for them
from sync.store.database import open_database, upgrade
from sync.store.scope import OPTION, Scope

__all__ = ["Store", "account_tables", "open_store"]


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
        """The same store, asked and changed for the scope alone."""
        return replace(self, engine=self.engine.execution_options(**{OPTION: scope}))

    def close(self) -> None:
        """Let go of the database; its side files are then gone."""
        self.engine.dispose()


def open_store(database_url: str, originals_url: str, key: str = "") -> Store:
    """The store at two places (URL or path each), its schema brought up to date. Raises `DatabaseUnavailable`."""
    try:
        engine = open_database(database_url)
        try:
            upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
    except SQLAlchemyError as error:
        place = database_url.rpartition("@")[2]  # without a password
        remedy = (
            "Kører databaseserveren, og er adresse, databasens navn, bruger og adgangskode rigtige?"
            if "://" in database_url
            else "Findes mappen, og er det en database?"
        )
        raise DatabaseUnavailable(f"Databasen {place} kan ikke åbnes. {remedy}") from error
    return Store(engine, open_originals(originals_url), key)
