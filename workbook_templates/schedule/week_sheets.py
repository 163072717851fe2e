"""What is filled in in the grid form: the sheets Koder and Mønster, and a sheet per week with a code per quarter."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.calendar import is_weekend_or_holiday
from workbook_templates.kinds import TIME
from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import FIRST_ERROR, OK
from workbook_templates.layouts.doegnskema_net import (
    CODE_ROWS,
    CODES,
    COLOURS,
    LONGEST_CODE,
    MORNING_AFTER,
    MORNING_QUARTERS,
    QUARTER_MINUTES,
    QUARTERS_PER_DAY,
    USUAL,
    WEEK_CODE,
    WEEK_CONFIRM,
    WEEK_HELP,
    WEEK_KIND,
    WEEK_TIME,
)
from workbook_templates.marks import add_marked_sheet
from workbook_templates.schedule.entries import no_staff_asked, place_of, write_inputs
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.quarters import FIRST_QUARTER_ROW, weeks_of
from workbook_templates.sheets import Lists, column_name, mark_missing, validation, write_heading, write_value
from workbook_templates.style import (
    BLUE,
    CODE_COLOURS,
    DARK,
    GREEN_TEXT,
    GREY,
    MAY,
    MUTED,
    RED,
    RED_TEXT,
    WEEKEND,
    Formats,
    set_up_page,
)

"""Row of 00:00 on a week sheet, from 0. The dates stand two rows above it, the confirmations one."""
_KIND_ROW = FIRST_QUARTER_ROW + QUARTERS_PER_DAY
_ROW_HEIGHT = 12
_SMALL = 9
"""Row height and letters, in points, by which most of a day can be seen at once."""
_DATE_FORMAT = "[$-406]ddd dd-mm"
_CODE_LIST = '=OFFSET(k_code,0,0,MAX(1,SUMPRODUCT(MAX((k_code<>"")*(ROW(k_code)-ROW(INDEX(k_code,1))+1)))),1)'
_PATTERN = "INDEX({usual},ROUND($A{row}*96,0)+1,IF({day}${kind}={weekend},2,1))"
_SUGGESTION = '=IF({pattern}="","",IF({day}$2="Ja",{pattern},IF({day}$2="Nej","","("&{pattern}&")")))'


def write_week_sheets(
    book: Workbook, shape: Shape, content: Mapping[str, Any], formats: Formats
) -> Sequence[Worksheet]:
    """The sheets Koder, Mønster and one per week, added in this order; `content` as `schedule_parts` takes it.

    Gives those that are set up to print a whole day on one page.
    """
    _write_codes(book, add_marked_sheet(book, CODES.sheet), shape, content, formats)
    whole_days = [add_marked_sheet(book, USUAL.sheet)]
    _write_usual(book, whole_days[0], shape, content, formats)
    for name, dates in weeks_of(shape.period).items():
        whole_days.append(add_marked_sheet(book, name))
        _write_week(book, whole_days[-1], shape, dates, formats)
    for sheet in whole_days:
        set_up_page(sheet, shape.language)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 1)
        sheet.set_default_row(_ROW_HEIGHT)
    return whole_days


def add_colours(lists: Lists, language: str) -> None:
    """The colours that a code can have."""
    name = Text("Farve", "Colour").in_language(language)
    lists.add("colour", name, [colour.in_language(language) for colour in COLOURS])


def _write_codes(book: Workbook, sheet: Worksheet, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    language = shape.language
    colours = [colour.in_language(language) for colour in COLOURS]
    write_heading(sheet, CODES.fields, formats, language)
    values = {field.key: [content.get(f"code_{row}_{field.key}") for row in range(CODE_ROWS)] for field in CODES.inputs}
    length = {"validate": "length", "criteria": "<=", "value": LONGEST_CODE}
    write_inputs(book, sheet, CODES, CODE_ROWS, "k_", values, formats, language, code=length)
    letters = {field.key: xl_col_to_name(column) for column, field in enumerate(CODES.fields)}
    for column, field in enumerate(CODES.fields):
        if field.formula:
            column_name(book, f"k_{field.key}", sheet, CODE_ROWS, column)
            for row in range(1, CODE_ROWS + 1):
                places = {key: f"${letter}{row + 1}" for key, letter in letters.items()}
                sheet.write_formula(row, column, "=" + field.formula.format(**places), formats.cell(bg_color=GREY), "")
    check = place_of(CODES, "check")
    sheet.set_column(check + 1, len(CODES.fields) - 1, None, None, {"hidden": True})
    sheet.freeze_panes(1, 1)
    sheet.set_tab_color(BLUE)
    _without_marks(sheet, 1, 0, CODE_ROWS, 0)
    status = f"${letters['status']}2"
    _colour(book, sheet, (1, check, CODE_ROWS, check), f"={status}>={FIRST_ERROR}", font_color=RED_TEXT, bg_color=RED)
    _colour(book, sheet, (1, check, CODE_ROWS, check), f"={status}={OK}", font_color=GREEN_TEXT)
    staffed, asked = {"staff", "citizens"}, no_staff_asked(CODES)
    mark_missing(book, sheet, CODES, CODE_ROWS, lambda field: asked if field.key in staffed else "")
    for column in (0, place_of(CODES, "colour")):
        for name, colour in zip(colours, CODE_COLOURS, strict=True):
            cells = (1, column, CODE_ROWS, column)
            _colour(book, sheet, cells, f'=${letters["colour"]}2="{name}"', bg_color=colour)


def _write_usual(book: Workbook, sheet: Worksheet, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    write_heading(sheet, USUAL.fields, formats, shape.language)
    _write_times(sheet, 1, formats)
    for column, letter in ((1, "w"), (2, "e")):
        for quarter in range(QUARTERS_PER_DAY):
            value = content.get(f"usual_{letter}_{quarter}")
            write_value(sheet, quarter + 1, column, value, _quarter_format(quarter, formats))
        rule = validation(USUAL.fields[column], shape.language, _CODE_LIST, ignore_blank=False)
        sheet.data_validation(1, column, QUARTERS_PER_DAY, column, rule)
    sheet.set_column(4, 4, 50)
    sheet.merge_range(2, 4, 9, 4, "", formats.faint)
    sheet.write_string(2, 4, USUAL.help.in_language(shape.language), formats.faint)
    sheet.freeze_panes(1, 1)
    sheet.set_tab_color(BLUE)
    _without_marks(sheet, 1, 1, QUARTERS_PER_DAY, 2)
    _colour_codes(book, sheet, shape.language, (1, 1, QUARTERS_PER_DAY, 2))


def _write_week(book: Workbook, sheet: Worksheet, shape: Shape, dates: list[dt.date], formats: Formats) -> None:
    language, parameters = shape.language, shape.parameters
    weekend_word = USUAL.fields[2].label.in_language(language)
    last = FIRST_QUARTER_ROW + QUARTERS_PER_DAY - 1
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, len(dates), WEEK_CODE.width)
    sheet.set_row(0, 20)
    sheet.set_row(1, 30)
    sheet.write_string(0, 0, WEEK_TIME.label.in_language(language), formats.heading)
    sheet.write_string(1, 0, WEEK_CONFIRM.label.in_language(language), formats.label)
    sheet.write_string(_KIND_ROW, 0, WEEK_KIND.in_language(language), formats(font_color=MUTED))
    _write_times(sheet, FIRST_QUARTER_ROW, formats)
    head = formats.cell(
        bold=True, font_color="#FFFFFF", bg_color=BLUE, align="center", valign="vcenter", num_format=_DATE_FORMAT
    )
    confirm = formats.cell(bg_color=MAY, locked=False, align="center", valign="vcenter")
    muted = formats(font_color=MUTED, align="center")
    usual = f"{USUAL.sheet}!{xl_range_abs(1, 1, QUARTERS_PER_DAY, 2)}"
    for column, date in enumerate(dates, 1):
        sheet.write_datetime(0, column, date, head)
        inside = date <= shape.period.end
        if inside:
            sheet.write_blank(1, column, None, confirm)
            kind = USUAL.fields[1 + is_weekend_or_holiday(date, parameters.extra_holidays)]
            sheet.write_string(_KIND_ROW, column, kind.label.in_language(language), muted)
        else:
            sheet.write_string(1, column, MORNING_AFTER.in_language(language), formats.label)
        day = xl_col_to_name(column)
        for quarter in range(QUARTERS_PER_DAY):
            row = FIRST_QUARTER_ROW + quarter
            if inside:
                pattern = _PATTERN.format(
                    usual=usual, row=row + 1, day=day, kind=_KIND_ROW + 1, weekend=f'"{weekend_word}"'
                )
                suggestion = _SUGGESTION.format(pattern=pattern, day=day)
                sheet.write_formula(row, column, suggestion, _quarter_format(quarter, formats), "")
            else:
                unused = quarter >= MORNING_QUARTERS
                sheet.write_blank(row, column, None, _quarter_format(quarter, formats, locked=unused))
    days = sum(date <= shape.period.end for date in dates)
    sheet.data_validation(1, 1, 1, days, validation(WEEK_CONFIRM, language, "=l_yes_no"))
    codes = validation(WEEK_CODE, language, _CODE_LIST, ignore_blank=False)
    sheet.data_validation(FIRST_QUARTER_ROW, 1, last, days, codes)
    if days < len(dates):
        until = FIRST_QUARTER_ROW + MORNING_QUARTERS - 1
        sheet.data_validation(FIRST_QUARTER_ROW, len(dates), until, len(dates), dict(codes))
    sheet.write_string(_KIND_ROW + 1, 0, WEEK_HELP.in_language(language), formats.faint_line)
    sheet.freeze_panes(FIRST_QUARTER_ROW, 1)
    sheet.set_tab_color(BLUE)
    _without_marks(sheet, FIRST_QUARTER_ROW, 1, last, len(dates))
    _colour_codes(book, sheet, language, (FIRST_QUARTER_ROW, 1, last, len(dates)))
    shade = f'=B${_KIND_ROW + 1}="{weekend_word}"'
    _colour(book, sheet, (1, 1, _KIND_ROW, days), shade, bg_color=WEEKEND)


def _write_times(sheet: Worksheet, first_row: int, formats: Formats) -> None:
    for quarter in range(QUARTERS_PER_DAY):
        on_the_hour = {"bold": True, "top_color": MUTED} if quarter % 4 == 0 else {"font_color": MUTED}
        cell = formats.cell(
            num_format=TIME.number_format, bg_color=GREY, align="center", font_size=_SMALL, **on_the_hour
        )
        sheet.write_number(first_row + quarter, 0, TIME.render(quarter * QUARTER_MINUTES), cell)


def _quarter_format(quarter: int, formats: Formats, *, locked: bool = False) -> Format:
    hour = {"top_color": MUTED} if quarter % 4 == 0 else {}
    return formats.cell(bg_color=GREY if locked else MAY, locked=locked, align="center", font_size=_SMALL, **hour)


def _colour_codes(book: Workbook, sheet: Worksheet, language: str, cells: tuple[int, int, int, int]) -> None:
    """Grey for what is only suggested, red for a code that the legend does not have, else the code's own colour."""
    cell = xl_rowcol_to_cell(*cells[:2])
    _colour(book, sheet, cells, f'=LEFT({cell},1)="("', font_color=MUTED, italic=True)
    unknown = f'=IF(TRIM({cell})="",FALSE,ISNA(MATCH(TRIM({cell}),k_key,0)))'
    _colour(book, sheet, cells, unknown, font_color=RED_TEXT, bg_color=RED, bold=True)
    for name, colour in zip(COLOURS, CODE_COLOURS, strict=True):
        of_code = f'=INDEX(k_colour,MATCH(TRIM({cell}),k_key,0))="{name.in_language(language)}"'
        _colour(book, sheet, cells, of_code, bg_color=colour, font_color=DARK)


def _colour(
    book: Workbook, sheet: Worksheet, cells: tuple[int, int, int, int], criteria: str, **properties: Any
) -> None:
    rule = {"type": "formula", "criteria": criteria, "format": book.add_format(properties), "stop_if_true": True}
    sheet.conditional_format(*cells, rule)


def _without_marks(sheet: Worksheet, *cells: int) -> None:
    """No green corners: a code such as 1 is a text, and suggestions are formulas that may be written over."""
    marks = ("number_stored_as_text", "formula_unlocked", "formula_differs")
    sheet.ignore_errors(dict.fromkeys(marks, xl_range(*cells)))
