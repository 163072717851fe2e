"""The last sheets of the comparison workbook: the parameters, the definitions in words, and how patterns are read."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.calendar import DaylightSaving
from bit_model.parameters import AbsenceRule, ParameterSet, PricingPoint, ShareKey
from workbook_templates.layout import Text
from workbook_templates.layouts.parametre import PARAMETERS
from workbook_templates.layouts.sammenligning import CASES, FILES, NEGOTIATION, PARTS, TARIFF
from workbook_templates.readings import patterns
from workbook_templates.sheets import validation, write_value
from workbook_templates.style import GREY, MUST, PROTECTION, Formats, set_up_page

PARAMETER_SHEET, PATTERN_SHEET = "Parametre", "Læsninger"
NO_MARKS = f"='{PATTERN_SHEET}'!$D$1"
"""A blank cell."""
_MEMBERS: dict[StrEnum, Text] = {
    ShareKey.EQUAL: Text("ligeligt", "equally"),
    AbsenceRule.WHOLE_DAY_LEFT_OUT: Text("dagen udelades", "the day is left out"),
    AbsenceRule.EVERY_DAY_COUNTS: Text("dagen tæller med", "the day counts"),
    DaylightSaving.ELAPSED: Text("forløbne minutter", "elapsed minutes"),
    DaylightSaving.NOMINAL: Text("altid 24 timer", "always 24 hours"),
    PricingPoint.MIDDLE: Text("midt i pakken", "middle"),
    PricingPoint.TOP: Text("pakkens top", "top"),
}
_LABELS = (
    Text("Parameter", "Parameter"),
    Text("Værdi", "Value"),
    Text("Enhed", "Unit"),
    Text("Hvad det betyder", "What it means"),
)
_CHANGE = Text(
    "De gule celler kan ændres: tilstande og læsninger i arket BIT følger med. Det ændrer intet i det centrale system.",
    "The yellow cells may be changed: states and readings on BIT follow. Nothing changes in the central system.",
)
_COMPUTED = Text(
    "De øvrige værdier er dem, tallene er beregnet med; de er låst, fordi timerne ikke regnes om her.",
    "The other values are those the figures were computed with; they are locked, as hours are not computed anew here.",
)
_DEFINITIONS = Text("Kolonner i arket {sheet}", "Columns of the sheet {sheet}")
_COLUMN, _ORIGIN = Text("Kolonne", "Column"), Text("Hvor fra", "From where")
_SYSTEM, _FORMULA = Text("fra systemet", "the system"), Text("formel i arket", "formula in the sheet")
_NONE = Text("ingen", "none")
_TYPED = Text("udfyldes her", "filled in here")
_PATTERN_LABELS = (
    Text("I−B / T−I / T−B, eller hvad der mangler", "I−B / T−I / T−B, or what is missing"),
    Text("Læsning", "Reading"),
)


def write_parameters(book: Workbook, parameters: ParameterSet, formats: Formats, language: str) -> None:
    """The parameters of the set, two of them to be changed, and below them what the columns mean."""
    sheet = book.add_worksheet(PARAMETER_SHEET)
    for column, width in enumerate((30, 22, 12, 96)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 28)
    title = f"{PARAMETER_SHEET}: {parameters.title}"
    sheet.write_string(0, 0, title, formats.title)
    sheet.write_string(1, 0, _CHANGE.in_language(language), formats())
    sheet.write_string(2, 0, _COMPUTED.in_language(language), formats())
    row = _write_headings(sheet, 4, _LABELS, formats, language)
    for field in PARAMETERS:
        sheet.write_string(row, 0, field.label.in_language(language), formats.label)
        colour = GREY if field.locked else MUST
        look = formats.cell(num_format=field.kind.number_format, bg_color=colour, locked=field.locked, align="left")
        write_value(sheet, row, 1, shown(getattr(parameters, field.key), language), look)
        if not field.locked:
            sheet.data_validation(row, 1, row, 1, validation(field, language))
            book.define_name(field.name, f"='{PARAMETER_SHEET}'!{xl_rowcol_to_cell(row, 1, True, True)}")
        sheet.write_string(row, 2, field.unit, formats.cell())
        sheet.write_string(row, 3, field.help.in_language(language), formats.cell(text_wrap=True))
        row += 1
    for table in (CASES, PARTS, TARIFF, FILES):
        title = _DEFINITIONS.in_language(language).format(sheet=table.sheet)
        sheet.write_string(row + 1, 0, title, formats.section)
        row = _write_headings(sheet, row + 2, (_COLUMN, _ORIGIN, *_LABELS[2:]), formats, language)
        for field in table.fields:
            origin = _TYPED if table is CASES and field.key in NEGOTIATION else _FORMULA if field.formula else _SYSTEM
            sheet.write_string(row, 0, field.label.in_language(language), formats.label)
            sheet.write_string(row, 1, origin.in_language(language), formats.cell())
            sheet.write_string(row, 2, field.unit, formats.cell())
            sheet.write_string(row, 3, field.help.in_language(language), formats.cell(text_wrap=True))
            row += 1
    sheet.protect("", PROTECTION)
    set_up_page(sheet, language)


def write_patterns(book: Workbook, formats: Formats, language: str) -> None:
    """Every pattern of states with its reading: where the sheet BIT looks its readings up."""
    sheet = book.add_worksheet(PATTERN_SHEET)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 96)
    _write_headings(sheet, 0, _PATTERN_LABELS, formats, language)
    found = patterns(language)
    for row, (pattern, reading) in enumerate(found.items(), 1):
        sheet.write_string(row, 0, pattern, formats.label)
        sheet.write_string(row, 1, reading, formats.cell())
    for column, name in enumerate(("bit_patterns", "bit_readings")):
        book.define_name(name, f"='{PATTERN_SHEET}'!{xl_range_abs(1, column, len(found), column)}")
    sheet.freeze_panes(1, 0)
    sheet.protect("", PROTECTION)
    set_up_page(sheet, language, titles=True)


def _write_headings(sheet: Worksheet, row: int, labels: Iterable[Text], formats: Formats, language: str) -> int:
    for column, label in enumerate(labels):
        sheet.write_string(row, column, label.in_language(language), formats.heading)
    return row + 1


def shown(value: Any, language: str) -> Any:
    """A parameter as a cell shows it: sets and pairs in one text, numbers as numbers, nothing as nothing."""
    if isinstance(value, StrEnum):
        return _MEMBERS[value].in_language(language)
    if isinstance(value, frozenset):
        items = [item if isinstance(item, str) else f"{item[1]}/{item[0]}" for item in sorted(value)]
        return " ".join(items) or _NONE.in_language(language)
    if isinstance(value, tuple):
        return "; ".join(f"{year}: {price}".replace(".", ",") for year, price in value)
    return value
