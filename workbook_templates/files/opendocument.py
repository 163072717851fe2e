"""Reading .ods.

content.xml is parsed here, because calamine tells neither errors, formulas nor names, and gives 24:00 as the text
PT24H00M00S.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial
from io import BytesIO

from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import Address, CellCollector, CellError, Grid, column_number, serial_of_iso

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NUMBERS = ("float", "percentage", "currency")
_REFERENCE = re.compile(r"\$?(?:'((?:[^']|'')+)'|([^'.]+))\.\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::.*)?")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
_ERROR_TEXT = re.compile(r"#[A-ZÆØÅ0-9/!?]+|(?:Err|Fejl):\d{3}")


def read(xml: bytes, wanted: Callable[[str], bool], limits: Limits, grid: Grid) -> None:  # noqa: C901  # one pass
    """The wanted sheets and the names into the grid."""
    depth = 0
    sheet: CellCollector | None = None
    dates: set[Address] = set()
    cells: list[ET.Element] = []
    row = 1
    for event, node in ET.iterparse(BytesIO(xml), ("start", "end")):
        if node.tag == f"{_TABLE}table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                name = node.get(f"{_TABLE}name", "")
                sheet, dates, row = (CellCollector(name, limits, grid) if wanted(name) else None), set(), 1
            elif event == "end" and depth == 0:
                if sheet:
                    sheet.finish(partial(frozenset, dates))
                node.clear()
        elif event == "end" and depth == 1:
            if node.tag in _CELLS:
                cells.append(node)
            elif node.tag == f"{_TABLE}table-row":
                repeat = int(node.get(f"{_TABLE}number-rows-repeated", "1"))
                if sheet:
                    _put_row(sheet, row, repeat, cells, dates, limits)
                row += repeat
                cells.clear()
                node.clear()
        elif event == "end" and node.tag == f"{_TABLE}named-range":
            _add_name(grid, node.get(f"{_TABLE}name", ""), node.get(f"{_TABLE}cell-range-address", ""))


def _put_row(
    sheet: CellCollector, row: int, repeat: int, cells: list[ET.Element], dates: set[Address], limits: Limits
) -> None:
    column = 1
    for node in cells:
        times = spread = int(node.get(f"{_TABLE}number-columns-repeated", "1"))
        value = _value(node)
        formula = f"{_TABLE}formula" in node.attrib
        if value is not None or formula:
            is_date = node.get(f"{_OFFICE}value-type") in ("date", "time")
            if row + repeat > limits.max_rows + 1 or column + times > limits.max_columns + 1:
                # a repetition out of all bounds is noted at its far end and not spread out
                sheet.put(row + repeat - 1, column + times - 1, value)
                repeat = times = 1
            for at in range(row, row + repeat):
                for across in range(column, column + times):
                    sheet.put(at, across, value, formula=formula)
                    if is_date:
                        dates.add((at, across))
        column += spread


def _value(node: ET.Element) -> object:
    kind = node.get(f"{_OFFICE}value-type")
    if kind is None:
        return None
    if node.get(_CALC_TYPE) == "error" or _is_error(node):
        return CellError(_paragraphs(node) or "#FEJL")
    if kind in _NUMBERS:
        return float(node.get(f"{_OFFICE}value", "nan"))
    if kind == "date":
        return serial_of_iso(node.get(f"{_OFFICE}date-value", ""))
    if kind == "time":
        return _serial_of_duration(node.get(f"{_OFFICE}time-value", ""))
    if kind == "boolean":
        return node.get(f"{_OFFICE}boolean-value") == "true"
    return node.get(f"{_OFFICE}string-value") or _paragraphs(node)


def _is_error(node: ET.Element) -> bool:
    return f"{_TABLE}formula" in node.attrib and _ERROR_TEXT.fullmatch(_paragraphs(node)) is not None


def _paragraphs(node: ET.Element) -> str:
    """The paragraphs of the cell itself, not those of a comment on it."""
    return "\n".join(_text(child) for child in node if child.tag == f"{_TEXT}p")


def _text(node: ET.Element) -> str:
    pieces = [node.text or ""]
    for child in node:
        if child.tag == f"{_TEXT}s":
            pieces.append(" " * min(int(child.get(f"{_TEXT}c", "1")), 1_000))
        elif child.tag == f"{_TEXT}tab":
            pieces.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        elif child.tag != f"{_OFFICE}annotation":
            pieces.append(_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _serial_of_duration(text: str) -> float | str:
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    days, hours, minutes = (int(group or 0) for group in match.groups()[1:4])
    seconds = float((match[5] or "0").replace(",", "."))
    serial = (days * 86_400 + hours * 3_600 + minutes * 60 + seconds) / 86_400
    return -serial if match[1] else serial


def _add_name(grid: Grid, name: str, reference: str) -> None:
    match = _REFERENCE.fullmatch(reference)
    if match and name.lower().startswith("bit_"):
        sheet = match[1].replace("''", "'") if match[1] else match[2]
        grid.names.setdefault(name.lower(), (sheet, int(match[4]), column_number(match[3])))
