"""What the demonstration decides: the table of DOMAIN's published course comes out of its cases."""

import re
from importlib import resources

import pytest
from sync_material import NOW, ON_DATE

from bit_model.checks import check_text
from bit_model.course import AreaCourse, anonymised, course, outcome_counts
from bit_model.decision import Decision, Outcome, in_force
from bit_model.parameters import ParameterSet
from bit_model.rounding import half_up
from sync.demo import municipality
from sync.demo_decisions import decide, facts, hold_meetings
from sync.store import Store, cases, meetings
from sync.store.database import writing

PARAMETERS = ParameterSet()


@pytest.fixture
def history(store: Store) -> list[Decision]:
    """Everything that is decided, over the municipality's case list."""
    town = municipality()
    with writing(store.engine) as connection:
        cases.import_cases(connection, town.cases, town.models, town.houses, PARAMETERS, ON_DATE, NOW)
        assert hold_meetings(connection, PARAMETERS) == 3
        return decide(connection, PARAMETERS)


@pytest.fixture
def areas(history: list[Decision]) -> list[AreaCourse]:
    return course(history, 2026)


def test_every_case_is_decided_and_the_published_course_comes_out(
    history: list[Decision], areas: list[AreaCourse]
) -> None:
    assert {one.case_key for one in in_force(history)} == {case.case_key for case in municipality().cases}
    counts = outcome_counts(areas)
    assert {outcome: (sums.decisions, sums.retroactive_decisions) for outcome, sums in counts.items()} == {
        Outcome.LOWERED: (13, 2),
        Outcome.RAISED: (1, 0),
        Outcome.UNCHANGED: (3, 0),
        Outcome.MORE_INTRUSIVE: (1, 0),
        Outcome.LESS_INTRUSIVE: (0, 0),
        Outcome.NOT_SETTLED: (2, 0),
    }
    assert [area.budget_area for area in areas] == ["Socialpsykiatri", "Voksne med handicap"]


def test_the_raise_is_by_the_whole_rate_and_was_judged_unchanged_before(history: list[Decision]) -> None:
    (raised,) = (one for one in history if one.outcome is Outcome.RAISED)
    (before,) = (one for one in history if one.number == raised.revises)
    assert (before.outcome, before.case_key) == (Outcome.UNCHANGED, raised.case_key)
    assert raised.change is not None
    assert raised.change.new_rate == 2 * raised.change.old_rate


def test_the_two_that_reach_back_do_so_by_six_months_and_one_is_the_worked_example(history: list[Decision]) -> None:
    back = {one.case_key: one.change for one in history if one.is_retroactive}
    assert {str(change.retro_date) for change in back.values() if change} == {"2026-04-01"}
    example = back["S-2026-0003"]
    assert example is not None
    assert example.delta == 808


def test_each_area_has_its_own_three_figures(areas: list[AreaCourse]) -> None:
    figures = [
        tuple(int(half_up(amount, 0)) for amount in (one.full_year, one.budget_year, one.retroactive))
        for one in (area.by_outcome[Outcome.LOWERED] for area in areas)
    ]
    assert figures == [(392_923, 103_308, 106_872), (901_550, 357_142, 147_864)]


def test_the_anonymised_report_shows_both_areas_and_no_small_group(areas: list[AreaCourse]) -> None:
    lines = [[(line.sums.decisions, line.shows_kroner) for line in anonymised(area, 5)] for area in areas]
    assert lines == [[(8, True)], [(7, True), (5, False)]]  # of the five, only the raise has kroner


def test_meetings_hold_the_figures_and_the_citizens_words(history: list[Decision], store: Store) -> None:
    assert history
    with store.engine.connect() as connection:
        held = meetings.of_case(connection, "S-2026-0003")
        (written,) = meetings.minutes(connection, held[0].id)
    assert [one.open_tasks for one in held] == [0, 1]
    assert written.own_words
    assert (written.figures["case_key"], written.figures["need"]) == ("S-2026-0003", 60.0)


def test_the_same_facts_are_no_personal_data() -> None:
    text = resources.files("sync").joinpath("demo_decisions.toml").read_text("utf-8")
    assert not re.search(r"\d{6}-?\d{4}", text)
    assert not [found for line in text.splitlines() for found in check_text(line, "note", 0) if found.code == "R21"]
    assert "leder" in str(facts()["decider"]).casefold()
