"""The tariff template (takst) from its declaration: guide, header, tables, result, trial, calculation and lists."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.cost_sheet import CostSheet
from bit_model.parameters import ParameterSet
from bit_model.premises import Premises
from workbook_templates.layout import Field, Table, Text
from workbook_templates.layouts.takst import LINES, TAKST, TRIAL
from workbook_templates.layouts.takstberegning import LETTERS
from workbook_templates.layouts.takstvejledning import TARIFF_GUIDE
from workbook_templates.sheets import (
    PlainSheet,
    column_name,
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
from workbook_templates.style import GREEN_TEXT, GREY, PROTECTION, RED, RED_TEXT, YELLOW, Formats, set_up_page
from workbook_templates.tariff_sheet.calculation import (
    CALCULATION,
    COMPUTED_ON_LOAD,
    formula_of,
    write_calculation,
    write_lists,
)
from workbook_templates.tariff_sheet.content import Rows, header_of, rows_of
from workbook_templates.tariff_sheet.result import RESULT, write_result
from workbook_templates.tariff_sheet.trial import write_trial

ROOM = {"lines": 80, "staff": 20, "direct": 30, "indirect": 20, "prices": 24, "cases": 40}
"""Rows of each table that are ready to be filled in."""
SPARE_ROWS = 10
"""So many rows are free at least, however many are filled in at issue."""


def build_tariff(sheet: CostSheet, parameters: ParameterSet, language: str = "da") -> bytes:
    """The template as .xlsx bytes with what the sheet holds; `parameters` stand in for what it does not state."""
    rows = rows_of(sheet)
    room = {key: max(space, len(rows[key]) + SPARE_ROWS) for key, space in ROOM.items()}
    return write_tariff(header_of(sheet), rows, parameters, language, room=room)


def write_tariff(
    header: Mapping[str, Any],
    rows: Rows,
    parameters: ParameterSet,
    language: str = "da",
    trial: Premises | None = None,
    room: Mapping[str, int] = ROOM,
) -> bytes:
    """The template with any rows, also such as are not complete; `room` is the number of rows of each table."""
    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.worksheet_class = PlainSheet
    formats = Formats(book)
    room = {key: max(space, len(rows.get(key, ()))) for key, space in room.items()}
    names = ("Vejledning", TAKST.header_sheet, *(table.sheet for table in TAKST.tables if table is not TRIAL))
    sheets = {name: book.add_worksheet(name) for name in (*names, RESULT, TRIAL.sheet, CALCULATION)}
    _write_guide(sheets["Vejledning"], formats, language)
    _write_header(book, sheets[TAKST.header_sheet], header, formats, language)
    for table in TAKST.tables:
        if table is not TRIAL:
            _write_table(book, sheets[table.sheet], table, rows.get(table.key, ()), room[table.key], formats, language)
    cases = len(rows.get("cases", ()))
    write_result(book, sheets[RESULT], room["cases"], formats, language)
    write_trial(book, sheets[TRIAL.sheet], trial or Premises(), room["cases"], cases, formats, language)
    write_calculation(book, sheets[CALCULATION], room, formats, language)
    write_lists(book, parameters, formats, language)
    tables = {table.sheet for table in TAKST.tables}
    for sheet in book.worksheets():
        sheet.protect("", PROTECTION)
        set_up_page(sheet, language, titles=sheet.get_name() in {*tables, RESULT, CALCULATION, "Lister"})
    for name in (CALCULATION, "Lister"):  # nothing there is for whoever fills in or prints
        book.get_worksheet_by_name(name).hide()
    book.close()
    return content.getvalue()


def _write_guide(sheet: Worksheet, formats: Formats, language: str) -> None:
    sheet.set_row(0, 28)
    widths = (34, *[16] * 9)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, TAKST.title.in_language(language), formats.title)
    row = 2
    for text in TARIFF_GUIDE:
        row = write_prose(sheet, row, text.in_language(language), formats.prose, widths)
    legend(sheet, row + 1, formats, language)


def _write_header(book: Workbook, sheet: Worksheet, values: Mapping[str, Any], formats: Formats, language: str) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 90)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, TAKST.title.in_language(language), formats.title)
    note = Text(
        "De gule felter skal udfyldes, de hvide må. Er et hvidt felt tomt, bruges kommunens tal.",
        "Yellow fields must be filled in, white ones may. Where a white one is empty, the authority's figure is used.",
    )
    sheet.write_string(1, 0, note.in_language(language), formats.faint_line)
    shown_values = {field.key: shown(field.kind, values.get(field.key)) for field in TAKST.header}
    row = write_header_fields(book, sheet, TAKST.header, shown_values, formats, language, 3)
    sheet.set_row(row - 1, 60)


def _write_table(
    book: Workbook,
    sheet: Worksheet,
    table: Table,
    rows: Any,
    room: int,
    formats: Formats,
    language: str,
) -> None:
    write_heading(sheet, table.fields, formats, language)
    sheet.set_row(0, 48)
    for column, field in enumerate(table.fields):
        if field.formula:
            left = field.formula.endswith("check")
            style = formats.cell(bg_color=GREY, num_format=field.kind.number_format, align="left" if left else "right")
            formula = formula_of(field, table, language)
            for row in range(1, room + 1):
                sheet.write_formula(row, column, formula, style, COMPUTED_ON_LOAD)
            if left:
                _colour_check(book, sheet, room, column)
        else:
            style = input_format(field, formats)
            for row in range(1, room + 1):
                value = rows[row - 1].get(field.key) if row <= len(rows) else None
                write_value(sheet, row, column, shown(field.kind, value), style)
            sheet.data_validation(1, column, room, column, validation(field, language, _source(field)))
        column_name(book, f"{LETTERS[table.key]}_{field.key}", sheet, room, column)
    column_name(book, f"{LETTERS[table.key]}_inputs", sheet, room, 0, len(table.inputs) - 1)
    mark_missing(book, sheet, table, room)
    sheet.freeze_panes(1, 1 if table is not LINES else 3)


def _source(field: Field) -> str:
    if field.choices == "case_keys":
        return "=OFFSET(c_case_key,0,0,MAX(1,COUNTA(c_case_key)),1)"
    return f"=l_{field.choices}" if field.choices else ""


def _colour_check(book: Workbook, sheet: Worksheet, room: int, column: int) -> None:
    """OK in green, what is not counted in red, other remarks in yellow; always with words."""
    for criteria, value, look in (
        ("equal to", '"OK"', {"font_color": GREEN_TEXT}),
        ("equal to", '""', {}),
    ):
        rule = {"type": "cell", "criteria": criteria, "value": value, "format": book.add_format(look)}
        sheet.conditional_format(1, column, room, column, {**rule, "stop_if_true": True})
    for begins in ("Tæller ikke", "Not counted"):
        rule = {"type": "text", "criteria": "begins with", "value": begins}
        red = book.add_format({"font_color": RED_TEXT, "bg_color": RED, "bold": True})
        sheet.conditional_format(1, column, room, column, {**rule, "format": red, "stop_if_true": True})
    yellow = book.add_format({"bg_color": YELLOW})
    sheet.conditional_format(1, column, room, column, {"type": "no_blanks", "format": yellow})
