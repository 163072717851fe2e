"""The command that sets ordered, given and paid hours side by side."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from sync.commands.options import AsJson, Database, console, print_json, settings


def compare(
    out: Annotated[Path | None, typer.Option(help="Arbejdsbogen, der skal laves.")] = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Sammenlign bestilte, givne og betalte timer for alle sager."""
    from sync.audit.reading import seen
    from sync.authorities import opened
    from sync.comparison.rows import comparison_rows
    from sync.comparison.workbook import write_comparison_workbook
    from sync.settings import keyed
    from sync.store.audit import Action
    from sync.store.parameters import in_use

    made = settings(db)
    if out is not None:  # its workbook is signed, so that it can be read back
        made = keyed(made)
    with closing(opened(made)) as store:
        with store.engine.connect() as connection:
            rows = comparison_rows(connection, in_use(connection))
        action = Action.COMPARISON_READ if out is None and not as_json else Action.COMPARISON_EXPORTED
        seen(store, action, form="xlsx" if out is not None else "json" if as_json else "", cases=len(rows))
        of_houses = write_comparison_workbook(out, store) if out is not None else 0
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        from sync.comparison.summary import house_note, summary_table

        console.print(summary_table(rows))
        if out is not None:
            console.print(f"Arbejdsbog: [bold]{escape(str(out))}[/]")
        if of_houses:
            console.print(house_note(of_houses), highlight=False)
