"""Whether the sheets of one house agree with each other and with the staff present (domain text, section 6).

Times are read off the wall, also on the nights when the clock changes: all sheets of a house read the same clock.
"""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import NamedTuple

from bit_model.calendar import MINUTES_PER_DAY, days_between, is_weekend_or_holiday
from bit_model.checks import Finding
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from bit_model.schedule import NIGHTS, Category, Entry, Schedule

NOON = MINUTES_PER_DAY // 2
MIRRORED = NIGHTS | {Category.SHARED}
CLAIMING = MIRRORED | {Category.DIRECT}
"""Categories that ask for staff at a certain hour. Whoever is called out is already there, asleep, and indirect time
is written down at no certain hour."""


class DayKind(StrEnum):
    """Which days a line of a roster holds for; a holiday is a weekend day."""

    WEEKDAY = "hverdag"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class RosterLine:
    """Staff present between two times, minutes after midnight; `end <= start` means the next day."""

    day_kind: DayKind
    start: int
    end: int
    staff: int | Fraction
    row: int = 0


@dataclass(frozen=True, slots=True)
class House:
    """A house of a provider. Without a size the number of citizens is what the entries say, without a roster no R24."""

    name: str
    provider: str = ""
    size: int | None = None
    roster: tuple[RosterLine, ...] = ()


class _Claim(NamedTuple):
    """An entry on one line of time: minutes since day 0."""

    case_key: str
    start: int
    end: int
    entry: Entry


class Presence(NamedTuple):
    """The staff that all sheets of a house claim, and the staff on its roster, between two moments.

    The moments are minutes since day 0 of the calendar.
    """

    start: int
    end: int
    claimed: Fraction
    present: Fraction


_Span = tuple[int, int]
_Steps = dict[int, int]


def house_findings(house: House, schedules: Sequence[Schedule], parameters: ParameterSet) -> dict[str, list[Finding]]:
    """R23 and R24 by case key, for every sheet received from the house, also where there is nothing to say."""
    claims = _claims(schedules)
    found: dict[str, list[Finding]] = {schedule.case_key: [] for schedule in schedules}
    for claim, what in _unmirrored(house, schedules, claims):
        found[claim.case_key].append(Finding("R23", "citizens", claim.entry.row, what))
    if house.roster and schedules:
        told: set[tuple[str, dt.date]] = set()
        for claim, what in _overclaimed(house, schedules, claims, parameters):
            if (claim.case_key, claim.entry.date) not in told:
                told.add((claim.case_key, claim.entry.date))
                found[claim.case_key].append(Finding("R24", "staff", claim.entry.row, what))
    return found


def presence(house: House, schedules: Sequence[Schedule], parameters: ParameterSet) -> list[Presence]:
    """Claims and roster over the days of the schedules, as spans in order; without a roster nobody is present."""
    return list(_presence(house, schedules, _claims(schedules), parameters)) if schedules else []


def _claims(schedules: Iterable[Schedule]) -> list[_Claim]:
    return [
        _Claim(schedule.case_key, *_span(entry.date, entry.start, entry.end), entry)
        for schedule in schedules
        for entry in schedule.entries
        if entry.category in CLAIMING and entry.citizens >= 1
    ]


def _unmirrored(house: House, schedules: Sequence[Schedule], claims: Iterable[_Claim]) -> Iterator[tuple[_Claim, str]]:
    """Shared entries whose staff and citizens the other sheets contradict or do not have.

    What c citizens share stands in c sheets, or in c each of several groups. Sheets that have not come may hold the
    rest, so only more missing than those is a finding.
    """
    mirrored = [claim for claim in claims if claim.entry.category in MIRRORED]
    stated: dict[tuple[Category, int | Fraction, int], list[_Claim]] = defaultdict(list)
    events: dict[tuple[int, int, Category, str], set[tuple[int | Fraction, int]]] = defaultdict(set)
    for claim in mirrored:
        entry = claim.entry
        stated[entry.category, entry.staff, entry.citizens].append(claim)
        events[_event(claim)].add((entry.staff, entry.citizens))

    told: set[int] = set()
    for (category, _, citizens), group in stated.items():
        # A night that began before the period stands in no sheet, so nights are expected from noon of the first day.
        sheets = _steps(
            (
                schedule.period.start.toordinal() * MINUTES_PER_DAY + (NOON if category in NIGHTS else 0),
                (schedule.period.end.toordinal() + 1) * MINUTES_PER_DAY,
                1,
            )
            for schedule in schedules
        )
        alone = _unmatched(_steps((c.start, c.end, 1) for c in group), sheets, citizens, house.size or citizens)
        for claim, what in _touched(group, alone):
            told.add(id(claim))
            yield claim, what
    for claim in mirrored:
        if id(claim) not in told and len(pairs := events[_event(claim)]) > 1:
            yield claim, " | ".join(f"{staff}:{citizens}" for staff, citizens in sorted(pairs))


