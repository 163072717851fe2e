"""The rules alone, on a schedule of 600 entries."""

from collections.abc import Iterator
from pathlib import Path

from bench.line import Line, milliseconds
from bench.material import PARAMETERS, TODAY, schedule
from bit_model.checks import check_schedule
from bit_model.hours import measure


def _section_4() -> None:
    measured = measure(schedule(), PARAMETERS)
    for sums in (*measured.parts.values(), measured.resource, measured.resource_ex_night, measured.contact):
        measured.naive(sums)
        measured.stratified(sums)
        measured.per_year(sums, 2026, PARAMETERS)
    measured.by_theme(PARAMETERS.financed_categories)
    measured.by_goal(PARAMETERS.financed_categories)


def run(_folder: Path) -> Iterator[Line]:
    """Hours by part, day, theme, goal and year; and all checks."""
    yield Line("600 entries: everything of hours per week and year", milliseconds(_section_4), "ms", 10)
    yield Line("600 entries: all checks", milliseconds(lambda: check_schedule(schedule(), PARAMETERS, TODAY)), "ms")
