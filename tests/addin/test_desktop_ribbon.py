import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xlsxwriter
from desktop_excel import INTERPRETER, SETTINGS, DesktopExcel, Machine, built
from pyopenvba import ExcelFile
from pyopenvba.apps.excel._model import Range
from pyopenvba.interpreter import VBARuntimeError, parse_module
from pyopenvba.interpreter._objects import MemberSpec

from addin.hosts.desktop import buttons
from workbook_templates.style import PROTECTION

NAMESPACE = "{http://schemas.microsoft.com/office/2006/01/customui}"
MANUAL, AUTOMATIC = -4135, -4105
RIBBON = ET.fromstring(files("addin.hosts.desktop").joinpath("ribbon.xml").read_bytes())  # noqa: S314 - our own
BUTTONS = list(RIBBON.iter(f"{NAMESPACE}button"))
ALLOWED = {"AllowFiltering", "AllowFormattingColumns", "AllowFormattingRows", "AllowSorting"}
"""What `PROTECTION` allows, as Excel calls it."""


def test_every_element_is_of_the_ribbon_and_has_an_id_of_its_own() -> None:
    assert {one.tag for one in RIBBON.iter()} == {
        f"{NAMESPACE}{name}" for name in ("customUI", "ribbon", "tabs", "tab", "group", "button")
    }
    ids = [one.get("id", "") for one in RIBBON.iter() if one.get("label")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"bitark\w*", one) for one in ids)


@pytest.mark.parametrize("button", BUTTONS, ids=lambda one: str(one.get("id")))
def test_every_button_has_an_icon_and_says_what_it_does(button: ET.Element) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", button.get("imageMso", ""))
    assert button.get("size") == "large"
    assert button.get("label")
    assert button.get("screentip")
    assert str(button.get("supertip")).endswith(".")


def test_every_callback_is_there_and_none_is_left_over() -> None:
    with ExcelFile(built()) as file:
        module = parse_module(file.get_module("BITarkRibbon"))
    there = {
        f"BITarkRibbon.{one.name}"
        for one in module.procedures
        if one.kind == "sub" and [parameter.declared for parameter in one.params] == ["IRibbonControl"]
    }
    assert there == {one.get("onAction") for one in BUTTONS}
    assert {one.name for one in module.procedures if one.scope == "public"} == {one.split(".")[1] for one in there}


def test_every_tag_is_an_action_and_every_action_has_a_button() -> None:
    tags = [one.get("tag") for one in BUTTONS if one.get("onAction") == "BITarkRibbon.RunAction"]
    assert sorted(filter(None, tags)) == sorted(buttons.ACTIONS)
    assert len(tags) == len(set(tags))


def test_a_button_starts_python_with_its_action() -> None:
    excel = DesktopExcel(Machine())
    excel.add_workbook()
    assert excel.press("BITarkRibbon.RunAction", "send") == ""
    (command,) = excel.machine.commands
    assert f'"{INTERPRETER}" -P -B -c "import xlwings' in command
    assert "from addin.hosts.desktop import buttons; buttons.run('send')" in command
    assert f'--wb="{excel.workbook.name}" --from_xl=1' in command  # the open workbook, not the add-in


def test_without_a_workbook_nothing_is_started() -> None:
    excel = DesktopExcel(Machine())
    for callback in ("RunAction", "ReenterFormulas"):
        assert "projektmappe" in excel.press(f"BITarkRibbon.{callback}", "check")
    assert not excel.machine.commands


@pytest.mark.parametrize("machine", [Machine({}), Machine(SETTINGS, files=())])
def test_without_python_the_user_is_told_what_to_run(machine: Machine) -> None:
    excel = DesktopExcel(machine)
    excel.add_workbook()
    assert "bitark-addin install" in excel.press("BITarkRibbon.RunAction", "check")
    assert not excel.machine.commands


@pytest.mark.parametrize(
    "name", ["a=b.xlsx", "$(id).xlsx", "`id`.xlsx", "%TEMP%.xlsx", 'a"b.xlsx', "a|b.xlsx", "a\\b.xlsx"]
)
def test_a_file_name_that_a_shell_would_read_is_refused(name: str) -> None:
    excel = DesktopExcel(Machine())
    excel.add_workbook().name = name
    assert "andet navn" in excel.press("BITarkRibbon.RunAction", "check")
    assert not excel.machine.commands


@pytest.mark.parametrize("name", ["Skema (2) & Søren's [kopi].xlsx", "S-2026-0042_v1.xlsx"])
def test_an_ordinary_file_name_is_fine(name: str) -> None:
    excel = DesktopExcel(Machine())
    excel.add_workbook().name = name
    assert excel.press("BITarkRibbon.RunAction", "check") == ""


