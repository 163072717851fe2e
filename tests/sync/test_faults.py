"""What goes wrong for real, on both databases: no file that was answered for is lost, and none is there twice."""

import contextlib
import datetime as dt
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from processes import RESCUED_SECONDS, environment, kill, running, says, send, until, web, worker
from sqlalchemy import func, select
from sync_material import CASES, returned_schedule
from two_databases import Server
from urllib3.exceptions import HTTPError

from sync.files import open_originals
from sync.ingest import Reader, read_queued, receive, requeue, sweep, take_up_originals
from sync.jobs import work
from sync.settings import Settings
from sync.store import Store, submissions
from sync.store.database import has_queue
from sync.store.tables import DETAIL, RECEIPT, STORED_FILE, SUBMISSION, Status

AT_ONCE = dt.timedelta(0)
SERVES = """
import os, resource, signal, socket, sys
from waitress.server import create_server
import sync.ingest
from sync.app import create_app
from sync.settings import Settings
from sync.store import submissions

def killed(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

def main():
    point, limit = sys.argv[1], int(sys.argv[2])
    if point == "original stored":
        submissions.receive = killed
    elif point == "row written":
        submissions._add_receipt = killed
    elif point == "committed":
        sync.ingest.read, receive = killed, sync.ingest.receive
        sync.ingest.receive = lambda *a, **k: (receive(*a, **k), killed())
    app = create_app(Settings())
    app.test_client().get("/healthz", base_url="http://127.0.0.1")
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(app, sockets=[listening], threads=4)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    server.run()

if __name__ == "__main__":
    main()
"""
STUCK = """
import os, signal, sys, time
from sync.jobs import work
from sync.settings import Settings
from sync.store import open_store
import sync.jobs
from workbook_templates.reading import reader_pool

class Stuck:
    def run(self, content, name):
        print("in the middle of reading", flush=True)
        time.sleep(600)

def read_and_end(store, reader, submission_id):
    READ(store, reader, submission_id)
    print("has been read", flush=True)
    time.sleep(600)

if __name__ == "__main__":
    settings = Settings()
    store = open_store(settings.database, settings.originals)
    if sys.argv[1] == "in the middle of reading":
        work(store, Stuck(), 1)
    else:
        READ, sync.jobs.read_queued = sync.jobs.read_queued, read_and_end
        with reader_pool() as reader:
            work(store, reader, 1)
"""


@pytest.fixture
def content() -> bytes:
    return returned_schedule()


def assert_there_once(store: Store, content: bytes, times: int = 1) -> None:
    """The file is a submission that was read and counts, and nothing else is there."""
    with store.engine.connect() as connection:
        for table in (STORED_FILE, SUBMISSION, RECEIPT, DETAIL):
            assert connection.scalar(select(func.count()).select_from(table)) == 1, table.name
        (row,) = submissions.received_files(connection)
        assert (row.status, row.version, row.counts, row.times) == (Status.ACCEPTED, 1, True, times)
    assert [sha256 for sha256, _ in store.originals.all()] == [row.sha256]
    assert store.originals.get(row.sha256) == content


def finish_what_was_left(store: Store, reader: Reader) -> None:
    """What the service does every minute, or a worker."""
    if has_queue(store.engine):
        take_up_originals(store, AT_ONCE)
        requeue(store, AT_ONCE)
        work(store, reader, 1, until_empty=True)
    else:
        list(sweep(store, reader, AT_ONCE))


@contextlib.contextmanager
def serving(settings: Settings, folder: Path, point: str = "", limit: int = 0) -> Iterator[tuple[Any, str]]:
    """The service in a child that kills itself at a point, or may write no file longer than the limit."""
    program = folder / "serves.py"
    program.write_text(SERVES)
    with running([sys.executable, program, point, str(limit)], environment(settings)) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()


@pytest.mark.parametrize("point", ["original stored", "row written", "committed"])
def test_a_web_process_killed_on_the_way_loses_no_file_and_doubles_none(
    point: str, store: Store, settings: Settings, reader: Reader, content: bytes, tmp_path: Path
) -> None:
    with serving(settings, tmp_path, point) as (process, address):
        with pytest.raises(HTTPError):
            send(address, content)
        assert process.wait(10) == -9
    finish_what_was_left(store, reader)
    again = receive(store, content, "skema.xlsx", queued=has_queue(store.engine))
    assert not again.is_new
    assert_there_once(store, content, times=2)


