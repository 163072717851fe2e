"""The cells of our workbooks taken straight from the sheets' XML, a hundred times as fast as by openpyxl.

For tests that fill in and recalculate hundreds of workbooks. Rows and columns count from 0.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from html import escape
from io import BytesIO
from posixpath import join
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

Address = tuple[str, int, int]
"""Sheet, row and column."""
EPOCH = dt.date(1899, 12, 30)
_FORMULA = re.compile(r'<c r="([A-Z]+)(\d+)"[^>]*><f')
_NUMBER_FORMAT = re.compile(rb'(?<!<numFmt )numFmtId="\d+"')
_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)


def sheet_parts(book: ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    relations = book.read("xl/_rels/workbook.xml.rels").decode()
    targets = {}
    for relation in re.findall(r"<Relationship [^>]*>", relations):
        found = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        targets[found["Id"]] = join("xl", found["Target"]).lstrip("/")
    sheets = re.findall(r'<sheet\b[^>]* name="([^"]*)"[^>]*r:id="(\w+)"', book.read("xl/workbook.xml").decode())
    return {name: targets[relation] for name, relation in sheets}


def formula_cells(content: bytes) -> set[Address]:
    """Every cell of an .xlsx that holds a formula."""
    with ZipFile(BytesIO(content)) as book:
        return {
            (sheet, int(row) - 1, _column(letters))
            for sheet, part in sheet_parts(book).items()
            for letters, row in _FORMULA.findall(book.read(part).decode())
        }


@cache
def _column(letters: str) -> int:
    return int(xl_cell_to_rowcol(f"{letters}1")[1])


def with_values(content: bytes, values: Mapping[Address, Any]) -> bytes:
    """The .xlsx with these values in cells that it has; None empties a cell. Raises `KeyError` where there is none.

    Every number format becomes that of plain numbers, so that programs tell dates, times and shares as numbers too.
    """
    wanted: dict[str, dict[str, Any]] = {}
    for (sheet, row, column), value in values.items():
        wanted.setdefault(sheet, {})[xl_rowcol_to_cell(row, column)] = value
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as book:
        parts = {part: wanted.pop(sheet) for sheet, part in sheet_parts(source).items() if sheet in wanted}
        if wanted:
            raise KeyError(*wanted)
        for name in source.namelist():
            data = source.read(name)
            if name in parts:
                data = _filled(data.decode(), parts[name]).encode()
            elif name == "xl/styles.xml":
                data = _NUMBER_FORMAT.sub(b'numFmtId="2"', data)
            book.writestr(name, data)
    return target.getvalue()


def _filled(xml: str, values: dict[str, Any]) -> str:
    def cell(match: re.Match[str]) -> str:
        address, style = match[1], match[2] or ""
        return f'<c r="{address}"{style}{_content(values.pop(address))}' if address in values else match[0]

    filled = _CELL.sub(cell, xml)
    if values:
        raise KeyError(*values)
    return filled


def _content(value: Any) -> str:
    if value is None:
        return "/>"
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value, quote=False)}</t></is></c>'
    number = (value - EPOCH).days if isinstance(value, dt.date) else float(value)
    return f"><v>{number!r}</v></c>"


def named_cells(content: bytes) -> Mapping[str, Sequence[Address]]:
    """The cells of each defined name of an .xlsx, by rows."""
    with ZipFile(BytesIO(content)) as book:
        return _named(book.read("xl/workbook.xml").decode())


@lru_cache(maxsize=2)
def _named(xml: str) -> Mapping[str, Sequence[Address]]:
    found: dict[str, list[Address]] = {}
    for name, place in re.findall(r'<definedName name="(\w+)"[^>]*>([^<]*)<', xml):
        if match := re.fullmatch(r"'?([^'!]*)'?!(\$[A-Z]+\$\d+)(?::(\$[A-Z]+\$\d+))?", place):
            (top, left), (bottom, right) = (xl_cell_to_rowcol(cell) for cell in (match[2], match[3] or match[2]))
            found[name] = [(match[1], r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    return found
