"""Goals with their SMART parts, the time that each got, and what it was for."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from bit_model.case import OrderLine
from bit_model.goals import Activity, Smart, goals
from bit_model.schedule import Category, Entry
from bit_model.terms import GoalType

DAY = dt.date(2026, 3, 2)
WHOLE = OrderLine(
    "Egenomsorg",
    "Bad",
    GoalType.DEVELOP,
    Decimal(10),
    measure="Bader selv tre gange om ugen",
    agreed=True,
    realistic=True,
    deadline=dt.date(2026, 9, 1),
)


def entry(activity: str, goal: str) -> Entry:
    return Entry(DAY, 420, 480, activity, Category.DIRECT, 1, 1, goal=goal)


def test_a_goal_that_says_everything_lacks_nothing_and_one_of_a_name_alone_lacks_the_rest() -> None:
    whole, bare = goals([WHOLE, OrderLine("Mobilitet", "Bus", hours=Decimal(2))], None)
    assert whole.lacks == ()
    assert bare.lacks == (Smart.MEASURABLE, Smart.ACCEPTED, Smart.REALISTIC, Smart.TIMED)
    assert bare.given is None
    assert not bare.is_without_time
    assert whole.is_overdue(dt.date(2026, 9, 2))
    assert not whole.is_overdue(dt.date(2026, 9, 1))


def test_what_the_citizen_does_not_accept_is_not_accepted() -> None:
    (goal,) = goals([OrderLine("Mobilitet", "Bus", agreed=False, realistic=False)], None)
    assert {Smart.ACCEPTED, Smart.REALISTIC} <= {*goal.lacks}


def test_a_goal_of_two_themes_is_one_with_the_hours_of_both() -> None:
    (goal,) = goals([WHOLE, OrderLine("Mobilitet", "Bad", hours=Decimal(3))], {"Bad": Fraction(5)})
    assert (goal.themes, goal.kinds) == (("Egenomsorg", "Mobilitet"), (GoalType.DEVELOP,))
    assert goal.ordered == 13
    assert goal.given == 5


def test_goals_without_time_and_time_without_a_goal_stand_apart() -> None:
    order = [WHOLE, OrderLine("Mobilitet", "Bus"), OrderLine("Relationer", hours=Decimal(4))]
    given = {"Bad": Fraction(5), "Svømning": Fraction(2), "": Fraction(7)}
    found = goals(order, given)
    assert [one.name for one in found] == ["Bad", "Bus", "Svømning", ""]
    assert [one.is_without_time for one in found] == [False, True, False, False]
    assert [one.in_order for one in found] == [True, True, False, True]
    assert found[-1].ordered == 4
    assert found[-1].given == 7


def test_activities_are_counted_by_goal_with_the_longest_first() -> None:
    done = [
        (entry("Bad ", "Bad"), Fraction(30)),
        (entry("Bad", "Bad"), Fraction(45)),
        (entry("Tøj", "Bad"), Fraction(80)),
    ]
    (goal,) = goals([WHOLE], {"Bad": Fraction(1)}, [*done, (entry("Andet", "Bus"), Fraction(5))])
    assert goal.activities == (Activity("Tøj", 1, Fraction(80)), Activity("Bad", 2, Fraction(75)))
