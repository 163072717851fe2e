"""Filled-in list forms: every cell that LibreOffice computes in them is what `bit_model` computes."""

from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

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
)
from libreoffice import drawn_numbers
from list_form import expect_list, filled_list, missing_lines, values
from recalculated import Found, differences
from schedules import ROUNDS, drawn

from workbook_templates.schedule.stamp import issue_schedule, schedule_content

NUMBERS = sorted(drawn_numbers(), key=lambda number: number % ROUNDS)
"""Forms of one round one after another."""
BATCH = 25


@cache  # its master takes longer to build than the form takes room
def filled(number: int) -> bytes:
    """The form of a number, issued and typed into."""
    schedule, parameters, case = drawn(number)
    template = issue_schedule(case, schedule.period, schedule.house_size, "token", parameters)
    names = named_cells(template)
    form = filled_list(number, len(names["e_date"]))
    return with_values(template, values(form) | answer_cells(names, drawn_answers(number)))


def expect(number: int, content: bytes, found: Found) -> dict[Address, object]:
    """What the computed cells of the form must hold."""
    schedule, parameters, case = drawn(number)
    expected = Expected(named_cells(content))
    form = filled_list(number, len(expected.names["e_date"]))
    counted = expect_list(expected, form)
    expect_calculation(expected, counted)
    expect_hours(expected, counted)
    lines = missing_lines(form, counted, drawn_answers(number))
    expect_missing(expected, counted, lines)
    shape, _ = schedule_content(case, schedule.period, schedule.house_size, "token", parameters)
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


@pytest.mark.parametrize("number", NUMBERS)
def test_what_counts_on_the_sheet_is_what_is_read_from_the_file(number: int) -> None:
    content = filled(number)
    names = named_cells(content)
    counted = expect_list(Expected(names), filled_list(number, len(names["e_date"])))
    assert_read_alike(content, counted)


def test_a_formula_that_is_off_is_told(tmp_path: Path) -> None:
    wrong = altered(filled(2), "COUNTIF(l_kind,1)", "COUNTIF(l_kind,1)+0.00000001")
    told = differences({2: wrong}, tmp_path, expect)
    assert any(line.startswith("Lister!") for line in told[2])


def altered(content: bytes, formula: str, other: str) -> bytes:
    """The workbook with another formula wherever it has this one."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w") as book:
        for name in source.namelist():
            book.writestr(name, source.read(name).replace(f"<f>{formula}</f>".encode(), f"<f>{other}</f>".encode()))
    return target.getvalue()
