"""Everything the page of one case shows, computed from what is kept. No Flask."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from bit_model.calendar import is_weekend_or_holiday
from bit_model.content import Content, compare_content
from bit_model.hours import Measurement, Sums, measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Entry, Part, Period, Schedule
from bit_model.tariff import Financed
from sync.comparison.rows import ComparisonRow, case_comparison
from sync.houses import house_problems
from sync.store import cases, submissions
from sync.store.cases import CaseRecord
from sync.words import in_language
from workbook_templates.problems import Problem
from workbook_templates.schedule.kept import from_sums, unpack_entries
from workbook_templates.schedule.registered import place_of_entry


class PartLine(NamedTuple):
    """Hours per week of a part by both methods; `part` is None for a sum."""

    part: Part | None
    label: str
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


class EntryLine(NamedTuple):
    """An entry, its sheet and cell, and the resource minutes it gives each part."""

    entry: Entry
    place: str
    minutes: int
    parts: Mapping[Part, Fraction]
    left_out: bool


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """One case whole. What rests on a schedule is None or empty where none counts yet."""

    record: CaseRecord
    row: ComparisonRow
    financed: Financed
    versions: list[Row[Any]]
    measurement: Measurement | None
    parts: list[PartLine]
    sums: list[PartLine]
    days: list[DayLine]
    content: Content | None
    entries: list[EntryLine]
    header: Mapping[str, str]
    problems: list[dict[str, str]]

    def entries_of(self, part: Part) -> list[EntryLine]:
        """The entries behind a part."""
        return [line for line in self.entries if line.parts.get(part)]


def case_figures(
    connection: Connection, case_key: str, parameters: ParameterSet, language: str = "da"
) -> CaseFigures | None:
    """The figures of the case with the key, None where there is none."""
    stored = cases.case_row(connection, case_key)
    row = case_comparison(connection, case_key, parameters)
    if stored is None or row is None:
        return None
    record = cases.record(stored.record)
    versions = submissions.versions_of(connection, stored.id)
    counting = submissions.submission(connection, row.submission_id) if row.submission_id else None
    newest = submissions.submission(connection, versions[0].id) if versions else None
    problems = in_language(newest.report if newest else None, language)
    measurement, entries = None, list[EntryLine]()
    if counting is not None:
        measurement = from_sums(counting.sums)
        period = Period(counting.period_start, counting.period_end)
        entries = [
            _entry_line(entry, "!".join(place_of_entry(entry, counting.template, period)), measurement, parameters)
            for entry in unpack_entries(counting.entries)
        ]
        of_house: list[Problem] = house_problems(connection, stored.house, parameters).get(case_key, [])
        problems += [problem.as_json(language) for problem in of_house]
    by = parameters.financed_categories
    return CaseFigures(
        record=record,
        row=row,
        financed=record.financed(parameters),
        versions=versions,
        measurement=measurement,
        parts=_parts(measurement) if measurement else [],
        sums=_sums(measurement, parameters) if measurement else [],
        days=_days(measurement, parameters) if measurement else [],
        content=compare_content(record.case.order, measurement.by_theme(by), measurement.by_goal(by))
        if measurement
        else None,
        entries=entries,
        header=counting.header if counting else {},
        problems=problems,
    )


def _line(measured: Measurement, sums: Sums, part: Part | None, label: str) -> PartLine:
    return PartLine(part, label, measured.naive(sums), measured.stratified(sums), measured.per_week(sums))


def _parts(measured: Measurement) -> list[PartLine]:
    return [_line(measured, sums, part, part.value) for part, sums in measured.parts.items()]


def _sums(measured: Measurement, parameters: ParameterSet) -> list[PartLine]:
    compared = measured.of_categories(parameters.financed_categories)
    return [
        _line(measured, measured.resource, None, "resource"),
        _line(measured, measured.resource_ex_night, None, "resource_ex_night"),
        _line(measured, compared, None, "compared"),
        _line(measured, measured.contact, None, "contact"),
    ]


def _days(measured: Measurement, parameters: ParameterSet) -> list[DayLine]:
    lines = []
    for date, parts in measured.day_parts.items():
        hours = {part: Fraction(minutes, 60 * measured.scale) for part, minutes in parts.items()}
        weekend = is_weekend_or_holiday(date, parameters.extra_holidays)
        lines.append(DayLine(date, weekend, date in measured.left_out, hours, sum(hours.values(), Fraction(0))))
    return lines


def _entry_line(entry: Entry, place: str, measured: Measurement, parameters: ParameterSet) -> EntryLine:
    """An entry measured by itself, by the same rules as the whole schedule."""
    parts: dict[Part, Fraction] = {}
    if entry.category in RESOURCE_CATEGORIES:
        alone = measure(Schedule("", Period(entry.date, entry.date), (entry,)), parameters)
        parts = {part: Fraction(sum(sums), alone.scale) for part, sums in alone.parts.items() if any(sums)}
    return EntryLine(entry, place, entry.minutes(parameters.daylight_saving), parts, entry.date in measured.left_out)
