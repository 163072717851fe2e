# mypy: disable-error-code="comparison-overlap"
# 1 and Fraction(1) are equal, also inside a tuple.

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.case import ProviderKind
from bit_model.course import anonymised, course, outcome_counts, sum_in, total, years_touched
from bit_model.decision import WITHOUT_RATES, Decision, Outcome, in_force
from bit_model.effect import RateChange, effect_in
from bit_model.refusion import Refusion, RefusionStep, refusion_change, refusion_in

CUT = RateChange(Decimal(4505), Decimal(3697), dt.date(2026, 10, 1), dt.date(2026, 4, 1))
AHEAD = RateChange(1000, 900, dt.date(2026, 7, 1))
DOUBLED = RateChange(1000, 2000, dt.date(2026, 7, 1))
AREAS = ("Handicap", "Psykiatri")


def decided(
    case: int,
    area: str,
    outcome: Outcome,
    change: RateChange | None = None,
    number: int = 0,
    revises: int | None = None,
) -> Decision:
    """A decision of March 2026; odd cases are at the municipality's own providers."""
    kind = ProviderKind.OWN if case % 2 else ProviderKind.EXTERNAL
    key, day, review = f"S-{case}", dt.date(2026, 3, 1), dt.date(2027, 3, 1)
    return Decision(
        number or case, key, area, kind, outcome, day, "Leder", "Dialogmøde", review, change, revises=revises
    )


COURSE = [
    *(decided(case, "Handicap", Outcome.LOWERED, AHEAD) for case in range(1, 12)),
    *(decided(case, "Psykiatri", Outcome.LOWERED, CUT) for case in (12, 13)),
    decided(14, "Psykiatri", Outcome.UNCHANGED),
    decided(14, "Psykiatri", Outcome.RAISED, DOUBLED, number=21, revises=14),
    *(decided(case, "Handicap", Outcome.UNCHANGED) for case in (15, 16, 17)),
    decided(18, "Psykiatri", Outcome.MORE_INTRUSIVE),
    *(decided(case, "Handicap", Outcome.NOT_SETTLED) for case in (19, 20)),
]


def test_the_published_course_can_be_tabulated() -> None:
    handicap, psychiatry = course(COURSE, 2026)
    counts = {outcome: (sums.decisions, sums.retroactive_decisions) for outcome, sums in handicap.by_outcome.items()}
    assert counts == {Outcome.LOWERED: (11, 0), Outcome.UNCHANGED: (3, 0), Outcome.NOT_SETTLED: (2, 0)}
    assert {outcome: (sums.decisions, sums.revised) for outcome, sums in psychiatry.by_outcome.items()} == {
        Outcome.LOWERED: (2, 0),
        Outcome.RAISED: (1, 1),
        Outcome.MORE_INTRUSIVE: (1, 0),
    }
    assert psychiatry.by_outcome[Outcome.LOWERED].retroactive == 2 * 147_864
    everywhere = outcome_counts([handicap, psychiatry])
    assert [(sums.decisions, sums.retroactive_decisions, sums.full_year) for sums in everywhere.values()] == [
        (13, 2, 0),
        (1, 0, 0),
        (3, 0, 0),
        (1, 0, 0),
        (0, 0, 0),
        (2, 0, 0),
    ]


def test_areas_are_summed_each_by_itself_and_own_and_external_apart() -> None:
    handicap, psychiatry = course(COURSE, 2026)
    assert (handicap.total.full_year, psychiatry.total.full_year) == (11 * 36_500, 2 * 294_920 - 365_000)
    assert [psychiatry.by_provider_kind[kind].decisions for kind in ProviderKind] == [1, 3]


def test_a_decision_beside_an_earlier_one_adds_to_it_and_a_revision_takes_its_place() -> None:
    later = RateChange(3697, 3600, dt.date(2027, 1, 1))
    beside = [decided(12, "A", Outcome.LOWERED, CUT), decided(12, "A", Outcome.LOWERED, later, number=2)]
    assert course(beside, 2027)[0].total.budget_year == (808 + 97) * 365
    instead = [beside[0], decided(12, "A", Outcome.LOWERED, later, number=2, revises=12)]
    assert course(instead, 2027)[0].total.budget_year == 97 * 365


def test_the_years_reach_from_the_first_day_paid_for_to_the_last_asked_for() -> None:
    assert years_touched(COURSE, 2028) == range(2026, 2029)
    assert years_touched([decided(1, "A", Outcome.UNCHANGED)], 2028) == range(2028, 2029)
    assert years_touched(COURSE, 2025) == range(2025, 2026)


