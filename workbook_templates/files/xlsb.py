"""Reading .xlsb.

Its records are walked here, because calamine tells neither errors nor formulas and converts numbers to dates with a
loss. Names are not read; the labels beside the cells are enough.
"""

import struct
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial
from io import BytesIO

import xlrd
from python_calamine import CalamineWorkbook

from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import Address, CellCollector, CellError, Grid, UnreadableError
from workbook_templates.files.spreadsheetml import workbook_relations

# Types of records (MS-XLSB, 2.3)
_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = 0, 1, 2, 3, 4, 5, 6, 7
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR = 8, 9, 10, 11
_SHARED_ITEM, _PROPERTIES, _BUNDLE = 19, 153, 156


def read(content: bytes, parts: Mapping[str, bytes], wanted: Callable[[str], bool], limits: Limits, grid: Grid) -> None:
    """The wanted sheets into the grid."""
    path, relations = workbook_relations(parts)
    paths = dict(relations.get("worksheet", []))
    texts = [
        _wide(payload, 1)[0]
        for kind, payload in _records(parts.get(relations.get("sharedStrings", [("", "")])[0][1], b""))
        if kind == _SHARED_ITEM
    ]
    since_1904 = False
    for kind, payload in _records(parts[path]):
        if kind == _PROPERTIES:
            since_1904 = bool(payload[0] & 1)
        elif kind == _BUNDLE:
            relation, after = _wide(payload, 8)
            name, _ = _wide(payload, after)
            if relation in paths and wanted(name):
                collector = CellCollector(name, limits, grid)
                _collect(parts[paths[relation]], texts, collector)
                collector.finish(cache(partial(_dates, content, name)), since_1904=since_1904)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(data)
    while at < end:
        kind, at = _varint(data, at, 2)
        size, at = _varint(data, at, 4)
        if at + size > end:
            raise UnreadableError("en post i .xlsb-filen er afkortet")
        yield kind, data[at : at + size]
        at += size


def _varint(data: bytes, at: int, longest: int) -> tuple[int, int]:
    value = 0
    for place in range(longest):
        value |= (data[at] & 0x7F) << 7 * place
        at += 1
        if data[at - 1] < 0x80:
            break
    return value, at


def _wide(payload: bytes, at: int) -> tuple[str, int]:
    """A string with its length in characters before it, and where it ends. A length of -1 is no string."""
    (length,) = struct.unpack_from("<i", payload, at)
    end = at + 4 + 2 * max(length, 0)
    return payload[at + 4 : end].decode("utf-16-le", "replace"), end


def _collect(data: bytes, texts: list[str], collector: CellCollector) -> None:
    row = 0
    for kind, payload in _records(data):
        if kind == _ROW:
            row = int.from_bytes(payload[:4], "little") + 1
        elif _RK <= kind <= _FORMULA_ERROR:
            column = int.from_bytes(payload[:4], "little") + 1
            collector.put(row, column, _value(kind, payload, texts), formula=kind >= _FORMULA_TEXT)


def _value(kind: int, payload: bytes, texts: list[str]) -> object:
    """The value of a cell record, which stands behind eight bytes of column and style."""
    if kind == _RK:
        (packed,) = struct.unpack_from("<i", payload, 8)
        number = packed >> 2 if packed & 2 else struct.unpack("<d", struct.pack("<iI", 0, packed & 0xFFFFFFFC))[0]
        return float(number) / 100 if packed & 1 else float(number)
    if kind in (_ERROR, _FORMULA_ERROR):
        return CellError(xlrd.error_text_from_code.get(payload[8], "#FEJL"))
    if kind in (_BOOL, _FORMULA_BOOL):
        return bool(payload[8])
    if kind in (_REAL, _FORMULA_NUMBER):
        return float(struct.unpack_from("<d", payload, 8)[0])
    if kind == _SHARED:
        return texts[int.from_bytes(payload[8:12], "little")]
    return _wide(payload, 8)[0]


def _dates(content: bytes, name: str) -> Collection[Address]:
    with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return {
        (row, column)
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if not isinstance(value, str | float | int)
    }
