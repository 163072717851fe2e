"""Received files and what became of them. Every function works within its caller's transaction."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, text, update

from sync.store import audit
from sync.store.audit import Action
from sync.store.columns import Sealed
from sync.store.key_owners import give_to_case
from sync.store.originals import Kept
from sync.store.secrets import opened, seal
from sync.store.tables import CASE, DETAIL, FILING, RECEIPT, ROUND_CASE, STORED_FILE, SUBMISSION, UNFINISHED, Status

FIRST_NAME = (
    select(RECEIPT.c.submission_id, func.min(RECEIPT.c.id).label("id")).group_by(RECEIPT.c.submission_id).subquery()
)
"""By submission the receipt with the name that its bytes first came under."""

# Built once: SQLAlchemy takes longer to put these together than SQLite takes to answer them.
_FILE = select(STORED_FILE.c.sha256).where(STORED_FILE.c.sha256 == bindparam("sha256")).with_for_update()
_SAME_BYTES = (
    select(SUBMISSION)
    .where(SUBMISSION.c.sha256 == bindparam("sha256"))
    .order_by(SUBMISSION.c.case_id.is_(None), SUBMISSION.c.id)
    .limit(1)
    .with_for_update()
)
_OF_ANYBODY = _SAME_BYTES.where((SUBMISSION.c.sent_by == "") | SUBMISSION.c.case_id.is_not(None))
_ITS_CASES = select(CASE.c.id).where(CASE.c.provider == bindparam("sender"))
_OF_PROVIDER = _SAME_BYTES.where(
    (SUBMISSION.c.sent_by == bindparam("sender")) & SUBMISSION.c.case_id.is_(None)
    | SUBMISSION.c.case_id.in_(_ITS_CASES)
)
_HELD = select(SUBMISSION).where(SUBMISSION.c.id == bindparam("submission_id")).with_for_update()
_SENDER = select(SUBMISSION.c.sent_by).where(SUBMISSION.c.id == bindparam("submission_id"))
_OF_CASE = (
    select(SUBMISSION.c.id, SUBMISSION.c.version, SUBMISSION.c.counts)
    .where(SUBMISSION.c.case_id == bindparam("of_case"))
    .order_by(SUBMISSION.c.id.desc())
)
_NO_LONGER_COUNTS = (
    update(SUBMISSION).where(SUBMISSION.c.case_id == bindparam("of_case"), SUBMISSION.c.counts).values(counts=False)
)
_FINISHED = update(SUBMISSION).where(SUBMISSION.c.id == bindparam("submission_id"))
_ADD_FILE = text(
    "INSERT INTO stored_file (sha256, size_bytes, first_seen, secret_id) "
    "VALUES (:sha256, :size_bytes, :first_seen, :secret_id) ON CONFLICT DO NOTHING"
).bindparams(bindparam("first_seen", type_=STORED_FILE.c.first_seen.type))
"""As text, since SQLAlchemy has the same words for SQLite and for PostgreSQL in two places."""
_ADD_RECEIPT, _ADD_DETAIL = insert(RECEIPT), insert(DETAIL)
_ADD_SUBMISSION = insert(SUBMISSION).returning(SUBMISSION.c.id)
_NOT_READ = {"counts": False, "entry_count": 0, "errors": 0, "warnings": 0}


class Received(NamedTuple):
    """A submission as it stands, from the arrival of its bytes on; `is_new` is False when they were here before.

    `sha256` is filled in on arrival only.
    """

    submission_id: int
    status: Status
    version: int | None
    case_key: str | None
    errors: int
    warnings: int
    is_new: bool
    sha256: str = ""


def receive(
    connection: Connection,
    kept: Kept,
    size_bytes: int,
    file_name: str,
    now: dt.datetime,
    status: Status,
    *,
    sender: str = "",
    way: str = "",
) -> Received | None:
    """Note that stored bytes arrived under a name. The same bytes are the same submission, also when sent at once.

    `way` is `page` or `api` where who acts does not tell it already, as a link, the folder and the mailbox do.
    `status` is what a new submission begins with: `RECEIVED` where it waits to be read, `READING` where it is read now.
    What a provider sends (`sender`) is the same only as what is its own or its cases': that another sent the same bytes
    it must not learn, and it gets a submission of its own. None where bytes that were known have been erased meanwhile:
    then they are to be kept anew.
    """
    sha256 = kept.sha256
    file = {"sha256": sha256, "size_bytes": size_bytes, "first_seen": now, "secret_id": kept.secret_id}
    known = None
    if kept.secret_id is None or not connection.execute(_ADD_FILE, file).rowcount:
        held_file = connection.execute(_FILE, {"sha256": sha256})  # so that two who send the bytes at once make one row
        if held_file.first() is None:
            return None
        same, asked = (_OF_PROVIDER, {"sender": sender}) if sender else (_OF_ANYBODY, {})
        known = connection.execute(same, {"sha256": sha256, **asked}).first()
    if known is None:
        values = {"sha256": sha256, "sent_by": sender, "status": status, "status_at": now, **_NOT_READ}
        submission_id = connection.execute(_ADD_SUBMISSION, values).scalar_one()
        _add_receipt(connection, submission_id, file_name, now)
        audit.note(connection, Action.FILE_RECEIVED, f"submission:{submission_id}", way=way, again=False)
        return Received(submission_id, status, None, None, 0, 0, is_new=True, sha256=sha256)
    audit.note(connection, Action.FILE_RECEIVED, f"submission:{known.id}", way=way, again=True)
    again = connection.execute(
        update(RECEIPT)
        .where(RECEIPT.c.submission_id == known.id, RECEIPT.c.file_name.in_((file_name, "")))
        .values(file_name=file_name, times=RECEIPT.c.times + 1, last_at=now)
    )
    if not again.rowcount:
        _add_receipt(connection, known.id, file_name, now)
    return as_received(known, is_new=False)._replace(sha256=sha256)


def as_received(kept: Row[Any], *, is_new: bool) -> Received:
    """A submission's row as it stands."""
    status = Status(kept.status)
    return Received(kept.id, status, kept.version, kept.case_key, kept.errors, kept.warnings, is_new=is_new)


