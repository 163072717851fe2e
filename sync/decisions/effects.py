"""What decisions are worth in kroner, as the page, the documents and the exports show it. No Flask."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from bit_model.case import ProviderKind
from bit_model.course import AreaCourse, CourseSum, course, outcome_counts, years_touched
from bit_model.decision import Decision, Outcome, in_force
from bit_model.refusion import Refusion, refusion_change

YEARS_AHEAD = 3
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Bar(NamedTuple):
    """A bar of a chart 200 wide: where it begins, how long it is, and where nothing lies."""

    start: float
    length: float
    zero: float


class KindLine(NamedTuple):
    """A line of an area: own or external providers, or both (None)."""

    budget_area: str
    provider_kind: ProviderKind | None
    sums: CourseSum
    bar: Bar


class Refunded(NamedTuple):
    """An area's full-year effect, the refund from the State that goes with it, and what is left to the authority."""

    budget_area: str
    full_year: Fraction
    refund: Fraction

    @property
    def left(self) -> Fraction:
        """Kr a year to the authority itself."""
        return self.full_year - self.refund


class Effects(NamedTuple):
    """Everything about the decisions in force (or those made in `decided_in`), in one year."""

    year: int
    decided_in: int | None
    areas: Sequence[AreaCourse]
    kinds: Sequence[KindLine]
    counts: Mapping[Outcome, CourseSum]
    years: Sequence[tuple[int, Sequence[Fraction]]]
    """A year, and the kr that fall in it, by area in the order of `areas`."""
    refunded: Sequence[Refunded] | None
    decision_years: Sequence[int]

    @property
    def decisions(self) -> int:
        """How many decisions."""
        return sum(sums.decisions for sums in self.counts.values())


def effects_of(
    history: Iterable[Decision], year: int, decided_in: int | None = None, refusion: Refusion | None = None
) -> Effects:
    """The decisions in force, and of those the ones made in a year where one is given; kroner are those of `year`."""
    holding = in_force(history)
    chosen = [decision for decision in holding if decided_in in (None, decision.decided_on.year)]
    areas = course(chosen, year)
    return Effects(
        year,
        decided_in,
        areas,
        _kinds(areas),
        outcome_counts(areas),
        [(one, _totals(chosen, one)) for one in years_touched(chosen, year + YEARS_AHEAD)],
        None if refusion is None else [_refunded(area, chosen, refusion, year) for area in areas],
        sorted({decision.decided_on.year for decision in holding}),
    )


def _kinds(areas: Iterable[AreaCourse]) -> list[KindLine]:
    lines: list[tuple[str, ProviderKind | None, CourseSum]] = []
    for area in areas:
        lines += [(area.budget_area, kind, sums) for kind, sums in area.by_provider_kind.items()]
        lines.append((area.budget_area, None, area.total))
    bars = _bars([sums.full_year for _, _, sums in lines])
    return [KindLine(*line, bar) for line, bar in zip(lines, bars, strict=True)]


def _bars(amounts: Sequence[Fraction]) -> list[Bar]:
    """Bars from one line of nothing, on one scale."""
    lowest, highest = min([Fraction(0), *amounts]), max([Fraction(0), *amounts])
    scale = 200 / (highest - lowest) if highest > lowest else Fraction(0)
    zero = -lowest * scale
    return [
        Bar(*(round(float(x), 1) for x in (zero + min(Fraction(0), amount) * scale, abs(amount) * scale, zero)))
        for amount in amounts
    ]


def _totals(decisions: Sequence[Decision], year: int) -> list[Fraction]:
    return [area.total.total for area in course(decisions, year)]


def _refunded(area: AreaCourse, decisions: Iterable[Decision], refusion: Refusion, year: int) -> Refunded:
    own = [decision for decision in decisions if decision.budget_area == area.budget_area]
    changes = (refusion_change(decision, refusion, year) for decision in own)
    return Refunded(area.budget_area, area.total.full_year, sum(changes, Fraction(0)))
