"""Reading the grid form: from the codes in the cells of its weeks to entries.

A cell with a formula is one of ours: it suggests what the pattern has for its quarter, and counts as that where the
day is confirmed. The value saved with it is used only where our formula could not have given it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from bit_model.calendar import is_weekend_or_holiday
from bit_model.checks import clock, masked
from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry, Period
from workbook_templates.files.grid import Cell, CellError, Grid
from workbook_templates.kinds import DATE, TIME, UnreadableError
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS
from workbook_templates.layouts.doegnskema_net import (
    QUARTER_MINUTES,
    QUARTERS_PER_DAY,
    USUAL,
    WEEK_CODE,
    WEEK_CONFIRM,
    WEEK_NAME,
    WEEK_TIME,
)
from workbook_templates.places import cell_at, filled
from workbook_templates.problems import Problem
from workbook_templates.read import STRUCTURE_CODES, read_table, shown
from workbook_templates.schedule.codes import Meaning
from workbook_templates.schedule.legend import Legend, fold_code, read_legend
from workbook_templates.schedule.quarters import Stretch, call_row, read_quarters, row_of, runs_of
from workbook_templates.schedule.registered import Registered
from workbook_templates.schedule.suggestions import unconfirmed
from workbook_templates.schedule.weeks import Week, code_in, find_weeks, quarter_of

_LABELS = {field.key: field.label.da for field in ENTRY_FIELDS}


def read_weeks(grid: Grid, period: Period | None, parameters: ParameterSet) -> Registered:
    """What is registered in the grid form. `Entry.row` is the entry's row on the sheet Registreringer."""
    legend = read_legend(grid)
    weeks, twice = find_weeks(grid)
    structure = [problem for problem in legend.table.problems if problem.code in STRUCTURE_CODES]
    structure += [*twice, *_missing(weeks, period)]
    if period is None or structure:
        return Registered((), tuple(structure), (), True, legend.table.problem, lambda _: {})
    return _Reading(grid, legend, weeks, period, parameters).read()


def _missing(weeks: Mapping[dt.date, Week], period: Period | None) -> list[Problem]:
    """H02 for each week with days that have no column."""
    lost = [day for day in (period.days if period else ()) if day not in weeks]
    problems = []
    for week, dates in groupby(lost, lambda day: day.isocalendar()[1]):
        first, *others = map(DATE.show, dates)
        span = f"{first} - {others[-1]}" if others else first
        problems.append(Problem("H02", WEEK_NAME.format(week=week), field=span))
    return problems


class _Written(NamedTuple):
    """A week's cell: its code as it counts, and the suggestion that waits there to be confirmed.

    `pattern_row` is the row on the sheet Mønster where the code came from there.
    """

    code: str = ""
    waits: str = ""
    pattern_row: int = 0


class _Usual(NamedTuple):
    """What the pattern has for a quarter of a kind of day, and its row there."""

    code: str
    row: int


