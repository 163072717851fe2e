"""The flavours of a schedule: what of BITark's functions stands in the file, and what is shown when they answer."""

import inspect
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from bit_model_example import PERIOD, worked_schedule
from libreoffice import colours, recalculated
from openpyxl import load_workbook

from bit_model import hours
from bit_model.calendar import DaylightSaving
from bit_model.case import Case, ProviderKind
from bit_model.parameters import AbsenceRule, ParameterSet
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.layouts.flavours import Flavour, asks_functions
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.report import FileReport, examine
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.style import YELLOW

STANDARD = ParameterSet()
ASKING = [flavour for flavour in Flavour if flavour is not Flavour.PLAIN]
CASE = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1")
ASKED = [
    'BIT_WEEKLY_HOURS(x_entries,bit_period_start,bit_period_end,"D F T X")',
    'BIT_WEEKLY_HOURS(x_entries,bit_period_start,bit_period_end,"D F N S T X")',
    "BIT_CONTACT_HOURS(x_entries,bit_period_start,bit_period_end)",
    *(f'BIT_WEEKLY_HOURS(x_entries,bit_period_start,bit_period_end,"{letter}")' for letter in "DFNSTX"),
]
FIGURES = (Fraction(113, 3), 47, 60, 26, Fraction(119, 12), Fraction(28, 3), 0, 0, Fraction(7, 4))
"""Of the worked example, in the order in which they are asked for."""
OTHERS: dict[str, Any] = {
    "sleeping_weight": Fraction(1, 3),
    "contact_categories": frozenset("DF"),
    "absence_rule": AbsenceRule.EVERY_DAY_COUNTS,
    "daylight_saving": DaylightSaving.NOMINAL,
    "extra_holidays": frozenset({(12, 24)}),
}
"""Parameters by which a schedule is measured, each with another value than the standard's."""


def issued(form: Form, flavour: Flavour, parameters: ParameterSet = STANDARD) -> bytes:
    return issue_schedule(CASE, PERIOD, 6, "token", parameters, form=form, flavour=flavour)


