"""Commands that read what comes back: to look at it, to take it in, to watch for it."""

import signal
import threading
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from sync.commands.options import (
    COULD_NOT,
    FINE,
    PROBLEMS,
    AsJson,
    Database,
    console,
    existing,
    existing_file,
    existing_folder,
    notes,
    print_json,
    settings,
)
from sync.failures import Failure
from workbook_templates.problems import has_errors
from workbook_templates.terminal import print_report, save_annotated


def check(
    files: Annotated[
        list[Path], typer.Argument(help="Døgnskemaer, takstskemaer og sagslister.", callback=existing_file)
    ],
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
        print_json(shown[0] if len(shown) == 1 else shown)
    else:
        for report in reports:
            print_report(console, report)
    if annotate is not None:
        try:
            save_annotated(notes, annotate, annotated_copies(files, reports))
        except FileExistsError as error:
            raise Failure(f"{error.filename} findes allerede. Vælg en anden mappe, eller flyt filen.") from error
    raise typer.Exit(PROBLEMS if any(has_errors(report.problems) for report in reports) else FINE)


def collect(
    paths: Annotated[list[Path], typer.Argument(help="Filer eller mapper med returnerede skemaer.", callback=existing)],
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
        running = collect_files(files, made.database, made.originals, made.limits, processes, made.key, made.authority)
        taken = list(progress.track(running, total=len(files), description="Læser returnerede skemaer"))
    taken.sort(key=lambda one: files.index(one.path))
    if as_json:
        print_json([one.as_json() for one in taken])
    else:
        console.print(outcome_table(taken))
    if any(one.ingested is None for one in taken):
        raise typer.Exit(COULD_NOT)
    raise typer.Exit(PROBLEMS if any(one.ingested and one.ingested.errors for one in taken) else FINE)


def watch(
    folder: Annotated[Path, typer.Argument(help="Mappen, hvor returnerede filer lægges.", callback=existing_folder)],
    every: Annotated[float, typer.Option(min=0.1, help="Sekunder mellem hvert kig i mappen.")] = 5,
    once: Annotated[bool, typer.Option("--once", help="Tag det ind, der ligger der nu, og stop.")] = False,
    db: Database = None,
) -> None:
    """Hold øje med en mappe: filer tages ind og flyttes til modtaget eller afvist i mappen. Intet slettes."""
    from sync.authorities import opened
    from sync.collect import outcome_line
    from sync.settings import keyed
    from sync.watch import watch as watch_folder
    from workbook_templates.reading import reader_pool

    made = keyed(settings(db))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    looks = iter([False, True])
    console.print(f"Holder øje med [bold]{escape(str(folder))}[/] (stop med Ctrl+C)")
    with (
        closing(opened(made)) as store,
        reader_pool(made.readers, made.limits) as reader,
    ):
        for one in watch_folder(folder, store, reader, made, lambda: stopped.wait(every) or (once and next(looks))):
            console.print(outcome_line(one), highlight=False)
