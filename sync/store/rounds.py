"""Rounds and the cases in them. Every function works within its caller's transaction."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bit_model.schedule import Period
from sync.store import audit
from sync.store.audit import Action
from sync.store.key_owners import key_of_case
from sync.store.secrets import opened, seal
from sync.store.tables import CASE, FILE_ACT, FILING, ROUND, ROUND_CASE, SUBMISSION, Act

_PLACES = (  # built once: every file that is read asks
    select(ROUND_CASE.c.id, ROUND.c.period_start, ROUND.c.period_end)
    .join(ROUND, ROUND.c.id == ROUND_CASE.c.round_id)
    .where(ROUND_CASE.c.case_id == bindparam("of_case"))
    .order_by(ROUND_CASE.c.withdrawn_at.is_(None).desc(), ROUND_CASE.c.id.desc())
)


class NewRound(NamedTuple):
    """What a round is opened with; `deadline` is the last day on which a file comes in time."""

    title: str
    period: Period
    form: str
    deadline: dt.date


def open_round(connection: Connection, new: NewRound, case_keys: Sequence[str], now: dt.datetime) -> int:
    """The new round's id. Files of its cases and its period that are here already are filed in it."""
    period = {"period_start": new.period.start, "period_end": new.period.end}
    values = {"title": new.title, "form": new.form, "deadline": new.deadline, "opened_at": now, **period}
    round_id = connection.execute(insert(ROUND).returning(ROUND.c.id), values).scalar_one()
    ids = connection.scalars(select(CASE.c.id).where(CASE.c.case_key.in_(case_keys)).order_by(CASE.c.case_key))
    rows = [{"round_id": round_id, "case_id": i, "link_number": 1} for i in ids]
    if rows:
        connection.execute(insert(ROUND_CASE), rows)
    audit.note(connection, Action.ROUND_OPENED, f"round:{round_id}", cases=len(rows), deadline=new.deadline.isoformat())
    here = connection.execute(
        select(SUBMISSION.c.id, ROUND_CASE.c.id.label("round_case_id"))
        .join(ROUND_CASE, ROUND_CASE.c.case_id == SUBMISSION.c.case_id)
        .outerjoin(FILING, FILING.c.submission_id == SUBMISSION.c.id)
        .where(
            ROUND_CASE.c.round_id == round_id,
            SUBMISSION.c.period_start == new.period.start,
            SUBMISSION.c.period_end == new.period.end,
            FILING.c.submission_id.is_(None),
        )
    ).all()
    if here:
        filed = [{"submission_id": row.id, "round_case_id": row.round_case_id} for row in here]
        connection.execute(insert(FILING), [one | {"by_link": False, "dismissed": False} for one in filed])
    return int(round_id)


def already_in_a_round(connection: Connection, period: Period, case_keys: Sequence[str]) -> list[str]:
    """Those of the keys whose case is in a round of the same period, and not withdrawn from it; by key.

    On PostgreSQL the cases are locked until the transaction ends, so that no other opens a round over them meanwhile,
    and no file of theirs is filed past the new one.
    """
    of_keys = CASE.c.case_key.in_(case_keys)
    connection.execute(select(CASE.c.id).where(of_keys).order_by(CASE.c.case_key).with_for_update()).all()
    found = connection.scalars(
        select(CASE.c.case_key)
        .join(ROUND_CASE, ROUND_CASE.c.case_id == CASE.c.id)
        .join(ROUND, ROUND.c.id == ROUND_CASE.c.round_id)
        .where(
            ROUND.c.period_start == period.start,
            ROUND.c.period_end == period.end,
            ROUND_CASE.c.withdrawn_at.is_(None),
        )
        .order_by(CASE.c.case_key)
    )
    wanted = set(case_keys)
    return [key for key in found if key in wanted]


def rounds(connection: Connection) -> list[Row[Any]]:
    """Every round, the newest deadline first."""
    return list(connection.execute(select(ROUND).order_by(ROUND.c.deadline.desc(), ROUND.c.id.desc())))


def one_round(connection: Connection, round_id: int) -> Row[Any] | None:
    """The round, or None."""
    return connection.execute(select(ROUND).where(ROUND.c.id == round_id)).first()


def board_rows(connection: Connection, round_id: int, case_key: str | None = None) -> list[Row[Any]]:
    """A round's cases by key (or the one), each beside its newest filed submission and what was decided of that."""
    # Asked for row by row: grouped and joined, PostgreSQL takes 1,000 cases for one and goes over them 1,000 times.
    newest = select(func.max(FILING.c.submission_id)).where(FILING.c.round_case_id == ROUND_CASE.c.id)
    decided = (
        select(FILE_ACT.c.act)
        .where(FILE_ACT.c.submission_id == SUBMISSION.c.id, FILE_ACT.c.act.in_((Act.ACCEPTED, Act.RETURNED)))
        .order_by(FILE_ACT.c.id.desc())
        .limit(1)
    )
    query = (
        select(
            *(column for column in ROUND_CASE.c if column.name != "case_id"),
            CASE.c.case_key,
            CASE.c.provider,
            CASE.c.budget_area,
            SUBMISSION.c.id.label("submission_id"),
            SUBMISSION.c.version,
            SUBMISSION.c.status,
            SUBMISSION.c.errors,
            SUBMISSION.c.warnings,
            decided.correlate(SUBMISSION).scalar_subquery().label("act"),
        )
        .select_from(ROUND_CASE)
        .join(CASE, CASE.c.id == ROUND_CASE.c.case_id)
        .outerjoin(SUBMISSION, SUBMISSION.c.id == newest.correlate(ROUND_CASE).scalar_subquery())
        .where(ROUND_CASE.c.round_id == round_id)
        .order_by(CASE.c.case_key)
    )
    found = connection.execute(query if case_key is None else query.where(CASE.c.case_key == case_key))
    return list(opened(connection, found, {ROUND_CASE.c.withdrawn_reason: "id"}))


