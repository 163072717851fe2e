"""Schedules drawn by chance, but the same for the same number: the variety that citizens' days have, and its edges.

`drawn` gives anything that a list can hold, `drawn_on_quarters` what a grid of quarters of an hour can hold as well.
Numbers in a row have different rounds (period, parameters, order) until these come again with other schedules: after
forty for lists and twenty for grids, since a template's master takes longer to build than a form to fill in.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import NamedTuple

from bit_model.calendar import DaylightSaving
from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.parameters import AbsenceRule, ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule
from bit_model.terms import Theme

ROUNDS, GRID_ROUNDS = 40, 20
NOON, MIDNIGHT = 720, 1440
QUARTER = 15
DAYS_OF_NOTE = (
    *(dt.date(2026, 3, 29), dt.date(2027, 3, 28), dt.date(2028, 3, 26)),  # the clock goes forward
    *(dt.date(2026, 10, 25), dt.date(2027, 10, 31), dt.date(2028, 10, 29)),  # and back
    *(dt.date(2026, 4, 5), dt.date(2028, 4, 16), dt.date(2026, 5, 14), dt.date(2027, 5, 17)),  # Easter to Whitsun
    *(dt.date(2026, 12, 25), dt.date(2027, 12, 31), dt.date(2028, 1, 1)),
    *(dt.date(2026, 5, 1), dt.date(2026, 6, 5), dt.date(2028, 2, 29), dt.date(2026, 9, 7)),
)
LENGTHS = (*[14] * 8, *range(15, 22), 21, 1, 5, 9, 28)
GOALS = (
    "Klarer bad & påklædning",
    "*Går* ture? ~alene",
    "=Deltager i <fællesskabet>",
    'Siger "nej tak" – uden råb',
    "+ 1 aftale om ugen",
    "Kan selv,  med støtte; æøå ÆØÅ é",
    "Sover " + "roligt " * 45 + "hele natten",
    "'hjem' til #1 / $A$1",
)
NOTES = ("", "", "", "Gik godt", "=1+1", "to\nlinjer", "<b> & 100 %")
ACTIVITIES = ("Hygiejne", "Morgenmad", "Tur", "Samtale", "", "Rengøring & vask", "-fælles", "Bad <med to>")


class Drawn(NamedTuple):
    """A schedule, the parameters it is measured by and the case whose order it answers."""

    schedule: Schedule
    parameters: ParameterSet
    case: Case


@dataclass(frozen=True, slots=True)
class Round:
    """What schedules of one round have in common."""

    period: Period
    parameters: ParameterSet
    case: Case


def drawn_round(number: int) -> Round:
    """The round of a schedule's number."""
    draw = Random(f"round {number % ROUNDS}")  # noqa: S311
    length = draw.choice(LENGTHS)
    first = draw.choice(DAYS_OF_NOTE) - dt.timedelta(days=draw.randrange(length))
    period = Period(first, first + dt.timedelta(days=length - 1))
    holidays = [(5, 1), (6, 5), (12, 24), (12, 31)]
    parameters = ParameterSet(
        sleeping_weight=draw.choice((Fraction(3, 4), Fraction(1, 3), Fraction(0), Fraction(1), Fraction(3, 4))),
        daylight_saving=draw.choice((*[DaylightSaving.ELAPSED] * 4, DaylightSaving.NOMINAL)),
        absence_rule=draw.choice((*[AbsenceRule.WHOLE_DAY_LEFT_OUT] * 4, AbsenceRule.EVERY_DAY_COUNTS)),
        extra_holidays=frozenset(draw.sample(holidays, draw.choice((0, 0, 1, 4)))),
        financed_categories=frozenset(draw.choice(("DFTX", "DFTX", "DFNSTX", "DX", "DFNT"))),
        contact_categories=frozenset(draw.choice(("DFT", "DFT", "DT", "DFNT", "DFSTX"))),
    )
    goals = draw.sample(GOALS, draw.choice((0, 1, 3, 6, 8)))
    order = [OrderLine(draw.choice(list(Theme)), goal, None, Decimal(draw.randrange(0, 2_500)) / 100) for goal in goals]
    order += [OrderLine(theme, "", None, Decimal(2)) for theme in draw.sample(list(Theme), draw.choice((0, 2)))]
    need = draw.choice((None, Decimal("31.5")))
    house = draw.choice(("", "Hus 1"))
    case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, house, need_hours=need, order=tuple(order))
    return Round(period, parameters, case)


