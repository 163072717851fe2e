"""The sheet `Problemer`: every problem of a file as a row, first in an annotated workbook or alone in a plain one."""

from collections.abc import Mapping, Sequence
from copy import copy
from io import BytesIO
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bit_model.checks import Level
from workbook_templates.layout import Text
from workbook_templates.problem_list import (
    COLUMNS,
    FILLS,
    IN_CELLS,
    MEANING,
    NAME,
    ONLY_HERE,
    TITLE,
    TITLES,
    row_texts,
    summary,
)
from workbook_templates.problems import Problem
from workbook_templates.sheets import LONGEST_CELL_TEXT
from workbook_templates.style import BLUE, DARK, MUTED, RED_TEXT, RULE

_HEADING_ROW, _PLACE_COLUMN = 6, 3
_LIKE_A_FORMULA = ("=", "+", "-", "@")
_POINTS_PER_LINE = 15


def plain_workbook(file_name: str, problems: Sequence[Problem], language: str) -> bytes:
    """An .xlsx with the problem sheet alone."""
    book = Workbook()
    write_problem_sheet(book.worksheets[0], file_name, problems, language, None)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def is_problem_sheet(sheet: Worksheet) -> bool:
    """True for a sheet that `write_problem_sheet` wrote, whatever it is called now."""
    return sheet["A1"].value in TITLES


def write_problem_sheet(
    sheet: Worksheet,
    file_name: str,
    problems: Sequence[Problem],
    language: str,
    places: Mapping[tuple[str, str], tuple[str, str]] | None,
) -> None:
    """The problems in their order. `places` has the sheet and cell each was marked at; None in a plain workbook."""
    sheet.title = NAME.in_language(language)
    title = _text(sheet, 1, 1, TITLE.in_language(language))
    title.font = _font(BLUE, bold=True, size=18)
    for row, line in enumerate((file_name, summary(problems, language)), 2):
        _text(sheet, row, 1, line).font = _font(DARK, bold=row == 3)
    for row, words in enumerate((MEANING, ONLY_HERE if places is None else IN_CELLS), 4) if problems else ():
        _text(sheet, row, 1, words.in_language(language)).font = _font(MUTED)
    for column, (label, width) in enumerate(COLUMNS, 1):
        heading = _text(sheet, _HEADING_ROW, column, label.in_language(language))
        heading.font, heading.fill = _font("#FFFFFF", bold=True), solid(BLUE)
        heading.border, heading.alignment = box(RULE), Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[heading.column_letter].width = width
    looks = _Looks()
    for row, problem in enumerate(problems, _HEADING_ROW + 1):
        place = places.get((problem.sheet, problem.cell)) if places else None
        linked = _write_problem(sheet, row, problem, language, place)
        for column in range(1, len(COLUMNS) + 1):
            level = problem.level if column == 1 else None
            looks.give(sheet.cell(row, column), level, linked=linked and column == _PLACE_COLUMN)
    _set_up(sheet, _HEADING_ROW + len(problems), language)


def _write_problem(sheet: Worksheet, row: int, problem: Problem, language: str, place: tuple[str, str] | None) -> bool:
    """The row of a problem; True where its place is a link, for which the sheet there must not be hidden."""
    at = place or (problem.sheet, problem.cell)
    texts = row_texts(problem, at, language)
    lines = 1
    for column, text in enumerate(texts, 1):
        _text(sheet, row, column, text)
        lines = max(lines, -(-len(text) * 10 // (COLUMNS[column - 1][1] * 9)))
    sheet.row_dimensions[row].height = _POINTS_PER_LINE * min(lines, 20) + 3
    linked = place is not None and cast("Workbook", sheet.parent)[place[0]].sheet_state == "visible"
    if linked:
        link = sheet.cell(row, _PLACE_COLUMN)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quote_sheetname(at[0])}!{at[1]}")
    return linked


class _Looks:
    """How the cells of problems look. Each look is made once: openpyxl is slow at making the same one again."""

    def __init__(self) -> None:
        self._known: dict[tuple[Level | None, bool, bool], StyleArray] = {}

    def give(self, cell: Any, level: Level | None, *, linked: bool) -> None:
        """The look to the cell: of its level in the first column, of a link where it is one."""
        quoted = str(cell.value or "").startswith(_LIKE_A_FORMULA)
        if (level, linked, quoted) not in self._known:
            cell.border, cell.alignment = box(RULE), Alignment(vertical="top", wrap_text=True)
            cell.font = _font(BLUE, underline="single") if linked else _font(DARK)
            cell.quotePrefix = quoted
            if level is not None:
                cell.fill = solid(FILLS[level])
            self._known[level, linked, quoted] = cell._style  # noqa: SLF001  # openpyxl's own way to copy a look
        cell._style = copy(self._known[level, linked, quoted])  # noqa: SLF001


def _set_up(sheet: Worksheet, last_row: int, language: str) -> None:
    sheet.freeze_panes = f"A{_HEADING_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEADING_ROW}:{get_column_letter(len(COLUMNS))}{last_row}"
    sheet.print_title_rows = f"{_HEADING_ROW}:{_HEADING_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    footer: Any = sheet.oddFooter
    footer.left.text, footer.center.text = "&F", "&A"
    footer.right.text = Text("Side &P af &N", "Page &P of &N").in_language(language)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = argb(RED_TEXT)


def _font(colour: str, **properties: Any) -> Font:
    return Font(**{"name": "Calibri", "size": 11, "color": argb(colour), **properties})


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """The text in a cell, and a text for good, whatever it begins with."""
    cell = cast("Cell", sheet.cell(row, column))
    cell.value = writable(text)[:LONGEST_CELL_TEXT]
    if text:
        cell.data_type = "s"
    return cell


def writable(text: str) -> str:
    """The text without the characters that XML has no place for."""
    return ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", "replace").decode()


def argb(colour: str) -> str:
    """`#RRGGBB` as openpyxl writes it."""
    return f"FF{colour[1:]}"


def solid(colour: str) -> PatternFill:
    """A fill of one colour, for cells and for conditional formats alike."""
    return PatternFill("solid", start_color=argb(colour), end_color=argb(colour))


def box(colour: str) -> Border:
    """Thin lines around a cell."""
    side = Side("thin", color=argb(colour))
    return Border(left=side, right=side, top=side, bottom=side)
