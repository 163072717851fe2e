"""The dates that something is to be looked at again, as the tables have them: narrow rows, no text.

Each function gives rows of date, case key and provider between two days, both included.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Connection, FromClause, Row, exists, select

from sync.store.decision_tables import DECISION, MEETING, TASK
from sync.store.tables import CASE, NEGOTIATION, ROUND, ROUND_CASE

Between = tuple[dt.date, dt.date]


def deadlines(connection: Connection, between: Between) -> Iterable[Row[Any]]:
    """When a file is to be returned, of every case that was not withdrawn from its round."""
    source = CASE.join(ROUND_CASE, ROUND_CASE.c.case_id == CASE.c.id).join(ROUND, ROUND.c.id == ROUND_CASE.c.round_id)
    return _rows(connection, source, ROUND.c.deadline, between, ROUND_CASE.c.withdrawn_at.is_(None))


def reviews(connection: Connection, between: Between) -> Iterable[Row[Any]]:
    """When a decision is to be followed up, of those that no other revises."""
    other = DECISION.alias()
    source = CASE.join(DECISION, DECISION.c.case_id == CASE.c.id)
    is_revised = exists().where(other.c.revises_id == DECISION.c.id)
    return _rows(connection, source, DECISION.c.review_on, between, ~is_revised)


def meetings(connection: Connection, between: Between) -> Iterable[Row[Any]]:
    """When a meeting is held."""
    source = CASE.join(MEETING, MEETING.c.case_id == CASE.c.id)
    return _rows(connection, source, MEETING.c.held_on, between)


def tasks(connection: Connection, between: Between) -> Iterable[Row[Any]]:
    """When a task is due, of those that are not done."""
    source = CASE.join(MEETING, MEETING.c.case_id == CASE.c.id).join(TASK, TASK.c.meeting_id == MEETING.c.id)
    return _rows(connection, source, TASK.c.due, between, TASK.c.done_at.is_(None))


def negotiations(connection: Connection, between: Between) -> Iterable[Row[Any]]:
    """When a negotiation is to be taken up again."""
    source = CASE.join(NEGOTIATION, NEGOTIATION.c.case_id == CASE.c.id)
    return _rows(connection, source, NEGOTIATION.c.follow_up, between)


def _rows(
    connection: Connection, source: FromClause, column: Column[Any], between: Between, *where: Any
) -> Iterable[Row[Any]]:
    query = select(column.label("date"), CASE.c.case_key, CASE.c.provider).select_from(source)
    return connection.execute(query.where(column.between(*between), *where))
