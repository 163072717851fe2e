"""From codes in quarters of an hour to stretches of time: the rules by which a grid becomes entries.

All quarters of the period and of the morning after it lie on one line; quarter 0 is 00:00 of the first day.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.schedule import NIGHTS, Category, Period
from workbook_templates.files.grid import column_letters
from workbook_templates.layouts.doegnskema_net import MORNING_QUARTERS, QUARTERS_PER_DAY, WEEK_NAME

FIRST_QUARTER_ROW = 2
"""Row, from 0, of 00:00 on a week sheet as it is issued."""


class Stretch(NamedTuple):
    """One code from a quarter and so many quarters on."""

    first: int
    length: int
    code: str


class Reading(NamedTuple):
    """The stretches in the order they begin, and what was seen at the period's two ends.

    `before` is the first morning's night where it is not counted, since the last night is whole. `open_end` is the last
    night where it stops at midnight and no first morning makes up for it.
    """

    stretches: list[Stretch]
    before: Stretch | None = None
    open_end: Stretch | None = None


def read_quarters(line: Sequence[str], categories: Mapping[str, Category | None], days: int) -> Reading:
    """What a line of codes says; "" is a quarter without one. `line` has the period's `days` and the morning after."""
    end = days * QUARTERS_PER_DAY
    held = _held(line, categories)
    runs = list(runs_of(held))
    last = next((run for run in runs if run.first < end <= run.first + run.length), None)
    night = last if last and categories.get(last.code) in NIGHTS else None
    first = runs[0] if runs and runs[0].first == 0 and categories.get(runs[0].code) in NIGHTS else None
    before = open_end = None
    if night and night.first + night.length > end and night.length < QUARTERS_PER_DAY:
        before = first if first and first.length < QUARTERS_PER_DAY else None
    elif night and night.first + night.length == end and not first and not (line[end:] and line[end]):
        open_end = night
    calls = [code if categories.get(code) is Category.CALLED_OUT else "" for code in line]
    pieces = [(piece, 0) for run in runs if run is not before for piece in _pieces(run, end)]
    pieces += [(piece, 1) for run in runs_of(calls) for piece in _pieces(run, end)]
    return Reading([piece for piece, _ in sorted(pieces, key=lambda pair: (pair[0].first, pair[1]))], before, open_end)


def _held(line: Sequence[str], categories: Mapping[str, Category | None]) -> list[str]:
    """Each quarter's own code, but for a call-out, which lies on top of the sleeping night that it follows."""
    held: list[str] = []
    for code in line:
        if categories.get(code) is not Category.CALLED_OUT:
            held.append(code)
        else:
            above = held[-1] if held else ""
            held.append(above if categories.get(above) is Category.SLEEPING_NIGHT else "")
    return held


def runs_of(line: Sequence[str]) -> Iterator[Stretch]:
    """The runs of equal codes."""
    first = 0
    for code, quarters in groupby(line):
        length = len(list(quarters))
        if code:
            yield Stretch(first, length, code)
        first += length


def _pieces(run: Stretch, end: int) -> Iterator[Stretch]:
    """The run; cut at every midnight where it is a day or more, without what then lies after the period."""
    if run.length < QUARTERS_PER_DAY:
        yield run
        return
    first, until = run.first, run.first + run.length
    while first < until and (first < end or first == run.first):
        midnight = (first // QUARTERS_PER_DAY + 1) * QUARTERS_PER_DAY
        yield Stretch(first, min(midnight, until) - first, run.code)
        first = midnight


def row_of(quarter: int) -> int:
    """Row on the sheet Registreringer of what begins in a quarter."""
    return quarter + 2


def call_row(midnight: int, period: Period) -> int:
    """Row of a call-out that begins at the midnight before a day (from 0) where another entry begins too."""
    return row_of(len(period.days) * QUARTERS_PER_DAY + MORNING_QUARTERS) + midnight - 1


def registration_rows(period: Period) -> int:
    """Rows of that sheet without its header: one per quarter, and one per midnight between two days."""
    return call_row(len(period.days) - 1, period) - 1


def weeks_of(period: Period) -> dict[str, list[dt.date]]:
    """The dates of each week sheet by its name, in order; the last sheet has the day after the period too."""
    weeks = {
        WEEK_NAME.format(week=week): list(days)
        for (_, week), days in groupby(period.days, lambda day: day.isocalendar()[:2])
    }
    weeks[next(reversed(weeks))].append(period.end + dt.timedelta(days=1))
    return weeks


def week_cell(period: Period, date: dt.date, start: int) -> tuple[str, str]:
    """Week sheet and cell of a minute of a date, as the form is issued; no cell for a date that it does not have."""
    for name, dates in weeks_of(period).items():
        if date in dates:
            row = FIRST_QUARTER_ROW + 1 + start * QUARTERS_PER_DAY // MINUTES_PER_DAY
            return name, f"{column_letters(dates.index(date) + 2)}{row}"
    return next(iter(weeks_of(period))), ""
