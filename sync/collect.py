"""Taking in files and folders in bulk: which files are meant, and several processes over them."""

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from sync.ingest import Ingested, Reader, ingest, sweep
from sync.store import Store, open_store
from sync.words import STATUSES
from workbook_templates.gate import Limits
from workbook_templates.reading import reader_pool

NOT_RETURNS = ("~$", ".~lock.", ".DS_Store", "Thumbs.db", "desktop.ini")
"""How names begin of what spreadsheet programs and file managers leave beside the files."""


@dataclass(frozen=True, slots=True)
class Collected:
    """One file on disk and what became of it; `trouble` says why it could not be taken in at all."""

    path: Path
    ingested: Ingested | None
    trouble: str = ""

    def as_json(self) -> dict[str, Any]:
        """The outcome under stable keys; `problems` counts errors and warnings."""
        done = self.ingested
        return {
            "file": self.path.name,
            "submission": done and done.submission_id,
            "case_key": done and done.case_key,
            "version": done and done.version,
            "status": done.status.value if done else "unavailable",
            "is_new": bool(done and done.is_new),
            "errors": done and done.errors,
            "warnings": done and done.warnings,
            "trouble": self.trouble,
        }


def outcome_table(collected: Iterable[Collected]) -> Table:
    """What became of the files, one row each."""
    table = Table("Fil", "Sag", "Version", "Status", "Fejl", "Advarsler", box=None)
    for one in collected:
        done = one.ingested
        if done is None:
            table.add_row(escape(one.path.name), "", "", f"kunne ikke åbnes: {escape(one.trouble)}", "", "")
            continue
        status = STATUSES[done.status].da + ("" if done.is_new else " (modtaget før)")
        cells = (one.path.name, done.case_key or "", str(done.version or ""), status)
        table.add_row(*map(escape, cells), str(done.errors), str(done.warnings))
    return table


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files named, and every file below the folders named, in order and once each."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        found |= dict.fromkeys(file for file in inside if not file.name.startswith(NOT_RETURNS))
    return list(found)


def collect(
    paths: Sequence[Path], database: str, originals: str, limits: Limits, processes: int = 1
) -> Iterator[Collected]:
    """Take in the files, first finishing what an earlier run left; in the order they are done.

    With several processes each reads and stores files of its own; the database is shared.
    """
    store = open_store(database, originals)
    with reader_pool(1, limits) as reader:
        for _ in sweep(store, reader):
            pass
        if processes == 1 or len(paths) < processes:
            for path in paths:
                yield _take_in(store, reader, path)
            return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (database, originals, limits)) as executor:
        for done in as_completed([executor.submit(_take_in_here, path) for path in paths]):
            yield done.result()


def _take_in(store: Store, reader: Reader, path: Path) -> Collected:
    try:
        content = path.read_bytes()
    except OSError as error:
        return Collected(path, None, error.strerror or str(error))
    return Collected(path, ingest(store, reader, content, path.name))


_mine: tuple[Store, Reader]
"""This process's own store and reader, where several processes collect."""


def _begin(database: str, originals: str, limits: Limits) -> None:
    global _mine  # noqa: PLW0603  # an initializer of a process pool has no other way to hand something on
    threading.Thread(target=_end_with_parent, daemon=True).start()
    reader = reader_pool(1, limits)
    Finalize(None, reader.close, exitpriority=1)  # before the process waits for its children
    _mine = open_store(database, originals), reader


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _take_in_here(path: Path) -> Collected:
    return _take_in(*_mine, path)
