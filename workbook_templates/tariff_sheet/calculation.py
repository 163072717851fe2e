"""The hidden sheets of the tariff template: Beregning, row by row and figure by figure, and Lister."""

import re
from collections.abc import Mapping

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.parameters import ParameterSet, PricingPoint
from workbook_templates.layout import Field, Table, Text
from workbook_templates.layouts.takst import CHOICES, TAKST
from workbook_templates.layouts.takstberegning import COLUMNS, LETTERS, SCENARIOS, STATUSES, VISIBLE, WORDS
from workbook_templates.layouts.taksttal import FIGURES
from workbook_templates.readings import word
from workbook_templates.sheets import Lists, column_name
from workbook_templates.style import MUTED, Formats

CALCULATION = "Beregning"
COMPUTED_ON_LOAD = ""
"""The value saved with a hidden formula: programs that trust saved values compute it when they open the file."""
_CELL, _WORDS = re.compile(r"\{(\w+)\}"), re.compile(r"\{w:(\w+)\}")


def formula_of(field: Field, table: Table, language: str) -> str:
    """The formula of a computed column of a table, the same in every row."""
    words = _WORDS.sub(lambda found: WORDS[found[1]].in_language(language), VISIBLE[field.formula])
    return "=" + _CELL.sub(rf"INDEX({LETTERS[table.key]}_\1,ROW()-1)", words)


def hidden_columns(language: str) -> dict[str, dict[str, str]]:
    """The columns of Beregning by table and name; in a formula `#` is the number of the row."""
    made: dict[str, dict[str, str]] = {}
    for key, columns in COLUMNS.items():
        letter = LETTERS[key]
        made[key] = {}
        for name, template in columns.items():
            for suffix in SCENARIOS if "{s}" in name else SCENARIOS[:1]:
                formula = template.replace("{s}", suffix).replace("{inputs}", f"INDEX({letter}_inputs,#,0)")
                formula = _WORDS.sub(lambda found: WORDS[found[1]].in_language(language), formula)
                made[key][f"{letter}_{name.replace('{s}', suffix)}"] = "=" + _CELL.sub(
                    rf"INDEX({letter}_\1,#)", formula
                )
    return made


def write_calculation(
    book: Workbook, sheet: Worksheet, room: Mapping[str, int], formats: Formats, language: str
) -> None:
    """All of Beregning: a block of columns for each table, then the figures with their names."""
    body = formats(font_color=MUTED)
    column = 0
    for key, columns in hidden_columns(language).items():
        for name, formula in columns.items():
            sheet.write_string(0, column, name, formats.heading)
            for row in range(1, room[key] + 1):
                sheet.write_formula(row, column, formula.replace("#", str(row)), body, COMPUTED_ON_LOAD)
            column_name(book, name, sheet, room[key], column)
            column += 1
    sheet.set_column(0, column - 1, 11)
    sheet.set_column(column, column, 26)
    sheet.write_string(0, column, Text("Tal", "Figure").in_language(language), formats.heading)
    for row, (name, formula) in enumerate(FIGURES.items(), 1):
        sheet.write_string(row, column, name, body)
        sheet.write_formula(row, column + 1, f"={formula}", body, COMPUTED_ON_LOAD)
        book.define_name(name, f"={CALCULATION}!{xl_rowcol_to_cell(row, column + 1, True, True)}")
    sheet.freeze_panes(1, 0)


def write_lists(book: Workbook, parameters: ParameterSet, formats: Formats, language: str) -> None:
    """All of Lister: what the drop-downs offer, why a case has no hours, and the parameter set's figures."""
    lists = Lists(book, formats)
    labels = {field.choices: field.label.in_language(language) for _, field in TAKST.fields()}
    for key, members in CHOICES.items():
        lists.add(key, labels[key], [member.value for member in members])
    lists.add("yes_no", Text("Ja/nej", "Yes/no").in_language(language), ["Ja", "Nej"])
    for suffix in SCENARIOS:
        days = [(f"v_charged_days{suffix}", ""), (f"v_days_per_month{suffix}", ""), 1, 7, 0]
        lists.add(f"unit_days{suffix}", Text("Dage pr. enhed", "Days per unit").in_language(language), days)
    lists.add("status", "Status", [word(note, language) for note in STATUSES.values()])
    lists.add("year", Text("År", "Year").in_language(language), [year for year, _ in parameters.hour_prices])
    lists.add("price", Text("Timepris", "Hour price").in_language(language), [p for _, p in parameters.hour_prices])
    figures = {key: float(getattr(parameters, key) or 0) for key in _STANDARD}
    figures["top"] = float(parameters.pricing_point is PricingPoint.TOP)
    title = Text("Parametersæt: {}", "Parameter set: {}").in_language(language).format(parameters.title)
    lists.add_figures(title, {key: (key, None, value) for key, value in figures.items()})


_STANDARD = (
    "user_time_share",
    "net_hours_per_post",
    "post_cost",
    "staff_share",
    "occupancy",
    "charged_days",
    "days_per_month",
    "weeks_per_year",
    "vat",
    "package_width",
    "highest_package",
    "rate_places",
    "tolerance_hours",
    "tolerance_share",
)
