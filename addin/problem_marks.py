"""Problems in the open workbook: the sheet Problemer in front, a remark and a colour at each cell.

The colour comes from the template: its cells look their own key up in the list that the name `bit_marks` points at, so
no cell's look is changed here, and hosts that cannot read a look can take it away again. The keys are formulas, so that
the colour follows its cell. What was marked stands in the list itself, hidden; the next check begins by taking it away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from itertools import groupby

import xlwings as xw

from addin.open_book import TEXT_MARK, as_text, set_width
from bit_model.checks import Level
from workbook_templates.marks import NAME as MARKS
from workbook_templates.marks import mark_formula
from workbook_templates.places import address, row_and_column
from workbook_templates.problem_list import (
    COLUMNS,
    FILLS,
    IN_CELLS,
    MEANING,
    NAME,
    TITLE,
    TITLES,
    remark_lines,
    row_texts,
    summary,
)
from workbook_templates.problems import Problem
from workbook_templates.style import BLUE, MUTED

_HEADING_ROW = 6
_FIRST_ROW = _HEADING_ROW + 1
_PLACE, _KEYS, _REMARKED = 3, len(COLUMNS) + 1, len(COLUMNS) + 2
"""Columns: the place with its link, the key of the marked cell, and 1 where a remark of ours stands there."""
_NO_MARKS = '=""'
_Place = tuple[str, str]
"""Sheet and cell."""


def tell(book: xw.Book, problems: Sequence[Problem]) -> None:
    """Show the problems, and nothing of what was shown before."""
    take_away(book)
    if not problems:
        return
    sheets = {sheet.name for sheet in book.sheets}
    places = [(p.sheet, p.cell) if p.cell and p.sheet in sheets else None for p in problems]
    can_mark = MARKS in book.names
    remarked = _add_remarks(book, problems, places) if can_mark else ()
    sheet = book.sheets.add(_free_name(sheets), before=book.sheets[0])
    _write_list(sheet, book.name, problems, places, remarked)
    _dress(sheet, problems)
    if can_mark:
        first, last = (address(row, _KEYS) for row in (_FIRST_ROW, _HEADING_ROW + len(problems)))
        book.names[MARKS].refers_to = f"='{sheet.name}'!{_absolute(first)}:{_absolute(last)}"
    sheet.activate()


def take_away(book: xw.Book) -> None:
    """Remove the list, the remarks and the colours of an earlier check, or of an annotated copy."""
    for sheet in [sheet for sheet in book.sheets if sheet.range("A1").value in TITLES]:
        last = max(_FIRST_ROW, sheet.used_range.last_cell.row)
        for key, is_remarked in sheet.range((_FIRST_ROW, _KEYS), (last, _REMARKED)).options(ndim=2).value:
            if is_remarked:
                _remove_remark(book, str(key))
        if MARKS in book.names:
            book.names[MARKS].refers_to = _NO_MARKS
        sheet.delete()


def _remove_remark(book: xw.Book, key: str) -> None:
    """The remark at the cell that the key names now; nothing where cell or remark is gone."""
    name, _, cell = key.partition(" ")[2].rpartition("!")
    with suppress(KeyError, ValueError):
        note = book.sheets[name].range(row_and_column(cell)).note
        if note is not None:
            note.delete()


def _free_name(taken: Collection[str]) -> str:
    folded = {name.casefold() for name in taken}
    names = (NAME.da, *(f"{NAME.da} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in folded)


def _add_remarks(book: xw.Book, problems: Iterable[Problem], places: Iterable[_Place | None]) -> Collection[_Place]:
    """A remark at each cell for all its problems, but for cells with a note of somebody's own; gives the cells."""
    at: dict[_Place, list[str]] = defaultdict(list)
    for problem, place in zip(problems, places, strict=True):
        if place:
            at[place].append("\n".join(remark_lines(problem)))
    added = set()
    with suppress(NotImplementedError):  # an Excel without notes: the list and the colours tell it all
        for (name, cell), remarks in at.items():
            marked = book.sheets[name].range(row_and_column(cell))
            if marked.note is None:
                marked.add_note("\n".join(remarks))
                added.add((name, cell))
    return added


def _write_list(
    sheet: xw.Sheet,
    book_name: str,
    problems: Sequence[Problem],
    places: Sequence[_Place | None],
    remarked: Collection[_Place],
) -> None:
    head = [TITLE.da, book_name, summary(problems), MEANING.da, IN_CELLS.da]
    sheet.range((1, 1)).value = [[as_text(line)] for line in head]
    sheet.range((_HEADING_ROW, 1)).value = [label.da for label, _ in COLUMNS]
    sheet.range((_FIRST_ROW, 1)).value = [
        [TEXT_MARK + told if told else None for told in row_texts(problem, (problem.sheet, problem.cell))]
        for problem in problems
    ]
    for row, (problem, place) in enumerate(zip(problems, places, strict=True), _FIRST_ROW):
        if place:
            name, cell = place
            key, quoted = address(row, _KEYS), name.replace("'", "''").replace('"', '""')
            sheet.range((row, _KEYS)).formula = mark_formula(problem.level, name, cell)
            link = f"\"#'{quoted}'!\"&MID({key},{len(name) + 4},10)"
            sheet.range((row, _PLACE)).formula = f"=HYPERLINK({link},MID({key},3,300))"
            sheet.range((row, _REMARKED)).value = 1 if place in remarked else None


def _dress(sheet: xw.Sheet, problems: Sequence[Problem]) -> None:
    """The look of the annotated copy's list."""
    for column, (_, width) in enumerate(COLUMNS, 1):
        set_width(sheet, column, width)
    title, heading = sheet.range((1, 1)), sheet.range((_HEADING_ROW, 1), (_HEADING_ROW, len(COLUMNS)))
    title.font.size, title.font.bold, title.font.color = 18, True, BLUE
    sheet.range((3, 1)).font.bold = True
    sheet.range((4, 1), (5, 1)).font.color = MUTED
    heading.color, heading.font.color, heading.font.bold = BLUE, "#FFFFFF", True
    body = sheet.range((_FIRST_ROW, 1), (_HEADING_ROW + len(problems), len(COLUMNS)))
    body.wrap_text, body.vertical_alignment = True, "top"
    first = _FIRST_ROW
    for level, same in groupby(problem.level for problem in problems):
        count = len(list(same))
        sheet.range((first, 1), (first + count - 1, 1)).color = FILLS[Level(level)]
        first += count
    sheet.range((1, _KEYS), (1, _REMARKED)).columns.hidden = True
    body.rows.autofit()


def _absolute(cell: str) -> str:
    row, _ = row_and_column(cell)
    return f"${cell.removesuffix(str(row))}${row}"
