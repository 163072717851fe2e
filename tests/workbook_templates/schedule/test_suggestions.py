"""Day patterns of the list form: which suggestions count, and where a problem with one of them is told."""

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from cells import with_values
from contract import patterned
from list_form import effective, filled_list, values
from schedules import drawn

from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry, Period
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.beregning import FIRST_ERROR
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.lists import Shape
from workbook_templates.schedule.report import FileReport, examine
from workbook_templates.schedule.stamp import issue_schedule

TODAY = dt.date(2026, 11, 22)
EASTER = Period(dt.date(2026, 3, 30), dt.date(2026, 4, 12))
PATTERN = """
Hverdag | 1 | 07:00 | 08:00 | Hygiejne | D | 1 | 1 | Egenomsorg | Bad | Roligt
Hverdag | 2 | 12:00 | 12:45 | Frokost  | F | 1 | 6 | | |
Weekend | 1 | 09:00 | 10:30 | Brunch   | F | 1 | 6 | | |
"""
MONDAY = "02-03-2026 | 1 | {} | | | | | | | | |"


def report(content: bytes) -> FileReport:
    return examine(content, "retur.xlsx", ParameterSet(), TODAY, Limits())


def entries(content: bytes) -> list[Entry]:
    return unpack_entries(report(content).entries)


def told(content: bytes, *codes: str) -> list[tuple[str, str, str, str]]:
    """Code, sheet, cell and what was found, of problems with these codes."""
    problems = report(content).problems
    return [(p.code, p.sheet, p.cell, p.found) for p in problems if p.code in codes]


def test_a_suggestion_that_nobody_confirmed_does_not_count_and_the_file_says_so_once() -> None:
    rows = (
        "03-03-2026 | 1 |||||||||||\n03-03-2026 | 2 |||||||||||\n04-03-2026 | 2 |||||||||||\n05-03-2026 | 3 |||||||||||"
    )
    content = patterned(rows, PATTERN, "02-03-2026 | |\n03-03-2026 | |")
    assert entries(content) == []
    assert told(content, "R26", "T04") == [
        ("T04", "Døgnskema", "", ""),
        ("R26", "Dage", "C3", "3 forslag på 2 dage, først 2026-03-03"),
    ]


def test_ja_in_the_row_makes_the_suggestion_an_entry_of_its_date() -> None:
    content = patterned(MONDAY.format("Ja"), PATTERN)
    assert [tuple(entry) for entry in entries(content)] == [
        (dt.date(2026, 3, 2), 420, 480, "Hygiejne", "D", 1, 1, "Egenomsorg", "Bad", "Roligt", 2)
    ]
    assert told(content, "R26") == []


def test_a_confirmed_day_confirms_all_its_suggestions_but_those_with_nej() -> None:
    rows = "02-03-2026 | 1 |||||||||||\n02-03-2026 | 2 | Nej ||||||||||\n02-03-2026 | 4 |||||||||||\n||||||||||||"
    content = patterned(rows, PATTERN, "02-03-2026 | | Ja")
    assert [(entry.activity, entry.row) for entry in entries(content)] == [("Hygiejne", 2)]
    assert told(content, "R26", "R01") == []


def test_what_is_written_on_a_confirmed_row_is_put_over_the_suggestion_cell_by_cell() -> None:
    content = patterned("02-03-2026 | 1 | Ja | | 08:30 | | | 2 | | | | Svær dag", PATTERN)
    assert [tuple(entry) for entry in entries(content)] == [
        (dt.date(2026, 3, 2), 420, 510, "Hygiejne", "D", 2, 1, "Egenomsorg", "Bad", "Svær dag", 2)
    ]


@pytest.mark.parametrize("answer", ["", "Nej"])
def test_what_is_written_on_another_row_stands_alone_and_its_suggestion_is_dealt_with(answer: str) -> None:
    content = patterned(f"02-03-2026 | 1 | {answer} | 10:00 | 10:10 | Samtale | D | 1 | 1 | | |", PATTERN)
    assert [(entry.activity, entry.start, entry.note) for entry in entries(content)] == [("Samtale", 600, "")]
    assert told(content, "R26") == []


