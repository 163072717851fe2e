"""The values of a parameter set that can be tried: what is typed in, and the set that it makes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask_babel import gettext

from bit_model.parameters import ParameterSet, PricingPoint
from bit_model.rounding import half_up
from bit_model.schedule import RESOURCE_CATEGORIES
from sync.store.parameters import LONGEST_NAME
from sync.typed import Typed

NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "tolerance_hours": 168,
        "package_width": 168,
        "net_hours_per_post": 2_500,
        "post_cost": 5_000_000,
        "charged_days": 366,
        "days_per_month": 31,
    }
)
"""Attributes that are numbers, with the largest that can be meant."""
SHARES = ("tolerance_share", "user_time_share", "staff_share", "vat")
"""Attributes that are shares; they are typed as per cent."""
ABOVE_NOTHING = frozenset({"package_width", "net_hours_per_post", "post_cost", "charged_days", "days_per_month"})
HOUR_PRICE = "hour_price"
"""Kr per hour this year, one of the pairs of `hour_prices`."""
OTHERS = ("financed_categories", "pricing_point")
TRIED = (*NUMBERS, *SHARES, *OTHERS, HOUR_PRICE)


def begun(active: ParameterSet, today: dt.date) -> Typed:
    """The form with the values in use."""
    values = {name: _written(getattr(active, name)) for name in NUMBERS}
    values |= {name: _written(100 * Decimal(str(getattr(active, name)))) for name in SHARES}
    values["financed_categories"] = " ".join(sorted(active.financed_categories))
    values["pricing_point"] = active.pricing_point.value
    values[HOUR_PRICE] = _written(dict(active.hour_prices).get(today.year))
    return Typed(values)


def read(typed: Typed, active: ParameterSet, today: dt.date) -> ParameterSet | None:
    """The set in use with the values that were typed; None where one cannot be used, which `typed` then tells."""
    changes: dict[str, Any] = {}
    for name, largest in NUMBERS.items():
        value = typed.number(name, required=name != "days_per_month", largest=largest)
        if value == 0 and name in ABOVE_NOTHING:
            typed.refuse(name, gettext("Skriv et tal over nul."))
        changes[name] = value
    for name in SHARES:
        per_cent = typed.number(name, largest=100)
        changes[name] = None if per_cent is None else per_cent / 100
    letters = frozenset(typed.line("financed_categories").upper().replace(",", " ").replace(" ", ""))
    if not letters <= RESOURCE_CATEGORIES:
        typed.refuse("financed_categories", gettext("Skriv bogstaverne for kategorier med personaletid: D F N S T X."))
    changes["financed_categories"] = letters
    point = typed.one_of("pricing_point", [one.value for one in PricingPoint])
    changes["pricing_point"] = PricingPoint(point) if point else active.pricing_point
    price = typed.number(HOUR_PRICE, required=False, largest=10_000)
    prices = {year: amount for year, amount in active.hour_prices if year != today.year}
    changes["hour_prices"] = tuple(sorted((prices | ({today.year: price} if price else {})).items()))
    return None if typed.errors else replace(active, **changes)


def naming(typed: Typed) -> tuple[str, str]:
    """The name of a set that is taken into use, and why it is."""
    return typed.line("name", longest=LONGEST_NAME), typed.text("reason")


def _written(value: Any) -> str:
    if value is None:
        return ""
    text = str(half_up(value)) if "." in str(value) else str(value)
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
