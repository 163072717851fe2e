"""Reading the list form: from the rows of the sheet Døgnskema to entries."""

from collections.abc import Iterable, Mapping
from functools import partial

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Period
from bit_model.terms import Theme
from workbook_templates.files.grid import Grid
from workbook_templates.layout import Field
from workbook_templates.layouts.doegnskema import ENTRIES, ENTRY_FIELDS, PATTERN
from workbook_templates.places import filled, row_and_column
from workbook_templates.problems import Problem
from workbook_templates.read import STRUCTURE_CODES, TableRows, read_table, shown
from workbook_templates.schedule.kept import CATEGORIES
from workbook_templates.schedule.registered import Registered
from workbook_templates.schedule.suggestions import Settled, settle

THEMES = {theme.value.casefold(): theme.value for theme in Theme}
"""Themes as they may be written → as they are called."""


def read_list(grid: Grid, version: int, period: Period | None, parameters: ParameterSet) -> Registered:
    """What is registered in the list form of that version."""
    table = read_table(grid, ENTRIES)
    settled = Settled(table, table) if version < PATTERN.since else settle(grid, table, period, parameters)
    entries, row_problems = _entries(settled.rows)
    problems = [*table.problems, *settled.problems, *row_problems]
    return Registered(
        tuple(entries),
        tuple(problem for problem in problems if problem.code in STRUCTURE_CODES),
        tuple(problem for problem in problems if problem.code not in STRUCTURE_CODES),
        bool(settled.rows.numbers),
        settled.rows.problem,
        partial(_rows_as_they_stood, settled.written),
    )


def _entries(table: TableRows) -> tuple[list[Entry], list[Problem]]:
    """The rows that can be understood whole, and what the others lack."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    categories = {letter: category_of(letter) for letter in set(table.column("category"))}
    themes = {theme: THEMES.get(theme.casefold()) if theme else "" for theme in set(table.column("theme"))}
    columns = map(table.column, [field.key for field in ENTRY_FIELDS])
    for row, date, start, end, activity, letter, staff, citizens, theme, goal, note in zip(
        table.numbers, *columns, strict=True
    ):
        category, known_theme = categories[letter], themes[theme]
        if category is not None and category not in RESOURCE_CATEGORIES:  # own time and absence ask for no numbers
            staff = 1 if staff is None else staff  # noqa: PLW2901
            citizens = 1 if citizens is None else citizens  # noqa: PLW2901
        must = {"date": date, "start": start, "end": end, "category": letter, "staff": staff, "citizens": citizens}
        if None in must.values():
            problems += [
                table.problem("R01", key, row)
                for key, value in must.items()
                if value is None and not _holds_something(table, key, row)
            ]
        if letter and category is None:
            problems.append(table.problem("R14", "category", row, shown(letter)))
        if known_theme is None:
            problems.append(table.problem("R14", "theme", row, shown(theme)))
        if start == MINUTES_PER_DAY:
            problems.append(table.problem("R02", "start", row, "24:00"))
        elif category is not None and None not in must.values() and row not in table.flawed:
            entries.append(
                Entry(
                    date,
                    start,
                    end,
                    activity or "",
                    category,
                    staff,
                    citizens,
                    known_theme or "",
                    goal or "",
                    note or "",
                    row,
                )
            )
    return entries, problems


def category_of(letter: str | None) -> Category | None:
    """The category of `d`, `D - alene` or `D: direkte`; None of anything else."""
    text = (letter or "").strip().upper()
    return CATEGORIES.get(text) or CATEGORIES.get(text[:1] if text[1:2] in {" ", ":", "-"} else "")


def _holds_something(table: TableRows, key: str, row: int) -> bool:
    """True where the cell holds something, so that it is unreadable rather than empty."""
    return filled(table.raw[key][table.numbers.index(row)]) is not None


def _rows_as_they_stood(table: TableRows, problems: Iterable[Problem]) -> Mapping[str, list[str]]:
    cells = (problem.cell for problem in problems if problem.sheet == table.sheet and problem.cell)
    wanted = {row_and_column(cell)[0] for cell in cells}
    return {
        str(number): [_cell_as_it_stood(table, field, place) for field in ENTRY_FIELDS]
        for place, number in enumerate(table.numbers)
        if number in wanted
    }


def _cell_as_it_stood(table: TableRows, field: Field, place: int) -> str:
    value = table.column(field.key)[place]
    if value is None:
        raw = table.raw[field.key][place] if field.key in table.raw else None
        return "" if raw is None else shown(raw)
    return shown(field.kind.show(value))
