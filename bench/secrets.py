"""What encryption costs: the comparison workbook and page, and an original, each against the same in plain."""

import datetime as dt
import hashlib
import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from bench.central import fill
from bench.ingest import prepared
from bench.line import Line
from bench.material import PARAMETERS, copies, returned
from sync.comparison.rows import comparison_rows
from sync.comparison.workbook import write_comparison_workbook
from sync.files import open_originals
from sync.store import Store, open_store, submissions
from sync.store.columns import Sealed
from sync.store.comparison import case_records
from sync.store.database import writing
from sync.store.originals import keep, original
from sync.store.secrets import opened
from sync.store.tables import DETAIL, Status

CASES = 1_000
PROBLEMS = [
    {"code": "R02", "sheet": "Døgnskema", "cell": f"B{row}", "field": "Start", "found": "kl. halv otte om morgenen"}
    for row in range(2, 12)
]
FILES, TIMES = 150, 7
RECEIPTS = (
    "INSERT INTO receipt (submission_id, file_name, times, first_at, last_at) "
    "SELECT id, 'retur.xlsx', 1, status_at, status_at FROM submission"
)


def _cpu(tasks: list[Callable[[], object]], times: int) -> list[float]:
    """The least processor milliseconds of each task; they take turns. Other work on the machine does not count."""
    taken: list[list[float]] = [[] for _ in tasks]
    for _ in range(times):
        for task, own in zip(tasks, taken, strict=True):
            started = time.process_time()
            task()
            own.append((time.process_time() - started) * 1_000)
    return [min(own) for own in taken]


def _in_plain(store: Store) -> None:
    """Every text as it was before there were keys."""
    with writing(store.engine) as connection:
        columns = [column for column in DETAIL.c if isinstance(column.type, Sealed)]
        rows = list(opened(connection, connection.execute(select(DETAIL)), dict.fromkeys(columns, "submission_id")))
        records = list(case_records(connection))
        for name in ("report", "header", "rows", "sums"):
            values = [{"v": json.dumps(getattr(row, name)).encode(), "i": row.submission_id} for row in rows]
            connection.execute(text(f"UPDATE submission_detail SET {name} = :v WHERE submission_id = :i"), values)  # noqa: S608
        entries: list[dict[str, Any]] = [{"v": row.entries, "i": row.submission_id} for row in rows]
        connection.execute(text("UPDATE submission_detail SET entries = :v WHERE submission_id = :i"), entries)
        told = [{"v": json.dumps(row.record).encode(), "k": row.case_key} for row in records]
        connection.execute(text('UPDATE "case" SET record = :v WHERE case_key = :k'), told)


def _workbook(store: Store) -> None:
    store.keyring.forget()
    write_comparison_workbook(io.BytesIO(), store)


def _page(store: Store) -> None:
    store.keyring.forget()
    with store.engine.connect() as connection:
        comparison_rows(connection, PARAMETERS)


def run(folder: Path) -> Iterator[Line]:
    """Processor time of the sealed against the plain, no key being known at the start; and of an original."""
    sealed = prepared(folder / "sealed", CASES)
    fill(sealed, PROBLEMS)
    with writing(sealed.engine) as connection:
        connection.execute(text(RECEIPTS))
    sealed.close()
    shutil.copytree(folder / "sealed", folder / "plain")
    sealed, plain = (
        open_store(str(folder / name / "bitark.db"), str(folder / name / "o")) for name in ("sealed", "plain")
    )
    _in_plain(plain)
    ours, bare = _cpu([lambda: _workbook(sealed), lambda: _workbook(plain)], TIMES)
    yield Line(f"comparison workbook of {CASES:,} cases with {len(PROBLEMS)} problems each, in plain", bare, "ms")
    yield Line("the same, sealed", ours, "ms")
    yield Line("sealed against plain", ours / bare, "×", 1.2)
    ours, bare = _cpu([lambda: _page(sealed), lambda: _page(plain)], TIMES)
    yield Line(f"comparison page of {CASES:,} cases, sealed against plain", ours / bare, "×", 1.1)
    files = list(copies(returned(), FILES))
    waiting, again = iter(files), iter(files)
    place = open_originals(str(folder / "bare"))
    ours, bare = _cpu(
        [
            lambda: keep(sealed, next(waiting)),
            lambda: place.put(hashlib.sha256(content := next(again)).hexdigest(), content),
        ],
        FILES,
    )
    yield Line(f"hash, seal and keep an original of {len(files[0]) // 1_000} kB: processor time", ours, "ms")
    yield Line("hash and keep it in plain: processor time", bare, "ms")
    kept = keep(sealed, returned())
    with writing(sealed.engine) as connection:
        submissions.receive(connection, kept, 1, "retur.xlsx", dt.datetime.now(dt.UTC), Status.RECEIVED)
    ours, bare = _cpu(
        [lambda: original(sealed, kept.sha256), lambda: sealed.originals.get(kept.secret_id or "")], FILES
    )
    yield Line("get it, open it and check its hash: processor time", ours, "ms")
    yield Line("get it as it lies: processor time", bare, "ms")
