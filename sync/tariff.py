"""A provider's tariff as the authority knows it: the content of a tariff template that is sent to the provider."""

import datetime as dt
from contextlib import closing

from bit_model.cost_sheet import CostSheet, cost_sheet_of
from bit_model.parameters import ParameterSet
from sync.failures import Failure
from sync.settings import Settings
from workbook_templates.case_list.read import CaseList
from workbook_templates.problems import Problem
from workbook_templates.reading import case_list_pool


def from_case_list(content: bytes, provider: str, settings: Settings) -> tuple[CostSheet, tuple[Problem, ...]]:
    """What a case list says of the provider, and the list's problems; raises `Failure` where it cannot be relied on."""
    with case_list_pool(settings.limits) as reader:
        outcome = reader.run(content)
    held = CaseList(problems=(outcome,)) if isinstance(outcome, Problem) else outcome
    if not held.sound:
        told = ", ".join(dict.fromkeys(problem.code for problem in held.problems))
        raise Failure(f"Sagslisten har fejl ({told}). Ret dem, gem, og kør kommandoen igen.")
    sheet = cost_sheet_of(provider, held.cases, held.tariff_models, held.houses, _today())
    return _known(sheet), held.problems


def from_database(provider: str, settings: Settings | None) -> tuple[CostSheet, ParameterSet]:
    """What the newest case list says of the provider, with measured hours, and the set in use.

    Without settings the name alone, and the standard set.
    """
    if settings is None:
        return CostSheet(provider, _today()), ParameterSet()
    from sync.audit.reading import seen
    from sync.authorities import opened
    from sync.comparison.rows import comparison_rows
    from sync.store.audit import Action
    from sync.store.cases import newest_list
    from sync.store.parameters import in_use

    with closing(opened(settings)) as store:
        with store.engine.connect() as connection:
            cases, models, houses = newest_list(connection)
            parameters = in_use(connection)
            rows = comparison_rows(connection, parameters)
        seen(store, Action.TARIFF_SHEET_EXPORTED)
    measured = {row.case_key: row.delivered for row in rows if row.delivered is not None}
    return _known(cost_sheet_of(provider, cases, models, houses, _today(), measured)), parameters


def _known(sheet: CostSheet) -> CostSheet:
    if not sheet.cases and sheet.kind is None:
        raise Failure(f"Sagslisten har ingen leverandør {sheet.provider}. Skriv navnet, som det står i listen.")
    return sheet


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
