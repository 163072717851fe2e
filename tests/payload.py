"""An .xlsx as xlwings' Office.js client (xlwings Server, xlwings Lite) sends it for a script, and a book that reads it.

What the script asks for in return is applied by `changes.apply`.
"""

import datetime as dt
import json
import math
import os
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from zipfile import ZipFile

import xlwings as xw
from cells import formula_cells, sheet_parts
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

VISIBILITY = {"visible": "Visible", "hidden": "Hidden", "veryHidden": "VeryHidden"}
_EPOCH = dt.datetime(1970, 1, 1)
_UNCOMPUTED = re.compile(
    r'<c r="([A-Z]+\d+)"(?![^>]*\bt="str")[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v></v>|<v ?/>)?</c>'
)
_FORMAT_TOKEN = re.compile(
    r'"(?:[^"]|"")*"?|[\\_*].?|\[(?P<bracket>[^\]]*)(?P<closed>\]?)|general|[0#?.][0#?.,e+\-%]*'
    r"|(?P<date>[ymdhseg]|b[12]|a/p|am/pm|上午/下午)|.",
    re.IGNORECASE | re.DOTALL,
)
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]():,=+*/^&<>\"%{}-]+))!(\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?)")


def payload(
    source: Path | bytes, *, sheet: str | None = None, selection: str | None = None, name: str = "Projektmappe.xlsx"
) -> dict[str, Any]:
    """The request's body. Values are those saved with the formulas, so the file must have been computed.

    `sheet` is the active one, `selection` what is marked on it; else what was when the file was saved. Pictures, shapes
    and charts are left out. Raises `ValueError` where a formula has no saved value.
    """
    content = source.read_bytes() if isinstance(source, Path) else source
    _must_be_computed(content)
    book: Any = load_workbook(BytesIO(content), data_only=True)
    if sheet is not None:
        book.active = book.worksheets.index(book[sheet])
    formulas = {(title, row + 1, column + 1) for title, row, column in formula_cells(content)}
    return {
        "client": "Office.js",
        "version": xw.__version__,
        "book": {
            "name": name,
            "active_sheet_index": book.worksheets.index(book.active),
            "selection": selection or _selection(book.active),
            "calculation": "Automatic",
        },
        "names": _names(book),
        "sheets": [
            _sheet(one, {(row, column) for title, row, column in formulas if title == one.title}, book.epoch)
            for one in book.worksheets
        ],
    }


def opened(body: dict[str, Any]) -> xw.Book:
    """The book that a script gets; `json()` has what it asks of Excel. Needs no server, and Excel on no system."""
    with mock.patch.dict(os.environ, {"XLWINGS_LICENSE_KEY": "noncommercial"}):
        from xlwings.pro import _xlremote
    if "remote" not in [engine.name for engine in xw.engines]:
        xw.engines.add(xw.main.Engine(impl=_xlremote.engine))
    return xw.Book(json=json.loads(json.dumps(body, allow_nan=False)))


