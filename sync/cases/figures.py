"""Everything the page of one case shows, computed from what is kept. No Flask."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from bit_model.calendar import is_weekend_or_holiday
from bit_model.content import Content, compare_content
from bit_model.day_strip import Stretch, day_strip
from bit_model.heat_map import heat_map
from bit_model.hours import Measurement, Sums
from bit_model.parameters import ParameterSet
from bit_model.schedule import Part, Period, Schedule
from bit_model.tariff import Financed
from sync.cases.entries import EntryLine, entry_lines
from sync.cases.history import AsOf, as_of, end_of, record_on, row_on, standing
from sync.comparison.rows import ComparisonRow, case_comparison
from sync.houses import house_problems
from sync.store import cases, submissions
from sync.store.cases import CaseRecord
from sync.store.parameters import in_use
from sync.words import in_language
from workbook_templates.problems import Problem
from workbook_templates.schedule.kept import from_sums, unpack_entries


class PartLine(NamedTuple):
    """Hours per week of a part by both methods; `part` is None for a sum. `key` names its derivation."""

    part: Part | None
    key: str
    sums: Sums
    naive: Fraction
    stratified: Fraction | None
    used: Fraction


class DayLine(NamedTuple):
    """A day's resource hours by part; `left_out` days are not among the counted ones."""

    date: dt.date
    weekend: bool
    left_out: bool
    parts: Mapping[Part, Fraction]
    total: Fraction


@dataclass(frozen=True)
class CaseFigures:
    """One case whole. What rests on a schedule is None or empty where none counts.

    `asked` is set where the page is about an earlier date. Strip, heat map and entries are made when asked for.
    """

    record: CaseRecord
    row: ComparisonRow
    financed: Financed
    imported_at: dt.datetime
    versions: list[Row[Any]]
    counting: Row[Any] | None
    measurement: Measurement | None
    schedule: Schedule | None
    parameters: ParameterSet
    problems: list[dict[str, str]]
    asked: AsOf | None = None

    @cached_property
    def parts(self) -> list[PartLine]:
        """The parts of the hours."""
        measured = self.measurement
        if measured is None:
            return []
        return [_line(measured, sums, part, f"del-{part}") for part, sums in measured.parts.items()]

    @cached_property
    def sums(self) -> list[PartLine]:
        """What the parts come to."""
        measured = self.measurement
        if measured is None:
            return []
        return [
            _line(measured, measured.resource, None, "ressourcetid"),
            _line(measured, measured.resource_ex_night, None, "uden-nat"),
            _line(measured, measured.of_categories(self.parameters.financed_categories), None, "indsats"),
            _line(measured, measured.contact, None, "kontakttid"),
        ]

    @cached_property
    def days(self) -> list[DayLine]:
        """The days of the period."""
        measured = self.measurement
        return [] if measured is None else [_day(measured, date, self.parameters) for date in measured.day_parts]

    @cached_property
    def content(self) -> Content | None:
        """Ordered against given, per theme and goal."""
        by, measured = self.parameters.financed_categories, self.measurement
        if measured is None:
            return None
        return compare_content(self.record.case.order, measured.by_theme(by), measured.by_goal(by))

    @cached_property
    def strip(self) -> Mapping[dt.date, list[Stretch]]:
        """The days from midnight to midnight."""
        return day_strip(self.schedule, self.parameters) if self.schedule else {}

    @cached_property
    def heat(self) -> Sequence[Sequence[Fraction]]:
        """Resource minutes by weekday and clock hour."""
        return heat_map(self.schedule, self.parameters) if self.schedule else []

    @cached_property
    def entries(self) -> tuple[EntryLine, ...]:
        """Every entry with its place."""
        if self.schedule is None or self.measurement is None or self.counting is None:
            return ()
        return entry_lines(self.schedule, self.counting.template, self.measurement, self.parameters)


def case_figures(
    connection: Connection,
    case_key: str,
    language: str = "da",
    on: dt.date | None = None,
) -> CaseFigures | None:
    """The figures of the case with the key, None where there is none; as they stood on a date where one is given.

    They are computed by the set in use, or the one that was at the end of that date.
    """
    parameters = in_use(connection, None if on is None else end_of(on))
    stored = cases.case_row(connection, case_key)
    row = case_comparison(connection, case_key, parameters)
    if stored is None or row is None:
        return None
    record, asked = cases.record(stored.record), None
    versions = submissions.versions_of(connection, stored.id)
    if on is not None:
        first_at = submissions.first_receipts(connection, [version.id for version in versions])
        asked = as_of(on, versions, first_at, stored.imported_at)
        record = record_on(connection, record, on)
        row = row_on(row, record, standing(versions, end_of(on)), parameters)
    counting = submissions.submission(connection, row.submission_id) if row.submission_id else None
    newest = submissions.submission(connection, versions[0].id) if versions else None
    problems = in_language(newest.report if newest else None, language)
    schedule = None
    if counting is not None:
        period = Period(counting.period_start, counting.period_end)
        schedule = Schedule(case_key, period, tuple(unpack_entries(counting.entries)))
        if asked is None:
            of_house: list[Problem] = house_problems(connection, stored.house, parameters).get(case_key, [])
            problems += [problem.as_json(language) for problem in of_house]
    return CaseFigures(
        record=record,
        row=row,
        financed=record.financed(parameters),
        imported_at=stored.imported_at,
        versions=versions,
        counting=counting,
        measurement=from_sums(counting.sums) if counting else None,
        schedule=schedule,
        parameters=parameters,
        problems=problems,
        asked=asked,
    )


def _line(measured: Measurement, sums: Sums, part: Part | None, key: str) -> PartLine:
    return PartLine(part, key, sums, measured.naive(sums), measured.stratified(sums), measured.per_week(sums))


def _day(measured: Measurement, date: dt.date, parameters: ParameterSet) -> DayLine:
    hours = {part: Fraction(minutes, 60 * measured.scale) for part, minutes in measured.day_parts[date].items()}
    weekend = is_weekend_or_holiday(date, parameters.extra_holidays)
    return DayLine(date, weekend, date in measured.left_out, hours, sum(hours.values(), Fraction(0)))
