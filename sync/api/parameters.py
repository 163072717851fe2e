"""The active parameter set and the version of the rules: what every figure was computed with."""

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from bit_model.calendar import DaylightSaving
from bit_model.parameters import AbsenceRule, PricingPoint, ShareKey
from sync.api.answers import answered
from sync.api.description import reads
from sync.services import services
from sync.store.parameters import in_use


class ParametersBody(BaseModel):
    """One version of an authority's parameters. Hours, kr and shares as numbers."""

    name: str
    version: int
    valid_from: dt.date
    rule_set: str = Field(description="Version of the rules; changes when a formula does.")
    tolerance_hours: float = Field(description="Hours per week within which two pillars agree.")
    tolerance_share: float = Field(description="The same as a share of the ordered hours; the larger holds.")
    financed_categories: list[str] = Field(description="Categories of time that the tariff's hours pay for.")
    contact_categories: list[str]
    sleeping_weight: float = Field(description="Resource minutes per minute of sleeping night.")
    share_key: ShareKey
    absence_rule: AbsenceRule
    daylight_saving: DaylightSaving
    extra_holidays: list[list[int]] = Field(description="Pairs of month and day.")
    shortest_period_days: int
    longest_period_days: int
    weeks_per_year: float | None
    days_per_month: float | None
    charged_days: float
    rate_places: int
    package_width: float = Field(description="Hours per week that a package spans.")
    pricing_point: PricingPoint
    highest_package: int
    hour_prices: list[list[float]] = Field(description="Pairs of year and kr per hour.")
    user_time_share: float
    net_hours_per_post: float
    gross_hours_per_post: float
    post_cost: float = Field(description="kr per full-time post and year")
    staff_share: float
    overhead_share: float
    occupancy: float
    vat: float


@reads("/parameters", "parameters", gives=ParametersBody)
def active_parameters() -> AnyResponse:
    """The active parameter set."""
    with services().store.engine.connect() as connection:
        active = in_use(connection)
    return answered({field.name: _shown(getattr(active, field.name)) for field in fields(active)})


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, frozenset):
        return sorted(_shown(one) for one in value)
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
