"""A sheet of results as it is written from the top down: sections, tables and lines of formulas."""

from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Text
from workbook_templates.sheets import write_value
from workbook_templates.style import GREY, Formats

HOURS = '[>=0.005]#,##0.00;[<=-0.005]-#,##0.00;"–"'
NO_NUMBER = "–"
NOTE = ("Bemærk", "Note")
TEXT_SPAN = 3
"""Columns that a text computed by a formula goes over."""
COLUMNS = 12


class Page:
    """The sheet and the row that comes next, counted from 0."""

    def __init__(self, book: Workbook, sheet: Worksheet, formats: Formats, language: str) -> None:
        self.book, self.sheet, self.formats, self.language, self.row = book, sheet, formats, language, 0

    def section(self, da: str, en: str, *heading: tuple[str, str]) -> None:
        """A title and the header row of a table."""
        self.row += 1
        self.sheet.write_string(self.row, 0, self.word(da, en), self.formats.section)
        self.row += 1
        for column, words in enumerate(heading):
            over_numbers = column and words != NOTE
            style = self.formats.number_heading if over_numbers else self.formats.heading
            if words == NOTE:
                self.sheet.merge_range(self.row, column, self.row, column + TEXT_SPAN - 1, "", style)
            self.sheet.write_string(self.row, column, self.word(*words), style)
        if heading:
            self.sheet.set_row(self.row, 32 if any(" " in da for da, _ in heading) else 18)
            self.row += 1

    def word(self, da: str, en: str) -> str:
        """The text in the sheet's language."""
        return Text(da, en).in_language(self.language)

    def line(self, label: Any, *cells: Any, bold: bool = False, label_format: str = "") -> int:
        """A row: a label, and cells that are (formula, saved value, format, width) or constants. Its Excel number."""
        body = self.formats.cell(num_format=HOURS, bold=bold, align="right")
        first = self.formats.cell(
            bold=True, bg_color=GREY, text_wrap=True, num_format=label_format or "General", align="left"
        )
        write_value(self.sheet, self.row, 0, label, first)
        for column, cell in enumerate(cells, 1):
            if isinstance(cell, tuple):
                formula, saved, *extra = cell
                style = self.formats.cell(num_format=extra[0], bold=bold) if extra else body
                if len(extra) > 1:
                    self.sheet.merge_range(self.row, column, self.row, column + extra[1] - 1, "", style)
                self.sheet.write_formula(self.row, column, f"={formula}", style, saved)
            else:
                write_value(self.sheet, self.row, column, cell, body)
        self.row += 1
        return self.row

    def sentence(self, formula: str, saved: str, **properties: Any) -> None:
        """A text by a formula over the width of the page."""
        style = self.formats(text_wrap=True, **properties)
        self.sheet.merge_range(self.row, 0, self.row, COLUMNS - 1, "", style)
        self.sheet.write_formula(self.row, 0, f"={formula}", style, saved)
        self.sheet.set_row(self.row, 16)
        self.row += 1
