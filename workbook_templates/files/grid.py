"""The cells of a received workbook, whatever program saved it, at their own addresses.

Numbers come as they are stored. A date or a time is such a number too, a *serial*: days since 30 December 1899, also
where the workbook counts from 1904, so that 24:00 is 1.0 and a negative time is negative. No cell comes as a date,
because every library's conversion loses something: 24:00 becomes a day, -06:00 becomes 18:00, and days 59 and 60 fall
together. Whether a number is shown as a date, `Sheet.shows_date` tells.
"""

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from workbook_templates.files.gate import Container, Kind, Limits
from workbook_templates.problems import Problem


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value of a spreadsheet, such as #N/A."""

    code: str

    def __str__(self) -> str:
        return self.code


Cell = None | str | int | float | CellError
"""What a cell holds. Blank cells and empty texts are None, numbers are finite, SAND and FALSK are texts."""

Address = tuple[int, int]
"""Row and column, both from 1."""

BOOLEANS = {True: "SAND", False: "FALSK"}
EPOCH = dt.datetime(1899, 12, 30)
SERIAL_OF_1904 = 1_462
FIRST_SERIAL_MOVED = 366
"""In a workbook that counts from 1904 a smaller number is a time or a duration, not a date."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet from A1: `rows[0][0]` is A1, all rows equally long, trailing blank rows left out."""

    rows: list[list[Cell]] = field(default_factory=list)
    formulas: frozenset[Address] = frozenset()
    dates: Callable[[], Collection[Address]] = frozenset
    merged_down: Mapping[Address, int] = field(default_factory=dict)
    """First cell → last row of cells merged within one column (.xlsx only)."""

    def shows_date(self, row: int, column: int) -> bool:
        """True when the cell's number format shows a date, a time or a duration."""
        return (row, column) in self.dates()


@dataclass(slots=True)
class Grid:
    """The wanted sheets by name, the cell that each `bit_…` name (in lower case) points at, and what is wrong."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    names: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class UnreadableError(Exception):
    """The workbook contradicts itself; the text says where."""


class EncryptedError(Exception):
    """The workbook asks for a password."""


def read_grid(content: bytes, container: Container, wanted: Callable[[str], bool], limits: Limits) -> Grid:
    """The sheets that `wanted` says yes to by name. What cannot be read is a problem (F02, F04, F05, F06)."""
    grid = Grid()
    try:
        if container.kind is Kind.XLSX:
            from workbook_templates.files import spreadsheetml

            spreadsheetml.read(container.parts, wanted, limits, grid)
        elif container.kind is Kind.ODS:
            from workbook_templates.files import opendocument

            opendocument.read(container.parts["content.xml"], wanted, limits, grid)
        elif container.kind is Kind.XLSB:
            from workbook_templates.files import xlsb

            xlsb.read(content, container.parts, wanted, limits, grid)
        else:
            from workbook_templates.files import xls

            xls.read(content, wanted, limits, grid)
    except EncryptedError:
        return Grid(problems=[Problem("F02")])
    except MemoryError:
        return Grid(problems=[Problem("F06", found="hukommelse")])
    except (KeyboardInterrupt, SystemExit):
        raise
    except UnreadableError as error:
        return Grid(problems=[Problem("F04", found=str(error))])
    except BaseException as error:  # noqa: BLE001  # a panic in Rust is no Exception, and a stranger's file raises anything
        return Grid(problems=[Problem("F04", found=type(error).__name__)])
    return grid


@cache
def column_letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """The column of capital letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class CellCollector:
    """Gathers the cells of one sheet one by one, within the limits, into `grid`."""

    def __init__(self, name: str, limits: Limits, grid: Grid) -> None:
        self._name, self._limits, self._grid = name, limits, grid
        self._cells: dict[Address, Cell] = {}
        self._formulas: set[Address] = set()
        self._far = ""

    @property
    def is_far(self) -> bool:
        """True when something lay beyond the limits."""
        return bool(self._far)

    def put(self, row: int, column: int, value: object, *, formula: bool = False) -> None:
        """One cell; a blank one leaves nothing behind. A later cell at the same address counts."""
        if value is None or value == "":
            if not formula:
                return
            value = None
        if row > self._limits.max_rows or column > self._limits.max_columns:
            self._far = self._far or f"{column_letters(column)}{row}"
            return
        if formula:
            self._formulas.add((row, column))
        self._cells[row, column] = plain_cell(value)

    def finish(
        self,
        dates: Callable[[], Collection[Address]] = frozenset,
        merged_down: Mapping[Address, int] | None = None,
        *,
        since_1904: bool = False,
    ) -> None:
        """Hands the sheet to the grid, with F05 where cells lie beyond the limits."""
        if self._far:
            self._grid.problems.append(too_large(self._name, self._far, self._limits))
        height = max((row for row, _ in self._cells), default=0)
        width = max((column for _, column in self._cells), default=0)
        rows: list[list[Cell]] = [[None] * width for _ in range(height)]
        for (row, column), value in self._cells.items():
            rows[row - 1][column - 1] = value
        if since_1904:
            move_dates(rows, dates())
        self._grid.sheets[self._name] = Sheet(rows, frozenset(self._formulas), dates, merged_down or {})


def plain_cell(value: object) -> Cell:
    """The value as a cell of the grid."""
    if isinstance(value, bool):
        return BOOLEANS[value]
    if isinstance(value, float) and not math.isfinite(value):
        return CellError("#NUM!")
    if value is None or isinstance(value, str | int | float | CellError):
        return value
    raise TypeError(type(value).__name__)


def serial_of_iso(text: str) -> float | str:
    """The serial of an ISO 8601 date, time or both, without regard to a zone; the text itself where it is none."""
    try:
        if "-" not in text.lstrip("-"):
            moment = dt.datetime.combine(EPOCH, dt.time.fromisoformat(text))
        else:
            moment = dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    return (moment - EPOCH) / dt.timedelta(days=1)


def move_dates(rows: list[list[Cell]], dates: Collection[Address]) -> None:
    """Serials that count from 1904 become serials that count from 1900, in place."""
    for row, column in dates:
        if row <= len(rows) and column <= len(rows[0]):
            value = rows[row - 1][column - 1]
            if isinstance(value, int | float) and value >= FIRST_SERIAL_MOVED:
                rows[row - 1][column - 1] = value + SERIAL_OF_1904


def too_large(sheet: str, cell: str, limits: Limits) -> Problem:
    """F05 for a sheet with something in a cell beyond the limits."""
    found = f"celle {cell}; højst {limits.max_rows} rækker og {limits.max_columns} kolonner"
    return Problem("F05", sheet=sheet, cell=cell, found=found)
