"""From a schedule to hours per week: by part, day, theme and goal (domain text, sections 3 and 4).

Sums are integers over one common denominator (`Measurement.scale`), so they are exact and quick; a figure becomes a
`Fraction` when it is asked for.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from bit_model.calendar import MINUTES_PER_DAY, days_in_year, is_weekend_or_holiday
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.schedule import RESOURCE_CATEGORIES, Category, Entry, Part, Schedule

FEWEST_WEEKDAYS = 5
FEWEST_WEEKEND_DAYS = 2
NIGHT_PARTS = frozenset({Part.N, Part.S})


class Method(StrEnum):
    """How hours per week came from the measured days."""

    NAIVE = "naive"
    STRATIFIED = "stratified"


@dataclass(frozen=True, slots=True)
class CountedDays:
    """How many days a measurement rests on; a weekday that is a holiday stands with the weekend."""

    weekdays: int
    weekend_days: int

    @property
    def all(self) -> int:
        """Counted days in all."""
        return self.weekdays + self.weekend_days

    @property
    def whole_weeks(self) -> bool:
        """True when the days have a week's own mix, five to two, so that both methods give the same figure."""
        return self.all > 0 and self.weekdays * 2 == self.weekend_days * 5

    @property
    def can_stratify(self) -> bool:
        """True when both kinds of day are there in sufficient number (section 4)."""
        return self.weekdays >= FEWEST_WEEKDAYS and self.weekend_days >= FEWEST_WEEKEND_DAYS


class Sums(NamedTuple):
    """Scaled minutes over all counted days: on weekdays, and on weekend days or holidays."""

    weekdays: int
    weekend_days: int


