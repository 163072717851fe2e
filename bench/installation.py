"""The grown-up set-up: two web and two worker processes on PostgreSQL and S3, and a worker that is killed."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr

sys.path.append("tests")

from bucket import ObjectStore
from processes import kill, send, until, web, worker
from signed_in import add_people
from two_databases import Server

from bench.ingest import prepared
from bench.line import Line
from bench.material import copies, returned
from sync.settings import Settings
from sync.store import submissions
from sync.store.database import writing
from sync.store.tables import UNFINISHED

RETURNS = int(os.environ.get("BITARK_BENCH_RETURNS", "2000"))
CLIENTS = 8


def run(folder: Path) -> Iterator[Line]:
    """Returns sent to both web processes, one of the workers killed half-way, and what became of every one of them."""
    server, objects = Server(), ObjectStore()
    os.environ.update(objects.environment)
    with server.database() as url, ExitStack() as started:
        settings = Settings(database=url, originals=objects.bucket(), secret_key=SecretStr("of the measurement"))
        store = prepared(folder, database=url)
        started.callback(store.close)
        with writing(store.engine) as connection:
            add_people(connection)
        addresses = [started.enter_context(web(settings))[1] for _ in range(2)]
        workers = [started.enter_context(worker(settings)) for _ in range(2)]
        killed: list[float] = []

        def sent(numbered: tuple[int, bytes]) -> tuple[int, int]:
            number, content = numbered
            if number == RETURNS // 2:
                kill(workers[0])
                killed.append(time.perf_counter())
            status, body = send(addresses[number % 2], content, f"retur-{number}.xlsx")
            return status, int(body["id"])

        def waiting() -> list[int]:
            with store.engine.connect() as connection:
                return [row.id for row in submissions.received_files(connection) if row.status in UNFINISHED]

        begun = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            answers = list(clients.map(sent, enumerate(copies(returned(), RETURNS))))
        told = time.perf_counter()
        until(lambda: not waiting(), 3_600)
        ended = time.perf_counter()
        with store.engine.connect() as connection:
            kept = submissions.received_files(connection)
    server.close()
    objects.close()
    answered = {number for status, number in answers if status == 202}
    names = Counter(row.file_name for row in kept)
    once = sum(
        1 for row in kept if row.id in answered and row.status == "accepted" and names[row.file_name] == row.times == 1
    )
    yield Line("returns answered with a number of their own, by two web processes", len(answered), "files")
    yield Line("of these kept, read without errors and once", once, "files", RETURNS, at_least=True)
    yield Line("kept beyond them", len(kept) - once, "files", 0)
    yield Line("versions of the one case", max(row.version for row in kept), "versions", RETURNS, at_least=True)
    yield Line("from the first upload to the last answer", told - begun, "s")
    yield Line("from the kill, half-way, until the last is read", ended - killed[0], "s")
    yield Line("returns read, from the first upload on", RETURNS / (ended - begun), "files/s")
