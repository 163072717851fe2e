"""Filled-in grid forms: every cell that LibreOffice computes in them is what `bit_model` computes."""

from functools import cache

import pytest
from cells import Address, named_cells, with_values
from computed_result import expect_result
from computed_schedule import (
    Expected,
    answer_cells,
    assert_read_alike,
    drawn_answers,
    expect_calculation,
    expect_hours,
    expect_missing,
    trimmed,
)
from grid_form import expect_grid, filled_grid, missing_lines, quarters, registrations, values
from libreoffice import drawn_numbers
from recalculated import Found, differences
from schedules import GRID_ROUNDS, drawn_on_quarters

from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.stamp import issue_schedule, schedule_content

NUMBERS = sorted(drawn_numbers(), key=lambda number: number % GRID_ROUNDS)
"""Forms of one round one after another."""
BATCH = 25


@cache  # its master takes longer to build than the form takes room
def filled(number: int) -> bytes:
    """The form of a number, issued and typed into."""
    schedule, parameters, case = drawn_on_quarters(number)
    template = issue_schedule(case, schedule.period, schedule.house_size, "token", parameters, form=Form.GRID)
    answers = answer_cells(named_cells(template), drawn_answers(number))
    return with_values(template, values(filled_grid(number)) | answers)


def expect(number: int, content: bytes, found: Found) -> dict[Address, object]:
    """What the computed cells of the form must hold."""
    schedule, parameters, case = drawn_on_quarters(number)
    expected = Expected(named_cells(content))
    form = filled_grid(number)
    line = quarters(form)
    counted = registrations(form, line)
    expect_grid(expected, form, line, counted)
    expect_calculation(expected, counted)
    expect_hours(expected, counted)
    lines = missing_lines(form, line, counted, drawn_answers(number))
    expect_missing(expected, counted, lines)
    shape, _ = schedule_content(case, schedule.period, schedule.house_size, "token", parameters, form=Form.GRID)
    expect_result(expected, counted, found["Resultat"], lines, shape.goals)
    return expected.cells


@pytest.fixture(scope="module", params=range(0, len(NUMBERS), BATCH))
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    """What differs in each form of a batch; in batches, so that the program starts seldom."""
    numbers = NUMBERS[request.param : request.param + BATCH]
    return differences({number: filled(number) for number in numbers}, tmp_path_factory.mktemp("forms"), expect)


@pytest.mark.parametrize("place", range(BATCH))
def test_every_computed_cell_equals_the_model(told: dict[int, list[str]], place: int) -> None:
    number = list(told)[place]
    assert told[number] == [], number


@pytest.mark.parametrize("number", [number for number in NUMBERS if number % 3])
def test_a_form_without_faults_says_the_schedule_that_was_drawn(number: int) -> None:
    form = filled_grid(number)
    said = [entry[:9] for entry in registrations(form, quarters(form)).schedule.entries]
    drawn = [entry._replace(goal=trimmed(entry.goal))[:9] for entry in form.drawn.schedule.entries]
    assert sorted(said) == sorted(drawn)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_counts_on_the_sheet_is_what_is_read_from_the_file(number: int) -> None:
    form = filled_grid(number)
    assert_read_alike(filled(number), registrations(form, quarters(form)))
