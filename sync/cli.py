"""`bitark`: the command line of the authority. Exit code 0: fine, 1: problems found, 2: could not.

Heavy libraries are imported where they are used, so that `bitark check` starts as fast as it reads.
"""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from sync.commands import (
    audit,
    authority,
    comparison,
    database,
    documents,
    erasure,
    keys,
    negotiation,
    parameters,
    power_query,
    returns,
    service,
    templates,
    users,
)
from sync.commands.options import AUTHORITY, COULD_NOT, notes
from sync.failures import Failure

app = typer.Typer(
    help="BITark: passer behov, indsats og takst sammen?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("new-list")(templates.new_list)
app.command("new-tariff")(templates.new_tariff)
app.command("export-list")(templates.export_list)
app.command("issue")(templates.issue)
app.command("check")(returns.check)
app.command("collect")(returns.collect)
app.command("watch")(returns.watch)
app.command("mail")(returns.mail)
app.command("compare")(comparison.compare)
app.command("parameters")(parameters.parameters)
app.command("power-query")(power_query.power_query)
app.command("negotiate")(negotiation.negotiate)
app.command("document-templates")(documents.document_templates)
app.command("serve")(service.serve)
app.command("work")(service.work_on_queue)
app.command("erase")(erasure.erase)
app.command("demo")(service.demo)
app.add_typer(database.commands, name="db")
app.add_typer(authority.commands, name="authority")
app.add_typer(users.commands, name="user")
app.add_typer(keys.commands, name="key")
app.add_typer(audit.commands, name="audit")


@app.callback()
def chosen_authority(
    authority: Annotated[
        str | None,
        typer.Option(metavar="NAVN", help="Myndigheden, hvor databasen har flere. Ellers BITARK_AUTHORITY."),
    ] = None,
) -> None:
    """BITark: passer behov, indsats og takst sammen?"""  # noqa: D400
    AUTHORITY.set(authority or "")


def main() -> None:
    """Run the command; what the user can do something about is told in a line, never as a traceback."""
    try:
        app()
    except Failure as failure:
        notes.print(f"[bold red]{escape(str(failure))}[/]")
        sys.exit(COULD_NOT)
    except OSError as error:
        notes.print(f"[bold red]Kan ikke læse eller skrive: {escape(str(error))}[/]")
        sys.exit(COULD_NOT)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"sync", "bit_model", "workbook_templates"}:
            raise
        extras = "server,postgres" if missing.name in {"psycopg", "procrastinate"} else "server"
        notes.print(f"{missing.name} mangler. Installér tjenesten: [bold]pip install 'bitark\\[{extras}]'[/]")
        sys.exit(COULD_NOT)
