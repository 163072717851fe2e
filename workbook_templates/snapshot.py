"""A workbook with the cells of another and nothing else: what is sent where the file itself cannot be reached.

Sheets, cells and `bit_…` names stand where they stood, so that a problem's place is right in both. Formulas are gone;
their values stay, as they do when a file is read.
"""

import datetime as dt
from io import BytesIO

from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.files.grid import Cell, CellError, Grid
from workbook_templates.sheets import cell_text

_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def snapshot(grid: Grid) -> bytes:
    """The grid as .xlsx; reading it gives the same cells and names."""
    target = BytesIO()
    book = Workbook(target, {"in_memory": True})
    book.set_properties({"created": _MADE})  # the same cells give the same file
    for name, sheet in grid.sheets.items():
        page = book.add_worksheet(name)
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                _write(page, row, column, cell)
    for name, (sheet_name, row, column) in grid.names.items():
        if sheet_name in grid.sheets:
            place = xl_rowcol_to_cell(row - 1, column - 1, row_abs=True, col_abs=True)
            book.define_name(name, f"={quote_sheetname(sheet_name)}!{place}")
    book.close()
    return target.getvalue()


def _write(page: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell_text(cell))
    elif isinstance(cell, CellError):  # a format has error values only as what a formula gives
        page.write_formula(row, column, "=NA()", None, str(cell))
    elif cell is not None:
        page.write_number(row, column, cell)
