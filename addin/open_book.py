"""The workbook that is open in Excel, as the cells that `workbook_templates` reads: the same in every host."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import xlwings as xw

from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import EPOCH, CellCollector, CellError, Grid, column_number
from workbook_templates.opened import Opened, open_cells

TEXT_MARK = "'"
"""Before a text, so that a spreadsheet takes it for nothing else."""
_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!"}
)
_ONE_CELL = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d{1,7})")
_NAME_PREFIX = "bit_"


def open_template(book: xw.Book) -> Opened:
    """The template that the open workbook says it is, with the cells of our sheets."""
    return open_cells(partial(grid_of, book), Limits())


def grid_of(book: xw.Book, wanted: Callable[[str], bool], limits: Limits) -> Grid:
    """The sheets that `wanted` says yes to, and where the names `bit_…` point.

    Values are those that Excel shows now. Where the host does not tell formulas, none are known.
    """
    grid = Grid()
    for sheet in book.sheets:
        if wanted(sheet.name):
            _collect(sheet, CellCollector(sheet.name, limits, grid), limits)
    grid.names = dict(_names(book))
    return grid


def as_text(content: str) -> str:
    """The text as a cell must be given it: what begins like a formula or could be a number is marked as text."""
    plain = content[:1] not in "=+-@'" and not content[:1].isdigit()
    return content if plain else TEXT_MARK + content


def set_width(sheet: xw.Sheet, column: int, characters: int) -> None:
    """The width of a column in characters, as people know it; Office.js counts in points."""
    in_points = sheet.book.app.engine.type == "remote"
    sheet.range((1, column)).column_width = (characters * 7 + 5) * 72 / 96 if in_points else characters


def _collect(sheet: xw.Sheet, cells: CellCollector, limits: Limits) -> None:
    last = sheet.used_range.last_cell
    # One more than is kept, so that what lies beyond is told
    height, width = min(last.row, limits.max_rows + 1), min(last.column, limits.max_columns + 1)
    area = sheet.range((1, 1), (height, width))
    formulas = _formulas(area)
    for row, values in enumerate(area.options(ndim=2, err_to_str=True).value, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                is_formula = formulas is not None and str(formulas[row - 1][column - 1]).startswith("=")
                cells.put(row, column, _cell(value), formula=is_formula)
    cells.finish()


def _formulas(area: xw.Range) -> Any:
    """What is written in the cells, row by row; None where the host does not say."""
    with suppress(NotImplementedError):
        found: Any = area.formula
        if not isinstance(found, list | tuple):
            return [[found]]
        return found if isinstance(found[0], list | tuple) else [found] if area.shape[0] == 1 else [[f] for f in found]
    return None


def _cell(value: Any) -> Any:
    """Dates and times as serial numbers, errors as errors."""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)
    return CellError(value) if isinstance(value, str) and value in _ERRORS else value


def _names(book: xw.Book) -> Iterator[tuple[str, tuple[str, int, int]]]:
    for name in book.names:
        key = name.name.casefold()
        if key.startswith(_NAME_PREFIX) and (match := _ONE_CELL.fullmatch(str(name.refers_to or ""))):
            quoted, plain, letters, row = match.groups()
            yield key, ((quoted or plain).replace("''", "'"), int(row), column_number(letters))
