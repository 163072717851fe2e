"""Whose a file is, and what contradicts that: what only the service can tell, from cases, tokens and links."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period, Schedule
from sync.store import cases
from sync.store.cases import KnownCase
from sync.token import FormToken
from workbook_templates.layout import fold
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, ENTRIES, ENTRY_FIELDS
from workbook_templates.problems import Problem, has_errors
from workbook_templates.schedule.kept import as_sums, unpack_entries
from workbook_templates.schedule.report import FileReport, as_hours

_HEADER_LABELS = {field.key: field.label.da for field in DOEGNSKEMA.header}
_GOAL_LABEL = next(field.label.da for field in ENTRY_FIELDS if field.key == "goal")


def case_of(
    connection: Connection, report: FileReport, token: FormToken | None, filed: Row[Any] | None, sender: str
) -> tuple[KnownCase | None, Problem | None]:
    """The file's case: the one it was given, else its token's, else its key's. T06 where its link is for another.

    What a provider sent as its own (`sender`) is for a case of its own, or for none that is known.
    """
    stated = (token.case_key if token else report.case_key or "").strip()
    if filed is not None and filed.given:
        if filed.by_link and stated and stated != filed.given:
            return None, _at_header("T06", "case_key", stated, report)
        return cases.known_case(connection, filed.given), None
    for key in (token and token.case_key, report.case_key):
        known = cases.known_case(connection, key) if key else None
        if known is not None and sender in ("", known.provider):
            return known, None
    return None, None


def told_its_case(report: FileReport, parameters: ParameterSet) -> FileReport:
    """The report of a file without a case key whose case is known otherwise: that the key is missing is no error."""
    missing = "H01", _HEADER_LABELS["case_key"]
    problems = tuple(problem for problem in report.problems if (problem.code, problem.field) != missing)
    if has_errors(problems) or not has_errors(report.problems) or report.period is None:
        return replace(report, problems=problems)
    entries = tuple(unpack_entries(report.entries))
    measured = measure(Schedule("", Period(*report.period), entries), parameters)
    return replace(report, problems=problems, sums=as_sums(measured), hours=as_hours(measured, parameters))


def held_against_the_case(
    report: FileReport, known: KnownCase | None, token: FormToken | None, filed: Row[Any] | None, key: str
) -> FileReport:
    """The report with what only the service can tell: H04, H05, T02, H03, and R14 for a goal that was not ordered."""
    found = list(_held_against_the_token(report, known, token, key))
    given = filed is not None and filed.given
    if known is None:
        if report.case_key and not given:
            found.append(_at_header("T02", "case_key", report.case_key, report))
    else:
        ordered = {goal.casefold() for goal in known.goals}
        provider = report.header.get("provider", "")
        if provider and fold(provider) != fold(known.provider):
            found.append(_at_header("H03", "provider", provider, report))
        found += [
            Problem("R14", sheet, cell, _GOAL_LABEL, goal)
            for goal, (sheet, cell) in report.goals.items()
            if ordered and goal.casefold() not in ordered
        ]
    if not found:
        return report
    cells = [problem.cell for problem in found if problem.sheet == ENTRIES.sheet]
    kept = replace(report, problems=(*found, *report.problems), rows=_rows_at(cells, report))
    return replace(kept, sums=None, hours=None) if has_errors(found) else kept


def _held_against_the_token(
    report: FileReport, known: KnownCase | None, token: FormToken | None, key: str
) -> Iterator[Problem]:
    """H05 where the form's token is not ours, H04 at each header field that says otherwise. No token, no problem."""
    text = report.header.get("token", "")
    if not key or not text:
        return
    if token is None:
        yield _at_header("H05", "token", text, report)
        return
    said = {report.case_key.strip() if report.case_key else "", known.case_key if known else ""} - {""}
    if said - {token.case_key}:
        yield _at_header("H04", "case_key", token.case_key, report)
    issued = token.period.start, token.period.end
    for field, date, stated in zip(("period_start", "period_end"), issued, report.period or issued, strict=True):
        if date != stated:
            yield _at_header("H04", field, date.isoformat(), report)


def _at_header(code: str, field: str, found: str, report: FileReport) -> Problem:
    sheet, cell = report.header_cells.get(field, (DOEGNSKEMA.header_sheet, ""))
    return Problem(code, sheet, cell, _HEADER_LABELS[field], found)


def _rows_at(cells: Iterable[str], report: FileReport) -> dict[str, list[str]]:
    """The report's shown rows and those of the cells, since a problem is shown in its row."""
    wanted = {"".join(filter(str.isdigit, cell)) for cell in cells} - report.rows.keys()
    rows = dict(report.rows)
    for entry in unpack_entries(report.entries) if wanted - {""} else ():
        if str(entry.row) in wanted:
            rows[str(entry.row)] = [field.kind.show(getattr(entry, field.key)) for field in ENTRY_FIELDS]
    return rows
