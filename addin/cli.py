"""`bitark-addin`: the command line on an Excel user's PC. Exit code 0: fine, 1: problems found, 2: could not."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from workbook_templates.problems import has_errors
from workbook_templates.terminal import print_report, save_annotated

app = typer.Typer(
    help="BITark på din egen pc.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def root() -> None:
    """BITark på din egen pc."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Døgnskemaer.", exists=True, dir_okay=False)],
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Mappen til kopier med bemærkninger, én af hver fil med problemer."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv resultatet som JSON.")] = False,
) -> None:
    """Læs døgnskemaer, og vis timer og problemer. Intet sendes, og filerne røres ikke."""
    from workbook_templates.reading import annotated_copies, examine_files

    reports = examine_files(files)
    if as_json:
        shown = [report.as_json() for report in reports]
        sys.stdout.write(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False, indent=2) + "\n")
    else:
        for report in reports:
            print_report(Console(), report)
    if annotate is not None:
        save_annotated(Console(stderr=True), annotate, annotated_copies(files, reports))
    raise typer.Exit(1 if any(has_errors(report.problems) for report in reports) else 0)


def main() -> None:
    """Run the command; what the user can do something about is told in a line, never as a traceback."""
    try:
        app()
    except FileExistsError as error:
        Console(stderr=True).print(f"{escape(error.filename)} findes allerede. Vælg en anden mappe, eller flyt filen.")
        sys.exit(2)
    except OSError as error:
        Console(stderr=True).print(f"Kan ikke læse eller skrive: {escape(str(error))}")
        sys.exit(2)
