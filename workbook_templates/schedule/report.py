"""What a returned schedule holds: from its bytes to entries, problems and sums. Runs in the child that reads.

The report is made to be sent between processes and kept: the long parts are bytes already.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bit_model.calendar import MINUTES_PER_DAY
from bit_model.checks import Finding, check_schedule
from bit_model.hours import Measurement, measure
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Period, Schedule
from bit_model.terms import Theme
from workbook_templates.files.gate import Limits, gate
from workbook_templates.files.grid import Grid, column_number, read_grid
from workbook_templates.layout import Field
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES
from workbook_templates.problems import Problem, has_errors
from workbook_templates.read import Header, TableRows, read_header, read_table, recognise, shown, wanted_sheets
from workbook_templates.schedule.kept import CATEGORIES, as_sums, pack_entries

THEMES = {theme.value.casefold(): theme.value for theme in Theme}
ENTRY_FIELDS = ENTRIES.inputs


@dataclass(frozen=True, slots=True)
class FileReport:
    """One received file, examined. `sums` is None where errors keep the schedule out of the comparison.

    `rows` are the cells, as they stood, of the rows that have a problem, by row number. `goals` are the goals that
    entries name, each with the first cell it stands in.
    """

    file_name: str
    problems: tuple[Problem, ...] = ()
    sha256: str = ""
    template: str | None = None
    version: int | None = None
    case_key: str | None = None
    period: tuple[dt.date, dt.date] | None = None
    header: Mapping[str, str] = dataclasses.field(default_factory=dict)
    entry_count: int = 0
    entries: bytes = b""
    goals: Mapping[str, str] = dataclasses.field(default_factory=dict)
    rows: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    sums: Mapping[str, Any] | None = None
    hours: Mapping[str, Any] | None = None
    parameter_set: str | None = None
    rule_set: str | None = None

    def as_json(self, language: str = "da") -> dict[str, Any]:
        """The report with the stable keys of `bitark check --json`."""
        start, end = self.period or (None, None)
        return {
            "file": self.file_name,
            "sha256": self.sha256,
            "template": self.template,
            "version": self.version,
            "case_key": self.case_key,
            "period": start and end and {"from": start.isoformat(), "to": end.isoformat()},
            "entries": self.entry_count,
            "problems": [problem.as_json(language) for problem in self.problems],
            "hours": self.hours,
        }


def examine(content: bytes, file_name: str, parameters: ParameterSet, today: dt.date, limits: Limits) -> FileReport:
    """Everything there is to know of a file, with all its problems at once: structure first, rows after."""
    sha256 = hashlib.sha256(content).hexdigest()
    container = gate(content, limits)
    if isinstance(container, Problem):
        return FileReport(file_name, (container,), sha256)
    grid = read_grid(content, container, wanted_sheets, limits)
    template, unknown = recognise(grid)
    if template is not DOEGNSKEMA:
        found = Problem("T01", found=template.title.da) if template else unknown
        problems = tuple(grid.problems) or ((found,) if found else ())
        named = (template.name, template.version) if template else (None, None)
        return FileReport(file_name, problems, sha256, *named)
    return _examine_schedule(file_name, sha256, grid, parameters, today)


def _examine_schedule(file_name: str, sha256: str, grid: Grid, parameters: ParameterSet, today: dt.date) -> FileReport:
    header = read_header(grid, DOEGNSKEMA)
    table = read_table(grid, ENTRIES)
    entries, row_problems = _entries(table)
    start, end = header.values["period_start"], header.values["period_end"]
    period = Period(start, end) if start and end and start <= end else None
    problems = [*grid.problems, *header.problems, *(p for p in table.problems if p.code == "H02")]
    if start and end and period is None:
        sheet, cell = header.cells["period_end"]
        problems.append(Problem("H01", sheet, cell, "Periode til", end.isoformat()))
    sums = hours = None
    if not any(problem.code == "H02" for problem in problems):
        schedule = Schedule(
            header.values["case_key"] or "",
            period or Period(dt.date.min, dt.date.min),
            tuple(entries),
            header.values["provider"] or "",
            header.values["house"] or "",
            header.values["house_size"],
        )
        findings = check_schedule(schedule, parameters, today)
        if period is None or (table.numbers and not entries):  # what follows from a flaw already told is not told again
            findings = [finding for finding in findings if finding.code not in {"R15", "R20", "T03", "T04"}]
        cells = [*(p for p in table.problems if p.code != "H02"), *row_problems]
        cells += [_at_cell(finding, header, table) for finding in findings]
        problems += sorted(cells, key=_place)
        if not has_errors(problems):
            measurement = measure(schedule, parameters)
            sums, hours = as_sums(measurement), as_hours(measurement, parameters)
    return FileReport(
        file_name,
        tuple(problems),
        sha256,
        DOEGNSKEMA.name,
        DOEGNSKEMA.version,
        header.values["case_key"],
        (period.start, period.end) if period else None,
        _shown_header(header),
        len(entries),
        pack_entries(entries),
        _first_cells(table, entries),
        _rows_with_problems(table, problems),
        sums,
        hours,
        parameters.title,
        parameters.rule_set,
    )


def _entries(table: TableRows) -> tuple[list[Entry], list[Problem]]:
    """The rows that can be understood whole, and what the others lack."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    categories = {letter: _category(letter) for letter in set(table.column("category"))}
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


