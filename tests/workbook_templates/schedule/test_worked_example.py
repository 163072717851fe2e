"""The worked example of the domain text, section 4, in our own issued template, filled in through the contract alone.

By openpyxl, the defined names and the header texts, as any other program would; then saved by LibreOffice.
"""

import datetime as dt
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bit_model_example import PERIOD, worked_schedule
from contract import COLUMNS, rows_of
from libreoffice import convert

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.parameters import ParameterSet
from workbook_templates.schedule.stamp import issue_schedule

FIGURES = {
    "D1": 19.00, "D2": 7.00, "F": 9.92, "N": 9.33, "S": 0.00, "T": 0.00, "X": 1.75,
    "resource": 47.00, "resource_ex_night": 37.67, "contact": 60.00,
}  # fmt: skip
FORMATS = ["xlsx", "xls", "ods"]


def filled_in() -> bytes:
    """The issued template with the example typed into it, knowing sheet name, header texts and defined names only."""
    case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1", order=(OrderLine("Egenomsorg"),))
    book = openpyxl.load_workbook(BytesIO(issue_schedule(case, PERIOD, 6, "token", ParameterSet())))
    for name, value in (("bit_filled_by", "Afdelingsleder"), ("bit_filled_on", dt.date(2026, 3, 16))):
        ((sheet, cell),) = book.defined_names[name].destinations
        book[sheet][cell.replace("$", "")] = value
    schedule = book["Døgnskema"]
    columns = {cell.value: place for place, cell in enumerate(schedule[1], 1)}
    free: dict[dt.date, list[int]] = {date: [] for date in PERIOD.days}
    for row in range(2, schedule.max_row + 1):
        date = schedule.cell(row, columns["Dato"]).value
        if isinstance(date, dt.datetime) and date.date() in free:
            free[date.date()].append(row)
    for cells in rows_of(worked_schedule()):
        row = free[cells[0]].pop(0)
        for name, value in zip(COLUMNS[1:], cells[1:], strict=True):
            if value != "":
                schedule.cell(row, columns[name]).value = value
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The filled-in file as it was saved, and as LibreOffice opened and saved it, by format."""
    folder = tmp_path_factory.mktemp("worked_example")
    file = folder / "skema.xlsx"
    file.write_bytes(filled_in())
    saved = {to: convert([file], to, folder / to)[0] for to in FORMATS}
    return {"openpyxl": file, **saved}


@pytest.fixture(scope="module")
def checked(returned: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """What `bitark check --json` says of each."""
    done = subprocess.run(
        [Path(sys.executable).parent / "bitark", "check", *returned.values(), "--json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(returned, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("saved_by", ["openpyxl", *FORMATS])
def test_check_gives_the_figures_of_the_domain_text(checked: dict[str, dict[str, Any]], saved_by: str) -> None:
    report = checked[saved_by]
    assert report["hours"]["per_week"] == FIGURES
    assert (report["hours"]["naive"], report["hours"]["stratified"], report["hours"]["days"]) == (47.00, 47.00, 14)
    assert (report["case_key"], report["entries"]) == ("S-2026-0042", 126)
    assert report["period"] == {"from": "2026-03-02", "to": "2026-03-15"}


def test_every_program_that_saved_it_gives_the_same_report(checked: dict[str, dict[str, Any]]) -> None:
    reports = [{**report, "file": "", "sha256": ""} for report in checked.values()]
    assert reports == [reports[0]] * 4
    assert len({report["sha256"] for report in checked.values()}) == 4


def test_the_totals_that_libreoffice_shows_in_each_format_are_the_same_figures(returned: dict[str, Path]) -> None:
    shown = {to: totals(convert([returned[to]], "xlsx", returned[to].parent / "vist")[0]) for to in FORMATS}
    assert shown == {to: list(FIGURES.values()) for to in FORMATS}


def totals(file: Path) -> list[float]:
    """The hours per week on the sheet of results, in the order of `FIGURES`."""
    rows = list(openpyxl.load_workbook(file, data_only=True)["Resultat"].iter_rows(values_only=True))
    first = next(place for place, row in enumerate(rows) if row[0] == "Timer pr. uge") + 2
    return [round(float(str(row[5])), 2) for row in rows[first : first + len(FIGURES)]]