def _event(claim: _Claim) -> tuple[int, int, Category, str]:
    """What makes entries of two sheets one event: the time, and for shared support the activity."""
    category = claim.entry.category
    return claim.start, claim.end, category, "" if category in NIGHTS else claim.entry.activity.strip().casefold()


def _unmatched(stated: _Steps, sheets: _Steps, citizens: int, size: int) -> dict[_Span, str]:
    """Spans in which more sheets lack the entry than have not come, with the number of sheets that state it."""
    spans: dict[_Span, str] = {}
    count = received = 0
    for time, until in pairwise(sorted(stated.keys() | sheets.keys())):
        count += stated.get(time, 0)
        received += sheets.get(time, 0)
        if -count % citizens > max(0, size - received):
            spans[time, until] = f"{count} / {citizens}"
    return spans


def _overclaimed(
    house: House, schedules: Sequence[Schedule], claims: Sequence[_Claim], parameters: ParameterSet
) -> Iterator[tuple[_Claim, str]]:
    """Entries at moments when the sheets together claim more staff than the roster has, with both figures."""
    spans = {
        (span.start, span.end): f"{half_up(span.claimed)} > {half_up(span.present)}"
        for span in _presence(house, schedules, claims, parameters)
        if span.claimed > span.present
    }
    yield from _touched(claims, spans)


def _presence(
    house: House, schedules: Sequence[Schedule], claims: Sequence[_Claim], parameters: ParameterSet
) -> Iterator[Presence]:
    shares = {(c.entry.staff, c.entry.citizens) for c in claims}
    scale = lcm(
        *(Fraction(staff, citizens).denominator for staff, citizens in shares),
        *(Fraction(line.staff).denominator for line in house.roster),
    )
    scaled = {(staff, citizens): int(Fraction(staff, citizens) * scale) for staff, citizens in shares}
    claimed = _steps((c.start, c.end, scaled[c.entry.staff, c.entry.citizens]) for c in claims)
    first = min(schedule.period.start for schedule in schedules) - dt.timedelta(days=1)
    last = max(schedule.period.end for schedule in schedules)
    present = _steps(
        (*_span(day, line.start, line.end), int(line.staff * scale))
        for day in days_between(first, last)
        for line in house.roster
        if (line.day_kind is DayKind.WEEKEND) == is_weekend_or_holiday(day, parameters.extra_holidays)
    )
    asked = there = 0
    for time, until in pairwise(sorted(claimed.keys() | present.keys())):
        asked += claimed.get(time, 0)
        there += present.get(time, 0)
        yield Presence(time, until, Fraction(asked, scale), Fraction(there, scale))


def _steps(spans: Iterable[tuple[int, int, int]]) -> _Steps:
    """How much is added at each moment, from (start, end, amount)."""
    steps: _Steps = defaultdict(int)
    for start, end, amount in spans:
        steps[start] += amount
        steps[end] -= amount
    return steps


def _touched(claims: Iterable[_Claim], spans: Mapping[_Span, str]) -> Iterator[tuple[_Claim, str]]:
    """The claims that reach into one of the ordered, disjoint spans, with what the first of them says."""
    ordered = list(spans)
    ends = [until for _, until in ordered]
    for claim in claims if spans else ():
        first = bisect_right(ends, claim.start)
        if first < len(ordered) and ordered[first][0] < claim.end:
            yield claim, spans[ordered[first]]


def _span(date: dt.date, start: int, end: int) -> _Span:
    midnight = date.toordinal() * MINUTES_PER_DAY
    return midnight + start, midnight + (end if end > start else end + MINUTES_PER_DAY)