def mark_issued(connection: Connection, round_id: int, case_keys: Iterable[str], now: dt.datetime) -> None:
    """Note that the templates of the cases were made for somebody."""
    _set(connection, Action.TEMPLATE_ISSUED, round_id, case_keys, issued_at=now)


def mark_sent(connection: Connection, round_id: int, case_keys: Iterable[str], now: dt.datetime) -> None:
    """Note that the cases' templates were sent; those that were before keep their moment."""
    _set(connection, Action.MARKED_SENT, round_id, case_keys, ROUND_CASE.c.sent_at.is_(None), sent_at=now)


def mark_reminded(connection: Connection, round_id: int, case_keys: Iterable[str], now: dt.datetime) -> None:
    """Note that a reminder naming the cases was sent."""
    _set(connection, Action.REMINDER_SENT, round_id, case_keys, reminded_at=now)


def move_deadline(connection: Connection, round_id: int, deadline: dt.date) -> None:
    """Give the round another deadline; its links work as long after that."""
    connection.execute(update(ROUND).where(ROUND.c.id == round_id).values(deadline=deadline))
    audit.note(connection, Action.DEADLINE_MOVED, f"round:{round_id}", deadline=deadline.isoformat())


def withdraw(connection: Connection, round_id: int, case_key: str, reason: str, now: dt.datetime) -> None:
    """Take a case out of the round for a reason. Its link opens no more; its files stay."""
    of_case = (ROUND_CASE.c.round_id == round_id, CASE.c.case_key == case_key, ROUND_CASE.c.withdrawn_at.is_(None))
    rows = select(ROUND_CASE.c.id, ROUND_CASE.c.case_id).join(CASE, CASE.c.id == ROUND_CASE.c.case_id).where(*of_case)
    for row in connection.execute(rows.with_for_update(of=ROUND_CASE)).all():
        one = key_of_case(connection, row.case_id)
        told = seal(connection, one, ROUND_CASE.c.withdrawn_reason, row.id, reason)
        values = {"withdrawn_at": now, "withdrawn_reason": told}
        connection.execute(update(ROUND_CASE).where(ROUND_CASE.c.id == row.id).values(values))
        audit.note(connection, Action.WITHDRAWN, f"round:{round_id}", case=case_key)


def revoke_link(connection: Connection, round_id: int, case_key: str) -> None:
    """Make the links that were given for a case useless; the next one works."""
    _set(connection, Action.LINK_REVOKED, round_id, [case_key], link_number=ROUND_CASE.c.link_number + 1)


def by_link(connection: Connection, round_case_id: int, link_number: int) -> Row[Any] | None:
    """The case and round that a link was made for, None where it is revoked or its case withdrawn."""
    columns = (ROUND_CASE.c.id, ROUND_CASE.c.case_id, ROUND_CASE.c.round_id, CASE.c.case_key)
    of_round = [column for column in ROUND.c if column.name not in ("id", "form", "opened_at")]
    return connection.execute(
        select(*columns, *of_round)
        .join(CASE, CASE.c.id == ROUND_CASE.c.case_id)
        .join(ROUND, ROUND.c.id == ROUND_CASE.c.round_id)
        .where(
            ROUND_CASE.c.id == round_case_id,
            ROUND_CASE.c.link_number == link_number,
            ROUND_CASE.c.withdrawn_at.is_(None),
        )
    ).first()


def hold_case(connection: Connection, round_case_id: int) -> None:
    """On PostgreSQL keep the case of a link from being changed until the transaction ends.

    A filing refers to it and would lock it too, but only after the submission's row: see `submissions.held`.
    """
    of_link = ROUND_CASE.c.id == round_case_id
    query = select(CASE.c.id).join(ROUND_CASE, ROUND_CASE.c.case_id == CASE.c.id).where(of_link)
    connection.execute(query.with_for_update(read=True, key_share=True, of=CASE)).all()


def place_of(connection: Connection, case_id: int, period: tuple[dt.date, dt.date] | None) -> int | None:
    """Where in a round a case's file belongs, None where the case is in none that fits.

    That is the round of the same period, else the newest that overlaps it; of a file that tells no period, the newest.
    A round that the case was withdrawn from comes last.
    """
    found = connection.execute(_PLACES, {"of_case": case_id}).all()
    if period is not None:
        start, end = period
        found = [row for row in found if row.period_start <= end and row.period_end >= start]
    same = [row for row in found if (row.period_start, row.period_end) == period]
    return next((int(row.id) for row in same or found), None)


def in_rounds(connection: Connection, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases that are in any round."""
    return set(connection.scalars(select(ROUND_CASE.c.case_id).where(ROUND_CASE.c.case_id.in_(list(case_ids)))))


def _set(
    connection: Connection, action: Action, round_id: int, case_keys: Iterable[str], *conditions: Any, **values: Any
) -> None:
    """Change the cases of a round; their rows are locked in one order, since others may be changing them too."""
    rows = (
        select(ROUND_CASE.c.id, CASE.c.case_key)
        .join(CASE, CASE.c.id == ROUND_CASE.c.case_id)
        .where(ROUND_CASE.c.round_id == round_id, CASE.c.case_key.in_(list(case_keys)), *conditions)
        .order_by(ROUND_CASE.c.id)
        .with_for_update(of=ROUND_CASE)
    )
    found = connection.execute(rows).all()
    connection.execute(update(ROUND_CASE).where(ROUND_CASE.c.id.in_([row.id for row in found])).values(**values))
    for row in found:
        audit.note(connection, action, f"round:{round_id}", case=row.case_key)
