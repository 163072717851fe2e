"""The database: tables, engine and every query. No view writes SQL, and nothing here knows of Flask."""

from dataclasses import dataclass

from sqlalchemy import Engine

from sync.files import Originals, open_originals
from sync.store.database import open_database, upgrade

__all__ = ["Store", "open_store"]


@dataclass(frozen=True, slots=True)
class Store:
    """Where everything is kept: rows in the database, received bytes among the originals."""

    engine: Engine
    originals: Originals

    def close(self) -> None:
        """Let go of the database; its side files are then gone."""
        self.engine.dispose()


def open_store(database_url: str, originals_url: str) -> Store:
    """The store at two places (URL or path each), its schema brought up to date."""
    engine = open_database(database_url)
    upgrade(engine)
    return Store(engine, open_originals(originals_url))
