"""The plain form of a sheet in .xlsx, read without an XML parser.

Every program in common use writes a cell as `<c r="A1" s="1" t="s"><v>0</v></c>`. The sheet is cut at its rows and
cells: where a piece is not of this form to its last byte, the whole sheet is left to the XML parser.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection
from functools import cache, partial

from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import (
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
from workbook_templates.files.shared_parts import MAIN, STRICT_MAIN, SharedParts, number_of, unescaped

_CELL = re.compile(
    rb'([A-Z]{1,2}+)"(?: s="\d++")?+(?: t="([a-zA-Z]++)")?+(?: [cv]m="\d++")*+'
    rb"(?: ?/>|>(?:(<f)[^>]*+>(?:(?<=/>)|[^<]*+</f>))?+"
    rb'(?:<v>([^<]*+)</v>|<v ?/>|<is><t(?: xml:space="preserve")?+>([^<]*+)</t></is>)?+</c>)'
)
"""A cell whose row number is taken out: column, kind, formula, value, text in the cell itself."""
_ROW = re.compile(rb'<row r="(\d+)"')
_FILLED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><(?:v|f|is)\b')
_STYLED = re.compile(rb'<c r="([A-Z]+)(\d+)" s="(\d{1,5})"(?: t="n")?>')
_MERGED = re.compile(rb'mergeCell ref="([A-Z]{1,2})(\d{1,7}):\1(\d{1,7})"')
_NOT_UTF8 = re.compile(rb"""encoding=["'](?!utf-?8["'])""", re.IGNORECASE)


class _Meanings(dict[bytes, tuple[int, Cell, bool]]):
    """Column, value, and whether there is a formula, of a cell by how it is written without its row number.

    Times, counts and texts recur, so that most cells are understood by one look-up.
    """

    def __init__(self, shared: SharedParts, max_columns: int) -> None:
        super().__init__()
        self._shared, self._columns = shared, _columns(max_columns)

    def __missing__(self, written: bytes) -> tuple[int, Cell, bool]:
        match = _CELL.fullmatch(written)
        if match is None or match[1] not in self._columns:
            raise NotPlainError
        letters, kind, formula, value, inline = match.groups()
        meaning = (self._columns[letters], self._value(kind or b"n", value, inline), formula is not None)
        self[written] = meaning
        return meaning

    def _value(self, kind: bytes, value: bytes | None, inline: bytes | None) -> Cell:
        if kind == b"inlineStr":
            return unescaped(_text(inline)) or None if inline else None
        if not value:
            return None
        if kind == b"s":
            return self._shared.text(value.decode()) or None
        if kind == b"n":
            return plain_cell(number_of(value.decode()))
        if kind == b"b":
            return BOOLEANS[value in (b"1", b"true")]
        if kind == b"e":
            return CellError(_text(value))
        if kind == b"str":
            return unescaped(_text(value)) or None
        raise NotPlainError


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
        self._width = 0
        self._meanings = _Meanings(shared, max_columns)

    def add(self, line: bytes) -> None:
        """One row, from its number on."""
        meanings, width = self._meanings, self._width
        inside, end, behind = line.rpartition(b"</row>")
        if behind.strip() if end else not line.rstrip().endswith(b"/>"):
            raise NotPlainError
        head, *cells = (inside if end else line).split(b'<c r="')
        number = head[: head.index(b'"') + 1]
        at = int(number[:-1])
        if at <= len(self.rows) or b"<" in head:
            raise NotPlainError
        self.rows.extend([] for _ in range(at - len(self.rows) - 1))
        row: list[Cell] = [None] * width
        self.rows.append(row)
        for cell in cells:
            # Where the number is not the row's own, another place loses its digits, and the cell is not understood.
            column, value, formula = meanings[cell.replace(number, b'"', 1)]
            if formula:
                self.formulas.append((at, column + 1))
            if value is not None:
                if column >= width:
                    width = column + 1
                    row.extend([None] * (width - len(row)))
                row[column] = value
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
    rows = lines.finish()
    dates = cache(partial(_dates, cells, shared))
    if shared.since_1904:
        move_dates(rows, dates())
    grid.sheets[name] = Sheet(rows, frozenset(lines.formulas), dates, merged_down(xml, limits))
    if far:
        grid.problems.append(too_large(name, far, limits))


def merged_down(xml: bytes, limits: Limits) -> dict[Address, int]:
    """First cell → last row of the cells that are merged within one column, within the limits."""
    behind = xml.rfind(b"sheetData>")
    found = _MERGED.findall(xml, behind) if behind >= 0 else []
    return {
        (int(first), column_number(letters.decode())): int(last)
        for letters, first, last in found[: limits.max_rows]
        if int(first) < int(last) <= limits.max_rows
    }


def _text(written: bytes) -> str:
    return (ET.fromstring(b"<v>" + written + b"</v>").text or "") if b"&" in written else written.decode()


def _dates(cells: bytes, shared: SharedParts) -> Collection[Address]:
    found = _STYLED.findall(cells)
    dates = shared.date_styles({int(style) for _, _, style in found})
    return {(int(row), column_number(letters.decode())) for letters, row, style in found if int(style) in dates}
