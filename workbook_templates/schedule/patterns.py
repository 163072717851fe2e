"""The day patterns of the list form: the sheets Mønster and Dage, and the lists that suggestions are looked up in."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.schedule import Entry
from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import status_formula
from workbook_templates.layouts.doegnskema import DAY_KINDS, DAYS, OWN_FIELDS, PATTERN, PATTERN_ROWS, PatternDay
from workbook_templates.schedule.entries import no_staff_asked, place_of, write_inputs
from workbook_templates.schedule.lists import Shape, kind_of_day
from workbook_templates.sheets import Lists, column_name, mark_missing, write_heading
from workbook_templates.style import DARK, GREEN_TEXT, GREY, RED, RED_TEXT, RULE, WEEKEND, YELLOW, Formats

_USUAL_DAYS = {"weekday": "w", "weekend": "e"}
"""A usual day as patterns are given → its letter in the keys of a case's values."""
_NUMBERS = {"start", "end", "staff", "citizens"}
_ROWS = len(_USUAL_DAYS) * PATTERN_ROWS


def pattern_keys() -> tuple[list[str], list[str]]:
    """Keys of the patterns' texts and of their numbers among the values of a case, such as `pattern_w_0_start`."""
    rows = [f"pattern_{letter}_{i}" for letter in _USUAL_DAYS.values() for i in range(PATTERN_ROWS)]
    keys = [(f"{row}_{field.key}", field.key in _NUMBERS) for row in rows for field in OWN_FIELDS]
    return [key for key, number in keys if not number], [key for key, number in keys if number]


def pattern_content(pattern: Mapping[str, Sequence[Entry]]) -> dict[str, Any]:
    """The values of the pattern's cells by key; of each usual day so many entries as it has rows for."""
    return {
        f"pattern_{letter}_{i}_{field.key}": field.kind.render(getattr(entry, field.key))
        for kind, letter in _USUAL_DAYS.items()
        for i, entry in enumerate(pattern.get(kind, ())[:PATTERN_ROWS])
        for field in OWN_FIELDS
    }


def write_pattern(
    book: Workbook, sheet: Worksheet, content: Mapping[str, Any], formats: Formats, language: str
) -> None:
    """The sheet Mønster: rows for a usual weekday, then for a usual day of the weekend."""
    write_heading(sheet, PATTERN.fields, formats, language)
    values: dict[str, list[Any]] = {
        "day_kind": [day.value for day in (PatternDay.WEEKDAY, PatternDay.WEEKEND) for _ in range(PATTERN_ROWS)],
        "number": [*range(1, PATTERN_ROWS + 1)] * len(_USUAL_DAYS),
    }
    for field in OWN_FIELDS:
        places = [f"{letter}_{i}" for letter in _USUAL_DAYS.values() for i in range(PATTERN_ROWS)]
        values[field.key] = [content.get(f"pattern_{place}_{field.key}") for place in places]
    write_inputs(book, sheet, PATTERN, _ROWS, "p_", values, formats, language)
    first, last = place_of(PATTERN, "start"), len(PATTERN.fields) - 1
    column_name(book, "p_own", sheet, _ROWS, first, last - 1)
    own = "COUNTA(INDEX(p_own,ROW()-1,0))"
    cells = {field.key: f"INDEX(p_{field.key},ROW()-1)" for field in OWN_FIELDS}
    status = status_formula(own, cells)
    locked = formats.cell(bg_color=GREY)
    check = f'=IFERROR(INDEX(l_status_text,MATCH({status},l_status,0)),"")'
    for row in range(1, _ROWS + 1):
        sheet.write_formula(row, last, check, locked, "")
    sheet.freeze_panes(1, first)
    asked = no_staff_asked(PATTERN)
    mark_missing(book, sheet, PATTERN, _ROWS, lambda field: asked if field.key in {"staff", "citizens"} else "")

    def colour(first_row: int, first: int, until: int, criteria: str, **properties: Any) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": book.add_format(properties)}
        sheet.conditional_format(first_row, first, _ROWS, until, rule)

    said = f"${xl_col_to_name(last)}2"
    colour(1, last, last, f'={said}="OK"', font_color=GREEN_TEXT)
    colour(1, last, last, f'=LEFT({said},2)="OK"', bg_color=YELLOW)
    colour(1, last, last, f'={said}<>""', font_color=RED_TEXT, bg_color=RED, bold=True)
    weekend = f'$A2="{PatternDay.WEEKEND}"'
    edge = {"border": 1, "border_color": RULE, "top_color": DARK}
    colour(1, 0, 1, f"=AND($A2<>$A1,{weekend})", bg_color=WEEKEND, **edge)  # LibreOffice takes the first that holds
    colour(1, 0, last, "=$A2<>$A1", **edge)
    colour(1, 0, 1, f"={weekend}", bg_color=WEEKEND)


