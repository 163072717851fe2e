"""`bitark key`: another master key, and encryption of what was there before there were keys."""

import os
from contextlib import closing

import typer

from sync.commands.options import Database, console, settings
from sync.failures import Failure
from sync.token import KEY_BYTES

commands = typer.Typer(help="Nøglerne, som filer og tekster er krypteret med.", no_args_is_help=True)
NEW_SETTING = "BITARK_NEW_MASTER_KEY"


@commands.command()
def rotate(db: Database = None) -> None:
    """Skift hovednøglen. Stands tjenesten først; kan køres igen, hvis den blev afbrudt.

    Står den i BITARK_MASTER_KEY, tages den nye fra BITARK_NEW_MASTER_KEY; ellers laves en ny fil ved databasen.
    """
    from sync.master_key import NEW_ENDING, key_bytes, master_file, master_key
    from sync.store.authorities import authorities
    from sync.store.database import has_queue, open_database, require_current, upgrade, writing
    from sync.store.keys import change_master
    from sync.store.scope import NOBODY, OPTION, Scope
    from sync.token import make_key_file

    made = settings(db)
    old = master_key(made.database, made.master_key.get_secret_value(), is_new=False)
    kept_in_file = not made.master_key.get_secret_value()
    file = master_file(made.database)
    waiting = file.with_name(f"{file.name}{NEW_ENDING}")
    if kept_in_file:
        if not waiting.exists():
            make_key_file(waiting)
        new = waiting.read_text("ascii").strip()
    else:
        new = os.environ.get(NEW_SETTING, "")
    if len(new) < KEY_BYTES or new == old:
        raise Failure(f"Sæt {NEW_SETTING} til en ny, tilfældig tekst på mindst {KEY_BYTES} tegn. Intet er ændret.")
    engine = open_database(made.database)
    try:
        (require_current if has_queue(engine) else upgrade)(engine)
        with engine.execution_options(**{OPTION: NOBODY}).connect() as connection:
            numbers = [row.id for row in authorities(connection)]
        done = 0
        for number in numbers:
            with writing(engine.execution_options(**{OPTION: Scope(number, actor="command")})) as connection:
                done += change_master(connection, key_bytes(old), key_bytes(new))
    finally:
        engine.dispose()
    if kept_in_file:
        waiting.replace(file)
        console.print(f"Hovednøglen er skiftet: {done} nøgler er pakket om. Tag en ny kopi af nøglefilen.")
    else:
        console.print(f"{done} nøgler er pakket om. Sæt nu BITARK_MASTER_KEY til den nye alle steder, og start igen.")


@commands.command()
def encrypt(db: Database = None) -> None:
    """Krypter det, der blev gemt, før der var nøgler: originaler og tekster. Kan køres igen."""
    from sync.encryption import encrypt_all
    from sync.store import open_store

    made = settings(db)
    with closing(open_store(made.database, made.originals)) as store:
        files, rows = encrypt_all(store)
    console.print(f"Krypteret: {files} originaler og {rows} rækker.")
