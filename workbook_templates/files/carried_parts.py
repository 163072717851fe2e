"""What openpyxl drops of a workbook that it opens and saves, carried over from the original as it stood there.

Values saved with formulas: without them, a program that does not compute shows nothing, and our own reader finds
nothing in an input cell with a formula. Drawings: charts lose their alternative texts, pictures and shapes are lost.
Errors that are not to be pointed out, such as the digits that are a code in the grid form.
"""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from io import BytesIO
from posixpath import split
from typing import TYPE_CHECKING

from workbook_templates.files.gate import Container
from workbook_templates.files.grid import UnreadableError
from workbook_templates.files.shared_parts import local_name
from workbook_templates.files.spreadsheetml import relations_of, workbook_relations

if TYPE_CHECKING:
    from openpyxl import Workbook

_SAVED = re.compile(
    rb"<c (?=[^>]*\br=\"([A-Z]{1,3}[0-9]{1,7})\")([^>]*)><f(?:[^>]*/>|[^>]*>[^<]*</f>)<v[^>/]*>([^<]*)</v></c>"
)
_TYPE = re.compile(rb'\bt="(?:str|b|e|n)"')
_LOST = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f(?:[^>]*/>|[^>]*>[^<]*</f>))<v\s*(?:/>|></v>)</c>')
_AFTER_A_DRAWING = re.compile(rb"<(?:legacyDrawing|tableParts|/worksheet)")
_IGNORED = re.compile(rb"<ignoredErrors>.*?</ignoredErrors>", re.DOTALL)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def carry_over(content: bytes, container: Container, book: "Workbook") -> bytes:
    """The bytes of `book`, opened by openpyxl from `content`, with what it drops of it."""
    originals = _sheet_paths(container.parts)
    drawings = {} if book.chartsheets else _drawings(container.parts, originals)
    for title in drawings:
        book[title]._charts, book[title]._images = [], []  # type: ignore[attr-defined]  # noqa: SLF001  # no other way
    saved = BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for number, sheet in enumerate(book.worksheets, 1):
            path = f"xl/worksheets/sheet{number}.xml"
            if sheet.title in originals:
                original = container.parts[originals[sheet.title]]
                parts[path] = _with_saved_values(parts[path], original)
                if ignored := _IGNORED.search(original):
                    parts[path] = _before_a_drawing(parts[path], ignored[0])
            if sheet.title in drawings:
                _draw(parts, path, drawings[sheet.title], container.parts, archive)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _sheet_paths(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of each worksheet by its name."""
    path, relations = workbook_relations(parts)
    by_id = dict(relations.get("worksheet", ()))
    nodes = (node for node in ET.fromstring(parts[path]).iter() if local_name(node) == "sheet")
    ids = {node.get("name", ""): next((v for k, v in node.attrib.items() if k.endswith("}id")), "") for node in nodes}
    return {name: by_id[relation] for name, relation in ids.items() if by_id.get(relation) in parts}


def _with_saved_values(sheet: bytes, original: bytes) -> bytes:
    values = {match[1]: (match[2], match[3]) for match in _SAVED.finditer(original)}

    def with_value(match: re.Match[bytes]) -> bytes:
        attributes, value = values.get(match[1], (b"", b""))
        if not value:
            return match[0]
        kind = _TYPE.search(attributes)
        return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (match[1], match[2], b" " + kind[0] if kind else b"", match[3], value)

    return _LOST.sub(with_value, sheet)


def _drawings(parts: Mapping[str, bytes], sheets: Mapping[str, str]) -> dict[str, str]:
    """The drawing of each worksheet that has one. None at all where one needs more than the parts it refers to."""
    found = {
        title: path for title, sheet in sheets.items() for kind, path in _targets(parts, sheet) if kind == "drawing"
    }
    whole = all(b"AlternateContent" not in parts.get(path, b"AlternateContent") for path in found.values())
    return found if whole else {}


def _targets(parts: Mapping[str, bytes], path: str) -> Iterator[tuple[str, str]]:
    """The kind and the path of all that a part refers to; nothing where it refers to nothing."""
    try:
        relations = relations_of(parts, path)
    except UnreadableError:
        return
    for kind, targets in relations.items():
        for _, target in targets:
            yield kind, target


def _draw(
    parts: dict[str, bytes], sheet: str, drawing: str, original: Mapping[str, bytes], archive: zipfile.ZipFile
) -> None:
    """The drawing and all that it refers to into `parts`, and a reference to it into the sheet."""
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    types = _content_types(original["[content_types].xml"])
    overrides, todo = "", [drawing]
    while todo:
        path = todo.pop()
        name = names.get(path)
        if name is None or name in parts:
            continue
        parts[name] = archive.read(name)
        kind = types.get(f"/{path}") or types.get(path.rpartition(".")[2], "application/xml")
        overrides += f'<Override PartName="/{escape(name)}" ContentType="{escape(kind)}"/>'
        relations = names.get(_relations_path(path))
        if relations is not None:
            parts[relations] = archive.read(relations)
            todo += [target for _, target in _targets(original, path)]
    _add(parts, "[Content_Types].xml", overrides, "</Types>")
    beside = _relations_path(sheet)
    parts.setdefault(beside, f'<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode())
    relation = f'<Relationship Id="bitDrawing" Type="{_RELATIONSHIPS}/drawing" Target="/{escape(names[drawing])}"/>'
    _add(parts, beside, relation, "</Relationships>")
    element = f'<drawing xmlns:r="{_RELATIONSHIPS}" r:id="bitDrawing"/>'.encode()
    parts[sheet] = _before_a_drawing(parts[sheet], element)


def _before_a_drawing(sheet: bytes, element: bytes) -> bytes:
    return _AFTER_A_DRAWING.sub(lambda match: element + match[0], sheet, count=1)


def _relations_path(path: str) -> str:
    folder, name = split(path)
    return f"{folder}/_rels/{name}.rels"


def _content_types(part: bytes) -> dict[str, str]:
    """The types by part (with a slash before it) and by ending, all in lower case."""
    nodes = ET.fromstring(part)
    return {
        (node.get("PartName") or node.get("Extension") or "").lower(): node.get("ContentType", "") for node in nodes
    }


def _add(parts: dict[str, bytes], name: str, element: str, end: str) -> None:
    head, _, _ = parts[name].rpartition(end.encode())
    parts[name] = head + element.encode() + end.encode()