def _must_be_computed(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as book:
        for title, part in sheet_parts(book).items():
            if found := _UNCOMPUTED.search(book.read(part).decode()):
                raise ValueError(f"{title}!{found[1]} has no saved value: recalculate the file first.")


def _selection(sheet: Worksheet) -> str | None:
    """The marked cells; the client sends none where they are several areas."""
    views = sheet.sheet_view.selection
    pane = sheet.sheet_view.pane
    chosen = [one for one in views if pane is not None and one.pane == pane.activePane] or list(views)
    areas = str(chosen[-1].sqref) if chosen else "A1"
    return None if " " in areas else areas


def _sheet(sheet: Worksheet, formulas: set[tuple[int, int]], epoch: dt.datetime) -> dict[str, Any]:
    held = {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value is not None} | formulas
    top, bottom = (edge((row for row, _ in held), default=1) for edge in (min, max))
    left, right = (edge((column for _, column in held), default=1) for edge in (min, max))
    print_area = sheet.print_area
    return {
        "name": sheet.title,
        "visibility": VISIBILITY[sheet.sheet_state],
        "show_gridlines": sheet.sheet_view.showGridLines is not False,
        "print_area": ",".join(_relative(area) for area in print_area.split(",")) if print_area else None,
        "notes": [{"address": cell.coordinate} for row in sheet.iter_rows() for cell in row if cell.comment],
        "notes_supported": True,
        "used_range_address": _address(top, left, bottom, right) if held else None,
        "used_range_row_count": bottom - top + 1 if held else 0,
        "used_range_column_count": right - left + 1 if held else 0,
        "values": [
            [_value(cell.value, cell.number_format, epoch) for cell in row]
            for row in sheet.iter_rows(1, bottom, 1, right)
        ],
        "pictures": [],
        "shapes": [],
        "charts": [],
        "tables": [_table(table) for table in sheet.tables.values()],
        "pivot_tables": [],
    }


def _value(value: Any, number_format: str, epoch: dt.datetime) -> Any:
    """A cell as JavaScript has it: no difference between 1 and 1.0, and a date as text."""
    if value is None:
        return ""
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        value = to_excel(value, epoch)  # type: ignore[no-untyped-call]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if is_date_format(number_format):
        passed = math.floor((value - 25569) * 86400 * 1000 + 0.5)
        return (_EPOCH + dt.timedelta(milliseconds=passed)).isoformat(timespec="milliseconds") + "Z"
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_date_format(number_format: str) -> bool:
    """Whether the client takes a number with this format for a date; as its `isDateNumberFormat`."""
    for token in _FORMAT_TOKEN.finditer(number_format):
        if token["bracket"] is not None and not token["closed"]:
            return False
        if token["date"] or re.fullmatch("h+|m+|s+", token["bracket"] or "", re.IGNORECASE):
            return True
    return False


def _names(book: Workbook) -> list[dict[str, Any]]:
    titles = [sheet.title for sheet in book.worksheets]
    return [_name(one, titles, None) for one in book.defined_names.values()] + [
        _name(one, titles, sheet.title) for sheet in book.worksheets for one in sheet.defined_names.values()
    ]


def _name(name: DefinedName, titles: list[str], scope: str | None) -> dict[str, Any]:
    place = _PLACE.fullmatch(name.attr_text)
    sheet = (place[1] or place[2]).replace("''", "'") if place else None
    return {
        "name": name.name,
        "refers_to": f"={name.attr_text}",
        "type": "Range" if place else _type(name.attr_text),
        "sheet_index": titles.index(sheet) if sheet else None,
        "address": place[3].replace("$", "") if place else None,
        "scope_sheet_name": scope,
        "scope_sheet_index": titles.index(scope) if scope else None,
        "book_scope": scope is None,
    }


def _type(text: str) -> str:
    if "#REF!" in text:
        return "Error"
    if re.fullmatch(r'"(?:[^"]|"")*"', text):
        return "String"
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return "Double"
    raise NotImplementedError(f"A name that is neither a place nor a value: {text}")


def _table(table: Table) -> dict[str, Any]:
    left, top, right, bottom = CellRange(table.ref).bounds
    headers, totals = table.headerRowCount != 0, bool(table.totalsRowCount)
    style = table.tableStyleInfo
    return {
        "name": table.displayName,
        "range_address": table.ref,
        "row_count": bottom - top + 1,
        "column_count": right - left + 1,
        "columns": table.column_names,
        "header_row_range_address": _address(top, left, top, right) if headers else None,
        "data_body_range_address": _address(top + headers, left, bottom - totals, right),
        "total_row_range_address": _address(bottom, left, bottom, right) if totals else None,
        "show_headers": headers,
        "show_totals": totals,
        "table_style": style.name if style else "",
        "show_autofilter": table.autoFilter is not None,
        "show_table_style_first_column": bool(style and style.showFirstColumn),
        "show_table_style_last_column": bool(style and style.showLastColumn),
        "show_table_style_row_stripes": bool(style and style.showRowStripes),
        "show_table_style_column_stripes": bool(style and style.showColumnStripes),
    }


def _relative(area: str) -> str:
    return area.rpartition("!")[2].replace("$", "")


def _address(top: int, left: int, bottom: int, right: int) -> str:
    first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
