"""Pages and lists with 1,000 cases on both databases: milliseconds on the server, asked by the test client.

The quickest of some askings, since others share the machine: what the service takes, not what it waits for.
"""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from timeit import repeat

import psycopg
from pydantic import SecretStr
from sqlalchemy import insert, select

sys.path.append("tests")

from signed_in import Client, add_people
from two_databases import Server

from bench.central import fill
from bench.line import Line
from bench.material import HOUSE_SIZE, PARAMETERS, PERIOD, TODAY, case
from bit_model.house import House
from sync.app import create_app
from sync.settings import Settings
from sync.store import open_store, rounds
from sync.store.cases import import_cases
from sync.store.database import writing
from sync.store.rounds import NewRound
from sync.store.tables import CASE, RECEIPT, SUBMISSION
from workbook_templates.reading import reader_pool

CASES, ENTRIES, TIMES = 1_000, 250, 15
ASKED: dict[str, tuple[str, float | None]] = {
    "overview": ("/overblik/", 300),
    "overview, the last page of one state": ("/overblik/?tilstand=unaccounted&side=99", 300),
    "comparison page": ("/sammenligning/", 300),
    "status board of a round": ("/runder/1", 300),
    "case page": ("/sager/S-2026-00500", 100),
    "derivation of the hours given": ("/sager/S-2026-00500/udledning/indsats", 100),
    "house page": ("/huse/Hus 83", 300),
    "API: a page of 100 cases": ("/api/v1/cases", 100),
    "API: a page of 1,000 cases": ("/api/v1/cases?limit=1000", 300),
    "API: the cases in a state": ("/api/v1/cases?state=unaccounted&limit=1000", 300),
    "API: the comparison as JSON": ("/api/v1/comparison", 300),
    "API: the comparison as CSV": ("/api/v1/comparison.csv", 300),
    "API: a page of 100 submissions": ("/api/v1/submissions", 100),
    "API: a page of 100 problems": ("/api/v1/problems", 100),
    "API: a round with its board": ("/api/v1/rounds/1", 300),
    "API: BIT-data as a workbook": ("/api/v1/bit-data.xlsx", None),
}


def _filled(settings: Settings) -> None:
    """So many cases in houses of six, a schedule in order and its receipt for each, and a round over them all."""
    store, now = open_store(settings.database, settings.originals), dt.datetime.now(dt.UTC)
    houses = [House(f"Hus {number}", "Tilbuddet", HOUSE_SIZE) for number in range(CASES // HOUSE_SIZE + 1)]
    listed = [replace(case(n), house=houses[n // HOUSE_SIZE].name) for n in range(1, CASES + 1)]
    with writing(store.engine) as connection:
        import_cases(connection, listed, (), houses, PARAMETERS, TODAY, now)
    fill(store, entries=ENTRIES)
    with writing(store.engine) as connection:
        came = {"file_name": "skema.xlsx", "times": 1, "first_at": now, "last_at": now}
        received = [came | {"submission_id": number} for number in connection.scalars(select(SUBMISSION.c.id))]
        connection.execute(insert(RECEIPT), received)
        keys = list(connection.scalars(select(CASE.c.case_key)))
        add_people(connection)
        rounds.open_round(connection, NewRound("Forår", PERIOD, "liste", TODAY), keys, now)
    if store.engine.dialect.name == "postgresql":
        with psycopg.connect(settings.database, autocommit=True) as owner:
            owner.execute("ANALYZE")  # as its daemon does, which the tests' server is without
    store.close()


def _quickest(task: Callable[[], None]) -> float:
    """Milliseconds of the quickest of some runs, after one to warm up."""
    task()
    return min(repeat(task, number=1, repeat=TIMES)) * 1_000


def _lines(settings: Settings, words: str) -> Iterator[Line]:
    with reader_pool() as reader:
        app = create_app(settings, reader)
        app.test_client_class = Client
        client = app.test_client()
        for what, (path, limit) in ASKED.items():

            def ask(path: str = path) -> None:
                assert client.get(path).status_code == 200, path

            yield Line(f"{what}, {CASES:,} cases, {words}", _quickest(ask), "ms", limit)
        known = client.get("/api/v1/comparison.xlsx").headers["ETag"]

        def unchanged() -> None:
            assert client.get("/api/v1/comparison.xlsx", headers={"If-None-Match": known}).status_code == 304

        what = f"API: comparison.xlsx that the caller has, {CASES:,} cases, {words}"
        yield Line(what, _quickest(unchanged), "ms", 100)
        app.extensions["bitark"].store.close()


def run(folder: Path) -> Iterator[Line]:
    """Each page on SQLite and on PostgreSQL."""
    server = Server()
    with server.database() as url:
        for words, database in (("SQLite", str(folder / "bitark.db")), ("PostgreSQL", url)):
            settings = Settings(
                database=database,
                originals=str(folder / f"originaler-{words}"),
                secret_key=SecretStr("of the measurement"),
            )
            _filled(settings)
            yield from _lines(settings, words)
    server.close()