def formulas(content: bytes) -> list[str]:
    """What stands in every cell that has a formula, also where it is of another kind than an ordinary one."""
    with ZipFile(BytesIO(content)) as book:
        sheets = (book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
        return [unescape(formula) for xml in sheets for formula in re.findall(r"<f\b[^>]*>[^<]*", xml)]


def first_row(sheet: Any) -> int:
    """The row of the first figure that is asked for."""
    return [cell.value for cell in sheet["A"]].index("Beregnet af BITark") + 3


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("flavour, before", [(Flavour.DESKTOP, ""), (Flavour.OFFICEJS, "_xldudf_")])
def test_each_function_is_called_once_by_an_ordinary_formula(form: Form, flavour: Flavour, before: str) -> None:
    found = [formula for formula in formulas(issued(form, flavour)) if "BIT_" in formula]
    assert found == [f'<f>IFERROR({before}{call},"BITark svarer ikke her")' for call in ASKED]


@pytest.mark.parametrize("form", Form)
def test_a_plain_template_asks_nobody_and_has_no_columns_for_it(form: Form) -> None:
    book = load_workbook(BytesIO(issued(form, Flavour.PLAIN)))
    assert not {"x_entries", "x_activity", "x_note", "g_note"} & set(book.defined_names)
    assert "Beregnet af BITark" not in [cell.value for cell in book["Resultat"]["A"]]
    assert not [formula for formula in formulas(issued(form, Flavour.PLAIN)) if "BIT_" in formula]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("flavour", Flavour)
def test_no_function_stands_in_the_file_as_one_that_excel_does_not_know_yet(form: Form, flavour: Flavour) -> None:
    with ZipFile(BytesIO(issued(form, flavour))) as book:
        everything = b"".join(map(book.read, book.namelist()))
    assert b"_xlfn" not in everything
    assert b' t="array"' not in everything
    assert (b"_xldudf_" in everything) is (flavour is Flavour.OFFICEJS)


ANSWERS: list[Any] = [
    FIGURES[0],
    Fraction(47) + Fraction(1, 10**7),
    60.1,
    "Argumentet entries, række 12: Start mangler.",
]
ANSWERS += [FIGURES[4], Fraction(9), 0.0, "0,00 timer", FIGURES[8]]
AGREED = ["Ens", "Ens", *["Afviger – brug Tjek skema"] * 2, "Ens", "Afviger – brug Tjek skema"]
AGREED += ["Ens", "Afviger – brug Tjek skema", "Ens"]


@pytest.mark.parametrize("form", Form)
def test_a_number_that_bitark_answers_is_shown_and_whether_it_agrees(form: Form, tmp_path: Path) -> None:
    book = load_workbook(BytesIO(fill_schedule(issued(form, Flavour.DESKTOP), worked_schedule())))
    first = first_row(book["Resultat"])
    for row, answer in enumerate(ANSWERS, first):
        book["Resultat"].cell(row, 4).value = answer if isinstance(answer, str) else float(answer)
        for column in range(2, 5):
            book["Resultat"].cell(row, column).number_format = "0.00"  # so that every digit is told
    file = tmp_path / "answered.xlsx"
    book.save(file)
    (found,) = recalculated([file], tmp_path / "computed")
    rows = found["Resultat"][first - 1 : first - 1 + len(FIGURES)]
    shown: list[Any] = [
        answer if not isinstance(answer, str) else figure for answer, figure in zip(ANSWERS, FIGURES, strict=True)
    ]
    assert [row[1] for row in rows] == [pytest.approx(float(figure), abs=1e-9) for figure in shown]
    assert [row[2] for row in rows] == [pytest.approx(float(figure), abs=1e-9) for figure in FIGURES]
    assert [row[9] for row in rows] == AGREED
    (looks,) = colours([file], tmp_path / "shown")
    marked = [looks["Resultat"].get(f"J{first + i}") == YELLOW for i in range(len(FIGURES))]
    assert marked == [text != "Ens" for text in AGREED]


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_is_asked_where_the_functions_would_measure_by_other_parameters(name: str) -> None:
    content = issued(Form.LIST, Flavour.DESKTOP, replace(STANDARD, **{name: OTHERS[name]}))
    assert "BIT_" not in "".join(formulas(content))
    assert "x_entries" not in load_workbook(BytesIO(content)).defined_names
    sheet = load_workbook(BytesIO(content))["Resultat"]
    assert "standardens parametre" in str(sheet.cell(first_row(sheet) - 1, 1).value)


def test_every_parameter_that_a_schedule_is_measured_by_is_compared() -> None:
    used = set(re.findall(r"\bparameters\.(\w+)", inspect.getsource(hours)))
    assert used == OTHERS.keys()
    for flavour in ASKING:
        assert asks_functions(flavour, replace(STANDARD, financed_categories=frozenset("DN"), name="Egen", version=2))


def test_what_the_tariff_pays_for_is_asked_for_as_the_authority_has_it() -> None:
    found = formulas(issued(Form.LIST, Flavour.DESKTOP, replace(STANDARD, financed_categories=frozenset("DN"))))
    assert f"<f>IFERROR({ASKED[0].replace('D F T X', 'D N')}" in "\n".join(found)


@pytest.mark.parametrize("form", Form)
def test_a_returned_schedule_says_the_same_in_every_flavour(form: Form) -> None:
    plain, *others = (examined(fill_schedule(issued(form, flavour), worked_schedule())) for flavour in Flavour)
    assert plain.entry_count == 126
    assert [said(other) for other in others] == [said(plain)] * 2


def examined(content: bytes) -> FileReport:
    return examine(content, "retur.xlsx", STANDARD, date(2026, 3, 20), Limits())


def said(report: FileReport) -> tuple[object, ...]:
    return report.entries, report.problems, report.hours, report.header
