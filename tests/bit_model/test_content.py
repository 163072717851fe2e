# mypy: disable-error-code="comparison-overlap"
# 1 and Fraction(1) are equal, also inside a tuple.

from decimal import Decimal
from fractions import Fraction

from bit_model.case import OrderLine
from bit_model.content import ContentState, compare_content

ORDER = (
    OrderLine("Egenomsorg", "Bad", hours=Decimal(14)),
    OrderLine("Egenomsorg", "Tandbørstning", hours=Decimal(2)),
    OrderLine("Mobilitet", hours=Decimal(3)),
)
BY_THEME = {"Egenomsorg": Fraction(21), "Relationer": Fraction(5), "": Fraction(1)}
BY_GOAL = {"Bad": Fraction(21), "": Fraction(6)}


def test_themes_are_compared_in_the_orders_own_order() -> None:
    found = compare_content(ORDER, BY_THEME, BY_GOAL)
    assert [(line.name, line.ordered, line.measured, line.state) for line in found.themes] == [
        ("Egenomsorg", 16, 21, ContentState.BOTH),
        ("Mobilitet", 3, 0, ContentState.ORDERED_WITHOUT_TIME),
        ("Relationer", 0, 5, ContentState.TIME_WITHOUT_ORDER),
        ("", 0, 1, ContentState.UNPLACED),
    ]


def test_goals_without_minutes_are_named() -> None:
    assert compare_content(ORDER, BY_THEME, BY_GOAL).goals_without_minutes == ("Tandbørstning",)


def test_a_goal_ordered_without_hours_is_still_in_the_order() -> None:
    found = compare_content((OrderLine("Relationer", "Ven"),), {}, {"Ven": Fraction(1)})
    assert [line.state for line in found.goals] == [ContentState.BOTH]


def test_measured_hours_are_not_lost() -> None:
    found = compare_content(ORDER, BY_THEME, BY_GOAL)
    assert sum(line.measured for line in found.themes) == sum(BY_THEME.values())
    assert sum(line.measured for line in found.goals) == sum(BY_GOAL.values())
