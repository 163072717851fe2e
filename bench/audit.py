"""What the audit costs: taking files in with and without it, a case's page with and without its entry, a long chain."""

import gc
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pydantic import SecretStr
from sqlalchemy import insert

sys.path.append("tests")

from signed_in import Client, add_people

from bench.ingest import prepared
from bench.line import Line, alternating, milliseconds
from bench.material import copies, returned
from sync.app import create_app
from sync.audit.export import lines
from sync.audit.shape import Shape
from sync.ingest import ingest
from sync.settings import Settings
from sync.store import Store, audit
from sync.store.audit import HASHED, Action
from sync.store.chain import verify
from sync.store.database import writing
from sync.store.tables import AUDIT_ENTRY
from workbook_templates.reading import reader_pool

FILES = int(os.environ.get("BITARK_BENCH_FILES", "1000"))
BATCH, CASES = 10, 1_000
ENTRIES = 1_000_000


def _without(task: Callable[[], Any]) -> Callable[[], Any]:
    """The task with nothing appended to the chain."""

    def run() -> Any:
        with patch.object(audit, "append"):
            return task()

    return run


def _filled(store: Store) -> None:
    """A chain of a million entries about a thousand cases."""
    with writing(store.engine) as connection:
        for number in range(CASES):
            audit.note(connection, Action.TEMPLATE_ISSUED, "round:1", case=f"S-2026-{number:05d}")
    with store.engine.connect() as connection:
        known = list(audit.entries(connection))
    digests, previous = [entry.case_digest for entry in known if entry.case_digest], known[-1].hash
    numbers = iter(range(known[-1].number + 1, ENTRIES + 1))
    while batch := list(itertools.islice(numbers, 20_000)):
        rows = []
        for number in batch:
            digest = digests[number % CASES]
            values = (number, "2026-11-25T12:00:00.000000Z", "user:7", "case_read", "", digest, "{}", previous)
            previous = audit.hash_of(values)
            rows.append({**dict(zip(HASHED, values, strict=True)), "hash": previous})
        with writing(store.engine) as connection:
            connection.execute(insert(AUDIT_ENTRY), rows)


def run(folder: Path) -> Iterator[Line]:
    """Ratios in one run; the times of a long chain."""
    content = returned()
    store = prepared(folder / "files")
    waiting = iter(list(copies(content, 2 * FILES + 2 * BATCH)))
    gc.freeze()

    with reader_pool() as reader:

        def taken() -> None:
            for _ in range(BATCH):
                ingest(store, reader, next(waiting), "retur.xlsx")

        noted, bare = alternating([taken, _without(taken)], FILES // BATCH)
        yield Line(f"{FILES:,} files taken in, one by one, with the audit", noted / BATCH, "ms/file")
        yield Line("the same without it", bare / BATCH, "ms/file")
        yield Line("with against without", noted / bare, "×", 1.1)
        own = folder / "page"
        one = prepared(own)
        ingest(one, reader, content, "retur.xlsx")
        with writing(one.engine) as connection:
            add_people(connection)
        one.close()
        settings = Settings(
            database=str(own / "bitark.db"),
            originals=str(own / "originaler"),
            secret_key=SecretStr("of the measurement"),
        )
        app = create_app(settings, reader)
        app.test_client_class = Client
        client = app.test_client()
        page = lambda: client.get("/sager/S-2026-00001")  # noqa: E731
        assert page().status_code == 200
        noted, bare = alternating([page, _without(page)], 101)
        yield Line("a case's page with its entry", noted, "ms", 100)
        yield Line("the same without it", bare, "ms")
        yield Line("what the entry adds", noted - bare, "ms")
    store.close()
    long = prepared(folder / "long")
    _filled(long)

    def checked() -> None:
        with long.engine.connect() as connection:
            assert verify(connection).head.number == ENTRIES

    def newest(case_key: str | None, before: int | None) -> None:
        with long.engine.connect() as connection:
            assert len(list(audit.entries(connection, case_key, before=before, limit=101))) == 101

    def exported() -> None:
        with long.engine.connect() as connection, audit.entries(connection) as found:
            assert sum(1 for _ in lines(found, Shape.JSON_LINES)) == ENTRIES

    yield Line(f"verify {ENTRIES:,} entries", milliseconds(checked, 3) / 1_000, "s", 30)
    yield Line("export them as JSON lines", milliseconds(exported, 1) / 1_000, "s")
    yield Line("the newest page of them", milliseconds(lambda: newest(None, None)), "ms", 20)
    yield Line("a page in the middle", milliseconds(lambda: newest(None, ENTRIES // 2)), "ms", 20)
    yield Line("a page of one case in the middle", milliseconds(lambda: newest("S-2026-00500", ENTRIES // 2)), "ms", 20)
