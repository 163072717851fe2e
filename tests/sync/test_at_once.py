"""Two processes that take files in at the same moment, on both databases."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from processes import until
from sqlalchemy import Connection, text
from sync_material import CASES, NOW, ON_DATE, returned_schedule

from sync.ingest import Reader, ingest, receive
from sync.settings import Settings
from sync.store import Store, erasing, submissions
from sync.store.database import open_database, writing
from sync.store.key_owners import key_of_submission
from sync.store.submissions import Received
from sync.store.tables import Status

PROCESSES, FILES = 2, 4
TAKES_IN = """
import json, sys
from pathlib import Path
from bit_model.parameters import ParameterSet
from sync.ingest import ingest
from sync.store import open_store
from workbook_templates.reading import reader_pool

if __name__ == "__main__":
    database, originals, *files = sys.argv[1:]
    with reader_pool() as reader:
        store = open_store(database, originals)
        contents = [Path(file).read_bytes() for file in files]
        reader.run(contents[0], "warm.xlsx", ParameterSet())
        print("ready", flush=True)
        sys.stdin.readline()
        done = [ingest(store, reader, content, Path(file).name) for file, content in zip(files, contents)]
        print(json.dumps([[one.submission_id, one.status, one.version, one.is_new] for one in done]))
        store.close()
"""


def taken_in(settings: Settings, folder: Path, files: list[list[Path]]) -> list[list[list[Any]]]:
    """What each process was told of its files; they begin at the same moment."""
    program = folder / "takes_in.py"
    program.write_text(TAKES_IN)
    with ExitStack() as started:
        processes = [
            started.enter_context(
                subprocess.Popen(
                    [sys.executable, program, settings.database, settings.originals, *own],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for own in files
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=60)[0]) for process in processes]


def written(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_the_same_bytes_at_once_are_one_submission_and_both_are_told(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    same = [written(tmp_path, f"{n}.xlsx", returned_schedule(remarks=f"nr. {n}")) for n in range(FILES)]
    told = taken_in(settings, tmp_path, [same] * PROCESSES)
    for answers in zip(*told, strict=True):
        assert len({submission for submission, *_ in answers}) == 1
        assert sorted(is_new for *_, is_new in answers) == [False, True]
        assert {status for _, status, *_ in answers} == {Status.ACCEPTED}
    with store.engine.connect() as connection:
        received = submissions.received_files(connection)
    assert Counter((row.file_name, row.times) for row in received) == {(f"{n}.xlsx", 2): 1 for n in range(FILES)}


def test_different_files_of_one_case_at_once_are_versions_without_gap_or_clash(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    files = [
        [written(tmp_path, f"{p}-{n}.xlsx", returned_schedule(remarks=f"{p} {n}")) for n in range(FILES)]
        for p in range(PROCESSES)
    ]
    told = taken_in(settings, tmp_path, files)
    assert {status for answers in told for _, status, *_ in answers} == {Status.ACCEPTED}
    with store.engine.connect() as connection:
        received = sorted(submissions.received_files(connection), key=lambda row: row.id)
    assert [row.version for row in received] == list(range(1, PROCESSES * FILES + 1))
    assert [row.version for row in received if row.counts] == [PROCESSES * FILES]


@pytest.fixture
def arrives(store: Store, owner_database: str) -> Iterator[Callable[[bytes], Future[Received]]]:
    """The same bytes come once more, in a transaction that then waits for one that is open."""
    owner = open_database(owner_database)

    def somebody_waits() -> bool:
        with owner.connect() as connection:
            return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    with ThreadPoolExecutor(1) as apart:

        def arrive(content: bytes) -> Future[Received]:
            coming = apart.submit(receive, store, content, "igen.xlsx")
            until(somebody_waits)
            return coming

        yield arrive
    owner.dispose()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_who_keeps_what_a_file_says_never_waits_for_who_receives_the_same_bytes(
    store: Store, reader: Reader, arrives: Callable[[bytes], Future[Received]]
) -> None:
    content = returned_schedule()
    first = ingest(store, reader, content, "skema.xlsx").submission_id
    with writing(store.engine) as connection:
        assert submissions.held(connection, first)
        coming = arrives(content)
        assert key_of_submission(connection, first)
    again = coming.result(timeout=60)
    assert (again.submission_id, again.is_new) == (first, False)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_bytes_that_come_again_while_their_case_is_erased_are_a_new_submission(
    store: Store, reader: Reader, arrives: Callable[[bytes], Future[Received]], monkeypatch: pytest.MonkeyPatch
) -> None:
    content, coming, erase = returned_schedule(), list[Future[Received]](), erasing._erase_files
    first = ingest(store, reader, content, "skema.xlsx").submission_id

    def with_an_arrival(connection: Connection, submission_ids: Sequence[int]) -> None:
        coming.append(arrives(content))
        erase(connection, submission_ids)

    monkeypatch.setattr(erasing, "_erase_files", with_an_arrival)
    with writing(store.engine) as connection:
        assert erasing.erase_case(connection, CASES[0].case_key, ON_DATE, NOW, "Efter aftale") is None
    again = coming[0].result(timeout=60)
    assert again.is_new
    assert again.submission_id != first


def test_a_name_that_no_database_could_keep_is_kept_readable(store: Store, reader: Reader) -> None:
    name = "d\udcf8gnskema\x00.xlsx"  # as a folder from an old Windows has it
    done = ingest(store, reader, returned_schedule(CASES[1].case_key), name)
    with store.engine.connect() as connection:
        (row,) = submissions.received_files(connection)
    assert (done.status, row.file_name) == (
        Status.ACCEPTED,
        "d\N{REPLACEMENT CHARACTER}gnskema\N{REPLACEMENT CHARACTER}.xlsx",
    )
