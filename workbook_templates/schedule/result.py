"""The sheet Resultat of the schedule template: the hours, by native formulas that follow as one types.

Each formula carries the value that it has while no entry is written, since LibreOffice shows what is saved.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from bit_model.calendar import is_weekend_or_holiday
from bit_model.parameters import ParameterSet
from bit_model.schedule import Part, Period
from bit_model.terms import Theme
from workbook_templates.kinds import DATE
from workbook_templates.layout import Text
from workbook_templates.layouts.beregning import PART_TEXTS
from workbook_templates.sheets import write_value
from workbook_templates.style import GREY, RED_TEXT, WEEKEND, YELLOW, Formats

_HOURS = '[>=0.005]#,##0.00;[<=-0.005]-#,##0.00;"–"'
_NO_NUMBER = "–"
_NOTE = ("Bemærk", "Note")
_TEXT_SPAN = 3
"""Columns that a text computed by a formula goes over."""


class _Sheet:
    """The sheet as it is written from the top down."""

    def __init__(self, sheet: Worksheet, formats: Formats, language: str) -> None:
        self.sheet, self.formats, self.language, self.row = sheet, formats, language, 0

    def section(self, da: str, en: str, *heading: tuple[str, str]) -> None:
        """A title and the header row of a table."""
        self.row += 1
        self.sheet.write_string(self.row, 0, self.word(da, en), self.formats.section)
        self.row += 1
        for column, words in enumerate(heading):
            over_numbers = column and words != _NOTE
            style = self.formats.number_heading if over_numbers else self.formats.heading
            if words == _NOTE:
                self.sheet.merge_range(self.row, column, self.row, column + _TEXT_SPAN - 1, "", style)
            self.sheet.write_string(self.row, column, self.word(*words), style)
        if heading:
            self.sheet.set_row(self.row, 32 if any(" " in da for da, _ in heading) else 18)
            self.row += 1

    def word(self, da: str, en: str) -> str:
        """The text in the sheet's language."""
        return Text(da, en).in_language(self.language)

    def line(self, label: Any, *cells: Any, bold: bool = False, label_format: str = "") -> int:
        """A row: a label, and cells that are (formula, cached value) or constants. Gives its number in Excel."""
        body = self.formats.cell(num_format=_HOURS, bold=bold, align="right")
        first = self.formats.cell(
            bold=True, bg_color=GREY, text_wrap=True, num_format=label_format or "General", align="left"
        )
        write_value(self.sheet, self.row, 0, label, first)
        for column, cell in enumerate(cells, 1):
            if isinstance(cell, tuple):
                formula, cached, *extra = cell
                style = self.formats.cell(num_format=extra[0], bold=bold) if extra else body
                if len(extra) > 1:
                    self.sheet.merge_range(self.row, column, self.row, column + extra[1] - 1, "", style)
                self.sheet.write_formula(self.row, column, f"={formula}", style, cached)
            else:
                write_value(self.sheet, self.row, column, cell, body)
        self.row += 1
        return self.row


