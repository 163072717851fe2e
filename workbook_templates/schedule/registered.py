"""What was registered in a returned schedule, whichever form it came in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bit_model.schedule import Entry, Period
from workbook_templates.layouts.doegnskema import ENTRIES
from workbook_templates.layouts.doegnskema_net import DOEGNSKEMA_NET
from workbook_templates.problems import Problem
from workbook_templates.schedule.quarters import week_cell


@dataclass(frozen=True, slots=True)
class Registered:
    """The entries of a form, and every problem met on the way to them.

    `structure` are those for which nothing more can be said of the rows (a column or a sheet that is missing),
    `problems` those at cells. `is_begun` is set where something was written, whether it made an entry or not. `problem`
    gives a problem of a code at the cell where the entry with that `row` has the field of that key (row 0: the whole
    sheet), with what was found. `rows` gives the cells, as they stood, of the rows that the problems are in, by row
    number.
    """

    entries: tuple[Entry, ...]
    structure: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    is_begun: bool
    problem: Callable[[str, str, int, str], Problem]
    rows: Callable[[Iterable[Problem]], Mapping[str, list[str]]]


def place_of_entry(entry: Entry, template: str, period: Period) -> tuple[str, str]:
    """Sheet and cell, or row as 17:17, where a kept entry stands in its form as that was issued."""
    if template == DOEGNSKEMA_NET.name:
        return week_cell(period, entry.date, entry.start)
    return ENTRIES.sheet, f"{entry.row}:{entry.row}"
