"""Taking in files and folders in bulk: which files are meant, and several processes over them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from bit_model.checks import masked
from sync.authorities import within_authority
from sync.ingest import Reader, read, receive, sweep
from sync.store import Store, open_store
from sync.store.database import has_queue
from sync.store.submissions import Received
from sync.words import STATUSES
from workbook_templates.files.gate import Limits
from workbook_templates.reading import reader_pool

NOT_RETURNS = ("~$", ".~lock.", ".DS_Store", "Thumbs.db", "desktop.ini")
"""How names begin of what spreadsheet programs and file managers leave beside the files."""


@dataclass(frozen=True, slots=True)
class Collected:
    """One file on disk and what became of it; `trouble` says why it could not be taken in at all."""

    path: Path
    ingested: Received | None
    trouble: str = ""

    def as_json(self) -> dict[str, Any]:
        """The outcome under stable keys."""
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
    table = Table(Column("Fil", overflow="fold"), "Sag", "Version", "Status", "Fejl", "Advarsler", box=None)
    for one in collected:
        done = one.ingested
        if done is None:
            table.add_row(escape(one.path.name), "", "", f"kunne ikke åbnes: {escape(one.trouble)}", "", "")
            continue
        status = STATUSES[done.status].da + ("" if done.is_new else " (modtaget før)")
        cells = (one.path.name, done.case_key or "", str(done.version or ""), status)
        table.add_row(*map(escape, cells), str(done.errors), str(done.warnings))
    return table


def outcome_line(one: Collected) -> str:
    """What became of one file, in a line of console markup."""
    done, name = one.ingested, escape(masked(one.path.name))
    if done is None:
        return f"{name}: ikke taget ind, {escape(one.trouble)}"
    told = STATUSES[done.status].da.lower() + ("" if done.is_new else " (modtaget før)")
    at = f"{done.case_key}, version {done.version}" if done.version else "ingen sag, se bakken"
    return f"{name}: {told}, {escape(at)}, {done.errors} fejl, {done.warnings} advarsler"


def files_in(paths: Iterable[Path], own: Iterable[str] = ()) -> list[Path]:
    """The files named, and every file below the folders named, once each.

    A folder's files come in the order they were last changed, so that a corrected file is a later version; then by
    name, where `skema` comes before `skema (2)`. What lies at or below the places in `own`, our database and
    originals, is left out.
    """
    found: dict[Path, None] = {}
    ours = [Path(place).resolve() for place in own if "://" not in place]
    for path in paths:
        inside = sorted((file for file in path.rglob("*") if file.is_file()), key=_age) if path.is_dir() else [path]
        found |= dict.fromkeys(
            file
            for file in inside
            if not file.name.startswith(NOT_RETURNS) and not any(file.resolve().is_relative_to(place) for place in ours)
        )
    return list(found)


def _age(file: Path) -> tuple[int, str, str]:
    try:
        changed = file.stat().st_mtime_ns
    except OSError:  # it went away meanwhile; whoever opens it says so
        changed = 0
    return changed, file.stem.casefold(), file.name


def collect(
    paths: Sequence[Path],
    database: str,
    originals: str,
    limits: Limits,
    processes: int = 1,
    key: str = "",
    authority: str = "",
) -> Iterator[Collected]:
    """Take in the files in their order, first finishing what an earlier run left.

    With several processes so many files are read at a time; they are received one after the other all the same. With
    `key` the tokens of issued templates are verified. `authority` is for a database that has several.
    """
    own = within_authority(open_store(database, originals, key), authority)
    with closing(own) as store, reader_pool(processes, limits) as reader:
        if not has_queue(store.engine):  # there the workers do so
            for _ in sweep(store, reader):
                pass
        if processes == 1:
            for path in paths:
                yield _received(store, reader, path)()
            return
        with ThreadPoolExecutor(processes) as readers:
            under_way: deque[Future[Collected]] = deque()
            for path in paths:
                under_way.append(readers.submit(_received(store, reader, path)))
                if len(under_way) > 2 * processes:
                    yield under_way.popleft().result()
            yield from (done.result() for done in under_way)


def _received(store: Store, reader: Reader, path: Path) -> Callable[[], Collected]:
    """Receive a file; what is returned reads it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        trouble = error.strerror or str(error)
        return lambda: Collected(path, None, trouble)
    received = receive(store, content, path.name)
    return lambda: Collected(path, read(store, reader, received, content, path.name))