def write_result(
    sheet: Worksheet,
    period: Period,
    parameters: ParameterSet,
    goals: int,
    content: Mapping[str, Any],
    formats: Formats,
    language: str,
) -> None:
    """All of the sheet; `content` as `schedule_parts` takes it."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 11, 12)
    sheet.set_row(0, 28)
    page = _Sheet(sheet, formats, language)
    sheet.write_string(0, 0, page.word("Resultat", "Result"), formats.title)
    write_value(sheet, 0, 2, content.get("case_key"), formats.title)
    note = page.word(
        "Regnes ud, mens I udfylder arket Døgnskema. Intet skal skrives her.",
        "Computed as you fill in the sheet Døgnskema. Nothing is to be written here.",
    )
    sheet.write_string(1, 0, note, formats(font_color="#454545"))
    page.row = 2
    _write_status(page, period, parameters)
    _write_hours(page, period, parameters)
    _write_content(page, parameters, goals, content)
    _write_days(page, period, parameters)
    sheet.freeze_panes(2, 1)


def _write_status(page: _Sheet, period: Period, parameters: ParameterSet) -> None:
    weekend = sum(is_weekend_or_holiday(day, parameters.extra_holidays) for day in period.days)
    weekdays = len(period.days) - weekend
    stratified = weekdays >= 5 and weekend >= 2 and weekdays * 2 != weekend * 5
    mean = page.word("Gennemsnit af alle dage", "Mean of all days")
    strata = page.word("Hverdage og weekend hver for sig", "Weekdays and weekend apart")
    page.section("Status", "Status")
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
        (f'IF(l_stratified=1,"{strata}","{mean}")', strata if stratified else mean, "General", _TEXT_SPAN),
    )


def _write_hours(page: _Sheet, period: Period, parameters: ParameterSet) -> None:
    weekend = sum(is_weekend_or_holiday(day, parameters.extra_holidays) for day in period.days)
    can_stratify = weekend >= 2 and len(period.days) - weekend >= 5
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
                f'IF(AND(l_weekdays>=5,l_weekend_days>=2),5*B{row}/l_weekdays+2*C{row}/l_weekend_days,"{_NO_NUMBER}")',
                0 if can_stratify else _NO_NUMBER,
            ),
            (f"IF(l_stratified=1,E{row},D{row})", 0),
            bold=bold,
        )

    rows = {part: line(PART_TEXTS[part].in_language(page.language), _of_part(part)) for part in Part}
    first, last = rows[Part.D1], rows[Part.X]
    line(
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
    line(
        page.word(f"Kontakttimer ({' '.join(contact)})", f"Contact hours ({' '.join(contact)})"),
        [
            "(" + "+".join(f'SUMIFS(b_minutes,e_category,"{c}",b_kind,{kind})' for c in contact) + ")/60"
            for kind in (1, 2)
        ],
        bold=True,
    )


def _of_part(part: Part) -> list[str]:
    return [f"({_minutes(part, f'b_kind,{kind}')})/60" for kind in (1, 2)]


def _minutes(part: Part, condition: str) -> str:
    alone = f'SUMIFS(b_alone,e_category,"D",{condition})'
    whole = f'SUMIFS(b_resource,e_category,"{part[0]}",{condition})'
    return alone if part is Part.D1 else f"{whole}-{alone}" if part is Part.D2 else whole


def _write_content(page: _Sheet, parameters: ParameterSet, goals: int, content: Mapping[str, Any]) -> None:
    letters = " ".join(sorted(parameters.financed_categories))
    columns = (("Bestilt", "Ordered"), ("Målt", "Measured"), ("Forskel", "Difference"), _NOTE)
    page.section("Timer pr. uge mod bestillingen", "Hours per week against the order", ("Tema", "Theme"), *columns)
    first = page.row + 1
    for i, theme in enumerate(Theme):
        row = page.row + 1
        measured = (f"SUMIFS(b_content,e_theme,A{row})", 0)
        page.line(theme.value, content.get(f"theme_hours_{i}"), measured, _difference(row), _note(page, row))
    whole = "SUM(b_content)"
    page.line(page.word("Uden tema", "Without theme"), None, (f"ROUND({whole}-SUM(C{first}:C{page.row}),9)", 0))
    row = page.row + 1
    total = page.word(f"I alt ({letters})", f"In all ({letters})")
    page.line(total, content.get("need"), (whole, 0), _difference(row), bold=True)

    page.section("Mål i bestillingen", "Goals of the order", ("Mål", "Goal"), *columns)
    first = page.row + 1
    for i in range(goals):
        row = page.row + 1
        measured = (f'IF(A{row}="",0,SUMPRODUCT((TRIM(e_goal)=TRIM(A{row}))*b_content))', 0)
        page.line(
            content.get(f"goal_{i}"), content.get(f"goal_hours_{i}"), measured, _difference(row), _note(page, row)
        )
    page.line(page.word("Uden mål", "Without goal"), None, (f"ROUND({whole}-SUM(C{first}:C{page.row}),9)", 0))
    unseen = page.formats(font_color="#FFFFFF")
    rule = {"type": "formula", "criteria": f'=$A{first}=""', "format": unseen}
    page.sheet.conditional_format(first - 1, 1, first + goals - 2, 3, rule)


def _difference(row: int) -> tuple[str, str]:
    return f'IF(OR(COUNT(b_status)=COUNTIF(b_status,0),AND(N(B{row})=0,C{row}=0)),"",C{row}-N(B{row}))', ""


def _note(page: _Sheet, row: int) -> tuple[str, str, str, int]:
    no_time = page.word("bestilt uden tid", "ordered, no time")
    no_order = page.word("tid uden bestilling", "time, not ordered")
    return (
        f'IF(D{row}="","",IF(C{row}=0,"{no_time}",IF(N(B{row})=0,"{no_order}","")))',
        "",
        "General",
        _TEXT_SPAN,
    )


def _write_days(page: _Sheet, period: Period, parameters: ParameterSet) -> None:
    page.sheet.set_h_pagebreaks([page.row + 1])
    page.section(
        "Dag for dag, ressourcetimer",
        "Day by day, resource hours",
        ("Dato", "Date"),
        ("Dagtype", "Kind of day"),
        ("Tæller", "Counts"),
        ("Rækker", "Rows"),
        *((part.value, part.value) for part in Part),
        ("I alt", "In all"),
    )
    yes, no = page.word("ja", "yes"), page.word("udeladt", "left out")
    first = page.row + 1
    for i, day in enumerate(period.days, 1):
        row = page.row + 1
        weekend = is_weekend_or_holiday(day, parameters.extra_holidays)
        kind = (
            ("weekend", "weekend")
            if day.weekday() >= 5
            else ("helligdag", "holiday")
            if weekend
            else ("hverdag", "weekday")
        )
        page.line(
            day,
            page.word(*kind),
            (f'IF(INDEX(l_kind,{i})=0,"{no}","{yes}")', yes),
            (f'COUNTIFS(e_date,A{row},b_begin,">0")', 0, "0"),
            *((f"({_minutes(part, f'e_date,A{row}')})/60", 0) for part in Part),
            (f"SUM(E{row}:K{row})", 0),
            label_format=DATE.number_format,
        )
    shade = page.formats(bg_color=WEEKEND)
    rule = {"type": "formula", "criteria": f'=$B{first}<>"{page.word("hverdag", "weekday")}"', "format": shade}
    page.sheet.conditional_format(first - 1, 0, page.row - 1, 11, rule)
