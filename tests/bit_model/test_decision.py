import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bit_model.case import ProviderKind
from bit_model.decision import MOVES, Decision, Fault, Outcome, Support, faults, in_force
from bit_model.effect import RateChange

CUT = RateChange(Decimal(4505), Decimal(3697), dt.date(2026, 10, 1), dt.date(2026, 4, 1))
RAISE = RateChange(Decimal(3697), Decimal(4505), dt.date(2026, 10, 1), dt.date(2026, 4, 1))


def decided(outcome: Outcome = Outcome.LOWERED, change: RateChange | None = CUT, **other: Any) -> Decision:
    values = {
        "number": 1,
        "case_key": "S-1",
        "budget_area": "Handicap",
        "provider_kind": ProviderKind.OWN,
        "decided_on": dt.date(2026, 9, 15),
        "decided_by": "Leder af myndighedsafdelingen",
        "reason": "Begge parter ser de samme tal.",
        "review_on": dt.date(2027, 3, 1),
    }
    return Decision(outcome=outcome, change=change, **{**values, **other})


@pytest.mark.parametrize(
    "outcome, change",
    [
        (Outcome.LOWERED, CUT),
        (Outcome.RAISED, RAISE),
        (Outcome.UNCHANGED, None),
        (Outcome.NOT_SETTLED, None),
        *((move, change) for move in sorted(MOVES) for change in (None, CUT, RAISE)),
    ],
)
def test_every_outcome_can_be_recorded_raises_as_cuts(outcome: Outcome, change: RateChange | None) -> None:
    assert faults(decided(outcome, change)) == ()


@pytest.mark.parametrize(
    "outcome, change", [(Outcome.LOWERED, CUT), (Outcome.RAISED, RAISE), (Outcome.UNCHANGED, None)]
)
@pytest.mark.parametrize(
    "other, fault",
    [
        ({"reason": " \n"}, Fault.NO_REASON),
        ({"decided_by": ""}, Fault.NO_DECIDER),
        ({"review_on": dt.date(2026, 9, 15)}, Fault.REVIEW_TOO_EARLY),
        ({"support": Support(hours_before=36, hours_after=35)}, Fault.FEWER_HOURS),
    ],
)
def test_what_every_decision_needs(
    outcome: Outcome, change: RateChange | None, other: dict[str, Any], fault: Fault
) -> None:
    assert faults(decided(outcome, change, **other)) == (fault,)


@pytest.mark.parametrize(
    "outcome, change, fault",
    [
        (Outcome.LOWERED, None, Fault.NO_RATES),
        (Outcome.RAISED, None, Fault.NO_RATES),
        (Outcome.LOWERED, RAISE, Fault.RATE_NOT_LOWER),
        (Outcome.RAISED, CUT, Fault.RATE_NOT_HIGHER),
        (Outcome.LOWERED, replace(CUT, new_rate=CUT.old_rate), Fault.RATE_NOT_LOWER),
        (Outcome.RAISED, replace(CUT, new_rate=CUT.old_rate), Fault.RATE_NOT_HIGHER),
        (Outcome.UNCHANGED, CUT, Fault.RATE_CHANGES),
        (Outcome.NOT_SETTLED, RAISE, Fault.RATE_CHANGES),
        (Outcome.LOWERED, replace(CUT, retro_date=CUT.effective_date), Fault.RETRO_NOT_EARLIER),
        (Outcome.RAISED, replace(RAISE, stay_end=dt.date(2026, 3, 31)), Fault.STAY_ENDS_BEFORE),
    ],
)
def test_what_the_rates_must_say(outcome: Outcome, change: RateChange | None, fault: Fault) -> None:
    assert faults(decided(outcome, change)) == (fault,)


def test_a_review_is_after_the_new_rate_holds() -> None:
    assert faults(decided(review_on=dt.date(2026, 10, 1))) == (Fault.REVIEW_TOO_EARLY,)
    assert faults(decided(review_on=dt.date(2026, 10, 2))) == ()


def test_a_cut_with_other_support_is_no_cut_and_other_support_needs_a_decision_of_its_own() -> None:
    less = Support(same=False, hours_before=36, hours_after=20)
    assert faults(decided(support=less)) == (Fault.SUPPORT_CHANGES, Fault.SUPPORT_NOT_DECIDED)
    moving = decided(Outcome.LESS_INTRUSIVE, support=less)
    assert faults(moving) == (Fault.SUPPORT_NOT_DECIDED,)
    assert faults(replace(moving, support=replace(less, decided_on=CUT.effective_date))) == ()
    late = replace(less, decided_on=CUT.effective_date + dt.timedelta(days=1))
    assert faults(replace(moving, support=late)) == (Fault.SUPPORT_NOT_DECIDED,)


def test_all_faults_are_told_at_once_in_the_order_of_the_form() -> None:
    found = faults(decided(change=None, reason="", decided_by="", review_on=dt.date(2026, 1, 1)))
    assert found == (Fault.NO_REASON, Fault.NO_DECIDER, Fault.NO_RATES, Fault.REVIEW_TOO_EARLY)


def test_more_than_twelve_months_back_warns_and_is_recorded_all_the_same() -> None:
    long = decided(change=replace(CUT, retro_date=dt.date(2025, 9, 30)))
    assert (long.warns_of_long_retroaction, faults(long)) == (True, ())
    assert not decided().warns_of_long_retroaction


def test_a_revised_decision_is_no_longer_in_force_and_one_beside_it_is() -> None:
    first = decided(Outcome.UNCHANGED, None)
    second = decided(Outcome.RAISED, RAISE, number=2, revises=1)
    third = decided(Outcome.LOWERED, CUT, number=3)
    assert in_force([first, second, third]) == [second, third]
    assert in_force([third, second, first]) == [third, second]
