"""The query for Excel and the workbook that holds it, held against the description of the format (MS-QDEFF).

No Excel is here to ask. What can be told without: the text is whole and names what it uses, every part is where its
relationships say, and openpyxl and LibreOffice open the workbook as any other.
"""

import base64
import io
import re
import zipfile
from pathlib import Path
from struct import unpack_from
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from libreoffice import recalculated
from openpyxl import load_workbook

from workbook_templates.power_query.query import QUERY, SERVICE, TOKEN, columns, query_text, section_text
from workbook_templates.power_query.workbook import query_workbook

ADDRESS = "https://bitark.example"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROW: dict[str, Any] = {
    "case_key": "S-2026-0001",
    "budget_area": "Handicap",
    "provider": "=Bakke & <huset>",
    "house": "",
    "need": 36.0,
    "delivered": 37.67,
    "financed": None,
    "day_rate": 4505.5,
    "delivered_minus_need": 1.67,
    "financed_minus_delivered": None,
    "financed_minus_need": None,
    "states": {
        "delivered_minus_need": "balance",
        "financed_minus_delivered": "unaccounted",
        "financed_minus_need": "unaccounted",
    },
    "state": "unaccounted",
    "reading": "missing",
}
SHOWN = ["S-2026-0001", "Handicap", "=Bakke & <huset>", None, 36, 37.67, None, 1.67, None, None, "I balance"]


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(query_workbook(ADDRESS, [ROW, ROW]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stream(parts: dict[str, bytes]) -> list[bytes]:
    """Version, package, permissions, metadata and binding of the workbook's mashup, by their lengths."""
    text = parts["customXml/item1.xml"].decode("utf-16")
    content = base64.b64decode(re.findall(r">([A-Za-z0-9+/=]+)</DataMashup>", text)[0])
    found, at = [content[:4]], 4
    while at < len(content):
        (size,) = unpack_from("<I", content, at)
        found.append(content[at + 4 : at + 4 + size])
        at += 4 + size
    assert at == len(content)
    return found


def xml(content: bytes | str) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - our own parts


def without_texts(text: str) -> str:
    return re.sub(r'"(?:[^"]|"")*"|//[^\n]*', lambda found: "" if found[0].startswith("/") else '""', text)


@pytest.mark.parametrize("text", [query_text(ADDRESS), query_text(ADDRESS, "en"), section_text(ADDRESS)])
def test_the_querys_text_is_whole(text: str) -> None:
    code = without_texts(text)
    for opened, closed in ("()", "[]", "{}"):
        assert code.count(opened) == code.count(closed)
    assert len(re.findall(r"\blet\b", code)) == len(re.findall(r"\bin\b", code))
    assert text.count('"') % 2 == 0
    assert not re.search(r",\s*(?:\bin\b|[)\]}])", code)


@pytest.mark.parametrize("text", [query_text(ADDRESS), section_text(ADDRESS)])
def test_the_querys_names_are_made_before_they_are_used_and_its_functions_are_those_of_power_query(text: str) -> None:
    code = without_texts(text)
    made = set(re.findall(r"\b([A-Z]\w*)\s*=(?![=>])", code)) | set(
        re.findall(r"\((\w+)(?: as [^)]*)?\) (?:as|=>)", code)
    )
    used = set(re.findall(r"(?<![\w.\[])([A-Z]\w*)\b(?![\w.])", code))
    assert used <= made | {"Section1"}
    assert set(re.findall(r"\b[A-Z]\w+\.[A-Z]\w+", code)) == {
        *("Json.Document", "Web.Contents", "List.Generate", "List.Transform", "List.Combine", "Record.Field"),
        *("Table.FromRecords", "Table.TransformColumnTypes", "Table.RenameColumns", "MissingField.UseNull"),
    }


def test_the_query_types_and_names_every_column_once() -> None:
    text = query_text(ADDRESS)
    typed = dict(re.findall(r'\{"(\w+)", type (text|number)\}', text))
    assert list(typed) == list(columns())
    assert [key for key, kind in typed.items() if kind == "number"] == [
        key for key in typed if key in ROW and not isinstance(ROW[key], str)
    ]
    assert dict(re.findall(r'\{"(\w+)", "([^"]+)"\}', text)) == columns()
    assert len(set(columns().values())) == len(columns())


def test_an_address_stays_a_text_whatever_it_holds() -> None:
    odd = 'https://x/"& evil & "#(lf)'
    assert f'{SERVICE} = "https://x/""& evil & ""#(#)(lf)"' in query_text(odd)


def test_no_token_is_in_the_query_and_none_is_sent_where_none_is_given() -> None:
    for text in (query_text(ADDRESS), section_text(ADDRESS)):
        assert f'{TOKEN} = ""' in text
        assert f'if {TOKEN} = "" then [] else [Authorization = "Bearer " & {TOKEN}]' in text


def test_the_stream_has_the_parts_of_the_format(parts: dict[str, bytes]) -> None:
    version, package, permissions, metadata, binding = stream(parts)
    assert (version, binding) == (b"\0\0\0\0", b"")
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert set(archive.namelist()) == {"Config/Package.xml", "[Content_Types].xml", "Formulas/Section1.m"}
        assert archive.read("Formulas/Section1.m").decode().replace("\r\n", "\n") == section_text(ADDRESS)
        assert xml(archive.read("Config/Package.xml")).tag == "Package"
    told = {child.tag: child.text for child in xml(permissions.decode("utf-8-sig"))}
    assert told == {"CanEvaluateFuturePackages": "false", "FirewallEnabled": "true"}
    number, size = unpack_from("<II", metadata)
    described = xml(metadata[8 : 8 + size].decode("utf-8-sig"))
    paths = [item.findtext("ItemLocation/ItemPath") for item in described.iter("Item")]
    assert (number, paths) == (0, ["", f"Section1/{QUERY}", f"Section1/{SERVICE}", f"Section1/{TOKEN}"])
    (content,) = unpack_from("<I", metadata, 8 + size)
    assert len(metadata) == 12 + size + content
    with zipfile.ZipFile(io.BytesIO(metadata[12 + size :])) as archive:
        assert archive.namelist() == []


def test_every_part_is_where_its_relationships_and_types_say(parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        if name.endswith(".rels"):
            folder = Path(name).parent.parent
            for relationship in xml(content):
                target = (Path("/") / folder / relationship.attrib["Target"]).resolve()
                assert str(target).lstrip("/") in parts, (name, relationship.attrib)
    types = xml(parts["[Content_Types].xml"])
    named = {child.attrib["PartName"].lstrip("/") for child in types if "PartName" in child.attrib}
    assert named <= set(parts)
    assert {"xl/connections.xml", "xl/queryTables/queryTable1.xml", "customXml/itemProps1.xml"} <= named


def test_table_query_table_and_connection_are_of_the_same_columns_and_query(parts: dict[str, bytes]) -> None:
    table = xml(parts["xl/tables/table1.xml"])
    query_table = xml(parts["xl/queryTables/queryTable1.xml"])
    connection = xml(parts["xl/connections.xml"])[0]
    fields = {one.attrib["id"]: one.attrib["name"] for one in query_table.iter(f"{MAIN}queryTableField")}
    assert {one.attrib["queryTableFieldId"]: one.attrib["name"] for one in table.iter(f"{MAIN}tableColumn")} == fields
    assert list(fields.values()) == list(columns().values())
    assert (table.attrib["tableType"], table.attrib["ref"]) == ("queryTable", "A1:O3")
    assert query_table.attrib["connectionId"] == connection.attrib["id"]
    assert f"Location={QUERY};" in connection[0].attrib["connection"]
    assert b"""hidden="1" localSheetId="0">'BIT-data'!$A$1:$O$3<""" in parts["xl/workbook.xml"]


def test_openpyxl_and_libreoffice_open_the_workbook(tmp_path: Path) -> None:
    content = query_workbook(ADDRESS, [ROW, ROW])
    rows = list(load_workbook(io.BytesIO(content))["BIT-data"].iter_rows(values_only=True))
    assert rows[0] == tuple(columns().values())
    assert list(rows[1][: len(SHOWN)]) == SHOWN
    file = tmp_path / "bit-data.xlsx"
    file.write_bytes(content)
    (sheets,) = recalculated([file], tmp_path)
    assert sheets["BIT-data"][0] == list(columns().values())
    assert sheets["BIT-data"][2][:3] == SHOWN[:3]


def test_the_same_rows_give_the_same_bytes_and_no_rows_a_table_to_fill() -> None:
    assert query_workbook(ADDRESS, [ROW]) == query_workbook(ADDRESS, [ROW])
    sheet = load_workbook(io.BytesIO(query_workbook(ADDRESS, [])))["BIT-data"]
    assert (sheet.tables[QUERY].ref, sheet.max_row) == ("A1:O2", 1)
