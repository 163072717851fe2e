"""Which authorities there are. Who is within one sees that one; a store within `NOBODY` sees and adds all."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from sync.store.boundaries import OneAuthorityPerFile
from sync.store.tables import AUTHORITY


def authorities(connection: Connection) -> list[Row[Any]]:
    """Id and name of each, in the order they were added."""
    return list(connection.execute(select(AUTHORITY).order_by(AUTHORITY.c.id)))


def add(connection: Connection, name: str, now: dt.datetime) -> int:
    """The new authority's id. Raises `OneAuthorityPerFile` on SQLite."""
    if connection.dialect.name == "sqlite":
        raise OneAuthorityPerFile
    newest = connection.scalar(select(func.max(AUTHORITY.c.id))) or 0
    connection.execute(insert(AUTHORITY), {"id": newest + 1, "name": name, "added_at": now})
    return int(newest + 1)


def rename(connection: Connection, authority_id: int, name: str) -> bool:
    """Give an authority another name; False where there is none with the id."""
    return bool(connection.execute(update(AUTHORITY).where(AUTHORITY.c.id == authority_id).values(name=name)).rowcount)
