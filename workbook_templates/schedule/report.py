"""What a returned schedule holds: from its bytes to entries, problems and sums. Runs in the child that reads.

The report is made to be sent between processes and kept: the long parts are bytes already.
"""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from bit_model.checks import Finding, check_schedule, masked
from bit_model.hours import Measurement, measure
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from bit_model.schedule import Entry, Period, Schedule
from workbook_templates.case_list.read import case_list_of
from workbook_templates.files.gate import Limits, gate
from workbook_templates.layouts.doegnskema import DOEGNSKEMA
from workbook_templates.layouts.doegnskema_net import DOEGNSKEMA_NET
from workbook_templates.layouts.takst import TAKST
from workbook_templates.opened import Opened, open_workbook
from workbook_templates.places import row_and_column
from workbook_templates.problems import Problem, has_errors
from workbook_templates.read import Header, read_header
from workbook_templates.schedule.grid_rows import read_weeks
from workbook_templates.schedule.kept import as_sums, pack_entries
from workbook_templates.schedule.list_rows import read_list
from workbook_templates.schedule.registered import Registered
from workbook_templates.tariff_sheet.figures import examine_tariff


@dataclass(frozen=True, slots=True)
class FileReport:
    """One received file, examined. `sums` is None where errors keep the schedule out of the comparison.

    `rows` are the cells, as they stood, of the rows that have a problem, by row number. `goals` are the goals that
    entries name, each with the sheet and the first cell it stands in. `header_cells` are the sheet and cell of each
    header field.
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
    goals: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    rows: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    sums: Mapping[str, Any] | None = None
    hours: Mapping[str, Any] | None = None
    parameter_set: str | None = None
    rule_set: str | None = None
    header_cells: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    tariff: Mapping[str, Any] | None = None
    """The figures of a tariff template; None for other templates and where errors could make a figure wrong."""

    def as_json(self, language: str = "da") -> dict[str, Any]:
        """The report with the stable keys of `bitark check --json`."""
        start, end = self.period or (None, None)
        of_tariff = {"tariff": self.tariff} if self.template == TAKST.name else {}
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
            **of_tariff,
        }


def examine(content: bytes, file_name: str, parameters: ParameterSet, today: dt.date, limits: Limits) -> FileReport:
    """Everything there is to know of a file, with all its problems at once: structure first, rows after."""
    sha256 = hashlib.sha256(content).hexdigest()
    container = gate(content, limits)
    if isinstance(container, Problem):
        return FileReport(file_name, (container,), sha256)
    return examine_opened(open_workbook(content, container, limits), file_name, sha256, parameters, today)


def examine_opened(opened: Opened, file_name: str, sha256: str, parameters: ParameterSet, today: dt.date) -> FileReport:
    """The same of a workbook whose cells are at hand; `sha256` is empty where there is no file."""
    if opened.template in (DOEGNSKEMA, DOEGNSKEMA_NET):
        return _examine_schedule(file_name, sha256, opened, parameters, today)
    name, version = (opened.template.name, opened.version) if opened.template else (None, None)
    if opened.template is TAKST:
        problems, header, tariff = examine_tariff(opened.grid, parameters)
        return FileReport(file_name, problems, sha256, name, version, header=header, tariff=tariff)
    problems = case_list_of(opened).problems
    return FileReport(file_name, problems, sha256, name, version)


def _examine_schedule(
    file_name: str, sha256: str, opened: Opened, parameters: ParameterSet, today: dt.date
) -> FileReport:
    grid = opened.grid
    header = read_header(grid, DOEGNSKEMA)
    start, end = header.values["period_start"], header.values["period_end"]
    period = Period(start, end) if start and end and start <= end else None
    if opened.template is DOEGNSKEMA:
        registered = read_list(grid, opened.version, period, parameters)
    else:
        registered = read_weeks(grid, period, parameters)
    problems = [*grid.problems, *header.problems, *registered.structure]
    if start and end and period is None:
        sheet, cell = header.cells["period_end"]
        problems.append(Problem("H01", sheet, cell, "Periode til", end.isoformat()))
    sums = hours = None
    if not registered.structure:
        schedule = Schedule(
            header.values["case_key"] or "",
            period or Period(dt.date.min, dt.date.min),
            registered.entries,
            header.values["provider"] or "",
            header.values["house"] or "",
            header.values["house_size"],
        )
        findings = check_schedule(schedule, parameters, today)
        if period is None or (registered.is_begun and not registered.entries):
            # what follows from a flaw already told is not told again
            findings = [finding for finding in findings if finding.code not in {"R15", "R20", "T03", "T04"}]
        cells = [*registered.problems, *(_at_cell(finding, header, registered) for finding in findings)]
        problems += sorted(dict.fromkeys(cells), key=partial(_place, [DOEGNSKEMA.header_sheet, *grid.sheets]))
        if not has_errors(problems):
            measurement = measure(schedule, parameters)
            sums, hours = as_sums(measurement), as_hours(measurement, parameters)
    if any(problem.code == "R21" for problem in problems):
        registered = dataclasses.replace(registered, entries=tuple(map(_masked, registered.entries)))
    return FileReport(
        file_name,
        tuple(problems),
        sha256,
        opened.template.name if opened.template else None,
        opened.version,
        header.values["case_key"],
        (period.start, period.end) if period else None,
        _shown_header(header),
        len(registered.entries),
        pack_entries(registered.entries),
        _first_cells(registered),
        registered.rows(problems),
        sums,
        hours,
        parameters.title,
        parameters.rule_set,
        header.cells,
    )


def _masked(entry: Entry) -> Entry:
    """The entry with nothing in its texts that names a person, since it is kept and shown."""
    return entry._replace(
        activity=masked(entry.activity), theme=masked(entry.theme), goal=masked(entry.goal), note=masked(entry.note)
    )


def _at_cell(finding: Finding, header: Header, registered: Registered) -> Problem:
    if finding.field in header.cells:
        sheet, cell = header.cells[finding.field]
        label = next(f.label.da for f in DOEGNSKEMA.header if f.key == finding.field)
        return Problem(finding.code, sheet, cell, label, finding.found)
    return registered.problem(finding.code, finding.field, finding.row, finding.found)


def _place(sheets: Sequence[str], problem: Problem) -> tuple[int, int, int]:
    """Sheet, row and column, so that problems are told in the order they are met; what has no cell comes first."""
    if not problem.cell:
        return -1, 0, 0
    return sheets.index(problem.sheet) if problem.sheet in sheets else 0, *row_and_column(problem.cell)


def _shown_header(header: Header) -> dict[str, str]:
    fields = {f.key: f for f in DOEGNSKEMA.header}
    return {key: fields[key].kind.show(value) for key, value in header.values.items() if value is not None}


def _first_cells(registered: Registered) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for entry in registered.entries:
        if entry.goal and entry.goal not in found:
            place = registered.problem("R14", "goal", entry.row, "")
            found[entry.goal] = place.sheet, place.cell
    return found


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
