"""`bitark`: the command line of the authority. Exit code 0: fine, 1: problems found, 2: could not.

Heavy libraries are imported where they are used, so that `bitark check` starts as fast as it reads.
"""

import datetime as dt
import json
import signal
import sys
import threading
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bit_model.checks import masked
from bit_model.parameters import ParameterSet
from sync.failures import Failure
from workbook_templates.kinds import DATE, UnreadableError
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.problems import has_errors
from workbook_templates.terminal import print_problems, print_report, save_annotated

if TYPE_CHECKING:
    from bit_model.schedule import Period
    from sync.settings import Settings
    from sync.store.rounds import NewRound

FINE, PROBLEMS, COULD_NOT = 0, 1, 2
DEADLINE_DAYS = 14
"""From a period's last day to the deadline of a round that is opened here; the pages can change it."""


class FormChoice(StrEnum):
    """Which forms of the schedule a provider is sent."""

    LIST = "liste"
    GRID = "net"
    BOTH = "begge"


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


def _folder(path: Path) -> Path | list[Path]:
    if path.exists() and not path.is_dir():
        raise typer.BadParameter(f"{path} er en fil. Skriv navnet på en mappe.")
    return _there(path)


def _file(paths: Path | list[Path]) -> Path | list[Path]:
    for path in paths if isinstance(paths, list) else [paths]:
        if path.is_dir():
            raise typer.BadParameter(f"{path} er en mappe. Skriv navnet på en fil.")
    return _there(paths)


def _file_if_any(path: Path | None) -> Path | list[Path] | None:
    return None if path is None else _file(path)


def _new_round(title: str | None, period: "Period", form: FormChoice) -> "NewRound | None":
    """The round that a title asks for; raises where it may not be kept, or the form is not one."""
    from sync.store.rounds import NewRound

    if title is None:
        return None
    told = " ".join(title.split())
    if not told or len(told) > 100 or masked(told) != told:
        raise typer.BadParameter("Rundens titel skal være 1 til 100 tegn uden CPR-numre og e-mailadresser.")
    if form is FormChoice.BOTH:
        raise typer.BadParameter("En runde har én form. Vælg --form liste eller net.")
    return NewRound(told, period, str(form), period.end + dt.timedelta(days=DEADLINE_DAYS))


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


@app.command("new-tariff")
def new_tariff(
    file: Annotated[Path, typer.Argument(help="Den fil, der skal laves, fx takst.xlsx.")],
    provider: Annotated[str, typer.Option(help="Leverandøren, som sagslisten skriver den.")],
    case_list: Annotated[
        Path | None, typer.Option("--list", help="En sagsliste at udfylde fra.", callback=_file_if_any)
    ] = None,
    db: Annotated[
        str | None, typer.Option("--db", help="En database at udfylde fra: en fil (SQLite) eller en URL.")
    ] = None,
) -> None:
    """Lav et takstskema til en leverandør, udfyldt med linjer, model og sager fra --list eller --db."""
    from sync.tariff import from_case_list, from_database
    from workbook_templates.tariff_sheet.build import build_tariff

    if file.exists():
        raise Failure(f"{file} findes allerede. Vælg et andet navn, eller flyt filen.")
    if case_list is not None:
        sheet, problems = from_case_list(case_list.read_bytes(), provider, settings(db))
        print_problems(console, case_list.name, problems)
    else:
        sheet = from_database(provider, settings(db) if db is not None else None)
    file.write_bytes(build_tariff(sheet, ParameterSet()))
    console.print(f"Takstskema med {len(sheet.lines)} linjer og {len(sheet.cases)} sager: [bold]{escape(str(file))}[/]")


@app.command("export-list")
def export_list(
    file: Annotated[Path, typer.Argument(help="Den fil, der skal laves, fx sagsliste.xlsx.")],
    db: Database = None,
) -> None:
    """Skriv databasens sagsliste til en fil, der kan rettes og læses ind igen."""
    from sync.store import open_store
    from sync.store.cases import newest_list
    from workbook_templates.case_list.build import build_case_list

    if file.exists():
        raise Failure(f"{file} findes allerede. Vælg et andet navn, eller flyt filen.")
    made = settings(db)
    with closing(open_store(made.database, made.originals)) as store, store.engine.connect() as connection:
        found = newest_list(connection)
    if not any(found):
        raise Failure("Databasen har ingen sagsliste. Er det den rigtige --db?")
    file.write_bytes(build_case_list(*found))
    console.print(f"Sagsliste med {len(found.cases)} sager: [bold]{escape(str(file))}[/]")


