"""Marks in an open schedule: a cell is coloured while its key stands in the cells that the name `bit_marks` has.

The template brings the colours, since not every host can give a cell another look and take it back again, least of all
on a protected sheet. As issued the name has one blank cell. Whoever marks writes keys somewhere and lets the name point
there; to take the marks away is to take the keys away.
"""

from collections.abc import Iterator
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bit_model.checks import Level
from workbook_templates.problem_list import FILLS, LINES
from workbook_templates.style import DARK, PROTECTION

NAME = "bit_marks"
MARKED = "A1:Z2000"
"""Where a sheet's cells can be marked: more than our forms fill, so that rows put in below them can be as well."""


def mark_key(level: Level, sheet: str, cell: str) -> str:
    """What marks a cell: such as `E Døgnskema!B17`, with the sheet's name as it was issued."""
    return f"{level.value} {sheet}!{cell}"


def mark_formula(level: Level, sheet: str, cell: str, named: str = "") -> str:
    """A formula whose value is the cell's key, also when rows and columns are put in before the cell.

    `named` is what the sheet is called now, where that is not its name as it was issued.
    """
    quoted = (named or sheet).replace("'", "''")
    place = f"'{quoted}'!{cell}"
    return f"={_key(level, sheet, f'ROW({place}),COLUMN({place})')}"


def add_marked_sheet(book: Workbook, name: str) -> Worksheet:
    """A new sheet whose cells can be marked and given notes: the colours of marks before any other format.

    It is protected but for what is allowed on every sheet and for notes, which go with the right to change objects.
    """
    sheet = book.add_worksheet(name)
    for rule in mark_rules(book, name):
        sheet.conditional_format(MARKED, rule)
    sheet.protect("", PROTECTION | {"objects": True})
    return sheet


def mark_rules(book: Workbook, name: str) -> Iterator[dict[str, Any]]:
    """The conditional formats that colour marked cells of the sheet with the name."""
    for level in Level:
        look = {"bg_color": FILLS[level], "font_color": DARK, "border": 1, "border_color": LINES[level]}
        marked = f"ISNUMBER(MATCH({_key(level, name, 'ROW(),COLUMN()')},{NAME},0))"
        yield {
            "type": "formula",
            "criteria": f"=IF(COUNTA({NAME})=0,FALSE,{marked})",
            "format": book.add_format(look),
            "stop_if_true": True,
        }


def _key(level: Level, sheet: str, place: str) -> str:
    """The formula of the key of the cell in a row and a column."""
    before = mark_key(level, sheet, "").replace('"', '""')
    return f'"{before}"&ADDRESS({place},4)'
