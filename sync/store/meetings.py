"""Meetings about a case, their minutes and tasks. Every function works within its caller's transaction."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, update

from sync.store import audit
from sync.store.audit import Action
from sync.store.decision_tables import MEETING, MINUTES, TASK
from sync.store.key_owners import key_of_case
from sync.store.scope import scope_of
from sync.store.secrets import opened, seal
from sync.store.tables import CASE

_NEWEST = (
    select(MINUTES.c.meeting_id, func.max(MINUTES.c.version).label("version")).group_by(MINUTES.c.meeting_id).subquery()
)
_OF_MEETING = dict.fromkeys((MEETING.c.participants, MEETING.c.agenda, MEETING.c.own_words), "case_id")
_OF_MINUTES = dict.fromkeys(
    (MINUTES.c.participants, MINUTES.c.said, MINUTES.c.own_words, MINUTES.c.figures), "meeting_id"
)
_OPEN_TASKS = (
    select(TASK.c.meeting_id, func.count().label("open_tasks"))
    .where(TASK.c.done_at.is_(None))
    .group_by(TASK.c.meeting_id)
    .subquery()
)


class Called(NamedTuple):
    """A meeting as it is called; participants and agenda one to a line."""

    held_on: dt.date
    starts: str
    place: str
    participants: str
    agenda: str
    own_words: str


class Said(NamedTuple):
    """What minutes hold besides the figures."""

    participants: str
    said: str
    own_words: str


def of_case(connection: Connection, case_key: str) -> list[Row[Any]]:
    """The case's meetings with the newest minutes' version (None: none yet) and the number of open tasks, by date."""
    query = (
        select(MEETING, _NEWEST.c.version, func.coalesce(_OPEN_TASKS.c.open_tasks, 0).label("open_tasks"))
        .join(CASE, CASE.c.id == MEETING.c.case_id)
        .outerjoin(_NEWEST, _NEWEST.c.meeting_id == MEETING.c.id)
        .outerjoin(_OPEN_TASKS, _OPEN_TASKS.c.meeting_id == MEETING.c.id)
        .where(CASE.c.case_key == case_key)
        .order_by(MEETING.c.held_on, MEETING.c.id)
    )
    return list(opened(connection, connection.execute(query), _OF_MEETING))


def meeting(connection: Connection, case_key: str, meeting_id: int, *, lock: bool = False) -> Row[Any] | None:
    """The meeting, where the case has it; with `lock` nobody else changes it until the transaction ends."""
    query = (
        select(MEETING, CASE.c.case_key)
        .join(CASE, CASE.c.id == MEETING.c.case_id)
        .where(MEETING.c.id == meeting_id, CASE.c.case_key == case_key)
    )
    found = connection.execute(query.with_for_update(of=MEETING) if lock else query)
    return next(opened(connection, found, _OF_MEETING), None)


def call(connection: Connection, case_id: int, called: Called, now: dt.datetime) -> int:
    """The new meeting's id."""
    texts = _sealed(connection, case_id, called)
    values = {"case_id": case_id, **texts, "created_at": now, "actor": scope_of(connection).actor}
    number = int(connection.execute(insert(MEETING).returning(MEETING.c.id), values).scalar_one())
    audit.note(connection, Action.MEETING_CALLED, f"meeting:{number}", case=_case_of(connection, number).case_key)
    return number


def change(connection: Connection, meeting_id: int, called: Called) -> None:
    """Call the meeting otherwise; the caller sees to it that it has no minutes."""
    case = _case_of(connection, meeting_id)
    texts = _sealed(connection, case.id, called)
    connection.execute(update(MEETING).where(MEETING.c.id == meeting_id).values(**texts))
    audit.note(connection, Action.MEETING_CHANGED, f"meeting:{meeting_id}", case=case.case_key)


def minutes(connection: Connection, meeting_id: int) -> list[Row[Any]]:
    """Every version of a meeting's minutes, the newest first."""
    query = select(MINUTES).where(MINUTES.c.meeting_id == meeting_id).order_by(MINUTES.c.version.desc())
    return list(opened(connection, connection.execute(query), _OF_MINUTES))


def write_minutes(
    connection: Connection, meeting_id: int, said: Said, figures: Mapping[str, Any], now: dt.datetime
) -> None:
    """Add a version of the minutes. `figures` are kept with the first; a later one takes them over from it."""
    earlier, case = minutes(connection, meeting_id), _case_of(connection, meeting_id)
    one = key_of_case(connection, case.id)
    texts = {**said._asdict(), "figures": earlier[-1].figures if earlier else dict(figures)}
    values = {
        "meeting_id": meeting_id,
        "version": len(earlier) + 1,
        **{name: seal(connection, one, MINUTES.c[name], meeting_id, value) for name, value in texts.items()},
        "recorded_at": now,
        "actor": scope_of(connection).actor,
    }
    connection.execute(insert(MINUTES), values)
    version = len(earlier) + 1
    audit.note(connection, Action.MINUTES_WRITTEN, f"meeting:{meeting_id}", case=case.case_key, version=version)


def tasks(connection: Connection, meeting_id: int) -> list[Row[Any]]:
    """A meeting's tasks, the first due first."""
    query = select(TASK).where(TASK.c.meeting_id == meeting_id).order_by(TASK.c.due, TASK.c.id)
    return list(opened(connection, connection.execute(query), {TASK.c.what: "meeting_id"}))


def add_task(connection: Connection, meeting_id: int, task: tuple[str, str, dt.date], now: dt.datetime) -> None:
    """Give somebody (a function) something to do by a date."""
    what, owner, due = task
    case = _case_of(connection, meeting_id)
    told = seal(connection, key_of_case(connection, case.id), TASK.c.what, meeting_id, what)
    audit.note(connection, Action.TASK_ADDED, f"meeting:{meeting_id}", case=case.case_key, due=due.isoformat())
    values = {"what": told, "owner": owner, "due": due, "created_at": now, "done_by": ""}
    connection.execute(insert(TASK), values | {"meeting_id": meeting_id, "actor": scope_of(connection).actor})


def finish_task(connection: Connection, meeting_id: int, task_id: int, now: dt.datetime) -> bool:
    """Note that a task is done; False where the meeting has none such that is open."""
    found = connection.execute(
        update(TASK)
        .where(TASK.c.id == task_id, TASK.c.meeting_id == meeting_id, TASK.c.done_at.is_(None))
        .values(done_at=now, done_by=scope_of(connection).actor)
    )
    if found.rowcount == 1:
        case_key = _case_of(connection, meeting_id).case_key
        audit.note(connection, Action.TASK_DONE, f"meeting:{meeting_id}", case=case_key, task=task_id)
    return found.rowcount == 1


def _case_of(connection: Connection, meeting_id: int) -> Row[int, str]:
    """Id and key of the meeting's case."""
    query = select(CASE.c.id, CASE.c.case_key).join(MEETING, MEETING.c.case_id == CASE.c.id)
    return connection.execute(query.where(MEETING.c.id == meeting_id)).one()


def _sealed(connection: Connection, case_id: int, called: Called) -> dict[str, Any]:
    """What a meeting is called with, its texts by the case's key."""
    one, values = key_of_case(connection, case_id), called._asdict()
    return values | {column.name: seal(connection, one, column, case_id, values[column.name]) for column in _OF_MEETING}