def test_a_written_row_of_a_confirmed_day_counts_as_written() -> None:
    content = patterned("02-03-2026 | 1 | | 10:00 | 10:10 | | D | 1 | 1 | | |", PATTERN, "02-03-2026 | | Ja")
    assert [(entry.activity, entry.start) for entry in entries(content)] == [("", 600)]


def test_nej_with_nothing_written_is_no_entry_and_no_problem() -> None:
    content = patterned(MONDAY.format("Nej"), PATTERN)
    assert (entries(content), told(content, "R01", "R26")) == ([], [])


def test_nej_for_a_whole_day_removes_its_suggestions_but_not_a_row_that_says_ja() -> None:
    rows = "02-03-2026 | 1 |||||||||||\n02-03-2026 | 2 | Ja ||||||||||"
    content = patterned(rows, PATTERN, "02-03-2026 | | Nej")
    assert [entry.row for entry in entries(content)] == [3]
    assert told(content, "R26") == []


def test_ja_where_nothing_is_suggested_lacks_everything() -> None:
    content = patterned("02-03-2026 | 9 | Ja |||||||||", PATTERN)
    assert [cell for _, _, cell, _ in told(content, "R01")] == ["D2", "E2", "G2", "H2", "I2"]


def test_weekends_and_holidays_follow_the_weekend_pattern() -> None:
    days = [dt.date(2026, 4, day) for day in (1, 2, 3, 4, 6, 7)]
    rows = "\n".join(f"{day:%d-%m-%Y} | 1 | Ja |||||||||" for day in days)
    found = entries(patterned(rows, PATTERN, period=EASTER))
    assert [(entry.date.day, entry.activity) for entry in found] == [
        (1, "Hygiejne"), (2, "Brunch"), (3, "Brunch"), (4, "Brunch"), (6, "Brunch"), (7, "Hygiejne"),
    ]  # fmt: skip


def test_the_pattern_of_a_day_can_be_chosen_or_left_out() -> None:
    rows = "\n".join(f"0{day}-03-2026 | 1 ||||||||||" for day in (2, 3, 7, 8))
    days = "02-03-2026 | Weekend | Ja\n03-03-2026 | Intet | Ja\n07-03-2026 | hverdag | Ja\n08-03-2026 | | Ja"
    content = patterned(rows, PATTERN, days)
    found = [(entry.date.day, entry.activity) for entry in entries(content)]
    assert found == [(2, "Brunch"), (7, "Hygiejne"), (8, "Brunch")]
    assert told(content, "R26", "R14") == []


def test_a_pattern_that_does_not_exist_is_told_at_the_day() -> None:
    content = patterned(MONDAY.format(""), PATTERN, "02-03-2026 | Helligdag | Ja")
    assert told(content, "R14", "R26") == [("R14", "Dage", "B2", "Helligdag")]


def test_a_date_that_stands_twice_with_different_answers_counts_as_the_first_says_and_is_told() -> None:
    row = MONDAY.format("")
    content = patterned(row, PATTERN, "02-03-2026 | | Ja\n02-03-2026 | | Nej\n02-03-2026 | | Ja")
    assert [entry.row for entry in entries(content)] == [2]
    assert told(content, "C01", "R26") == [("C01", "Dage", "A3", "02-03-2026")]


def test_an_answer_that_cannot_be_read_is_told_at_its_cell_and_nothing_is_guessed() -> None:
    rows = MONDAY.format("måske") + "\n02-03-2026 | 2 | måske | 10:00 | 10:10 | | D | 1 | 1 | | |"
    content = patterned(rows, PATTERN, "02-03-2026 | | Ja")
    assert entries(content) == []
    assert told(content, "R01", "R02", "R26") == [
        ("R02", "Døgnskema", "C2", "måske"),
        ("R02", "Døgnskema", "C3", "måske"),
    ]


def test_a_value_of_the_pattern_is_blamed_there_once_however_often_it_was_confirmed() -> None:
    pattern = (
        "Hverdag | 1 | 07:00 | 07:00 | Bad | Q | en | 9 | Hygge | |\nHverdag | 2 | 08:00 | 08:30 | | D | 1 | 9 | | |"
    )
    rows = "\n".join(f"0{day}-03-2026 | {number} | Ja |||||||||" for day in (2, 3) for number in (1, 2))
    assert told(patterned(rows, pattern), "R01", "R02", "R03", "R08", "R14") == [
        ("R14", "Mønster", "F2", "Q"),
        ("R02", "Mønster", "G2", "en"),
        ("R14", "Mønster", "I2", "Hygge"),
        ("R08", "Mønster", "H3", "9"),
    ]