rates = st.decimals(1, 10_000, places=2)
dates = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions of any outcome in a few areas; some revise the one before them."""
    found: list[Decision] = []
    for number in range(1, draw(st.integers(1, 30)) + 1):
        outcome = draw(st.sampled_from(Outcome))
        change = None
        if outcome not in WITHOUT_RATES:
            change = RateChange(draw(rates), draw(rates), draw(dates), draw(st.none() | dates), draw(st.none() | dates))
        revises = number - 1 if draw(st.booleans()) and found else None
        area = found[-1].budget_area if revises else draw(st.sampled_from(["A", "B", "C"]))
        found.append(decided(number, area, outcome, change, revises=revises))
    return found


@given(histories(), st.integers(2023, 2029))
def test_every_decision_in_force_is_counted_once_in_its_own_area(history: list[Decision], year: int) -> None:
    areas = course(history, year)
    holding = in_force(history)
    assert [area.budget_area for area in areas] == sorted({decision.budget_area for decision in holding})
    for area in areas:
        own = [decision for decision in holding if decision.budget_area == area.budget_area]
        expected = sum(effect_in(decision.change, year).total for decision in own if decision.change)
        assert area.total == total(area.by_provider_kind.values()) == total(sum_in(one, year) for one in own)
        assert (area.total.decisions, area.total.total) == (len(own), expected)
    assert sum(sums.decisions for sums in outcome_counts(areas).values()) == len(holding)


@given(histories(), st.integers(1, 6))
def test_no_line_of_a_report_is_of_few_and_none_can_be_found_by_subtraction(
    history: list[Decision], smallest: int
) -> None:
    for area in course(history, 2026):
        lines = anonymised(area, smallest)
        if area.total.decisions < smallest:
            assert lines == ()
            continue
        assert all(line.sums.decisions >= smallest for line in lines)
        assert all(line.sums.with_rates >= smallest for line in lines if line.shows_kroner and line.sums.full_year)
        assert total(line.sums for line in lines) == area.total
        shown = [outcome for line in lines for outcome in line.outcomes]
        assert len(shown) == len(set(shown))
        assert set(shown) == set(area.by_outcome)


def test_small_outcomes_are_put_together_with_the_next_larger_one() -> None:
    handicap, psychiatry = course(COURSE, 2026)
    assert anonymised(psychiatry, 5) == ()
    lowered, rest = anonymised(handicap, 5)
    assert (lowered.outcomes, lowered.shows_retroactive) == ((Outcome.LOWERED,), True)
    assert (rest.outcomes, rest.sums.decisions) == ((Outcome.UNCHANGED, Outcome.NOT_SETTLED), 5)
    (everything,) = anonymised(handicap, 6)
    assert (set(everything.outcomes), everything.sums) == (set(handicap.by_outcome), handicap.total)
    few_back = [*COURSE[:11], decided(30, "Handicap", Outcome.LOWERED, CUT)]
    (line,) = anonymised(course(few_back, 2026)[0], 5)
    assert not line.shows_retroactive


STEPS = (RefusionStep(500_000, Decimal("0.25")), RefusionStep(1_000_000, Decimal("0.5")))
MADE_UP = Refusion(dt.date(2025, 1, 1), "opdigtet", STEPS)


def test_a_refund_rises_with_the_part_above_each_limit() -> None:
    costs = (0, 500_000, 600_000, 1_000_000, 1_300_000)
    assert [MADE_UP.refunded(cost) for cost in costs] == [0, 0, 25_000, 125_000, 275_000]


def test_a_cut_loses_refund_and_the_equal_raise_gains_it() -> None:
    cut = decided(1, "A", Outcome.LOWERED, RateChange(3000, 2000, dt.date(2026, 1, 1)))
    back = decided(1, "A", Outcome.RAISED, RateChange(2000, 3000, dt.date(2026, 1, 1)))
    assert refusion_change(cut, MADE_UP, 2026) == 125_000 + 47_500 - 57_500
    assert refusion_change(back, MADE_UP, 2026) == -refusion_change(cut, MADE_UP, 2026)
    assert refusion_change(decided(1, "A", Outcome.UNCHANGED), MADE_UP, 2026) == 0


@pytest.mark.parametrize("steps", [(), STEPS[::-1], (RefusionStep(1, 2),), (RefusionStep(-1, 0),)])
def test_limits_that_do_not_rise_and_shares_beyond_the_whole_are_refused(steps: tuple[RefusionStep, ...]) -> None:
    with pytest.raises(ValueError, match=r"limits|share"):
        Refusion(dt.date(2026, 1, 1), "", steps)


def test_the_newest_limits_in_force_at_new_year_are_used_and_none_before() -> None:
    newer = Refusion(dt.date(2026, 1, 1), "opdigtet", STEPS)
    assert [refusion_in([newer, MADE_UP], year) for year in (2024, 2025, 2026, 2027)] == [None, MADE_UP, newer, newer]
