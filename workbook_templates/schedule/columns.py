"""Columns of one formula each, from the second row of a sheet down, with the values they have in an empty form.

Written as a formula in the first row and values below it, and then shared: a fourth of the size, built as fast.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Field
from workbook_templates.sheets import column_name, write_heading
from workbook_templates.style import MUTED, Formats

Saved = float | str
"""A saved value of a computed cell; "" is a text without letters."""


@dataclass(frozen=True, slots=True)
class Column:
    """A computed column: its defined name, what it holds, its formula as it stands in row 2, and what is saved."""

    name: str
    field: Field
    formula: str
    saved: Saved | Sequence[Saved] = 0


def write_columns(
    book: Workbook, sheet: Worksheet, columns: Iterable[Column], rows: int, formats: Formats, language: str
) -> None:
    """The header row and the columns; `share_formulas` must be run over the sheet's part afterwards."""
    shown = list(columns)
    write_heading(sheet, [column.field for column in shown], formats, language)
    sheet.set_row(0, 64)
    for place, column in enumerate(shown):
        cell = formats(num_format=column.field.kind.number_format, font_color=MUTED)
        saved = [column.saved] * rows if isinstance(column.saved, int | float | str) else column.saved
        sheet.write_formula(1, place, f"={column.formula}", cell, saved[0])
        for row, value in enumerate(saved[1:], 2):
            if isinstance(value, str):
                sheet.write_blank(row, place, None, cell)
            else:
                sheet.write_number(row, place, value, cell)
        column_name(book, column.name, sheet, rows, place)


_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"( s="\d+")(?: t="str")?(?:/>|>(?:<f>([^<]*)</f>)?<v>([^<]*)</v></c>)')


def share_formulas(xml: str, rows: int) -> str:
    """A sheet's part with the formulas of each column's first row shared with the rows below."""
    places: dict[str, int] = {}

    def shared(match: re.Match[str]) -> str:
        column, row, style, formula, value = match.groups()
        if formula:
            places[column] = len(places)
            kept = f'<f t="shared" ref="{column}2:{column}{rows + 1}" si="{places[column]}">{formula}</f>'
        elif column in places:
            kept = f'<f t="shared" si="{places[column]}"/>'
        else:
            return match[0]
        text = "" if value else ' t="str"'
        return f'<c r="{column}{row}"{style}{text}>{kept}<v>{value or ""}</v></c>'

    return _CELL.sub(shared, xml)


def references(fields: Iterable[Field], prefix: str) -> dict[str, str]:
    """By name (`prefix` and key), the cell of a named column in the formula's own row."""
    return {f"{prefix}{field.key}": f"INDEX({prefix}{field.key},ROW()-1)" for field in fields}
