"""The goals of a case with their SMART parts, the time each got, and the activities behind it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from bit_model.case import OrderLine
from bit_model.schedule import Entry
from bit_model.terms import GoalType


class Smart(StrEnum):
    """What a goal must say to be followed up."""

    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    ACCEPTED = "accepted"
    REALISTIC = "realistic"
    TIMED = "timed"


class Activity(NamedTuple):
    """What the schedule calls it, how often it stands there, and the citizen's resource minutes in the whole period."""

    name: str
    times: int
    minutes: Fraction


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the order; or, with `in_order` false, time that the order has no goal for (name "" is no goal).

    Hours per week ordered and given. `given` is None where no schedule counts.
    """

    name: str
    in_order: bool
    themes: tuple[str, ...] = ()
    kinds: tuple[GoalType, ...] = ()
    measure: str = ""
    agreed: bool | None = None
    realistic: bool | None = None
    deadline: dt.date | None = None
    ordered: Fraction = Fraction(0)
    given: Fraction | None = None
    activities: tuple[Activity, ...] = ()

    @property
    def lacks(self) -> tuple[Smart, ...]:
        """The SMART parts that are not stated, or are stated not to hold."""
        there = {
            Smart.SPECIFIC: bool(self.name),
            Smart.MEASURABLE: bool(self.measure.strip()),
            Smart.ACCEPTED: bool(self.agreed),
            Smart.REALISTIC: bool(self.realistic),
            Smart.TIMED: self.deadline is not None,
        }
        return tuple(part for part, stated in there.items() if not stated)

    @property
    def is_without_time(self) -> bool:
        """True for a goal of the order that a counting schedule gives no time."""
        return self.in_order and bool(self.name) and self.given == 0

    def is_overdue(self, today: dt.date) -> bool:
        """True when its deadline has passed."""
        return self.deadline is not None and self.deadline < today


def goals(
    order: Iterable[OrderLine],
    given: Mapping[str, Fraction] | None,
    entries: Iterable[tuple[Entry, Fraction]] = (),
) -> tuple[Goal, ...]:
    """The goals of the order in its own order, then what the time went to besides; ordered time without a goal last.

    `given` is hours per week by goal, `entries` are those that count with their resource minutes.
    """
    lines: dict[str, list[OrderLine]] = {}
    for line in order:
        lines.setdefault(line.goal.strip(), []).append(line)
    done = _activities(entries)
    without_goal = lines.pop("", [])
    hours = given or {}
    found = [_ordered(name, of_goal, given, done) for name, of_goal in lines.items()]
    found += [
        Goal(name, in_order=False, given=hours[name], activities=done.get(name, ()))
        for name in sorted(hours)
        if name and name not in lines and hours[name]
    ]
    if without_goal or hours.get(""):
        rest = _ordered("", without_goal, given, done)
        found.append(rest)
    return tuple(found)


def _ordered(
    name: str,
    lines: list[OrderLine],
    given: Mapping[str, Fraction] | None,
    done: Mapping[str, tuple[Activity, ...]],
) -> Goal:
    return Goal(
        name,
        in_order=bool(lines),
        themes=tuple(dict.fromkeys(line.theme for line in lines)),
        kinds=tuple(dict.fromkeys(line.goal_type for line in lines if line.goal_type)),
        measure=" ".join(dict.fromkeys(line.measure.strip() for line in lines if line.measure.strip())),
        agreed=next((line.agreed for line in lines if line.agreed is not None), None),
        realistic=next((line.realistic for line in lines if line.realistic is not None), None),
        deadline=min((line.deadline for line in lines if line.deadline), default=None),
        ordered=sum((Fraction(line.hours) for line in lines), Fraction(0)),
        given=None if given is None else given.get(name, Fraction(0)),
        activities=done.get(name, ()),
    )


def _activities(entries: Iterable[tuple[Entry, Fraction]]) -> dict[str, tuple[Activity, ...]]:
    """Goal → its activities, the most minutes first."""
    sums: dict[str, dict[str, list[Fraction]]] = {}
    for entry, minutes in entries:
        sums.setdefault(entry.goal, {}).setdefault(entry.activity.strip(), []).append(minutes)
    return {
        goal: tuple(
            sorted(
                (Activity(name, len(times), sum(times, Fraction(0))) for name, times in by_name.items()),
                key=lambda one: (-one.minutes, one.name),
            )
        )
        for goal, by_name in sums.items()
    }
