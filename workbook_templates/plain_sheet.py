"""The plain form of a sheet in .xlsx, read by one regular expression.

Every program in common use writes a cell as `<c r="A1" s="1" t="s"><v>0</v></c>`. Rows and cells are counted up
afterwards: where one was not understood, the whole sheet is left to the XML parser.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection
from functools import cache, partial

from workbook_templates.gate import Limits
from workbook_templates.grid import (
    BOOLEANS,
    Address,
    Cell,
    CellError,
    Grid,
    Sheet,
    column_letters,
    column_number,
    move_dates,
    plain_cell,
    too_large,
)
from workbook_templates.shared_parts import MAIN, STRICT_MAIN, SharedParts, number_of, unescaped

_CELL = re.compile(
    rb'<c r="([A-Z]{1,2}+)(\d++)"(?: s="\d++")?+(?: t="([a-zA-Z]++)")?+(?: [cv]m="\d++")*+'
    rb"(?: ?/>|>(?:(<f)[^>]*+>(?:(?<=/>)|[^<]*+</f>))?+"
    rb'(?:<v>([^<]*+)</v>|<v ?/>|<is><t(?: xml:space="preserve")?+>([^<]*+)</t></is>)?+</c>)'
)
_ROW = re.compile(rb'<row r="(\d+)"')
_FILLED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><(?:v|f|is)\b')
_STYLED = re.compile(rb'<c r="([A-Z]+)(\d+)" s="(\d{1,5})"(?: t="n")?>')
_NOT_UTF8 = re.compile(rb"""encoding=["'](?!utf-?8["'])""", re.IGNORECASE)


class _Numbers(dict[bytes, Cell]):
    """Numbers by how they are written; dates, times and counts recur, so each is understood once."""

    def __missing__(self, written: bytes) -> Cell:
        self[written] = value = plain_cell(number_of(written.decode()))
        return value


class _SharedTexts(dict[bytes, Cell]):
    """Shared strings by the digits of their place."""

    def __init__(self, shared: SharedParts) -> None:
        super().__init__()
        self._shared = shared

    def __missing__(self, place: bytes) -> Cell:
        self[place] = text = self._shared.text(place.decode()) or None
        return text


class _InlineTexts(dict[bytes, Cell]):
    """Texts that stand in the cell itself (openpyxl writes them so), by how they are written."""

    def __missing__(self, written: bytes) -> Cell:
        self[written] = text = unescaped(_text(written)) or None
        return text


@cache
def _columns(last: int) -> dict[bytes, int]:
    return {column_letters(column).encode(): column - 1 for column in range(1, last + 1)}


def _plain_cells(xml: bytes) -> bytes:
    """The inside of sheetData up to the last row with something in it."""
    start = xml.find(b"<sheetData>")
    end = xml.rfind(b"</sheetData>")
    head = xml[: max(start, 0)]
    if b"<worksheet" not in head or end < 0 or _NOT_UTF8.search(head[:200]):
        raise NotPlainError
    if b'xmlns="' + MAIN + b'"' not in head and b'xmlns="' + STRICT_MAIN + b'"' not in head:
        raise NotPlainError
    last = start
    for mark in (b"<v", b"<f", b"<is"):
        last = max(last, xml.rfind(mark, last + 1, end))
    cells = xml[start + 11 : xml.find(b"</row>", last, end) + 6] if last > start else b""
    # one byte is found much faster than two
    if (b"!" in cells and b"<!" in cells) or (b"?" in cells and b"<?" in cells):
        raise NotPlainError
    return cells


def _within_rows(cells: bytes, max_rows: int) -> tuple[bytes, str]:
    """The rows within the limit, and the first cell with something in it beyond them."""
    last = _ROW.match(cells, max(cells.rfind(b"<row "), 0))
    if last is None or int(last[1]) <= max_rows:
        return cells, ""
    cut = next(row.start() for row in _ROW.finditer(cells) if int(row[1]) > max_rows)
    filled = _FILLED.search(cells, cut)
    return cells[:cut], filled[1].decode() if filled else f"A{max_rows + 1}"


class NotPlainError(Exception):
    """The sheet is written in another form; nothing is wrong with it."""


class _Lines:
    """The rows of one sheet, gathered line by line."""

    def __init__(self, shared: SharedParts, max_columns: int) -> None:
        self.rows: list[list[Cell]] = []
        self.formulas: list[Address] = []
        self.count = 0
        self._width = 0
        self._columns = _columns(max_columns)
        self._numbers, self._texts, self._inline = _Numbers(), _SharedTexts(shared), _InlineTexts()

    def add(self, line: bytes) -> None:
        """One row, from its number on."""
        columns, numbers, texts, width = self._columns, self._numbers, self._texts, self._width
        number = line[: line.index(b'"')]
        at = int(number)
        if at <= len(self.rows):
            raise NotPlainError
        self.rows.extend([] for _ in range(at - len(self.rows) - 1))
        row: list[Cell] = [None] * width
        self.rows.append(row)
        found = _CELL.findall(line)
        self.count += len(found)
        for letters, of_row, kind, formula, value, inline in found:
            column = columns.get(letters)
            if column is None or of_row != number:
                raise NotPlainError
            if formula:
                self.formulas.append((at, column + 1))
            if value or inline:
                if column >= width:
                    width = column + 1
                    row.extend([None] * (width - len(row)))
                if inline:
                    row[column] = self._inline[inline]
                elif kind == b"s":
                    row[column] = texts[value]
                elif not kind or kind == b"n":
                    row[column] = numbers[value]
                else:
                    row[column] = _spelt_out(kind, value)
        self._width = width

    def finish(self) -> list[list[Cell]]:
        """All rows equally long, down to the last that holds something."""
        while self.rows and all(value is None for value in self.rows[-1]):
            self.rows.pop()
        for row in self.rows:
            if len(row) < self._width:
                row.extend([None] * (self._width - len(row)))
        return self.rows


def read_plain(name: str, xml: bytes, shared: SharedParts, limits: Limits, grid: Grid) -> None:
    """The sheet into the grid; raises `NotPlainError` before it has changed anything."""
    cells, far = _within_rows(_plain_cells(xml), limits.max_rows)
    pieces = cells.split(b'<row r="')[1:]
    if cells.count(b"<row") != len(pieces):
        raise NotPlainError
    lines = _Lines(shared, limits.max_columns)
    for piece in pieces:
        lines.add(piece)
    if lines.count != cells.count(b"<c"):
        raise NotPlainError
    rows = lines.finish()
    dates = cache(partial(_dates, cells, shared))
    if shared.since_1904:
        move_dates(rows, dates())
    grid.sheets[name] = Sheet(rows, frozenset(lines.formulas), dates)
    if far:
        grid.problems.append(too_large(name, far, limits))


def _spelt_out(kind: bytes, value: bytes) -> Cell:
    if kind == b"b":
        return BOOLEANS[value in (b"1", b"true")]
    if kind not in (b"str", b"e"):
        raise NotPlainError
    text = _text(value)
    return CellError(text) if kind == b"e" else unescaped(text) or None


def _text(written: bytes) -> str:
    return (ET.fromstring(b"<v>" + written + b"</v>").text or "") if b"&" in written else written.decode()


def _dates(cells: bytes, shared: SharedParts) -> Collection[Address]:
    found = _STYLED.findall(cells)
    dates = shared.date_styles({int(style) for _, _, style in found})
    return {(int(row), column_number(letters.decode())) for letters, row, style in found if int(style) in dates}
