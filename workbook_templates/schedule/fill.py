"""Filling in a schedule template through the contract alone, as another program would: for the demo and for tests."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bit_model.schedule import Entry, Schedule
from workbook_templates.layout import fold
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES, ENTRY_FIELDS
from workbook_templates.schedule.week_filling import fill_weeks


class NoRoomError(ValueError):
    """The template has no free row left for an entry."""


def fill_schedule(template: bytes, schedule: Schedule, **header: Any) -> bytes:
    """The template with the schedule's entries, as .xlsx bytes; what `fill_book` does, and raises."""
    book = load_workbook(BytesIO(template))
    fill_book(book, schedule, **header)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def fill_book(book: Workbook, schedule: Schedule, **header: Any) -> None:
    """The schedule's entries written into an opened template; `header` gives header fields by key.

    In the list form they come on free rows of their dates, then on spare rows; raises `NoRoomError` where these do not
    suffice. In the grid form they come as codes; raises `OffGridError` where it cannot tell them.
    """
    for field in DOEGNSKEMA.header:
        if field.key in header:
            sheet_name, cell = next(book.defined_names[field.name].destinations)
            _put(book[sheet_name][cell.replace("$", "")], field.kind.render(header[field.key]))
    if ENTRIES.sheet in book.sheetnames:
        _fill_rows(book[ENTRIES.sheet], schedule)
    else:
        fill_weeks(book, schedule)


def _fill_rows(sheet: Worksheet, schedule: Schedule) -> None:
    columns = _columns(sheet)
    free = _free_rows(sheet, columns)
    for entry in schedule.entries:
        rows = free[entry.date] or free[None]
        if not rows:
            raise NoRoomError(entry.date.isoformat())
        _write(sheet, rows.pop(), columns, entry)


def _columns(sheet: Worksheet) -> dict[str, int]:
    keys = {fold(label): f.key for f in ENTRIES.inputs for label in (f.label.da, f.label.en)}
    texts = {cell.column: fold(str(cell.value)) for cell in sheet[1] if cell.value is not None}
    return {keys[text]: column for column, text in texts.items() if text in keys}


def _free_rows(sheet: Worksheet, columns: Mapping[str, int]) -> dict[dt.date | None, list[int]]:
    """Row numbers by date, the first last; None has the rows without a date."""
    free: dict[dt.date | None, list[int]] = defaultdict(list)
    others = [column for key, column in columns.items() if key not in ENTRIES.prefilled]
    for row in range(sheet.max_row, 1, -1):
        if all(sheet.cell(row, column).value is None for column in others):
            date = sheet.cell(row, columns["date"]).value
            free[date.date() if isinstance(date, dt.datetime) else None].append(row)
    return free


def _write(sheet: Worksheet, row: int, columns: Mapping[str, int], entry: Entry) -> None:
    for field in ENTRY_FIELDS:
        value = getattr(entry, field.key)
        if value != "":
            _put(sheet.cell(row, columns[field.key]), field.kind.render(value))


def _put(cell: Any, value: Any) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula
