"""Erasing for good: the rows, the keys, and a line in the log. Every function works within its caller's transaction.

A case is erased in one transaction; only its originals, which nothing opens any more, are removed after that
(`sync.erasure.erase`). So a crash leaves a case that is whole or one that is gone.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Row, Table, delete, func, insert, select, update

from bit_model.effect import months_back
from sync.store import audit
from sync.store.audit import Action
from sync.store.key_owners import key_of_case, key_of_submission
from sync.store.keys import keyring_of
from sync.store.scope import scope_of
from sync.store.tables import (
    CASE,
    ERASED_ORIGINAL,
    ERASURE,
    FILING,
    METADATA,
    ROUND,
    ROUND_CASE,
    SECRET,
    STORED_FILE,
    SUBMISSION,
)


class Hindrance(StrEnum):
    """Why a case is not erased."""

    NO_SUCH_CASE = "no_such_case"
    IN_OPEN_ROUND = "in_open_round"


class DueCase(NamedTuple):
    """A case past its date: the last day that its date is counted from, its files, and whether a round holds it."""

    id: int
    case_key: str
    last_day: dt.date
    files: int
    in_open_round: bool


def due_cases(connection: Connection, today: dt.date, months: int) -> list[DueCase]:
    """The cases that the list no longer has, and that nothing is newer of than so many months, the oldest first."""
    of_files = select(func.max(SUBMISSION.c.period_end)).where(SUBMISSION.c.case_id == CASE.c.id).scalar_subquery()
    of_rounds = (
        select(func.max(ROUND.c.period_end))
        .join(ROUND_CASE, ROUND_CASE.c.round_id == ROUND.c.id)
        .where(ROUND_CASE.c.case_id == CASE.c.id)
        .scalar_subquery()
    )
    files = select(func.count()).where(SUBMISSION.c.case_id == CASE.c.id).scalar_subquery()
    rows = connection.execute(
        select(
            CASE.c.id,
            CASE.c.case_key,
            CASE.c.imported_at,
            of_files.label("of_files"),
            of_rounds.label("of_rounds"),
            files.label("files"),
        ).where(~CASE.c.listed)
    )
    limit, held = months_back(today, months), _in_open_rounds(connection, today)
    found = []
    for row in rows:
        last_day = max(day for day in (row.imported_at.date(), row.of_files, row.of_rounds) if day is not None)
        if last_day <= limit:
            found.append(DueCase(row.id, row.case_key, last_day, row.files, row.id in held))
    return sorted(found, key=lambda one: (one.last_day, one.case_key))


def due_files(connection: Connection, today: dt.date, months: int) -> list[Row[Any]]:
    """Id and first moment of the files that have waited so long without a case, the oldest first."""
    limit = dt.datetime.combine(months_back(today, months), dt.time(), dt.UTC)
    return list(
        connection.execute(
            select(SUBMISSION.c.id, STORED_FILE.c.first_seen)
            .join(STORED_FILE, STORED_FILE.c.sha256 == SUBMISSION.c.sha256)
            .where(SUBMISSION.c.case_id.is_(None), STORED_FILE.c.first_seen < limit)
            .order_by(SUBMISSION.c.id)
        )
    )


def erase_case(
    connection: Connection,
    case_key: str,
    today: dt.date,
    now: dt.datetime,
    reason: str,
    *,
    also_in_rounds: bool = False,
) -> Hindrance | None:
    """Erase a case with its files and all that refers to either; or why not, and then nothing is changed.

    It is locked first: a file that a worker reads for it is either here before, or finds no case and no file.
    """
    row = connection.execute(select(CASE.c.id).where(CASE.c.case_key == case_key).with_for_update()).first()
    if row is None:
        return Hindrance.NO_SUCH_CASE
    if not also_in_rounds and row.id in _in_open_rounds(connection, today):
        return Hindrance.IN_OPEN_ROUND
    one = key_of_case(connection, row.id)
    audit.forget_case(connection, case_key)
    _erase_files(connection, _files_of(connection, row.id, case_key))
    _remove(connection, CASE, CASE.c.id, [row.id])
    connection.execute(delete(SECRET).where(SECRET.c.id == one))
    _note(connection, one, now, reason, is_case=True)
    return None


def erase_file(connection: Connection, submission_id: int, now: dt.datetime, reason: str) -> None:
    """Erase a file that has no case."""
    _hold_files(connection, [submission_id])
    one = key_of_submission(connection, submission_id)
    audit.note(connection, Action.FILE_ERASED, f"submission:{submission_id}")
    _erase_files(connection, [submission_id])
    _note(connection, one, now, reason, is_case=False)


def log(connection: Connection) -> list[Row[Any]]:
    """What was erased, in the order it was."""
    return list(connection.execute(select(ERASURE).order_by(ERASURE.c.id)))


def known_by_key(connection: Connection, secret_ids: Collection[str]) -> tuple[list[str], list[int]]:
    """Keys of the cases and ids of the submissions that are here although they were erased in a newer copy."""
    of_cases = select(CASE.c.case_key).where(CASE.c.secret_id.in_(secret_ids)).order_by(CASE.c.case_key)
    of_files = (
        select(SUBMISSION.c.id)
        .join(STORED_FILE, STORED_FILE.c.sha256 == SUBMISSION.c.sha256)
        .where(STORED_FILE.c.secret_id.in_(secret_ids))
    )
    return list(connection.scalars(of_cases)), list(connection.scalars(of_files))


def _in_open_rounds(connection: Connection, today: dt.date) -> set[int]:
    query = select(ROUND_CASE.c.case_id).join(ROUND, ROUND.c.id == ROUND_CASE.c.round_id)
    return set(connection.scalars(query.where(ROUND.c.deadline >= today, ROUND_CASE.c.withdrawn_at.is_(None))))


def _files_of(connection: Connection, case_id: int, case_key: str) -> list[int]:
    """The submissions of the case, and those without a case that were sent for it or name it."""
    sent_for = (
        select(FILING.c.submission_id)
        .outerjoin(ROUND_CASE, ROUND_CASE.c.id == FILING.c.round_case_id)
        .where((FILING.c.given_case_id == case_id) | (ROUND_CASE.c.case_id == case_id))
    )
    without_case = SUBMISSION.c.case_id.is_(None) & (
        SUBMISSION.c.id.in_(sent_for) | (SUBMISSION.c.case_key == case_key)
    )
    query = select(SUBMISSION.c.id).where((SUBMISSION.c.case_id == case_id) | without_case)
    _hold_files(connection, connection.scalars(query).all())
    return list(connection.scalars(query.order_by(SUBMISSION.c.id).with_for_update()))


def _hold_files(connection: Connection, submission_ids: Sequence[int]) -> None:
    """Hold the files before the submissions' rows, as `submissions.receive` does."""
    theirs = select(SUBMISSION.c.sha256).where(SUBMISSION.c.id.in_(submission_ids))
    files = select(STORED_FILE.c.sha256).where(STORED_FILE.c.sha256.in_(theirs)).order_by(STORED_FILE.c.sha256)
    connection.execute(files.with_for_update()).all()