def drawn(number: int) -> Drawn:
    """Anything that a provider may rightly write in a list."""
    shared, draw = drawn_round(number), Random(f"list {number}")  # noqa: S311
    house_size = draw.choice((None, 1, 2, 4, 6, 6, 12))
    nights = draw.choice("NSSB")
    entries: list[Entry] = []
    for day in shared.period.days:
        kind = draw.choices(("usual", "away", "empty"), (22, 2, 1))[0]
        if kind == "away":
            entries += _absence(draw, day)
        elif kind == "usual":
            crowded = day == shared.period.start and not number % 4
            entries += _daytime(draw, shared, day, house_size, draw.choice((1, 5, 15)), crowded=crowded)
            entries += _night(draw, day, house_size, draw.choice("NS") if nights == "B" else nights)
    if number % ROUNDS == 7 and number > ROUNDS:
        entries = []
    if number % ROUNDS == 9 and number > ROUNDS:
        entries = [Entry(day, 0, MIDNIGHT, "Hospital", Category.ABSENT, 1, 1) for day in shared.period.days]
    return Drawn(_schedule(shared, entries, house_size), shared.parameters, shared.case)


def drawn_on_quarters(number: int) -> Drawn:
    """A schedule in which one code at a time holds each quarter of an hour, but for call-outs on a sleeping night."""
    shared, draw = drawn_round(2 * number), Random(f"grid {number}")  # noqa: S311
    house_size = draw.choice((None, 2, 4, 6, 12))
    usual = _usual_codes(draw, shared, house_size)
    night = draw.choice((Category.WAKING_NIGHT, Category.SLEEPING_NIGHT))
    last = len(shared.period.days) - 1
    line = _Line(shared.period.days)
    if begins_at_night := not number % 5:
        line.night(draw, night, house_size, line.clock + QUARTER * draw.randrange(4, 30))
    for number_of_day in range(last + 1):
        line.clock = max(line.clock, MIDNIGHT * number_of_day)
        if line.clock == MIDNIGHT * number_of_day and draw.random() < 0.15:
            line.add(MIDNIGHT * (number_of_day + 1), AWAY)
            if number_of_day < last and draw.random() < 0.5:
                line.add(line.clock + QUARTER * draw.randrange(1, 60), AWAY)
            continue
        line.clock += QUARTER * draw.choice((0, 0, 1, 4, 24))
        evening = MIDNIGHT * number_of_day + QUARTER * draw.randrange(84, 90)
        while line.clock < evening:
            end = min(evening, line.clock + QUARTER * draw.choice((1, 1, 2, 3, 4, 6, 20)))
            line.add(end, draw.choice([one for one in usual if one[3:10] != line.last]))
            line.clock += QUARTER * draw.choice((0, 0, 0, 1, 3))
        if draw.random() < 0.1:
            continue
        line.clock += QUARTER * draw.randrange(4)
        midnight = MIDNIGHT * (number_of_day + 1)
        if number_of_day == last and begins_at_night:
            line.night(draw, night, house_size, midnight)
        else:
            line.night(draw, night, house_size, midnight + QUARTER * draw.choice((0, *range(1, 36), *range(20, 30))))
    return Drawn(_schedule(shared, line.entries, house_size), shared.parameters, shared.case)


AWAY = Entry(dt.date.min, 0, 0, "Hjemmebesøg", Category.ABSENT, 1, 1)


