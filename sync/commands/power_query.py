"""The command that makes the small workbook which Excel refreshes from the service."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from sync.commands.options import Database, console, settings


def power_query(
    file: Annotated[
        Path, typer.Argument(help="Filen, der skal laves: .xlsx, eller .pq for forespørgslens tekst alene.")
    ],
    service: Annotated[str, typer.Option(help="Servicens adresse, som Excel skal hente fra.")] = "",
    db: Database = None,
) -> None:
    """Lav en lille projektmappe, som Excel selv opdaterer fra servicen (Power Query)."""
    from sync.authorities import opened
    from sync.comparison.rows import wanted_rows
    from sync.store.comparison import ALL
    from sync.store.parameters import in_use
    from workbook_templates.power_query.query import query_text
    from workbook_templates.power_query.workbook import query_workbook

    made = settings(db)
    address = (service or f"http://{made.host}:{made.port}").rstrip("/")
    if file.suffix == ".pq":
        file.write_text(query_text(address, made.language), "utf-8")
    else:
        with closing(opened(made)) as store, store.engine.connect() as connection:
            rows = [row.as_line() for row in wanted_rows(connection, in_use(connection), ALL)]
        file.write_bytes(query_workbook(address, rows, made.language))
    console.print(f"Hentes fra {escape(address)}: [bold]{escape(str(file))}[/]")
