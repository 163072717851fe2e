"""Reading .xls with xlrd, which gives numbers as stored, error values and names.

(calamine gives 24:00 as a day, -06:00 as 18:00 and an error as a blank.) Formulas cannot be told from values.
"""

import os
from collections.abc import Callable
from functools import partial

import xlrd
from xlrd.biffh import XLRDError

from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import Address, CellCollector, CellError, EncryptedError, Grid


def read(content: bytes, wanted: Callable[[str], bool], limits: Limits, grid: Grid) -> None:
    """The wanted sheets and the names into the grid."""
    with open(os.devnull, "w", encoding="utf-8") as log:  # noqa: PTH123  # xlrd prints its warnings
        try:
            book = xlrd.open_workbook(file_contents=content, logfile=log, on_demand=True, ragged_rows=True)
        except XLRDError as error:
            if "encrypted" in str(error):
                raise EncryptedError from error
            raise
        for name in filter(wanted, book.sheet_names()):
            _read_sheet(book.sheet_by_name(name), name, book.datemode == 1, limits, grid)
            book.unload_sheet(name)
        for entry in book.name_obj_list:
            _add_name(grid, book, entry)


def _read_sheet(sheet: xlrd.sheet.Sheet, name: str, since_1904: bool, limits: Limits, grid: Grid) -> None:
    collector = CellCollector(name, limits, grid)
    dates: set[Address] = set()
    for row in range(sheet.nrows):
        types = sheet.row_types(row)
        for column, stored in enumerate(sheet.row_values(row)):
            value: object = stored
            if types[column] == xlrd.XL_CELL_ERROR:
                value = CellError(xlrd.error_text_from_code.get(int(stored), "#FEJL"))
            elif types[column] == xlrd.XL_CELL_BOOLEAN:
                value = bool(stored)
            elif types[column] == xlrd.XL_CELL_DATE:
                dates.add((row + 1, column + 1))
            collector.put(row + 1, column + 1, value)
    collector.finish(partial(frozenset, dates), since_1904=since_1904)


def _add_name(grid: Grid, book: xlrd.Book, entry: xlrd.book.Name) -> None:
    """Notes where a `bit_…` name points; dead ones, and those of one sheet beside a global one, are passed over."""
    name = entry.name.lower()
    references = getattr(entry.result, "value", None) if entry.result else None
    if not name.startswith("bit_") or not isinstance(references, list) or len(references) != 1:
        return
    sheet, _, row, _, column, _ = references[0].coords
    if 0 <= sheet < book.nsheets and (entry.scope == -1 or name not in grid.names):
        grid.names[name] = (book.sheet_names()[sheet], row + 1, column + 1)
