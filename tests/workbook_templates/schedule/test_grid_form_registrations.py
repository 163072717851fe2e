"""What a grid form's sheet Registreringer says, recalculated by LibreOffice, against what is read from its weeks."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from cells import with_values
from grid_form import filled_grid, values
from libreoffice import convert

from bit_model.schedule import Entry
from workbook_templates.files.gate import Container, Limits, gate
from workbook_templates.files.grid import read_grid
from workbook_templates.kinds import EXCEL_EPOCH
from workbook_templates.layouts.beregning import CALCULATION, FIRST_ERROR, OK
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.layouts.registreringer import REGISTRATIONS
from workbook_templates.schedule.entries import place_of
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.report import examine
from workbook_templates.schedule.stamp import issue_schedule

FORMS = (1, 2, 3, 5, 7, 10, 11, 13, 20, 30)
"""With and without a pattern and faults, with call-outs, absences over several days and first mornings of night."""
KEYS = ("date", "start", "end", "category", "staff", "citizens", "theme", "goal")


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[bytes, bytes]]:
    """Each form as it was filled in and as LibreOffice saved it."""
    folder = tmp_path_factory.mktemp("registrations")
    files = {}
    for number in FORMS:
        schedule, parameters, case = filled_grid(number).drawn
        template = issue_schedule(case, schedule.period, schedule.house_size, "", parameters, form=Form.GRID)
        files[number] = folder / f"{number}.xlsx"
        files[number].write_bytes(with_values(template, values(filled_grid(number))))
    made: list[Path] = convert(files.values(), "xlsx", folder / "recalculated")
    return {number: (files[number].read_bytes(), made[i].read_bytes()) for i, number in enumerate(FORMS)}


def registered(content: bytes) -> dict[int, tuple[Any, ...]]:
    """The counted rows of Registreringer by their number, as the sheet says them."""
    container = gate(content, Limits())
    assert isinstance(container, Container)
    sheets = (REGISTRATIONS.sheet, CALCULATION.sheet)
    grid = read_grid(content, container, lambda name: name in sheets, Limits())
    stated, calculated = (grid.sheets[sheet].rows for sheet in sheets)
    places = [place_of(REGISTRATIONS, key) for key in KEYS]
    used, status = place_of(REGISTRATIONS, "used"), place_of(CALCULATION, "status")
    return {
        number: tuple(_plain(row[place], key) for place, key in zip(places, KEYS, strict=True))
        for number, row in enumerate(stated, 1)
        if row[used] == 1 and calculated[number - 1][status] in range(OK, FIRST_ERROR)
    }


def _plain(raw: Any, key: str) -> Any:
    if key in {"staff", "citizens"}:
        return raw or 1  # none is asked for absence and own time
    return round(raw * 1440) if key in {"start", "end"} else raw or ""


def as_stated(entry: Entry) -> tuple[Any, ...]:
    """The entry as its row says it; the goal as spreadsheets trim it."""
    goal = " ".join(filter(None, entry.goal.split(" ")))
    return (entry.date - EXCEL_EPOCH.date()).days, *entry[1:3], *entry[4:8], goal


@pytest.mark.parametrize("number", FORMS)
def test_registrations_equal_the_entries_that_are_read(
    number: int, recalculated: dict[int, tuple[bytes, bytes]]
) -> None:
    schedule, parameters, _ = filled_grid(number).drawn
    reports = [examine(content, "uger", parameters, dt.date(2029, 1, 1), Limits()) for content in recalculated[number]]
    entries = {entry.row: entry for entry in unpack_entries(reports[0].entries)}
    assert unpack_entries(reports[1].entries) == list(entries.values())
    assert [problem.code for problem in reports[0].problems] == [problem.code for problem in reports[1].problems]
    inside = {row: as_stated(entry) for row, entry in entries.items() if entry.date <= schedule.period.end}
    assert registered(recalculated[number][1]) == inside
