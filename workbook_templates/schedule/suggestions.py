"""What the day patterns suggest in a returned list form, and which entries count because of them.

A row's suggestion is the row with its number in the pattern of its date. It counts where the row or the whole date
confirms it. What is written on a confirmed row is put over it; what is written on any other row stands alone.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bit_model.calendar import is_weekend_or_holiday
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period
from workbook_templates.files.grid import Cell, Grid
from workbook_templates.kinds import DATE
from workbook_templates.layouts.doegnskema import DAYS, OWN_FIELDS, PATTERN, PatternDay
from workbook_templates.places import address, filled
from workbook_templates.problems import Problem
from workbook_templates.read import STRUCTURE_CODES, TableRows, read_table, shown

OWN = tuple(own.key for own in OWN_FIELDS)
PATTERN_WORDS = {day.value.casefold(): day for day in PatternDay}
"""Kinds of usual days by their words, in small letters."""
_Value = tuple[Any, Cell]
"""What a cell means, and what it held."""
_OF_A_VALUE = frozenset({"R02", "R03", "R04", "R08", "R09", "R14"})
"""Codes that blame a cell's value, and so the pattern's cell where the value is from there."""


@dataclass(frozen=True, slots=True)
class SuggestedRows(TableRows):
    """Rows as they count. `origins` has, by row and field key, the row of `pattern` that a value came from."""

    pattern: TableRows = field(default_factory=lambda: TableRows(PATTERN, {}, ()))
    origins: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def problem(self, code: str, field: str, row: int, found: str = "", language: str = "da") -> Problem:
        """A problem at a field's cell in a row, or at the cell of the pattern that gave the value."""
        origin = self.origins.get((row, field)) if code in _OF_A_VALUE else None
        if origin is None or (field == "end" and (row, "start") not in self.origins):
            return TableRows.problem(self, code, field, row, found, language)
        return self.pattern.problem(code, field, origin, found, language)


@dataclass(frozen=True, slots=True)
class Settled:
    """The entries' rows as they count, and what there is to say of patterns, days and suggestions.

    `written` are the rows as they stood, also those with nothing but a suggestion.
    """

    rows: TableRows
    written: TableRows
    problems: tuple[Problem, ...] = ()


class StatedDay(NamedTuple):
    """Which pattern a date follows, what was answered for the whole of it, and its row on the sheet of days."""

    pattern: PatternDay
    confirmed: bool | None
    row: int


def settle(grid: Grid, table: TableRows, period: Period | None, parameters: ParameterSet) -> Settled:
    """The rows of `table`, and those where only a confirmed suggestion stands, as they count."""
    pattern = read_table(grid, PATTERN)
    answered = any(filled(raw) is not None for raw in table.raw.get("confirm", ()))
    if not (pattern.numbers or pattern.problems or answered):
        return Settled(table, table)
    stated = read_table(grid, DAYS, blank=True)
    days = stated_days(stated, period, parameters)
    if not pattern.numbers:  # where the sheet was deleted, what was confirmed is lost
        lost = True in table.column("confirm") or any(day.confirmed for day in days.values())
        return Settled(_resolve(table, pattern, days)[0], table, pattern.problems if lost else ())
    written = read_table(grid, table.table, blank=True)
    rows, waiting = _resolve(written, pattern, days)
    used = {address(row, pattern.columns[key]) for (_, key), row in rows.origins.items()}
    problems = [
        *_missing_columns(stated),
        *stated.problems,
        *_unknown_patterns(stated),
        *_contradictions(stated),
        *(problem for problem in pattern.problems if problem.code != "R02" or problem.cell in used),
    ]
    if waiting:
        first = min(waiting)
        problems.append(stated.problem("R26", "confirm_day", days[first].row, unconfirmed(waiting)))
    return Settled(rows, written, tuple(problems))


def unconfirmed(dates: Collection[dt.date]) -> str:
    """How many suggestions nobody confirmed, given the date of each."""
    days, suggestions = len(set(dates)), "1 forslag" if len(dates) == 1 else f"{len(dates)} forslag"
    return f"{suggestions} på {days} {'dag' if days == 1 else 'dage'}, først {min(dates).isoformat()}"


def stated_days(stated: TableRows, period: Period | None, parameters: ParameterSet) -> dict[dt.date, StatedDay]:
    """What the sheet Dage says of each date of the period."""
    columns = (stated.column(key) for key in ("date", "pattern_day", "confirm_day"))
    rows = reversed([*zip(stated.numbers, *columns, strict=True)])
    found = {date: (row, word, sure) for row, date, word, sure in rows}
    days = {}
    for date in period.days if period else ():
        row, word, sure = found.get(date, (0, None, None))
        usual = PatternDay.WEEKEND if is_weekend_or_holiday(date, parameters.extra_holidays) else PatternDay.WEEKDAY
        days[date] = StatedDay(PATTERN_WORDS.get(word.casefold(), PatternDay.NONE) if word else usual, sure, row)
    return days


