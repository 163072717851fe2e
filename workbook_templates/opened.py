"""Opening a received workbook: which template it is, and which of its sheets are read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bit_model.calendar import days_between
from workbook_templates.files.gate import Container, Limits
from workbook_templates.files.grid import Grid, read_grid
from workbook_templates.kinds import UnreadableError
from workbook_templates.layout import Table, Template, fold
from workbook_templates.layouts import TEMPLATES
from workbook_templates.places import HEADER_ROW_WITHIN, HeaderCells, content_of, find_table, wanted_sheets
from workbook_templates.problems import Problem
from workbook_templates.read import read_header, shown
from workbook_templates.schedule.weeks import find_weeks


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook's cells, the template that it says it is with its version, or T01."""

    grid: Grid
    template: Template | None = None
    version: int = 0
    unknown: Problem | None = None

    def refusal(self) -> tuple[Problem, ...]:
        """Why it is not the template that was asked for: what kept it from being read, or T01 with what it is."""
        found = Problem("T01", found=self.template.title.da) if self.template else self.unknown
        return tuple(self.grid.problems) or ((found,) if found else ())


def open_workbook(content: bytes, container: Container, limits: Limits) -> Opened:
    """The template that a file holds."""
    return open_cells(partial(read_grid, content, container), limits)


def open_cells(read: Callable[[Callable[[str], bool], Limits], Grid], limits: Limits) -> Opened:
    """The sheets of ours by name; where something needed is not on them, also those that hold it.

    `read` gives the cells of the sheets that a function of their names says yes to.
    """
    opened = recognise(read(wanted_sheets, limits))
    if _is_whole(opened):
        return opened
    scouted = recognise(read(lambda _: True, replace(limits, max_rows=HEADER_ROW_WITHIN)))
    needed = _sheets_with_ours(scouted)
    if needed <= opened.grid.sheets.keys():
        return opened
    return recognise(read(lambda name: name in needed or wanted_sheets(name), limits))


def recognise(grid: Grid) -> Opened:
    """The template that a workbook says it is, or T01."""
    for template in TEMPLATES.values():
        cells = HeaderCells(grid, template)
        name, version = (content_of(grid, cells.find(field)) for field in template.header[:2])
        if str(name or "").strip() == template.name:
            try:
                number = template.header[1].kind.parse(version)
            except UnreadableError:
                number = 0
            if template.reads(number):
                return Opened(grid, template, number)
            found = f"{template.name} {shown(version if version is not None else '')}".strip()
            return Opened(grid, unknown=Problem("T01", template.header_sheet, found=found))
    return Opened(grid, unknown=Problem("T01", found=", ".join(list(grid.sheets)[:5])))


def _is_whole(opened: Opened) -> bool:
    """True where every field and table that the template must have has a place."""
    if opened.template is None:
        return False
    cells = HeaderCells(opened.grid, opened.template)
    places = (cells.find(field) for field in opened.template.header if field.required)
    return (
        all(place.sure or content_of(opened.grid, place) is not None for place in places)
        and all(find_table(opened.grid, table).header_row for table in _tables(opened))
        and (not opened.template.series or _has_every_week(opened.grid, opened.template))
    )


def _has_every_week(grid: Grid, template: Template) -> bool:
    """True where a sheet is named after each week that the period touches."""
    header = read_header(grid, template).values
    start, end = header["period_start"], header["period_end"]
    if not (start and end):
        return False
    weeks = {str(day.isocalendar().week) for day in days_between(start, end)}
    return weeks <= {fold(name).removeprefix(fold(template.series)) for name in grid.sheets}


def _sheets_with_ours(opened: Opened) -> set[str]:
    if opened.template is None:
        return set()
    cells = HeaderCells(opened.grid, opened.template)
    places = [cells.find(field) for field in opened.template.header]
    tables = [find_table(opened.grid, table) for table in _tables(opened)]
    return {
        *(spot.sheet for place in places for spot in (place.spot, *place.rivals) if spot),
        *(sheet for place in tables for sheet in (place.sheet, *place.rivals) if place.header_row or place.rivals),
        *(_week_sheets(opened.grid) if opened.template.series else ()),
    }


def _week_sheets(grid: Grid) -> set[str]:
    """Also those that hold a date which another has too."""
    weeks, twice = find_weeks(grid)
    return {week.name for week in weeks.values()} | {problem.sheet for problem in twice}


def _tables(opened: Opened) -> list[Table]:
    return [table for table in opened.template.tables if table.since <= opened.version] if opened.template else []
