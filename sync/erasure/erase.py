"""Erasing with all that comes after the transaction: originals removed, the database's own leftovers cleaned away.

Each step can be repeated. What a crash left is finished by the next erasure or by whoever sweeps.
"""

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import OperationalError

from sync.store import Store, erasing
from sync.store.database import writing
from sync.store.erasing import Hindrance
from sync.store.tables import ERASED_ORIGINAL, METADATA, SECRET

PAST_ITS_DATE = "Opbevaringsfristen er udløbet"
EMPTY_THE_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
LOCK_SECONDS = 5
"""How long others wait at most, who need the keys meanwhile."""
AGAIN = "Slettet igen efter gendannelse"


class Erased(NamedTuple):
    """How many cases and caseless files were erased, and by key why a case was not."""

    cases: int
    files: int
    kept: dict[str, Hindrance]


def erase(
    store: Store,
    case_keys: Iterable[str],
    submission_ids: Collection[int],
    now: dt.datetime,
    today: dt.date,
    reason: str,
    *,
    also_in_rounds: bool = False,
) -> Erased:
    """Erase cases and files without a case, one transaction each.

    Raises `OriginalUnavailable`: what was erased cannot be read all the same, and its originals are removed later.
    """
    kept: dict[str, Hindrance] = {}
    cases = 0
    for key in case_keys:
        with writing(store.engine) as connection:
            why = erasing.erase_case(connection, key, today, now, reason, also_in_rounds=also_in_rounds)
        if why is None:
            cases += 1
        else:
            kept[key] = why
    for submission_id in submission_ids:
        with writing(store.engine) as connection:
            erasing.erase_file(connection, submission_id, now, reason)
    complete(store)
    return Erased(cases, len(submission_ids), kept)


def erase_again(store: Store, secret_ids: Collection[str], now: dt.datetime, today: dt.date) -> Erased:
    """Erase what is here again after an older copy was put back; by the ids in the log of the newer one."""
    with store.engine.connect() as connection:
        case_keys, _ = erasing.known_by_key(connection, secret_ids)
    done = erase(store, case_keys, (), now, today, AGAIN, also_in_rounds=True)
    with store.engine.connect() as connection:
        _, files = erasing.known_by_key(connection, secret_ids)
    return done._replace(files=erase(store, (), files, now, today, AGAIN).files)


def complete(store: Store) -> None:
    """Do what comes after the transactions of erasures, where anything is left of it."""
    with store.engine.connect() as connection:
        left = connection.scalars(select(ERASED_ORIGINAL.c.name)).all()
    if not left:
        return
    for name in left:
        store.originals.delete(name)
    if not clean(store.engine):
        return
    with writing(store.engine) as connection:
        connection.execute(delete(ERASED_ORIGINAL).where(ERASED_ORIGINAL.c.name.in_(left)))
    if store.engine.dialect.name == "sqlite":
        _told_of_sqlite(store.engine, EMPTY_THE_LOG)


def clean(engine: Engine) -> bool:
    """Have the database write over what was deleted; False where others kept it from that just now.

    Of PostgreSQL only the keys' table is written anew, without which the rest is of no use; of the others the dead rows
    are freed. A role that does not own the tables leaves that to autovacuum.
    """
    if engine.dialect.name == "postgresql":
        others = ", ".join(f'"{table.name}"' for table in METADATA.tables.values() if table is not SECRET)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
            try:
                connection.execute(text(f"VACUUM (FULL) {SECRET.name}"))
                connection.execute(text(f"VACUUM {others}"))
            except OperationalError:
                return False
            finally:
                connection.execute(text("RESET lock_timeout"))
        return True
    return _told_of_sqlite(engine, "VACUUM", EMPTY_THE_LOG)


def _told_of_sqlite(engine: Engine, *statements: str) -> bool:
    """Outside of any transaction; False where the file is in use."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - the connection is open
        try:
            for statement in statements:
                driver.execute(statement).fetchall()
        except sqlite3.OperationalError:
            return False
    return True
