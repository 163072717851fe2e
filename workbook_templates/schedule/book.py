"""The schedule template (døgnskema) from its declaration, in either form: what stands on which sheet."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.kinds import EXCEL_EPOCH
from workbook_templates.layout import Template, Text
from workbook_templates.layouts.beregning import CALCULATION, EFFECTIVE, LIST_STATUS, SUGGESTIONS, WHOLE_ENTRY
from workbook_templates.layouts.doegnskema import (
    DAYS,
    DOEGNSKEMA,
    ENTRIES,
    ENTRY_FIELDS,
    HEADER,
    PATTERN,
    PATTERN_ROWS,
    Form,
)
from workbook_templates.layouts.doegnskema_net import CODES, DOEGNSKEMA_NET
from workbook_templates.layouts.flavours import ENTRIES_NAME
from workbook_templates.layouts.registreringer import REGISTRATIONS
from workbook_templates.marks import add_marked_sheet
from workbook_templates.schedule import heat
from workbook_templates.schedule.columns import Column, references, share_formulas, write_columns
from workbook_templates.schedule.entries import write_entries
from workbook_templates.schedule.guide import write_guide
from workbook_templates.schedule.lists import Shape, write_lists
from workbook_templates.schedule.missing import add_missing
from workbook_templates.schedule.patterns import add_pattern_lists, write_days, write_pattern
from workbook_templates.schedule.registrations import share_formulas as share_registrations
from workbook_templates.schedule.registrations import write_registrations
from workbook_templates.schedule.result import write_result
from workbook_templates.schedule.week_sheets import add_colours, write_week_sheets
from workbook_templates.sheets import Lists, column_name, legend, write_header_fields
from workbook_templates.style import PROTECTION, Formats, set_up_page

TEMPLATES: dict[Form, Template] = {Form.LIST: DOEGNSKEMA, Form.GRID: DOEGNSKEMA_NET}


def schedule_parts(shape: Shape, content: Mapping[str, Any]) -> dict[str, bytes]:
    """The parts of a schedule template's zip by name.

    `content` has the locked header fields by key, `need`, and by position `theme_hours_0` …, `goal_0` … and
    `goal_hours_0` …; hours per week; and the cells of the pattern or, in the grid form, of codes and usual days. What
    is None or missing is left blank.
    """
    target = BytesIO()
    book = Workbook(target, {"in_memory": True})
    formats = Formats(book)
    language = shape.language
    guide, header = book.add_worksheet("Vejledning"), add_marked_sheet(book, DOEGNSKEMA.header_sheet)
    write_guide(guide, formats, shape)
    _write_header(book, header, shape, content, formats)
    set_up: Sequence[Worksheet] = ()
    if shape.form is Form.LIST:
        _write_list_form(book, shape, content, formats)
    else:
        set_up = write_week_sheets(book, shape, content, formats)
    result = book.add_worksheet("Resultat")
    hidden = _write_hidden(book, shape, content, formats)
    write_result(book, result, shape, content, formats)
    for sheet in book.worksheets():
        if not sheet.protect_options:
            sheet.protect("", PROTECTION)
        if sheet not in set_up:
            set_up_page(sheet, language, titles=sheet.get_name() not in {"Vejledning", DOEGNSKEMA.header_sheet})
    book.close()
    with ZipFile(target) as built:
        parts = {name: built.read(name) for name in built.namelist()}
    for sheet, share in hidden.items():
        part = f"xl/worksheets/sheet{sheet.index + 1}.xml"
        parts[part] = share(parts[part].decode()).encode()
    for sheet in book.worksheets():
        if shape.patterned or sheet.get_name() == CODES.sheet:  # what codes lack depends on the case as well
            part = f"xl/worksheets/sheet{sheet.index + 1}.xml"
            parts[part] = _SAVED.sub(rb"\1", parts[part])
    return parts


_SAVED = re.compile(rb"(<f[^>]*>[^<]*</f>|<f[^>]*/>)<v>[^<]*</v>")
"""A formula with its saved value. Without one every program computes it when it opens the file."""


def _write_list_form(book: Workbook, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    pattern, days, entries = (add_marked_sheet(book, table.sheet) for table in (PATTERN, DAYS, ENTRIES))
    write_pattern(book, pattern, content, formats, shape.language)
    write_days(book, days, shape, formats)
    write_entries(book, entries, shape, formats)


def _write_hidden(
    book: Workbook, shape: Shape, content: Mapping[str, Any], formats: Formats
) -> dict[Worksheet, Callable[[str], str]]:
    """The sheets that are for nobody to fill in or print. Gives those whose formulas are to be shared, and by what."""
    sharing: dict[Worksheet, Callable[[str], str]] = {}
    if shape.form is Form.GRID:
        registrations = book.add_worksheet(REGISTRATIONS.sheet)
        write_registrations(book, shape, formats)
        sharing[registrations] = partial(share_registrations, shape=shape)
    calculation, hours = book.add_worksheet(CALCULATION.sheet), book.add_worksheet(heat.SHEET)
    write_columns(book, calculation, _columns(shape), shape.rows, formats, shape.language)
    if shape.asks_functions:
        whole = calculation if shape.form is Form.LIST else book.get_worksheet_by_name(REGISTRATIONS.sheet)
        column_name(book, ENTRIES_NAME, whole, shape.rows, 0, len(ENTRY_FIELDS) - 1)
    heat.write_hours(hours, shape, formats)
    lists = Lists(book, formats)
    write_lists(lists, shape, content, formats)
    if shape.form is Form.LIST:
        add_pattern_lists(lists, shape)
    else:
        add_colours(lists, shape.language)
    add_missing(lists, shape)
    sharing[calculation] = partial(share_formulas, rows=shape.rows)
    sharing[hours] = partial(share_formulas, rows=heat.hour_rows(shape))
    for sheet in (*sharing, lists.sheet):
        sheet.hide()
    return sharing


def _columns(shape: Shape) -> list[Column]:
    """The columns of calculation; in the list form also what each row counts as."""
    in_list = shape.form is Form.LIST
    effective = WHOLE_ENTRY if shape.asks_functions else EFFECTIVE
    before = [("x_", field) for field in effective] + [("b_", field) for field in SUGGESTIONS] if in_list else []
    columns = [*before, *(("b_", field) for field in CALCULATION.fields)]
    cells = {field.key: f"INDEX(x_{field.key},ROW()-1)" for field in effective}
    cells |= {field.key: f"${xl_col_to_name(place)}2" for place, (_, field) in enumerate(columns)}
    cells |= references(ENTRIES.inputs, "e_") | {"e_own": "INDEX(e_own,ROW()-1,0)"}
    days = shape.period.days
    saved: dict[str, Any] = {}
    if in_list:
        spare = [""] * (shape.rows - PATTERN_ROWS * len(days))
        saved = dict.fromkeys((field.key for field in ENTRY_FIELDS), "")
        saved["date"] = [(day - EXCEL_EPOCH.date()).days for day in days for _ in range(PATTERN_ROWS)] + spare
        saved["day"] = [i for i, _ in enumerate(days, 1) for _ in range(PATTERN_ROWS)] + [0] * len(spare)
    return [
        Column(
            prefix + field.key,
            field,
            (LIST_STATUS if in_list and field.key == "status" else field.formula).format(**cells),
            saved.get(field.key, 0),
        )
        for prefix, field in columns
    ]


def _write_header(book: Workbook, sheet: Worksheet, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    language = shape.language
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 2, 70)
    sheet.set_row(0, 28)
    template = TEMPLATES[shape.form]
    sheet.write_string(0, 0, template.title.in_language(language), formats.title)
    values = {
        **content,
        "template": template.name,
        "template_version": template.version,
        "period_start": shape.period.start,
        "period_end": shape.period.end,
    }
    note = Text(
        "De grå felter er udfyldt af kommunen. Udfyld de gule, når døgnskemaet er færdigt.",
        "The grey fields are filled in by the authority. Fill in the yellow ones when the schedule is complete.",
    )
    sheet.write_string(1, 0, note.in_language(language), formats.faint_line)
    row = write_header_fields(book, sheet, HEADER, values, formats, language, 3)
    sheet.set_row(row - 1, 60)
    legend(sheet, row + 1, formats, language)
