"""`bitark audit`: is the chain whole, and what does it say."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from sync.audit.shape import Shape
from sync.commands.options import Database, settings
from sync.failures import Failure

commands = typer.Typer(help="Revisionssporet: hvem gjorde og så hvad.", no_args_is_help=True)


@commands.command()
def verify(
    db: Database = None,
    head: Annotated[
        str | None, typer.Option(metavar="NUMMER:HASH", help="Et hoved fra en tidligere kørsel, gemt et andet sted.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Skriv resultatet som JSON.")] = False,
) -> None:
    """Er kæden hel? Ellers vises det første brudte led: nummer, tidspunkt, og hvad der afviger (exit 1)."""
    from sync.audit.verdict import as_keys, head_of, told
    from sync.authorities import opened
    from sync.store.chain import verify as verify_chain

    kept, made = head_of(head), settings(db)
    _there(made.database)
    with closing(opened(made)) as store, store.engine.connect() as connection:
        verdict = verify_chain(connection, kept)
    if as_json:
        sys.stdout.write(json.dumps(as_keys(verdict), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(told(verdict, kept) + "\n")
    raise typer.Exit(0 if verdict.broken is None else 1)


@commands.command()
def show(
    case: Annotated[str | None, typer.Option(help="Kun poster om denne sag.")] = None,
    shape: Annotated[Shape, typer.Option("--as", help="Som læselige sætninger, CSV eller JSON, én post pr. linje.")] = (
        Shape.SENTENCES
    ),
    out: Annotated[Path | None, typer.Option(help="Filen, der skal laves; ellers vises posterne her.")] = None,
    db: Database = None,
) -> None:
    """Vis eller hent revisionssporet, ældste post først. At det blev hentet, er selv en post."""
    from sync.audit.export import lines
    from sync.audit.reading import seen
    from sync.authorities import opened
    from sync.store import audit
    from sync.store.audit import Action

    if out is not None and out.exists():
        raise Failure(f"{out} findes allerede. Vælg et andet navn, eller flyt filen.")
    made = settings(db)
    _there(made.database)
    with closing(opened(made)) as store:
        with store.engine.connect() as connection:
            known = case is not None and any(audit.entries(connection, case, limit=1))
        seen(store, Action.AUDIT_EXPORTED, case=case if case and known else "", form=shape)
        with store.engine.connect() as connection, audit.entries(connection, case) as found:
            if out is None:
                sys.stdout.writelines(lines(found, shape))
                return
            with out.open("w", encoding="utf-8-sig" if shape is Shape.CSV else "utf-8", newline="") as file:
                file.writelines(lines(found, shape))
    sys.stdout.write(f"Revisionsspor: {out}\n")


def _there(database: str) -> None:
    """An empty database is not made just to be looked at."""
    if "://" not in database and not Path(database).exists():
        raise Failure(f"Der er ingen database i {database}. Er det den rigtige --db?")
