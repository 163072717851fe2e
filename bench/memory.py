"""Memory of the processes that read and ingest, and what files meant to hurt cost."""

import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.ingest import prepared
from bench.line import Line
from bench.material import copies, returned
from sync.ingest import ingest
from tests import hostile
from workbook_templates.files.child import ReaderPool
from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import read_grid
from workbook_templates.places import wanted_sheets
from workbook_templates.problems import Problem
from workbook_templates.reading import reader_pool

MEGABYTE = 1 << 20
AFTER = (200, 1_600)


def resident_mb(process: int | str = "self") -> float:
    """Resident memory of a process now."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


def _read(content: bytes) -> tuple[float, float]:
    """Seconds and peak resident megabytes of reading one file; runs in a child of its own."""
    started = time.perf_counter()
    container = gate(content, Limits())
    if not isinstance(container, Problem):
        read_grid(content, container, wanted_sheets, Limits())
    taken = time.perf_counter() - started
    # ru_maxrss would carry over what the parent used before it started this child
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return taken, int(peak[1]) / 1024 if peak else float("nan")


def _children() -> list[str]:
    """Process ids of this process's children that read."""
    found = Path("/proc/self/task").glob("*/children")
    return [child for file in found for child in file.read_text().split()]


def run(folder: Path) -> Iterator[Line]:
    """After 200 and after 1,600 files, then the three files of the worst shape."""
    store = prepared(folder)
    content = returned()
    seen: dict[int, float] = {}
    with reader_pool() as reader:
        for number, copy in enumerate(copies(content, AFTER[-1]), 1):
            ingest(store, reader, copy, "retur.xlsx")
            if number in AFTER:
                seen[number] = max(resident_mb(child) for child in _children())
    first, last = (seen[count] for count in AFTER)
    yield Line("reading process after 200 files", first, "MB", 64)
    yield Line("reading process after 1,600 files", last, "MB", 64)
    yield Line("growth between them", last / first, "×", 1.05)
    for name, file in (
        ("60,000 styled blank rows", hostile.styled_blank_rows()),
        ("a stray cell in ZZ20000", hostile.xlsx('<row r="20000"><c r="ZZ20000"><v>1</v></c></row>')),
        ("a million empty rows", hostile.empty_rows()),
    ):
        with ReaderPool(_read, Limits()) as pool:
            outcome = pool.run(file)
        if isinstance(outcome, Problem):
            sys.exit(f"{name}: {outcome}")
        seconds, peak = outcome
        yield Line(f"{name}: time", seconds, "s", 0.5)
        yield Line(f"{name}: peak memory", peak, "MB", 150)
