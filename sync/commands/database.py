"""Commands that look after the database."""

from contextlib import closing

import typer
from rich.markup import escape

from sync.commands.options import Database, console, settings

commands = typer.Typer(help="Databasen.", no_args_is_help=True)


@commands.command("upgrade")
def upgrade_database(db: Database = None) -> None:
    """Bring databasen op til denne version."""
    from sync.store import open_store
    from sync.store.database import location

    made = settings(db)
    with closing(open_store(made.database, made.originals)) as store:
        console.print(f"Databasen er opdateret: {escape(location(store.engine))}")
