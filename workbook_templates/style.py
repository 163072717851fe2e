"""The one visual language of our workbooks: the Danish design system's palette and the formats made from it."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook_templates.layout import Text

BLUE, DARK, MUTED, RULE, GREY = "#004D99", "#1A1A1A", "#454545", "#BFBFBF", "#F5F5F5"
MUST, MAY, MISSING = "#FFF6DB", "#FFFFFF", "#FEBB30"
DIM = "#E3E3E3"
WEEKEND, RED_TEXT, RED, GREEN_TEXT, GREEN, YELLOW = "#E2F2FB", "#CC0000", "#FFE0E0", "#2A6600", "#DDF7CE", "#FFEECC"
HEAT = "#7FB2E5"
"""The most support of a week, dark text upon it."""
CODE_COLOURS = (
    *("#B8D8F5", "#B5E8E6", "#C2E5BF", "#E3EEA2", "#FFEFA8"),
    *("#FFD3A3", "#E3CDB5", "#FBCBE0", "#DCCBF2", "#DADADA"),
)
"""Light colours for the codes of the grid form, dark text upon them; named in `layouts.doegnskema_net`."""

PROTECTION = {
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
}
"""What stays allowed on a protected sheet. There is no password: protection is against slips, not against people."""


class Formats:
    """The formats of one workbook; the same properties give the same format."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._known: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """A format with these XlsxWriter properties on top of the common ones."""
        key = tuple(sorted(properties.items()))
        if key not in self._known:
            self._known[key] = self._book.add_format({"font_color": DARK, "valign": "top", **properties})
        return self._known[key]

    def cell(self, **properties: Any) -> Format:
        """A cell of a table."""
        return self(border=1, border_color=RULE, **properties)

    @property
    def title(self) -> Format:
        """The first line of a sheet."""
        return self(bold=True, font_size=18, font_color=BLUE)

    @property
    def section(self) -> Format:
        """The line above a table."""
        return self(bold=True, font_size=13, font_color=BLUE)

    @property
    def heading(self) -> Format:
        """The header row of a table."""
        return self._heading()

    @property
    def number_heading(self) -> Format:
        """The header of a column of figures."""
        return self._heading(align="right")

    @property
    def text_heading(self) -> Format:
        """The header of a column of texts that stands right beside one of figures."""
        return self._heading(align="left", indent=1)

    def _heading(self, **properties: Any) -> Format:
        white_on_blue = {"bold": True, "font_color": "#FFFFFF", "bg_color": BLUE}
        return self.cell(**white_on_blue, text_wrap=True, valign="vcenter", **properties)

    @property
    def label(self) -> Format:
        """What stands beside a value."""
        return self.cell(bold=True, bg_color=GREY, text_wrap=True)

    @property
    def prose(self) -> Format:
        """Running text."""
        return self(text_wrap=True)

    @property
    def faint(self) -> Format:
        """An explanation beside a field."""
        return self(font_color=MUTED, text_wrap=True)

    @property
    def faint_line(self) -> Format:
        """An explanation that runs on beside a heading."""
        return self(font_color=MUTED)


def set_up_page(sheet: Worksheet, language: str, *, titles: bool = False) -> None:
    """A4 landscape, as wide as the page, with file, sheet and page number below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page = Text("Side &P af &N", "Page &P of &N").in_language(language)
    sheet.set_footer(f"&L&8&F&C&8&A&R&8{page}")
    if titles:
        sheet.repeat_rows(0)
    sheet.hide_gridlines(2)