def held(connection: Connection, submission_id: int) -> Row[Any] | None:
    """One submission, on PostgreSQL locked until the transaction ends. None where it was erased.

    Who locks its case too does that before, so that two who want both never wait for each other.
    """
    return connection.execute(_HELD, {"submission_id": submission_id}).first()


def sender_of(connection: Connection, submission_id: int) -> str:
    """The provider that sent a submission as its own, empty where others did, or where it was erased."""
    return connection.execute(_SENDER, {"submission_id": submission_id}).scalar_one_or_none() or ""


def finish(
    connection: Connection, submission_id: int, summary: Mapping[str, Any], detail: Mapping[str, Any], now: dt.datetime
) -> int | None:
    """Write what was read and return the version, None where no case is known.

    A case's versions are numbered in the order they were received, and the newest without errors counts. The rows of
    the submission and of a known case are locked before.
    """
    case_id, counts, version = summary["case_id"], False, None
    if case_id is not None:
        others = [row for row in connection.execute(_OF_CASE, {"of_case": case_id}) if row.id != submission_id]
        later = [row for row in others if row.id > submission_id]
        for row in later:  # received after this one, but read before it
            connection.execute(update(SUBMISSION).where(SUBMISSION.c.id == row.id).values(version=row.version + 1))
        version = len(others) - len(later) + 1
        counts = summary["status"] is Status.ACCEPTED and not any(row.counts for row in later)
        if counts and any(row.counts for row in others):
            connection.execute(_NO_LONGER_COUNTS, {"of_case": case_id})
    told = {**summary, "version": version, "counts": counts, "status_at": now, "submission_id": submission_id}
    connection.execute(_FINISHED, told)
    one = give_to_case(connection, submission_id, case_id)
    texts = {name: seal(connection, one, DETAIL.c[name], submission_id, value) for name, value in detail.items()}
    connection.execute(_ADD_DETAIL, {"submission_id": submission_id, **texts})
    found = {"status": summary["status"], "version": version} | {name: summary[name] for name in ("errors", "warnings")}
    case_key = "" if case_id is None else summary["case_key"]
    audit.note(connection, Action.FILE_RESULT, f"submission:{submission_id}", case=case_key, **found)
    return version


