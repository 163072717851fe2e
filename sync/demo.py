"""A made-up municipality for the demonstration: cases, tariff models, houses and what each provider measured.

The facts stand in demo.toml. Here they become the rules' own types, and the day patterns become schedules: minutes move
a little from day to day and an activity falls away now and then, always the same for the same seed.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources
from operator import attrgetter
from random import Random
from typing import Any

from bit_model.calendar import MINUTES_PER_DAY, is_weekend_or_holiday
from bit_model.case import (
    AmountKind,
    Case,
    LineType,
    ModelKind,
    Need,
    OrderLine,
    PricePoint,
    ProviderKind,
    TariffLine,
    TariffModel,
    Unit,
)
from bit_model.comparison import Reading
from bit_model.house import DayKind, House, RosterLine
from bit_model.parameters import PricingPoint
from bit_model.schedule import NIGHTS, Category, Entry, Period, Schedule
from bit_model.terms import GoalType, NeedLevel
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.layouts.doegnskema_net import QUARTER_MINUTES

STEP_MINUTES = 5
SHORTEST_MINUTES = 2 * STEP_MINUTES
FALLS_AWAY = 0.04
"""Share of a citizen's own activities that come to nothing on the day."""
FIXED = NIGHTS | {Category.ABSENT}
SUNDAY = "7"


@dataclass(frozen=True, slots=True)
class Municipality:
    """All that the demonstration starts from. By case key: what was measured, the reading meant, the form sent."""

    authority: str
    cases: tuple[Case, ...]
    models: tuple[TariffModel, ...]
    houses: tuple[House, ...]
    schedules: Mapping[str, Schedule]
    readings: Mapping[str, Reading]
    forms: Mapping[str, Form]
    next_period: Period
    next_cases: tuple[str, ...]

    @property
    def rounds(self) -> dict[Period, tuple[str, ...]]:
        """Case keys by the period in which their providers measured."""
        periods = sorted({schedule.period for schedule in self.schedules.values()}, key=lambda p: (p.start, p.end))
        return {p: tuple(key for key, schedule in self.schedules.items() if schedule.period == p) for p in periods}


@dataclass(frozen=True, slots=True)
class _Activity:
    """A line of a day pattern: on which days, when, what, and by how many staff."""

    days: str
    start: int
    end: int
    text: str
    category: Category
    theme: str
    staff: int


@cache
def municipality() -> Municipality:
    """The municipality of demo.toml with the schedules that its providers filled in."""
    facts = tomllib.loads(resources.files("sync").joinpath("demo.toml").read_text("utf-8"))
    houses = {(house["provider"], house["name"]): house for house in facts["houses"]}
    cases: dict[str, Case] = {}
    schedules: dict[str, Schedule] = {}
    for place, house in houses.items():
        citizens = [case for case in facts["cases"] if (case["provider"], case["house"]) == place]
        cases |= {citizen["case_key"]: _case(citizen, house) for citizen in citizens}
        schedules |= _schedules(house, citizens, cases, facts)
    return Municipality(
        facts["authority"],
        tuple(cases.values()),
        tuple(_model(model) for model in facts["models"]),
        tuple(_house(house) for house in houses.values() if house["name"]),
        schedules,
        {case["case_key"]: Reading(case["reading"]) for case in facts["cases"]},
        {case["case_key"]: _form(houses[case["provider"], case["house"]]) for case in facts["cases"]},
        Period(*facts["next_round"]["period"]),
        tuple(case.case_key for case in cases.values() if case.provider == facts["next_round"]["provider"]),
    )


def _case(facts: Mapping[str, Any], house: Mapping[str, Any]) -> Case:
    return Case(
        facts["case_key"],
        facts["budget_area"],
        facts["provider"],
        ProviderKind(house["kind"]),
        facts["house"],
        facts["legal_basis"],
        NeedLevel(facts["need_level"]),
        facts["need_date"],
        Decimal(facts["need_hours"]) if "need_hours" in facts else None,
        tuple(_order_line(line) for line in facts["order"]),
        tuple(_tariff_line(line) for line in facts["tariff"]),
        facts.get("follow_up"),
        needs=tuple(_need(line) for line in facts.get("needs", ())),
        wishes=facts.get("wishes", ""),
        responsible=facts.get("responsible", ""),
    )


