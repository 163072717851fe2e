"""The case list (sagsliste) from its declaration, empty or filled in."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter.workbook import Workbook

from bit_model.case import Case, TariffModel
from bit_model.house import House
from workbook_templates.case_list.read import CHOICES, EVERY_DAY
from workbook_templates.layout import Table, Text
from workbook_templates.layouts.guides import CASE_LIST_GUIDE
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.sheets import (
    Lists,
    input_format,
    legend,
    mark_missing,
    shown,
    validation,
    write_header_fields,
    write_heading,
    write_prose,
    write_value,
)
from workbook_templates.style import PROTECTION, Formats, set_up_page

EMPTY_ROWS = 500
"""Rows of a table that are ready to be filled in."""
YES_NO = ("Ja", "Nej")


def build_case_list(
    cases: Iterable[Case] = (),
    tariff_models: Iterable[TariffModel] = (),
    houses: Iterable[House] = (),
    language: str = "da",
) -> bytes:
    """The case list as .xlsx bytes: a guide, seven tables, the lists behind their drop-downs."""
    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    formats = Formats(book)
    rows = _rows(tuple(cases), tuple(tariff_models), tuple(houses))
    guide = book.add_worksheet(SAGSLISTE.header_sheet)
    for table in SAGSLISTE.tables:
        _write_table(book, table, rows[table.key], formats, language)
    _write_guide(book, guide, formats, language)
    lists = Lists(book, formats)
    labels = {field.choices: field.label for _, field in SAGSLISTE.fields()}
    for key, members in CHOICES.items():
        extra = [EVERY_DAY] if key == "day_kinds" else []
        lists.add(key, labels[key].in_language(language), [*extra, *(member.value for member in members)])
    lists.add("yes_no", Text("Ja/nej", "Yes/no").in_language(language), YES_NO)
    lists.sheet.protect("", PROTECTION)
    set_up_page(lists.sheet, language, titles=True)
    book.close()
    return content.getvalue()


def _rows(
    cases: Sequence[Case], models: Sequence[TariffModel], houses: Sequence[House]
) -> Mapping[str, list[Mapping[str, Any]]]:
    """What stands in each table, by field key, from the domain's own objects."""
    order = [(case.case_key, line) for case in cases for line in case.order]
    tariff = [(case.case_key, line) for case in cases for line in case.tariff]
    return {
        "cases": [_values(case, "cases") for case in cases],
        "order": [_values(line, "order", case_key=key) for key, line in order],
        "tariff_lines": [_values(line, "tariff_lines", case_key=key) for key, line in tariff],
        "tariff_models": [_values(model, "tariff_models") for model in models],
        "price_list": [
            _values(point, "price_list", provider=model.provider) for model in models for point in model.price_list
        ],
        "houses": [_values(house, "houses", house=house.name, house_size=house.size) for house in houses],
        "roster": [_values(line, "roster", house=house.name) for house in houses for line in house.roster],
    }


def _values(source: object, table: str, **given: Any) -> Mapping[str, Any]:
    keys = [field.key for field in SAGSLISTE.table(table).inputs]
    return {key: given[key] if key in given else getattr(source, key) for key in keys}


def _write_table(
    book: Workbook, table: Table, rows: Sequence[Mapping[str, Any]], formats: Formats, language: str
) -> None:
    sheet = book.add_worksheet(table.sheet)
    write_heading(sheet, table.fields, formats, language)
    last = max(EMPTY_ROWS, len(rows) + EMPTY_ROWS // 5)
    for column, field in enumerate(table.fields):
        cell = input_format(field, formats)
        for row, values in enumerate(rows, 1):
            write_value(sheet, row, column, shown(field.kind, values[field.key]), cell)
        for row in range(len(rows) + 1, last + 1):
            sheet.write_blank(row, column, None, cell)
        source = f"=l_{field.choices}" if field.choices else ""
        sheet.data_validation(1, column, last, column, validation(field, language, source))
    mark_missing(book, sheet, table, last)
    sheet.autofilter(0, 0, last, len(table.fields) - 1)
    set_up_page(sheet, language, titles=True)


def _write_guide(book: Workbook, sheet: Any, formats: Formats, language: str) -> None:
    sheet.set_row(0, 28)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 9, 14)
    sheet.write_string(0, 0, SAGSLISTE.title.in_language(language), formats.title)
    row = 2
    for text in CASE_LIST_GUIDE:
        row = write_prose(sheet, row, text.in_language(language), formats.prose)
    values = {"template": SAGSLISTE.name, "template_version": SAGSLISTE.version}
    row = write_header_fields(book, sheet, SAGSLISTE.header, values, formats, language, row + 1)
    row = legend(sheet, row + 1, formats, language) + 1
    for table in SAGSLISTE.tables:
        sheet.write_string(row, 0, table.sheet, formats.section)
        sheet.write_string(row, 2, table.help.in_language(language), formats.faint_line)
        row += 1
        for field in table.fields:
            star = " *" if field.required else ""
            sheet.write_string(row, 0, field.label.in_language(language) + star, formats.label)
            sheet.write_string(row, 1, field.unit, formats.cell())
            sheet.merge_range(row, 2, row, 9, "", formats.cell(text_wrap=True))
            sheet.write_string(row, 2, field.help.in_language(language), formats.cell(text_wrap=True))
            row += 1
        row += 1
    sheet.protect("", PROTECTION)
    set_up_page(sheet, language)