def _missing_columns(stated: TableRows) -> list[Problem]:
    keys = ("date", "pattern_day", "confirm_day")
    if any(problem.code in STRUCTURE_CODES for problem in stated.problems):
        return []
    return [stated.problem("H02", key, 0) for key in keys if key not in stated.columns]


def _contradictions(stated: TableRows) -> Iterator[Problem]:
    """C01 for each date that stands again with other answers; the first row is the one that counts."""
    columns = (stated.column(key) for key in ("date", "pattern_day", "confirm_day"))
    first: dict[dt.date, tuple[Any, ...]] = {}
    for row, date, *answers in zip(stated.numbers, *columns, strict=True):
        if date is not None and first.setdefault(date, tuple(answers)) != tuple(answers):
            yield stated.problem("C01", "date", row, DATE.show(date))


def _unknown_patterns(stated: TableRows) -> list[Problem]:
    words = zip(stated.numbers, stated.column("pattern_day"), strict=True)
    return [
        stated.problem("R14", "pattern_day", row, shown(word))
        for row, word in words
        if word and word.casefold() not in PATTERN_WORDS
    ]


def _resolve(
    written: TableRows, pattern: TableRows, days: Mapping[dt.date, StatedDay]
) -> tuple[SuggestedRows, list[dt.date]]:
    """The rows that count, with the pattern's values where they hold, and the date of each unconfirmed suggestion."""
    kinds = [PATTERN_WORDS.get((kind or "").casefold()) for kind in pattern.column("day_kind")]
    places = {key: i for i, key in reversed([*enumerate(zip(kinds, pattern.column("number"), strict=True))])}
    own, suggested = _cells(written), _cells(pattern)
    answers = written.raw.get("confirm") or [None] * len(written.numbers)
    head = [written.column(key) for key in ("date", "number", "confirm")]
    counted: dict[int, tuple[_Value, ...]] = {}
    origins: dict[tuple[int, str], int] = {}
    waiting: list[dt.date] = []
    for i, (row, date, number, answer) in enumerate(zip(written.numbers, *head, strict=True)):
        is_written = any(filled(raw) is not None for _, raw in own[i])
        refused = answer is False or (answer is None and filled(answers[i]) is not None)
        day = days.get(date)
        place = places.get((day.pattern, number)) if day else None
        if place is not None and (answer or (day and day.confirmed and not (is_written or refused))):
            counted[i] = tuple(
                mine if filled(mine[1]) is not None else theirs
                for mine, theirs in zip(own[i], suggested[place], strict=True)
            )
            for key, mine, theirs in zip(OWN, own[i], suggested[place], strict=True):
                if filled(mine[1]) is None and filled(theirs[1]) is not None:
                    origins[row, key] = pattern.numbers[place]
        elif is_written or answer:
            counted[i] = own[i]
        elif place is not None and not refused and day and day.confirmed is None:
            waiting.append(date)
    return _rows_that_count(written, counted, pattern, origins), waiting


def _rows_that_count(
    written: TableRows,
    counted: Mapping[int, tuple[_Value, ...]],
    pattern: TableRows,
    origins: Mapping[tuple[int, str], int],
) -> SuggestedRows:
    """The rows at some places of `written`, with these values."""
    flawed = set(written.flawed)
    for i, cells in counted.items():
        if any(value is None and filled(raw) is not None for value, raw in cells):
            flawed.add(written.numbers[i])
    columns = list(zip(*counted.values(), strict=True)) or [()] * len(OWN)
    values = {key: [value for value, _ in column] for key, column in zip(OWN, columns, strict=True)}
    raw = {key: [content for _, content in column] for key, column in zip(OWN, columns, strict=True)}
    return SuggestedRows(
        written.table,
        written.columns,
        written.problems,
        [written.numbers[i] for i in counted],
        values | {"date": [written.column("date")[i] for i in counted]},
        raw | {"date": [written.raw["date"][i] for i in counted]},
        frozenset(flawed),
        written.sheet,
        pattern,
        origins,
    )


def _cells(rows: TableRows) -> list[tuple[_Value, ...]]:
    """What is an entry's own, of each row."""
    blank: list[Cell] = [None] * len(rows.numbers)
    columns = [zip(rows.column(key), rows.raw.get(key) or blank, strict=True) for key in OWN]
    return list(zip(*columns, strict=True))
