from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.comparison import Pair, Pillar, Reading, State, compare, tolerance
from bit_model.rounding import Number, half_up
from bit_model.tariff import package_number

hours = st.one_of(st.integers(0, 200), st.decimals(0, 200, places=2), st.fractions(0, 200, max_denominator=2520))


def test_the_example_is_over_by_14_83_hours() -> None:
    found = compare(36, Fraction(113, 3), Decimal("52.5"))
    assert found.states == (State.BALANCE, State.OVER, State.OVER)
    assert (found.delivered_minus_need, found.financed_minus_need) == (Fraction(5, 3), Fraction(33, 2))
    assert str(half_up(found.financed_minus_delivered or 0)) == "14.83"
    assert (found.state, found.reading) == (State.OVER, Reading.TARIFF_PAYS_FOR_MORE)


@pytest.mark.parametrize(
    "need, delivered, financed, state, reading",
    [
        (30, 31, 29, State.BALANCE, Reading.IN_BALANCE),
        (30, 31, 40, State.OVER, Reading.TARIFF_PAYS_FOR_MORE),
        (30, 20, 31, State.UNDER, Reading.LESS_GIVEN_THAN_ORDERED),
        (30, 40, 41, State.OVER, Reading.MORE_GIVEN_THAN_ORDERED),
        (30, 31, 20, State.UNDER, Reading.UNDER_FINANCED),
    ],
)
def test_a_pattern_of_the_table_has_its_reading(
    need: int, delivered: int, financed: int, state: State, reading: Reading
) -> None:
    found = compare(need, delivered, financed)
    assert (found.state, found.reading) == (state, reading)


@pytest.mark.parametrize(
    "need, delivered, financed, pairs",
    [
        (30, 40, 50, list(Pair)),
        (30, 20, 21, [Pair.DELIVERED_MINUS_NEED, Pair.FINANCED_MINUS_NEED]),
        (30, 40, 31, [Pair.DELIVERED_MINUS_NEED, Pair.FINANCED_MINUS_DELIVERED]),
        (30, Decimal("31.5"), 33, [Pair.FINANCED_MINUS_NEED]),
    ],
)
def test_any_other_pattern_is_read_by_its_pairs_in_causal_order(
    need: int, delivered: Number, financed: int, pairs: list[Pair]
) -> None:
    found = compare(need, delivered, financed)
    assert (found.reading, list(found.out_of_balance)) == (Reading.FIRST_PAIR, pairs)
    assert found.state is found.state_of(pairs[0])


@pytest.mark.parametrize("missing", [*Pillar])
def test_a_missing_pillar_is_asked_for_and_the_other_pair_still_stands(missing: Pillar) -> None:
    figures: dict[Pillar, int | None] = dict.fromkeys(Pillar, 30) | {missing: None}
    found = compare(figures[Pillar.NEED], figures[Pillar.DELIVERED], figures[Pillar.FINANCED])
    assert (found.state, found.reading, found.missing) == (State.UNACCOUNTED, Reading.MISSING, (missing,))
    assert sorted(found.states) == [State.BALANCE, State.UNACCOUNTED, State.UNACCOUNTED]
    assert [found.difference(pair) for pair in Pair].count(None) == 2


def test_all_pillars_missing_are_all_named() -> None:
    assert compare(None, None, None).missing == tuple(Pillar)


@pytest.mark.parametrize(
    "need, delivered, state",
    [
        (30, 32, State.BALANCE),
        (30, Decimal("32.01"), State.OVER),
        (30, 28, State.BALANCE),
        (30, Decimal("27.99"), State.UNDER),
        (100, 105, State.BALANCE),
        (100, Decimal("105.01"), State.OVER),
        (100, 95, State.BALANCE),
        (100, Decimal("94.99"), State.UNDER),
    ],
)
def test_the_tolerance_is_two_hours_or_five_percent_in_both_directions(
    need: int, delivered: Number, state: State
) -> None:
    assert compare(need, delivered, None).state_of(Pair.DELIVERED_MINUS_NEED) is state


def test_the_tolerance_is_a_parameter() -> None:
    assert compare(30, 35, 30, tolerance_hours=5).reading is Reading.IN_BALANCE
    assert compare(30, 31, 30, tolerance_hours=0, tolerance_share=Decimal("0.01")).state is State.OVER


def test_the_same_package_is_balance_under_model_a() -> None:
    assert compare(36, 42, Decimal("38.5")).state is State.OVER
    assert compare(36, 42, Decimal("38.5"), package_width=7).state is State.BALANCE
    assert compare(36, Decimal("42.01"), Decimal("38.5"), package_width=7).state is State.OVER


@given(hours, hours, hours)
def test_differences_are_exact_and_states_follow_the_rule(need: Number, delivered: Number, financed: Number) -> None:
    b, i, t = Fraction(need), Fraction(delivered), Fraction(financed)
    found = compare(need, delivered, financed, package_width=7)
    assert [found.difference(pair) for pair in Pair] == [i - b, t - i, t - b]
    for pair, (one, other) in zip(Pair, ((i, b), (t, i), (t, b)), strict=True):
        near = abs(one - other) <= max(Fraction(2), b / 20) or package_number(one) == package_number(other)
        expected = State.BALANCE if near else State.OVER if one > other else State.UNDER
        assert found.state_of(pair) is expected


@given(hours, hours)
def test_a_difference_and_its_opposite_have_opposite_states(one: Number, other: Number) -> None:
    there = compare(None, one, other).state_of(Pair.FINANCED_MINUS_DELIVERED)
    back = compare(None, other, one).state_of(Pair.FINANCED_MINUS_DELIVERED)
    opposite = {State.OVER: State.UNDER, State.UNDER: State.OVER, State.BALANCE: State.BALANCE}
    assert back is opposite[there]


@pytest.mark.parametrize("need, allowed", [(0, 2), (36, 2), (40, 2), (60, 3), (Decimal("50.5"), Fraction(101, 40))])
def test_the_tolerance_is_two_hours_or_a_twentieth_whichever_is_more(
    need: int | Decimal, allowed: int | Fraction
) -> None:
    assert tolerance(need) == allowed
    edge = Fraction(need) + allowed
    assert compare(need, edge, edge).states[0] is State.BALANCE
    assert compare(need, edge + Fraction(1, 1000), edge).states[0] is State.OVER
