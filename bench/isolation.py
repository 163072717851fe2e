"""What row-level security costs: the comparison of 1,000 cases with the policies and without, in turn."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append("tests")

from two_databases import Server

from bench.central import fill
from bench.ingest import prepared
from bench.line import Line, alternating
from bench.material import PARAMETERS
from sync.comparison.rows import comparison_rows
from sync.store import Store
from sync.store.database import open_database
from sync.store.scope import Scope

CASES, TIMES = 1_000, 41


def _compared(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return comparison_rows(connection, PARAMETERS)


def run(folder: Path) -> Iterator[Line]:
    """Times by the service's user, for whom the policies hold, and by a superuser, for whom they do not."""
    server = Server()
    with server.database() as url:
        store = prepared(folder, CASES, url)
        fill(store)
        owner = open_database(server.owner(url))
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        own, free = store.within(Scope(1)), Store(owner, store.originals).within(Scope(1))
        provider = store.within(Scope(1, "Tilbuddet"))
        assert _compared(own) == _compared(free) == _compared(provider)
        tasks = [lambda: _compared(own), lambda: _compared(free), lambda: _compared(provider)]
        held, bare, of_provider = alternating(tasks, TIMES)
        yield Line("1,000 cases compared on PostgreSQL, policies held", held, "ms")
        yield Line("the same by a user for whom they do not hold", bare, "ms")
        yield Line("row-level security, against without", held / bare, "×", 1.1)
        yield Line("the same cases within their provider's scope", of_provider, "ms")
        owner.dispose()
        store.close()
    server.close()
