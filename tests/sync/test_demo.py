import datetime as dt
import re
from collections import Counter, defaultdict
from importlib import resources

import pytest

from bit_model.calendar import public_holidays
from bit_model.case import Case, ModelKind, ProviderKind
from bit_model.checks import Level, check_schedule, check_text
from bit_model.comparison import Comparison, Reading, compare
from bit_model.hours import Method, measure
from bit_model.house import house_findings
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Schedule
from bit_model.tariff import financed, model_on
from bit_model.tariff_checks import tariff_findings
from bit_model.terms import Theme
from sync.demo import municipality
from workbook_templates.layouts.doegnskema import Form

PARAMETERS = ParameterSet()
DEMO = municipality()
CASES = {case.case_key: case for case in DEMO.cases}
TODAY = dt.date(2026, 5, 1)


def comparison(case: Case) -> Comparison:
    schedule = DEMO.schedules[case.case_key]
    model = model_on(DEMO.models, case.provider, schedule.period.end)
    assert model is not None
    measurement = measure(schedule, PARAMETERS)
    return compare(
        case.need,
        measurement.per_week(measurement.of_categories(PARAMETERS.financed_categories)),
        financed(case.tariff, model, PARAMETERS, schedule.period.end).hours,
        PARAMETERS.tolerance_hours,
        PARAMETERS.tolerance_share,
        model.package_width if model.kind is ModelKind.PACKAGES else None,
    )


@pytest.mark.parametrize("case_key", CASES)
def test_a_case_reads_as_it_is_meant_to(case_key: str) -> None:
    assert comparison(CASES[case_key]).reading is DEMO.readings[case_key]


def test_every_reading_occurs_and_every_pattern_of_the_table_at_least_twice() -> None:
    readings = Counter(comparison(case).reading for case in DEMO.cases)
    assert set(readings) == set(Reading)
    assert all(count >= 2 for reading, count in readings.items() if reading is not Reading.FIRST_PAIR)


def test_a_pillar_is_missing_in_more_than_one_way() -> None:
    missing = {comparison(case).missing for case in DEMO.cases}
    assert len(missing - {()}) == 2


def test_the_municipality_has_twenty_cases_two_areas_six_providers_and_all_tariff_models() -> None:
    assert len(CASES) == 20
    assert len({case.budget_area for case in DEMO.cases}) == 2
    assert len({case.provider for case in DEMO.cases}) == 6
    assert {case.provider_kind for case in DEMO.cases} == set(ProviderKind)
    assert {model.kind for model in DEMO.models} == set(ModelKind)
    assert {model.provider for model in DEMO.models} == {case.provider for case in DEMO.cases}


def test_every_case_has_a_schedule_of_fourteen_to_twenty_one_days_and_houses_measure_together() -> None:
    assert DEMO.schedules.keys() == CASES.keys()
    periods = defaultdict(set)
    for key, schedule in DEMO.schedules.items():
        assert 14 <= len(schedule.period.days) <= 21
        periods[CASES[key].provider].add(schedule.period)
    assert all(len(found) == 1 for found in periods.values())
    assert sorted(key for keys in DEMO.rounds.values() for key in keys) == sorted(CASES)


def test_both_methods_a_holiday_and_the_night_of_the_clock_change_are_among_them() -> None:
    methods = {measure(schedule, PARAMETERS).method for schedule in DEMO.schedules.values()}
    days = {day for schedule in DEMO.schedules.values() for day in schedule.period.days if day.weekday() < 5}
    nights = {entry.date for s in DEMO.schedules.values() for entry in s.entries if entry.category == "N"}
    assert methods == set(Method)
    assert days & public_holidays(2026)
    assert dt.date(2026, 3, 28) in nights


def test_what_comes_back_in_grid_form_is_measured_in_quarters_of_an_hour() -> None:
    grids = [schedule for key, schedule in DEMO.schedules.items() if DEMO.forms[key] is Form.GRID]
    assert {schedule.provider for schedule in grids} == {"Solbakken Socialpsykiatri"}
    times = {time % 15 for schedule in grids for entry in schedule.entries for time in (entry.start, entry.end)}
    assert (len(grids), times) == (2, {0})


def test_the_next_round_lies_after_the_first() -> None:
    assert all(period.end < DEMO.next_period.start for period in DEMO.rounds)
    assert len(DEMO.next_period.days) == 14


def test_every_category_that_is_registered_occurs() -> None:
    found = {entry.category for schedule in DEMO.schedules.values() for entry in schedule.entries}
    assert found == set(Category) - {Category.OWN_TIME}


@pytest.mark.parametrize("schedule", DEMO.schedules.values(), ids=DEMO.schedules)
def test_a_schedule_as_it_is_drawn_has_nothing_to_remark(schedule: Schedule) -> None:
    goals = frozenset(line.goal for line in CASES[schedule.case_key].order)
    themes = frozenset(theme.value for theme in Theme)
    assert check_schedule(schedule, PARAMETERS, TODAY, themes, goals) == []


def test_housemates_state_their_shared_time_alike_but_in_one_house() -> None:
    codes = {}
    for house in DEMO.houses:
        schedules = [schedule for schedule in DEMO.schedules.values() if schedule.house == house.name]
        found = house_findings(house, schedules, PARAMETERS)
        codes[house.name] = {finding.code for findings in found.values() for finding in findings}
    assert codes.pop("Nordstjernen") == {"R23", "R24"}
    assert not any(codes.values())


def test_a_tariff_line_is_unaccounted_for_and_none_of_its_flags_is_missing() -> None:
    found = [finding for case in DEMO.cases for finding in tariff_findings(case)]
    assert "K01" in {finding.code for finding in found}
    assert all(finding.level is not Level.ERROR for finding in found)


def test_the_schedules_are_the_same_every_time() -> None:
    municipality.cache_clear()
    assert municipality().schedules == DEMO.schedules


def test_no_text_holds_a_cpr_number_or_an_address() -> None:
    text = resources.files("sync").joinpath("demo.toml").read_text("utf-8")
    assert not re.search(r"\d{6}-?\d{4}", text)
    assert not [
        finding for line in text.splitlines() for finding in check_text(line, "note", 0) if finding.code == "R21"
    ]
