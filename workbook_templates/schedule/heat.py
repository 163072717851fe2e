"""The heat map of support, weekday by hour, and the hidden sheet Timer whose sums it is made from.

The same figures as `bit_model.heat_map`. The sheet Timer counts resource hours from the period's start to each whole
hour, so that an hour is the difference of two sums and no formula goes over all entries for each cell of the map.
"""

import datetime as dt

from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from workbook_templates.kinds import DATE
from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import TRUE_MINUTE
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.page import Page
from workbook_templates.style import HEAT, MUTED, Formats

SHEET = "Timer"
_WEEKDAYS = (
    ("man", "Mon"),
    ("tir", "Tue"),
    ("ons", "Wed"),
    ("tor", "Thu"),
    ("fre", "Fri"),
    ("lør", "Sat"),
    ("søn", "Sun"),
)
_FIRST_HOUR = 3
"""Column of the sum to midnight; before it date, weekday and whether the day counts."""


def hour_rows(shape: Shape) -> int:
    """Rows of the sheet Timer below its header: the dates, and the day that the last night runs into."""
    return len(shape.period.days) + 1


def write_hours(sheet: Worksheet, shape: Shape, formats: Formats) -> None:
    """All of the sheet Timer but its sharing; `share_formulas` must be run over its part afterwards."""
    for column, (da, en) in enumerate((("Dato", "Date"), ("Ugedag", "Weekday"), ("Tæller", "Counts"))):
        sheet.write_string(0, column, Text(da, en).in_language(shape.language), formats.heading)
    for hour in range(25):
        sheet.write_number(0, _FIRST_HOUR + hour, hour, formats.number_heading)
    sheet.set_column(0, 0, 16)
    body, date = formats(font_color=MUTED), formats(font_color=MUTED, num_format=DATE.number_format)
    days = shape.period.days
    for row, day in enumerate([*days, days[-1] + dt.timedelta(days=1)], 1):
        sheet.write_datetime(row, 0, day, date)
        sheet.write_number(row, 1, day.isoweekday(), body)
        if row == 1:
            sheet.write_formula(row, 2, "=IF(IFERROR(INDEX(l_kind,ROW()-1),0)=0,0,1)", body, 1)
            for hour in range(25):
                sheet.write_formula(row, _FIRST_HOUR + hour, _until_hour(_FIRST_HOUR + hour), body, 0)
        else:
            sheet.write_number(row, 2, int(row <= len(days)), body)
            for hour in range(25):
                sheet.write_number(row, _FIRST_HOUR + hour, 0, body)


def _until_hour(column: int) -> str:
    """Resource hours from the period's start to the hour: what has ended, and what goes on at its rate."""
    hour = f"{xl_col_to_name(column)}$1"
    minute = f"($A2*24+{hour})*60"
    ended = f'SUMIFS(b_resource,b_finish,"<="&{minute},b_kind,">0")'
    rate, rate_from = (
        f'SUMIFS({name},b_begin,"<="&{minute},b_finish,">"&{minute})' for name in ("b_rate", "b_rate_from")
    )
    return f"=({ended}+({TRUE_MINUTE.format(minute=minute)})*{rate}-{rate_from})/60"


def write_heat_map(page: Page, shape: Shape) -> None:
    """The map: hours down, weekdays across, in resource hours on an average such day."""
    page.section(
        "Ugens støtte, time for time (ressourcetimer)",
        "The week's support, hour by hour (resource hours)",
        ("Klokken", "Hour"),
        *_WEEKDAYS,
        ("Ugen", "Week"),
    )
    rows = hour_rows(shape)
    counted = [shape.period.days[i].isoweekday() for i in range(rows - 1)]
    weekdays, counts = _column(1, rows), _column(2, rows)
    days = page.line(
        page.word("Dage, der tæller", "Days that count"),
        *((f"SUMIF({weekdays},{day},{counts})", counted.count(day), "0") for day in range(1, 8)),
    )
    first = page.row + 1
    for hour in range(24):
        row = page.row + 1
        before, after = _column(_FIRST_HOUR + hour, rows), _column(_FIRST_HOUR + hour + 1, rows)
        cells = [
            (f"IF({n}=0,0,(SUMIF({weekdays},{day},{after})-SUMIF({weekdays},{day},{before}))/MAX(1,{n}))", 0)
            for day, n in enumerate((f"{letter}${days}" for letter in "BCDEFGH"), 1)
        ]
        page.line(f"{hour:02d}–{hour + 1:02d}", *cells, (f"SUM(B{row}:H{row})", 0))
    last = page.row
    page.line(
        page.word("I alt", "In all"), *((f"SUM({letter}{first}:{letter}{last})", 0) for letter in "BCDEFGHI"), bold=True
    )
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": HEAT, "min_type": "num", "min_value": 0}
    page.sheet.conditional_format(first - 1, 1, last - 1, 7, scale)


def _column(column: int, rows: int) -> str:
    return f"{SHEET}!{xl_range_abs(1, column, rows, column)}"
