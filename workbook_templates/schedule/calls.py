"""On the sheet Resultat: what BITark's functions answer, beside what the formulas of the workbook give.

Each function is called once, in a cell of its own. An add-in on the desktop answers an error as text, so a figure is
taken from that cell only where it is a number. The cells of the calls are not locked: Excel may have to be told to
enter a call anew before it knows the function, and not every add-in can lift a sheet's protection for that.
"""

from collections.abc import Mapping

from xlsxwriter.utility import xl_col_to_name, xl_range

from workbook_templates.layout import Text
from workbook_templates.layouts.doegnskema import ENTRIES, Form
from workbook_templates.layouts.flavours import Flavour, asked
from workbook_templates.layouts.registreringer import REGISTRATIONS
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.page import HOURS, Heading, Page
from workbook_templates.style import GREEN_TEXT, GREY, MUTED, RED_TEXT, YELLOW

NO_ANSWER = Text("BITark svarer ikke her", "BITark does not answer here")
SAME, FORMULAS_ONLY = Text("Ens", "The same"), Text("Kun formlerne", "The formulas only")
DIFFERS = Text("Afviger – brug Tjek skema", "Differs – use Tjek skema")
TOLERANCE = "0.000001"
"""Hours per week that sums in floating point may differ by."""
_NATIVE, _ANSWER = 2, 3
_ANSWER_SPAN, _AGREEMENT_SPAN = 6, 3
_AGREEMENT = _ANSWER + _ANSWER_SPAN
"""Columns, counted from 0."""
_HEADING: tuple[Heading, ...] = (
    ("Timer om ugen", "Hours a week"),
    ("Vises", "Shown"),
    ("Formlerne", "Formulas"),
    ("BITark svarer", "BITark answers", _ANSWER_SPAN),
    ("Enighed", "Agreement", _AGREEMENT_SPAN),
)
_SHEETS = {
    Form.LIST: Text(f"arket {ENTRIES.sheet}", f"the sheet {ENTRIES.sheet}"),
    Form.GRID: Text(
        f"det skjulte ark {REGISTRATIONS.sheet}; Tjek skema viser ugens felt",
        f"the hidden sheet {REGISTRATIONS.sheet}; Tjek skema shows the cell of the week",
    ),
}


def write_calls(page: Page, shape: Shape, native: Mapping[str, str]) -> None:
    """The section; nothing in a template without functions. `native` has the formula of each figure by its key."""
    if shape.flavour is Flavour.PLAIN:
        return
    columns = _HEADING if shape.asks_functions else ()
    page.section("Beregnet af BITark", "Computed by BITark", *columns)
    if not shape.asks_functions:
        _say(
            page,
            "Funktionerne regner med standardens parametre. Kommunen har valgt andre, så her gælder formlernes tal.",
            "The functions compute by the standard parameters. The authority chose others, so the formulas hold here.",
        )
        return
    first = page.row
    for column, words in ((_ANSWER, _HEADING[3]), (_AGREEMENT, _HEADING[4])):
        page.sheet.write_string(first - 1, column, page.word(*words[:2]), page.formats.text_heading)
    answer, native_cell, agreement = map(xl_col_to_name, (_ANSWER, _NATIVE, _AGREEMENT))
    none, same, differs, alone = (text.in_language(page.language) for text in (NO_ANSWER, SAME, DIFFERS, FORMULAS_ONLY))
    text = {"align": "left", "indent": 1, "shrink": True}
    for one in asked(shape.parameters):
        row = page.row + 1
        said, here = f"{answer}{row}", f"{native_cell}{row}"
        known = f'IF(ABS({said}-{here})<={TOLERANCE},"{same}","{differs}")'
        page.line(
            one.label.in_language(page.language),
            (f"IFERROR({said}+0,{here})", 0),
            (native[one.key], 0),
            (
                f'IFERROR({one.call(shape.flavour)},"{none}")',
                none,
                HOURS,
                _ANSWER_SPAN,
                text | {"locked": False, "bg_color": GREY},
            ),
            (
                f'IF(ISNUMBER({said}),{known},IF({said}="{none}","{alone}","{differs}"))',
                alone,
                "General",
                _AGREEMENT_SPAN,
                text,
            ),
        )
    cells = (first, _AGREEMENT, page.row - 1, _AGREEMENT + _AGREEMENT_SPAN - 1)
    for told, look in (
        (differs, {"bg_color": YELLOW, "font_color": RED_TEXT, "bold": True}),
        (same, {"font_color": GREEN_TEXT}),
    ):
        criteria = f'=${agreement}{first + 1}="{told}"'
        rule = {"type": "formula", "criteria": criteria, "format": page.formats(**look)}
        page.sheet.conditional_format(*cells, rule)
    page.sheet.ignore_errors({"formula_unlocked": xl_range(first, _ANSWER, page.row - 1, _AGREEMENT - 1)})
    _say(
        page,
        f"Et rækkenummer i et svar tæller fra den første række under overskriften på {_SHEETS[shape.form].da}.",
        f"A row number in an answer counts from the first row below the heading on {_SHEETS[shape.form].en}.",
    )


def _say(page: Page, da: str, en: str) -> None:
    page.sheet.write_string(page.row, 0, page.word(da, en), page.formats(font_color=MUTED))
    page.row += 1
