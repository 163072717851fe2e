"""Cases and returned schedules for the tests of the service: workbooks filled in through the contract alone."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bit_model_example import worked_schedule
from contract import COLUMNS, returned, rows_of

from bit_model.case import Case, LineType, ModelKind, OrderLine, ProviderKind, TariffLine, TariffModel
from bit_model.house import House
from bit_model.parameters import ParameterSet

PARAMETERS = ParameterSet()
ON_DATE = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)

CASES = tuple(
    Case(
        key,
        area,
        "Bakkehuset",
        ProviderKind.EXTERNAL,
        "Bakkehuset 2",
        "SEL §107",
        need_hours=need,
        order=(OrderLine("Egenomsorg", "Bad", hours=Decimal(20)), OrderLine("Mobilitet", hours=Decimal(16))),
        tariff=(
            TariffLine(LineType.BASE, "Husets drift", Decimal(1475), includes_vat=False, includes_rent=False),
            TariffLine(LineType.PACKAGE, "Støtte", Decimal(3030), includes_vat=False, includes_rent=False),
        ),
    )
    for key, area, need in (
        ("S-2026-0001", "Handicap", Decimal(36)),
        ("S-2026-0002", "Psykiatri", Decimal("12.5")),
        ("S-2026-0003", "Handicap", None),
    )
)
MODELS = (TariffModel("Bakkehuset", ModelKind.PACKAGES, hour_price=Decimal(404)),)
HOUSES = (House("Bakkehuset 2", "Bakkehuset", 6),)


def returned_schedule(
    case_key: str = "S-2026-0001", changes: Mapping[tuple[int, str], object] | None = None, **header: Any
) -> bytes:
    """The worked example as a returned .xlsx; `changes` overwrites cells: (row on the sheet, column) → value.

    Row 2 is the first entry.
    """
    rows = rows_of(worked_schedule())
    for (row, column), value in (changes or {}).items():
        rows[row - 2][COLUMNS.index(column)] = value
    return returned(rows, case_key=case_key, **header)
