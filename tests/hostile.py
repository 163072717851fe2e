"""Makes odd and hostile workbooks, so that nothing binary lies in the repository."""

import io
import random
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts>'
    "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="20" '
    'applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
"""Cell style 0 is General, 1 a date, 2 a time, 3 a duration."""


def zipped(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of those parts in that order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def xlsx_parts(
    rows: str = "",
    *,
    sheet: str | bytes = "",
    sheet_name: str = "Døgnskema",
    strings: str = "",
    workbook: str = "",
    names: str = "",
    main: str = MAIN,
) -> dict[str, str | bytes]:
    """The parts of an .xlsx with one sheet; `rows` is the inside of its sheetData, `sheet` the whole part instead."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook
        or f'<workbook xmlns="{main}" xmlns:r="{RELATIONS}"><workbookPr/><sheets><sheet name="{sheet_name}" '
        f'sheetId="1" r:id="rId1"/></sheets><definedNames>{names}</definedNames></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rId3" '
        f'Type="{RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet or f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    return parts


def xlsx(rows: str = "", **parts: str) -> bytes:
    """An .xlsx with one sheet; `rows` is the inside of its sheetData."""
    return zipped(xlsx_parts(rows, **parts))


def ods(cells: str, names: str = "", manifest: str = "") -> bytes:
    """An .ods with one sheet; `cells` are its table:table-row elements."""
    body = (
        f"<office:document-content {_ODS}><office:body><office:spreadsheet>"
        f'<table:table table:name="Døgnskema">{cells}</table:table>'
        f"<table:named-expressions>{names}</table:named-expressions>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            "content.xml": body,
        }
    )


def ole(stream: str) -> bytes:
    """An OLE container's header and one directory entry."""
    name = stream.encode("utf-16-le") + b"\0\0"
    entry = name.ljust(64, b"\0") + struct.pack("<HB", len(name), 2)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(512, b"\0")


def lying_zip() -> bytes:
    """An .xlsx whose sheet says it inflates to 100 bytes and inflates to 60 MB."""
    parts = xlsx_parts(sheet=b" " * 60_000_000)
    content = bytearray(zipped(parts))
    size = struct.pack("<I", 60_000_000)
    at = content.find(size)
    while at >= 0:
        content[at : at + 4] = struct.pack("<I", 100)
        at = content.find(size, at)
    return bytes(content)


def overlapping_zip() -> bytes:
    """Two directory entries that share the packed bytes of one part."""
    content = bytearray(zipped({"a.xml": b"x" * 50, "b.xml": b"x" * 50}))
    directory = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", directory + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(content)


def flagged_zip() -> bytes:
    """An .xlsx whose parts are marked as encrypted by the zip itself."""
    content = bytearray(xlsx())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(magic, at + 4)
    return bytes(content)


def damaged(content: bytes) -> bytes:
    """The zip with one stored checksum of its first part changed in the directory."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02") + 16
    changed[at] ^= 0xFF
    return bytes(changed)


def styled_blank_rows(rows: int = 60_000) -> bytes:
    """One filled row, and below it so many rows of sixteen formatted blank cells."""
    letters = "ABCDEFGHIJKLMNOP"
    blanks = "".join(
        f'<row r="{row}" s="1" customFormat="1">'
        + "".join(f'<c r="{letter}{row}" s="1"/>' for letter in letters)
        + "</row>"
        for row in range(2, rows + 2)
    )
    return xlsx('<row r="1"><c r="A1"><v>7</v></c></row>' + blanks)


def empty_rows(rows: int = 1_000_000) -> bytes:
    """One filled row, and below it so many rows without a cell."""
    below = "".join(f'<row r="{row}"/>' for row in range(2, rows + 2))
    return xlsx('<row r="1"><c r="A1"><v>7</v></c></row>' + below)


def long_string_used_often(times: int = 20_000, length: int = 1_000_000) -> bytes:
    """A workbook of half a megabyte in which one long text stands in many cells."""
    text = random.Random(1).randbytes(length // 2).hex()  # noqa: S311  # packs badly, so that the gate lets it through
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, times + 1))
    return xlsx(rows, strings=f"<si><t>{text}</t></si>")


def xlsb(cells: bytes, *, since_1904: bool = False) -> bytes:
    """An .xlsb with one sheet; `cells` are its records from `record`."""
    parts = _binary_relations()
    parts["[Content_Types].xml"] = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Døgnskema")
    parts["xl/workbook.bin"] = record(153, struct.pack("<III", int(since_1904), 0, 0)) + record(156, bundle)
    parts["xl/worksheets/sheet1.bin"] = cells
    parts["xl/sharedStrings.bin"] = record(19, b"\0" + _wide("fælles"))
    return zipped(parts)


def _binary_relations() -> dict[str, str | bytes]:
    """The relations of a binary workbook with one sheet and shared strings."""
    relation = '<Relationship Id="{}" Type="' + RELATIONS + '/{}" Target="{}"/>'
    wrapped = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
    inner = relation.format("rId1", "worksheet", "worksheets/sheet1.bin")
    inner += relation.format("rId2", "sharedStrings", "sharedStrings.bin")
    return {
        "_rels/.rels": wrapped.format(relation.format("rId1", "officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": wrapped.format(inner),
    }


def record(kind: int, payload: bytes) -> bytes:
    """One record of an .xlsb: its type and length in seven bits a byte, then its bytes."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(payload)
    return head + (bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])) + payload


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
