"""Where a schedule asks whether a day went as its pattern: for whoever fills the answer in for somebody."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bit_model.calendar import is_weekend_or_holiday
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period
from workbook_templates.layouts.doegnskema import DAYS, DOEGNSKEMA, ENTRIES, PATTERN, PatternDay
from workbook_templates.layouts.doegnskema_net import DOEGNSKEMA_NET, USUAL
from workbook_templates.opened import Opened
from workbook_templates.places import Spot, filled
from workbook_templates.read import read_header, read_table
from workbook_templates.schedule.suggestions import PATTERN_WORDS, stated_days
from workbook_templates.schedule.weeks import find_weeks


class Area(NamedTuple):
    """A row of a sheet (`column` 0) or a column of it (`row` 0)."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """A date of the period, the cell where its pattern is confirmed, and what stands there (None: nothing).

    `pattern` is the kind of usual day that it follows and `has_pattern` whether anything is described for it. `areas`
    are the rows or columns that belong to the date.
    """

    date: dt.date
    cell: Spot
    answer: bool | None
    pattern: PatternDay
    has_pattern: bool
    areas: tuple[Area, ...]

    def is_within(self, sheet: str, first: tuple[int, int], last: tuple[int, int]) -> bool:
        """True where a selection, from row and column to row and column, touches the date."""
        return any(
            area.sheet == sheet
            and (not area.row or first[0] <= area.row <= last[0])
            and (not area.column or first[1] <= area.column <= last[1])
            for area in self.areas
        )


def day_answers(opened: Opened, parameters: ParameterSet) -> list[DayAnswer]:
    """The dates of an opened schedule; none where it has no patterns, or no period that can be read."""
    if opened.template not in (DOEGNSKEMA, DOEGNSKEMA_NET) or (
        opened.template is DOEGNSKEMA and opened.version < PATTERN.since
    ):
        return []
    header = read_header(opened.grid, DOEGNSKEMA).values
    start, end = header["period_start"], header["period_end"]
    if not (start and end and start <= end):
        return []
    read = _of_list if opened.template is DOEGNSKEMA else _of_weeks
    return list(read(opened, Period(start, end), parameters))


def _of_list(opened: Opened, period: Period, parameters: ParameterSet) -> Iterator[DayAnswer]:
    stated, written, pattern = (
        read_table(opened.grid, table, blank=table is not PATTERN) for table in (DAYS, ENTRIES, PATTERN)
    )
    described = {PATTERN_WORDS.get((kind or "").casefold()) for kind in pattern.column("day_kind")}
    column = stated.columns.get("confirm_day")
    for date, day in stated_days(stated, period, parameters).items():
        if day.row and column:
            rows = [row for row, found in zip(written.numbers, written.column("date"), strict=True) if found == date]
            areas = (Area(stated.sheet, day.row, 0), *(Area(written.sheet, row, 0) for row in rows))
            cell = Spot(stated.sheet, day.row, column)
            yield DayAnswer(date, cell, day.confirmed, day.pattern, day.pattern in described, areas)


def _of_weeks(opened: Opened, period: Period, parameters: ParameterSet) -> Iterator[DayAnswer]:
    pattern = read_table(opened.grid, USUAL)
    weeks, _ = find_weeks(opened.grid)
    described = {
        day: any(filled(raw) is not None for raw in pattern.raw.get(key, ()))
        for day, key in ((PatternDay.WEEKDAY, "weekday"), (PatternDay.WEEKEND, "weekend"))
    }
    for date in period.days:
        week = weeks.get(date)
        if week and week.confirm_row:
            usual = PatternDay.WEEKEND if is_weekend_or_holiday(date, parameters.extra_holidays) else PatternDay.WEEKDAY
            column = week.columns[date]
            cell = Spot(week.name, week.confirm_row, column)
            areas = (Area(week.name, 0, column),)
            yield DayAnswer(date, cell, week.confirmed(date), usual, described[usual], areas)