def test_a_web_process_killed_in_the_middle_of_an_upload_leaves_nothing(
    store: Store, settings: Settings, reader: Reader, content: bytes, tmp_path: Path
) -> None:
    with serving(settings, tmp_path) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 5) as connection:
            head = f"POST /api/v1/submissions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(content)}\r\n"
            head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
            connection.sendall(head.encode() + content[: len(content) // 2])
            kill(process)
    finish_what_was_left(store, reader)
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []
    assert list(store.originals.all()) == []


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("point", ["in the middle of reading", "has been read"])
def test_a_worker_killed_with_a_job_leaves_it_to_another_worker(
    point: str, store: Store, settings: Settings, content: bytes, tmp_path: Path
) -> None:
    program = tmp_path / "stuck.py"
    program.write_text(STUCK)
    received = receive(store, content, "skema.xlsx", queued=True)
    with running([sys.executable, program, point], environment(settings)) as process:
        says(process, point)
    with worker(settings):
        until(lambda: not jobs_left(store), RESCUED_SECONDS)
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, received.submission_id)
    assert kept is not None
    assert kept.status == Status.ACCEPTED
    assert_there_once(store, content)


def jobs_left(store: Store) -> int:
    with store.engine.connect() as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read'"
        return int(connection.exec_driver_sql(query).scalar_one())


def test_two_workers_with_one_job_keep_one_result(store: Store, reader: Reader, content: bytes) -> None:
    received = receive(store, content, "skema.xlsx")
    both_have_it = threading.Barrier(2)

    class Together:
        def run(self, content: bytes, name: str) -> Any:
            both_have_it.wait(10)
            return reader.run(content, name)

        perform = reader.perform

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(lambda _: read_queued(store, Together(), received.submission_id), range(2)))
    assert [one and (one.status, one.version) for one in done] == [(Status.ACCEPTED, 1)] * 2
    assert read_queued(store, reader, received.submission_id) is None
    assert_there_once(store, content)


def test_the_same_upload_fifty_times_at_once_is_one_submission(
    store: Store, settings: Settings, reader: Reader, content: bytes
) -> None:
    with web(settings) as (_, address), ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(lambda _: send(address, content), range(50)))
    assert len({body["id"] for _, body in answers}) == 1
    expected = {202: 50} if has_queue(store.engine) else {201: 1, 200: 49}
    assert Counter(status for status, _ in answers) == expected
    finish_what_was_left(store, reader)
    assert_there_once(store, content, times=50)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_database_that_restarts_under_the_service_and_its_worker_is_waited_for(
    store: Store, settings: Settings, postgresql: Server, content: bytes
) -> None:
    with web(settings) as (_, address), worker(settings):
        first, body = send(address, content)
        until(lambda: not jobs_left(store))
        postgresql.stop()
        try:
            status, told = send(address, returned_schedule(CASES[1].case_key))
        finally:
            postgresql.start()
        assert (first, body["status"]) == (202, "received")
        assert (status, told["detail"]) == (503, "Databasen svarer ikke. Intet er halvt gemt; prøv igen om lidt.")
        status, body = send(address, returned_schedule(CASES[2].case_key))
        assert status == 202
        until(lambda: not jobs_left(store))
    with store.engine.connect() as connection:
        rows = submissions.received_files(connection)
    assert {row.case_key: row.status for row in rows} == dict.fromkeys(
        (CASES[0].case_key, CASES[2].case_key), Status.ACCEPTED
    )


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_store_that_cannot_be_reached_is_one_answer_and_a_file_that_waits_is_read_later(
    store: Store, settings: Settings, reader: Reader, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = receive(store, content, "skema.xlsx", queued=True)
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        with serving(settings, tmp_path) as (_, address):
            status, told = send(address, returned_schedule(CASES[1].case_key))
        unreachable = replace(store, originals=open_originals(settings.originals))
        work(unreachable, reader, 1, until_empty=True)
    assert (status, told["detail"][:38]) == (503, "Lageret for filerne svarer ikke. Filer")
    with store.engine.connect() as connection:
        assert submissions.waiting(connection, received.submission_id)
    finish_what_was_left(store, reader)
    assert_there_once(store, content)


def _shorter_than_the_file(content: bytes) -> int:
    return len(content) // 2


def _just_the_file(content: bytes) -> int:
    return len(content) + 100


@pytest.mark.parametrize(
    "kind, room",
    [("sqlite", _shorter_than_the_file), ("sqlite", _just_the_file), ("postgresql", _shorter_than_the_file)],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the length of files")
def test_a_disk_without_room_is_one_answer_and_nothing_is_half_there(
    room: Callable[[bytes], int], settings: Settings, store: Store, reader: Reader, content: bytes, tmp_path: Path
) -> None:
    folder = settings.model_copy(update={"originals": str(tmp_path / "folder")})
    store = replace(store, originals=open_originals(folder.originals))
    with serving(folder, tmp_path, limit=room(content)) as (_, address):
        status, told = send(address, content)
    assert status == 503
    assert told["detail"].startswith(("Lageret", "Databasen"))
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []
    for sha256, _ in store.originals.all():
        assert store.originals.get(sha256) == content
    with serving(folder, tmp_path) as (_, address):
        assert send(address, content)[0] in {201, 202}
    finish_what_was_left(store, reader)
    assert_there_once(store, content)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_worker_that_is_told_to_stop_finishes_the_file_it_reads(
    store: Store, settings: Settings, content: bytes
) -> None:
    with worker(settings) as process:
        receive(store, content, "skema.xlsx", queued=True)
        until(lambda: jobs_left(store) == 0 or taken(store))
        process.terminate()
        assert process.wait(20) == 0
    assert_there_once(store, content)


def taken(store: Store) -> bool:
    with store.engine.connect() as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read' AND status = 'doing'"
        return bool(connection.exec_driver_sql(query).scalar_one())


def test_on_sqlite_there_is_no_queue_to_work_on(tmp_path: Path) -> None:
    settings = Settings(database=str(tmp_path / "bitark.db"), originals=str(tmp_path / "originaler"))
    with running([Path(sys.executable).parent / "bitark", "work"], environment(settings)) as process:
        assert process.wait(20) == 2
