"""For whom the database is asked and changed: one authority, maybe one provider of it, and who does it."""

from dataclasses import dataclass

from sqlalchemy import Connection

OPTION = "bitark_scope"
"""The execution option of an engine and its connections that holds the scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a connection may see and who it acts for. Without an authority it sees no data of any."""

    authority: int | None
    """Id of the authority."""
    provider: str | None = None
    """The provider whose cases alone are seen; None for the authority's own staff and programs."""
    actor: str = "program"
    """Who it is, without a name: `user:7`, `link:12`, `worker`, `command`, `folder`, `mail`, `program`."""


PROGRAM = Scope(1)
"""The only authority of an SQLite file, by a program of its own."""


def scope_of(connection: Connection) -> Scope:
    """The scope that the connection's store was opened within; `PROGRAM` where none was given."""
    found = connection.get_execution_options().get(OPTION, PROGRAM)
    assert isinstance(found, Scope)  # noqa: S101 - only `Store.within` sets it
    return found
