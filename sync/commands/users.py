"""`bitark user`: accounts from the command line, for whoever runs the service."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from sync.commands.options import Database, console, settings
from sync.failures import Failure
from sync.roles import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.settings import Settings

commands = typer.Typer(help="Brugere: hvem der kan logge ind.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="Brugerens e-mailadresse.")]


@commands.command("first-link")
def first_link(db: Database = None) -> None:
    """Vis et nyt engangslink til den første administrator. Tidligere links virker ikke mere."""
    with _writing(db) as (connection, made):
        link = new_first_link(connection, made)
        if link is None:
            raise Failure("Der er allerede brugere. En administrator kan lave nye, eller brug bitark user add.")
    console.print(link, soft_wrap=True, highlight=False)


@commands.command()
def add(
    email: Email,
    role: Annotated[list[Role], typer.Option(help="Rollen; kan gentages.")],
    function: Annotated[str, typer.Option(help="Det, brugeren er, fx Faglig konsulent. Ikke et navn.")],
    provider: Annotated[str, typer.Option(help="Leverandøren, som sagslisten skriver den.")] = "",
    db: Database = None,
) -> None:
    """Lav en bruger, og vis det engangslink, hvor brugeren vælger sin adgangskode."""
    from sync.accounts.invitations import link_address
    from sync.store import accounts, one_time_links
    from sync.store.account_tables import Purpose

    with _writing(db) as (connection, made):
        now = dt.datetime.now(dt.UTC)
        try:
            number = accounts.add(connection, email, function, role, now, provider)
        except ValueError:
            raise Failure(
                "Rollen provider kræver --provider og kan ikke stå sammen med andre; andre roller har ingen --provider."
            ) from None
        if number is None:
            raise Failure("Der er allerede en bruger med den e-mailadresse.")
        secret = one_time_links.new_link(connection, Purpose.PASSWORD, number, now)
    console.print(link_address(made, secret), soft_wrap=True, highlight=False)


@commands.command("list")
def list_accounts(db: Database = None) -> None:
    """Vis brugerne."""
    from sync.store import accounts
    from sync.store.scope import scope_of

    with _writing(db) as (connection, _):
        found, roles = accounts.accounts(connection, scope_of(connection).authority or 0), accounts.roles_of(connection)
    table = Table("E-mail", "Funktion", "Roller", "Leverandør", "Tilstand", box=None, header_style="bold")
    for one in found:
        state = "aktiv" if one.active else "spærret"
        table.add_row(escape(one.email), escape(one.function), ", ".join(roles[one.id]), escape(one.provider), state)
    console.print(table)


@commands.command()
def disable(email: Email, db: Database = None) -> None:
    """Spær en bruger: den logges ud overalt, og dens nøgler virker ikke."""
    from sync.store import accounts

    with _writing(db) as (connection, _):
        held = accounts.by_email(connection, email)
        if held is None:
            raise Failure("Der er ingen bruger med den e-mailadresse. Se dem med bitark user list.")
        accounts.set_active(connection, held.id, active=False)
    console.print("Brugeren er spærret.")


def new_first_link(connection: "Connection", settings: "Settings") -> str | None:
    """A one-time link by which the first administrator is made; None where there are accounts."""
    from sync.accounts.invitations import link_address
    from sync.store import accounts, one_time_links
    from sync.store.account_tables import Purpose

    if not accounts.is_empty(connection):
        return None
    return link_address(settings, one_time_links.new_link(connection, Purpose.FIRST, None, dt.datetime.now(dt.UTC)))


@contextmanager
def _writing(db: str | None) -> Iterator[tuple["Connection", "Settings"]]:
    """A transaction on the database that the options and the environment name."""
    from sync.authorities import opened
    from sync.store.database import writing

    made = settings(db)
    with closing(opened(made)) as store, writing(store.engine) as connection:
        yield connection, made
