"""The sheet Hvad nu hvis: what another premise does to the house and to each of its cases."""

from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.case import ModelKind
from bit_model.comparison import State
from bit_model.premises import Premises
from workbook_templates.comparison.overview import STATE_COLOURS
from workbook_templates.kinds import NumberKind
from workbook_templates.layout import Text
from workbook_templates.layouts import takstresultat as lines
from workbook_templates.layouts.takst import TRIAL
from workbook_templates.layouts.takstpraemisser import PREMISE_EFFECTS, PREMISES
from workbook_templates.readings import word
from workbook_templates.sheets import shown, validation, write_value
from workbook_templates.style import BLUE, CODE_COLOURS, DARK, GREY, HEAT, MAY, MUTED, Formats
from workbook_templates.tariff_sheet.page import Page

WIDTHS = (34, 13, 13, 13, 13, 13, 13, 13, 16, 16, 16, 16)
_ALL_LINES = {
    line.key: line for part in (lines.COSTS, lines.RATES, lines.POSTS, lines.PRICES, lines.FINANCED) for line in part
}
_SHARES = "0.0##"
_FEWEST_IN_CHART = 8
_CASE_HEADINGS = (
    Text("Sagsnøgle", "Case key"),
    Text("Bestilt, timer pr. uge", "Ordered, hours per week"),
    Text("Målt, timer pr. uge", "Measured, hours per week"),
    Text("Betalt nu, kr. pr. døgn", "Paid now, kr per day"),
    Text("Betalt, prøven", "Paid, trial"),
    Text("Taksten betaler nu, timer", "Financed now, hours"),
    Text("Taksten betaler, prøven", "Financed, trial"),
    Text("Forskel, timer", "Difference, hours"),
    Text("Mod bestilt nu", "Against ordered now"),
    Text("Mod bestilt, prøven", "Against ordered, trial"),
    Text("Mod målt nu", "Against measured now"),
    Text("Mod målt, prøven", "Against measured, trial"),
)


def write_trial(
    book: Workbook, sheet: Worksheet, trial: Premises, room: int, cases: int, formats: Formats, language: str
) -> None:
    """All of the sheet; `room` is the number of rows for cases, `cases` the number that is known."""
    page = Page(sheet, formats, language)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    page.title(
        Text("Hvad nu hvis?", "What if?"),
        Text(
            "Skriv en anden værdi i en hvid celle, og se, hvad den gør ved huset og hver sag. Det ændrer intet på de "
            "andre ark. Slet værdien igen for at komme tilbage.",
            "Write another value in a white cell and see what it does to the house and each case. Nothing changes on "
            "the other sheets. Delete the value to return.",
        ),
    )
    _write_premises(book, page, trial)
    chart_row = page.row
    _write_house(page)
    _write_cases(book, page, room)
    first = page.row - room
    _write_chart(book, page, chart_row, first, max(cases, min(room, _FEWEST_IN_CHART)))
    sheet.freeze_panes(3, 1)


def _write_premises(book: Workbook, page: Page, trial: Premises) -> None:
    effect = Text("Hvad den virker på", "What it acts on")
    tried = Text("Med prøven", "With the trial")
    page.section(Text("Præmisser", "Premises"), (*(field.label for field in TRIAL.fields), tried), 1, 3)
    heading = page.row - 1
    page.sheet.merge_range(heading, 4, heading, len(WIDTHS) - 1, page.word(effect), page.formats.heading)
    for premise in PREMISES:
        look = _SHARES if premise.kind.number_format == _SHARES else "#,##0.00"
        page.cell(0, page.word(premise.label), "@", bold=True, bg_color=GREY)
        page.cell(1, f"=v_{premise.key}", look, bg_color=GREY)
        may = page.formats.cell(num_format=look, bg_color=MAY, locked=False, align="right")
        write_value(page.sheet, page.row, 2, shown(NumberKind(), getattr(trial, premise.key)), may)
        field = replace(premise, help=TRIAL.fields[2].help)
        page.sheet.data_validation(page.row, 2, page.row, 2, validation(field, page.language))
        book.define_name(f"try_{premise.key}", f"='{TRIAL.sheet}'!{xl_rowcol_to_cell(page.row, 2, True, True)}")
        page.cell(3, f"=v_{premise.key}_try", look, bg_color=GREY)
        style = page.formats.cell(text_wrap=True, font_color=MUTED, indent=1)
        page.sheet.merge_range(page.row, 4, page.row, len(WIDTHS) - 1, "", style)
        words = [premise.unit and f"({premise.unit})", page.word(PREMISE_EFFECTS[premise.key])]
        page.sheet.write_string(page.row, 4, " ".join(filter(None, words)), style)
        page.row += 1
    page.row += 1


