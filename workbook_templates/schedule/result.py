"""The sheet Resultat of the schedule template: the hours, by native formulas that follow as one types.

Each formula carries the value that it has while no entry is written, since LibreOffice shows what is saved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.parameters import ParameterSet
from bit_model.schedule import Part
from workbook_templates.layouts.beregning import PART_TEXTS
from workbook_templates.schedule.calls import write_calls
from workbook_templates.schedule.content import part_minutes, write_content, write_days
from workbook_templates.schedule.heat import write_heat_map
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.missing import write_missing
from workbook_templates.schedule.page import COLUMNS, NO_NUMBER, TEXT_SPAN, Page
from workbook_templates.sheets import write_value
from workbook_templates.style import MUTED, RED_TEXT, YELLOW, Formats


def write_result(book: Workbook, sheet: Worksheet, shape: Shape, content: Mapping[str, Any], formats: Formats) -> None:
    """All of the sheet; `content` as `schedule_parts` takes it."""
    period, parameters = shape.period, shape.parameters
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, COLUMNS - 1, 12)
    sheet.set_row(0, 28)
    page = Page(book, sheet, formats, shape.language)
    sheet.write_string(0, 0, page.word("Resultat", "Result"), formats.title)
    write_value(sheet, 0, 2, content.get("case_key"), formats.title)
    note = page.word(
        "Regnes ud, mens I udfylder skemaet. Intet skal skrives her.",
        "Computed as you fill in the form. Nothing is to be written here.",
    )
    sheet.write_string(1, 0, note, formats(font_color=MUTED))
    page.row = 2
    write_missing(page, shape)
    _write_sentences(page, parameters)
    _write_status(page, shape)
    rows = _write_hours(page, shape)
    native = {key: f"F{row}" for key, row in rows.items()}
    native |= {"D": "{D1}+{D2}".format(**native), "financed": "SUM(b_content)"}
    write_calls(page, shape, native)
    breaks = [page.row]
    write_content(page, parameters, shape.goals, content)
    breaks.append(page.row)
    write_heat_map(page, shape)
    breaks.append(page.row)
    write_days(page, period, parameters)
    sheet.set_h_pagebreaks(breaks)
    sheet.freeze_panes(2, 1)


def _write_sentences(page: Page, parameters: ParameterSet) -> None:
    """What the two figures mean that are easily taken for each other."""
    letters = ", ".join(sorted(parameters.contact_categories))
    page.section("I to sætninger", "In two sentences")
    for name, before, after in (
        (
            "r_contact",
            page.word("Kontakttimer: personale er sammen med borgeren ", "Contact hours: staff are with the citizen "),
            page.word(
                f" timer om ugen ({letters}), uanset hvor mange ansatte og borgere der er med.",
                f" hours a week ({letters}), however many of staff and citizens take part.",
            ),
        ),
        (
            "r_resource",
            page.word("Ressourcetimer: støtten koster ", "Resource hours: the support costs "),
            page.word(
                " timers personaletid om ugen; to ansatte tæller dobbelt, og delt tid deles mellem borgerne.",
                " hours of staff time a week; two of staff count twice, and shared time is divided by the citizens.",
            ),
        ),
    ):
        from_to = page.word('".",","', '",","."')
        formula = f'"{before}"&SUBSTITUTE(FIXED(ROUND(ROUND({name},9),2),2,TRUE),{from_to})&"{after}"'
        page.sentence(formula, f"{before}{page.word('0,00', '0.00')}{after}")


def _write_status(page: Page, shape: Shape) -> None:
    base, days = shape.base, len(shape.period.days)
    weekdays, weekend = base.count(1), base.count(2)
    stratified = weekdays >= 5 and weekend >= 2 and weekdays * 2 != weekend * 5
    mean = page.word("Gennemsnit af alle dage", "Mean of all days")
    strata = page.word("Hverdage og weekend hver for sig", "Weekdays and weekend apart")
    page.section("Status", "Status")
    of_days = page.word(f" af {days} dage", f" of {days} days")
    page.line(
        page.word("Udfyldt", "Filled in"),
        (f'COUNTIF(l_filled,">0")/{days}', 0, "0 %"),
        (f'COUNTIF(l_filled,">0")&"{of_days}"', f"0{of_days}", "General", TEXT_SPAN - 1),
    )
    page.line(page.word("Rækker, der tæller", "Rows that count"), ('COUNTIFS(b_status,">0",b_status,"<10")', 0, "0"))
    faulty = page.line(
        page.word("Rækker, der ikke tæller (se Tjek)", "Rows not counted (see Check)"),
        ('COUNTIF(b_status,">=10")', 0, "0"),
    )
    warn = page.formats(bg_color=YELLOW, font_color=RED_TEXT, bold=True)
    page.sheet.conditional_format(f"B{faulty}", {"type": "cell", "criteria": ">", "value": 0, "format": warn})
    page.line(page.word("Hverdage", "Weekdays"), ("l_weekdays", weekdays, "0"))
    page.line(page.word("Weekend- og helligdage", "Weekend days and holidays"), ("l_weekend_days", weekend, "0"))
    page.line(
        page.word("Dage udeladt (væk hele døgnet)", "Days left out (away all day)"), ("COUNTIF(l_kind,0)", 0, "0")
    )
    page.line(
        page.word("Metode", "Method"),
        (f'IF(l_stratified=1,"{strata}","{mean}")', strata if stratified else mean, "General", TEXT_SPAN),
    )


def _write_hours(page: Page, shape: Shape) -> dict[str, int]:
    """The table of parts. Gives the Excel number of each part's row, and of `resource` and `contact`."""
    parameters, base = shape.parameters, shape.base
    can_stratify = base.count(2) >= 2 and base.count(1) >= 5
    page.section(
        "Timer pr. uge",
        "Hours per week",
        ("Del", "Part"),
        ("Timer, hverdage", "Hours, weekdays"),
        ("Timer, weekend", "Hours, weekend"),
        ("Pr. uge, gennemsnit", "Per week, mean"),
        ("Pr. uge, hver for sig", "Per week, apart"),
        ("Timer pr. uge", "Hours per week"),
    )

    def line(label: str, formulas: Sequence[str], *, bold: bool = False) -> int:
        row = page.row + 1
        return page.line(
            label,
            (formulas[0], 0),
            (formulas[1], 0),
            (f"IF(l_weekdays+l_weekend_days=0,0,7*(B{row}+C{row})/(l_weekdays+l_weekend_days))", 0),
            (
                f'IF(AND(l_weekdays>=5,l_weekend_days>=2),5*B{row}/l_weekdays+2*C{row}/l_weekend_days,"{NO_NUMBER}")',
                0 if can_stratify else NO_NUMBER,
            ),
            (f"IF(l_stratified=1,E{row},D{row})", 0),
            bold=bold,
        )

    rows = {part: line(PART_TEXTS[part].in_language(page.language), _of_part(part)) for part in Part}
    first, last = rows[Part.D1], rows[Part.X]
    resource = line(
        page.word("Ressourcetimer i alt", "Resource hours in all"),
        [f"SUM({c}{first}:{c}{last})" for c in "BC"],
        bold=True,
    )
    night = rows[Part.N], rows[Part.S]
    line(
        page.word("Uden nat (N og S)", "Without night (N and S)"),
        [f"SUM({c}{first}:{c}{last})-{c}{night[0]}-{c}{night[1]}" for c in "BC"],
        bold=True,
    )
    contact = sorted(parameters.contact_categories)
    contacts = line(
        page.word(f"Kontakttimer ({' '.join(contact)})", f"Contact hours ({' '.join(contact)})"),
        [
            "(" + "+".join(f'SUMIFS(b_minutes,x_category,"{c}",b_kind,{kind})' for c in contact) + ")/60"
            for kind in (1, 2)
        ],
        bold=True,
    )
    for name, row in (("r_resource", resource), ("r_contact", contacts)):
        page.book.define_name(name, f"={page.sheet.get_name()}!$F${row}")
    return {part.value: row for part, row in rows.items()} | {"resource": resource, "contact": contacts}


def _of_part(part: Part) -> list[str]:
    return [f"({part_minutes(part, f'b_kind,{kind}')})/60" for kind in (1, 2)]
