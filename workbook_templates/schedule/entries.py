"""The sheet Døgnskema of the list form, and how the cells of entries are written wherever entries stand."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Field, Table
from workbook_templates.layouts.beregning import FIRST_ERROR, OK, REMOVED, WAITING
from workbook_templates.layouts.doegnskema import ENTRIES, PATTERN_ROWS
from workbook_templates.layouts.guides import CATEGORY_HINT
from workbook_templates.schedule.lists import Shape
from workbook_templates.sheets import column_name, input_format, mark_missing, validation, write_heading, write_value
from workbook_templates.style import DARK, GREEN_TEXT, GREY, MAY, MUTED, RED, RED_TEXT, RULE, WEEKEND, YELLOW, Formats

PRINTED_SPARE_ROWS = 30
"""So many of the rows without a date are printed; all of them would be pages of nothing."""
_LISTS = {
    "dates": "=l_date",
    "categories": "=l_category",
    "themes": "=l_theme",
    "goals": "=OFFSET(l_goal,0,0,MAX(1,COUNTA(l_goal)),1)",
    "yes_no": "=l_yes_no",
    "pattern_days": "=l_pattern_days",
    "colours": "=l_colour",
}


def write_inputs(
    book: Workbook,
    sheet: Worksheet,
    table: Table,
    rows: int,
    prefix: str,
    values: Mapping[str, Sequence[Any]],
    formats: Formats,
    language: str,
    **own: dict[str, Any],
) -> None:
    """The table's columns that are no formulas, with validations and names (`prefix` and key).

    `values` has what stands in the first rows of a column, by key; `own` what a column's validation has of its own.
    Locked columns are grey.
    """
    rules: dict[str, dict[str, Any]] = own | {
        "category": {"input_message": CATEGORY_HINT.in_language(language)},
        "staff": {"criteria": ">=", "value": 1},
        "citizens": {"criteria": "between", "minimum": 1, "maximum": "=IF(N(bit_house_size)>0,bit_house_size,999)"},
    }
    for column, field in enumerate(table.fields):
        if field.formula:
            continue
        cell = _locked(field, formats) if field.locked else input_format(field, formats)
        known = values.get(field.key, ())
        for row in range(1, rows + 1):
            write_value(sheet, row, column, known[row - 1] if row <= len(known) else None, cell)
        if not field.locked:
            rule = validation(field, language, _LISTS.get(field.choices, ""), **rules.get(field.key, {}))
            sheet.data_validation(1, column, rows, column, rule)
        column_name(book, f"{prefix}{field.key}", sheet, rows, column)


def _locked(field: Field, formats: Formats) -> Any:
    return formats.cell(num_format=field.kind.number_format, bg_color=GREY, align="center")


def place_of(table: Table, key: str) -> int:
    """A field's column on its sheet, counted from 0."""
    return next(place for place, field in enumerate(table.fields) if field.key == key)


def no_staff_asked(table: Table) -> str:
    """The condition that a row in use must say staff and citizens, as it goes on in a formula for row 2."""
    letter = f"${xl_col_to_name(place_of(table, 'category'))}2"
    return f',{letter}<>"A",{letter}<>"E"'


def write_entries(book: Workbook, sheet: Worksheet, shape: Shape, formats: Formats) -> None:
    """All of the sheet."""
    rows, language, days = shape.rows, shape.language, shape.period.days
    write_heading(sheet, ENTRIES.fields, formats, language)
    dates = [day for day in days for _ in range(PATTERN_ROWS)]
    numbers = [number for _ in days for number in range(1, PATTERN_ROWS + 1)]
    write_inputs(book, sheet, ENTRIES, rows, "e_", {"date": dates, "number": numbers}, formats, language)
    for column, field in enumerate(ENTRIES.fields):
        if field.formula:
            suggested = field.key == "suggestion"
            locked = formats.cell(bg_color=GREY, **({"font_color": MUTED, "italic": True} if suggested else {}))
            for row in range(1, rows + 1):
                if suggested and row > len(dates):
                    sheet.write_blank(row, column, None, locked)
                else:
                    sheet.write_formula(row, column, f"={field.formula}", locked, "")
    first, last = place_of(ENTRIES, "start"), len(ENTRIES.fields) - 1
    column_name(book, "e_own", sheet, rows, first, last - 1)
    sheet.freeze_panes(1, first)
    sheet.autofilter(0, 0, rows, last)
    sheet.print_area(0, 0, len(dates) + PRINTED_SPARE_ROWS, last)
    _colour(book, sheet, rows)


def _colour(book: Workbook, sheet: Worksheet, rows: int) -> None:
    suggestion, confirm, last = place_of(ENTRIES, "suggestion"), place_of(ENTRIES, "confirm"), len(ENTRIES.fields) - 1

    def colour(first: int, until: int, criteria: str, **properties: Any) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": book.add_format(properties)}
        sheet.conditional_format(1, first, rows, until, rule)

    staffed = {"staff", "citizens"}
    asked = no_staff_asked(ENTRIES)
    written = ",INDEX(b_take,ROW()-1)=1"
    mark_missing(book, sheet, ENTRIES, rows, lambda field: written + asked if field.key in staffed else written)
    status = "INDEX(b_status,ROW()-1)"
    colour(confirm, last, f"={status}={WAITING}", bg_color=GREY, font_color=MUTED)
    colour(suggestion, suggestion, f"={status}={REMOVED}", font_strikeout=True)
    colour(suggestion, suggestion, "=INDEX(b_take,ROW()-1)=2", font_color=GREEN_TEXT)
    colour(confirm, last - 1, "=INDEX(b_take,ROW()-1)=2", bg_color=MAY)
    colour(last, last, f"={status}={OK}", font_color=GREEN_TEXT)
    colour(last, last, f"={status}>={FIRST_ERROR}", font_color=RED_TEXT, bg_color=RED, bold=True)
    colour(last, last, f"={status}>{OK}", bg_color=YELLOW)
    colour(0, last, "=AND(ISNUMBER($A2),$A2<>$A1)", border=1, border_color=RULE, top_color=DARK)
    optional = [place for place, field in enumerate(ENTRIES.fields) if not (field.required or field.formula)]
    for first in (0, *optional):
        colour(first, first, "=IFERROR(INDEX(l_base,$A2-bit_period_start+1)=2,FALSE)", bg_color=WEEKEND)
