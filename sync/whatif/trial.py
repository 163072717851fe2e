"""Another package, rate or number of hours in one case: read from the query, priced, and held against the case."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from flask_babel import gettext

from bit_model.comparison import Comparison, compare
from bit_model.effect import RateChange, YearEffect, effect_in, effects
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from bit_model.tariff import Financed
from bit_model.what_if import Tariff, Wish, tried
from sync.comparison.rows import ComparisonRow
from sync.store.cases import CaseRecord
from sync.typed import Typed

LARGEST = {Wish.RATE: 1_000_000, Wish.HOURS: 168}
"""Kr per day, and hours of a week. The highest package is a parameter."""


class Asked(NamedTuple):
    """What is tried: a package's number, kr per day or hours per week, and from when."""

    wish: Wish
    value: Decimal
    effective_date: dt.date
    retro_date: dt.date | None
    stay_end: dt.date | None


class Trial(NamedTuple):
    """What would be paid for, how the case would then stand, and what it is worth, year by year.

    `year` is that of the effective date; without an answer it and the years are left out, and `financed` says why.
    """

    financed: Financed
    comparison: Comparison
    year: YearEffect | None
    years: tuple[YearEffect, ...]
    change: RateChange | None


def begun(tariff: Tariff, record: CaseRecord, today: dt.date) -> Typed:
    """The form before anything is tried: what holds today, from the first of the next month."""
    now = tariff.pays_for()
    wish = Wish.PACKAGE if tariff.in_packages else Wish.RATE
    value = now.package if wish is Wish.PACKAGE else now.day_rate and half_up(now.day_rate)
    next_month = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    stay_end = record.case.stay_end
    return Typed(
        {
            "hvad": wish.value,
            "tal": "" if value is None else f"{value}".removesuffix(".00").replace(".", ","),
            "fra": next_month.isoformat(),
            "slut": stay_end.isoformat() if stay_end else "",
        }
    )


def read(typed: Typed, tariff: Tariff) -> Asked | None:
    """What is tried; None where a field cannot be used, which `typed` then tells."""
    wishes = [wish.value for wish in Wish if tariff.in_packages or wish is not Wish.PACKAGE]
    chosen = typed.one_of("hvad", wishes)
    wish = Wish(chosen) if chosen else Wish.RATE
    highest = tariff.parameters.highest_package if wish is Wish.PACKAGE else LARGEST[wish]
    value = typed.number("tal", largest=highest)
    if wish is Wish.PACKAGE and value is not None and (value < 1 or value % 1):
        typed.refuse("tal", gettext("Skriv pakkens nummer, fra 1 til %(n)s.", n=highest))
    effective, retro = typed.date("fra"), typed.date("tilbage", required=False)
    stay_end = typed.date("slut", required=False)
    if effective and retro and retro >= effective:
        typed.refuse("tilbage", gettext("Dagen ligger ikke før den, taksten gælder fra. Ret en af dem."))
    elif effective and stay_end and stay_end < (retro or effective):
        typed.refuse("slut", gettext("Opholdet slutter, før den nye takst gælder for nogen dag. Ret datoerne."))
    if typed.errors or value is None or effective is None:
        return None
    return Asked(wish, value, effective, retro, stay_end)


def trial(asked: Asked, tariff: Tariff, row: ComparisonRow, parameters: ParameterSet) -> Trial:
    """The answer. The support and what is ordered stay as they are."""
    now, then = tariff.pays_for(), tried(tariff, asked.wish, asked.value)
    comparison = compare(
        row.need,
        row.delivered,
        then.hours,
        parameters.tolerance_hours,
        parameters.tolerance_share,
        row.package_width,
    )
    if now.day_rate is None or then.day_rate is None:
        return Trial(then, comparison, None, (), None)
    change = RateChange(
        half_up(now.day_rate), half_up(then.day_rate), asked.effective_date, asked.retro_date, asked.stay_end
    )
    year = effect_in(change, asked.effective_date.year)
    return Trial(then, comparison, year, effects(change), change)
