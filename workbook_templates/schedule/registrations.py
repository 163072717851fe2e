"""The sheet Registreringer of the grid form: what the week sheets say as entries, by native formulas.

It does what `quarters` does when a form comes back. All calculation in the workbook stands on its columns `x_…`.
"""

import datetime as dt
import re

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from bit_model.schedule import Period
from workbook_templates.layout import Table
from workbook_templates.layouts.doegnskema_net import MORNING_QUARTERS, QUARTERS_PER_DAY
from workbook_templates.layouts.registreringer import GRID_FIGURES, REGISTRATIONS, WHOLE_REGISTRATIONS
from workbook_templates.schedule.entries import place_of
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.quarters import FIRST_QUARTER_ROW, call_row, registration_rows, row_of, weeks_of
from workbook_templates.sheets import column_name, write_heading, write_value
from workbook_templates.style import MUTED, Formats


def write_registrations(book: Workbook, shape: Shape, formats: Formats) -> None:
    """All of the sheet. Its part of the file is to go through `share_formulas`."""
    table, period = registrations_of(shape), shape.period
    fields = table.fields
    sheet = book.get_worksheet_by_name(table.sheet)
    write_heading(sheet, fields, formats, shape.language)
    sheet.set_row(0, 48)
    letters = {field.key: xl_col_to_name(column) for column, field in enumerate(fields)}
    end = len(period.days) * QUARTERS_PER_DAY
    places = {key: f"${letter}2" for key, letter in letters.items()}
    places |= {f"above_{key}": f"${letter}1" for key, letter in letters.items()}
    places |= {f"below_{key}": f"${letter}3" for key, letter in letters.items()}
    places |= {f"last_{key}": f"${letter}${row_of(end - 1)}" for key, letter in letters.items()}
    places |= {f"after_{key}": f"${letter}${row_of(end)}" for key, letter in letters.items()}
    quarters = _quarters(period)
    rows = registration_rows(period)
    for column, field in enumerate(fields):
        seen = {} if field.key in _SHOWN else {"font_color": MUTED}
        cell = formats(num_format=field.kind.number_format, **seen)
        empty: str | int = "" if field.key in _BLANK_WHEN_EMPTY else 0
        for number, quarter in enumerate(quarters, 1):
            if field.locked:
                write_value(sheet, number, column, quarter[0] if field.key == "day" else quarter[1], cell)
            elif field.key == "written":
                sheet.write_formula(number, column, f"={field.formula.format(cell=quarter[2])}", cell, empty)
            else:
                formula = _REST if number > 1 else field.formula.format(**places)
                sheet.write_formula(number, column, f"={formula}", cell, empty)
        for midnight, day in enumerate(period.days[1:], 1):
            number = call_row(midnight, period) - 1
            if field.locked:
                write_value(sheet, number, column, day if field.key == "day" else 0, cell)
            elif field.key in _AT_MIDNIGHT:
                there = {key: f"${letter}${row_of(midnight * QUARTERS_PER_DAY)}" for key, letter in letters.items()}
                formula = _AT_MIDNIGHT[field.key].format(**there)
                sheet.write_formula(number, column, f"={formula}", cell, empty)
            elif field.key in _SHOWN:
                sheet.write_formula(number, column, f"={_REST}", cell, empty)
        prefix = "x" if field.key in ENTRY_KEYS else "g"
        column_name(book, f"{prefix}_{field.key}", sheet, rows, column)
    label = len(fields) + 1
    sheet.set_column(label, label, 40)
    for row, (key, (text, formula)) in enumerate(GRID_FIGURES.items(), 2):
        sheet.write_string(row, label, text.in_language(shape.language), formats(font_color=MUTED))
        sheet.write_formula(row, label + 1, f"={formula}", formats(font_color=MUTED), 0)
        book.define_name(f"g_{key}", f"={sheet.get_name()}!{xl_rowcol_to_cell(row, label + 1, True, True)}")


def registrations_of(shape: Shape) -> Table:
    """The columns of the sheet."""
    return WHOLE_REGISTRATIONS if shape.asks_functions else REGISTRATIONS


ENTRY_KEYS = frozenset({"date", "start", "end", "category", "staff", "citizens", "theme", "goal", "used"})
"""Columns named `x_…`, in which all calculation finds the entries; the others are named `g_…`."""
_SHOWN = ENTRY_KEYS | {"activity", "note"}
_BLANK_WHEN_EMPTY = _SHOWN - {"used"} | {"written"}
_AT_MIDNIGHT = {
    "of": "IF(AND({piece}=1,{call}=1),{known},0)",
    "long": "IF(AND({piece}=1,{call}=1),IF({call_length}<96,{call_length},MIN({call_length}-{call_place}+1,96)),0)",
}
"""A call-out that begins at the midnight where a run of a day or more is cut, so that the quarter's row is taken."""
_REST = "0"
"""Stands for the formula of the column's first row until `share_formulas` writes it so."""
_FORMULA = re.compile(r'(<c r="([A-Z]+)\d+"[^>]*>)<f>([^<]*)</f>')


def share_formulas(xml: str, shape: Shape) -> str:
    """The sheet's part with each column's formula written once, in its first row, and shared with the rows below."""
    numbers: dict[str, int] = {}
    last = registration_rows(shape.period) + 1
    own = xl_col_to_name(place_of(registrations_of(shape), "written"))

    def shared(match: re.Match[str]) -> str:
        cell, column, formula = match.groups()
        if formula == _REST:
            return f'{cell}<f t="shared" si="{numbers[column]}"/>'
        if f' r="{column}2"' not in cell or column == own:
            return match[0]
        numbers[column] = len(numbers)
        return f'{cell}<f t="shared" ref="{column}2:{column}{last}" si="{numbers[column]}">{formula}</f>'

    return _FORMULA.sub(shared, xml)


def _quarters(period: Period) -> list[tuple[dt.date, int, str]]:
    """Date, quarter of the day and the week sheet's cell of each quarter, to 12:00 of the day after."""
    return [
        (date, quarter, f"'{name}'!{xl_rowcol_to_cell(FIRST_QUARTER_ROW + quarter, column)}")
        for name, dates in weeks_of(period).items()
        for column, date in enumerate(dates, 1)
        for quarter in range(QUARTERS_PER_DAY if date <= period.end else MORNING_QUARTERS)
    ]
