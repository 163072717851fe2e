"""Whose a row is: the table of authorities, and the column by which every other table says to which one it belongs."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
)
from sqlalchemy.ext.compiler import compiles

from sync.store.columns import UtcMoment, Words

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

AUTHORITY = Table(
    "authority",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("added_at", UtcMoment, nullable=False),
    CheckConstraint("id = 1", name="one").ddl_if(dialect="sqlite"),
)
"""Whose cases these are. An SQLite file holds one."""


ENTRANCE = {
    "account": "{within}",
    "account_link": "{within}",
    "account_role": "EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)",
    "api_token": "EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)",
    "passkey": "EXISTS (SELECT 1 FROM account a WHERE a.id = user_id)",
}
"""Tables of accounts → what is seen of them: an authority's own, and everything by a program without an authority,
since an account is how somebody's authority is found. A provider's scope sees nothing of them."""


class OfTheTransaction(ColumnElement[int]):
    """The authority of the transaction, as a default of the database: on SQLite the only one there is."""

    inherit_cache = True
    type = Integer()


@compiles(OfTheTransaction)
def _the_only_one(*_: Any, **__: Any) -> str:
    return "1"


@compiles(OfTheTransaction, "postgresql")
def _of_the_scope(*_: Any, **__: Any) -> str:
    return "current_setting('app.authority')::integer"  # an error where no scope was set


def owner(*constraints: Any, **options: Any) -> Column[int]:
    """The column `authority_id`: no insert gives it, since the database takes it from the transaction's scope."""
    return Column("authority_id", Integer, *constraints, nullable=False, server_default=OfTheTransaction(), **options)


def of(table: str, column: str) -> ForeignKeyConstraint:
    """A reference to a row of the same authority: one of another authority cannot be meant."""
    return ForeignKeyConstraint(["authority_id", column], [f"{table}.authority_id", f"{table}.id"])


def of_authority(*tables: Table) -> None:
    """Give tables that are declared without it the column by which their rows belong to an authority."""
    for table in tables:
        table.append_column(owner(ForeignKey(AUTHORITY.c.id), index=True))


def owned() -> list[Table]:
    """Every table whose rows belong to an authority; parents before what hangs on them. Not those of `ENTRANCE`."""
    return [table for table in METADATA.sorted_tables if "authority_id" in table.c and table.name not in ENTRANCE]