def _write_house(page: Page) -> None:
    headings = (
        Text("Huset", "The house"),
        Text("Nu", "Now"),
        Text("Med prøven", "With the trial"),
        Text("Forskel", "Difference"),
        Text("Enhed", "Unit"),
    )
    page.section(Text("Huset i alt", "The house in all"), headings, 1, 3)
    for key in lines.TRIED:
        line = _ALL_LINES[key]
        _write_difference(page, page.word(line.label), f"=f_{key}", f"=f_{key}_try", line.number_format, line.unit)
    for key, label in (
        ("ordered", Text("Bestilte timer i alt", "Ordered hours in all")),
        ("measured", Text("Målte timer i alt", "Measured hours in all")),
    ):
        unit = _ALL_LINES["financed"].unit
        page.line(page.word(label), ((f"=f_{key}", lines.HOURS), (None, "@"), (None, "@"), (page.word(unit), "@")), 20)
    page.row += 3


def _write_difference(page: Page, label: str, now: str, tried: str, number_format: str, unit: Text) -> None:
    row = page.row + 1
    difference = f'=IF(OR(B{row}="",C{row}=""),"",C{row}-B{row})'
    cells = ((now, number_format), (tried, number_format), (difference, number_format), (page.word(unit), "@"))
    page.line(label, cells, 20)


def _write_cases(book: Workbook, page: Page, room: int) -> None:
    page.section(Text("Sag for sag", "Case by case"), _CASE_HEADINGS, 1, 7)
    page.sheet.set_row(page.row - 1, 48)
    first = page.row
    for n in range(1, room + 1):
        row = page.row + 1
        given = [f'=IF(OR(INDEX(c_ok,{n})<>1,INDEX(c_{key},{n})=""),"",INDEX(c_{key},{n}))' for key in _GIVEN]
        hours = [f"=INDEX(c_hours{suffix},{n})" for suffix in ("", "_try")]
        states = [_state(page, f"{t}{row}", f"{other}{row}", row) for other in "BC" for t in "FG"]
        page.line(
            given[0],
            (
                *((one, lines.HOURS) for one in given[1:]),
                *((f"=INDEX(c_rate{suffix},{n})", lines.KR) for suffix in ("", "_try")),
                *((one, lines.HOURS) for one in hours),
                (f'=IF(OR(F{row}="",G{row}=""),"",G{row}-F{row})', "+#,##0.00;-#,##0.00;0.00"),
                *((one, "@") for one in states),
            ),
        )
    for state, colour in STATE_COLOURS.items():
        value = f'"{word(state, page.language)}"'
        rule = {"type": "cell", "criteria": "==", "value": value, "format": book.add_format({"bg_color": colour})}
        page.sheet.conditional_format(first, 8, page.row - 1, 11, rule)


_GIVEN = ("case_key", "ordered", "measured")


def _state(page: Page, hours: str, other: str, row: int) -> str:
    """The state of two figures of hours, as `bit_model.comparison.compare` has it; nothing where there is no case."""
    balance, over, under, unaccounted = (f'"{word(state, page.language)}"' for state in State)
    near = f"ROUND(ABS({hours}-{other}),9)<=ROUND(MAX(l_tolerance_hours,l_tolerance_share*N(B{row})),9)"
    number = "ROUNDUP(ROUND({}/v_package_width,9),0)"
    same = f'AND(bit_kind="{ModelKind.PACKAGES.value}",{number.format(hours)}={number.format(other)})'
    stands = f"IF({near},{balance},IF({same},{balance},IF({hours}>{other},{over},{under})))"
    return f'=IF(A{row}="","",IF(OR({hours}="",{other}=""),{unaccounted},{stands}))'


def _write_chart(book: Workbook, page: Page, row: int, first: int, cases: int) -> None:
    """Ordered, measured and financed hours of the first cases, beside the house's figures."""
    chart = book.add_chart({"type": "column"})
    last = first + cases - 1
    for column, colour, label in (
        (1, MUTED, Text("Bestilt", "Ordered")),
        (2, HEAT, Text("Målt", "Measured")),
        (5, BLUE, Text("Betalt nu", "Financed now")),
        (6, CODE_COLOURS[5], Text("Betalt, prøven", "Financed, trial")),
    ):
        series: dict[str, Any] = {
            "name": page.word(label),
            "categories": [TRIAL.sheet, first, 0, last, 0],
            "values": [TRIAL.sheet, first, column, last, column],
            "fill": {"color": colour},
            "border": {"color": DARK, "width": 0.5},
        }
        chart.add_series(series)
    title = Text("Timer pr. uge, sag for sag", "Hours per week, case by case")
    font = {"color": DARK, "size": 9, "bold": False}
    chart.set_title({"name": page.word(title), "name_font": {"color": BLUE, "size": 12}, "overlay": False})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis(
        {"num_font": font, "num_format": "0", "major_gridlines": {"visible": True, "line": {"color": GREY}}}
    )
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 720, "height": 370})
    page.sheet.insert_chart(row, 5, chart, {"x_offset": 10, "y_offset": 4, "description": page.word(title)})
