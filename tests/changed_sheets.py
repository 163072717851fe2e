"""Actions on sheets and names, and on what a sheet shows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from action import Action, RefusedError
from openpyxl.utils.cell import column_index_from_string, get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange

MOST_CHARACTERS = 31
"""In a sheet's name."""


def mentions(book: Any, title: str) -> Iterator[str]:
    """Formulas and names that refer to the sheet, other than its own formulas."""
    prefix = re.compile(rf"(?<![\w.])(?:{re.escape(title)}|'{re.escape(title.replace(chr(39), chr(39) * 2))}')!")
    for sheet in book.worksheets:
        if sheet.title != title:
            yield from (
                str(getattr(cell.value, "text", cell.value))
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "f" and prefix.search(str(getattr(cell.value, "text", cell.value)))
            )
    scopes = [book.defined_names, *(sheet.defined_names for sheet in book.worksheets)]
    yield from (name.attr_text for names in scopes for name in names.values() if prefix.search(name.attr_text))


def _name_sheet(book: Any, name: str) -> str:
    titles = [sheet.title.casefold() for sheet in book.worksheets]
    if not 0 < len(name) <= MOST_CHARACTERS or set(name) & set("[]:*?/\\") or name.casefold() in titles:
        raise RefusedError(f"{name!r} cannot be a sheet's name, or there is one")
    return name


def _add_sheet(action: Action) -> None:
    action.must_have_free_structure()
    position, name = action.args
    action.book.create_sheet(_name_sheet(action.book, name), position)


def _rename_sheet(action: Action) -> None:
    action.must_have_free_structure()
    _must_not_be_mentioned(action)
    action.sheet.title = _name_sheet(action.book, action.args[0])


def _move_sheet(action: Action) -> None:
    action.must_have_free_structure()
    action.book.move_sheet(action.sheet, action.args[0] - action.book.worksheets.index(action.sheet))


def _show_sheet(action: Action) -> None:
    action.must_have_free_structure()
    state = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}[action.args[0]]
    if state != "visible":
        _must_not_be_last(action)
    action.sheet.sheet_state = state


def _delete_sheet(action: Action) -> None:
    action.must_have_free_structure()
    action.must_be_unprotected()
    _must_not_be_last(action)
    _must_not_be_mentioned(action)
    action.book.remove(action.sheet)


def _must_not_be_last(action: Action) -> None:
    if not any(one.sheet_state == "visible" for one in action.book.worksheets if one is not action.sheet):
        raise RefusedError(f"{action.sheet.title} is the last sheet that can be seen")


def _must_not_be_mentioned(action: Action) -> None:
    if (found := next(mentions(action.book, action.sheet.title), None)) is not None:
        raise RefusedError(f"{found} refers to {action.sheet.title}")


def _activate(action: Action) -> None:
    sheet = action.book.worksheets[int(action.args[0])]
    if sheet.sheet_state != "visible":
        raise RefusedError(f"{sheet.title} is hidden")
    action.book.active = sheet


def _select(action: Action) -> None:
    _activate(replace(action, args=[action.book.worksheets.index(action.sheet)]))
    for view in action.sheet.sheet_view.selection:
        view.sqref, view.activeCell = action.ref, action.ref.partition(":")[0]


def _show_gridlines(action: Action) -> None:
    action.sheet.sheet_view.showGridLines = bool(action.args[0])


def _freeze(action: Action) -> None:
    area = str(action.args[0]).replace("$", "")
    found = re.fullmatch(r"(?:A?1?:)?([A-Z]*)(\d*)", area)
    if not found:
        raise RefusedError(f"{area} does not begin in the first cell")
    columns = column_index_from_string(found[1]) if found[1] else 0
    action.sheet.freeze_panes = f"{get_column_letter(columns + 1)}{int(found[2] or 0) + 1}"


def _unfreeze(action: Action) -> None:
    action.sheet.freeze_panes = None


def _print_area(action: Action) -> None:
    action.sheet.print_area = action.args[0] or ""


def _add_name(action: Action) -> None:
    name, refers_to = action.args
    names = action.book.defined_names if action.of_book else action.sheet.defined_names
    names[name] = DefinedName(name, attr_text=refers_to.removeprefix("="))


def _name_range(action: Action) -> None:
    left, top, right, bottom = CellRange(action.ref).bounds
    first, last = f"${get_column_letter(left)}${top}", f"${get_column_letter(right)}${bottom}"
    place = f"{quote_sheetname(action.sheet.title)}!{first if first == last else f'{first}:{last}'}"
    action.book.defined_names[action.args[0]] = DefinedName(action.args[0], attr_text=place)


def _scope(action: Action, of_book: bool, position: int | None) -> Any:
    return action.book.defined_names if of_book else action.book.worksheets[position or 0].defined_names


def _point_name(action: Action) -> None:
    name, of_book, position, refers_to = action.args
    _scope(action, of_book, position)[name].attr_text = refers_to.removeprefix("=")


def _delete_name(action: Action) -> None:
    _, _, name, _, of_book, position = action.args
    del _scope(action, of_book, position)[name]


SHEETS: dict[str, Callable[[Action], None]] = {
    "addSheet": _add_sheet,
    "setSheetName": _rename_sheet,
    "setSheetPosition": _move_sheet,
    "setSheetVisibility": _show_sheet,
    "sheetDelete": _delete_sheet,
    "activateSheet": _activate,
    "rangeSelect": _select,
    "setShowGridlines": _show_gridlines,
    "freezePaneAtRange": _freeze,
    "freezePaneUnfreeze": _unfreeze,
    "setPrintArea": _print_area,
    "namesAdd": _add_name,
    "setRangeName": _name_range,
    "setNameRefersTo": _point_name,
    "nameDelete": _delete_name,
}
