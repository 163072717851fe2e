"""Issuing templates: the first of a round, for which its master is built, and one more."""

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from bench.line import Line, milliseconds
from bench.material import HOUSE_SIZE, PARAMETERS, PERIOD, case
from bit_model.case import AmountKind, LineType, ModelKind, TariffLine, Unit
from bit_model.cost_sheet import CostLine, CostSheet, HouseCase
from workbook_templates.case_list.build import build_case_list
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.tariff_sheet.build import build_tariff

LIST_MILLISECONDS, GRID_MILLISECONDS = 20, 40
CASES = 20


def run(folder: Path) -> Iterator[Line]:
    """Each form of the schedule, a thousand of them on disk, the tariff and a case list."""
    for form, words, limit in (
        (Form.LIST, "list form", LIST_MILLISECONDS),
        (Form.GRID, "grid form", GRID_MILLISECONDS),
    ):
        issue = partial(
            issue_schedule, period=PERIOD, house_size=HOUSE_SIZE, token="", parameters=PARAMETERS, form=form
        )
        started = time.perf_counter()
        issue(case(1))
        first = (time.perf_counter() - started) * 1_000
        yield Line(f"{words}: first of a round (the master is built)", first, "ms")
        yield Line(f"{words}: each after it", milliseconds(partial(issue, case(2))), "ms", limit)
        started = time.perf_counter()
        for number in range(1_000):
            (folder / f"{form}-{number}.xlsx").write_bytes(issue(case(number)))
        yield Line(f"{words}: 1,000 on disk", time.perf_counter() - started, "s", limit)
    cases = [case(number) for number in range(CASES)]
    yield Line("tariff of a house, built whole", milliseconds(lambda: build_tariff(cost_sheet(), PARAMETERS), 5), "ms")
    yield Line(f"case list of {CASES} cases, built whole", milliseconds(lambda: build_case_list(cases), 5), "ms")


def cost_sheet() -> CostSheet:
    """A house of twenty with a base and seven packages."""
    line = partial(TariffLine, unit=Unit.DAY, includes_vat=False, includes_rent=False, amount_kind=AmountKind.PAID)
    lines = [CostLine(line(LineType.BASE, "Husets drift", Decimal(1_475)))]
    lines += [CostLine(line(LineType.PACKAGE, f"Pakke {k}", Decimal(404 * k))) for k in range(1, 8)]
    return CostSheet(
        "Tilbuddet",
        date(2026, 1, 1),
        kind=ModelKind.PACKAGES,
        places=CASES,
        hour_price=Decimal(404),
        lines=tuple(lines),
        cases=tuple(HouseCase(case(number).case_key, Decimal(36)) for number in range(CASES)),
    )
