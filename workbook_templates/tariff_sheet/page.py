"""A sheet of computed figures, written from the top down: sections, headings and lines, all locked."""

from collections.abc import Iterable
from typing import Any

from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Text
from workbook_templates.sheets import write_value
from workbook_templates.style import GREY, Formats
from workbook_templates.tariff_sheet.calculation import COMPUTED_ON_LOAD


class Page:
    """Where the next row stands, and how it looks. A cell that begins with = is a formula of ours."""

    def __init__(self, sheet: Worksheet, formats: Formats, language: str) -> None:
        self.sheet, self.formats, self.language, self.row = sheet, formats, language, 0

    def word(self, text: Text) -> str:
        """The text in the sheet's language."""
        return text.in_language(self.language)

    def title(self, title: Text, note: Text) -> None:
        """The first two rows."""
        self.sheet.set_row(0, 28)
        self.sheet.write_string(0, 0, self.word(title), self.formats.title)
        self.sheet.write_string(1, 0, self.word(note), self.formats.faint_line)
        self.row = 3

    def section(self, title: Text, headings: Iterable[Text], first_number: int = 1, last_number: int = 99) -> None:
        """A title and the header row of a table; headings from the first number to the last stand to the right."""
        self.sheet.write_string(self.row, 0, self.word(title), self.formats.section)
        self.row += 1
        for column, text in enumerate(headings):
            is_number = first_number <= column <= last_number
            style = self.formats.number_heading if is_number else self.formats.heading
            self.sheet.write_string(self.row, column, self.word(text), style)
        self.sheet.set_row(self.row, 34)
        self.row += 1

    def line(self, label: Any, cells: Iterable[tuple[Any, str]], height: float | None = None) -> int:
        """A label and cells as (value, number format); "@" is a text that wraps. Gives the row's number in Excel."""
        self.cell(0, label, "@", bold=True, bg_color=GREY)
        for column, (value, number_format) in enumerate(cells, 1):
            self.cell(column, value, number_format)
        if height:
            self.sheet.set_row(self.row, height)
        self.row += 1
        return self.row

    def cell(self, column: int, value: Any, number_format: str, **look: Any) -> None:
        """One cell of the row being written."""
        text = number_format == "@"
        style = self.formats.cell(
            num_format="General" if text else number_format,
            align="left" if text else "right",
            text_wrap=text,
            indent=int(text and column > 0),
            **look,
        )
        if isinstance(value, str) and value.startswith("="):
            self.sheet.write_formula(self.row, column, value, style, COMPUTED_ON_LOAD)
        else:
            write_value(self.sheet, self.row, column, value, style)
