"""Issuing schedule templates."""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.line import Line, milliseconds
from bench.material import HOUSE_SIZE, PARAMETERS, PERIOD, case
from workbook_templates.schedule.stamp import issue_schedule


def run(folder: Path) -> Iterator[Line]:
    """The first of a round, each after it, and a thousand on disk."""
    started = time.perf_counter()
    issue_schedule(case(1), PERIOD, HOUSE_SIZE, "", PARAMETERS)
    yield Line("first template of a round (the master is built)", (time.perf_counter() - started) * 1_000, "ms")
    each = milliseconds(lambda: issue_schedule(case(2), PERIOD, HOUSE_SIZE, "", PARAMETERS))
    yield Line("each template after it", each, "ms", 15)
    started = time.perf_counter()
    for number in range(1_000):
        (folder / f"{number}.xlsx").write_bytes(issue_schedule(case(number), PERIOD, HOUSE_SIZE, "", PARAMETERS))
    yield Line("1,000 templates on disk", time.perf_counter() - started, "s", 20)
