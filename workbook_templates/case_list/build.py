"""The case list (sagsliste) from its declaration, empty or filled in."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.case import Case, TariffModel
from bit_model.house import House
from workbook_templates.case_list.formulas import columns_named, table_formulas, with_shared_formulas
from workbook_templates.case_list.read import CHOICES, EVERY_DAY
from workbook_templates.case_list.rows import table_rows
from workbook_templates.layout import Field, Table, Text
from workbook_templates.layouts.guides import CASE_LIST_GUIDE
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.layouts.sagsliste_tjek import OK, REFERENCES, WORDS
from workbook_templates.sheets import (
    Lists,
    cell_text,
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
from workbook_templates.style import (
    GREEN_TEXT,
    GREY,
    MAY,
    MUST,
    PROTECTION,
    RED,
    RED_TEXT,
    YELLOW,
    Formats,
    set_up_page,
)

ROWS = {
    "cases": 500,
    "needs": 1_500,
    "order": 1_500,
    "tariff_lines": 1_000,
    "tariff_models": 100,
    "price_list": 300,
    "houses": 200,
    "roster": 600,
}
"""Rows of each table that are ready to be filled in, at least; a fifth is added to what is there already."""
YES_NO = ("Ja", "Nej")
WRAPPED_FROM = 36
"""Width of a column, in characters, from which on its texts are wrapped."""
LINE_HEIGHT, MOST_LINES = 15, 20
CHARACTERS_BESIDE_A_LABEL = 80


def build_case_list(
    cases: Iterable[Case] = (),
    tariff_models: Iterable[TariffModel] = (),
    houses: Iterable[House] = (),
    language: str = "da",
) -> bytes:
    """The case list as .xlsx bytes: a guide, eight tables, the lists behind their drop-downs."""
    content = BytesIO()
    book = Workbook(content, {"in_memory": True})
    formats = Formats(book)
    rows = table_rows(tuple(cases), tuple(tariff_models), tuple(houses))
    guide = book.add_worksheet(SAGSLISTE.header_sheet)
    formulas = {table.key: table_formulas(table, language) for table in SAGSLISTE.tables}
    names = columns_named(formula for of_table in formulas.values() for formula in of_table.values())
    for table in SAGSLISTE.tables:
        _write_table(book, table, rows[table.key], formulas[table.key], names, formats, language)
    _write_guide(book, guide, formats, language)
    _write_lists(Lists(book, formats), rows, language)
    for sheet in book.worksheets():
        sheet.protect("", PROTECTION)
        set_up_page(sheet, language, titles=True)
    book.close()
    return with_shared_formulas(content)


def _write_table(
    book: Workbook,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    formulas: Mapping[str, str],
    names: set[str],
    formats: Formats,
    language: str,
) -> None:
    sheet = book.add_worksheet(table.sheet)
    write_heading(sheet, table.fields, formats, language)
    sheet.freeze_panes(1, 1)
    last = max(ROWS[table.key], len(rows) * 6 // 5)
    for column, field in enumerate(table.fields):
        if (name := f"s_{table.key}_{field.key}") in names:
            column_name(book, name, sheet, last, column)
        if field.formula:
            aligned = "left" if field.key == "check" else "center"
            cell = formats.cell(num_format=field.kind.number_format, bg_color=GREY, align=aligned)
            sheet.write_formula(1, column, formulas[field.key].format(row=2), cell, "")
            for row in range(2, last + 1):
                sheet.write_blank(row, column, None, cell)
            continue
        cell = _cell_format(field, formats)
        for row, values in enumerate(rows, 1):
            _write(sheet, row, column, shown(field.kind, values[field.key]), cell)
        for row in range(len(rows) + 1, last + 1):
            sheet.write_blank(row, column, None, cell)
        sheet.data_validation(1, column, last, column, _validation(field, language))
    for row, values in enumerate(rows, 1):
        if (lines := _lines(table, values)) > 1:  # not every program makes a row as high as its texts
            sheet.set_row(row, LINE_HEIGHT * min(lines, MOST_LINES))
    mark_missing(book, sheet, table, last)
    _colour(book, sheet, table, last, language)
    sheet.autofilter(0, 0, last, len(table.inputs) - 1)


def _cell_format(field: Field, formats: Formats) -> Any:
    if field.width < WRAPPED_FROM:
        return input_format(field, formats)
    colour = MUST if field.required else MAY
    return formats.cell(num_format=field.kind.number_format, bg_color=colour, locked=False, text_wrap=True)


def _lines(table: Table, values: Mapping[str, Any]) -> int:
    """How many lines the longest text of a row takes, in the columns whose texts are wrapped."""
    wrapped = (field for field in table.inputs if field.width >= WRAPPED_FROM)
    return max(
        (sum(1 + len(line) // field.width for line in (values[field.key] or "").split("\n")) for field in wrapped),
        default=1,
    )


def _write(sheet: Worksheet, row: int, column: int, value: Any, cell: Any) -> None:
    """The value as it is, also a text that XlsxWriter would take for its own mark-up."""
    if isinstance(value, str) and value.startswith("<r>") and cell_text(value) != value:
        sheet.write_rich_string(row, column, value[0], value[1], value[2:], cell)
    else:
        write_value(sheet, row, column, value, cell)


def _validation(field: Field, language: str) -> dict[str, Any]:
    """A closed set admits nothing else; what stands on another sheet may be written here first."""
    if field.choices not in REFERENCES:
        return validation(field, language, f"=l_{field.choices}" if field.choices else "")
    table, column = REFERENCES[field.choices]
    source = f"=OFFSET(s_{table}_{column},0,0,l_last_{table},1)"
    return validation(field, language, source, error_type="warning")


def _colour(book: Workbook, sheet: Worksheet, table: Table, last: int, language: str) -> None:
    """The column Tjek by what it says, and a follow-up that is due by how soon."""

    def colour(column: int, criteria: str, **properties: Any) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": book.add_format(properties)}
        sheet.conditional_format(1, column, last, column, rule)

    columns = {field.key: column for column, field in enumerate(table.fields)}
    check = f"${xl_col_to_name(columns['check'])}2"
    colour(columns["check"], f'={check}="{OK}"', font_color=GREEN_TEXT)
    colour(columns["check"], f'=LEFT({check},2)="{OK}"', bg_color=YELLOW)
    colour(columns["check"], f'={check}<>""', font_color=RED_TEXT, bg_color=RED, bold=True)
    if "due" in columns:
        due = f"${xl_col_to_name(columns['due'])}2"
        for column in (columns["follow_up"], columns["due"]):
            for key, shade in (("overdue", RED), ("soon", YELLOW)):
                colour(column, f'={due}="{WORDS[key].in_language(language)}"', bg_color=shade)


def _write_lists(lists: Lists, rows: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> None:
    """The closed sets, and how far down the columns are filled in that other sheets choose from."""
    labels = {field.choices: field.label for _, field in SAGSLISTE.fields()}
    for key, members in CHOICES.items():
        extra = [EVERY_DAY] if key == "day_kinds" else []
        lists.add(key, labels[key].in_language(language), [*extra, *(member.value for member in members)])
    lists.add("yes_no", Text("Ja/nej", "Yes/no").in_language(language), YES_NO)
    filled = {
        f"last_{table}": (
            SAGSLISTE.table(table).sheet,
            f'MAX(1,SUMPRODUCT(MAX((s_{table}_{column}<>"")*(ROW(s_{table}_{column})-1))))',
            max(1, len(rows[table])),
        )
        for table, column in REFERENCES.values()
    }
    lists.add_figures(Text("Sidste udfyldte række", "Last row filled in").in_language(language), filled)
    lists.sheet.hide()


def _write_guide(book: Workbook, sheet: Worksheet, formats: Formats, language: str) -> None:
    sheet.set_row(0, 28)
    widths = (30, 22, CHARACTERS_BESIDE_A_LABEL)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, SAGSLISTE.title.in_language(language), formats.title)
    row = 2
    for text in CASE_LIST_GUIDE:
        row = write_prose(sheet, row, text.in_language(language), formats.prose, widths)
    values = {"template": SAGSLISTE.name, "template_version": SAGSLISTE.version}
    row = write_header_fields(book, sheet, SAGSLISTE.header, values, formats, language, row + 1)
    row = legend(sheet, row + 1, formats, language) + 1
    for table in SAGSLISTE.tables:
        sheet.write_string(row, 0, table.sheet, formats.section)
        sheet.write_string(row, 2, table.help.in_language(language), formats.faint_line)
        row += 1
        for field in table.fields:
            star = " *" if field.required else ""
            sheet.write_string(row, 0, field.label.in_language(language) + star, formats.label)
            computed = Text("beregnet", "computed").in_language(language) if field.formula else ""
            about = ", ".join(filter(None, (field.unit, computed)))
            sheet.write_string(row, 1, about, formats.cell(bg_color=GREY if computed else MAY))
            help_text = field.help.in_language(language)
            sheet.write_string(row, 2, help_text, formats.cell(text_wrap=True))
            sheet.set_row(row, 16 * max(1, -(-len(help_text) // CHARACTERS_BESIDE_A_LABEL)))
            row += 1
        row += 1
