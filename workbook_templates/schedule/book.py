"""The schedule template (døgnskema) from its declaration: guide, header, entries, result, calculation and lists."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import CALCULATION, FIRST_ERROR, OK
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES
from workbook_templates.layouts.guides import CATEGORY_HINT
from workbook_templates.schedule.guide import write_guide
from workbook_templates.schedule.lists import ROWS_PER_DAY, Shape, write_lists
from workbook_templates.schedule.result import write_result
from workbook_templates.sheets import (
    column_name,
    input_format,
    legend,
    mark_missing,
    validation,
    write_header_fields,
    write_heading,
    write_value,
)
from workbook_templates.style import (
    DARK,
    GREEN_TEXT,
    GREY,
    MUTED,
    PROTECTION,
    RED,
    RED_TEXT,
    RULE,
    WEEKEND,
    YELLOW,
    Formats,
    set_up_page,
)


def build_schedule(shape: Shape, content: Mapping[str, Any]) -> bytes:
    """One schedule template as .xlsx bytes, built from nothing; `content` as `schedule_parts` takes it."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as book:
        for name, part in schedule_parts(shape, content).items():
            book.writestr(name, part)
    return target.getvalue()


def schedule_parts(shape: Shape, content: Mapping[str, Any]) -> dict[str, bytes]:
    """The parts of a schedule template's zip by name.

    `content` has the locked header fields by key, `need`, and by position `theme_hours_0` …, `goal_0` … and
    `goal_hours_0` …; hours per week. What is None or missing is left blank.
    """
    target = BytesIO()
    book = Workbook(target, {"in_memory": True})
    formats = Formats(book)
    language = shape.language
    guide, header, entries, result, calculation = (
        book.add_worksheet(name) for name in ("Vejledning", "Oplysninger", ENTRIES.sheet, "Resultat", CALCULATION.sheet)
    )
    write_guide(guide, formats, shape.parameters, language)
    _write_header(book, header, shape, content, formats)
    _write_entries(book, entries, shape, formats)
    _write_calculation(book, calculation, shape, formats)
    write_lists(book, shape, content, formats)
    write_result(result, shape.period, shape.parameters, shape.goals, content, formats, language)
    for sheet in book.worksheets():
        sheet.protect("", PROTECTION)
        set_up_page(sheet, language, titles=sheet.get_name() in {ENTRIES.sheet, CALCULATION.sheet, "Lister"})
    for name in (CALCULATION.sheet, "Lister"):  # nothing there is for whoever fills in or prints
        book.get_worksheet_by_name(name).hide()
    book.close()
    with ZipFile(target) as built:
        parts = {name: built.read(name) for name in built.namelist()}
    part = f"xl/worksheets/sheet{calculation.index + 1}.xml"
    parts[part] = _share_formulas(parts[part].decode(), shape.rows).encode()
    return parts


_CALCULATED = re.compile(r'<c r="([A-Z]+)(\d+)"( s="\d+")>(?:<f>([^<]*)</f>)?<v>0</v>')


def _share_formulas(xml: str, rows: int) -> str:
    """The formulas of each column's first row, shared with the rows below: a fourth of the size, built as fast."""
    columns: list[str] = []

    def shared(match: re.Match[str]) -> str:
        column, row, style, formula = match.groups()
        if formula:
            columns.append(column)
            kept = f'<f t="shared" ref="{column}2:{column}{rows + 1}" si="{len(columns) - 1}">{formula}</f>'
        else:
            kept = f'<f t="shared" si="{columns.index(column)}"/>'
        return f'<c r="{column}{row}"{style}>{kept}<v>0</v>'

    return _CALCULATED.sub(shared, xml)


def _write_header(book: Workbook, sheet: Worksheet, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    language = shape.language
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 2, 70)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, DOEGNSKEMA.title.in_language(language), formats.title)
    values = {
        **content,
        "template": DOEGNSKEMA.name,
        "template_version": DOEGNSKEMA.version,
        "period_start": shape.period.start,
        "period_end": shape.period.end,
    }
    note = Text(
        "De grå felter er udfyldt af kommunen. Udfyld de hvide, når døgnskemaet er færdigt.",
        "The grey fields are filled in by the authority. Fill in the white ones when the schedule is complete.",
    )
    sheet.write_string(1, 0, note.in_language(language), formats.faint_line)
    row = write_header_fields(book, sheet, DOEGNSKEMA.header, values, formats, language, 3)
    sheet.set_row(row - 1, 60)
    legend(sheet, row + 1, formats, language)