def test_a_value_of_the_pattern_that_no_entry_takes_is_no_problem() -> None:
    pattern = "Hverdag | 1 | 07:00 | 8 | Bad | D | en | 1 | | |\nHverdag | 2 | x | | | Q | | | | |"
    content = patterned("02-03-2026 | 1 | Ja | | 08:00 | | | 1 | | | |\n02-03-2026 | 2 | Nej |||||||||", pattern)
    assert [entry.end for entry in entries(content)] == [480]
    assert told(content, "R01", "R02", "R14") == []


def test_what_a_confirmed_suggestion_lacks_is_told_at_the_row() -> None:
    content = patterned(MONDAY.format("Ja"), "Hverdag | 1 | 07:00 | | Bad | D | 1 | | | |")
    assert told(content, "R01") == [("R01", "Døgnskema", "E2", ""), ("R01", "Døgnskema", "I2", "")]


def test_a_number_that_names_a_person_is_told_also_where_the_pattern_is_not_used() -> None:
    content = patterned(MONDAY.format("Nej"), "Hverdag | 1 | 07:00 | 08:00 | Bad | D | 1 | 1 | | | ring 010190-1234")
    assert told(content, "R21") == [("R21", "Mønster", "K2", "")]


def test_a_time_made_of_a_written_and_a_suggested_part_is_blamed_at_the_row() -> None:
    content = patterned("02-03-2026 | 1 | Ja | 08:00 |||||||||", PATTERN)
    assert told(content, "R03") == [("R03", "Døgnskema", "E2", "08:00")]


def test_the_users_row_is_shown_as_it_stood() -> None:
    content = patterned("02-03-2026 | 1 | Ja | | 07:00 |||||||", PATTERN)
    assert report(content).rows == {"2": ["02-03-2026", "", "07:00", "", "", "", "", "", "", ""]}


@pytest.mark.parametrize("sheet, fields", [("Mønster", ["Start"]), ("Dage", ["Dato", "Mønster", "Bekræft dagen"])])
def test_a_deleted_sheet_that_confirmed_rows_lean_on_is_told(sheet: str, fields: list[str]) -> None:
    content = without_sheet(patterned(MONDAY.format("Ja"), PATTERN), sheet)
    missing = [(p.sheet, p.field) for p in report(content).problems if p.code == "H02"]
    assert [(sheet, field) for field in fields] == missing[: len(fields)]


def test_deleted_patterns_that_nobody_used_are_no_loss() -> None:
    content = patterned("02-03-2026 | 1 | | 10:00 | 10:10 | | D | 1 | 1 | | |", "", "")
    assert told(without_sheet(without_sheet(content, "Mønster"), "Dage"), "H02", "H07") == []


@pytest.mark.parametrize("number", range(1, 16, 2))
def test_whatever_is_suggested_confirmed_and_written_counts_as_the_form_itself_says(number: int) -> None:
    found = drawn(number)
    period, size = found.schedule.period, found.schedule.house_size
    template = issue_schedule(found.case, period, size, "", found.parameters)
    form = filled_list(number, Shape(period, found.parameters, 6).rows)
    content = with_values(template, values(form))
    rows = {
        entry.row: entry for entry in unpack_entries(examine(content, "", found.parameters, TODAY, Limits()).entries)
    }
    for row, (cells, status) in enumerate((effective(form, row) for row in form.rows), 2):
        if cells is None:
            assert row not in rows
        elif 0 < status < FIRST_ERROR and are_numbers(cells):
            entry = rows[row]
            assert (entry.start, entry.end, entry.activity) == (cells["start"], cells["end"], cells.get("activity", ""))


def are_numbers(cells: Mapping[str, Any]) -> bool:
    """False where own time or absence has something else for a number: the form does not mind, the reader does."""
    return not isinstance(cells.get("staff"), str) and cells.get("citizens", 1) % 1 == 0


def without_sheet(content: bytes, name: str) -> bytes:
    """The workbook with a sheet deleted."""
    workbook = openpyxl.load_workbook(BytesIO(content))
    del workbook[name]
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()