def read_again(connection: Connection, case_keys: list[str], now: dt.datetime) -> list[int]:
    """Mark as received the submissions that were refused because no case had their key, and return their ids.

    What a person has dismissed is left alone.
    """
    dismissed = exists().where(FILING.c.submission_id == SUBMISSION.c.id, FILING.c.dismissed)
    found = connection.scalars(
        select(SUBMISSION.c.id).where(
            SUBMISSION.c.case_id.is_(None),
            SUBMISSION.c.status == Status.REFUSED,
            SUBMISSION.c.case_key.in_(case_keys),
            ~dismissed,
        )
    ).all()
    if found:
        connection.execute(delete(DETAIL).where(DETAIL.c.submission_id.in_(found)))
        connection.execute(
            update(SUBMISSION).where(SUBMISSION.c.id.in_(found)).values(status=Status.RECEIVED, status_at=now)
        )
    return list(found)


def unfinished(connection: Connection, before: dt.datetime) -> list[Row[Any]]:
    """Id, SHA-256 and newest file name of what is received, and of what has been in reading since `before`."""
    return list(
        connection.execute(
            select(SUBMISSION.c.id, SUBMISSION.c.sha256, func.max(RECEIPT.c.file_name).label("file_name"))
            .join(RECEIPT, RECEIPT.c.submission_id == SUBMISSION.c.id)
            .where(
                (SUBMISSION.c.status == Status.RECEIVED)
                | (SUBMISSION.c.status == Status.READING) & (SUBMISSION.c.status_at < before)
            )
            .group_by(SUBMISSION.c.id, SUBMISSION.c.sha256)
            .order_by(SUBMISSION.c.id)
        )
    )


def waiting(connection: Connection, submission_id: int) -> tuple[str, str] | None:
    """SHA-256 and newest file name of a submission, None where it has been read."""
    row = connection.execute(
        select(SUBMISSION.c.sha256, func.max(RECEIPT.c.file_name))
        .join(RECEIPT, RECEIPT.c.submission_id == SUBMISSION.c.id)
        .where(SUBMISSION.c.id == submission_id, SUBMISSION.c.status.in_(UNFINISHED))
        .group_by(SUBMISSION.c.sha256)
    ).first()
    return None if row is None else (row[0], row[1])


def received_files(connection: Connection, limit: int | None = None) -> list[Row[Any]]:
    """Every received file, newest first: one row per name that bytes came under, also the refused and the repeated."""
    return list(
        connection.execute(
            select(
                RECEIPT.c.file_name,
                RECEIPT.c.times,
                RECEIPT.c.first_at,
                RECEIPT.c.last_at,
                STORED_FILE.c.sha256,
                STORED_FILE.c.size_bytes,
                SUBMISSION.c.id,
                SUBMISSION.c.status,
                SUBMISSION.c.case_key,
                SUBMISSION.c.case_id,
                SUBMISSION.c.version,
                SUBMISSION.c.counts,
                SUBMISSION.c.template,
                SUBMISSION.c.period_start,
                SUBMISSION.c.period_end,
                SUBMISSION.c.entry_count,
                SUBMISSION.c.errors,
                SUBMISSION.c.warnings,
                func.min(RECEIPT.c.id).over(partition_by=RECEIPT.c.submission_id).label("first_receipt"),
                RECEIPT.c.id.label("receipt_id"),
            )
            .join(SUBMISSION, SUBMISSION.c.id == RECEIPT.c.submission_id)
            .join(STORED_FILE, STORED_FILE.c.sha256 == SUBMISSION.c.sha256)
            .order_by(RECEIPT.c.last_at.desc(), RECEIPT.c.id.desc())
            .limit(limit)
        )
    )


def newest(
    connection: Connection,
    limit: int,
    before: int | None = None,
    case_key: str | None = None,
    *,
    status: Status | None = None,
    round_id: int | None = None,
) -> list[Row[Any]]:
    """Submissions with an id below `before`, newest first, each with the name it first came under and when."""
    receipt = RECEIPT.alias()
    first = select(func.min(receipt.c.id)).where(receipt.c.submission_id == SUBMISSION.c.id).scalar_subquery()
    query = (
        select(SUBMISSION, RECEIPT.c.file_name, RECEIPT.c.first_at)
        .select_from(SUBMISSION)
        .join(RECEIPT, RECEIPT.c.id == first)
        .order_by(SUBMISSION.c.id.desc())
        .limit(limit)
    )
    if round_id is not None:
        query = query.join(FILING, FILING.c.submission_id == SUBMISSION.c.id)
        query = query.join(ROUND_CASE, ROUND_CASE.c.id == FILING.c.round_case_id).where(
            ROUND_CASE.c.round_id == round_id
        )
    if before is not None:
        query = query.where(SUBMISSION.c.id < before)
    if case_key is not None:
        query = query.where(SUBMISSION.c.case_key == case_key)
    if status is not None:
        query = query.where(SUBMISSION.c.status == status)
    return list(connection.execute(query))