class _Reading:
    """One reading of all weeks of a period, and of the morning after it."""

    def __init__(
        self, grid: Grid, legend: Legend, weeks: Mapping[dt.date, Week], period: Period, parameters: ParameterSet
    ) -> None:
        self.legend, self.weeks, self.period = legend, weeks, period
        self.days = [*period.days, period.end + dt.timedelta(days=1)]
        self.pattern = read_table(grid, USUAL)
        self.problems = [problem for problem in self.pattern.problems if problem.code not in STRUCTURE_CODES]
        extra = parameters.extra_holidays
        self.kinds = {day: "weekend" if is_weekend_or_holiday(day, extra) else "weekday" for day in self.days}
        self.usual = {kind: self._usual_day(kind) for kind in ("weekday", "weekend")}
        self.answers = {day: self._answer(day) for day in period.days}
        lost = {self.kinds[day] for day, answer in self.answers.items() if answer} - self.pattern.columns.keys()
        self.problems += [self.pattern.problem("H02", kind, 0) for kind in sorted(lost)]
        self.spots: dict[int, int] = {}
        self.codes: dict[int, str] = {}

    def read(self) -> Registered:
        """Entries and problems."""
        written = [cell for day in self.days for cell in self._day(day)]
        for week in dict.fromkeys(self.weeks.values()):
            self._look_beside(week)
        for week in dict.fromkeys(self.weeks[day] for day in self.period.days):
            self._tell_lost_times(week)
        self._tell_unknown(written)
        self._tell_waiting(written)
        line = [cell.code for cell in written]
        known = {code: self.legend.category(code) for code in self.legend.places}
        found = read_quarters([code if code in known else "" for code in line], known, len(self.period.days))
        entries = tuple(self._entries(found.stretches))
        if found.before:
            span = f"{clock(0)}-{clock(found.before.length * QUARTER_MINUTES)}"
            self._tell("R25", found.before.first, span)
        if found.open_end:
            self._tell("R27", len(self.period.days) * QUARTERS_PER_DAY - 1, self.days[-1].isoformat())
        used = [code for code in dict.fromkeys(line) if code in known]
        problems = (*self.problems, *self.legend.problems(used))
        return Registered(entries, (), problems, any(line), self._problem, lambda _: {})

    def _entries(self, stretches: Iterable[Stretch]) -> Iterator[Entry]:
        for first, length, code in stretches:
            row = row_of(first)
            if row in self.spots:
                row = call_row(first // QUARTERS_PER_DAY, self.period)
            self.spots[row], self.codes[row] = first, code
            meaning = self.legend.meaning(code)
            if meaning is not None:
                day, start = divmod(first, QUARTERS_PER_DAY)
                end = start + length if start + length <= QUARTERS_PER_DAY else start + length - QUARTERS_PER_DAY
                times = start * QUARTER_MINUTES, end * QUARTER_MINUTES
                yield meaning.entry(self.days[day], *times, row)

    def _problem(self, code: str, field: str, row: int, found: str) -> Problem:
        """At the legend's cell for what the code says, at the week's for day and time."""
        if row not in self.spots:
            return Problem(code, next(iter(self.weeks.values())).name, "", _LABELS.get(field, field), found)
        if field in Meaning._fields:
            return self.legend.problem(code, field, self.codes[row], found)
        return self._at(code, self.spots[row], found, _LABELS[field])

    def _at(self, code: str, quarter: int, found: str, label: str = WEEK_CODE.label.da) -> Problem:
        day, of_day = divmod(quarter, QUARTERS_PER_DAY)
        week = self.weeks[self.days[day]]
        return week.problem(code, week.rows[of_day], week.columns[self.days[day]], label, found)

    def _tell(self, code: str, quarter: int, found: str) -> None:
        self.problems.append(self._at(code, quarter, found))

    def _usual_day(self, kind: str) -> dict[int, _Usual]:
        found: dict[int, _Usual] = {}
        for row, time, code in zip(
            self.pattern.numbers, self.pattern.column("time"), self.pattern.column(kind), strict=True
        ):
            if code and time is None:
                self.problems.append(self.pattern.problem("R01", "time", row))
            elif code and time % QUARTER_MINUTES == 0:
                found.setdefault(time // QUARTER_MINUTES, _Usual(code, row))
        return found

    def _answer(self, day: dt.date) -> bool | None:
        """Whether the day's suggestions are right; None where nobody has said so."""
        week = self.weeks[day]
        raw = week.answer(day)
        if filled(raw) is not None and week.confirmed(day) is None:
            label = WEEK_CONFIRM.label.da
            self.problems.append(week.problem("R02", week.confirm_row, week.columns[day], label, shown(raw)))
        return week.confirmed(day)

    def _day(self, day: dt.date) -> Iterator[_Written]:
        """What stands in each quarter of a day."""
        week, usual, answer = self.weeks.get(day), self.usual[self.kinds[day]], self.answers.get(day)
        if week is None:
            yield from [_Written()] * QUARTERS_PER_DAY
            return
        formulas: list[tuple[tuple[int, int], str]] = []
        for quarter in range(QUARTERS_PER_DAY):
            spot = week.cell(day, quarter)
            raw = cell_at(week.sheet, *spot) if spot else None
            text, suggested = code_in(raw), usual.get(quarter, _Usual("", 0))
            code = fold_code(suggested.code)
            if spot is None:
                yield _Written()
            elif isinstance(raw, CellError):
                self.problems.append(week.problem("R02", *spot, WEEK_CODE.label.da, str(raw)))
                yield _Written()
            elif spot in week.sheet.formulas and fold_code(text) in {"", code, f"({code})"}:
                yield _Written(code if answer else "", code if answer is None else "", suggested.row if answer else 0)
            else:
                if spot in week.sheet.formulas:
                    formulas.append((spot, text))
                is_suggestion = text.startswith("(")
                yield _Written("" if is_suggestion else fold_code(text), text if is_suggestion else "")
        if formulas:
            spot, text = formulas[0]
            found = shown(text) if len(formulas) == 1 else f"{shown(text)}, {len(formulas)} celler"
            self.problems.append(week.problem("R19", *spot, WEEK_CODE.label.da, found))

    def _tell_unknown(self, written: list[_Written]) -> None:
        """R14 for each run of a code that the legend does not have; at the pattern's cell where it came from there."""
        for run in runs_of([cell.code for cell in written]):
            if run.code not in self.legend.places:
                row, kind = written[run.first].pattern_row, self.kinds[self.days[run.first // QUARTERS_PER_DAY]]
                code, found = ("R14", shown(run.code)) if masked(run.code) == run.code else ("R21", "")
                at_pattern = self.pattern.problem(code, kind, row, found)
                self.problems.append(at_pattern if row else self._at(code, run.first, found))

    def _tell_waiting(self, written: list[_Written]) -> None:
        """R26 for all suggestions that nobody confirmed, each run of a day counted once."""
        dates = [
            day
            for i, day in enumerate(self.days)
            for _ in runs_of([cell.waits for cell in written[i * QUARTERS_PER_DAY : (i + 1) * QUARTERS_PER_DAY]])
        ]
        if dates:
            week = self.weeks[dates[0]]
            label = _LABELS["date"]
            self.problems.append(week.problem("R26", week.date_row, week.columns[dates[0]], label, unconfirmed(dates)))

    def _look_beside(self, week: Week) -> None:
        """Codes where no quarter or no day of the period is told: without date or time, or on another date."""
        inside = [week.columns[day] for day in self.days if self.weeks.get(day) is week]
        times, cells = WEEK_TIME.label.da, week.sheet
        for row in week.others:
            time = cell_at(cells, row, week.time_column)
            if any(self._is_code(cell_at(cells, row, column)) for column in inside):
                code = "R01" if time is None else "C01" if quarter_of(time) is not None else "R02"
                found = "" if time is None else _clock(time)
                self.problems.append(week.problem(code, row, week.time_column, times, found))
        dates = {column: date for date, column in week.columns.items()}
        for column in range(week.time_column + 1, len(cells.rows[0]) + 1):
            row = next((row for row in week.rows.values() if self._is_code(cell_at(cells, row, column))), 0)
            if not row or column in inside:
                continue
            if column in dates and self.weeks[dates[column]] is week:
                self.problems.append(week.problem("R15", row, column, _LABELS["date"], dates[column].isoformat()))
            elif column not in dates:
                self.problems.append(week.problem("R01", week.date_row, column, _LABELS["date"]))

    def _tell_lost_times(self, week: Week) -> None:
        """R01 for each span of the day that has no row."""
        lost = runs_of(["" if quarter in week.rows else "lost" for quarter in range(QUARTERS_PER_DAY)])
        for first, length, _ in lost:
            span = f"{clock(first * QUARTER_MINUTES)}-{clock((first + length) * QUARTER_MINUTES)}"
            field = f"{WEEK_TIME.label.da} {span}"
            self.problems.append(week.problem("R01", week.date_row, week.time_column, field))

    def _is_code(self, raw: Cell) -> bool:
        return fold_code(code_in(raw)) in self.legend.places


def _clock(raw: Cell) -> str:
    try:
        return TIME.show(TIME.parse(raw))
    except UnreadableError:
        return shown(raw)