def _write_entries(book: Workbook, sheet: Worksheet, shape: Shape, formats: Formats) -> None:
    rows, language, days = shape.rows, shape.language, shape.period.days
    write_heading(sheet, ENTRIES.fields, formats, language)
    dates = [day for day in days for _ in range(ROWS_PER_DAY)]
    locked = formats.cell(bg_color=GREY)
    own: dict[str, dict[str, Any]] = {
        "category": {"input_message": CATEGORY_HINT.in_language(language)},
        "staff": {"criteria": ">=", "value": 1},
        "citizens": {
            "criteria": "between",
            "minimum": 1,
            "maximum": "=IF(N(bit_house_size)>0,bit_house_size,999)",
        },
    }
    for column, field in enumerate(ENTRIES.fields):
        if field.formula:
            formula = field.formula.format(status=f"{CALCULATION.sheet}!$B{{row}}")
            for row in range(1, rows + 1):
                sheet.write_formula(row, column, "=" + formula.format(row=row + 1), locked, "")
            continue
        cell = input_format(field, formats)
        for row in range(1, rows + 1):
            prefilled = dates[row - 1] if field.key == "date" and row <= len(dates) else None
            write_value(sheet, row, column, prefilled, cell)
        source = _LISTS.get(field.choices, "")
        sheet.data_validation(1, column, rows, column, validation(field, language, source, **own.get(field.key, {})))
        column_name(book, f"e_{field.key}", sheet, rows, column)
    column_name(book, "e_inputs", sheet, rows, 1, len(ENTRIES.inputs) - 1)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, rows, len(ENTRIES.inputs) - 1)
    _colour_entries(book, sheet, rows)


_LISTS = {
    "dates": "=l_date",
    "categories": "=l_category",
    "themes": "=l_theme",
    "goals": "=OFFSET(l_goal,0,0,MAX(1,COUNTA(l_goal)),1)",
}


def _colour_entries(book: Workbook, sheet: Worksheet, rows: int) -> None:
    last = len(ENTRIES.fields) - 1

    def colour(first: int, until: int, criteria: str, **properties: Any) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": book.add_format(properties)}
        sheet.conditional_format(1, first, rows, until, rule)

    staffed = {"staff", "citizens"}
    mark_missing(book, sheet, ENTRIES, rows, lambda field: ',$E2<>"A",$E2<>"E"' if field.key in staffed else "")
    colour(last, last, f"=INDEX(b_status,ROW()-1)={OK}", font_color=GREEN_TEXT)
    colour(last, last, f"=INDEX(b_status,ROW()-1)>={FIRST_ERROR}", font_color=RED_TEXT, bg_color=RED, bold=True)
    colour(last, last, f"=INDEX(b_status,ROW()-1)>{OK}", bg_color=YELLOW)
    colour(0, last, "=AND(ISNUMBER($A2),$A2<>$A1)", border=1, border_color=RULE, top_color=DARK)
    for first, until in ((0, 0), (3, 3), (7, 9)):
        colour(first, until, "=IFERROR(INDEX(l_base,$A2-bit_period_start+1)=2,FALSE)", bg_color=WEEKEND)


def _write_calculation(book: Workbook, sheet: Worksheet, shape: Shape, formats: Formats) -> None:
    rows = shape.rows
    write_heading(sheet, CALCULATION.fields, formats, shape.language)
    sheet.set_row(0, 64)
    same_row = {field.key: f"INDEX(e_{field.key},ROW()-1)" for field in ENTRIES.inputs}
    same_row["e_inputs"] = "INDEX(e_inputs,ROW()-1,0)"
    own = {field.key: "$" + xl_col_to_name(column) + "2" for column, field in enumerate(CALCULATION.fields)}
    for column, field in enumerate(CALCULATION.fields):
        cell = formats(num_format=field.kind.number_format, font_color=MUTED)
        sheet.write_formula(1, column, "=" + field.formula.format(**same_row, **own), cell, 0)
        for row in range(2, rows + 1):
            sheet.write_number(row, column, 0, cell)
        column_name(book, f"b_{field.key}", sheet, rows, column)
