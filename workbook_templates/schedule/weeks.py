"""Where days and quarters of a returned grid form stand: by the dates above columns and the times beside rows.

Sheets may be renamed, rows and columns moved. What stands twice is told, never guessed.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbook_templates.files.grid import Cell, Grid, Sheet
from workbook_templates.kinds import DATE, TEXT, TIME, YES_NO, Kind, UnreadableError
from workbook_templates.layout import fold
from workbook_templates.layouts.doegnskema_net import QUARTER_MINUTES, QUARTERS_PER_DAY, WEEK_CONFIRM, WEEK_TIME
from workbook_templates.places import HEADER_ROW_WITHIN, address, cell_at, filled
from workbook_templates.problems import Problem

FEWEST_TIMES = 12
"""So many quarters down a column make it the times of a week."""
_DATES = range(36_526, 73_051)
"""Serial numbers of the years 2000 to 2099; a smaller number above a column is no date."""
_WEEK = re.compile(r"uge\d+")


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """One sheet: its date columns, its rows by quarter of the day, and the row of confirmations (0: none).

    `others` are the rows below the dates that have no time of a quarter, or one that stands above already.
    """

    name: str
    sheet: Sheet
    date_row: int
    time_column: int
    columns: Mapping[dt.date, int]
    rows: Mapping[int, int]
    confirm_row: int
    others: tuple[int, ...]

    def cell(self, date: dt.date, quarter: int) -> tuple[int, int] | None:
        """Row and column of what is seen in a quarter; None where its row is gone."""
        row, column = self.rows.get(quarter), self.columns[date]
        if row is None:
            return None
        if merged := self.sheet.merged_down:
            row = next((first for first in self.rows.values() if first < row <= merged.get((first, column), 0)), row)
        return row, column

    def answer(self, date: dt.date) -> Cell:
        """What stands at the day's confirmation."""
        return cell_at(self.sheet, self.confirm_row, self.columns[date])

    def confirmed(self, date: dt.date) -> bool | None:
        """What is answered for the day; None where nothing is, or nothing that can be read."""
        answer: bool | None = _parsed(YES_NO, self.answer(date))
        return answer

    def problem(self, code: str, row: int, column: int, field: str, found: str = "") -> Problem:
        """A problem at a cell."""
        return Problem(code, self.name, address(row, column), field, found)


def find_weeks(grid: Grid) -> tuple[dict[dt.date, Week], list[Problem]]:
    """The sheet of each date, those named as ours before others, and the dates that stand twice."""
    weeks = [week for name, sheet in grid.sheets.items() if (week := _week(name, sheet))]
    found: dict[dt.date, Week] = {}
    problems = []
    for week in sorted(weeks, key=lambda week: not _is_ours(week.name)):
        for date, column in week.columns.items():
            first = found.setdefault(date, week)
            if first is not week and _is_ours(first.name) == _is_ours(week.name):
                problems.append(week.problem("C01", week.date_row, column, WEEK_TIME.label.da, DATE.show(date)))
    return found, problems


def is_week(name: str) -> bool:
    """True for the name of a sheet that may hold a week."""
    return fold(name).startswith("uge")


def _is_ours(name: str) -> bool:
    return _WEEK.fullmatch(fold(name)) is not None


def _week(name: str, sheet: Sheet) -> Week | None:
    date_row, columns = max(
        ((row, _dates(cells)) for row, cells in enumerate(sheet.rows[:HEADER_ROW_WITHIN], 1)),
        key=lambda pair: len(pair[1]),
        default=(0, {}),
    )
    if not columns:
        return None
    time_column = max(range(1, min(columns.values())), key=lambda column: _times(sheet, date_row, column), default=0)
    if not time_column or _times(sheet, date_row, time_column) < FEWEST_TIMES:
        return None
    rows: dict[int, int] = {}
    others: list[int] = []
    for row in range(date_row + 1, len(sheet.rows) + 1):
        quarter = quarter_of(sheet.rows[row - 1][time_column - 1])
        if quarter is None or rows.setdefault(quarter, row) != row:
            others.append(row)
    labels = {fold(WEEK_CONFIRM.label.da), fold(WEEK_CONFIRM.label.en)}
    confirm = next((row for row, text in _texts(sheet, min(columns.values())) if fold(text) in labels), 0)
    return Week(
        name, sheet, date_row, time_column, columns, rows, confirm, tuple(row for row in others if row != confirm)
    )


def _dates(cells: list[Cell]) -> dict[dt.date, int]:
    found: dict[dt.date, int] = {}
    for column, raw in enumerate(cells, 1):
        if isinstance(raw, str) or (isinstance(raw, int | float) and raw == int(raw) and int(raw) in _DATES):
            date = _parsed(DATE, raw)
            if date is not None:
                found.setdefault(date, column)
    return found


def _times(sheet: Sheet, date_row: int, column: int) -> int:
    return len({quarter_of(cells[column - 1]) for cells in sheet.rows[date_row:]} - {None})


def quarter_of(raw: Cell) -> int | None:
    """The quarter of the day that begins at the time in a cell; None where there is none."""
    minutes = _parsed(TIME, raw)
    if minutes is None or minutes % QUARTER_MINUTES or minutes >= QUARTERS_PER_DAY * QUARTER_MINUTES:
        return None
    return int(minutes // QUARTER_MINUTES)


def code_in(raw: Cell) -> str:
    """The text of a cell for a code; "" where there is none."""
    return str(_parsed(TEXT, raw) or "")


def _parsed(kind: Kind, raw: Cell) -> Any:
    if filled(raw) is None:
        return None
    try:
        return kind.parse(raw)
    except UnreadableError:
        return None


def _texts(sheet: Sheet, until: int) -> Iterator[tuple[int, str]]:
    """Rows and texts of the columns to the left of one."""
    for row, cells in enumerate(sheet.rows, 1):
        for raw in cells[: until - 1]:
            if isinstance(raw, str):
                yield row, raw
