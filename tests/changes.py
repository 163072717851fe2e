"""What a script's answer makes of a workbook: the actions of xlwings' Office.js client, applied to a copy of an .xlsx.

As strict as Excel: what a protected sheet forbids raises, and so does an action that is not known here.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from action import Action, Alert, RefusedError, UnknownActionError
from changed_looks import LOOKS, clear_looks
from changed_sheets import SHEETS, mentions
from changed_tables import TABLES, give_range, table_of
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from typed_values import enter


@dataclass(frozen=True, slots=True)
class Applied:
    """The changed workbook, its formulas still to be computed, and what the user was told."""

    content: bytes
    alerts: tuple[Alert, ...]


def apply(changes: dict[str, Any], source: Path | bytes) -> Applied:
    """The workbook after the actions of `xlwings.Book.json()`, in their order.

    Raises `RefusedError` where Excel refuses one, `UnknownActionError` where it is not known here, `TypeError` where a
    value cannot be sent as JSON.
    """
    book: Any = load_workbook(BytesIO(source.read_bytes() if isinstance(source, Path) else source))
    alerts: list[Alert] = []
    for number, asked in enumerate(json.loads(json.dumps(changes, allow_nan=False))["actions"], 1):
        name = asked["func"]
        if name not in _KNOWN:
            raise UnknownActionError(f"Action {number}: {name}")
        position = asked["sheet_position"]
        sheet = book.active if position is None else book.worksheets[position]
        row, column = (asked[key] or 0 for key in ("start_row", "start_column"))
        height, width = (asked[key] or 0 for key in ("row_count", "column_count"))
        action = Action(
            *(book, sheet, position is None, alerts, asked["args"], asked["values"]),
            *(row + 1, column + 1, height, width),
        )
        try:
            _KNOWN[name](action)
        except (RefusedError, UnknownActionError) as error:
            raise type(error)(f"Action {number} ({name}): {error}") from error
    changed = BytesIO()
    book.save(changed)
    return Applied(changed.getvalue(), tuple(alerts))


def _enter(action: Action) -> None:
    action.must_be_unlocked()
    values = action.values if isinstance(action.values, list) else [[action.values] * action.width] * action.height
    if [len(row) for row in values] != [action.width] * action.height:
        raise RefusedError(f"{action.sheet.title}!{action.ref} is not as large as what is written to it")
    for (row, column), content in zip(action.places, (one for line in values for one in line), strict=True):
        cell = action.cell(row, column)
        if isinstance(cell, MergedCell):
            if content not in {"", None}:
                raise RefusedError(f"{action.place(row, column)} lies under a merged cell")
            continue
        try:
            enter(cell, content)
        except ValueError as error:
            raise RefusedError(f"{action.place(row, column)}: {error}") from error


def _clear_contents(action: Action) -> None:
    action.must_be_unlocked()
    for cell in action.cells:
        cell.value = None


def _clear(action: Action) -> None:
    _clear_contents(action)
    clear_looks(action)
    for cell in action.cells:
        cell.hyperlink = cell.comment = None


def _of_the_sheet(change: Callable[[Action], None]) -> Callable[[Action], None]:
    def apply_to_all(action: Action) -> None:
        action.must_be_unprotected()
        sheet = action.sheet
        change(replace(action, top=1, left=1, height=sheet.max_row, width=sheet.max_column))

    return apply_to_all


def _link(action: Action) -> None:
    action.must_allow("insertHyperlinks")
    action.must_be_unlocked()
    address, text, tip = action.args
    for cell in action.cells:
        cell.value, cell.hyperlink = text, address
        cell.hyperlink.tooltip = tip


def _insert(action: Action) -> None:
    _shift(action, rows=action.height if action.args[0] == "down" else 0, columns=action.width)


def _delete(action: Action) -> None:
    _shift(action, rows=-action.height if action.args[0] == "up" else 0, columns=-action.width)


def _shift(action: Action, rows: int, columns: int) -> None:
    """Move what lies below or to the right; only where nothing refers to it, since openpyxl mends no reference."""
    action.must_be_unprotected()
    sheet = action.sheet
    if (
        sheet.tables
        or sheet.merged_cells.ranges
        or sheet.data_validations.dataValidation
        or list(sheet.conditional_formatting)
        or any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
        or any(mentions(action.book, sheet.title))
    ):
        raise UnknownActionError(f"to move cells of {sheet.title}, where something refers to cells")
    removed = rows < 0 or (rows == 0 and columns < 0)
    if removed:
        for cell in action.cells:
            cell.value = None
    top, left = (action.top + action.height, action.left) if rows < 0 else (action.top, action.left)
    left += action.width if rows == 0 and removed else 0
    right = action.left + action.width - 1 if rows else sheet.max_column
    bottom = sheet.max_row if rows else action.top + action.height - 1
    if top <= bottom and left <= right:
        sheet.move_range(
            f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}", rows, 0 if rows else columns
        )


def _note_cell(action: Action) -> Any:
    action.must_allow("objects")
    cell = action.sheet[action.args[0]]
    if not isinstance(cell, Cell):
        raise RefusedError(f"{action.args[0]} is not one cell")
    return cell


def _add_note(action: Action) -> None:
    cell = _note_cell(action)
    if cell.comment is not None:
        raise RefusedError(f"{cell.coordinate} has a note already")
    cell.comment = Comment(str(action.args[1]), "")


def _set_note(action: Action) -> None:
    cell = _note_cell(action)
    if cell.comment is None:
        raise RefusedError(f"{cell.coordinate} has no note")
    cell.comment = Comment(str(action.args[1]), cell.comment.author or "")


def _delete_note(action: Action) -> None:
    _note_cell(action).comment = None


def _merge(action: Action) -> None:
    action.must_be_unprotected()
    for rows in [[row] for row in action.rows] if action.args[0] else [action.rows]:
        action.sheet.merge_cells(
            start_row=rows[0], end_row=rows[-1], start_column=action.left, end_column=action.columns[-1]
        )


def _resize_table(action: Action) -> None:
    table = table_of(action)
    new = str(action.args[1]).replace("$", "")
    (left, top, right, _), (was_left, was_top, was_right, _) = CellRange(new).bounds, CellRange(table.ref).bounds
    if (left, top, right) != (was_left, was_top, was_right):
        raise UnknownActionError(f"to give the table {table.displayName} other columns or another first row")
    give_range(table, new)


def _tell(action: Action) -> None:
    text, title, *_ = action.args
    action.alerts.append(Alert(text, title))


def _change_nothing(_: Action) -> None:
    """What leaves no trace in the file."""


_KNOWN: dict[str, Callable[[Action], None]] = (
    LOOKS
    | SHEETS
    | TABLES
    | {
        "setValues": _enter,
        "setFormula": _enter,
        "rangeClearContents": _clear_contents,
        "rangeClear": _clear,
        "sheetClear": _of_the_sheet(_clear),
        "sheetClearContents": _of_the_sheet(_clear_contents),
        "sheetClearFormats": _of_the_sheet(clear_looks),
        "addHyperlink": _link,
        "rangeInsert": _insert,
        "rangeDelete": _delete,
        "rangeMerge": _merge,
        "addNote": _add_note,
        "setNoteText": _set_note,
        "deleteNote": _delete_note,
        "resizeTable": _resize_table,
        "alert": _tell,
        "calculate": _change_nothing,
        "save": _change_nothing,
        "setScreenUpdating": _change_nothing,
    }
)
