"""Workbooks as another tool would fill them in: openpyxl and the contract of the templates, nothing of the builder."""

import datetime as dt
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from bit_model.schedule import Period, Schedule

PERIOD = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 15))
COLUMNS = ("Dato", "Start", "Slut", "Aktivitet", "Kategori", "Personale", "Borgere", "Tema", "Mål", "Bemærkning")
LIST_COLUMNS = (COLUMNS[0], "Nr.", "Bekræft", *COLUMNS[1:])
PATTERN_COLUMNS = ("Dagtype", "Nr.", *COLUMNS[1:])
DAY_COLUMNS = ("Dato", "Mønster", "Bekræft dagen")
HEADER = {
    "template": "doegnskema",
    "template_version": 1,
    "case_key": "S-2026-0042",
    "provider": "Tilbuddet",
    "house": "Hus 1",
    "house_size": 6,
    "period_start": PERIOD.start,
    "period_end": PERIOD.end,
}
LABELS = {
    "template": "Skabelon",
    "template_version": "Version",
    "case_key": "Sagsnøgle",
    "provider": "Leverandør",
    "house": "Hus",
    "house_size": "Borgere i huset",
    "period_start": "Periode fra",
    "period_end": "Periode til",
    "remarks": "Bemærkninger",
}


def returned(
    rows: Sequence[Sequence[Any]],
    *,
    columns: Sequence[str] = COLUMNS,
    names: bool = True,
    labels: bool = True,
    sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    **header: Any,
) -> bytes:
    """A returned schedule: the rows below one header row, the header fields by defined name and by label.

    `sheets` has the rows of further sheets by name.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Døgnskema"
    sheet.append(list(columns))
    for row in rows:
        sheet.append(list(row))
    front = workbook.create_sheet("Oplysninger")
    for number, (key, value) in enumerate({**HEADER, **header}.items(), 3):
        if labels:
            front.cell(number, 2, LABELS.get(key, key))
        front.cell(number, 3, value)
        if names:
            workbook.defined_names[f"bit_{key}"] = DefinedName(f"bit_{key}", attr_text=f"Oplysninger!$C${number}")
    for name, cells in (sheets or {}).items():
        further = workbook.create_sheet(name)
        for row in cells:
            further.append(list(row))
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def patterned(rows: str, pattern: str, days: str = "", *, period: Period = PERIOD) -> bytes:
    """A returned list with day patterns, from three small text tables."""
    sheets = {"Mønster": [PATTERN_COLUMNS, *table(pattern)], "Dage": [DAY_COLUMNS, *table(days)]}
    header = {"template_version": 2, "period_start": period.start, "period_end": period.end}
    return returned(table(rows), columns=LIST_COLUMNS, names=True, labels=True, sheets=sheets, **header)


def table(text: str) -> list[list[Any]]:
    """Rows from a small text table: cells divided by |, empty cells empty, all as text."""
    return [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]


def rows_of(schedule: Schedule) -> list[list[Any]]:
    """A schedule's entries as cells, times as Excel keeps them."""
    return [
        [
            e.date,
            e.start / 1440,
            e.end / 1440,
            e.activity,
            e.category.value,
            e.staff,
            e.citizens,
            e.theme,
            e.goal,
            e.note,
        ]
        for e in schedule.entries
    ]
