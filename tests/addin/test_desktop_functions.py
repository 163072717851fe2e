import datetime as dt
import inspect
from typing import Any

import pytest
from desktop_excel import DesktopExcel, FailingPython, Machine
from desktop_host import answers
from function_calls import CALLS, ENTRIES, REFUSED, START
from pyopenvba.interpreter import VBAErrorValue
from pyopenvba.interpreter._preprocess import strip_directives

from addin import functions
from addin.arguments import ArgumentError
from addin.hosts.desktop import wrappers
from workbook_templates.kinds import EXCEL_EPOCH

ASKED = [*CALLS, *REFUSED]
NAMES = {name for name, _ in inspect.getmembers(functions, inspect.isfunction) if name.startswith("bit_")}


def plain(answer: Any) -> Any:
    """An answer as cells hold it."""
    if isinstance(answer, list):
        return [plain(one) for one in answer]
    return (answer - EXCEL_EPOCH) / dt.timedelta(days=1) if isinstance(answer, dt.datetime) else answer


def by_cpython(name: str, arguments: list[Any]) -> Any:
    try:
        return plain(getattr(functions, name)(*arguments))
    except ArgumentError as error:
        return str(error)


@pytest.mark.parametrize("formatted", [False, True])
def test_every_formula_shows_what_the_function_gives(formatted: bool) -> None:
    for call, shown in zip(ASKED, answers(ASKED, formatted=formatted), strict=True):
        assert shown == by_cpython(*call), call[0]


def test_a_refusal_shows_as_its_message_alone() -> None:
    for call, shown in zip(REFUSED, answers(REFUSED), strict=True):
        assert shown == by_cpython(*call)
        assert shown.startswith("Argumentet ")
        assert "\n" not in shown


def test_an_error_in_a_cell_is_told_and_is_no_empty_cell() -> None:
    faulty = [[ENTRIES[0][0], "=NA()", *ENTRIES[0][2:]]]
    (shown,) = answers([("bit_weekly_hours", [faulty, START, START])])
    assert shown == by_cpython("bit_weekly_hours", [[[ENTRIES[0][0], "#N/A", *ENTRIES[0][2:]]], START, START])
    assert "række 1" in shown


TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "policy.py", line 278, in _Invoke_',
    "    return self._invoke_(dispid, lcid, wFlags, args)",
    "addin.arguments.ArgumentError: Argumentet width mangler: skriv 7.",
]


@pytest.mark.parametrize(
    "description,shown",
    [
        ("\r\n".join(reversed(TRACEBACK)), "Argumentet width mangler: skriv 7."),
        ("\n".join(["", *reversed(TRACEBACK)]), "Argumentet width mangler: skriv 7."),
        ("Unexpected Python Error: " + "\n".join([*TRACEBACK, ""]), "Argumentet width mangler: skriv 7."),
        ("En fejl: uden klasse\n  File", "En fejl: uden klasse"),
        (
            "Could not load xlwings64-0.37.8.dll",
            "BITark kan ikke bruge Python. Kør bitark-addin status. (Could not load xlwings64-0.37.8.dll)",
        ),
    ],
)
def test_no_traceback_reaches_a_cell(description: str, shown: str) -> None:
    excel = DesktopExcel(Machine(python=FailingPython(description)))
    excel.add_workbook()
    cell: Any = excel.sheet().sheet.vba_get("Cells", [1, 1])
    assert excel.answer("bit_package", [cell], cell) == shown


def test_on_a_mac_a_formula_can_take_its_own_way_out() -> None:
    excel = DesktopExcel(Machine())
    excel.add_module(strip_directives(wrappers.source(), constants={"Mac": True}), name=wrappers.NAME)
    assert excel.run("BIT_PACKAGE", 10.0) == VBAErrorValue(2029)
