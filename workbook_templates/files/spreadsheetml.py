"""Reading .xlsx and .xlsm, cell by cell: the plain form quickly, any other form through an XML parser.

Libraries are not used for the cells. calamine gives errors as blanks, tells no formulas, and allocates for a cell in
XFD1048576 until its process dies; openpyxl takes ten times as long and gives nothing for Strict OOXML; neither gives a
date's number as stored. Nothing but the cells of a sheet is looked at, so that a false dimension or a merge over the
whole sheet is harmless.
"""

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from io import BytesIO

from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import (
    Address,
    CellCollector,
    CellError,
    Grid,
    UnreadableError,
    column_number,
    serial_of_iso,
)
from workbook_templates.files.plain_sheet import NotPlainError, merged_down, read_plain
from workbook_templates.files.shared_parts import SharedParts, local_name, number_of, rich_text, shared_texts, unescaped


def read(parts: Mapping[str, bytes], wanted: Callable[[str], bool], limits: Limits, grid: Grid) -> None:
    """The wanted sheets and the names into the grid."""
    path, relations = workbook_relations(parts)
    root = ET.fromstring(_part(parts, path))
    properties = _first(root, "workbookPr")
    shared = SharedParts(
        texts=shared_texts(_related(parts, relations, "sharedStrings")),
        styles=_related(parts, relations, "styles"),
        since_1904=properties is not None and properties.get("date1904") in ("1", "true", "on"),
    )
    sheets = dict(relations.get("worksheet", []))
    for node in _first(root, "sheets") or ():
        name = node.get("name", "")
        relation = next((value for key, value in node.attrib.items() if key.endswith("}id")), "")
        if relation in sheets and wanted(name):
            xml = _part(parts, sheets[relation])
            try:
                read_plain(name, xml, shared, limits, grid)
            except NotPlainError:
                _read_odd(name, xml, shared, limits, grid)
    for node in _first(root, "definedNames") or ():
        add_name(grid, node.get("name", ""), node.text or "", local="localSheetId" in node.attrib)


def workbook_relations(parts: Mapping[str, bytes]) -> tuple[str, dict[str, list[tuple[str, str]]]]:
    """The path of the workbook part, and what it refers to: (relation id, path) by the last word of the type."""
    path = relations_of(parts, "").get("officeDocument", [("", "xl/workbook.xml")])[0][1]
    return path, relations_of(parts, path)


def relations_of(parts: Mapping[str, bytes], path: str) -> dict[str, list[tuple[str, str]]]:
    """What a part refers to: (relation id, path) by the last word of the type. Raises `UnreadableError`."""
    folder, file = posixpath.split(path)
    found: dict[str, list[tuple[str, str]]] = {}
    for node in ET.fromstring(_part(parts, posixpath.join(folder, "_rels", f"{file}.rels"))):
        target = posixpath.normpath(posixpath.join("/", folder, node.get("Target", "").replace("\\", "/")))
        kind = node.get("Type", "").rpartition("/")[2]
        found.setdefault(kind, []).append((node.get("Id", ""), target.lstrip("/").lower()))
    return found


def _related(parts: Mapping[str, bytes], relations: Mapping[str, list[tuple[str, str]]], kind: str) -> bytes:
    return parts.get(relations[kind][0][1], b"") if kind in relations else b""


def _part(parts: Mapping[str, bytes], path: str) -> bytes:
    try:
        return parts[path]
    except KeyError:
        raise UnreadableError(f"delen {path} mangler") from None


def _first(root: ET.Element, tag: str) -> ET.Element | None:
    return next((node for node in root if local_name(node) == tag), None)


_REFERENCE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::\$?[A-Z]{1,3}\$?\d{1,7})?"
)


def add_name(grid: Grid, name: str, reference: str, *, local: bool = False) -> None:
    """Notes where a `bit_…` name points, at the first cell of a range. A dead reference (#REF!) is passed over."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None or not name.lower().startswith("bit_") or (local and name.lower() in grid.names):
        return
    sheet = match[1].replace("''", "'") if match[1] else match[2]
    grid.names[name.lower()] = (sheet, int(match[4]), column_number(match[3]))


# The other form

_ADDRESS = re.compile(r"([A-Z]{1,7})([1-9]\d{0,9})")


def _read_odd(name: str, xml: bytes, shared: SharedParts, limits: Limits, grid: Grid) -> None:
    """Any well-formed sheet, whatever its prefixes, order and kinds of cells; several times slower."""
    collector = CellCollector(name, limits, grid)
    styled: dict[Address, int] = {}
    parents: list[ET.Element] = []
    row = column = 0
    for event, node in ET.iterparse(BytesIO(xml), ("start", "end")):
        tag = local_name(node)
        if event == "start":
            parents.append(node)
            if tag == "row":
                row, column = int(node.get("r") or row + 1), 0
            continue
        parents.pop()
        if tag == "c":
            address = _ADDRESS.fullmatch(node.get("r", ""))
            at, column = (int(address[2]), column_number(address[1])) if address else (row, column + 1)
            formula = any(local_name(child) == "f" for child in node)
            value = _value(node, shared)
            collector.put(at, column, value, formula=formula)
            if isinstance(value, float) and node.get("t") != "d" and node.get("s", "").isdecimal():
                styled[at, column] = min(int(node.get("s", "")), 0xFFFF)
        elif tag == "row":
            parents[-1].clear()
            if row > limits.max_rows and collector.is_far:
                break
        elif tag == "sheetData":
            break
    collector.finish(cache(partial(_odd_dates, styled, shared)), merged_down(xml, limits), since_1904=shared.since_1904)


def _odd_dates(styled: Mapping[Address, int], shared: SharedParts) -> Collection[Address]:
    dates = shared.date_styles(set(styled.values()))
    return {address for address, style in styled.items() if style in dates}


def _value(node: ET.Element, shared: SharedParts) -> object:
    kind = node.get("t", "n")
    if kind == "inlineStr":
        return next((rich_text(child) for child in node if local_name(child) == "is"), None)
    content = next((child.text for child in node if local_name(child) == "v"), None)
    if content is None:
        return None
    if kind == "s":
        return shared.text(content)
    if kind == "b":
        return content.strip() in ("1", "true")
    if kind == "e":
        return CellError(content)
    if kind == "d":
        return serial_of_iso(content)
    return number_of(content) if kind == "n" else unescaped(content)
