"""The service and its readers as processes that kill themselves at a point, or whose clock or disk is at fault."""

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processes import environment, running
from sqlalchemy import func, select

from sync.ingest import Reader, requeue, sweep, take_up_originals
from sync.jobs import work
from sync.settings import Settings
from sync.store import Store, submissions
from sync.store.database import has_queue
from sync.store.originals import original
from sync.store.tables import DETAIL, RECEIPT, STORED_FILE, SUBMISSION, Status

AT_ONCE = dt.timedelta(0)

_FAULTS = """
import datetime as dt, os, signal, sys, time
import sync.ingest
from sync.store import submissions
from workbook_templates.files.child import ReaderPool

def killed(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

def shifted(hours):
    now, clock, shift = sync.ingest._now, time.time, dt.timedelta(hours=hours)
    sync.ingest._now = lambda: now() + shift
    time.time = lambda: clock() + shift.total_seconds()

def fail_at(point):
    if point == "original stored":
        submissions.receive = killed
    elif point == "row written":
        submissions._add_receipt = killed
    elif point == "committed":
        sync.ingest.read, receive = killed, sync.ingest.receive
        sync.ingest.receive = lambda *a, **k: (receive(*a, **k), killed())
    elif point == "in the middle of reading":
        ReaderPool.run = lambda pool, *given: (pool._pool.schedule(pool._task, args=given), killed())
    elif point == "result written":
        finish = submissions.finish
        submissions.finish = lambda *a, **k: (finish(*a, **k), killed())
    elif point == "result committed":
        read = sync.ingest._read
        sync.ingest._read = lambda *a, **k: (read(*a, **k), killed())
    elif point in ("ahead", "behind"):
        shifted(1 if point == "ahead" else -1)
"""
_SERVES = """
import resource, socket
from waitress.server import create_server
from sync.app import create_app
from sync.settings import Settings

if __name__ == "__main__":
    fail_at(sys.argv[1])
    limit = int(sys.argv[2])
    app = create_app(Settings())
    app.test_client().get("/healthz", base_url="http://127.0.0.1")
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(app, sockets=[listening], threads=4)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    server.run()
"""
_WORKS = """
from sync.jobs import work
from sync.settings import Settings
from sync.store import open_store
from workbook_templates.reading import reader_pool

if __name__ == "__main__":
    fail_at(sys.argv[1])
    settings = Settings()
    store = open_store(settings.database, settings.originals, settings.key)
    with reader_pool() as reader:
        print("Læser", flush=True)
        work(store, reader, 1)
"""


@contextmanager
def serving(settings: Settings, folder: Path, point: str = "", limit: int = 0) -> Iterator[tuple[Any, str]]:
    """The service and its address; it fails at the point, or may write no file longer than the limit."""
    with _running(_SERVES, folder / "serves.py", settings, point, str(limit)) as process:
        yield process, process.stdout.readline().strip()


@contextmanager
def working(settings: Settings, folder: Path, point: str) -> Iterator[Any]:
    """A worker that fails at the point."""
    with _running(_WORKS, folder / "works.py", settings, point) as process:
        yield process


@contextmanager
def _running(program: str, file: Path, settings: Settings, *arguments: str) -> Iterator[Any]:
    file.write_text(_FAULTS + program)
    with running([sys.executable, file, *arguments], environment(settings)) as process:
        assert process.stdout is not None
        yield process


def assert_there_once(store: Store, content: bytes, times: int = 1) -> None:
    """The file is a submission that was read and counts, and nothing else is there."""
    with store.engine.connect() as connection:
        for table in (STORED_FILE, SUBMISSION, RECEIPT, DETAIL):
            assert connection.scalar(select(func.count()).select_from(table)) == 1, table.name
        (row,) = submissions.received_files(connection)
        assert (row.status, row.version, row.counts, row.times) == (Status.ACCEPTED, 1, True, times)
        secret_ids = list(connection.scalars(select(STORED_FILE.c.secret_id)))
    assert [name for name, _ in store.originals.all()] == secret_ids
    assert original(store, row.sha256) == content


def finish_what_was_left(store: Store, reader: Reader) -> None:
    """What the service does every minute, or a worker."""
    if has_queue(store.engine):
        take_up_originals(store, AT_ONCE)
        requeue(store, AT_ONCE)
        work(store, reader, 1, until_empty=True)
    else:
        list(sweep(store, reader, AT_ONCE))


def jobs_left(store: Store) -> int:
    """How many files wait for a worker or are being read by one."""
    with store.engine.connect() as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read'"
        return int(connection.exec_driver_sql(query).scalar_one())
