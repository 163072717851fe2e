"""Commands that keep running: the pages, the queue's worker, and the demonstration that ends in the pages."""

import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.commands.options import Database, console, settings
from sync.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from rich.console import Console

    from sync.settings import Settings


def serve(
    db: Database = None,
    host: Annotated[str | None, typer.Option(help="Adressen; 127.0.0.1 når intet er sagt.")] = None,
    port: Annotated[int | None, typer.Option(help="Porten; 8000 når intet er sagt.")] = None,
) -> None:
    """Vis siderne på denne maskine."""
    given: dict[str, Any] = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    _serve(settings(db, **given), _print_first_link)


def _print_first_link(application: "Flask", console: "Console") -> None:
    """Where an authority has no account yet: the link by which its first one is made."""
    from sync.authorities import of_every_authority
    from sync.commands.users import new_first_link
    from sync.services import Services
    from sync.store.database import writing

    services: Services = application.extensions["bitark"]
    for store in of_every_authority(services.store, "program"):
        with writing(store.engine) as connection:
            link = new_first_link(connection, services.settings)
        if link:
            told = "Der er ingen brugere endnu. Åbn dette link for at lave den første (det virker én gang, i et døgn):"
            console.print(told)
            console.print(f"[bold]{link}[/]", soft_wrap=True, highlight=False)


def _serve(made: "Settings", welcome: "Callable[[Flask, Console], None]") -> None:
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
    welcome(application, console)
    server.run()


def work_on_queue(
    db: Database = None,
    processes: Annotated[int | None, typer.Option(min=1, help="Processer, der læser samtidig.")] = None,
) -> None:
    """Læs det, der venter i køen på PostgreSQL. Kør lige så mange, I vil, på lige så mange maskiner."""
    from sync import log
    from sync.settings import keyed
    from sync.store import open_store
    from sync.store.database import has_queue
    from sync.store.service_role import require_held
    from workbook_templates.reading import reader_pool

    made = keyed(settings(db))
    with closing(open_store(made.database, made.originals, made.key)) as store:
        require_held(store.engine)
        if not has_queue(store.engine):
            raise Failure("På SQLite er der ingen kø: bitark serve og bitark collect læser selv med det samme.")
        from sync.jobs import work

        log.set_up()
        log.include_libraries()
        readers = processes or made.readers
        with reader_pool(readers, made.limits) as reader:
            console.print(f"Læser, hvad der venter, {readers} ad gangen (stop med Ctrl+C)")
            work(store, reader, readers)


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
        from sync.accounts.demo_people import add_people

        given |= {"originals": str(database.parent / "originaler"), "second_factor": "optional"}
        _serve(settings(str(database), **given), add_people)
