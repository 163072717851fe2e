"""From a case list to one schedule template per case: the list is taken over, then the templates are made."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from bit_model.case import Case
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period
from sync.settings import Settings
from sync.store import open_store
from sync.store.cases import Imported, import_cases
from sync.store.database import writing
from workbook_templates.case_list.read import CaseList
from workbook_templates.problems import Problem
from workbook_templates.reading import case_list_pool

_NOT_IN_FILE_NAMES = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class Issued:
    """One template, ready to be sent."""

    file_name: str
    content: bytes


def take_in_case_list(content: bytes, settings: Settings) -> tuple[CaseList, Imported | None]:
    """The case list and what it changed; None when errors kept it out, so that the old list still holds."""
    with case_list_pool(settings.limits) as reader:
        outcome = reader.run(content)
    case_list = CaseList(problems=(outcome,)) if isinstance(outcome, Problem) else outcome
    if not case_list.sound:
        return case_list, None
    now = dt.datetime.now(dt.UTC)
    store = open_store(settings.database, settings.originals)
    with closing(store), writing(store.engine) as connection:
        imported = import_cases(
            connection,
            case_list.cases,
            case_list.tariff_models,
            case_list.houses,
            ParameterSet(),
            now.astimezone().date(),
            now,
        )
    return case_list, imported


def issue_templates(case_list: CaseList, cases: Sequence[Case], first: dt.date, last: dt.date) -> Iterator[Issued]:
    """One template per case, for the period from first to last."""
    from workbook_templates.schedule.stamp import issue_schedule

    parameters, period = ParameterSet(), Period(first, last)
    for case in cases:
        content = issue_schedule(case, period, case_list.house_size(case), "", parameters)
        yield Issued(f"doegnskema-{_NOT_IN_FILE_NAMES.sub('_', case.case_key)}.xlsx", content)