def newest_reports(connection: Connection, up_to: int, case_key: str | None = None) -> Iterator[Any]:
    """Id, case key and report of each case's newest submission and of those without a case, newest first."""
    later = SUBMISSION.alias()
    query = (
        select(SUBMISSION.c.id, SUBMISSION.c.case_key, DETAIL.c.report)
        .join(DETAIL, DETAIL.c.submission_id == SUBMISSION.c.id)
        .where(
            SUBMISSION.c.id <= up_to,
            ~exists().where(later.c.case_id == SUBMISSION.c.case_id, later.c.version > SUBMISSION.c.version),
        )
        .order_by(SUBMISSION.c.id.desc())
    )
    if case_key is not None:
        query = query.where(SUBMISSION.c.case_key == case_key)
    with connection.execute(query.execution_options(yield_per=100)) as found:  # closed, also where not all is asked for
        yield from opened(connection, found, {DETAIL.c.report: "id"})


def submission(connection: Connection, submission_id: int, *, lock: bool = False) -> Row[Any] | None:
    """One submission with its detail, or None; with `lock` held as by `held`."""
    columns = [column for column in DETAIL.c if isinstance(column.type, Sealed)]
    query = (
        select(SUBMISSION, *columns)
        .outerjoin(DETAIL, DETAIL.c.submission_id == SUBMISSION.c.id)
        .where(SUBMISSION.c.id == submission_id)
    )
    found = connection.execute(query.with_for_update(of=SUBMISSION) if lock else query)
    return next(opened(connection, found, dict.fromkeys(columns, "id")), None)


def names_of(connection: Connection, submission_id: int) -> list[Row[Any]]:
    """The names that a submission's bytes arrived under, first one first."""
    of_it = RECEIPT.c.submission_id == submission_id
    return list(connection.execute(select(RECEIPT).where(of_it).order_by(RECEIPT.c.id)))


def first_receipts(connection: Connection, submission_ids: list[int]) -> dict[int, dt.datetime]:
    """Submission → the moment at which its bytes first came."""
    moments = select(RECEIPT.c.submission_id, func.min(RECEIPT.c.first_at)).group_by(RECEIPT.c.submission_id)
    return {row[0]: row[1] for row in connection.execute(moments.where(RECEIPT.c.submission_id.in_(submission_ids)))}


def versions_of(connection: Connection, case_id: int) -> list[Row[Any]]:
    """The submissions of a case, newest first."""
    return list(
        connection.execute(
            select(SUBMISSION).where(SUBMISSION.c.case_id == case_id).order_by(SUBMISSION.c.version.desc())
        )
    )


def counting(connection: Connection, case_ids: list[int]) -> list[Row[Any]]:
    """Case key, id, template, period and entries of the submissions that count, for the cases given."""
    query = (
        select(
            CASE.c.case_key,
            CASE.c.provider,
            SUBMISSION.c.id,
            SUBMISSION.c.template,
            SUBMISSION.c.period_start,
            SUBMISSION.c.period_end,
            DETAIL.c.entries,
        )
        .join(SUBMISSION, (SUBMISSION.c.case_id == CASE.c.id) & SUBMISSION.c.counts)
        .join(DETAIL, DETAIL.c.submission_id == SUBMISSION.c.id)
        .where(CASE.c.id.in_(case_ids))
        .order_by(CASE.c.case_key)
    )
    return list(opened(connection, connection.execute(query), {DETAIL.c.entries: "id"}))


def _add_receipt(connection: Connection, submission_id: int, file_name: str, now: dt.datetime) -> None:
    values = {"submission_id": submission_id, "file_name": file_name, "times": 1, "first_at": now, "last_at": now}
    connection.execute(_ADD_RECEIPT, values)
