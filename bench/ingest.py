"""Durable ingest of returned files against libraries that merely read them."""

import datetime as dt
import gc
import io
import time
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.line import Line, alternating, milliseconds
from bench.material import PARAMETERS, TODAY, case, copies, returned
from sync.collect import collect
from sync.ingest import ingest
from sync.store import Store, open_store
from sync.store.cases import import_cases
from sync.store.database import writing
from workbook_templates.files.gate import Limits
from workbook_templates.reading import reader_pool

FILES = 300
SHEETS = ("Døgnskema", "Oplysninger")
"""The sheets that ingest reads."""


def prepared(folder: Path, cases: int = 1, database: str = "") -> Store:
    """A store with so many cases, in a file in the folder or in the database named."""
    folder.mkdir(parents=True, exist_ok=True)
    store = open_store(database or str(folder / "bitark.db"), str(folder / "originaler"))
    with writing(store.engine) as connection:
        now = dt.datetime.now(dt.UTC)
        import_cases(connection, [case(n) for n in range(1, cases + 1)], (), (), PARAMETERS, TODAY, now)
    return store


def _calamine(content: bytes, sheets: tuple[str, ...]) -> None:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for sheet in sheets:
            book.get_sheet_by_name(sheet).to_python()


def _rate(folder: Path, content: bytes, processes: int) -> float:
    """Files per second from the first that is done to the last."""
    store = prepared(folder)
    store.engine.dispose()
    inbox = folder / "retur"
    inbox.mkdir()
    for number, copy in enumerate(copies(content, FILES)):
        (inbox / f"{number:04d}.xlsx").write_bytes(copy)
    waiting = sorted(inbox.iterdir())
    running = collect(waiting, str(folder / "bitark.db"), str(folder / "originaler"), Limits(), processes)
    done = [time.perf_counter() for _ in running]
    settled = FILES // 10
    return (len(done) - settled - 1) / (done[-1] - done[settled])


def run(folder: Path) -> Iterator[Line]:
    """Ratios on one file of 600 entries in one run, and two processes against one."""
    content = returned()
    store = prepared(folder / "one")
    waiting = iter(list(copies(content, 80)))
    gc.collect()
    gc.freeze()  # what filling in the file left behind is not there in a process that ingests
    with reader_pool() as reader:
        ours, bare = alternating(
            [lambda: ingest(store, reader, next(waiting), "retur.xlsx"), lambda: _calamine(content, SHEETS)], 70
        )
    import pandas as pd  # only now, since neither ingest nor the children that read have it

    sheet = milliseconds(lambda: pd.read_excel(io.BytesIO(content), sheet_name="Døgnskema", engine="openpyxl"), 7)
    whole = milliseconds(lambda: pd.read_excel(io.BytesIO(content), sheet_name=None, engine="openpyxl"), 7)
    yield Line("durable ingest of a returned file with 600 entries", ours, "ms")
    yield Line("pandas.read_excel with openpyxl, the file", whole, "ms")
    yield Line("pandas.read_excel with openpyxl, the sheet Døgnskema only", sheet, "ms")
    yield Line("bare python-calamine, the two sheets that ingest reads", bare, "ms")
    yield Line("how much faster ingest is than pandas merely reading the file", whole / ours, "×", 6, at_least=True)
    yield Line("how much faster it is than pandas merely reading that one sheet", sheet / ours, "×", 6, at_least=True)
    yield Line("ingest against bare calamine", ours / bare, "×", 3.5)
    one, two = _rate(folder / "p1", content, 1), _rate(folder / "p2", content, 2)
    yield Line("collect, one process", one, "files/s")
    yield Line("collect, two processes", two, "files/s")
    yield Line("two processes against one", two / one, "×", 1.8, at_least=True)
