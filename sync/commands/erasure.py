"""`bitark erase`: what is due, one case, or once more what an older copy brought back."""

import datetime as dt
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from bit_model.checks import masked
from sync.commands.options import Database, console, settings
from sync.failures import Failure

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sync.store.erasing import Hindrance

LOG_KEYS = ("secret_id", "is_case", "at", "actor", "reason")


def erase(
    case: Annotated[str | None, typer.Argument(metavar="[SAG]", help="Nøglen på én sag, der skal slettes.")] = None,
    reason: Annotated[
        str, typer.Option(help="Begrundelsen, uden navne og uden sagens nøgle; den bliver stående.")
    ] = "",
    due: Annotated[bool, typer.Option("--due", help="Slet alt, hvis frist er nået (BITARK_RETENTION_MONTHS).")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Vis kun, hvad --due ville slette.")] = False,
    again: Annotated[
        Path | None, typer.Option(metavar="FIL", help="Slet igen det, der står i en log fra --log.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FIL", help="Gem loggen over det slettede i en fil uden for databasen.")
    ] = None,
    db: Database = None,
) -> None:
    """Slet for altid: nøglen destrueres, og sagens filer, tal, kommentarer og navne fjernes."""
    from sync.authorities import opened
    from sync.erasure import erase as erasing_whole
    from sync.pages import COPENHAGEN
    from sync.store import erasing

    if sum((case is not None, due, again is not None, log is not None)) != 1:
        raise typer.BadParameter("Skriv en sag, --due, --again FIL eller --log FIL, og kun én af dem.")
    if case is not None and (not reason.strip() or masked(reason) != reason or case in reason):
        raise typer.BadParameter("Skriv en --reason uden CPR-nummer, e-mailadresse og sagens nøgle.")
    made, now = settings(db), dt.datetime.now(dt.UTC)
    today = now.astimezone(COPENHAGEN).date()
    with closing(opened(made)) as store:
        if log is not None:
            with store.engine.connect() as connection:
                told = _log(connection)
            log.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            console.print(f"{len(told)} sletninger står i [bold]{escape(str(log))}[/]")
            return
        if again is not None:
            done = erasing_whole.erase_again(store, _ids(again), now, today)
        elif due:
            with store.engine.connect() as connection:
                cases = erasing.due_cases(connection, today, made.retention_months)
                files = [row.id for row in erasing.due_files(connection, today, made.retention_months)]
            if dry_run:
                for one in cases:
                    held = " (står i en åben runde og bliver)" if one.in_open_round else ""
                    console.print(f"{escape(one.case_key)}: {one.files} filer, seneste dag {one.last_day}{held}")
                console.print(f"{len(cases)} sager og {len(files)} filer uden sag. Intet er slettet.")
                return
            keys = [one.case_key for one in cases]
            done = erasing_whole.erase(store, keys, files, now, today, erasing_whole.PAST_ITS_DATE)
        else:
            done = erasing_whole.erase(store, [case or ""], (), now, today, reason.strip())
    console.print(f"Slettet for altid: {done.cases} sager og {done.files} filer uden sag.")
    for key, why in done.kept.items():
        console.print(f"{escape(key)} er ikke slettet: {_why(why)}")
    if done.kept:
        raise typer.Exit(1)


def _why(hindrance: "Hindrance") -> str:
    from sync.store.erasing import Hindrance

    return {
        Hindrance.NO_SUCH_CASE: "databasen har ingen sag med den nøgle. Er den slettet før?",
        Hindrance.IN_OPEN_ROUND: "den står i en åben runde. Tag den ud af runden på siderne, og prøv igen.",
    }[hindrance]


def _log(connection: "Connection") -> list[dict[str, Any]]:
    from sync.store import erasing

    return [
        {key: str(value) if key == "at" else value for key in LOG_KEYS for value in [getattr(row, key)]}
        for row in erasing.log(connection)
    ]


def _ids(file: Path) -> list[str]:
    try:
        return [str(one["secret_id"]) for one in json.loads(file.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, KeyError, UnicodeDecodeError) as error:
        raise Failure(f"{file} er ikke en log fra bitark erase --log. Intet er slettet.") from error
