"""A worker on PostgreSQL: takes waiting files from the queue and reads them, with others beside it on any machine.

A job that is done twice does no harm, since the second finds nothing left to do; so a job counts as lost after a few
seconds without a sign of life from its worker.
"""

import asyncio
import contextlib
import signal
import time
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from sync.authorities import of_every_authority
from sync.ingest import Reader, read_queued, requeue, take_up_originals
from sync.store import Store
from sync.store.queue import QUEUE, READ
from sync.store.scope import Scope

if TYPE_CHECKING:
    from procrastinate import App, JobContext

HEARTBEAT_SECONDS = 2
LOST_AFTER_SECONDS = 6
EVERY_THREE_SECONDS = "* * * * * */3"
"""The seconds are the last of six fields to Procrastinate (croniter); as the first they would be minutes."""
RECONNECT_SECONDS = 2
DATABASE_SECONDS = 5
FIRST = 100
"""Priority of what keeps the queue in order; files have 0, and thousands of them may wait."""
log = structlog.get_logger()


def work(store: Store, reader: Reader, processes: int, *, until_empty: bool = False) -> None:
    """Read what waits, so many files at a time, until SIGTERM or Ctrl+C; what is being read then is finished first.

    A database that goes away is waited for. With `until_empty` it ends when nothing waits any more.
    """
    from procrastinate.exceptions import ConnectorException

    options: dict[str, Any] = {
        "concurrency": processes + 1,  # one more for what keeps the queue in order
        "wait": not until_empty,
        "listen_notify": not until_empty,
        "delete_jobs": "always",  # what became of a file stands in its row; one that failed is queued anew
        "update_heartbeat_interval": HEARTBEAT_SECONDS,
        "stalled_worker_timeout": LOST_AFTER_SECONDS,
    }
    while True:
        try:
            told_to_stop = asyncio.run(_run(worker_app(store, reader), options))
        except (ConnectorException, SQLAlchemyError) as error:
            if until_empty:
                raise
            told_to_stop, reason = False, type(error).__name__
        else:
            reason = "the worker ended"
        if told_to_stop or until_empty:
            return
        log.warning("the database does not answer; it is tried again", reason=reason)
        time.sleep(RECONNECT_SECONDS)


async def _run(app: "App", options: dict[str, Any]) -> bool:
    """True when it ended because it was told to: Procrastinate's worker ends as quietly when it lost the database."""
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        working.cancel()  # which lets it finish what it has begun

    async with app.open_async():
        working = asyncio.create_task(app.run_worker_async(install_signal_handlers=False, **options))
        for number in (signal.SIGTERM, signal.SIGINT) if options["wait"] else ():
            with contextlib.suppress(NotImplementedError):  # Windows; Ctrl+C cancels there all the same
                asyncio.get_running_loop().add_signal_handler(number, stop)
        try:
            await working
        except asyncio.CancelledError:
            if not told:
                raise
    return told


def worker_app(store: Store, reader: Reader) -> "App":
    """Procrastinate's application with what a worker does: read files, and keep the queue in order."""
    from procrastinate import App, PsycopgConnector  # the extra `postgres`
    from procrastinate.exceptions import ConnectorException
    from procrastinate.jobs import Status

    address = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address, timeout=DATABASE_SECONDS))

    @app.task(name=READ, queue=QUEUE)
    def read(submission_id: int, authority: int = 1) -> None:  # those queued by an earlier version are the first's
        read_queued(store.within(Scope(authority, actor="worker")), reader, submission_id)

    def keeps_order(name: str) -> dict[str, Any]:
        """At most one waits. No lock while it runs: a killed worker would keep it, and twice at once does no harm."""
        return {"name": name, "queue": QUEUE, "queueing_lock": name, "priority": FIRST}

    @app.periodic(cron=EVERY_THREE_SECONDS)
    @app.task(**keeps_order("rescue"), pass_context=True)
    async def rescue(context: "JobContext", timestamp: int) -> None:  # noqa: ARG001 - Procrastinate gives it
        jobs = context.app.job_manager
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=LOST_AFTER_SECONDS):
            with contextlib.suppress(ConnectorException):  # another worker's rescue had it at the same moment
                if job.task_name == READ:
                    await jobs.retry_job(job)
                else:  # the next of its kind comes by itself, and may wait already
                    await jobs.finish_job(job, Status.FAILED, delete_job=True)

    @app.periodic(cron="* * * * *")
    @app.task(**keeps_order("requeue"), pass_context=False)
    def lost(timestamp: int) -> None:  # noqa: ARG001
        for own in of_every_authority(store, "worker"):
            requeue(own)

    @app.periodic(cron="*/10 * * * *")
    @app.task(**keeps_order("originals"), pass_context=False)
    def originals(timestamp: int) -> None:  # noqa: ARG001
        for own in of_every_authority(store, "worker"):
            take_up_originals(own)

    return app
