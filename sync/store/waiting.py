"""What waits for somebody, read in a few narrow questions whatever the number of rounds."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from sync.store.cases import RECORD
from sync.store.secrets import opened
from sync.store.tables import CASE, FILE_ACT, FILING, ROUND, ROUND_CASE, SUBMISSION, Act


class Following(NamedTuple):
    """What the newest case list says of following up on a case; `responsible` is a function."""

    responsible: str
    follow_up: dt.date | None


def open_rows(connection: Connection) -> list[Row[Any]]:
    """Every case of every round that is neither withdrawn nor accepted, by deadline and key, with its newest file."""
    newest = (
        select(FILING.c.round_case_id, func.max(FILING.c.submission_id).label("submission_id"))
        .group_by(FILING.c.round_case_id)
        .subquery()
    )
    decided = (
        select(FILE_ACT.c.submission_id, func.max(FILE_ACT.c.id).label("id"))
        .where(FILE_ACT.c.act.in_((Act.ACCEPTED, Act.RETURNED)))
        .group_by(FILE_ACT.c.submission_id)
        .subquery()
    )
    return list(
        connection.execute(
            select(
                ROUND_CASE.c.round_id,
                ROUND_CASE.c.sent_at,
                ROUND_CASE.c.withdrawn_at,
                ROUND.c.title,
                ROUND.c.deadline,
                CASE.c.case_key,
                CASE.c.provider,
                SUBMISSION.c.id.label("submission_id"),
                SUBMISSION.c.status,
                FILE_ACT.c.act,
            )
            .join(ROUND, ROUND.c.id == ROUND_CASE.c.round_id)
            .join(CASE, CASE.c.id == ROUND_CASE.c.case_id)
            .outerjoin(newest, newest.c.round_case_id == ROUND_CASE.c.id)
            .outerjoin(SUBMISSION, SUBMISSION.c.id == newest.c.submission_id)
            .outerjoin(decided, decided.c.submission_id == SUBMISSION.c.id)
            .outerjoin(FILE_ACT, FILE_ACT.c.id == decided.c.id)
            .where(ROUND_CASE.c.withdrawn_at.is_(None), FILE_ACT.c.act.is_distinct_from(Act.ACCEPTED))
            .order_by(ROUND.c.deadline, ROUND.c.id, CASE.c.case_key)
        )
    )


def following(connection: Connection) -> dict[str, Following]:
    """Case key → who follows up and when, of every listed case. The records are opened, but not taken apart."""
    return dict(_following(connection))


def _following(connection: Connection) -> Iterator[tuple[str, Following]]:
    query = select(CASE.c.case_key, CASE.c.record).where(CASE.c.listed)
    for key, record in opened(connection, connection.execute(query), RECORD):
        date = record["case"].get("follow_up")
        yield key, Following(record["case"].get("responsible", ""), dt.date.fromisoformat(date) if date else None)
