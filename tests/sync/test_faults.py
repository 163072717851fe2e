"""What goes wrong for real, on both databases: no file that was answered for is lost, and none is there twice."""

import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_table import Fault
from processes import environment, running, send, until, web, worker
from served_faults import assert_there_once, finish_what_was_left, jobs_left, serving
from sync_material import CASES, returned_schedule
from two_databases import Server

from bit_model.parameters import ParameterSet
from sync.files import open_originals
from sync.ingest import Reader, read_queued, receive
from sync.jobs import work
from sync.settings import Settings
from sync.store import Store, submissions
from sync.store.database import has_queue
from sync.store.originals import read as read_original
from sync.store.tables import Status


@pytest.fixture
def content() -> bytes:
    return returned_schedule()


def test_two_readers_of_one_file_keep_one_result(
    store: Store, reader: Reader, content: bytes, seen: Callable[..., None]
) -> None:
    received = receive(store, content, "skema.xlsx")
    both_have_it = threading.Barrier(2)

    class Together:
        def run(self, content: bytes, name: str, parameters: ParameterSet) -> Any:
            both_have_it.wait(10)
            return reader.run(content, name, parameters)

        perform = reader.perform

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(lambda _: read_queued(store, Together(), received.submission_id), range(2)))
    assert [one and (one.status, one.version) for one in done] == [(Status.ACCEPTED, 1)] * 2
    assert read_queued(store, reader, received.submission_id) is None
    assert_there_once(store, content)
    seen(Fault.TWO_READERS)


def test_the_same_upload_fifty_times_at_once_is_one_submission(
    store: Store, settings: Settings, reader: Reader, content: bytes, seen: Callable[..., None]
) -> None:
    with web(settings) as (_, address), ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(lambda _: send(address, content), range(50)))
    assert len({body["id"] for _, body in answers}) == 1
    expected = {202: 50} if has_queue(store.engine) else {201: 1, 200: 49}
    assert Counter(status for status, _ in answers) == expected
    finish_what_was_left(store, reader)
    assert_there_once(store, content, times=50)
    seen(Fault.FIFTY, "50 answers with the same number")


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_database_that_restarts_under_the_service_and_its_worker_is_waited_for(
    store: Store, settings: Settings, postgresql: Server, content: bytes, seen: Callable[..., None]
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
        after, body = send(address, returned_schedule(CASES[2].case_key))
        assert after == 202
        until(lambda: not jobs_left(store))
    with store.engine.connect() as connection:
        rows = submissions.received_files(connection)
    assert {row.case_key: row.status for row in rows} == dict.fromkeys(
        (CASES[0].case_key, CASES[2].case_key), Status.ACCEPTED
    )
    seen(Fault.RESTART, f"before it 202, without it 503, after it {after}")


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_store_that_cannot_be_reached_is_one_answer_and_a_file_that_waits_is_read_later(
    store: Store,
    settings: Settings,
    reader: Reader,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seen: Callable[..., None],
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
    seen(Fault.UNREACHABLE, f"{status}; what waited is read later")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_folder_of_originals_that_is_away_is_one_answer_and_a_file_that_waits_is_read_later(
    store: Store, settings: Settings, reader: Reader, content: bytes, tmp_path: Path, seen: Callable[..., None]
) -> None:
    receive(store, content, "skema.xlsx")
    folder, elsewhere = Path(settings.originals), tmp_path / "elsewhere"
    with serving(settings, tmp_path) as (_, address):
        folder.rename(elsewhere)
        folder.write_bytes(b"")  # so that nobody makes it anew
        status, told = send(address, returned_schedule(CASES[1].case_key))
        finish_what_was_left(store, reader)
    assert (status, told["detail"][:38]) == (503, "Lageret for filerne svarer ikke. Filer")
    folder.unlink()
    elsewhere.rename(folder)
    finish_what_was_left(store, reader)
    assert_there_once(store, content)
    seen(Fault.UNREACHABLE, f"{status}; what waited is read later")


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
    room: Callable[[bytes], int],
    settings: Settings,
    store: Store,
    reader: Reader,
    content: bytes,
    tmp_path: Path,
    seen: Callable[..., None],
) -> None:
    folder = settings.model_copy(update={"originals": str(tmp_path / "folder")})
    store = replace(store, originals=open_originals(folder.originals))
    with serving(folder, tmp_path, limit=room(content)) as (_, address):
        status, told = send(address, content)
    assert status == 503
    assert told["detail"].startswith(("Lageret", "Databasen"))
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []
    for name, _ in store.originals.all():
        assert read_original(store, name) == content
    with serving(folder, tmp_path) as (_, address):
        assert send(address, content)[0] in {201, 202}
    finish_what_was_left(store, reader)
    assert_there_once(store, content)
    fault = Fault.FULL if room is _shorter_than_the_file else Fault.FULL_DATABASE
    seen(fault, f"{status}; with room again", of=store)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_worker_that_is_told_to_stop_finishes_the_file_it_reads(
    store: Store, settings: Settings, content: bytes, seen: Callable[..., None]
) -> None:
    with worker(settings) as process:
        receive(store, content, "skema.xlsx", queued=True)
        until(lambda: jobs_left(store) == 0 or taken(store))
        process.terminate()
        assert process.wait(20) == 0
    assert_there_once(store, content)
    seen(Fault.STOPPED, "the file is read first")


def taken(store: Store) -> bool:
    with store.engine.connect() as connection:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read' AND status = 'doing'"
        return bool(connection.exec_driver_sql(query).scalar_one())


def test_on_sqlite_there_is_no_queue_to_work_on(tmp_path: Path) -> None:
    settings = Settings(database=str(tmp_path / "bitark.db"), originals=str(tmp_path / "originaler"))
    with running([Path(sys.executable).parent / "bitark", "work"], environment(settings)) as process:
        assert process.wait(20) == 2
