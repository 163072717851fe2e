"""`bitark`: the command line of the authority. Exit code 0: fine, 1: problems found, 2: could not.

Heavy libraries are imported where they are used, so that `bitark check` starts as fast as it reads.
"""

import datetime as dt
import json
import secrets
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bit_model.parameters import ParameterSet
from sync.failures import Failure
from workbook_templates.kinds import DATE, UnreadableError
from workbook_templates.problems import has_errors
from workbook_templates.terminal import print_problems, print_report

if TYPE_CHECKING:
    from sync.settings import Settings

FINE, PROBLEMS, COULD_NOT = 0, 1, 2

app = typer.Typer(
    help="BITark: passer behov, indsats og takst sammen?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
database_commands = typer.Typer(help="Databasen.", no_args_is_help=True)
app.add_typer(database_commands, name="db")

console = Console()
notes = Console(stderr=True)

Database = Annotated[
    str | None,
    typer.Option("--db", help="Databasen: en fil (SQLite) eller en URL. Ellers BITARK_DATABASE eller bitark.db."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Skriv resultatet som JSON.")]


def _date(text: str) -> dt.date:
    try:
        date: dt.date = DATE.parse(text)
    except UnreadableError:
        raise typer.BadParameter(f"»{text}« er ikke en dato. Skriv fx 02-03-2026 eller 2026-03-02.") from None
    return date


def _there(paths: Path | list[Path]) -> Path | list[Path]:
    for path in paths if isinstance(paths, list) else [paths]:
        if not path.exists():
            raise typer.BadParameter(f"{path} findes ikke. Se efter, om navn og mappe er rigtige.")
    return paths


def _file(paths: Path | list[Path]) -> Path | list[Path]:
    for path in paths if isinstance(paths, list) else [paths]:
        if path.is_dir():
            raise typer.BadParameter(f"{path} er en mappe. Skriv navnet på en fil.")
    return _there(paths)


def settings(database: str | None, **given: Any) -> "Settings":
    """The settings of the environment, with what the command line said; originals lie beside a database file."""
    from pydantic import ValidationError

    from sync.settings import Settings

    try:
        made = Settings(**given) if database is None else Settings(database=database, **given)
    except ValidationError as error:
        wrong = ("__".join(map(str, one["loc"])).upper() for one in error.errors())
        raise Failure(f"Kan ikke bruges som indstilling: {', '.join(f'BITARK_{name}' for name in wrong)}.") from error
    if "originals" not in made.model_fields_set and "://" not in made.database:
        made = made.model_copy(update={"originals": str(Path(made.database).absolute().parent / "originaler")})
    return made


@app.command("new-list")
def new_list(file: Annotated[Path, typer.Argument(help="Den fil, der skal laves, fx sagsliste.xlsx.")]) -> None:
    """Lav en tom sagsliste."""
    from workbook_templates.case_list.build import build_case_list

    if file.exists():
        raise Failure(f"{file} findes allerede. Vælg et andet navn, eller flyt filen.")
    file.write_bytes(build_case_list())
    console.print(f"Tom sagsliste: [bold]{escape(str(file))}[/]")


@app.command()
def issue(
    case_list: Annotated[Path, typer.Argument(help="Sagslisten.", callback=_file)],
    first: Annotated[dt.date, typer.Option("--from", parser=_date, metavar="DATO", help="Periodens første dag.")],
    last: Annotated[dt.date, typer.Option("--to", parser=_date, metavar="DATO", help="Periodens sidste dag.")],
    out: Annotated[Path, typer.Option(help="Mappen til skemaerne.")],
    case: Annotated[list[str] | None, typer.Option(help="Kun denne sag; kan gentages.")] = None,
    db: Database = None,
) -> None:
    """Læs sagslisten ind, og lav et døgnskema for hver sag."""
    from sync.issue import issue_templates, take_in_case_list

    if last < first:
        raise typer.BadParameter("Periodens sidste dag ligger før den første.")
    if out.exists() and not out.is_dir():
        raise Failure(f"{out} er en fil, ikke en mappe. Vælg en anden --out.")
    taken, imported = take_in_case_list(case_list.read_bytes(), settings(db))
    print_problems(console, case_list.name, taken.problems)
    if imported is None:
        raise Failure("Sagslisten er ikke læst ind. Ret fejlene, gem, og kør kommandoen igen.")
    console.print(f"Sagsliste: {imported.added} nye sager, {imported.changed} opdateret, {imported.gone} ikke længere.")
    wanted = [c for c in taken.cases if not case or c.case_key in case]
    if unknown := sorted(set(case or ()) - {c.case_key for c in wanted}):
        raise Failure(f"Sagslisten har ingen sag {', '.join(unknown)}.")
    out.mkdir(parents=True, exist_ok=True)
    with Progress(console=notes, transient=True) as progress:
        for made in progress.track(
            issue_templates(taken, wanted, first, last), total=len(wanted), description="Laver døgnskemaer"
        ):
            (out / made.file_name).write_bytes(made.content)
    console.print(f"{len(wanted)} døgnskemaer i [bold]{escape(str(out))}[/]")
    raise typer.Exit(PROBLEMS if has_errors(taken.problems) else FINE)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Returnerede døgnskemaer.", callback=_file)],
    as_json: AsJson = False,
) -> None:
    """Læs døgnskemaer, og vis timer og problemer. Intet gemmes."""
    from workbook_templates.reading import examine_files

    reports = examine_files(files)
    if as_json:
        shown = [report.as_json() for report in reports]
        _print_json(shown[0] if len(shown) == 1 else shown)
    else:
        for report in reports:
            print_report(console, report)
    raise typer.Exit(PROBLEMS if any(has_errors(report.problems) for report in reports) else FINE)


@app.command()
def collect(
    paths: Annotated[list[Path], typer.Argument(help="Filer eller mapper med returnerede skemaer.", callback=_there)],
    db: Database = None,
    processes: Annotated[int, typer.Option(min=1, help="Processer, der læser samtidig.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Tag returnerede døgnskemaer ind. Kan køres igen: samme fil tæller én gang, intet går tabt."""
    from sync.collect import collect as collect_files
    from sync.collect import files_in, outcome_table

    made = settings(db)
    files = files_in(paths, own=(*(f"{made.database}{end}" for end in ("", "-wal", "-shm")), made.originals))
    with Progress(console=notes, transient=True) as progress:
        running = collect_files(files, made.database, made.originals, made.limits, processes)
        taken = list(progress.track(running, total=len(files), description="Læser returnerede skemaer"))
    taken.sort(key=lambda one: files.index(one.path))
    if as_json:
        _print_json([one.as_json() for one in taken])
    else:
        console.print(outcome_table(taken))
    if any(one.ingested is None for one in taken):
        raise typer.Exit(COULD_NOT)
    raise typer.Exit(PROBLEMS if any(one.ingested and one.ingested.errors for one in taken) else FINE)


@app.command()
def compare(
    out: Annotated[Path | None, typer.Option(help="Arbejdsbogen, der skal laves.")] = None,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Sammenlign bestilte, givne og betalte timer for alle sager."""
    from sync.comparison.rows import comparison_rows
    from sync.comparison.workbook import write_comparison_workbook
    from sync.store import open_store

    made = settings(db)
    parameters = ParameterSet()
    with closing(open_store(made.database, made.originals)) as store:
        with store.engine.connect() as connection:
            rows = comparison_rows(connection, parameters)
        of_houses = write_comparison_workbook(out, store, parameters) if out is not None else 0
    if as_json:
        _print_json([row.as_json() for row in rows])
    else:
        from sync.comparison.summary import house_note, summary_table

        console.print(summary_table(rows))
        if out is not None:
            console.print(f"Arbejdsbog: [bold]{escape(str(out))}[/]")
        if of_houses:
            console.print(house_note(of_houses), highlight=False)


@app.command()
def serve(
    db: Database = None,
    host: Annotated[str | None, typer.Option(help="Adressen; 127.0.0.1 når intet er sagt.")] = None,
    port: Annotated[int | None, typer.Option(help="Porten; 8000 når intet er sagt.")] = None,
) -> None:
    """Vis siderne på denne maskine."""
    given: dict[str, Any] = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    _serve(settings(db, **given))


def _serve(made: "Settings") -> None:
    from pydantic import SecretStr
    from waitress.server import create_server

    from sync.app import create_app, keep_swept

    if not made.secret_key.get_secret_value():  # forms then hold until the service is started again
        made = made.model_copy(update={"secret_key": SecretStr(secrets.token_urlsafe(32))})
    application = create_app(made)
    try:
        server = create_server(application, host=made.host, port=made.port, threads=8)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or "adressen findes ikke"
        raise Failure(f"Kan ikke lytte på {made.host}:{made.port} ({reason}). Vælg en anden --port.") from error
    threading.Thread(target=keep_swept, args=(application,), daemon=True).start()
    console.print(f"BITark på [bold]http://{made.host}:{made.port}[/] (stop med Ctrl+C)")
    console.print("Der er ingen log-in endnu: alle på denne maskine kan se alt. Vis den ikke for et netværk.")
    server.run()


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Mappen til demonstrationen.")] = Path("demo"),
    show: Annotated[bool, typer.Option("--serve/--no-serve", help="Vis siderne til sidst.")] = True,
    port: Annotated[int | None, typer.Option(help="Porten; 8000 når intet er sagt.")] = None,
) -> None:
    """Vis hele forløbet på en opdigtet kommune med 20 sager."""
    from sync.demo_run import run

    database = run(directory, console)
    if show:
        given: dict[str, Any] = {} if port is None else {"port": port}
        _serve(settings(str(database), originals=str(database.parent / "originaler"), **given))


@database_commands.command("upgrade")
def upgrade_database(db: Database = None) -> None:
    """Bring databasen op til denne version."""
    from sync.store import open_store
    from sync.store.database import location

    made = settings(db)
    console.print(f"Databasen er opdateret: {escape(location(open_store(made.database, made.originals).engine))}")


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


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
        notes.print(f"{missing.name} mangler. Installér tjenesten: [bold]pip install 'bitark\\[server]'[/]")
        sys.exit(COULD_NOT)
