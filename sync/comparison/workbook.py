"""The central comparison as a workbook, from what is kept: rows are handed on as they are read, none is held."""

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bit_model.content import compare_content
from bit_model.parameters import ParameterSet
from sync.comparison.rows import ComparisonRow, comparison_rows
from sync.houses import all_house_problems
from sync.store import Store, cases, negotiation, submissions
from sync.store.comparison import case_records, narrow_rows, reports
from sync.store.negotiation import Standing
from sync.store.parameters import in_use
from sync.store.scope import scope_of
from sync.token import signed_stamp
from sync.words import STATUSES
from workbook_templates.comparison.content import (
    CaseRow,
    ComparisonContent,
    ContentRow,
    FileRow,
    PartRow,
    ProblemRow,
    TariffRow,
)
from workbook_templates.comparison.workbook import write_comparison
from workbook_templates.problems import Problem
from workbook_templates.schedule.kept import from_sums

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def write_comparison_workbook(target: Path | BinaryIO, store: Store, language: str = "da") -> int:
    """Write the workbook of all listed cases and every received file; raises OSError where it cannot be written.

    Returns how many problems of whole houses (R23, R24) stand in it, since only now they have been looked for.
    """
    of_houses = 0

    def problems() -> Iterator[ProblemRow]:
        nonlocal of_houses
        yield from _problems(connection)
        for found in all_house_problems(connection, parameters):
            of_houses += 1
            yield ProblemRow(*found)

    with store.engine.connect() as connection:
        parameters = in_use(connection)
        rows, made_at = comparison_rows(connection, parameters), dt.datetime.now(COPENHAGEN)
        kept = negotiation.standings(connection)
        content = ComparisonContent(
            made_at.replace(tzinfo=None),
            parameters,
            (_case(row, kept.get(row.case_key)) for row in rows),
            _parts(connection),
            _content(connection, parameters),
            _tariff(connection),
            _files(connection, {row.submission_id for row in rows}, language),
            problems(),
            signed_stamp(scope_of(connection).authority, made_at, store.key),
        )
        write_comparison(target, content, language)
    return of_houses


def _case(row: ComparisonRow, kept: Standing | None) -> CaseRow:
    start, end = row.period or (None, None)
    found = CaseRow(
        case_key=row.case_key,
        budget_area=row.budget_area,
        provider=row.provider,
        provider_kind=row.provider_kind,
        need=row.need,
        delivered=row.delivered,
        financed=row.financed,
        comparison=row.comparison,
        day_rate=None if row.day_rate_ore is None else Decimal(row.day_rate_ore) / 100,
        package_width=row.package_width,
        house=row.house,
        legal_basis=row.legal_basis,
        period_start=start,
        period_end=end,
        method=row.method,
        version=row.version,
    )
    return replace(found, negotiation=kept.negotiation, row_version=kept.version) if kept else found


def _parts(connection: Connection) -> Iterator[PartRow]:
    for case in narrow_rows(connection):
        if case.weekly is not None:
            yield PartRow(case.case_key, case.budget_area, case.provider, from_sums(case.weekly))


def _content(connection: Connection, parameters: ParameterSet) -> Iterator[ContentRow]:
    for kept in case_records(connection):
        themes, goals, has_schedule = {}, {}, kept.sums is not None
        if has_schedule:
            measured, by = from_sums(kept.sums), parameters.financed_categories
            themes, goals = measured.by_theme(by), measured.by_goal(by)
        found = compare_content(cases.record(kept.record).case.order, themes, goals)
        yield from (ContentRow(kept.case_key, False, line, has_schedule) for line in found.themes)
        yield from (ContentRow(kept.case_key, True, line, has_schedule) for line in found.goals)


def _tariff(connection: Connection) -> Iterator[TariffRow]:
    for kept in case_records(connection):
        record = cases.record(kept.record)
        yield from (TariffRow(kept.case_key, line, record.on_date) for line in record.case.tariff)


def _files(connection: Connection, counting: Container[int | None], language: str) -> Iterator[FileRow]:
    rows = submissions.received_files(connection)
    names = {row.receipt_id: row.file_name for row in rows}
    for row in reversed(rows):
        is_first = row.receipt_id == row.first_receipt
        yield FileRow(
            row.file_name,
            row.first_at.astimezone(COPENHAGEN).replace(tzinfo=None),
            STATUSES[row.status].in_language(language),
            row.sha256,
            row.case_key or "",
            row.version,
            row.id in counting and is_first,
            "" if is_first else names[row.first_receipt],
            row.entry_count,
            row.errors,
            row.warnings,
        )


def _problems(connection: Connection) -> Iterator[ProblemRow]:
    for row in reports(connection):
        for kept in row.report["problems"]:
            problem = Problem(kept["code"], kept["sheet"], kept["cell"], kept["field"], kept["found"])
            yield ProblemRow(row.file_name, row.case_key or "", problem)
