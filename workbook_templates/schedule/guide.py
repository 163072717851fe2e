"""The sheet Vejledning of the schedule template: how to fill it in, the categories, and a day filled in."""

from itertools import zip_longest

from xlsxwriter.worksheet import Worksheet

from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Category
from workbook_templates.kinds import TIME
from workbook_templates.layout import Text
from workbook_templates.layouts import guides
from workbook_templates.layouts.doegnskema import CATEGORY_TEXTS, ENTRIES, ENTRY_FIELDS, Form
from workbook_templates.schedule.lists import Shape
from workbook_templates.sheets import legend, write_prose, write_value
from workbook_templates.style import GREEN_TEXT, GREY, MUST, Formats

EXAMPLE_FIELDS = (*ENTRY_FIELDS, ENTRIES.fields[-1])
_WIDTHS = (27, 9, 9, 28, 12, 12, 11, 20, 20, 30, 9)


def write_guide(sheet: Worksheet, formats: Formats, shape: Shape) -> None:
    """All of the sheet."""
    parameters, language = shape.parameters, shape.language
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, guides.SCHEDULE_TITLE.in_language(language), formats.title)
    row = 2
    for text in guides.SCHEDULE_STEPS[shape.form]:
        row = write_prose(sheet, row, text.in_language(language), formats.prose, _WIDTHS)
    sheet.write_string(row + 1, 0, guides.COLOURS_TITLE.in_language(language), formats.section)
    row = legend(sheet, row + 2, formats, language)
    sheet.write_string(row + 1, 0, guides.CATEGORIES_TITLE.in_language(language), formats.section)
    row = _write_categories(sheet, row + 2, formats, parameters, language)
    if shape.form is Form.LIST:
        sheet.write_string(row + 1, 0, guides.EXAMPLE_TITLE.in_language(language), formats.section)
        _write_example(sheet, row + 2, formats, language)


def _write_categories(sheet: Worksheet, row: int, formats: Formats, parameters: ParameterSet, language: str) -> int:
    spans = ((0, 0), (1, 4), (5, 8), (9, 10))
    lines: list[tuple[str, ...]] = [tuple(text.in_language(language) for text in guides.CATEGORY_HEADING)]
    lines += [
        (
            category.value,
            CATEGORY_TEXTS[category].in_language(language),
            guides.CATEGORY_USE[category].in_language(language),
            _counts(category, parameters).in_language(language),
        )
        for category in Category
    ]
    for number, line in enumerate(lines):
        cell = formats.cell(text_wrap=True) if number else formats.heading
        for (first, last), text in zip(spans, line, strict=True):
            if last > first:
                sheet.merge_range(row, first, row, last, text, cell)
            else:
                sheet.write_string(row, first, text, cell)
        row += 1
    return row


def _counts(category: Category, parameters: ParameterSet) -> Text:
    if category not in RESOURCE_CATEGORIES:
        return Text("Nej", "No")
    if category is Category.SLEEPING_NIGHT:
        weight = f"{float(parameters.sleeping_weight):.3g}"
        return Text(f"Ja, × {weight.replace('.', ',')}, delt med borgere", f"Yes, × {weight}, divided by citizens")
    if category in {Category.SHARED, Category.WAKING_NIGHT}:
        return Text("Ja, delt med antal borgere", "Yes, divided by citizens")
    return Text("Ja", "Yes")


def _write_example(sheet: Worksheet, row: int, formats: Formats, language: str) -> None:
    for column, field in enumerate(EXAMPLE_FIELDS):
        sheet.write_string(row, column, field.label.in_language(language), formats.heading)
    day = Text("man 02-03-2026", "Mon 02-03-2026").in_language(language)
    for line in guides.EXAMPLE_DAY:
        row += 1
        start, end, activity, category, staff, citizens, theme, note = line
        values = (day, _clock(start), _clock(end), activity, category, staff, citizens, theme, None, note, "OK")
        for column, (field, value) in enumerate(zip_longest(EXAMPLE_FIELDS, values)):
            colour = {"bg_color": MUST} if field.required else {"bg_color": GREY} if field.formula else {}
            done = {"font_color": GREEN_TEXT} if field.formula else {}
            place = {} if isinstance(value, str) and field.width > 10 else {"align": "center"}
            time = {"num_format": "hh:mm"} if field.kind == TIME else {}
            write_value(sheet, row, column, value, formats.cell(**colour, **done, **time, **place, text_wrap=True))


def _clock(text: str) -> float:
    return TIME.render(TIME.parse(text))
