"""Cost sheets drawn by chance with a fixed seed, complete and half-filled, as the rows of a tariff template."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bit_model.case import AmountKind, LineType, ModelKind, Unit
from bit_model.cost_sheet import DirectKind, IndirectKind
from bit_model.parameters import ParameterSet, PricingPoint
from bit_model.premises import Premises
from workbook_templates.layouts.takst import TAKST

ROOM = {"lines": 9, "staff": 4, "direct": 5, "indirect": 4, "prices": 5, "cases": 4}
"""Rows of each table: few, since a spreadsheet program takes its time for every formula."""
PARAMETERS = (
    ParameterSet(),
    ParameterSet(
        weeks_per_year=Decimal(52),
        days_per_month=None,
        charged_days=Decimal(360),
        rate_places=2,
        pricing_point=PricingPoint.TOP,
        highest_package=6,
        hour_prices=((2025, Decimal(395)), (2026, Decimal("404.50"))),
        tolerance_hours=Decimal("0.5"),
        tolerance_share=Decimal("0.1"),
        vat=Decimal("0.20"),
    ),
)
SCALE = {Unit.YEAR: 365, Unit.MONTH: 30, Unit.DAY: 1, Unit.WEEK: 7, Unit.HOUR: 0}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One template's content: header and rows as they are typed, the set behind it, and trial values."""

    header: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    parameters: ParameterSet
    trial: Premises
    language: str


def drawn(seed: int) -> Drawn:
    """One of many: all four models, every unit, own divisors, flags missing, blank and incomplete rows, no posts."""
    return _Draw(seed).content()