def _need(line: str) -> Need:
    theme, level, description, own_words = _columns(line, 4)
    return Need(theme, NeedLevel(level), description, own_words)


def _order_line(line: str) -> OrderLine:
    """A line of the order; where how it is seen and by when are stated, the goal is agreed on and realistic."""
    whole = line.count("|") > 3
    hours, theme, goal_type, goal, *smart = _columns(line, 6 if whole else 4)
    ordered = OrderLine(theme, goal, GoalType(goal_type) if goal_type else None, Decimal(hours))
    if not whole:
        return ordered
    measure, deadline = smart
    return replace(ordered, measure=measure, agreed=True, realistic=True, deadline=dt.date.fromisoformat(deadline))


def _tariff_line(facts: Mapping[str, Any]) -> TariffLine:
    return TariffLine(
        LineType(facts["type"]) if facts["type"] else None,
        facts["covers"],
        Decimal(facts["amount"]),
        Unit(facts.get("unit", Unit.DAY)),
        Decimal(facts["divisor"]) if "divisor" in facts else None,
        facts.get("vat", False),
        "rent" in facts,
        Decimal(facts["rent"]) if "rent" in facts else None,
        AmountKind(facts.get("kind", AmountKind.PAID)),
        facts.get("from", dt.date(2026, 1, 1)),
    )


def _model(facts: Mapping[str, Any]) -> TariffModel:
    amounts: dict[str, Any] = {
        key: Decimal(value)
        for key, value in facts.items()
        if key not in {"provider", "kind", "pricing_point", "price_list"}
    }
    points = (line.split() for line in facts.get("price_list", ()))
    model = TariffModel(
        facts["provider"],
        ModelKind(facts["kind"]),
        dt.date(2026, 1, 1),
        pricing_point=PricingPoint(facts["pricing_point"]) if "pricing_point" in facts else None,
        price_list=tuple(PricePoint(Decimal(hours), Decimal(day_rate)) for hours, day_rate in points),
    )
    return replace(model, **amounts)


def _form(house: Mapping[str, Any]) -> Form:
    return Form(house.get("form", Form.LIST))


def _house(facts: Mapping[str, Any]) -> House:
    roster = (line.split() for line in facts["roster"])
    lines = tuple(RosterLine(DayKind(kind), *_times(times), int(staff)) for kind, times, staff in roster)
    return House(facts["name"], facts["provider"], facts["size"], lines)


def _schedules(
    house: Mapping[str, Any],
    citizens: Iterable[Mapping[str, Any]],
    cases: Mapping[str, Case],
    facts: Mapping[str, Any],
) -> dict[str, Schedule]:
    """A schedule for each citizen of a house; what they share is drawn once and stands alike in all of them."""
    period = Period(*house["period"])
    shared = _pattern(house["shared"], facts["activities"])
    own = {citizen["case_key"]: _pattern(citizen["days"], facts["activities"]) for citizen in citizens}
    away = {citizen["case_key"]: frozenset(citizen.get("away", ())) for citizen in citizens}
    goals = {key: {line.theme: line.goal for line in reversed(cases[key].order)} for key in own}
    morning = max((event.end for event in shared if event.category in NIGHTS), default=0)
    step = QUARTER_MINUTES if _form(house) is Form.GRID else STEP_MINUTES
    entries: dict[str, list[Entry]] = {key: [] for key in own}
    for date in period.days:
        events = _in_turn(_drawn(date, shared, f"{facts['seed']} {house['name']} {date}", step), morning)
        for key, pattern in own.items():
            if date in away[key]:
                entries[key].append(_absence(date))
                continue
            together = [
                (event, 1 if contradicts else _present(event, date, away.values()) + house.get("outsiders", 0))
                for event in events
                if not _is_away(event, date, away[key])
                for contradicts in [event.category in NIGHTS and house.get("contradicts") == key]
            ]
            alone = _drawn(date, pattern, f"{facts['seed']} {key} {date}", step, FALLS_AWAY)
            alone = _in_turn(alone, morning, [event for event, _ in together])
            entries[key] += sorted(
                Entry(date, a.start, a.end, a.text, a.category, a.staff, c, a.theme, goals[key].get(a.theme, ""))
                for a, c in [*together, *((activity, 1) for activity in alone)]
            )
    return {
        key: Schedule(key, period, tuple(found), house["provider"], house["name"], house.get("size"))
        for key, found in entries.items()
    }


