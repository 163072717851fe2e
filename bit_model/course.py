"""The table of a course: how many cases ended in what, and what that is worth (domain text, section 7).

Kroner are summed within a budget area, own and external providers apart, and never across areas. Kroner that the
authority no longer pays are positive, those of a raise negative.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from bit_model.case import ProviderKind
from bit_model.decision import Decision, Outcome, in_force
from bit_model.effect import effect_in

_Key = TypeVar("_Key", Outcome, ProviderKind)


@dataclass(frozen=True, slots=True)
class CourseSum:
    """Decisions and kr of one part of a budget area in one year.

    `revised` counts the decisions that came after another, `with_rates` those that change a rate and so have kroner.
    """

    decisions: int = 0
    retroactive_decisions: int = 0
    revised: int = 0
    with_rates: int = 0
    full_year: Fraction = Fraction(0)
    budget_year: Fraction = Fraction(0)
    retroactive: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        """Kr that fall in the year."""
        return self.budget_year + self.retroactive

    def __add__(self, other: "CourseSum") -> "CourseSum":
        """Both together; for parts of one area."""
        return CourseSum(
            self.decisions + other.decisions,
            self.retroactive_decisions + other.retroactive_decisions,
            self.revised + other.revised,
            self.with_rates + other.with_rates,
            self.full_year + other.full_year,
            self.budget_year + other.budget_year,
            self.retroactive + other.retroactive,
        )


NOTHING = CourseSum()


def total(sums: Iterable[CourseSum]) -> CourseSum:
    """The parts of one area together."""
    return sum(sums, NOTHING)


def sum_in(decision: Decision, year: int) -> CourseSum:
    """What one decision counts for in a year."""
    revised = int(decision.revises is not None)
    if decision.change is None:
        return CourseSum(1, 0, revised)
    effect = effect_in(decision.change, year)
    return CourseSum(
        1, int(decision.is_retroactive), revised, 1, effect.full_year, effect.budget_year, effect.retroactive
    )


@dataclass(frozen=True, slots=True)
class AreaCourse:
    """One budget area in one year: by outcome, and by whose provider it is. Outcomes without decisions are left out."""

    budget_area: str
    by_outcome: Mapping[Outcome, CourseSum]
    by_provider_kind: Mapping[ProviderKind, CourseSum]

    @property
    def total(self) -> CourseSum:
        """The whole area."""
        return total(self.by_outcome.values())


def course(history: Iterable[Decision], year: int) -> list[AreaCourse]:
    """The decisions in force, by budget area; kroner are those of the year."""
    areas: dict[str, list[Decision]] = {}
    for decision in in_force(history):
        areas.setdefault(decision.budget_area, []).append(decision)
    return [
        AreaCourse(
            area,
            _by(Outcome, lambda decision: decision.outcome, decisions, year),
            _by(ProviderKind, lambda decision: decision.provider_kind, decisions, year),
        )
        for area, decisions in sorted(areas.items())
    ]


def outcome_counts(areas: Iterable[AreaCourse]) -> dict[Outcome, CourseSum]:
    """How many decisions of each outcome there are in all areas, in the order of the outcomes; without kroner."""
    found = dict.fromkeys(Outcome, NOTHING)
    for area in areas:
        for outcome, sums in area.by_outcome.items():
            found[outcome] += CourseSum(sums.decisions, sums.retroactive_decisions, sums.revised)
    return found


def years_touched(history: Iterable[Decision], until: int) -> range:
    """The years from the first day that any decision in force is worth something, to `until`."""
    changes = [decision.change for decision in in_force(history) if decision.change]
    first = min((min(c.effective_date, c.retro_date or c.effective_date).year for c in changes), default=until)
    return range(min(first, until), until + 1)


def _by(
    keys: Iterable[_Key], key: Callable[[Decision], _Key], decisions: Iterable[Decision], year: int
) -> dict[_Key, CourseSum]:
    found = dict.fromkeys(keys, NOTHING)
    for decision in decisions:
        found[key(decision)] += sum_in(decision, year)
    return {one: sums for one, sums in found.items() if sums.decisions}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of an area in an anonymised report: outcomes that are shown together, and their sum."""

    outcomes: tuple[Outcome, ...]
    sums: CourseSum
    shows_retroactive: bool
    """False where the retroactive decisions, or the others, are too few to be told apart."""
    shows_kroner: bool
    """False where the kroner are those of too few decisions, whatever others stand with them."""


def anonymised(area: AreaCourse, smallest: int) -> tuple[ReportLine, ...]:
    """The area's lines with no group of fewer than `smallest` decisions; empty where the whole area has fewer.

    Small outcomes are put together, and with the next larger one where they are too few even so. Every line holds at
    least `smallest` decisions, so none can be found by subtraction from the area's total.
    """
    if area.total.decisions < smallest:
        return ()
    rising = sorted(area.by_outcome.items(), key=lambda item: item[1].decisions)
    together: list[tuple[Outcome, CourseSum]] = []
    apart = list(rising)
    while apart and (apart[0][1].decisions < smallest or 0 < _count(together) < smallest):
        together.append(apart.pop(0))
    lines: list[tuple[tuple[Outcome, ...], CourseSum]] = [((outcome,), sums) for outcome, sums in apart]
    if together:
        lines.append((tuple(outcome for outcome, _ in together), total(sums for _, sums in together)))
    order = list(Outcome)
    return tuple(
        ReportLine(
            tuple(sorted(outcomes, key=order.index)),
            sums,
            _can_be_told_apart(sums, smallest),
            sums.with_rates == 0 or sums.with_rates >= smallest,
        )
        for outcomes, sums in sorted(lines, key=lambda line: (len(line[0]) > 1, order.index(line[0][0])))
    )


def _count(parts: Iterable[tuple[Outcome, CourseSum]]) -> int:
    return sum(sums.decisions for _, sums in parts)


def _can_be_told_apart(sums: CourseSum, smallest: int) -> bool:
    back = sums.retroactive_decisions
    return all(count == 0 or count >= smallest for count in (back, sums.decisions - back))
