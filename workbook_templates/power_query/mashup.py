"""The parts by which a workbook holds a query: the mashup (MS-QDEFF), its connection and the query table.

Written after Microsoft's description and held against workbooks that Excel saved; Excel itself was never asked.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from struct import pack
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from workbook_templates.power_query.query import QUERY, SERVICE, TOKEN

_XML = '<?xml version="1.0" encoding="utf-8"?>'
_XML_PART = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ITEM_ID = UUID("5f0d3a52-6a0f-4c3e-9b1e-2f8a4d1c7e60")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PACKAGE = (
    f"{_XML}<Package {_SCHEMAS}><Version>2.72.556.0</Version><MinVersion>1.5.3296.0</MinVersion>"
    "<Culture>da-DK</Culture></Package>"
)
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="m" ContentType="application/x-ms-m" /><Default Extension="xml" ContentType="text/xml" />'
    "</Types>"
)
_PERMISSIONS = (
    f"{_XML}<PermissionList {_SCHEMAS}><CanEvaluateFuturePackages>false</CanEvaluateFuturePackages>"
    "<FirewallEnabled>true</FirewallEnabled></PermissionList>"
)
_LOADED = {
    "IsPrivate": "l0",
    "FillEnabled": "l1",
    "FillObjectType": "sTable",
    "FillToDataModelEnabled": "l0",
    "FillTarget": f"s{QUERY}",
    "FilledCompleteResultToWorksheet": "l1",
    "AddedToDataModel": "l0",
    "BufferNextRefresh": "l1",
    "ResultType": "sTable",
    "NameUpdatedAfterFill": "l0",
}
_COMMAND = f"SELECT * FROM [{QUERY}]"  # noqa: S608 - how Excel names the query; no database is asked
_PARAMETER = {"IsPrivate": "l0", "FillEnabled": "l0", "FillObjectType": "sConnectionOnly", "ResultType": "sText"}


def mashup(section: str) -> bytes:
    """The binary stream of a section document: package, permissions, metadata, and no binding.

    Without a binding, which only the user's Windows could make, Excel takes its default permissions: those here.
    """
    parts = {
        "Config/Package.xml": _PACKAGE,
        "[Content_Types].xml": _CONTENT_TYPES,
        "Formulas/Section1.m": section.replace("\n", "\r\n"),
    }
    described = _metadata().encode("utf-8-sig")
    metadata = pack("<II", 0, len(described)) + described + _sized(_zipped({}))
    permissions = _PERMISSIONS.encode("utf-8-sig")
    return pack("<I", 0) + b"".join(map(_sized, (_zipped(parts), permissions, metadata, b"")))


def parts(section: str, headings: Sequence[str]) -> Mapping[str, bytes]:
    """The parts that a workbook with one sheet and its table `table1` gets beside its own, by name."""
    item = '<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">'
    written = {
        "xl/connections.xml": _connections(),
        "xl/queryTables/queryTable1.xml": _query_table(headings),
        "xl/tables/_rels/table1.xml.rels": _relationship("queryTable", "../queryTables/queryTable1.xml"),
        "customXml/itemProps1.xml": _item_properties(),
        "customXml/_rels/item1.xml.rels": _relationship("customXmlProps", "itemProps1.xml"),
    }
    encoded = base64.b64encode(mashup(section)).decode()
    return {
        "customXml/item1.xml": f"{item}{encoded}</DataMashup>".encode("utf-16"),
        **{name: text.encode() for name, text in written.items()},
    }


CONTENT_TYPES = {
    "/xl/connections.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
    "/xl/queryTables/queryTable1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.queryTable+xml",
    "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
}
"""Of the parts that have one of their own."""
OF_THE_WORKBOOK = {f"{_TYPES}/connections": "connections.xml", f"{_TYPES}/customXml": "../customXml/item1.xml"}
"""Type → target of the relationships that the workbook gets."""


def _connections() -> str:
    source = f'Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location={QUERY};Extended Properties=""'
    return (
        f'{_XML_PART}<connections xmlns="{_MAIN}"><connection id="1" keepAlive="1" name="Query - {QUERY}" '
        f'description="Connection to the \'{QUERY}\' query in the workbook." type="5" refreshedVersion="6" '
        f'background="1" saveData="1"><dbPr connection={quoteattr(source)} command={quoteattr(_COMMAND)}/>'
        "</connection></connections>"
    )


def _query_table(headings: Sequence[str]) -> str:
    fields = "".join(
        f'<queryTableField id="{number}" name={quoteattr(heading)} tableColumnId="{number}"/>'
        for number, heading in enumerate(headings, 1)
    )
    return (
        f'{_XML_PART}<queryTable xmlns="{_MAIN}" name="ExternalData_1" connectionId="1" autoFormatId="16" '
        'applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0" '
        f'applyAlignmentFormats="0" applyWidthHeightFormats="0"><queryTableRefresh nextId="{len(headings) + 1}">'
        f'<queryTableFields count="{len(headings)}">{fields}</queryTableFields></queryTableRefresh></queryTable>'
    )


def _item_properties() -> str:
    return (
        f'{_XML_PART}<ds:datastoreItem ds:itemID="{{{str(_ITEM_ID).upper()}}}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
        '<ds:schemaRef ds:uri="http://schemas.microsoft.com/DataMashup"/></ds:schemaRefs></ds:datastoreItem>'
    )


def _relationship(kind: str, target: str) -> str:
    return (
        f'{_XML_PART}<Relationships xmlns="{_RELATIONSHIPS}">'
        f'<Relationship Id="rId1" Type="{_TYPES}/{kind}" Target="{target}"/></Relationships>'
    )


def _metadata() -> str:
    items = [_item("AllFormulas", "", {}), _item("Formula", f"Section1/{QUERY}", _LOADED)]
    items += [_item("Formula", f"Section1/{name}", _PARAMETER) for name in (SERVICE, TOKEN)]
    return f"{_XML}<LocalPackageMetadataFile {_SCHEMAS}><Items>{''.join(items)}</Items></LocalPackageMetadataFile>"


def _item(kind: str, path: str, entries: Mapping[str, str]) -> str:
    found = "".join(f'<Entry Type="{name}" Value="{value}" />' for name, value in entries.items())
    place = f"<ItemPath>{escape(path)}</ItemPath>" if path else "<ItemPath />"
    stable = f"<StableEntries>{found}</StableEntries>" if found else "<StableEntries />"
    return f"<Item><ItemLocation><ItemType>{kind}</ItemType>{place}</ItemLocation>{stable}</Item>"


def _sized(content: bytes) -> bytes:
    """The content behind its length, as each part of the stream stands."""
    return pack("<I", len(content)) + content


def _zipped(files: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(ZipInfo(name, _EPOCH), text, ZIP_DEFLATED)
    return target.getvalue()