def _category(letter: str | None) -> Category | None:
    """The category of `d`, `D - alene` or `D: direkte`."""
    text = (letter or "").strip().upper()
    return CATEGORIES.get(text) or CATEGORIES.get(text[:1] if text[1:2] in {" ", ":", "-"} else "")


def _holds_something(table: TableRows, key: str, row: int) -> bool:
    """True where the cell holds something, so that it is unreadable rather than empty."""
    raw = table.raw[key][table.numbers.index(row)]
    return raw is not None and str(raw).strip() != ""


def _at_cell(finding: Finding, header: Header, table: TableRows) -> Problem:
    if finding.field in header.cells:
        sheet, cell = header.cells[finding.field]
        label = next(f.label.da for f in DOEGNSKEMA.header if f.key == finding.field)
        return Problem(finding.code, sheet, cell, label, finding.found)
    return table.problem(finding.code, finding.field, finding.row, finding.found)


def _place(problem: Problem) -> tuple[int, int]:
    """Row and column, so that problems are told in the order they are met on the sheet; (0, 0) for the whole sheet."""
    letters = problem.cell.rstrip("0123456789")
    return int(problem.cell[len(letters) :] or 0), column_number(letters)


def _shown_header(header: Header) -> dict[str, str]:
    fields = {f.key: f for f in DOEGNSKEMA.header}
    return {key: fields[key].kind.show(value) for key, value in header.values.items() if value is not None}


def _first_cells(table: TableRows, entries: Iterable[Entry]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        if entry.goal and entry.goal not in found:
            found[entry.goal] = table.problem("R14", "goal", entry.row).cell
    return found


def _rows_with_problems(table: TableRows, problems: Iterable[Problem]) -> dict[str, list[str]]:
    wanted = {_place(problem)[0] for problem in problems if problem.sheet == table.table.sheet and problem.cell}
    cells: dict[str, list[str]] = {}
    for place, number in enumerate(table.numbers):
        if number in wanted:
            cells[str(number)] = [_cell_as_it_stood(table, field, place) for field in ENTRY_FIELDS]
    return cells


def _cell_as_it_stood(table: TableRows, field: Field, place: int) -> str:
    value = table.column(field.key)[place]
    if value is None:
        raw = table.raw[field.key][place] if field.key in table.raw else None
        return "" if raw is None else shown(raw)
    return shown(field.kind.show(value))


def as_hours(measurement: Measurement, parameters: ParameterSet) -> dict[str, Any]:
    """Hours per week for display, two decimals half up, with the stable keys of `bitark check --json`."""

    def shown_hours(value: Fraction | None) -> float | None:
        return None if value is None else float(half_up(value))

    per_week = {part.value: shown_hours(measurement.per_week(sums)) for part, sums in measurement.parts.items()}
    per_week["resource"] = shown_hours(measurement.per_week(measurement.resource))
    per_week["resource_ex_night"] = shown_hours(measurement.per_week(measurement.resource_ex_night))
    per_week["contact"] = shown_hours(measurement.per_week(measurement.contact))
    by_theme = measurement.by_theme(parameters.financed_categories)
    return {
        "days": measurement.days.all,
        "method": measurement.method.value,
        "naive": shown_hours(measurement.naive(measurement.resource)),
        "stratified": shown_hours(measurement.stratified(measurement.resource)),
        "per_week": per_week,
        "by_theme": {theme: shown_hours(hours) for theme, hours in sorted(by_theme.items())},
    }
