"""Encryption of what was stored before there were keys. A step can be repeated, and what is done is left alone."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Row, select, update

from sync.erasure.erase import clean
from sync.files import SHA256
from sync.store import Store
from sync.store.database import writing
from sync.store.key_owners import give_to_case, key_of_case, key_of_submission
from sync.store.originals import PLACE
from sync.store.secrets import is_sealed, seal, sealed
from sync.store.tables import CASE, DETAIL, FILE_ACT, ROUND_CASE, STORED_FILE, SUBMISSION

ROWS_AT_ONCE = 200
KeyOf = Callable[[Connection, Row[Any]], str]
TEXTS: tuple[tuple[Column[Any], Column[Any], str, KeyOf], ...] = (
    (CASE.c.record, CASE.c.id, "case_key", lambda c, row: key_of_case(c, row.id)),
    *(
        (column, DETAIL.c.submission_id, "submission_id", lambda c, row: key_of_submission(c, row.submission_id))
        for column in (DETAIL.c.report, DETAIL.c.header, DETAIL.c.rows, DETAIL.c.sums, DETAIL.c.entries)
    ),
    (FILE_ACT.c.comment, FILE_ACT.c.id, "submission_id", lambda c, row: key_of_submission(c, row.submission_id)),
    (ROUND_CASE.c.withdrawn_reason, ROUND_CASE.c.id, "id", lambda c, row: key_of_case(c, row.case_id)),
)
"""Sealed column, the column that finds its row, what says which row it is (as when it is opened), and whose key."""


def encrypt_all(store: Store) -> tuple[int, int]:
    """Seal all that is plain, and say how many originals and how many values of rows that were."""
    with store.engine.connect() as connection:
        submissions = connection.execute(select(SUBMISSION.c.id, SUBMISSION.c.case_id)).all()
    for start in range(0, len(submissions), ROWS_AT_ONCE):
        with writing(store.engine) as connection:
            for row in submissions[start : start + ROWS_AT_ONCE]:
                give_to_case(connection, row.id, row.case_id)
    values = sum(_texts(store, *one) for one in TEXTS)
    files = _originals(store)
    clean(store.engine)
    return files, values


def _texts(store: Store, column: Column[Any], by: Column[Any], which: str, key_of: KeyOf) -> int:
    with store.engine.connect() as connection:
        ids = [
            one for one, value in connection.execute(select(by, column)) if value is not None and not is_sealed(value)
        ]
    for start in range(0, len(ids), ROWS_AT_ONCE):
        with writing(store.engine) as connection:
            query = select(column.table).where(by.in_(ids[start : start + ROWS_AT_ONCE])).with_for_update()
            for row in connection.execute(query).all():
                plain = getattr(row, column.name)
                if plain is None or is_sealed(plain):
                    continue
                value = plain if column is DETAIL.c.entries else orjson.loads(plain)
                told = seal(connection, key_of(connection, row), column, getattr(row, which), value)
                here = by == getattr(row, by.name)
                connection.execute(update(column.table).where(here).values({column.name: told}))
    return len(ids)


def _originals(store: Store) -> int:
    done = 0
    for name in [name for name, _ in store.originals.all() if SHA256.fullmatch(name)]:
        with store.engine.connect() as connection:
            query = select(STORED_FILE.c.secret_id).where(STORED_FILE.c.sha256 == name)
            secret_id = connection.scalar(query)
            keys = store.keyring.keys(connection, [secret_id] if secret_id else [])
        if secret_id in keys:
            store.originals.replace(secret_id, sealed(secret_id, keys[secret_id], store.originals.get(name), PLACE))
            store.originals.delete(name)
            done += 1
    return done
