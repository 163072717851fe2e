"""A small workbook with the comparison as a table, which Excel refreshes by the query that the workbook holds.

It stands apart from the central comparison: should an Excel mind the query's parts, that one is not touched by it.
"""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter.utility import xl_range, xl_range_abs
from xlsxwriter.workbook import Workbook

from bit_model.comparison import Pair
from workbook_templates.layout import Text
from workbook_templates.layouts.sammenligning import state_key
from workbook_templates.power_query.mashup import CONTENT_TYPES, OF_THE_WORKBOOK, parts
from workbook_templates.power_query.query import QUERY, TEXTS, columns, section_text
from workbook_templates.readings import STATES
from workbook_templates.sheets import write_value
from workbook_templates.style import Formats

SHEET = "BIT-data"
_TITLE = Text("BIT-data fra servicen", "BIT data from the service")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MADE = dt.datetime(2026, 1, 1)
"""Always the same, so that the same rows give the same bytes."""
_WIDE, _NARROW = 20, 11


def query_workbook(service: str, rows: Iterable[Mapping[str, Any]], language: str = "da") -> bytes:
    """An .xlsx with the rows, as the service's API gives them, and the query that fetches them anew.

    `service` is the service's address. The same rows give the same bytes.
    """
    headings = columns(language)
    plain = io.BytesIO()
    book = Workbook(plain, {"in_memory": True})
    book.set_properties({"title": _TITLE.in_language(language), "created": _MADE})
    _fill(book, [_values(row, language) for row in rows], headings)
    book.close()
    return _with_query(plain.getvalue(), section_text(service, language), list(headings.values()))


def _fill(book: Workbook, rows: list[dict[str, Any]], headings: Mapping[str, str]) -> None:
    formats, sheet = Formats(book), book.add_worksheet(SHEET)
    bottom, last = max(1, len(rows)), len(headings) - 1
    options = {
        "name": QUERY,
        "style": "Table Style Light 9",
        "columns": [{"header": text} for text in headings.values()],
    }
    sheet.add_table(0, 0, bottom, last, options)
    for column, key in enumerate(headings):
        look = formats(num_format="@" if key in TEXTS else "#,##0.00")
        sheet.set_column(column, column, _WIDE if key in TEXTS else _NARROW, look)
        for number, row in enumerate(rows, 1):
            write_value(sheet, number, column, row[key], look)
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(1, 0, bottom, last)})
    book.define_name(f"'{SHEET}'!ExternalData_1", f"='{SHEET}'!{xl_range_abs(0, 0, bottom, last)}")


def _values(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The row flat, its states in words, as the query makes it; by the keys of `columns`."""
    states = {state_key(pair): row["states"][pair] for pair in Pair} | {"state": row["state"]}
    return {**row, **{key: STATES[state].in_language(language) for key, state in states.items()}}


def _with_query(plain: bytes, section: str, headings: list[str]) -> bytes:
    """The workbook with the query's parts, and its own parts pointing at them."""
    changes: dict[str, Callable[[str], str]] = {
        "[Content_Types].xml": _with_types,
        "xl/_rels/workbook.xml.rels": _with_relationships,
        "xl/workbook.xml": lambda text: text.replace('name="ExternalData_1"', 'name="ExternalData_1" hidden="1"'),
        "xl/tables/table1.xml": _as_query_table,
    }
    target = io.BytesIO()
    with ZipFile(io.BytesIO(plain)) as read, ZipFile(target, "w", ZIP_DEFLATED) as written:
        own = {name: read.read(name) for name in read.namelist()}
        for name, change in changes.items():
            own[name] = change(own[name].decode()).encode()
        for name, content in {**own, **parts(section, headings)}.items():
            written.writestr(ZipInfo(name, _EPOCH), content, ZIP_DEFLATED)
    return target.getvalue()


def _with_types(text: str) -> str:
    more = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in CONTENT_TYPES.items())
    return text.replace("</Types>", f"{more}</Types>")


def _with_relationships(text: str) -> str:
    more = "".join(
        f'<Relationship Id="rIdBit{number}" Type="{kind}" Target="{place}"/>'
        for number, (kind, place) in enumerate(OF_THE_WORKBOOK.items(), 1)
    )
    return text.replace("</Relationships>", f"{more}</Relationships>")


def _as_query_table(text: str) -> str:
    text = text.replace(' totalsRowShown="0"', ' tableType="queryTable" totalsRowShown="0"', 1)
    return re.sub(r'<tableColumn id="(\d+)"', r'<tableColumn id="\1" uniqueName="\1" queryTableFieldId="\1"', text)