def _pattern(text: str, activities: Mapping[str, str]) -> list[_Activity]:
    found = []
    for line in text.strip().splitlines():
        days, times, key, *staff = line.split()
        activity, category, theme = _columns(activities[key], 3)
        found.append(_Activity(days, *_times(times), activity, Category(category), theme, int(*staff) if staff else 1))
    return found


def _drawn(date: dt.date, pattern: Iterable[_Activity], seed: str, step: int, falls_away: float = 0) -> list[_Activity]:
    """The pattern's activities of a date, in order, as the day made them; a holiday goes as a Sunday."""
    chance = Random(seed)
    holiday = date.weekday() < 5 and is_weekend_or_holiday(date)
    day = SUNDAY if holiday else str(date.isoweekday())
    planned = sorted((activity for activity in pattern if day in activity.days), key=attrgetter("start"))
    return [_moved(activity, chance, step) for activity in planned if chance.random() >= falls_away]


def _moved(activity: _Activity, chance: Random, step: int) -> _Activity:
    """The activity a step off and up to ten minutes or a step longer or shorter, as days are."""
    if activity.category in FIXED:
        return activity
    most = max(1, 2 * STEP_MINUTES // step)
    begun = activity.start + step * chance.randint(-1, 1)
    lasted = activity.end - activity.start + step * chance.randint(-most, most)
    return replace(activity, start=begun, end=begun + max(lasted, step, SHORTEST_MINUTES))


def _in_turn(activities: Iterable[_Activity], morning: int, shared: Iterable[_Activity] = ()) -> list[_Activity]:
    """Activities of a day, cut so that they overlap neither each other, nor what is shared, nor the night before."""
    taken = [(0, morning), *((a.start, a.end if a.end > a.start else MINUTES_PER_DAY) for a in shared)]
    found = []
    for activity in activities:
        start, end = activity.start, activity.end
        if activity.category in NIGHTS | {Category.CALLED_OUT}:
            found.append(activity)
            continue
        for since, until in sorted(taken):
            if since <= start < until:
                start = until
        end = min([end, *(since for since, _ in taken if since > start)])
        if end - start >= SHORTEST_MINUTES:
            taken.append((start, end))
            found.append(replace(activity, start=start, end=end))
    return found


def _present(event: _Activity, date: dt.date, away: Iterable[frozenset[dt.date]]) -> int:
    return sum(not _is_away(event, date, days) for days in away)


def _is_away(event: _Activity, date: dt.date, away: frozenset[dt.date]) -> bool:
    """True on a day away, and for the night before one: who goes home leaves in the evening."""
    return date in away or (event.category in NIGHTS and date + dt.timedelta(days=1) in away)


def _absence(date: dt.date) -> Entry:
    return Entry(date, 0, MINUTES_PER_DAY, "Besøg hos familien", Category.ABSENT, 1, 1)


def _columns(line: str, count: int) -> list[str]:
    columns = [column.strip() for column in line.split("|")]
    if len(columns) != count:
        raise ValueError(f"{count} columns expected: {line}")
    return columns


def _times(text: str) -> tuple[int, int]:
    """Minutes after midnight of HH:MM-HH:MM."""
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return start, end