def _erase_files(connection: Connection, submission_ids: Sequence[int]) -> None:
    query = (
        select(STORED_FILE.c.sha256, STORED_FILE.c.secret_id)
        .join(SUBMISSION, SUBMISSION.c.sha256 == STORED_FILE.c.sha256)
        .where(SUBMISSION.c.id.in_(submission_ids))
    )
    rows = connection.execute(query).all()
    secret_ids = [row.secret_id for row in rows if row.secret_id]
    _remove(connection, STORED_FILE, STORED_FILE.c.sha256, [row.sha256 for row in rows])
    connection.execute(delete(SECRET).where(SECRET.c.id.in_(secret_ids)))
    _to_be_removed(connection, {*secret_ids, *(row.sha256 for row in rows)})


def _note(connection: Connection, one: str, now: dt.datetime, reason: str, *, is_case: bool) -> None:
    """The line in the log; one that is there already, since an older copy is erased again, is enough."""
    keyring_of(connection).forget()
    _to_be_removed(connection, {one})  # no original has that name: it says that something was erased
    if connection.scalar(select(ERASURE.c.id).where(ERASURE.c.secret_id == one)) is None:
        values = {"at": now, "secret_id": one, "is_case": is_case, "reason": reason}
        connection.execute(insert(ERASURE).values(actor=scope_of(connection).actor, **values))


def _to_be_removed(connection: Connection, names: Collection[str]) -> None:
    there = set(connection.scalars(select(ERASED_ORIGINAL.c.name).where(ERASED_ORIGINAL.c.name.in_(names))))
    new = [{"name": name} for name in sorted(set(names) - there)]
    if new:
        connection.execute(insert(ERASED_ORIGINAL), new)


def _remove(connection: Connection, table: Table, column: Column[Any], values: Sequence[Any]) -> None:
    """Remove rows with all that refers to them; where a reference may be empty it is emptied, and its row stays.

    By the tables' own references, so that a table that comes later is not forgotten.
    """
    for other in METADATA.tables.values():
        for reference in other.foreign_keys:
            if reference.column.table is table and reference.parent.name != "authority_id":
                theirs = connection.scalars(select(reference.column).where(column.in_(values))).all()
                if reference.parent.nullable:
                    where = reference.parent.in_(theirs)
                    connection.execute(update(other).where(where).values({reference.parent.name: None}))
                else:
                    _remove(connection, other, reference.parent, theirs)
    connection.execute(delete(table).where(column.in_(values)))