@app.command()
def issue(  # one for each option
    case_list: Annotated[Path, typer.Argument(help="Sagslisten.", callback=_file)],
    first: Annotated[dt.date, typer.Option("--from", parser=_date, metavar="DATO", help="Periodens første dag.")],
    last: Annotated[dt.date, typer.Option("--to", parser=_date, metavar="DATO", help="Periodens sidste dag.")],
    out: Annotated[Path, typer.Option(help="Mappen til skemaerne.")],
    case: Annotated[list[str] | None, typer.Option(help="Kun denne sag; kan gentages.")] = None,
    form: Annotated[FormChoice, typer.Option(help="Skemaets form: liste, net eller begge.")] = FormChoice.LIST,
    pattern: Annotated[
        bool, typer.Option("--pattern/--no-pattern", help="Foreslå døgnet fra sagens sidste godkendte skema.")
    ] = True,
    flavour: Annotated[
        Flavour,
        typer.Option(
            help="plain: kun formler, til enhver pc. desktop og officejs: resultatet spørger også BITark, som"
            " tilføjelsen BITark.xlam eller som Office-tilføjelse (xlwings Lite eller Server).",
        ),
    ] = Flavour.PLAIN,
    title: Annotated[
        str | None, typer.Option("--round", metavar="TITEL", help="Åbn en runde over sagerne med denne titel.")
    ] = None,
    db: Database = None,
) -> None:
    """Læs sagslisten ind, og lav et døgnskema for hver sag; med --round bliver de til en runde på siderne."""
    from bit_model.schedule import Period
    from sync.issue import issue_templates, open_round_of, take_in_case_list
    from sync.settings import keyed
    from sync.store import open_store
    from workbook_templates.layouts.doegnskema import Form

    if last < first:
        raise typer.BadParameter("Periodens sidste dag ligger før den første.")
    if out.exists() and not out.is_dir():
        raise Failure(f"{out} er en fil, ikke en mappe. Vælg en anden --out.")
    period = Period(first, last)
    new = _new_round(title, period, form)
    made = keyed(settings(db))
    taken, imported = take_in_case_list(case_list.read_bytes(), made)
    print_problems(console, case_list.name, taken.problems)
    if imported is None:
        raise Failure("Sagslisten er ikke læst ind. Ret fejlene, gem, og kør kommandoen igen.")
    console.print(f"Sagsliste: {imported.added} nye sager, {imported.changed} opdateret, {imported.gone} ikke længere.")
    wanted = [c for c in taken.cases if not case or c.case_key in case]
    if unknown := sorted(set(case or ()) - {c.case_key for c in wanted}):
        raise Failure(f"Sagslisten har ingen sag {', '.join(unknown)}.")
    round_id = open_round_of(made, new, [c.case_key for c in wanted]) if new else None
    out.mkdir(parents=True, exist_ok=True)
    forms = tuple(Form) if form is FormChoice.BOTH else (Form(form.value),)
    patterned: set[str] = set()
    store = open_store(made.database, made.originals, made.key)
    with closing(store), Progress(console=notes, transient=True) as progress:
        making = issue_templates(store, taken, wanted, period, forms, with_pattern=pattern, flavour=flavour)
        for one in progress.track(making, total=len(wanted) * len(forms), description="Laver døgnskemaer"):
            (out / one.file_name).write_bytes(one.content)
            if one.has_pattern:
                patterned.add(one.case_key)
    console.print(f"{len(wanted) * len(forms)} døgnskemaer i [bold]{escape(str(out))}[/]")
    if round_id is not None:
        console.print(f"Runde {round_id} er åbnet. Se den, og ret fristen, på siderne (bitark serve).")
    if pattern:
        console.print(f"Sager med mønster fra det sidste godkendte skema: {len(patterned)}.")
    raise typer.Exit(PROBLEMS if has_errors(taken.problems) else FINE)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Døgnskemaer, takstskemaer og sagslister.", callback=_file)],
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Mappen til kopier med bemærkninger, én af hver fil med problemer."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Læs skemaer og sagslister, og vis tal og problemer. Intet gemmes, og filerne røres ikke."""
    from workbook_templates.reading import annotated_copies, examine_files

    reports = examine_files(files)
    if as_json:
        shown = [report.as_json() for report in reports]
        _print_json(shown[0] if len(shown) == 1 else shown)
    else:
        for report in reports:
            print_report(console, report)
    if annotate is not None:
        try:
            save_annotated(notes, annotate, annotated_copies(files, reports))
        except FileExistsError as error:
            raise Failure(f"{error.filename} findes allerede. Vælg en anden mappe, eller flyt filen.") from error
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
    from sync.settings import keyed
    from sync.token import KEY_FILE_ENDING

    made = keyed(settings(db))
    own = (f"{made.database}{end}" for end in ("", "-wal", "-shm", KEY_FILE_ENDING))
    files = files_in(paths, own=(*own, made.originals))
    with Progress(console=notes, transient=True) as progress:
        running = collect_files(files, made.database, made.originals, made.limits, processes, made.key)
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
def watch(
    folder: Annotated[Path, typer.Argument(help="Mappen, hvor returnerede filer lægges.", callback=_folder)],
    every: Annotated[float, typer.Option(min=0.1, help="Sekunder mellem hvert kig i mappen.")] = 5,
    once: Annotated[bool, typer.Option("--once", help="Tag det ind, der ligger der nu, og stop.")] = False,
    db: Database = None,
) -> None:
    """Hold øje med en mappe: filer tages ind og flyttes til modtaget eller afvist i mappen. Intet slettes."""
    from sync.collect import outcome_line
    from sync.settings import keyed
    from sync.store import open_store
    from sync.watch import watch as watch_folder
    from workbook_templates.reading import reader_pool

    made = keyed(settings(db))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    looks = iter([False, True])
    console.print(f"Holder øje med [bold]{escape(str(folder))}[/] (stop med Ctrl+C)")
    with (
        closing(open_store(made.database, made.originals, made.key)) as store,
        reader_pool(made.readers, made.limits) as reader,
    ):
        for one in watch_folder(folder, store, reader, made, lambda: stopped.wait(every) or (once and next(looks))):
            console.print(outcome_line(one), highlight=False)


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
    import logging

    from sync.app import create_app, keep_swept
    from sync.services import Services
    from sync.serving import web_server
    from sync.settings import keyed
    from sync.store.database import has_queue

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every upload that waits for a thread
    application = create_app(keyed(made))
    services: Services = application.extensions["bitark"]
    try:
        server = web_server(application, made.max_upload_bytes, host=made.host, port=made.port)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or "adressen findes ikke"
        raise Failure(f"Kan ikke lytte på {made.host}:{made.port} ({reason}). Vælg en anden --port.") from error
    if has_queue(services.store.engine):
        console.print("Modtagne filer læses af [bold]bitark work[/]: mindst én skal køre på den samme database.")
    else:
        threading.Thread(target=keep_swept, args=(application,), daemon=True).start()
    console.print(f"BITark på [bold]http://{made.host}:{made.port}[/] (stop med Ctrl+C)")
    console.print("Der er ingen log-in endnu: alle på denne maskine kan se alt. Vis den ikke for et netværk.")
    server.run()


