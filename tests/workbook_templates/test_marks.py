"""Cells of an open schedule take colour while their keys stand where the name `bit_marks` points."""

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from bit_model_example import worked_schedule
from libreoffice import colours, recalculated
from openpyxl import load_workbook

from bit_model.case import Case, ProviderKind
from bit_model.checks import Level
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.marks import NAME, mark_formula, mark_key
from workbook_templates.problem_list import FILLS
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.stamp import issue_schedule

ERROR, WARNING, INFORMATION = Level
CASE = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1")
PERIOD = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 9))
MARKS: dict[Form, dict[tuple[str, str], Level]] = {
    Form.LIST: {
        ("Oplysninger", "B10"): ERROR,
        ("Oplysninger", "B15"): INFORMATION,
        ("Mønster", "D7"): WARNING,
        ("Dage", "D5"): INFORMATION,
        ("Døgnskema", "E2"): ERROR,
        ("Døgnskema", "J24"): WARNING,
        ("Døgnskema", "M801"): INFORMATION,
    },
    Form.GRID: {
        ("Oplysninger", "B10"): WARNING,
        ("Koder", "C2"): ERROR,
        ("Koder", "I30"): INFORMATION,
        ("Mønster", "B97"): WARNING,
        ("Uge 10", "C2"): INFORMATION,
        ("Uge 10", "B40"): ERROR,
        ("Uge 11", "C50"): WARNING,
    },
}
"""Cells with values and without, with a colour by another rule and without."""


def filled(form: Form) -> bytes:
    template = issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), form=form)
    return fill_schedule(template, worked_schedule(PERIOD), filled_on=dt.date(2026, 3, 16))


def with_keys(content: bytes, marks: Mapping[tuple[str, str], Level], *, kept: bool = True) -> bytes:
    """The workbook with a sheet of keys that the name points at; without `kept` the cells of the keys are blank."""
    book = load_workbook(BytesIO(content))
    sheet = book.create_sheet("Problemer", 0)
    for row, ((name, cell), level) in enumerate(marks.items(), 1):
        sheet.cell(row, 1).value = mark_formula(level, name, cell) if kept else None
    book.defined_names[NAME].attr_text = f"Problemer!$A$1:$A${len(marks)}"
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("form", Form)
def test_marked_cells_take_colour_no_others_do_and_none_when_the_keys_are_gone(form: Form, tmp_path: Path) -> None:
    content, marks = filled(form), MARKS[form]
    contents = {"issued": content, "marked": with_keys(content, marks), "gone": with_keys(content, marks, kept=False)}
    files = [tmp_path / f"{name}.xlsx" for name in contents]
    for file, one in zip(files, contents.values(), strict=True):
        file.write_bytes(one)
    before, marked, after = colours(files, tmp_path / "shown")
    for shown in (marked, after):
        shown.pop("Problemer", None)  # a sheet without anything is not shown
    expected = {sheet: dict(cells) for sheet, cells in before.items()}
    for (sheet, cell), level in marks.items():
        expected[sheet][cell] = FILLS[level]
    assert marked == expected != before == after


@pytest.mark.parametrize("form", Form)
def test_a_key_by_formula_is_the_cell_s_key(form: Form, tmp_path: Path) -> None:
    file = tmp_path / "marked.xlsx"
    file.write_bytes(with_keys(filled(form), MARKS[form]))
    (found,) = recalculated([file], tmp_path / "computed")
    keys = [mark_key(level, sheet, cell) for (sheet, cell), level in MARKS[form].items()]
    assert [row[0] for row in found["Problemer"] if row] == keys


def test_a_key_by_formula_refers_to_its_cell_so_that_it_follows_it() -> None:
    place = "'Døgnskema'!B17"
    expected = f'="E Døgnskema!"&ADDRESS(ROW({place}),COLUMN({place}),4)'
    assert mark_formula(ERROR, "Døgnskema", "B17") == expected
    renamed = expected.replace("'Døgnskema'", "'Lis'' \"uge\"'")
    assert mark_formula(ERROR, "Døgnskema", "B17", 'Lis\' "uge"') == renamed


def test_notes_may_be_given_on_the_sheets_that_are_filled_in_and_nothing_more_is_allowed() -> None:
    for form in Form:
        content = issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), form=form)
        for sheet in load_workbook(BytesIO(content)).worksheets:
            filled_in = sheet.title in {name for name, _ in MARKS[form]}
            rules = sheet.protection
            assert rules.objects is not filled_in, sheet.title
            assert (rules.sheet, rules.scenarios, rules.formatCells, rules.insertRows) == (True, True, True, True)


@pytest.mark.parametrize("form", Form)
def test_the_colours_of_marks_go_before_all_others(form: Form) -> None:
    content = issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), form=form)
    book = load_workbook(BytesIO(content))
    for name in {name for name, _ in MARKS[form]}:
        first, *others = book[name].conditional_formatting
        assert [(rule.priority, rule.stopIfTrue) for rule in first.rules] == [(1, True), (2, True), (3, True)]
        for level, rule in zip(Level, first.rules, strict=True):
            assert mark_key(level, name, "") in rule.formula[0]
            assert f"#{rule.dxf.fill.bgColor.rgb[2:]}" == FILLS[level]
        assert all(rule.priority > 3 for other in others for rule in other.rules)
    with ZipFile(BytesIO(content)) as parts:
        assert b'<definedName name="bit_marks">Lister!$' in parts.read("xl/workbook.xml")