NO_MINUTES = Sums(0, 0)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a schedule sums to. Minutes are scaled: divide by `scale`.

    `themes` and `goals` are keyed by (theme, category) and (goal, category); resource minutes each. `day_parts` holds
    every day of the period, also those left out of the hours (`left_out`).
    """

    days: CountedDays
    scale: int
    parts: Mapping[Part, Sums]
    contact: Sums
    themes: Mapping[tuple[str, str], Sums]
    goals: Mapping[tuple[str, str], Sums]
    day_parts: Mapping[dt.date, Mapping[Part, int]]
    left_out: frozenset[dt.date]

    @property
    def method(self) -> Method:
        """The method whose figure is used."""
        return Method.NAIVE if self.days.whole_weeks or not self.days.can_stratify else Method.STRATIFIED

    def naive(self, sums: Sums) -> Fraction:
        """Hours per week as 7 times the mean day."""
        return Fraction(7 * (sum(sums)), 60 * self.scale * self.days.all) if self.days.all else Fraction(0)

    def stratified(self, sums: Sums) -> Fraction | None:
        """Hours per week as 5 mean weekdays and 2 mean weekend days; None with too few days of a kind."""
        if not self.days.can_stratify:
            return None
        weekday, weekend = (
            Fraction(5 * sums.weekdays, self.days.weekdays),
            Fraction(2 * sums.weekend_days, self.days.weekend_days),
        )
        return (weekday + weekend) / (60 * self.scale)

    def per_week(self, sums: Sums) -> Fraction:
        """Hours per week by the method used."""
        stratified = self.stratified(sums) if self.method is Method.STRATIFIED else None
        return self.naive(sums) if stratified is None else stratified

    def per_year(self, sums: Sums, year: int, parameters: ParameterSet) -> Fraction | None:
        """Hours in a calendar year by the mean of each kind of day; None with too few days of a kind."""
        if not self.days.can_stratify:
            return None
        new_year = dt.date(year, 1, 1)
        weekend_days = sum(
            is_weekend_or_holiday(new_year + dt.timedelta(days=i), parameters.extra_holidays)
            for i in range(days_in_year(year))
        )
        weekdays = days_in_year(year) - weekend_days
        minutes = Fraction(weekdays * sums.weekdays, self.days.weekdays) + Fraction(
            weekend_days * sums.weekend_days, self.days.weekend_days
        )
        return minutes / (60 * self.scale)

    @property
    def resource(self) -> Sums:
        """All parts together."""
        return total(self.parts.values())

    @property
    def resource_ex_night(self) -> Sums:
        """All parts but waking and sleeping night."""
        return total(sums for part, sums in self.parts.items() if part not in NIGHT_PARTS)

    def of_categories(self, categories: Iterable[str]) -> Sums:
        """The parts that belong to the categories; D is D1 and D2."""
        wanted = set(categories)
        return total(sums for part, sums in self.parts.items() if part[0] in wanted)

    def by_theme(self, categories: Iterable[str]) -> dict[str, Fraction]:
        """Hours per week by theme over the categories; "" is time without a theme."""
        return self._per_key(self.themes, categories)

    def by_goal(self, categories: Iterable[str]) -> dict[str, Fraction]:
        """Hours per week by goal over the categories; "" is time without a goal."""
        return self._per_key(self.goals, categories)

    def _per_key(self, sums: Mapping[tuple[str, str], Sums], categories: Iterable[str]) -> dict[str, Fraction]:
        wanted = set(categories)
        found: dict[str, Sums] = {}
        for (key, category), value in sums.items():
            if category in wanted:
                found[key] = total((found.get(key, NO_MINUTES), value))
        return {key: self.per_week(value) for key, value in found.items()}


def total(sums: Iterable[Sums]) -> Sums:
    """Sums added up."""
    weekday = weekend = 0
    for one, other in sums:
        weekday += one
        weekend += other
    return Sums(weekday, weekend)


def measure(schedule: Schedule, parameters: ParameterSet) -> Measurement:
    """The sums of a schedule. Entries outside the period are left out (they are a problem of their own, R15)."""
    days = schedule.period.days
    weekend = {day: is_weekend_or_holiday(day, parameters.extra_holidays) for day in days}
    entries = [entry for entry in schedule.entries if entry.date in weekend]
    left_out = _absent_days(entries) if parameters.absence_rule is AbsenceRule.WHOLE_DAY_LEFT_OUT else frozenset()

    resource = [entry for entry in entries if entry.category in RESOURCE_CATEGORIES]
    weights = {category: Fraction(1) for category in Category}
    weights[Category.SLEEPING_NIGHT] = parameters.sleeping_weight
    kinds = {(entry.category, entry.staff, entry.citizens) for entry in resource}
    shares = {kind: weights[kind[0]] / kind[2] for kind in kinds}
    scale = lcm(*(share.denominator * Fraction(staff).denominator for (_, staff, _), share in shares.items()))
    factors = {
        key: (int(share * scale), int(share * (Fraction(key[1]) - 1) * scale), int(share * Fraction(key[1]) * scale))
        for key, share in shares.items()
    }

    parts = {part: [0, 0] for part in Part}
    themes: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    goals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    day_parts: dict[dt.date, dict[Part, int]] = {day: {} for day in days}
    contact = [0, 0]
    for entry in resource:
        date, category = entry.date, entry.category
        minutes = entry.minutes(parameters.daylight_saving)
        one, extra, whole = factors[category, entry.staff, entry.citizens]
        day = day_parts[date]
        kind = weekend[date]
        counted = date not in left_out
        if category is Category.DIRECT:
            shown = ((Part.D1, minutes * one), (Part.D2, minutes * extra)) if extra else ((Part.D1, minutes * one),)
        else:
            shown = ((_PART[category], minutes * whole),)
        for part, value in shown:
            day[part] = day.get(part, 0) + value
            if counted:
                parts[part][kind] += value
        if counted:
            themes[entry.theme, category][kind] += minutes * whole
            goals[entry.goal, category][kind] += minutes * whole
            if category in parameters.contact_categories:
                contact[kind] += minutes * scale
    weekend_days = sum(weekend[day] for day in days if day not in left_out)
    return Measurement(
        days=CountedDays(len(days) - len(left_out) - weekend_days, weekend_days),
        scale=scale,
        parts={part: Sums(*value) for part, value in parts.items()},
        contact=Sums(*contact),
        themes={key: Sums(*value) for key, value in themes.items()},
        goals={key: Sums(*value) for key, value in goals.items()},
        day_parts=day_parts,
        left_out=left_out,
    )


_PART = {category: Part(category.value) for category in Category if category.value in Part.__members__}


def _absent_days(entries: Iterable[Entry]) -> frozenset[dt.date]:
    """Days that entries of absence cover from midnight to midnight, also with one that began the day before."""
    away: dict[dt.date, list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        if entry.category is Category.ABSENT:
            if entry.end > entry.start:
                away[entry.date].append((entry.start, entry.end))
            else:
                away[entry.date].append((entry.start, MINUTES_PER_DAY))
                away[entry.date + dt.timedelta(days=1)].append((0, entry.end))
    return frozenset(day for day, spans in away.items() if _covers_the_day(spans))


def _covers_the_day(spans: list[tuple[int, int]]) -> bool:
    reached = 0
    for start, end in sorted(spans):
        if start > reached:
            return False
        reached = max(reached, end)
    return reached >= MINUTES_PER_DAY