@app.command("work")
def work_on_queue(
    db: Database = None,
    processes: Annotated[int | None, typer.Option(min=1, help="Processer, der læser samtidig.")] = None,
) -> None:
    """Læs det, der venter i køen på PostgreSQL. Kør lige så mange, I vil, på lige så mange maskiner."""
    from sync import log
    from sync.settings import keyed
    from sync.store import open_store
    from sync.store.database import has_queue
    from workbook_templates.reading import reader_pool

    made = keyed(settings(db))
    with closing(open_store(made.database, made.originals, made.key)) as store:
        if not has_queue(store.engine):
            raise Failure("På SQLite er der ingen kø: bitark serve og bitark collect læser selv med det samme.")
        from sync.jobs import work

        log.set_up()
        log.include_libraries()
        readers = processes or made.readers
        with reader_pool(readers, made.limits) as reader:
            console.print(f"Læser, hvad der venter, {readers} ad gangen (stop med Ctrl+C)")
            work(store, reader, readers)


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
    with closing(open_store(made.database, made.originals)) as store:
        console.print(f"Databasen er opdateret: {escape(location(store.engine))}")


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
        extras = "server,postgres" if missing.name in {"psycopg", "procrastinate"} else "server"
        notes.print(f"{missing.name} mangler. Installér tjenesten: [bold]pip install 'bitark\\[{extras}]'[/]")
        sys.exit(COULD_NOT)
