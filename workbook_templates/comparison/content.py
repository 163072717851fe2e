"""What the central comparison workbook is made of: exact rows, and what stands in the cells of each."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bit_model.case import AmountKind, TariffLine
from bit_model.comparison import Comparison, Pair
from bit_model.content import ContentLine
from bit_model.hours import Measurement, Method
from bit_model.negotiation import UNTOUCHED, Negotiation
from bit_model.parameters import ParameterSet
from bit_model.rounding import Number
from bit_model.tariff import Note, line_day_rate
from workbook_templates.comparison.row_print import print_of
from workbook_templates.kinds import DATE, YES_NO, YesNoKind
from workbook_templates.layout import Text
from workbook_templates.layouts.sagsliste import TARIFF_LINES
from workbook_templates.layouts.sammenligning import day_rate_key, state_key
from workbook_templates.problems import Problem
from workbook_templates.readings import NO_SCHEDULE, NOT_COMPARED, NOT_IN_FORCE, reading_text, word

Values = Mapping[str, Any]
"""The values of one row by the declaration's keys; numbers exact, closed sets in words."""
FINGERPRINT_LETTERS = 12
THEME, GOAL = Text("Tema", "Theme"), Text("Mål", "Goal")
NO_THEME, NO_GOAL = Text("(uden tema)", "(no theme)"), Text("(uden mål)", "(no goal)")
_PAIR_KEYS = tuple((pair, pair.value, state_key(pair)) for pair in Pair)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. Hours per week, None where a pillar is unaccounted; `day_rate` in kr without VAT and rent.

    `package_width` is hours per week, for providers paid by packages. `version`, `method` and the period are those of
    the schedule that counts. `negotiation` is as it is kept, in its `row_version`.
    """

    case_key: str
    budget_area: str
    provider: str
    provider_kind: str
    need: Number | None
    delivered: Number | None
    financed: Number | None
    comparison: Comparison
    day_rate: Fraction | Decimal | None = None
    package_width: Number | None = None
    house: str = ""
    legal_basis: str = ""
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    method: Method | None = None
    version: int | None = None
    negotiation: Negotiation = UNTOUCHED
    row_version: int = 0


@dataclass(frozen=True, slots=True)
class PartRow:
    """The measured hours of one case."""

    case_key: str
    budget_area: str
    provider: str
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class ContentRow:
    """One theme or goal (`is_goal`) of one case; without a schedule only what is ordered is known."""

    case_key: str
    is_goal: bool
    line: ContentLine
    has_schedule: bool = True


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One tariff line of one case, held against the date that the case's tariff is judged on."""

    case_key: str
    line: TariffLine
    on_date: dt.date


