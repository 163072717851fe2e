"""The actions on a workbook as Office.js sends it: what they ask of Excel is applied to a copy, and looked at there."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bit_model_example import PERIOD, WEEKDAY, day_entries, worked_schedule
from changes import Applied, apply
from flask import Flask
from libreoffice import convert
from openpyxl import Workbook, load_workbook
from payload import opened, payload
from sync_material import CASES, PARAMETERS

from addin import actions
from addin.client import Client
from addin.open_book import grid_of, open_template
from workbook_templates.files.gate import Container, Limits, gate
from workbook_templates.files.grid import read_grid
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.report import FileReport, examine, examine_opened
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.snapshot import snapshot

CASE = CASES[0]
TODAY = dt.date(2026, 11, 24)
COMPLETE: dict[str, Any] = {
    "usual_period": True,
    "filled_by": "Team Bakke",
    "filled_on": dt.date(2026, 3, 16),
    "certified": True,
}
PATTERN = {"weekday": day_entries(PERIOD.start, WEEKDAY)}
ERRORS = {("Start", 2): "efter frokost", ("Kategori", 3): "Q", ("Borgere", 5): 9}
AT = {"R02": "Døgnskema!E2", "R14": "Døgnskema!H3", "R08": "Døgnskema!J5"}


def schedule_book(changes: dict[tuple[str, int], Any] | None = None) -> bytes:
    """The worked example in the list form; `changes` overwrites cells by heading and row."""
    book = load_workbook(
        BytesIO(fill_schedule(issue_schedule(CASE, PERIOD, 6, "", PARAMETERS), worked_schedule(), **COMPLETE))
    )
    sheet = book["Døgnskema"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for (heading, row), value in (changes or {}).items():
        sheet.cell(row, columns[heading]).value = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[bytes]]:
    """Workbooks with all formulas computed, as Excel has them open."""

    def compute(*contents: bytes) -> list[bytes]:
        folder = tmp_path_factory.mktemp("open")
        files = [folder / f"{number}.xlsx" for number, _ in enumerate(contents)]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        return [file.read_bytes() for file in convert(files, "xlsx", folder / "computed")]

    return compute


@pytest.fixture(scope="module")
def faulty(computed: Callable[..., list[bytes]]) -> bytes:
    return computed(schedule_book(ERRORS))[0]


@pytest.fixture(scope="module")
def right(computed: Callable[..., list[bytes]]) -> bytes:
    return computed(schedule_book())[0]


def act(action: Callable[[Any], None], content: bytes, **options: Any) -> Applied:
    """The workbook after the action."""
    book = opened(payload(content, **options))
    action(book)
    return apply(book.json(), content)


def said(applied: Applied) -> str:
    (alert,) = applied.alerts
    assert alert.title == "BITark"
    return alert.text


def told(report: FileReport) -> set[tuple[str, str, str]]:
    return {(problem.code, problem.sheet, problem.cell) for problem in report.problems if problem.code != "R19"}


def container_of(content: bytes) -> Container:
    container = gate(content, Limits())
    assert isinstance(container, Container)
    return container
