"""`bitark-addin`: the command line on an Excel user's PC. Exit code 0: fine, 1: problems found, 2: could not."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from addin.client import ServiceError
from addin.hosts.desktop import DesktopError
from workbook_templates.problems import has_errors
from workbook_templates.terminal import print_report, save_annotated

NOT_COUNTED = frozenset({"has_problems", "refused"})
"""What a service answers of a file that does not count as it is."""

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


@app.command()
def send(
    files: Annotated[list[Path], typer.Argument(help="Døgnskemaer.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Skriv svarene som JSON.")] = False,
) -> None:
    """Send døgnskemaer til kommunens BITark, og vis, hvad den svarer. Den samme fil tæller kun én gang."""
    from addin.actions import received
    from addin.client import Client

    client = Client()
    answers = {file.name: client.submit(file.name, file.read_bytes()) for file in files}
    if as_json:
        shown = list(answers.values())
        sys.stdout.write(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False, indent=2) + "\n")
    else:
        for name, answer in answers.items():
            typer.echo(f"{name}\n  {received(answer)}")
            for problem in answer["problems"]:
                place = " ".join(filter(None, (problem["code"], problem["sheet"], problem["cell"])))
                typer.echo(f"  {place}: {problem['message']} {problem['remedy']}")
    raise typer.Exit(1 if any(answer["status"] in NOT_COUNTED for answer in answers.values()) else 0)


@app.command()
def token(
    service: Annotated[
        str, typer.Option(metavar="URL", help="Adressen på kommunens BITark. Udeladt: den valgte.", show_default=False)
    ] = "",
    forget: Annotated[bool, typer.Option("--forget", help="Fjern nøglen igen.")] = False,
) -> None:
    """Gem din nøgle til kommunens BITark i systemets nøglering. Den står aldrig i en projektmappe eller en fil."""
    from addin.client import Client, keep_token

    address = Client(service or None).address
    keep_token(address, "" if forget else typer.prompt(f"Nøgle til {address}", hide_input=True))
    typer.echo(f"Nøglen til {address} er {'fjernet' if forget else 'gemt'}.")


@app.command()
def build(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Filen, der skrives.")] = Path("BITark.xlam"),
) -> None:
    """Byg Excel-tilføjelsen. Det kan gøres på ethvert system og uden Excel."""
    from addin.hosts.desktop import workbook

    out.write_bytes(workbook.build())
    typer.echo(f"Skrevet: {out}")


FOLDER = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Mappen til tilføjelse og indstillinger i stedet for Excels egne.", file_okay=False
    ),
]


@app.command()
def install(
    service: Annotated[
        str, typer.Option(metavar="URL", help="Adressen på kommunens BITark. Udeladt: som før.", show_default=False)
    ] = "",
    folder: FOLDER = None,
) -> None:
    """Læg Excel-tilføjelsen og dens indstillinger på plads. Kør den igen efter hver opdatering, med Excel lukket."""
    from addin.hosts.desktop import installation
    from addin.hosts.desktop.places import places

    where = places(sys.platform, os.environ, folder)
    installation.install(where, sys.platform, sys.executable, service)
    typer.echo(f"Skrevet: {where.addin}\nSkrevet: {where.settings}")
    if folder is None:
        typer.echo("Start Excel igen. Fanen BITark viser sig, og funktionerne hedder BIT_…")
    else:
        typer.echo("På en pc hører BITark.xlam til i %APPDATA%\\Microsoft\\Excel\\XLSTART")
        typer.echo("og xlwings.conf i %USERPROFILE%\\.bitark.")


@app.command()
def status(
    folder: FOLDER = None,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv resultatet som JSON.")] = False,
) -> None:
    """Vis, hvad der er installeret hvor, og hvad der mangler."""
    from addin.hosts.desktop import installation
    from addin.hosts.desktop.places import places

    found = installation.status(places(sys.platform, os.environ, folder), sys.platform, os.environ)
    typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2) if as_json else found.text())
    raise typer.Exit(1 if found.problems else 0)


@app.command()
def uninstall(folder: FOLDER = None) -> None:
    """Fjern Excel-tilføjelsen og dens indstillinger igen. Projektmapper røres ikke."""
    from addin.hosts.desktop import installation
    from addin.hosts.desktop.places import places

    for line in installation.uninstall(places(sys.platform, os.environ, folder)):
        typer.echo(line)


def main() -> None:
    """Run the command; what the user can do something about is told in a line, never as a traceback."""
    try:
        app()
    except FileExistsError as error:
        Console(stderr=True).print(f"{escape(error.filename)} findes allerede. Vælg en anden mappe, eller flyt filen.")
        sys.exit(2)
    except (DesktopError, ServiceError) as error:
        Console(stderr=True).print(escape(str(error)))
        sys.exit(2)
    except OSError as error:
        Console(stderr=True).print(f"Kan ikke læse eller skrive: {escape(str(error))}")
        sys.exit(2)