@dataclass(frozen=True, slots=True)
class FileRow:
    """One received file under one name. `received` is local time without a zone, `status` in the user's words.

    `counts` is true of the one row per case whose hours are compared; `same_as` is the first name of the same bytes.
    """

    file_name: str
    received: dt.datetime
    status: str
    sha256: str
    case_key: str = ""
    version: int | None = None
    counts: bool = False
    same_as: str = ""
    entries: int = 0
    errors: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem of one file, also one that only the sheets of its house together show, in as many rows of it."""

    file_name: str
    case_key: str
    problem: Problem
    rows: int = 1


@dataclass(frozen=True, slots=True)
class ComparisonContent:
    """All of a workbook. Each series is gone through once, so a generator will do and no row need be kept.

    `made_at` is local time without a zone, `stamp` what tells that the workbook was made here.
    """

    made_at: dt.datetime
    parameters: ParameterSet
    cases: Iterable[CaseRow]
    parts: Iterable[PartRow] = ()
    content: Iterable[ContentRow] = ()
    tariff: Iterable[TariffRow] = ()
    files: Iterable[FileRow] = ()
    problems: Iterable[ProblemRow] = ()
    stamp: str = ""


def case_values(row: CaseRow, parameters: ParameterSet, language: str) -> Values:
    """A row of the sheet BIT; computed columns have what their formulas give."""
    comparison = row.comparison
    values = {
        "case_key": row.case_key,
        "budget_area": row.budget_area,
        "provider": row.provider,
        "provider_kind": row.provider_kind,
        "need": row.need,
        "delivered": row.delivered,
        "financed": row.financed,
        "state": word(comparison.state, language),
        "reading": reading_text(comparison, language),
        "day_rate": row.day_rate,
        "house": row.house,
        "legal_basis": row.legal_basis,
        "tolerance": max(parameters.tolerance_hours, Fraction(parameters.tolerance_share) * Fraction(row.need or 0)),
        "package_width": row.package_width,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "method": row.method and word(row.method, language),
        "version": row.version,
        **row.negotiation._asdict(),
        "status": word(row.negotiation.status, language),
        "row_version": row.row_version,
    }
    for pair, difference, state in _PAIR_KEYS:
        values[difference] = comparison.difference(pair)
        values[state] = word(comparison.state_of(pair), language)
    values["row_print"] = print_of(values)
    return values


def part_values(row: PartRow) -> Values:
    """A row of the sheet with hours by part."""
    measured = row.measurement
    return {
        "case_key": row.case_key,
        "budget_area": row.budget_area,
        "provider": row.provider,
        **{part.value: measured.per_week(sums) for part, sums in measured.parts.items()},
        "resource": measured.per_week(measured.resource),
        "resource_ex_night": measured.per_week(measured.resource_ex_night),
        "contact": measured.per_week(measured.contact),
        "naive": measured.naive(measured.resource),
        "stratified": measured.stratified(measured.resource),
        "days": measured.days.all,
    }


def content_values(row: ContentRow, language: str) -> Values:
    """A row of the sheet with content."""
    return {
        "case_key": row.case_key,
        "aspect": (GOAL if row.is_goal else THEME).in_language(language),
        "name": row.line.name or (NO_GOAL if row.is_goal else NO_THEME).in_language(language),
        "ordered": row.line.ordered if row.line.in_order or row.line.ordered else None,
        "measured": row.line.measured if row.has_schedule else None,
        "state": word(row.line.state, language) if row.has_schedule else NO_SCHEDULE.in_language(language),
    }


def tariff_values(row: TariffRow, parameters: ParameterSet, language: str) -> Values:
    """A row of the sheet with tariff lines: as in the case list, then kr per day by kind of amount, and remarks."""
    rate = line_day_rate(row.line, parameters)
    rates: dict[str, Any] = {day_rate_key(kind): None for kind in AmountKind}
    if not isinstance(rate, Note):
        rates[day_rate_key(row.line.amount_kind)] = rate
    stated = {field.key: getattr(row.line, field.key) for field in TARIFF_LINES.inputs[1:]}
    flags = {
        field.key: None if stated[field.key] is None else field.kind.render(stated[field.key])
        for field in TARIFF_LINES.inputs
        if isinstance(field.kind, YesNoKind)
    }
    return {"case_key": row.case_key, **stated, **flags, **rates, "remark": ". ".join(_remarks(row, rate, language))}


def _remarks(row: TariffRow, rate: Fraction | Note, language: str) -> Iterator[str]:
    if row.line.amount_kind in NOT_COMPARED:
        yield NOT_COMPARED[row.line.amount_kind].in_language(language)
    elif not row.line.holds_on(row.on_date):
        yield NOT_IN_FORCE.in_language(language).format(date=DATE.show(row.on_date))
    if isinstance(rate, Note):
        yield word(rate, language)
    if not (row.line.line_type and row.line.covers.strip()):
        yield word(Note.UNACCOUNTED_LINES, language)


def file_values(row: FileRow) -> Values:
    """A row of the sheet with received files."""
    return {
        "file_name": row.file_name,
        "received": row.received,
        "status": row.status,
        "case_key": row.case_key,
        "version": row.version,
        "counts": YES_NO.render(row.counts),
        "same_as": row.same_as,
        "entries": row.entries,
        "errors": row.errors,
        "warnings": row.warnings,
        "sha256": row.sha256[:FINGERPRINT_LETTERS],
    }


def problem_values(row: ProblemRow, language: str) -> Values:
    """A row of the sheet with problems."""
    level = word(row.problem.level, language)
    told = row.problem.as_json(language)
    return {**told, "level": level, "file_name": row.file_name, "case_key": row.case_key, "rows": row.rows}
