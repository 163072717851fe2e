"""What the sheets of one .xlsx share: its texts, its number formats, and whether its days count from 1904."""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from workbook_templates.files.grid import UnreadableError

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = b"http://schemas.openxmlformats.org/package/2006"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SharedParts:
    """`texts` are the shared strings, `styles` is the part as it stands."""

    texts: list[str]
    styles: bytes
    since_1904: bool

    def text(self, place: str) -> str:
        """The shared string at that place."""
        try:
            return self.texts[int(place)]
        except IndexError:
            raise UnreadableError(f"tekst nr. {place} mangler") from None

    def date_styles(self, used: Iterable[int]) -> set[int]:
        """Those of the cell styles that show a number as a date, a time or a duration, in calamine's judgement."""
        from python_calamine import CalamineWorkbook

        numbers = sorted(used)
        if not numbers or not self.styles:
            return set()
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, data in _workbook_of_styles(self.styles, numbers):
                archive.writestr(name, data)
        packed.seek(0)
        rows = CalamineWorkbook.from_filelike(packed).get_sheet_by_index(0).to_python()
        return {style for style, row in zip(numbers, rows, strict=True) if not isinstance(row[0], float)}


def shared_texts(strings: bytes) -> list[str]:
    """The texts of the part with the shared strings."""
    return [rich_text(node) for node in ET.fromstring(strings) if local_name(node) == "si"] if strings else []


def rich_text(node: ET.Element) -> str:
    """The text of a shared or inline string without its phonetic runs."""
    runs = [node, *(child for child in node if local_name(child) == "r")]
    return unescaped("".join(leaf.text or "" for run in runs for leaf in run if local_name(leaf) == "t"))


def local_name(node: ET.Element) -> str:
    """The name of an element without its namespace."""
    return node.tag.rpartition("}")[2]


def number_of(written: str) -> float | str:
    """The number; what is none stays a text (`float` would take 1_0 for ten)."""
    return float(written) if _NUMBER.fullmatch(written) else written


def unescaped(text: str) -> str:
    """The text with _x000D_ and its kin as the characters they stand for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _workbook_of_styles(styles: bytes, numbers: Iterable[int]) -> tuple[tuple[str, bytes], ...]:
    """The parts of a workbook with one number per row, each in one of the styles."""
    rows = b"".join(b'<row r="%d"><c r="A%d" s="%d"><v>1.5</v></c></row>' % (i, i, s) for i, s in enumerate(numbers, 1))
    relation = (
        b'<Relationships xmlns="' + _PACKAGE + b'/relationships">'
        b'<Relationship Id="rId1" Type="' + _OFFICE + b'/%s" Target="%s"/></Relationships>'
    )
    sheets = b'<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    return (
        ("[Content_Types].xml", b'<Types xmlns="' + _PACKAGE + b'/content-types"/>'),
        ("_rels/.rels", relation % (b"officeDocument", b"xl/workbook.xml")),
        ("xl/workbook.xml", b'<workbook xmlns="' + MAIN + b'" xmlns:r="' + _OFFICE + b'">' + sheets + b"</workbook>"),
        ("xl/_rels/workbook.xml.rels", relation % (b"worksheet", b"worksheets/sheet1.xml")),
        ("xl/styles.xml", styles),
        (
            "xl/worksheets/sheet1.xml",
            b'<worksheet xmlns="' + MAIN + b'"><sheetData>' + rows + b"</sheetData></worksheet>",
        ),
    )
