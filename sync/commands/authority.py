"""`bitark authority`: which authorities the database holds."""

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bit_model.checks import masked
from sync.commands.options import Database, console, settings
from sync.failures import Failure

if TYPE_CHECKING:
    from sync.store import Store

commands = typer.Typer(help="Myndighederne i databasen.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAVN", help="Myndighedens navn, fx Aarhus Kommune.")]
LONGEST_NAME = 100


@commands.command("list")
def list_authorities(db: Database = None) -> None:
    """Vis myndighederne med deres numre."""
    from sync.store.authorities import authorities

    with closing(_store(db)) as store, store.engine.connect() as connection:
        found = authorities(connection)
    table = Table("Nummer", "Navn", box=None)
    for row in found:
        table.add_row(str(row.id), row.name)
    console.print(table)


@commands.command()
def add(name: Name, db: Database = None) -> None:
    """Læg en myndighed til på PostgreSQL. En SQLite-fil rummer kun én."""
    from sqlalchemy.exc import IntegrityError

    from sync.store.authorities import add as add_authority
    from sync.store.database import writing

    told = _told(name)
    with closing(_store(db)) as store:
        try:
            with writing(store.engine) as connection:
                number = add_authority(connection, told, dt.datetime.now(dt.UTC))
        except IntegrityError as error:
            raise Failure(f"Databasen har allerede en myndighed {told}. Vælg et andet navn.") from error
    console.print(f"Myndighed {number}: {told}", highlight=False)


@commands.command()
def rename(
    name: Name,
    number: Annotated[int, typer.Option(help="Myndighedens nummer; se bitark authority list.")] = 1,
    db: Database = None,
) -> None:
    """Giv en myndighed et andet navn."""
    from sqlalchemy.exc import IntegrityError

    from sync.store.authorities import rename as rename_authority
    from sync.store.database import writing

    told = _told(name)
    with closing(_store(db)) as store:
        try:
            with writing(store.engine) as connection:
                if not rename_authority(connection, number, told):
                    raise Failure(f"Databasen har ingen myndighed {number}. Se bitark authority list.")
        except IntegrityError as error:
            raise Failure(f"Databasen har allerede en myndighed {told}. Vælg et andet navn.") from error
    console.print(f"Myndighed {number}: {told}", highlight=False)


def _store(db: str | None) -> "Store":
    """The database's store within no authority: it sees their names, and no data of any."""
    from sync.store import open_store
    from sync.store.scope import NOBODY, Scope

    made = settings(db)
    store = open_store(made.database, made.originals)
    return store.within(Scope(1) if store.engine.dialect.name == "sqlite" else NOBODY)


def _told(name: str) -> str:
    told = " ".join(name.split())
    if not told or len(told) > LONGEST_NAME or told.isdigit() or masked(told) != told:
        raise typer.BadParameter(f"Navnet skal være 1 til {LONGEST_NAME} tegn og ikke kun cifre.")
    return told
