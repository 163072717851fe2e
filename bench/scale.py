"""One authority's 1,000 cases compared in a database of 50,000, three versions each, on PostgreSQL."""

import datetime as dt
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.append("tests")

from pydantic import SecretStr
from signed_in import Client, add_people
from two_databases import Server

from bench.central import fill
from bench.line import Line, milliseconds
from bench.material import HOUSE_SIZE, PARAMETERS, TODAY, case
from bit_model.house import House
from sync.app import create_app
from sync.comparison.rows import comparison_rows
from sync.settings import Settings
from sync.store import Store, authorities, open_store
from sync.store.cases import import_cases
from sync.store.database import open_database, writing
from sync.store.scope import NOBODY, Scope
from workbook_templates.reading import reader_pool

AUTHORITIES, CASES, VERSIONS, ENTRIES, TIMES = 50, 1_000, 3, 250, 15


def _fill_authority(store: Store, number: int) -> None:
    """The cases of one authority with their versions."""
    now = dt.datetime.now(dt.UTC)
    if number > 1:
        with writing(store.within(NOBODY).engine) as connection:
            assert authorities.add(connection, f"Kommune {number}", now) == number
    own = store.within(Scope(number))
    houses = [House(f"Hus {one}", "Tilbuddet", HOUSE_SIZE) for one in range(CASES // HOUSE_SIZE + 1)]
    listed = [replace(case(one), house=houses[one // HOUSE_SIZE].name) for one in range(1, CASES + 1)]
    with writing(own.engine) as connection:
        import_cases(connection, listed, (), houses, PARAMETERS, TODAY, now)
    fill(own, (), ENTRIES, VERSIONS, (number - 1) * CASES * VERSIONS + 1)


def run(folder: Path) -> Iterator[Line]:
    """The comparison of the first authority alone in the database, and with the other 49 beside it."""
    server = Server()
    with server.database() as url, reader_pool() as reader:
        settings = Settings(
            database=url, originals=str(folder / "originaler"), secret_key=SecretStr("of the measurement")
        )
        store = open_store(settings.database, settings.originals)
        owner = open_database(server.owner(url)).execution_options(isolation_level="AUTOCOMMIT")
        own = store.within(Scope(1))

        def compared() -> None:
            with own.engine.connect() as connection:
                assert len(comparison_rows(connection, PARAMETERS)) == CASES

        for number in range(1, AUTHORITIES + 1):
            _fill_authority(store, number)
            if number in {1, AUTHORITIES}:
                with owner.connect() as connection:
                    connection.exec_driver_sql("ANALYZE")  # as its daemon does, which the tests' server is without
                what = f"{CASES:,} cases compared, {number * CASES:,} cases with {VERSIONS} versions in the database"
                yield Line(what, milliseconds(compared, TIMES), "ms", 300)
        with writing(own.engine) as connection:
            add_people(connection)
        app = create_app(settings, reader)
        app.test_client_class = Client
        client = app.test_client()

        def page(path: str) -> float:
            def ask() -> None:
                assert client.get(path).status_code == 200

            ask()
            return milliseconds(ask, TIMES)

        yield Line("the comparison's page there", page("/sammenligning/"), "ms", 300)
        yield Line("a case's page there", page("/sager/S-2026-00500"), "ms", 100)
        app.extensions["bitark"].store.close()
        owner.dispose()
        store.close()
    server.close()
