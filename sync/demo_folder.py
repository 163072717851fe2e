"""The folder of a demonstration: what it leaves there, and whether a folder may be used for one."""

import shutil
from itertools import chain
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from sync.demo import municipality
from sync.demo_returns import UNUSUAL
from sync.failures import Failure
from sync.master_key import MASTER_ENDING
from sync.store import submissions
from sync.store.comparison import narrow_rows
from sync.store.database import open_database
from sync.token import KEY_FILE_ENDING

CASE_LIST = "sagsliste.xlsx"
ISSUED = "udsendt"
ISSUED_AGAIN = "ny-runde"
RETURNED = "retur"
DATABASE = "bitark.db"
ORIGINALS = "originaler"
KEYS = (f"{DATABASE}{KEY_FILE_ENDING}", f"{DATABASE}{MASTER_ENDING}")
COMPARISON = "bit-sammenligning.xlsx"
LEFT_BEHIND = frozenset({CASE_LIST, ISSUED, ISSUED_AGAIN, RETURNED, DATABASE, *KEYS, ORIGINALS, COMPARISON})
WHILE_OPEN = frozenset({f"{DATABASE}-wal", f"{DATABASE}-shm"})


def make_room(directory: Path) -> None:
    """The folder, there and empty: an earlier demonstration is removed. Raises `Failure` where it holds anything else.

    An authority's own folder may look the same, so it is the cases in the database that tell.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if foreign := _foreign(directory):
            raise Failure(
                f"Mappen {directory} er ikke en demonstration: {foreign}. "
                "Vælg en anden mappe med --dir, eller tøm mappen selv."
            )
        for path in directory.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise Failure(f"Mappen {directory} kan ikke bruges ({error.strerror or error}).") from error


def _foreign(directory: Path) -> str:
    """What shows that the folder holds something else than a demonstration; empty where nothing does."""
    names = {path.name for path in directory.iterdir()}
    if not names:
        return ""
    keys = tuple(municipality().schedules)
    inside = {folder: list(directory.glob(f"{folder}/*")) for folder in (ISSUED, ISSUED_AGAIN, RETURNED)}
    issued = {path for path in (*inside[ISSUED], *inside[ISSUED_AGAIN]) if path.stem.endswith(keys)}
    sent = {Path(name).stem for plan in UNUSUAL.values() for one in plan for name in (one.file_name, *one.copies)}
    sent |= {path.stem for path in issued}
    others = sorted(names - LEFT_BEHIND - WHILE_OPEN)
    others += sorted(
        f"{path.parent.name}/{path.name}"
        for path in chain.from_iterable(inside.values())
        if path not in issued and path.stem not in sent
    )
    if others:
        return f"der ligger også {others[0]}" + (f" og {len(others) - 1} mere" if len(others) > 1 else "")
    if DATABASE not in names:
        return f"den har ingen {DATABASE}"
    return _foreign_cases(directory / DATABASE)


def _foreign_cases(database: Path) -> str:
    engine = open_database(str(database))
    try:
        with engine.connect() as connection:
            cases = {(case.case_key, case.provider) for case in narrow_rows(connection)}
            files = submissions.received_files(connection)
    except DatabaseError:
        return f"{database.name} er af en anden slags"
    finally:
        engine.dispose()
    ours = {(case.case_key, case.provider) for case in municipality().cases}
    return "" if cases <= ours and (cases or not files) else f"{database.name} har andre sager"
