"""Where received files belong, and what people did about them. Every function works within its caller's transaction."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, update

from sync.store.submissions import FIRST_NAME, Received
from sync.store.tables import (
    CASE,
    DETAIL,
    FILE_ACT,
    FILING,
    RECEIPT,
    ROUND,
    ROUND_CASE,
    SUBMISSION,
    UNFINISHED,
    Act,
    Status,
)

_OF_FILE = (
    select(FILING, *(CASE.c.case_key.label("given"),))
    .outerjoin(CASE, CASE.c.id == FILING.c.given_case_id)
    .where(FILING.c.submission_id == bindparam("submission_id"))
)
_WAITING = (SUBMISSION.c.status == Status.REFUSED) & SUBMISSION.c.case_id.is_(None)


class Deed(NamedTuple):
    """What a person does about a file: the act, the person's function, and why. An accepted warning has its place."""

    act: Act
    role: str
    comment: str = ""
    code: str = ""
    sheet: str = ""
    cell: str = ""


def filing(connection: Connection, submission_id: int) -> Row[Any] | None:
    """Where the file was filed, with the key of the case it was given, or None."""
    return connection.execute(_OF_FILE, {"submission_id": submission_id}).first()


def came_by(
    connection: Connection, received: Received, round_case_id: int | None, now: dt.datetime, status: Status
) -> bool:
    """Note by which link a file came (None: by none); True where it is to be read again for its new way, from `status`.

    So is a file without a case, and one that is still to be read where it came by no link before. A file that has a
    case already stays there, whichever way its bytes come again. The submission's row is locked before.
    """
    if received.is_new and round_case_id is None:
        return False
    if not received.is_new and not _is_new_way(connection, received, round_case_id):
        return False
    case_id = select(ROUND_CASE.c.case_id).where(ROUND_CASE.c.id == round_case_id).scalar_subquery()
    values = {"by_link": round_case_id is not None, "given_case_id": case_id, "dismissed": False}
    _file(connection, received.submission_id, round_case_id=round_case_id, **values)
    if not received.is_new:
        to_be_read(connection, received.submission_id, now, status)
    return not received.is_new


def file_in_round(connection: Connection, submission_id: int, round_case_id: int | None) -> None:
    """File a submission in a round, or in none."""
    _file(connection, submission_id, round_case_id=round_case_id)


def give_case(
    connection: Connection, submission_id: int, case_id: int, deed: Deed, now: dt.datetime, status: Status
) -> None:
    """A person says which case a file is for; it is then to be read again, from `status`."""
    _file(connection, submission_id, given_case_id=case_id, by_link=False, dismissed=False)
    note(connection, submission_id, deed, now)
    to_be_read(connection, submission_id, now, status)


def dismiss(connection: Connection, submission_id: int, deed: Deed, now: dt.datetime) -> None:
    """A person takes a file out of the tray, or puts it back (`Act.TAKEN_BACK`)."""
    _file(connection, submission_id, dismissed=deed.act is Act.DISMISSED)
    note(connection, submission_id, deed, now)


def note(connection: Connection, submission_id: int, deed: Deed, now: dt.datetime) -> None:
    """Write what was done about a file. Nothing is ever changed or removed."""
    connection.execute(insert(FILE_ACT), {"submission_id": submission_id, "at": now, **deed._asdict()})


def acts(connection: Connection, submission_ids: Iterable[int]) -> list[Row[Any]]:
    """What was done about the files, in the order it was done."""
    return list(
        connection.execute(
            select(FILE_ACT).where(FILE_ACT.c.submission_id.in_(list(submission_ids))).order_by(FILE_ACT.c.id)
        )
    )


def to_be_read(connection: Connection, submission_id: int, now: dt.datetime, status: Status) -> None:
    """Set a file back to `status`, one of the unfinished: whoever asked reads it, or the sweeper or a worker does."""
    connection.execute(delete(DETAIL).where(DETAIL.c.submission_id == submission_id))
    connection.execute(update(SUBMISSION).where(SUBMISSION.c.id == submission_id).values(status=status, status_at=now))


