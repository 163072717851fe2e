"""What waits to be read, on PostgreSQL: a job of Procrastinate per file, put there in the transaction of its row."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, text

from sync.store.columns import UtcMoment
from sync.store.scope import scope_of

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.types import JSONValue

QUEUE, READ = "reading", "read"
_LOST = text(
    "SELECT s.id FROM submission s "
    "WHERE (s.status = 'received' OR s.status = 'reading' AND s.status_at < :before) AND NOT EXISTS ("
    "SELECT FROM procrastinate_jobs j WHERE j.task_name = :task AND j.status IN ('todo', 'doing') "
    "AND (j.args ->> 'submission_id')::bigint = s.id) ORDER BY s.id"
).bindparams(bindparam("before", type_=UtcMoment))


def enqueue(connection: Connection, submission_ids: Sequence[int]) -> None:
    """Let workers read the submissions as soon as the transaction is committed."""
    if submission_ids:
        driver = connection.connection.driver_connection
        authority = scope_of(connection).authority
        jobs: list[dict[str, JSONValue]] = [{"submission_id": one, "authority": authority} for one in submission_ids]
        waiting = _app().configure_task(READ, queue=QUEUE, connection=driver)
        waiting.batch_defer(*jobs)


def lost_from_queue(connection: Connection, before: dt.datetime) -> list[int]:
    """Ids of what is received, and of what has been in reading since `before`, without a job that will read it."""
    return list(connection.scalars(_LOST, {"before": before, "task": READ}))


@lru_cache(maxsize=1)
def _app() -> "App":
    from procrastinate import App, PsycopgConnector  # here, so that a process on SQLite does not load it

    return App(connector=PsycopgConnector())
