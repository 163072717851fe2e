"""The table of faults and their outcomes (docs/faults.md): each test holds the cell of what it saw, or writes it."""

import os
from collections import Counter
from enum import StrEnum
from pathlib import Path

from sync.store import Store, submissions

PAGE = Path(__file__).parent.parent / "docs" / "faults.md"
BEGIN, END = "<!-- generated: faults -->\n\n", "\n\n<!-- end -->"
KINDS = {"sqlite": "SQLite, folder", "postgresql": "PostgreSQL, S3, workers"}


class Fault(StrEnum):
    """What goes wrong, in the order of the table."""

    UPLOAD_CUT = "web process killed in the middle of an upload"
    API_STORED = "web process killed, API: original stored"
    API_ROW = "web process killed, API: row written, not committed"
    API_COMMITTED = "web process killed, API: committed, not read"
    LINK_STORED = "web process killed, link: original stored"
    LINK_ROW = "web process killed, link: row written, not committed"
    LINK_COMMITTED = "web process killed, link: committed, not read"
    READING = "reader's process killed in the middle of reading"
    RESULT = "reader's process killed, result written, not committed"
    READ = "reader's process killed, result committed"
    STOPPED = "worker told to stop while it reads"
    TWO_READERS = "two processes read the same file at once"
    FIFTY = "the same upload 50 times at once"
    RESTART = "database restarted under the service"
    UNREACHABLE = "store of originals away"
    FULL = "disk full while the original is written"
    FULL_DATABASE = "disk full while the database is written"
    AHEAD = "clock of the web process an hour ahead, of the reader an hour behind"
    BEHIND = "clock of the web process an hour behind, of the reader an hour ahead"
    SUMMER_TIME = "two versions in the hour that comes twice in October"
    ZIP_IN_ZIP = "a zip in a zip"
    SLOW = "30 uploads that stand still half sent, and one beside them"
    HUGE = "an upload of 5 GB"
    TOO_LARGE = "an upload over `BITARK_MAX_UPLOAD_BYTES`, without its length told"


def accounted(store: Store) -> str:
    """What is kept after all: submissions with their states, how often they came, and originals."""
    with store.engine.connect() as connection:
        rows = submissions.received_files(connection)
    originals = len(list(store.originals.all()))
    if not rows:
        return "nothing is kept" if not originals else f"{originals} original without a row"
    counted = Counter(f"{row.status}{', counts' if row.counts else ''}" for row in rows)
    told = "; ".join(f"{number} {words.replace('_', ' ')}" for words, number in sorted(counted.items()))
    times = sum(row.times for row in rows)
    sent = "" if times == len(rows) else f", sent {times} times"
    return f"{told}{sent}; {originals} original{'s' * (originals > 1)}"


def hold(fault: Fault, kind: str, outcome: str) -> None:
    """The table's cell says what was seen; with BITARK_WRITE_DOCS in the environment it is made to."""
    if os.environ.get("BITARK_WRITE_DOCS"):
        kept = cells()
        kept[fault, kind] = outcome
        _write(kept)
    assert cells().get((fault, kind)) == outcome, "docs/faults.md is out of step: run the test with BITARK_WRITE_DOCS=1"


def cells() -> dict[tuple[str, str], str]:
    """What the table says, by fault and kind of database."""
    return {
        (fault, kind): cell for fault, *told in _rows() for kind, cell in zip(KINDS, told, strict=True) if cell != "–"
    }


def faults() -> list[str]:
    """The table's first column."""
    return [row[0] for row in _rows()]


def _rows() -> list[list[str]]:
    rows = PAGE.read_text().split(BEGIN)[1].split(END)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def _write(kept: dict[tuple[str, str], str]) -> None:
    lines = [f"| fault | {' | '.join(KINDS.values())} |", f"|{'---|' * (len(KINDS) + 1)}"]
    lines += [f"| {fault} | {' | '.join(kept.get((fault, kind), '–') for kind in KINDS)} |" for fault in Fault]
    head, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(head + BEGIN + "\n".join(lines) + END + rest.partition(END)[2])
