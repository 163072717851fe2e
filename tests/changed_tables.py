"""Rows of an Excel table that an action adds or deletes: what lies below moves, and formulas go with their rows."""

from collections.abc import Callable
from copy import copy
from typing import Any

from action import Action, RefusedError, UnknownActionError
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.cell_range import CellRange


def table_of(action: Action) -> Any:
    """The table that the first argument counts."""
    action.must_be_unprotected()
    return list(action.sheet.tables.values())[int(action.args[0])]


def give_range(table: Any, ref: str) -> None:
    """Let the table and its filter have the range."""
    table.ref = ref
    if table.autoFilter is not None:
        table.autoFilter.ref = ref


def _add_row(action: Action) -> None:
    table, (_, position, values) = table_of(action), action.args
    area = CellRange(table.ref)
    below = [action.sheet.cell(area.max_row + 1, column) for column in range(area.min_col, area.max_col + 1)]
    if position != area.max_row - area.min_row or values is not None:
        raise UnknownActionError("to add a row of a table anywhere but last, or with values")
    if any(cell.value is not None for cell in below):
        raise RefusedError(f"something stands below the table {table.displayName}")
    for cell in below:
        cell._style = copy(action.sheet.cell(area.max_row, cell.column)._style)
    area.expand(down=1)
    give_range(table, area.coord)


def _delete_row(action: Action) -> None:
    table, position = table_of(action), int(action.args[1])
    area, sheet = CellRange(table.ref), action.sheet
    first = area.min_row + 1 + position
    if not area.min_row < first <= area.max_row:
        raise RefusedError(f"the table {table.displayName} has no row {position + 1}")
    for column in range(area.min_col, area.max_col + 1):
        for row in range(first, area.max_row + 1):
            cell, below = sheet.cell(row, column), sheet.cell(row + 1, column)
            value = below.value if row < area.max_row else None
            if isinstance(value, str) and value.startswith("=") and below.data_type == "f":
                value = Translator(value, below.coordinate).translate_formula(cell.coordinate)
            cell.value, cell.comment = value, copy(below.comment) if row < area.max_row else None
    area.shrink(bottom=1)
    give_range(table, area.coord)


TABLES: dict[str, Callable[[Action], None]] = {"addTableRow": _add_row, "deleteTableRow": _delete_row}
