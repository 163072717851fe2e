"""Filling in the grid form through its contract alone, as another program would."""

import datetime as dt
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.checks import clock
from bit_model.schedule import Category, Entry, Period, Schedule
from workbook_templates.layouts.doegnskema_net import (
    CODE_ROWS,
    CODES,
    MORNING_QUARTERS,
    QUARTER_MINUTES,
    QUARTERS_PER_DAY,
)
from workbook_templates.schedule.codes import codes_of, legend_rows, meaning_of
from workbook_templates.schedule.quarters import Stretch, read_quarters
from workbook_templates.schedule.weeks import is_week


class OffGridError(ValueError):
    """A grid cannot tell the schedule: the text says what and where."""


def fill_weeks(book: Workbook, schedule: Schedule) -> None:
    """The schedule's entries as codes in the workbook's weeks, and a legend of them in place of the issued one.

    Raises `OffGridError` where a grid would be read as something else: times that are not on quarters, entries that
    overlap (but for call-outs in a sleeping night), more kinds of entries than the legend has rows.
    """
    codes = codes_of(schedule.entries)
    if len(codes) > CODE_ROWS:
        raise OffGridError(f"{len(codes)} codes, at most {CODE_ROWS}")
    line = codes_by_quarter(schedule)
    legend = book[CODES.sheet]
    rows = legend_rows(codes, "en" if legend["A1"].value == CODES.fields[0].label.en else "da")
    for place in range(CODE_ROWS):
        stated = rows[place] if place < len(rows) else {}
        for column, field in enumerate(CODES.fields, 1):
            if not field.formula:
                value = stated.get(field.key)
                _put(legend, place + 2, column, None if value in {None, ""} else field.kind.render(value))
    days = [*schedule.period.days, schedule.period.end + dt.timedelta(days=1)]
    for sheet in book.worksheets:
        for cell in sheet[1] if is_week(sheet.title) else ():
            if isinstance(cell.value, dt.datetime) and cell.value.date() in days:
                first = days.index(cell.value.date()) * QUARTERS_PER_DAY
                for quarter, code in enumerate(line[first : first + QUARTERS_PER_DAY]):
                    if code:
                        _put(sheet, quarter + 3, cell.column, code)


def codes_by_quarter(schedule: Schedule) -> list[str]:
    """The code of each quarter of the period and of the morning after it; "" for none. Raises `OffGridError`."""
    codes, days = codes_of(schedule.entries), len(schedule.period.days)
    line = [""] * (days * QUARTERS_PER_DAY + MORNING_QUARTERS)
    stretches = [
        Stretch(*_quarters(entry, schedule.period), codes[meaning_of(entry)])
        for entry in sorted(schedule.entries, key=lambda entry: entry.category is Category.CALLED_OUT)
    ]
    categories = {code: meaning.category for meaning, code in codes.items()}
    for first, length, code in stretches:
        may_lie_on = {""} | {
            other
            for other, category in categories.items()
            if categories[code] is Category.CALLED_OUT and category is Category.SLEEPING_NIGHT
        }
        for quarter in range(first, first + length):
            if quarter >= len(line) or line[quarter] not in may_lie_on:
                raise OffGridError(f"{_moment(quarter, schedule.period)}: {code}")
            line[quarter] = code
    found = read_quarters(line, categories, days).stretches
    for stretch in {*stretches} ^ {*found}:
        raise OffGridError(f"{_moment(stretch.first, schedule.period)}: {stretch.code}")
    return line


def _quarters(entry: Entry, period: Period) -> tuple[int, int]:
    """First quarter and number of them."""
    end = entry.end if entry.end > entry.start else entry.end + MINUTES_PER_DAY
    if entry.start % QUARTER_MINUTES or end % QUARTER_MINUTES or not period.start <= entry.date <= period.end:
        raise OffGridError(f"{entry.date.isoformat()} {clock(entry.start)}-{clock(entry.end)}")
    first = (entry.date - period.start).days * QUARTERS_PER_DAY + entry.start // QUARTER_MINUTES
    return first, (end - entry.start) // QUARTER_MINUTES


def _moment(quarter: int, period: Period) -> str:
    day, of_day = divmod(quarter, QUARTERS_PER_DAY)
    return f"{(period.start + dt.timedelta(days=day)).isoformat()} {clock(of_day * QUARTER_MINUTES)}"


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula
