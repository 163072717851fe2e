"""A sheet of results as it is written from the top down: sections, tables and lines of formulas."""

from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Text
from workbook_templates.sheets import write_value
from workbook_templates.style import GREY, Formats

HOURS = '[>=0.005]#,##0.00;[<=-0.005]-#,##0.00;"–"'
NO_NUMBER = "–"
TEXT_SPAN = 3
"""Columns that a text computed by a formula goes over."""
NOTE = ("Bemærk", "Note", TEXT_SPAN)
Heading = tuple[str, str] | tuple[str, str, int]
"""Danish, English, and how many columns it goes over where it stands above texts."""
COLUMNS = 12


class Page:
    """The sheet and the row that comes next, counted from 0."""

    def __init__(self, book: Workbook, sheet: Worksheet, formats: Formats, language: str) -> None:
        self.book, self.sheet, self.formats, self.language, self.row = book, sheet, formats, language, 0

    def section(self, da: str, en: str, *heading: Heading) -> None:
        """A title and the header row of a table."""
        self.row += 1
        self.sheet.write_string(self.row, 0, self.word(da, en), self.formats.section)
        self.row += 1
        column = 0
        for words_da, words_en, *span in heading:
            style = self.formats.number_heading if column and not span else self.formats.heading
            if span:
                self.sheet.merge_range(self.row, column, self.row, column + span[0] - 1, "", style)
            self.sheet.write_string(self.row, column, self.word(words_da, words_en), style)
            column += span[0] if span else 1
        if heading:
            over_numbers = [words[0] for words in heading[1:] if len(words) == 2]
            self.sheet.set_row(self.row, 32 if any(" " in words for words in over_numbers) else 18)
            self.row += 1

    def word(self, da: str, en: str) -> str:
        """The text in the sheet's language."""
        return Text(da, en).in_language(self.language)

    def line(self, label: Any, *cells: Any, bold: bool = False, label_format: str = "") -> int:
        """A row: a label, then cells. Gives its Excel number.

        A cell is a constant, or its formula and saved value, with a number format, how many columns it goes over, and
        properties of its own where it has them.
        """
        body = self.formats.cell(num_format=HOURS, bold=bold, align="right")
        first = self.formats.cell(
            bold=True, bg_color=GREY, text_wrap=True, num_format=label_format or "General", align="left"
        )
        write_value(self.sheet, self.row, 0, label, first)
        column = 1
        for cell in cells:
            span = 1
            if isinstance(cell, tuple):
                formula, saved, *extra = cell
                own = extra[2] if len(extra) > 2 else {}
                style = self.formats.cell(num_format=extra[0], bold=bold, **own) if extra else body
                if len(extra) > 1:
                    span = extra[1]
                    self.sheet.merge_range(self.row, column, self.row, column + span - 1, "", style)
                self.sheet.write_formula(self.row, column, f"={formula}", style, saved)
            else:
                write_value(self.sheet, self.row, column, cell, body)
            column += span
        self.row += 1
        return self.row

    def sentence(self, formula: str, saved: str, **properties: Any) -> None:
        """A text by a formula over the width of the page."""
        style = self.formats(text_wrap=True, **properties)
        self.sheet.merge_range(self.row, 0, self.row, COLUMNS - 1, "", style)
        self.sheet.write_formula(self.row, 0, f"={formula}", style, saved)
        self.sheet.set_row(self.row, 16)
        self.row += 1