class _Draw:
    def __init__(self, seed: int) -> None:
        self.chance, self.seed = random.Random(seed), seed  # noqa: S311

    def maybe(self, value: Any, share: float = 0.5) -> Any:
        return value if self.chance.random() < share else None

    def number(self, low: float, high: float, places: int = 2) -> Decimal:
        return Decimal(f"{self.chance.uniform(low, high):.{places}f}")

    def date(self) -> dt.date:
        return dt.date(2026, 1, 1) + dt.timedelta(days=self.chance.randint(-200, 200))

    def content(self) -> Drawn:
        kind = list(ModelKind)[self.seed % 4]
        cases = [f"S-2026-{n:04d}" for n in range(self.chance.choice((0, 1, 2, 3)))]
        rows: dict[str, list[dict[str, Any]]] = {
            "cases": [self.case(key) for key in cases],
            "lines": [self.line([*cases, "S-9999"]) for _ in range(self.chance.randint(0, 8))],
            "staff": [self.group(n) for n in range(self.chance.choice((0, 0, 1, 3)))],
            "direct": [self.cost(DirectKind) for _ in range(self.chance.choice((0, 2, 4)))],
            "indirect": [self.cost(IndirectKind) for _ in range(self.chance.choice((0, 1, 3)))],
            "prices": [self.price(n) for n in range(self.chance.choice((0, 1, 2, 4)))],
        }
        for key, held in rows.items():
            if held and self.chance.random() < 0.2:
                held.insert(self.chance.randrange(len(held)), {})  # a row left blank
            if held and self.chance.random() < 0.15:
                self.spoil(key, self.chance.choice(held))
        return Drawn(
            self.header(kind),
            rows,
            PARAMETERS[self.seed % 3 == 0],
            self.trial() if self.chance.random() < 0.7 else Premises(),
            "en" if self.seed % 10 == 0 else "da",
        )

    def spoil(self, key: str, row: dict[str, Any]) -> None:
        """The row without one of the values it must have, or with one that is not on the list."""
        field = self.chance.choice([f for f in TAKST.table(key).inputs if f.required])
        if row and self.chance.random() < 0.5 and field.choices not in {"", "yes_no"}:
            row[field.key] = "noget andet"
        elif row:
            row[field.key] = None

    def header(self, kind: ModelKind) -> dict[str, Any]:
        return {
            "template": TAKST.name,
            "template_version": TAKST.version,
            "provider": "Bostedet Åsen",
            "year": 2026,
            "valid_from": self.maybe(self.date()),
            "kind": self.maybe(kind, 0.95),
            "hour_price": self.maybe(self.number(200, 720), 0.7),
            "base_per_day": self.maybe(self.number(0, 1600), 0.6),
            "night_per_day": self.maybe(self.number(0, 300), 0.4),
            "package_width": self.maybe(self.chance.choice((Decimal(7), Decimal(5), Decimal("3.5"))), 0.3),
            "pricing_point": self.maybe(self.chance.choice(list(PricingPoint)), 0.4),
            "non_support_per_day": self.maybe(self.number(0, 500), 0.3),
            "staff_share": self.maybe(self.number(0.4, 0.9), 0.3),
            "post_cost": self.maybe(self.number(400_000, 600_000), 0.3),
            "net_hours": self.maybe(self.number(1300, 1600), 0.3),
            "user_time_share": self.maybe(self.number(0.5, 0.9), 0.3),
            "places": self.maybe(self.chance.randint(1, 30), 0.9),
            "occupancy": self.maybe(
                self.chance.choice((Decimal(1), Decimal("0.98"), Decimal("0.05"), Decimal("1.1"))), 0.7
            ),
            "charged_days": self.maybe(self.chance.choice((Decimal(365), Decimal(334), Decimal(366))), 0.6),
            "days_per_month": self.maybe(self.chance.choice((Decimal("30.42"), Decimal("30.5"))), 0.4),
            "vat": self.maybe(self.chance.choice((Decimal("0.25"), Decimal(0))), 0.3),
            "weeks_per_year": self.maybe(Decimal(52), 0.2),
        }

    def line(self, cases: list[str]) -> dict[str, Any]:
        unit = self.chance.choice(list(Unit))
        amount = self.number(200, 800) if unit is Unit.HOUR else self.number(-50, 2500) * SCALE[unit]
        with_rent = self.maybe(self.chance.random() < 0.3, 0.9)
        return {
            "case_key": self.maybe(self.chance.choice(cases), 0.4),
            "line_type": self.maybe(self.chance.choice(list(LineType)), 0.9),
            "covers": self.maybe("Støtte", 0.9),
            "amount": amount,
            "unit": unit,
            "divisor": self.maybe(self.chance.choice((Decimal(334), Decimal("30.42"), Decimal(12), Decimal(0))), 0.2),
            "hours": self.maybe(self.number(1, 40), 0.8 if unit is Unit.HOUR else 0.2),
            "support": self.maybe(self.chance.random() < 0.7),
            "includes_vat": self.maybe(self.chance.random() < 0.3, 0.95),
            "includes_rent": with_rent,
            "rent_amount": self.maybe(self.number(0, 200), 0.9 if with_rent else 0.1),
            "amount_kind": self.chance.choice([*AmountKind, AmountKind.PAID, AmountKind.PAID]),
            "valid_from": self.maybe(self.date(), 0.3),
            "valid_to": self.maybe(self.date(), 0.2),
        }

    def group(self, number: int) -> dict[str, Any]:
        return {
            "group": f"Gruppe {number}",
            "posts": self.number(0, 12),
            "post_cost": self.chance.choice((self.number(400_000, 700_000), Decimal(0))),
            "net_hours": self.maybe(self.number(1200, 1700)),
            "user_time_share": self.maybe(self.number(0, 1)),
        }

    def cost(self, kinds: type[DirectKind] | type[IndirectKind]) -> dict[str, Any]:
        return {
            "kind": self.chance.choice(list(kinds)),
            "text": self.maybe("Tekst"),
            "amount": self.number(-10_000, 900_000),
        }

    def price(self, number: int) -> dict[str, Any]:
        return {"hours": self.number(5 * number, 5 * number + 4), "day_rate": self.number(500, 900) + 300 * number}

    def case(self, key: str) -> dict[str, Any]:
        return {
            "case_key": key,
            "ordered": self.maybe(self.number(5, 60), 0.8),
            "measured": self.maybe(self.number(5, 60), 0.7),
            "own_rate": self.maybe(self.number(800, 4000), 0.25),
            "package": self.maybe(self.chance.randint(1, 9), 0.3),
            "need_date": self.maybe(self.date(), 0.5),
        }

    def trial(self) -> Premises:
        return Premises(
            user_time_share=self.maybe(self.number(0.4, 0.9), 0.4),
            net_hours=self.maybe(self.number(1200, 1700), 0.3),
            post_cost=self.maybe(self.number(400_000, 700_000), 0.3),
            staff_share=self.maybe(self.number(0.4, 0.9), 0.3),
            overhead=self.maybe(self.number(0, 0.3), 0.3),
            occupancy=self.maybe(self.number(0.7, 1), 0.4),
            charged_days=self.maybe(self.chance.choice((Decimal(334), Decimal(365))), 0.3),
            days_per_month=self.maybe(self.chance.choice((Decimal("30.42"), Decimal("30.5"))), 0.3),
            hour_price=self.maybe(self.number(250, 700), 0.4),
            base_per_day=self.maybe(self.number(0, 1500), 0.3),
        )