def write_days(book: Workbook, sheet: Worksheet, shape: Shape, formats: Formats) -> None:
    """The sheet Dage: a row for each date, where a whole day is confirmed or given another pattern."""
    days, language = shape.period.days, shape.language
    write_heading(sheet, DAYS.fields, formats, language)
    write_inputs(book, sheet, DAYS, len(days), "d_", {"date": days}, formats, language)
    words = {key: text.in_language(language) for key, text in DAY_KINDS.items()}
    for column, field in enumerate(DAYS.fields):
        if field.formula:
            cell = formats.cell(num_format=field.kind.number_format, bg_color=GREY, align="center")
            for row, day in enumerate(days, 1):
                saved = kind_of_day(day, shape.parameters).in_language(language) if field.key == "day_kind" else 0
                formula = field.formula.format(date=f"$A{row + 1}", **words)
                sheet.write_formula(row, column, f"={formula}", cell, saved)
    last = len(DAYS.fields) - 1
    weekend = {
        "type": "formula",
        "criteria": "=INDEX(l_base,ROW()-1)=2",
        "format": book.add_format({"bg_color": WEEKEND}),
    }
    waiting = {
        "type": "cell",
        "criteria": ">",
        "value": 0,
        "format": book.add_format({"bg_color": YELLOW, "bold": True}),
    }
    sheet.conditional_format(1, last, len(days), last, waiting)
    sheet.conditional_format(1, 0, len(days), 1, weekend)
    sheet.freeze_panes(1, 2)


def add_pattern_lists(lists: Lists, shape: Shape) -> None:
    """The pattern and the confirmation of each date, and each row of the pattern as it is suggested."""
    language = shape.language
    lists.add("pattern_days", Text("Mønster", "Pattern").in_language(language), [day.value for day in PatternDay])
    own = "INDEX(d_pattern_day,{0})"
    chosen = f'IF({own}="",INDEX(l_base,{{0}}),IF({own}="{PatternDay.WEEKDAY}",1,IF({own}="{PatternDay.WEEKEND}",2,0)))'
    lists.add(
        "pattern",
        Text("Foreslås som", "Suggested as").in_language(language),
        [(chosen.format(i), kind) for i, kind in enumerate(shape.base, 1)],
    )
    lists.add(
        "confirmed",
        Text("Dagen: 1 bekræftet, -1 nej", "The day: 1 confirmed, -1 no").in_language(language),
        [
            (f'IF(INDEX(d_confirm_day,{i})="Ja",1,IF(INDEX(d_confirm_day,{i})="Nej",-1,0))', 0)
            for i in range(1, len(shape.base) + 1)
        ],
    )
    lists.add(
        "suggestion",
        Text("Forslag", "Suggestion").in_language(language),
        [(_suggestion(i, Text("til", "to").in_language(language)), "") for i in range(1, _ROWS + 1)],
    )


def _suggestion(row: int, to: str) -> str:
    """Such as `07:00-08:00 Hygiejne · D · 1 til 1`."""
    start, end, activity, category, staff, citizens = (
        f"INDEX(p_{key},{row})" for key in ("start", "end", "activity", "category", "staff", "citizens")
    )
    numbers = f'IF({staff}&{citizens}="",""," · "&{staff}&" {to} "&{citizens})'
    said = f'TRIM({_clock(start)}&"-"&{_clock(end)}&" "&{activity})&" · "&{category}&{numbers}'
    return f'IF(COUNTA(INDEX(p_own,{row},0))=0,"",IFERROR({said},"?"))'


def _clock(cell: str) -> str:
    """HH:MM of a time; no function TEXT, since its codes are the program's own language."""
    minutes = f"ROUND({cell}*1440,0)"
    return f'IF(COUNTIF({cell},"<=1")=0,"?",RIGHT("0"&INT({minutes}/60),2)&":"&RIGHT("0"&MOD({minutes},60),2))'
