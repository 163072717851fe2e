"""The service at work: uploads against a bare Flask route, and returns through the API with workers on PostgreSQL."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from subprocess import Popen

from pydantic import SecretStr

sys.path.append("tests")

from processes import answering, send, until, web, worker
from signed_in import add_people
from two_databases import Server

from bench.ingest import _rate, prepared
from bench.line import Line
from bench.material import copies, returned
from sync.settings import Settings
from sync.store import open_store
from sync.store.database import writing

RETURNS = int(os.environ.get("BITARK_BENCH_RETURNS", "2000"))
UPLOADS = int(os.environ.get("BITARK_BENCH_UPLOADS", "800"))
CLIENTS, BATCH = 16, 160
PACED_SECONDS = 30
"""How long each client sends a file a second."""


def _uploaded(address: str, files: list[bytes]) -> tuple[float, list[float]]:
    """Uploads per second, and the milliseconds of each, by so many clients at a time."""

    def timed(content: bytes) -> float:
        started = time.perf_counter()
        status, _ = send(address, content, "retur.xlsx")
        assert status in {200, 201, 202}
        return (time.perf_counter() - started) * 1_000

    with ThreadPoolExecutor(CLIENTS) as clients:
        started = time.perf_counter()
        taken = list(clients.map(timed, files))
        return len(files) / (time.perf_counter() - started), taken


def _alternating(addresses: list[str], files: list[bytes]) -> list[tuple[float, float]]:
    """The median rate of each address and its 99th hundredth; they take turns, so that a slow moment meets them all."""
    rates: list[list[float]] = [[] for _ in addresses]
    taken: list[list[float]] = [[] for _ in addresses]
    for address in addresses:
        _uploaded(address, files[:CLIENTS])
    waiting = iter(files[CLIENTS:])
    while batch := list(islice(waiting, BATCH)):
        for address, its_rates, its_times in zip(addresses, rates, taken, strict=True):
            rate, times = _uploaded(address, batch)
            its_rates.append(rate)
            its_times.extend(times)
    return [(median(a), quantiles(b, n=100)[98]) for a, b in zip(rates, taken, strict=True)]


def _paced(address: str, files: list[bytes]) -> float:
    """The 99th hundredth of the milliseconds of uploads by clients that send a file a second each."""
    begun = time.perf_counter()

    def client(which: int) -> list[float]:
        taken = []
        for second, content in enumerate(files[which::CLIENTS]):
            time.sleep(max(0.0, begun + second + which / CLIENTS - time.perf_counter()))
            started = time.perf_counter()
            status, _ = send(address, content, "retur.xlsx")
            assert status in {200, 201, 202}
            taken.append((time.perf_counter() - started) * 1_000)
        return taken

    with ThreadPoolExecutor(CLIENTS) as clients:
        return quantiles((one for its in clients.map(client, range(CLIENTS)) for one in its), n=100)[98]


def _made(database: str, folder: Path) -> Settings:
    """Settings of a prepared installation with one case."""
    made = Settings(database=database, originals=str(folder / "originaler"), secret_key=SecretStr("of the measurement"))
    store = prepared(folder, database=database)
    with writing(store.engine) as connection:
        add_people(connection)
    store.close()
    return made


def _upload_lines(folder: Path, server: Server, content: bytes) -> Iterator[Line]:
    files = list(copies(content, UPLOADS + CLIENTS * (1 + PACED_SECONDS)))
    sent, paced = files[: UPLOADS + CLIENTS], files[UPLOADS + CLIENTS :]
    with ExitStack() as started:

        def route(*where: str | Path) -> str:
            command = [sys.executable, "-m", "bench.routes", *where]
            return started.enter_context(answering(command, dict(os.environ)))[1]

        def ours(place: Path, database: str) -> str:
            return started.enter_context(web(_made(database, place)))[1]

        bare = route()
        url, another = (started.enter_context(server.database()) for _ in range(2))
        by_hand = route(another, folder / "by_hand")
        address = ours(folder / "server", url)
        rates = _alternating([bare, by_hand, address], sent)
        (bare_rate, bare_p99), (hand_rate, hand_p99), (rate, p99) = rates
        yield Line(f"bare Flask route, {CLIENTS} clients", bare_rate, "uploads/s")
        yield Line("bare Flask route, 99th hundredth", bare_p99, "ms")
        yield Line("the same durable work by hand on PostgreSQL, against the bare route", hand_rate / bare_rate, "×")
        yield Line("the same durable work by hand, 99th hundredth", hand_p99, "ms")
        yield Line("upload route on PostgreSQL", rate, "uploads/s")
        yield Line("upload route on PostgreSQL, against the bare route", rate / bare_rate, "×", 0.6, at_least=True)
        yield Line("upload route on PostgreSQL, against the work by hand", rate / hand_rate, "×", 0.4, at_least=True)
        yield Line("upload route on PostgreSQL, 99th hundredth", p99, "ms", 50)
        of_ours = f"upload route on PostgreSQL, {CLIENTS} clients with a file a second each, 99th hundredth"
        yield Line(of_ours, _paced(address, paced), "ms", 50)
        on_file = ours(folder / "file", str(folder / "bitark.db"))
        (bare_rate, _), (rate, p99) = _alternating([bare, on_file], files[: CLIENTS + 2 * BATCH])
        yield Line("upload route on SQLite, each file read at once", rate, "uploads/s")
        yield Line("upload route on SQLite, against the bare route", rate / bare_rate, "×", 0.6, at_least=True)
        yield Line("upload route on SQLite, 99th hundredth", p99, "ms", 50)


def _unread(settings: Settings) -> Callable[[], int]:
    store = open_store(settings.database, settings.originals)

    def count() -> int:
        with store.engine.connect() as connection:
            query = "SELECT count(*) FROM submission WHERE status IN ('received', 'reading')"
            return int(connection.exec_driver_sql(query).scalar_one())

    return count


def _memory(process: Popen[str]) -> float:
    """Resident MB of the process without its children."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1_000
    raise AssertionError(process.pid)


