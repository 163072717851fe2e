"""For whom the database is asked and changed: one authority, maybe one provider of it, and who does it."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from sync.store.columns import storable

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

    def __post_init__(self) -> None:
        """A provider without a name is refused: it could be taken for no provider, which is the whole authority."""
        if self.provider is not None and not self.provider.strip():
            msg = "a provider's scope needs its name"
            raise ValueError(msg)
        if self.provider is not None:
            object.__setattr__(self, "provider", storable(self.provider))


NOBODY = Scope(None)
"""Sees which authorities there are, and no data of any."""
PROGRAM = Scope(1)
"""The only authority of an SQLite file, by a program of its own."""


def scope_of(connection: Connection | Engine) -> Scope:
    """The scope that the connection's store was opened within; `PROGRAM` where none was given."""
    found = connection.get_execution_options().get(OPTION, PROGRAM)
    assert isinstance(found, Scope)  # noqa: S101 - only `Store.within` sets it
    return found