@pytest.fixture
def before_dynamic_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel 2016."""

    def missing(*_: object) -> None:
        raise VBARuntimeError(438, "Object doesn't support this property or method")

    for name in ("Formula2", "HasSpill"):
        spec = MemberSpec(name=name, kind="property", getter=missing, setter=missing)
        monkeypatch.setitem(Range._vba_members, name.lower(), spec)


def reentered(folder: Path, formulas: list[str]) -> tuple[list[str], str]:
    """What stands in column A after the button, and what it tells."""
    path = folder / "skema.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Skema")
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 0, formula)
    excel = DesktopExcel(Machine())
    excel.open_workbook(path)
    told = excel.press("BITarkRibbon.ReenterFormulas")
    return [excel.sheet().formula(f"A{row}") for row in range(1, len(formulas) + 1)], told


@pytest.mark.usefixtures("before_dynamic_arrays")
@pytest.mark.parametrize(
    "formula,plain",
    [
        (r"='C:\Users\bo\XLSTART\BITark.xlam'!BIT_PACKAGE(A1)", "=BIT_PACKAGE(A1)"),
        (r"='C:\Bo''s ''mappe''\BITark.xlam'!BIT_PACKAGE(A1)", "=BIT_PACKAGE(A1)"),
        ("=[1]!BIT_PACKAGE(A1)", "=BIT_PACKAGE(A1)"),
        ("=1+BITark.xlam!bit_package(A1)", "=1+bit_package(A1)"),
        (
            r"=IFERROR('\\server\x\BITark.xlam'!BIT_MINUTES(A1,[2]!BIT_MINUTES(B1,C1)),SUM(A1))",
            "=IFERROR(BIT_MINUTES(A1,BIT_MINUTES(B1,C1)),SUM(A1))",
        ),
        ("=BIT_PACKAGE(A1)&'Ark 2'!B1", "=BIT_PACKAGE(A1)&'Ark 2'!B1"),
    ],
)
def test_a_formula_is_entered_again_without_the_file_it_points_at(tmp_path: Path, formula: str, plain: str) -> None:
    formulas, told = reentered(tmp_path, [formula])
    assert formulas == [plain]
    assert told == "Formler med BIT-funktioner, der er indlæst igen: 1."


@pytest.mark.parametrize(
    "formula", ["=bit_case_key&SUM(1,2)", "=Skema!bit_total", '="BIT_"&"X"', "=MIN(B1)", "=ORBIT_X(1)"]
)
def test_a_formula_that_calls_no_function_of_ours_is_left_alone(tmp_path: Path, formula: str) -> None:
    formulas, told = reentered(tmp_path, [formula])
    assert formulas == [formula]
    assert ": 0." in told


def whole_workbook(path: Path) -> None:
    """A function on sheets of every protection, in a hidden row, as an array, as a table that spills, and in a text."""
    with xlsxwriter.Workbook(path) as book:
        free, locked, secret, hidden = map(book.add_worksheet, ("Fri", "Låst", "Kode", "Skjult"))
        for sheet in (free, locked, secret, hidden):
            sheet.write_formula("B2", "=BIT_PACKAGE(10)")
        free.write_string("A1", "BIT_PACKAGE(10)")
        free.write_array_formula("D1:E3", "{=BIT_EFFECT(1,2,3,2026)}")
        free.write_dynamic_array_formula("G1", "=BIT_EFFECT(1,2,3,2026)")
        free.set_row(1, options={"hidden": True})
        locked.protect("", PROTECTION)
        secret.protect("hemmelig", PROTECTION)
        hidden.very_hidden()


@pytest.mark.parametrize("calculation", [MANUAL, AUTOMATIC])
def test_a_whole_workbook_is_gone_through_and_left_as_it_was(tmp_path: Path, calculation: int) -> None:
    whole_workbook(path := tmp_path / "skema.xlsx")
    excel = DesktopExcel(Machine())
    excel.open_workbook(path)
    excel.application.calculation = calculation
    told = excel.press("BITarkRibbon.ReenterFormulas")
    assert ": 5." in told  # Fri three times, Låst, Skjult
    assert "Kode (beskyttet med adgangskode)" in told
    assert ("F9" in told) == (calculation == MANUAL)
    assert excel.application.calculation == calculation
    assert excel.application.screen_updating
    free: Any = excel.sheet("Fri").sheet
    assert [(area.top, area.left, area.bottom, area.right) for area in free.array_formulas.values()] == [(1, 4, 3, 5)]
    assert free.cells_[1, 7].dynamic
    assert free.cells_[1, 1].value == "BIT_PACKAGE(10)"
    locked: Any = excel.sheet("Låst").sheet
    assert locked.protection.contents
    assert locked.protection.allows == ALLOWED
    assert not locked.protection.locked_by_password
    assert excel.sheet("Kode").formula("B2") == "=BIT_PACKAGE(10)"


@pytest.mark.usefixtures("before_dynamic_arrays")
def test_a_formula_that_cannot_be_entered_is_named_and_the_others_are_entered(tmp_path: Path) -> None:
    long = f"=BIT_PACKAGE({'+'.join(['[1]!BIT_PACKAGE(1)'] * 20)}"
    formulas, told = reentered(tmp_path, ["=[1]!BIT_PACKAGE(1)", long, "=[1]!BIT_PACKAGE(2)"])
    assert (formulas[0], formulas[2]) == ("=BIT_PACKAGE(1)", "=BIT_PACKAGE(2)")
    assert ": 2." in told
    assert "Skema A2" in told