def run(folder: Path) -> Iterator[Line]:
    """Rates of uploads and of returns; the memory of web and worker processes at the first tenth and at the end."""
    content = returned()
    server = Server()
    yield from _upload_lines(folder / "uploads", server, content)
    with server.database() as url, ExitStack() as started:
        settings = _made(url, folder / "returns")
        serving, address = started.enter_context(web(settings))
        workers = [started.enter_context(worker(settings)) for _ in range(2)]
        processes = {"web process": serving, "worker": workers[0]}
        unread = _unread(settings)
        files = list(copies(content, RETURNS))
        tenth = RETURNS // 10
        begun = time.perf_counter()
        with ThreadPoolExecutor(4) as clients:
            list(clients.map(lambda one: send(address, one, "retur.xlsx"), files[:tenth]))
            until(lambda: not unread(), 600)
            early = {name: _memory(process) for name, process in processes.items()}
            list(clients.map(lambda one: send(address, one, "retur.xlsx"), files[tenth:]))
        until(lambda: not unread(), 3_600)
        rate = RETURNS / (time.perf_counter() - begun)
        late = {name: _memory(process) for name, process in processes.items()}
    server.close()
    yield Line(f"{RETURNS:,} returns through the API, two workers on PostgreSQL", rate, "files/s")
    one, two = (_rate(folder / f"collect{processes}", content, processes) for processes in (1, 2))
    yield Line("bitark collect on such files, one process on SQLite", one, "files/s")
    yield Line("the API with two workers against it", rate / one, "×", 0.4, at_least=True)
    yield Line("bitark collect on such files, two processes", two, "files/s")
    yield Line("the API with two workers against it", rate / two, "×", 0.4, at_least=True)
    for name in processes:
        yield Line(f"{name} after {tenth:,} returns", early[name], "MB")
        yield Line(f"{name}: growth until {RETURNS:,}", late[name] / early[name], "×", 1.05)
