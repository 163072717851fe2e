"""A returned file with a remark and a colour at each cell that has a problem, and the sheet `Problemer` in front.

The colour is a conditional format of ours before all others, so that no cell's own look is changed and no format of
the template covers it; it moves with its cell. It and our lines in a remark are known again by what they say, and are
taken away before a file is marked anew. What openpyxl would drop of the rest of the file is carried over.
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from bit_model.checks import Level
from workbook_templates.files.gate import Container, Kind, Limits, gate
from workbook_templates.layout import Text, fold
from workbook_templates.marks import NAME as MARKS
from workbook_templates.problem_list import AUTHOR, remark_lines
from workbook_templates.problems import Problem
from workbook_templates.readings import word

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

P = ParamSpec("P")
T = TypeVar("T")

_TITLE_NAME = "bit_annotated"
_OURS = f"ISTEXT({_TITLE_NAME})"
"""The formula of our conditional formats, by which they are known again: true while the sheet `Problemer` is there.

So a program that tells the problems anew, such as the add-in, takes all colours away with the sheet.
"""
_LEVEL_WORDS = "|".join(re.escape(word(level, language)) for level in Level for language in ("da", "en"))
_OUR_LINES = re.compile(rf"\s*^(?:{_LEVEL_WORDS}) [A-Z]\d\d · {AUTHOR}\n.*\n?.*$", re.MULTILINE)
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_CELLS_PER_RULE = 500
_REMARK_PIXELS, _CHARACTERS_PER_LINE, _PIXELS_PER_LINE = 340, 52, 17
_WITH_REMARKS = Text("-med-bemærkninger", "-with-remarks")
_ONLY_PROBLEMS = Text("-problemer", "-problems")
_ENDINGS = tuple(text.in_language(language) for text in (_WITH_REMARKS, _ONLY_PROBLEMS) for language in ("da", "en"))
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
LONGEST_STEM = 120


class Children(Protocol):
    """What runs a function under the limits on strangers' files: the pool of reading processes."""

    def perform(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Problem:
        """What the function returns, or the problem that kept it from ending."""


def annotated_apart(
    children: Children, content: bytes, file_name: str, problems: Sequence[Problem], language: str, limits: Limits
) -> tuple[str, bytes]:
    """As `annotate`, in a child process; a file that is too much for it gets the plain workbook."""
    outcome = children.perform(annotate, content, file_name, problems, language, limits)
    return plain(file_name, problems, language) if isinstance(outcome, Problem) else outcome


def annotate(
    content: bytes, file_name: str, problems: Sequence[Problem], language: str = "da", limits: Limits | None = None
) -> tuple[str, bytes]:
    """File name and bytes of the file with its problems at their cells; a plain list of them where that cannot be done.

    That is so for all but .xlsx and .xlsm, and for what openpyxl cannot open. Macros are kept, and never run.
    """
    container = gate(content, limits or Limits())
    if isinstance(container, Problem) or container.kind is not Kind.XLSX:
        return plain(file_name, problems, language)
    try:
        return _annotated(content, container, file_name, problems, language)
    except Exception:  # noqa: BLE001  # a stranger's file raises anything
        return plain(file_name, problems, language)


def plain(file_name: str, problems: Sequence[Problem], language: str = "da") -> tuple[str, bytes]:
    """File name and bytes of a workbook with nothing but the problem sheet."""
    from workbook_templates.problem_sheet import plain_workbook

    name = f"{_stem(file_name)}{_ONLY_PROBLEMS.in_language(language)}.xlsx"
    return name, plain_workbook(file_name, problems, language)


def _stem(file_name: str) -> str:
    """The name without folder, ending, what an earlier annotation added, and whatever no system has in a name."""
    last = re.split(r"[/\\]", file_name)[-1]
    stem = _NOT_IN_A_NAME.sub("_", last.rpartition(".")[0] or last).strip(". ")[:LONGEST_STEM]
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    return stem or "skema"


def _annotated(
    content: bytes, container: Container, file_name: str, problems: Sequence[Problem], language: str
) -> tuple[str, bytes]:
    from openpyxl import load_workbook
    from openpyxl.utils import quote_sheetname
    from openpyxl.workbook.defined_name import DefinedName

    from workbook_templates.files.carried_parts import carry_over
    from workbook_templates.problem_sheet import is_problem_sheet, write_problem_sheet

    macros = "xl/vbaproject.bin" in container.parts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl names there what it does not know
        book = load_workbook(BytesIO(content), keep_vba=macros, rich_text=True)
        if not book.worksheets:  # so it is with Strict OOXML
            return plain(file_name, problems, language)
        book.template = False
        for sheet in [sheet for sheet in book.worksheets if is_problem_sheet(sheet)]:
            book.remove(sheet)
            if MARKS in book.defined_names:  # which an add-in may have let point there
                book.defined_names[MARKS].attr_text = '""'
        for sheet in book.worksheets:
            _take_marks_away(sheet)
        places = _places(book, problems)
        _mark(book, problems, places, language)
        first = book.create_sheet(index=0)
        write_problem_sheet(first, file_name, problems, language, places)
        title = DefinedName(_TITLE_NAME, attr_text=f"{quote_sheetname(first.title)}!$A$1")
        book.defined_names[_TITLE_NAME] = title
        book.active = 0
        for sheet in book.worksheets:
            for view in sheet.views.sheetView:
                view.tabSelected = sheet is first
        for chart in book.chartsheets:
            for view in chart.sheetViews.sheetView:
                view.tabSelected = False
        for window in book.views:
            window.firstSheet = 0
        packed = carry_over(content, container, book)
    return f"{_stem(file_name)}{_WITH_REMARKS.in_language(language)}.{'xlsm' if macros else 'xlsx'}", packed


def _take_marks_away(sheet: "Worksheet") -> None:
    from openpyxl.comments import Comment
    from openpyxl.formatting.formatting import ConditionalFormattingList

    others = ConditionalFormattingList()
    for ranges in sheet.conditional_formatting:
        for rule in ranges.rules:
            if rule.formula != [_OURS]:
                others.add(str(ranges.sqref), rule)
    sheet.conditional_formatting = others
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.comment is None:
                continue
            theirs = _OUR_LINES.sub("", cell.comment.text)
            if theirs != cell.comment.text:
                kept = Comment(theirs.strip(), cell.comment.author, cell.comment.height, cell.comment.width)
                cell.comment = kept if kept.text else None


def _places(book: "Workbook", problems: Iterable[Problem]) -> dict[tuple[str, str], tuple[str, str]]:
    """The workbook's own sheet and cell for each problem's; of merged cells the first one."""
    by_name = {fold(sheet.title): sheet.title for sheet in reversed(book.worksheets)}
    places: dict[tuple[str, str], tuple[str, str]] = {}
    for problem in problems:
        name = problem.sheet if problem.sheet in book.sheetnames else by_name.get(fold(problem.sheet), "")
        if name and _ADDRESS.fullmatch(problem.cell):
            merged = (ranges for ranges in book[name].merged_cells.ranges if problem.cell in ranges)
            cell = next((ranges.start_cell.coordinate for ranges in merged), problem.cell)
            places[problem.sheet, problem.cell] = name, cell
    return places


def _mark(
    book: "Workbook", problems: Iterable[Problem], places: Mapping[tuple[str, str], tuple[str, str]], language: str
) -> None:
    """One remark per cell for all its problems, and the colour of the gravest."""
    from openpyxl.comments import Comment

    from workbook_templates.problem_sheet import writable

    at: dict[str, dict[str, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in problems:
        if place := places.get((problem.sheet, problem.cell)):
            at[place[0]][place[1]].append(problem)
    for name, cells in at.items():
        sheet = book[name]
        levels: dict[Level, list[str]] = {level: [] for level in Level}
        for address, found in cells.items():
            levels[min((problem.level for problem in found), key=list(Level).index)].append(address)
            cell = sheet[address]
            lines = [line for problem in found for line in map(writable, remark_lines(problem, language))]
            author = AUTHOR
            if cell.comment is not None:
                author, lines = cell.comment.author, [cell.comment.text, "", *lines]
            high = sum(-(-max(1, len(line)) // _CHARACTERS_PER_LINE) for text in lines for line in text.split("\n"))
            cell.comment = Comment("\n".join(lines), author, _PIXELS_PER_LINE * (high + 1), _REMARK_PIXELS)
        _colour(sheet, levels)


def _colour(sheet: "Worksheet", levels: Mapping[Level, Sequence[str]]) -> None:
    """A conditional format per level, before those that the sheet has."""
    from openpyxl.formatting.formatting import ConditionalFormattingList
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font
    from openpyxl.styles.differential import DifferentialStyle

    from workbook_templates.problem_list import FILLS, LINES
    from workbook_templates.problem_sheet import argb, box, solid
    from workbook_templates.style import DARK

    ranges = [
        (level, " ".join(_whole(sheet, cell) for cell in cells[start : start + _CELLS_PER_RULE]))
        for level, cells in levels.items()
        for start in range(0, len(cells), _CELLS_PER_RULE)
    ]
    theirs = [(str(formatting.sqref), rule) for formatting in sheet.conditional_formatting for rule in formatting.rules]
    sheet.conditional_formatting = ConditionalFormattingList()  # LibreOffice goes by the order in the file
    for priority, (level, cells) in enumerate(ranges, 1):
        look = DifferentialStyle(font=Font(color=argb(DARK)), fill=solid(FILLS[level]), border=box(LINES[level]))
        rule = Rule("expression", formula=[_OURS], dxf=look, priority=priority, stopIfTrue=True)
        sheet.conditional_formatting.add(cells, rule)
    for priority, (cells, rule) in enumerate(sorted(theirs, key=lambda one: one[1].priority), len(ranges) + 1):
        rule.priority = priority
        sheet.conditional_formatting.add(cells, rule)


def _whole(sheet: "Worksheet", address: str) -> str:
    """The cell, or all of the merged cells that it is the first of."""
    return next((r.coord for r in sheet.merged_cells.ranges if r.start_cell.coordinate == address), address)
