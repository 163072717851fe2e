"""The worked example of the domain text, section 4, in our own issued template, filled in through the contract alone.

By openpyxl, the defined names and the header texts, as any other program would; then saved by LibreOffice. Also with
what happens to workbooks on their way, by confirming days instead of writing rows, and in the grid form.
"""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bit_model_example import PERIOD, WEEKDAY, WEEKEND, day_entries, worked_schedule
from contract import COLUMNS, rows_of
from libreoffice import convert
from openpyxl.workbook import Workbook

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.parameters import ParameterSet
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.report import examine
from workbook_templates.schedule.stamp import issue_schedule

FIGURES = {
    "D1": 19.00, "D2": 7.00, "F": 9.92, "N": 9.33, "S": 0.00, "T": 0.00, "X": 1.75,
    "resource": 47.00, "resource_ex_night": 37.67, "contact": 60.00,
}  # fmt: skip
FORMATS = ["xlsx", "xls", "ods"]
CASE = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1", order=(OrderLine("Egenomsorg"),))


def sign(book: Workbook) -> None:
    """The header fields that the provider fills in, by their defined names."""
    for name, value in (("bit_filled_by", "Afdelingsleder"), ("bit_filled_on", dt.date(2026, 3, 16))):
        ((sheet, cell),) = book.defined_names[name].destinations
        book[sheet][cell.replace("$", "")] = value


def written() -> Workbook:
    """The issued template with the example typed into it, knowing sheet name, header texts and defined names only."""
    book = openpyxl.load_workbook(BytesIO(issue_schedule(CASE, PERIOD, 6, "token", ParameterSet())))
    sign(book)
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
    return book


def confirmed() -> Workbook:
    """The template issued with the example's two days as its pattern, where each date is confirmed and no more."""
    usual = {"weekday": day_entries(PERIOD.start, WEEKDAY), "weekend": day_entries(PERIOD.start, WEEKEND)}
    book = openpyxl.load_workbook(BytesIO(issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), pattern=usual)))
    sign(book)
    days = book["Dage"]
    column = next(cell.column for cell in days[1] if cell.value == "Bekræft dagen")
    for row in range(2, 2 + len(PERIOD.days)):
        days.cell(row, column).value = "Ja"
    return book


def without_names() -> Workbook:
    """Every defined name deleted."""
    book = written()
    book.defined_names.clear()
    return book


def moved() -> Workbook:
    """Columns in another order, two rows inserted above them and two above the header fields, whose names stay."""
    book = written()
    sheet = book["Døgnskema"]
    order = [*range(sheet.max_column, 0, -1)]
    for cells in list(sheet.iter_rows()):
        values = [cells[place - 1].value for place in order]
        for cell, value in zip(cells, values, strict=True):
            cell.value = value
    sheet.insert_rows(1, 2)
    book["Oplysninger"].insert_rows(3, 2)
    return book


def renamed() -> Workbook:
    """Both sheets that are read called something else."""
    book = written()
    book["Døgnskema"].title = "Skema, marts"
    book["Oplysninger"].title = "Forside"
    return book


def in_codes() -> Workbook:
    """The same in the grid form."""
    template = issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), form=Form.GRID)
    book = openpyxl.load_workbook(BytesIO(fill_schedule(template, worked_schedule())))
    sign(book)
    return book


def in_renamed_weeks() -> Workbook:
    """The grid form with its weeks and its header called something else, and the names of header fields deleted."""
    book = in_codes()
    for name in [name for name in book.defined_names if name.startswith("bit_")]:
        del book.defined_names[name]
    for sheet, name in (("Uge 10", "Første uge"), ("Uge 11", "Uge 11 - færdig"), ("Oplysninger", "Forside")):
        book[sheet].title = name
    return book


WAYS: dict[str, tuple[Callable[[], Workbook], list[str]]] = {
    "written": (written, FORMATS),
    "confirmed": (confirmed, FORMATS),
    "in codes": (in_codes, FORMATS),
    "without names": (without_names, ["ods"]),
    "moved": (moved, ["xls"]),
    "renamed": (renamed, ["xlsx"]),
    "in renamed weeks": (in_renamed_weeks, ["ods"]),
}
"""How the example was filled in and what became of the file, and the formats that LibreOffice saves it in."""
RETURNED = [(way, saved_by) for way, (_, formats) in WAYS.items() for saved_by in ("openpyxl", *formats)]


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Each way of filling in as openpyxl saved it, and as LibreOffice opened and saved it, by format."""
    folder = tmp_path_factory.mktemp("worked_example")
    files = {(way, "openpyxl"): folder / f"{way}.xlsx" for way in WAYS}
    for (way, _), file in files.items():
        WAYS[way][0]().save(file)
    for to in FORMATS:
        ways = [way for way, (_, formats) in WAYS.items() if to in formats]
        made = convert([files[way, "openpyxl"] for way in ways], to, folder / to)
        files |= {(way, to): file for way, file in zip(ways, made, strict=True)}
    return files


@pytest.fixture(scope="module")
def checked(returned: dict[tuple[str, str], Path]) -> dict[tuple[str, str], dict[str, Any]]:
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


@pytest.mark.parametrize("way, saved_by", RETURNED)
def test_check_gives_the_figures_of_the_domain_text(
    checked: dict[tuple[str, str], dict[str, Any]], way: str, saved_by: str
) -> None:
    report = checked[way, saved_by]
    assert report["hours"]["per_week"] == FIGURES
    assert (report["hours"]["naive"], report["hours"]["stratified"], report["hours"]["days"]) == (47.00, 47.00, 14)
    assert (report["case_key"], report["entries"]) == ("S-2026-0042", 126)
    assert report["period"] == {"from": "2026-03-02", "to": "2026-03-15"}


@pytest.mark.parametrize("way, saved_by", RETURNED)
def test_the_entries_are_those_of_the_domain_text(
    returned: dict[tuple[str, str], Path], way: str, saved_by: str
) -> None:
    report = examine(returned[way, saved_by].read_bytes(), "", ParameterSet(), dt.date(2026, 11, 22), Limits())
    found = [entry._replace(row=0) for entry in unpack_entries(report.entries)]
    assert sorted(found) == sorted(worked_schedule().entries)
    assert report.header["filled_by"] == "Afdelingsleder"


def test_every_program_that_saved_it_gives_the_same_report(checked: dict[tuple[str, str], dict[str, Any]]) -> None:
    reports = [{**checked["written", by], "file": "", "sha256": ""} for by in ("openpyxl", *FORMATS)]
    assert reports == [reports[0]] * 4
    assert len({report["sha256"] for report in checked.values()}) == len(checked)


def test_the_totals_that_libreoffice_shows_in_each_format_are_the_same_figures(
    returned: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    copies = []
    for way in ("written", "confirmed"):
        for to in FORMATS:
            copies.append(tmp_path / f"{way} {to}.{to}")
            copies[-1].write_bytes(returned[way, to].read_bytes())
    assert [totals(file) for file in convert(copies, "xlsx", tmp_path / "vist")] == [[*FIGURES.values()]] * len(copies)


def totals(file: Path) -> list[float]:
    """The hours per week on the sheet of results, in the order of `FIGURES`."""
    rows = list(openpyxl.load_workbook(file, data_only=True)["Resultat"].iter_rows(values_only=True))
    first = next(place for place, row in enumerate(rows) if row[0] == "Timer pr. uge") + 2
    return [round(float(str(row[5])), 2) for row in rows[first : first + len(FIGURES)]]
