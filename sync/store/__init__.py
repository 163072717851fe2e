"""The database: tables, engine and every query. No view writes SQL, and nothing here knows of Flask."""

import os
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from sync.failures import Failure
from sync.files import Originals, open_originals
from sync.master_key import key_bytes, master_key
from sync.store.database import open_database, upgrade
from sync.store.keys import OPTION_KEYS, Keyring, check_master, has_keys, with_keys
from sync.store.scope import OPTION, Scope

__all__ = ["Store", "open_store"]


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

    @property
    def keyring(self) -> Keyring:
        """The keys in use."""
        found: Keyring = self.engine.get_execution_options()[OPTION_KEYS]
        return found

    def within(self, scope: Scope) -> Self:
        """The same store, asked and changed for the scope alone."""
        return replace(self, engine=self.engine.execution_options(**{OPTION: scope}))

    def close(self) -> None:
        """Let go of the database; its side files are then gone."""
        self.engine.dispose()


def open_store(database_url: str, originals_url: str, key: str = "", master: str = "") -> Store:
    """The store at two places (URL or path each), its schema brought up to date.

    Without `master` the master key is the environment's BITARK_MASTER_KEY or that of the file beside the database.
    Raises `DatabaseUnavailable`, and where the master key is missing or another, before anything of it is used.
    """
    try:
        engine = open_database(database_url)
        try:
            upgrade(engine)
            with engine.connect() as connection:
                is_new = not has_keys(connection)
            text = master_key(database_url, master or os.environ.get("BITARK_MASTER_KEY", ""), is_new=is_new)
            engine = with_keys(engine, key_bytes(text))
            with engine.connect() as connection:
                check_master(connection)
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