class _Line:
    """Entries one after another on one line of time, in minutes from midnight of the first day."""

    def __init__(self, days: list[dt.date]) -> None:
        self.entries: list[Entry] = []
        self.clock = 0
        self._days = days
        self._done: tuple[int, tuple[object, ...]] = (0, ())

    @property
    def last(self) -> tuple[object, ...]:
        """What an entry at the clock must differ from, since it would be one with the entry before."""
        return self._done[1] if self._done[0] == self.clock else ()

    def add(self, end: int, code: Entry) -> None:
        """An entry like the code from the clock to the end."""
        self._put(self.clock, end, code)
        self._done = end, code[3:10]
        self.clock = end

    def night(self, draw: Random, category: Category, house_size: int | None, end: int) -> None:
        """A night from the clock to the end, and now and then one or two call-outs while it sleeps."""
        begin = self.clock
        call_out = Entry(dt.date.min, 0, 0, "Udkald", Category.CALLED_OUT, 1, 1, Theme.HEALTH.value)
        self.add(end, Entry(dt.date.min, 0, 0, "Nat", category, 1, house_size or 1))
        while category is Category.SLEEPING_NIGHT and draw.random() < 0.4 and begin + 2 * QUARTER <= end:
            start = begin + QUARTER * draw.randrange(1, (end - begin) // QUARTER)
            begin = start + QUARTER * draw.randrange(1, (end - start) // QUARTER + 1)
            if start < MIDNIGHT * len(self._days):
                self._put(start, begin, call_out)

    def _put(self, start: int, end: int, code: Entry) -> None:
        day, begins = divmod(start, MIDNIGHT)
        self.entries.append(code._replace(date=self._days[day], start=begins, end=(end - 1) % MIDNIGHT + 1))


def _usual_codes(draw: Random, shared: Round, house_size: int | None) -> list[Entry]:
    """What the days are made of: distinct codes, a whole legend's worth at most."""
    codes = []
    for _ in range(draw.choice((4, 9, 16))):
        category = Category(draw.choice("DDDFFXE"))
        codes.append(drawn_activity(draw, shared.case, category, house_size))
    codes.append(Entry(dt.date.min, 0, 0, "Dagtilbud", Category.ABSENT, 1, 1))
    codes.append(Entry(dt.date.min, 0, 0, "Egen tid", Category.OWN_TIME, 1, 1))
    return list(dict.fromkeys(codes))


def drawn_activity(draw: Random, case: Case, category: Category, house_size: int | None) -> Entry:
    """What is done at some time: an entry without date and times."""
    staff = draw.choice((1, 1, 1, 2, 2, 3, Fraction(3, 2), Fraction(5, 4), 4))
    citizens = 1
    if category is Category.SHARED:
        citizens = draw.randint(1, house_size or 15)
    elif category is Category.DIRECT and house_size != 1 and draw.random() < 0.05:
        citizens = 2
    if category in {Category.OWN_TIME, Category.ABSENT}:
        staff = 1
    theme = draw.choice(("", *(theme.value for theme in Theme)))
    goal = draw.choice(("", "", *(line.goal for line in case.order), "Et andet mål"))
    activity, note = draw.choice(ACTIVITIES), draw.choice(NOTES)
    return Entry(dt.date.min, 0, 0, activity, category, staff, citizens, theme, goal, note)


def _daytime(
    draw: Random, shared: Round, day: dt.date, house_size: int | None, step: int, *, crowded: bool
) -> Iterator[Entry]:
    """The day from one thing to the next, with gaps and overlaps; indirect time and absence beside it."""
    clock = draw.choice((0, 5 * 60, 6 * 60 + step, 9 * 60))
    while clock < 21 * 60:
        length = step * draw.choice((1, 2, 3, 5, 9)) + draw.choice((0, 0, 30, 60, 240, 600))
        if crowded:
            length = 25
        category = Category(draw.choice("DDDFFFXE"))
        one = drawn_activity(draw, shared.case, category, house_size)
        yield one._replace(date=day, start=clock, end=min(clock + length, MIDNIGHT))
        clock += length + draw.choice((0, 0, 0, step, 45, -step))
    if draw.random() < 0.2:
        start = draw.randrange(0, MIDNIGHT, step)
        end = draw.choice((start + step, 0, 20, MIDNIGHT, NOON))
        if start != end % MIDNIGHT:
            yield Entry(day, start, end, "Besøg hjemme", Category.ABSENT, 1, 1)
    if draw.random() < 0.05 and house_size != 1:
        yield Entry(day, 10 * 60, 22 * 60 + step, "Udflugt", Category.SHARED, 2, 2, Theme.RELATIONS.value)


def _night(draw: Random, day: dt.date, house_size: int | None, category: str) -> Iterator[Entry]:
    start = draw.choice((21 * 60 + 45, 22 * 60, 23 * 60, 23 * 60 + 15, 23 * 60 + 59))
    end = draw.choice((6 * 60, 7 * 60, 6 * 60 + 35, 2 * 60, 2 * 60 + 30, 3 * 60, 1, 0, MIDNIGHT))
    yield Entry(day, start, end, "Nat", Category(category), draw.choice((1, 1, 2)), house_size or 1)
    if end in {0, MIDNIGHT} and draw.random() < 0.7:
        end = draw.choice((2 * 60, 3 * 60, 4 * 60, 8 * 60))
        yield Entry(day, 0, end, "Nat efter midnat", Category(category), 1, house_size or 1)
    if category == "S":
        for _ in range(draw.choice((0, 0, 1, 2))):
            called = draw.choice((23 * 60 + 50, 5, 1 * 60 + 30, 2 * 60, 2 * 60 + 45))
            until = (called + draw.choice((10, 35, 75, 120))) % MIDNIGHT
            yield Entry(day, called, until, "Udkald", Category.CALLED_OUT, draw.choice((1, 2)), 1, Theme.HEALTH.value)


def _absence(draw: Random, day: dt.date) -> Iterator[Entry]:
    """A day away in one piece, in overlapping pieces, in pieces that meet, or nearly all of it."""
    noon, whole = draw.choice((NOON, 9 * 60 + 7)), (0, MIDNIGHT)
    spans = draw.choice(
        (
            [whole],
            [(0, 0 + noon), (noon - 30, MIDNIGHT)],
            [(0, noon), (noon, MIDNIGHT)],
            [(noon, MIDNIGHT), (0, noon + 1), (noon - 60, noon + 60)],
            [(noon, noon - 1)],
            [(0, noon), (noon + 1, MIDNIGHT)],
            [(0, noon), (noon, 8 * 60)],
            [whole, whole],
            [(1, MIDNIGHT)],
        )
    )
    for start, end in spans:
        yield Entry(day, start, end, "Hjemmebesøg", Category.ABSENT, 1, 1)


def _schedule(shared: Round, entries: list[Entry], house_size: int | None) -> Schedule:
    case = shared.case
    return Schedule(case.case_key, shared.period, tuple(entries), case.provider, case.house, house_size)
