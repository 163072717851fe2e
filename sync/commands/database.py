"""Commands that look after the database."""

import typer
from rich.markup import escape

from sync.commands.options import Database, console, settings

commands = typer.Typer(help="Databasen.", no_args_is_help=True)


@commands.command("upgrade")
def upgrade_database(db: Database = None) -> None:
    """Bring databasen op til denne version; på PostgreSQL som den ejer, BITARK_OWNER_DATABASE siger."""
    from sync.store import upgraded

    made = settings(db)
    console.print(f"Databasen er opdateret: {escape(upgraded(made.database, made.owner_database))}")
