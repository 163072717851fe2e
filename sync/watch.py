"""A folder that is watched: what is put there is taken in and moved beside, never deleted.

Files are looked for by polling, so that it works on any disk and share. A file is taken when two looks in a row find it
unchanged. It is moved only after its submission is finished; killed before that, the next start takes the same bytes
again, which are the same submission.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bit_model.checks import masked
from sync.collect import NOT_RETURNS, Collected
from sync.ingest import Reader, ingest, sweep
from sync.settings import Settings
from sync.store import Store
from sync.store.database import has_queue
from sync.store.submissions import Received
from sync.store.tables import Status
from workbook_templates.files.archive import files_in
from workbook_templates.problems import Problem

TAKEN, REFUSED = "modtaget", "afvist"
"""Where a file is moved: what became a case's submission, with errors or without; and what did not."""
_Look = tuple[int, int]


@dataclass(slots=True)
class Watched:
    """A folder and how its files looked last time."""

    folder: Path
    seen: dict[Path, _Look] = field(default_factory=dict)
    told: set[Path] = field(default_factory=set)

    def settled(self) -> list[Path]:
        """Files that have not changed since the last look, the oldest first. Folders and links are left alone."""
        looks: dict[Path, _Look] = {}
        for path in self.folder.iterdir():
            if path.name.startswith(NOT_RETURNS) or path.is_symlink() or not path.is_file():
                continue
            try:
                state = path.stat()
            except OSError:  # it went away meanwhile
                continue
            looks[path] = state.st_mtime_ns, state.st_size
        found = [path for path, look in looks.items() if self.seen.get(path) == look]
        self.seen, self.told = looks, self.told & looks.keys()
        return sorted(found, key=lambda path: (looks[path], path.name))


def watch(
    folder: Path, store: Store, reader: Reader, settings: Settings, pause: Callable[[], bool]
) -> Iterator[Collected]:
    """Take in what comes, reading it here, also where there are workers: where a file is moved tells what it came to.

    Before each look what an earlier run left is finished; workers do that by themselves. `pause` waits between looks;
    True ends it.
    """
    watched = Watched(folder)
    for name in (TAKEN, REFUSED):
        (folder / name).mkdir(exist_ok=True)
    while True:
        finish_what_was_left(store, reader)
        for path in watched.settled():
            yield from _taken(path, watched, store, reader, settings)
        if pause():
            return


def finish_what_was_left(store: Store, reader: Reader) -> None:
    """Read what an earlier run left unread; where there are workers, they do so."""
    if not has_queue(store.engine):
        for _ in sweep(store, reader):
            pass


def taken_in(
    content: bytes, name: str, store: Store, reader: Reader, settings: Settings
) -> Iterator[tuple[str, Received | Problem]]:
    """Name and outcome of a file, or of each file of an archive: stored and read, or why it could not be."""
    limits, files, total = settings.limits, settings.max_upload_files, settings.max_upload_bytes
    for inside, held in files_in(content, name, limits, files, total):
        yield inside, held if isinstance(held, Problem) else ingest(store, reader, held, inside)


def _taken(path: Path, watched: Watched, store: Store, reader: Reader, settings: Settings) -> Iterator[Collected]:
    """What became of a file, or of each file of an archive, and then the file moved."""
    if path.stat().st_size > settings.max_upload_bytes:
        yield Collected(path, None, "den er for stor til at blive taget ind")
        _move(path, watched.folder / REFUSED)
        return
    try:
        content = path.read_bytes()
    except OSError as error:  # it may be open elsewhere; the next look tries again
        if path not in watched.told:
            watched.told.add(path)
            yield Collected(path, None, error.strerror or str(error))
        return
    refused = False
    for name, found in taken_in(content, path.name, store, reader, settings):
        if isinstance(found, Problem):
            outcome = Collected(path.with_name(masked(name)), None, found.message())
        else:
            outcome = Collected(path.with_name(name), found)
        refused = refused or outcome.ingested is None or outcome.ingested.status is Status.REFUSED
        yield outcome
    _move(path, watched.folder / (REFUSED if refused else TAKEN))


def _move(path: Path, folder: Path) -> None:
    """Move a file; a file of the same name there is not overwritten, the new one gets a number."""
    number = 1
    while True:
        target = folder / (path.name if number == 1 else f"{path.stem} ({number}){path.suffix}")
        try:
            target.touch(exist_ok=False)  # takes the name, so that nobody else can
        except FileExistsError:
            number += 1
            continue
        path.replace(target)
        return