def tray(connection: Connection, *, dismissed: bool = False) -> list[Row[Any]]:
    """The files without a case that wait for a person, oldest first; or those that were dismissed, newest first."""
    is_dismissed = exists().where(FILING.c.submission_id == SUBMISSION.c.id, FILING.c.dismissed)
    order = SUBMISSION.c.id.desc() if dismissed else SUBMISSION.c.id
    return list(
        connection.execute(
            select(SUBMISSION, RECEIPT.c.file_name, RECEIPT.c.first_at, DETAIL.c.header, DETAIL.c.report)
            .join(FIRST_NAME, FIRST_NAME.c.submission_id == SUBMISSION.c.id)
            .join(RECEIPT, RECEIPT.c.id == FIRST_NAME.c.id)
            .outerjoin(DETAIL, DETAIL.c.submission_id == SUBMISSION.c.id)
            .where(_WAITING, is_dismissed if dismissed else ~is_dismissed)
            .order_by(order)
        )
    )


def in_tray(connection: Connection) -> int:
    """How many files wait for a person."""
    is_dismissed = exists().where(FILING.c.submission_id == SUBMISSION.c.id, FILING.c.dismissed)
    return connection.scalar(select(func.count()).select_from(SUBMISSION).where(_WAITING, ~is_dismissed)) or 0


def waits_for_a_case(connection: Connection, submission_id: int, *, lock: bool = False) -> bool:
    """True for a file that no case is known for, dismissed or not; with `lock` its row is held (`submissions.held`)."""
    query = select(SUBMISSION.c.id).where(SUBMISSION.c.id == submission_id, _WAITING)
    return connection.scalar(query.with_for_update() if lock else query) is not None


def of_round_case(connection: Connection, round_case_id: int) -> list[Row[Any]]:
    """The submissions filed at a case in a round, newest first, each with its first name and its report."""
    return list(
        connection.execute(
            select(SUBMISSION, RECEIPT.c.file_name, RECEIPT.c.first_at, DETAIL.c.report)
            .join(FILING, FILING.c.submission_id == SUBMISSION.c.id)
            .join(FIRST_NAME, FIRST_NAME.c.submission_id == SUBMISSION.c.id)
            .join(RECEIPT, RECEIPT.c.id == FIRST_NAME.c.id)
            .outerjoin(DETAIL, DETAIL.c.submission_id == SUBMISSION.c.id)
            .where(FILING.c.round_case_id == round_case_id)
            .order_by(SUBMISSION.c.id.desc())
        )
    )


def round_of(connection: Connection, submission_id: int) -> Row[Any] | None:
    """The round that a submission is filed in, with the case's key, or None."""
    return connection.execute(
        select(ROUND, CASE.c.case_key)
        .join(ROUND_CASE, ROUND_CASE.c.round_id == ROUND.c.id)
        .join(FILING, FILING.c.round_case_id == ROUND_CASE.c.id)
        .join(CASE, CASE.c.id == ROUND_CASE.c.case_id)
        .where(FILING.c.submission_id == submission_id)
    ).first()


def newest_beside(connection: Connection, submission_id: int) -> int | None:
    """The newest submission where this one is filed: its case in its round, or its case where it is in none."""
    filed = filing(connection, submission_id)
    if filed is not None and filed.round_case_id is not None:
        newest = select(func.max(FILING.c.submission_id)).where(FILING.c.round_case_id == filed.round_case_id)
    else:
        own_case = select(SUBMISSION.c.case_id).where(SUBMISSION.c.id == submission_id).scalar_subquery()
        newest = select(func.max(SUBMISSION.c.id)).where(SUBMISSION.c.case_id == own_case)
    found: int | None = connection.scalar(newest)
    return found


def given(connection: Connection, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases that a file was given, also one that is still to be read for it."""
    return set(connection.scalars(select(FILING.c.given_case_id).where(FILING.c.given_case_id.in_(list(case_ids)))))


def _is_new_way(connection: Connection, received: Received, round_case_id: int | None) -> bool:
    known = filing(connection, received.submission_id)
    if received.status in UNFINISHED:
        return round_case_id is not None and known is None
    by_other_way = round_case_id is not None or (known is not None and known.by_link)
    return by_other_way and received.status is Status.REFUSED and not _has_case(connection, received.submission_id)


def _has_case(connection: Connection, submission_id: int) -> bool:
    return connection.scalar(select(SUBMISSION.c.case_id).where(SUBMISSION.c.id == submission_id)) is not None


def _file(connection: Connection, submission_id: int, **values: Any) -> None:
    changed = connection.execute(update(FILING).where(FILING.c.submission_id == submission_id).values(**values))
    if not changed.rowcount:
        whole = {"by_link": False, "dismissed": False, **values}
        connection.execute(insert(FILING).values(submission_id=submission_id, **whole))
