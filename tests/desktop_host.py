"""Calls of Excel functions as the desktop host answers them, from a formula's ranges to what its cell shows.

Run as a program, this file answers calls from standard input. In that process Windows' own modules are stood in for,
and everything between the VBA and the function is xlwings' code: its server, its reading of ranges, its conversions.
"""

import ctypes
import datetime as dt
import json
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from desktop_excel import DesktopExcel, Machine, built
from pyopenvba.apps.excel._model import Range
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    VBAArray,
    VBADate,
    VBAErrorValue,
    VBAObject,
    VBARuntimeError,
    method,
)

from workbook_templates.kinds import EXCEL_EPOCH

RANGE = "{00020846-0000-0000-C000-000000000046}"
"""How COM knows a range."""
MISSING_ARGUMENT = -2147352572
"""What COM calls an argument that was left out."""
ERROR_CODES = {2007: -2146826281, 2042: -2146826246, 2029: -2146826259, 2023: -2146826265, 2015: -2146826273}
"""What COM calls an error in a cell, by Excel's own number of it."""
FIRST_DATE, LAST_DATE = 45000, 47000
"""Serial numbers between them are dates in the calls."""


def answers(calls: Sequence[tuple[str, list[Any]]], *, formatted: bool = False) -> list[Any]:
    """What each formula shows whose arguments stand in cells: a value, or a table as rows; dates are serial numbers.

    Dates and times in the cells are bare numbers, or `formatted` as people see them, which xlwings reads as dates.
    """
    done = subprocess.run(
        [sys.executable, __file__, built()],
        input=json.dumps([calls, formatted]),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def _server() -> Any:
    """xlwings' server with stand-ins below it; to be called before `addin.functions` is imported."""
    ctypes.windll, ctypes.oledll, ctypes.PyDLL = MagicMock(), MagicMock(), MagicMock()  # type: ignore[attr-defined,misc]
    for name in (
        "pythoncom",
        "pywintypes",
        "win32api",
        "win32con",
        "win32event",
        "win32gui",
        "win32process",
        "win32timezone",
        "win32com",
        "win32com.client",
        "win32com.server",
        "win32com.server.dispatcher",
        "win32com.server.policy",
        "win32com.server.util",
    ):
        sys.modules[name] = MagicMock()
    com: Any = sys.modules
    com["pythoncom"].__file__ = ""
    com["pywintypes"].com_error = com["pywintypes"].error = type("com_error", (Exception,), {})
    com["pywintypes"].TimeType = _ComTime
    com["pywintypes"].IID = str
    com["win32timezone"].TimeZoneInfo.utc = lambda: dt.UTC
    com["win32com.server"].util.unwrap.side_effect = ValueError("not one of ours")
    com["win32com.client"].Dispatch = lambda found: found
    com["win32com"].client, com["win32com"].server = com["win32com.client"], com["win32com.server"]
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(com["win32com.client"], name, type(name, (), {}))
    xlwings, windows = import_module("xlwings"), import_module("xlwings._xlwindows")
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    udfs, server = import_module("xlwings.udfs"), import_module("xlwings.com_server")
    vars(xlwings)["func"] = udfs.xlfunc
    return server.XLPython()


class _ComTime(dt.datetime):
    """A date as COM hands it over."""


class _ComObject:
    """An object of the interpreter as COM hands it over."""

    def __init__(self, inner: VBAObject) -> None:
        self._inner = inner
        if isinstance(inner, Range):
            self._oleobj_ = MagicMock()
            self._oleobj_.GetTypeInfo().GetTypeAttr().iid = RANGE

    def __getattr__(self, name: str) -> Any:
        return _to_com(self._inner.vba_get(name))

    def __iter__(self) -> Iterator[Any]:
        return map(_to_com, self._inner.vba_iterate())


def _to_com(value: Any) -> Any:
    if isinstance(value, VBAObject):
        return _ComObject(value)
    if isinstance(value, VBAArray):
        rows, columns = (range(lowest, highest + 1) for lowest, highest in value.bounds)
        return tuple(tuple(_to_com(value.get([row, column])) for column in columns) for row in rows)
    if isinstance(value, VBADate):
        when: dt.datetime = value.to_datetime()
        return _ComTime(when.year, when.month, when.day, when.hour, when.minute, when.second, tzinfo=dt.UTC)
    if isinstance(value, VBAErrorValue):
        return ERROR_CODES[value.number]
    if value is MISSING:
        return MISSING_ARGUMENT
    return None if value is EMPTY else value


def _from_com(value: Any) -> Any:
    """What VBA gets of an answer: rows as an array of two dimensions, one row as an array of one."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        columns = [[_from_com(cell) for cell in column] for column in zip(*value, strict=True)]
        bounds = [(0, len(value) - 1), (0, len(columns) - 1)]
        return VBAArray(bounds, items=[cell for column in columns for cell in column])
    if isinstance(value, list):
        return VBAArray([(0, len(value) - 1)], items=[_from_com(cell) for cell in value])
    if isinstance(value, dt.datetime):
        assert value.tzinfo is dt.UTC, value
        return VBADate.from_datetime(value.replace(tzinfo=None))
    assert isinstance(value, str | bool | int | float), value
    return value


class _Python(VBAObject):
    """xlwings' server as its library hands it to VBA, errors and all."""

    vba_type_name = "XLPython"

    def __init__(self, server: Any) -> None:
        self.server = server

    @method(name="CallUDF")
    def answered(self, module: str, name: str, arguments: VBAArray, book: object, caller: object) -> object:
        try:
            given = [_to_com(one) for one in arguments.elements()]
            found = self.server.CallUDF(module, name, given, _to_com(book), _to_com(caller))
        except Exception as error:
            lines = "".join(traceback.format_exception(error)).splitlines()
            raise VBARuntimeError(1000, "\r\n".join(reversed(lines))) from error
        return _from_com(found)


def _shown(excel: DesktopExcel, name: str, arguments: list[Any], *, formatted: bool) -> Any:
    """The answer of a formula in A1 whose arguments stand to the right of it."""
    sheet: Any = excel.workbook.sheets_[0]
    sheet.vba_get("Cells").vba_get("Clear")
    ranges, column = [], 2
    for argument in arguments:
        rows = argument if isinstance(argument, list) else [[argument]]
        for row, cells in enumerate(rows, 1):
            for offset, content in enumerate(cells):
                cell = sheet.vba_get("Cells", [row, column + offset])
                if isinstance(content, str) and not content.startswith("="):
                    cell.vba_set("NumberFormat", "@")
                if formatted and isinstance(content, float):
                    if FIRST_DATE < content < LAST_DATE:
                        cell.vba_set("NumberFormat", "dd-mm-yyyy")
                    elif isinstance(argument, list) and offset in (1, 2):
                        cell.vba_set("NumberFormat", "hh:mm")
                cell.vba_set("Formula" if str(content).startswith("=") else "Value", content)
        corner = sheet.vba_get("Cells", [1, column])
        ranges.append(corner.vba_get("Resize", [len(rows), len(rows[0])]))
        column += len(rows[0]) + 1
    return _plain(excel.answer(name, ranges, sheet.vba_get("Cells", [1, 1])))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return (value - EXCEL_EPOCH) / dt.timedelta(days=1) if isinstance(value, dt.datetime) else value


def main() -> None:
    calls, formatted = json.load(sys.stdin)
    excel = DesktopExcel(Machine(python=_Python(_server())), Path(sys.argv[1]))
    excel.add_workbook()
    json.dump([_shown(excel, name, arguments, formatted=formatted) for name, arguments in calls], sys.stdout)


if __name__ == "__main__":
    main()
