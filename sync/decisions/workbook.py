"""The decisions in force as a workbook whose kroner are formulas over its own cells, and as CSV.

Sheet `Afgørelser` has a row per decision. Sheet `Forløb` is the course table: it counts and adds up the rows, and the
year stands in one cell, so that another year is a matter of writing it there. Texts never become formulas.
"""

import csv
import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from flask_babel import gettext
from sqlalchemy import Row
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bit_model.course import course
from bit_model.decision import Decision, Outcome, in_force
from bit_model.effect import YearEffect, effect_in
from bit_model.rounding import half_up
from sync.store.decisions import decision
from sync.words import OUTCOMES
from workbook_templates.sheets import write_value

ROWS, COURSE = "Afgørelser", "Forløb"
FIRST_ROW = 3
"""Of the decisions, below year and headings; counted from 0."""
YEAR = f"'{COURSE}'!$B$1"
NEW_YEAR, NEW_YEARS_EVE = f"DATE({YEAR},1,1)", f"DATE({YEAR},12,31)"
AMOUNTS = ("full_year", "budget_year", "retroactive", "total")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Line(NamedTuple):
    """A decision in force with its provider and its figures in the year."""

    decision: Decision
    provider: str
    effect: YearEffect | None


def write_workbook(rows: Sequence[Row[Any]], year: int, language: str) -> bytes:
    """The decisions in force as .xlsx."""
    written = BytesIO()
    with Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        course_sheet, sheet = book.add_worksheet(COURSE), book.add_worksheet(ROWS)
        lines = _lines(rows, year)
        formats = {
            "heading": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
            "date": book.add_format({"num_format": "dd-mm-yyyy", "align": "left"}),
            "rate": book.add_format({"num_format": "#,##0.00"}),
            "kr": book.add_format({"num_format": "#,##0"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _decision_rows(sheet, lines, language, formats)
        _course(course_sheet, [line.decision for line in lines], year, language, formats)
    return written.getvalue()


def write_csv(rows: Sequence[Row[Any]], year: int, language: str) -> bytes:
    """The same rows as text, as a Danish spreadsheet opens it: semicolons, decimal comma, UTF-8 with its mark."""
    written = StringIO()
    out = csv.writer(written, delimiter=";", lineterminator="\r\n")
    out.writerow([*_headings(), gettext("År")])
    for line in _lines(rows, year):
        out.writerow([*(_as_text(value) for value in [*_facts(line, language), *_figures(line)]), str(year)])
    return written.getvalue().encode("utf-8-sig")


def _lines(rows: Sequence[Row[Any]], year: int) -> list[_Line]:
    providers = {row.id: row.provider for row in rows}
    return [
        _Line(one, providers[one.number], None if one.change is None else effect_in(one.change, year))
        for one in in_force(decision(row) for row in rows)
    ]


def _headings() -> list[str]:
    return [
        gettext("Sag"),
        gettext("Udvalgsområde"),
        gettext("Leverandør"),
        gettext("Tilbud"),
        gettext("Udfald"),
        gettext("Truffet"),
        gettext("Truffet af (funktion)"),
        gettext("Begrundelse"),
        gettext("Følges op"),
        gettext("Takst før"),
        gettext("Takst efter"),
        gettext("Gælder fra"),
        gettext("Virker tilbage fra"),
        gettext("Opholdets sidste dag"),
        gettext("Forskel, kr. pr. døgn"),
        gettext("Dage i budgetåret"),
        gettext("Dage tilbage"),
        gettext("Helårsvirkning, kr."),
        gettext("Budgetår, kr."),
        gettext("Tilbagevirkende, kr."),
        gettext("I alt i året, kr."),
    ]


def _facts(line: _Line, language: str) -> list[Any]:
    one, change = line.decision, line.decision.change
    rates: list[Any] = [None] * 5
    if change is not None:
        rates = [change.old_rate, change.new_rate, change.effective_date, change.retro_date, change.stay_end]
    return [
        one.case_key,
        one.budget_area,
        line.provider,
        one.provider_kind.value,
        OUTCOMES[one.outcome].in_language(language),
        one.decided_on,
        one.decided_by,
        one.reason,
        one.review_on,
        *rates,
    ]


def _figures(line: _Line) -> list[Any]:
    effect, change = line.effect, line.decision.change
    if effect is None or change is None:
        return [None] * 7
    return [
        change.delta,
        effect.budget_days,
        effect.retroactive_days,
        effect.full_year,
        effect.budget_year,
        effect.retroactive,
        effect.total,
    ]


def _decision_rows(sheet: Worksheet, lines: Sequence[_Line], language: str, formats: dict[str, Any]) -> None:
    for column, heading in enumerate(_headings()):
        sheet.write_string(FIRST_ROW - 1, column, heading, formats["heading"])
    sheet.write_string(0, 0, gettext("Virkning i året på arket %(sheet)s", sheet=COURSE))
    sheet.write_formula(0, 1, f"={YEAR}")
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_column(0, 6, 18)
    sheet.set_column(7, 7, 50)
    sheet.set_column(8, 20, 14)
    for row, line in enumerate(lines, FIRST_ROW):
        for column, value in enumerate(_facts(line, language)):
            kind = "date" if isinstance(value, dt.date) else "rate" if isinstance(value, Fraction) else "wrap"
            write_value(sheet, row, column, value, formats[kind])
        if line.effect is None:
            continue
        old, new, since, back, end, delta, days, days_back = (xl_rowcol_to_cell(row, c) for c in range(9, 17))
        last = f'MIN({NEW_YEARS_EVE},IF({end}="",{NEW_YEARS_EVE},{end}))'
        formulas = (
            f"={old}-{new}",
            f"=MAX(0,{last}-MAX({since},{NEW_YEAR})+1)",
            f'=IF({back}="",0,MAX(0,MIN({since}-1,{last})-MAX({back},{NEW_YEAR})+1))',
            f"={delta}*({NEW_YEARS_EVE}-{NEW_YEAR}+1)",
            f"={delta}*{days}",
            f"={delta}*{days_back}",
            f"={xl_rowcol_to_cell(row, 18)}+{xl_rowcol_to_cell(row, 19)}",
        )
        for column, (formula, value) in enumerate(zip(formulas, _figures(line), strict=True), 14):
            look = formats["rate"] if column == 14 else formats["kr"]
            sheet.write_formula(row, column, formula, look, float(value))


def _course(sheet: Worksheet, decisions: Sequence[Decision], year: int, language: str, formats: dict[str, Any]) -> None:
    sheet.write_string(0, 0, gettext("Budgetår"), formats["heading"])
    sheet.write_number(0, 1, year)
    headings = (
        gettext("Udvalgsområde"),
        gettext("Udfald"),
        gettext("Antal"),
        gettext("Heraf tilbage"),
        gettext("Helårsvirkning, kr."),
        gettext("Budgetår, kr."),
        gettext("Tilbagevirkende, kr."),
        gettext("I alt i året, kr."),
    )
    for column, heading in enumerate(headings):
        sheet.write_string(2, column, heading, formats["heading"])
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 7, 16)
    last = FIRST_ROW + max(1, len(decisions))
    area_cells, outcome_cells, back = (f"'{ROWS}'!${c}${FIRST_ROW + 1}:${c}${last}" for c in "BEM")
    row = 3
    for area in course(decisions, year):
        for outcome, sums in area.by_outcome.items():
            write_value(sheet, row, 0, area.budget_area)
            write_value(sheet, row, 1, OUTCOMES[Outcome(outcome)].in_language(language))
            here = f"{area_cells},$A{row + 1},{outcome_cells},$B{row + 1}"
            sheet.write_formula(row, 2, f"=COUNTIFS({here})", None, sums.decisions)
            # A date is a number, so only rows with a day to reach back to are counted.
            sheet.write_formula(row, 3, f'=COUNTIFS({here},{back},">0")', None, sums.retroactive_decisions)
            for column, (letter, name) in enumerate(zip("RSTU", AMOUNTS, strict=True), 4):
                cells = f"'{ROWS}'!${letter}${FIRST_ROW + 1}:${letter}${last}"
                sheet.write_formula(row, column, f"=SUMIFS({cells},{here})", formats["kr"], float(getattr(sums, name)))
            row += 1


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return str(value if isinstance(value, int) else half_up(value)).replace(".", ",")
