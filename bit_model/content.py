"""What was ordered held against what the time went to, per theme and goal (domain text, section 6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from bit_model.case import OrderLine


class ContentState(StrEnum):
    """Whether ordered content met any time."""

    BOTH = "both"
    ORDERED_WITHOUT_TIME = "ordered_without_time"
    TIME_WITHOUT_ORDER = "time_without_order"
    UNPLACED = "unplaced"
    """Time that the schedule gives no theme or goal."""


@dataclass(frozen=True, slots=True)
class ContentLine:
    """Hours per week ordered and measured for one theme or goal; `in_order` also where the order states no hours."""

    name: str
    ordered: Fraction
    measured: Fraction
    in_order: bool

    @property
    def state(self) -> ContentState:
        """How the two agree on the content, whatever its size."""
        if not self.name:
            return ContentState.UNPLACED
        if not self.in_order:
            return ContentState.TIME_WITHOUT_ORDER
        return ContentState.BOTH if self.measured else ContentState.ORDERED_WITHOUT_TIME


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one case: the order's themes and goals in its own order, then what it does not have."""

    themes: tuple[ContentLine, ...]
    goals: tuple[ContentLine, ...]

    @property
    def goals_without_minutes(self) -> tuple[str, ...]:
        """Goals of the order that no time was given to."""
        return tuple(line.name for line in self.goals if line.state is ContentState.ORDERED_WITHOUT_TIME)


def compare_content(
    order: Iterable[OrderLine], by_theme: Mapping[str, Fraction], by_goal: Mapping[str, Fraction]
) -> Content:
    """The order against measured hours per week by theme and goal ("" is time without one)."""
    themes: dict[str, Fraction] = defaultdict(Fraction)
    goals: dict[str, Fraction] = defaultdict(Fraction)
    for line in order:
        themes[line.theme] += Fraction(line.hours)
        goals[line.goal] += Fraction(line.hours)
    return Content(_lines(themes, by_theme), _lines(goals, by_goal))


def _lines(ordered: Mapping[str, Fraction], measured: Mapping[str, Fraction]) -> tuple[ContentLine, ...]:
    names = [name for name in ordered if name] + sorted(name for name in measured if name and name not in ordered)
    unplaced = [""] if measured.get("") else []
    lines = (
        ContentLine(
            name, ordered.get(name, Fraction(0)), measured.get(name, Fraction(0)), bool(name) and name in ordered
        )
        for name in names + unplaced
    )
    return tuple(line for line in lines if line.in_order or line.measured)
