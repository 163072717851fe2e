import datetime as dt
from fractions import Fraction
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from bit_model_example import worked_schedule
from contract import COLUMNS, returned, rows_of, table

from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from workbook_templates.files.gate import Limits
from workbook_templates.schedule.kept import as_sums, from_sums, pack_entries, unpack_entries
from workbook_templates.schedule.report import FileReport, examine

TODAY = dt.date(2026, 11, 22)
ONE = "02-03-2026 | 07:00 | 07:45 | Hygiejne | D | 1 | 1 | Egenomsorg | |"


def report(content: bytes) -> FileReport:
    return examine(content, "retur.xlsx", ParameterSet(), TODAY, Limits())


def found(content: bytes) -> list[tuple[str, str]]:
    """Code and cell of each problem."""
    return [(problem.code, problem.cell) for problem in report(content).problems]


def test_the_worked_example_filled_in_by_the_contract_alone() -> None:
    result = report(returned(rows_of(worked_schedule()))).as_json()
    assert [problem["code"] for problem in result["problems"]] == ["R17", "R17"]
    assert result["entries"] == 126
    assert result["period"] == {"from": "2026-03-02", "to": "2026-03-15"}
    hours = result["hours"]
    assert (hours["days"], hours["method"], hours["naive"], hours["stratified"]) == (14, "naive", 47.0, 47.0)
    assert hours["per_week"] == {
        "D1": 19.0, "D2": 7.0, "F": 9.92, "N": 9.33, "S": 0.0, "T": 0.0, "X": 1.75,
        "resource": 47.0, "resource_ex_night": 37.67, "contact": 60.0,
    }  # fmt: skip


def test_columns_are_found_in_any_order_with_rows_above_and_names_lost() -> None:
    schedule = worked_schedule()
    turned = [row[::-1] for row in rows_of(schedule)]
    content = returned(turned, columns=[f" {name.upper()}: " for name in COLUMNS[::-1]], names=False)
    workbook = openpyxl.load_workbook(BytesIO(content))
    workbook["Døgnskema"].insert_rows(1, 3)
    workbook["Døgnskema"].insert_rows(10)
    saved = BytesIO()
    workbook.save(saved)
    moved = report(saved.getvalue())
    assert moved.case_key == "S-2026-0042"
    assert moved.hours == report(returned(rows_of(schedule))).hours
    assert [entry.row for entry in unpack_entries(moved.entries)][:7] == [5, 6, 7, 8, 9, 11, 12]


def test_names_are_enough_without_labels() -> None:
    assert report(returned(table(ONE), labels=False)).case_key == "S-2026-0042"


def test_a_date_merged_over_its_rows_holds_for_each_and_another_merged_cell_counts_once() -> None:
    later = ONE.replace("07:00", "08:00").replace("07:45", "08:45").replace("02-03-2026", "")
    workbook = openpyxl.load_workbook(BytesIO(returned(table(f"{ONE}\n{later}\n{later.replace('08:', '09:')}"))))
    workbook["Døgnskema"].merge_cells("A2:A4")
    workbook["Døgnskema"].merge_cells("D3:D4")
    saved = BytesIO()
    workbook.save(saved)
    entries = unpack_entries(report(saved.getvalue()).entries)
    assert [(entry.date, entry.activity) for entry in entries] == [
        (dt.date(2026, 3, 2), "Hygiejne"),
        (dt.date(2026, 3, 2), "Hygiejne"),
        (dt.date(2026, 3, 2), ""),
    ]


def test_a_row_with_only_its_prefilled_date_is_blank() -> None:
    assert report(returned(table("02-03-2026 |||||||||\n" + ONE))).entry_count == 1


@pytest.mark.parametrize(
    "line, problems",
    [
        ("| 07:00 | 07:45 | Bad | D | 1 | 1 | | |", [("R01", "A2")]),
        ("02-03-2026 | | 07:45 | Bad | D | 1 | 1 | | |", [("R01", "B2")]),
        ("02-03-2026 | 07:00 | | Bad | D | 1 | 1 | | |", [("R01", "C2")]),
        ("02-03-2026 | 07:00 | 07:45 | Bad | | 1 | 1 | | |", [("R01", "E2")]),
        ("02-03-2026 | 07:00 | 07:45 | Bad | D | | | | |", [("R01", "F2"), ("R01", "G2")]),
        ("02-03-2026 | 07:00 | 07:45 | Væk | A | | | | |", []),
        ("02-03-2026 | 7,5 | 07:45 | Bad | D | 1 | 1 | | |", [("R02", "B2")]),
        ("31-02-2026 | 07:00 | 07:45 | Bad | D | en | 1,5 | | |", [("R02", "A2"), ("R02", "F2"), ("R02", "G2")]),
        ("02-03-2026 | 24:00 | 07:45 | Bad | D | 1 | 1 | | |", [("R02", "B2")]),
        ("02-03-2026 | 07:15 | 07:15 | Bad | D | 1 | 1 | | |", [("R03", "C2")]),
        ("02-03-2026 | 07:00 | 07:45 | Bad | D | 1 | 0 | | |", [("R08", "G2")]),
        ("02-03-2026 | 07:00 | 07:45 | Bad | Q | 1 | 1 | Hobby | |", [("R14", "E2"), ("R14", "H2")]),
        ("02-04-2026 | 07:00 | 07:45 | Bad | D | 1 | 1 | | |", [("R15", "A2")]),
        ("02-03-2026 | 07:00 | 07:45 | Bad | D | 1 | 1 | | | 010190-1234", [("R21", "J2")]),
        ("02-03-2026 | 07:00 | 07:45 | Bad | D | 010190-1234 | 1 | | |", [("R21", "F2"), ("R02", "F2")]),
        ("02-03-2026 | 07.00 | 0745 | Bad | d | 1,5 | 1 | egenomsorg | |", []),
        ("2/3 2026 | 7:00 | 7:45:00 | Bad | D - alene | 1 | 1 | | | -vågnede", [("R22", "J2")]),
    ],
)
def test_each_cell_says_what_is_wrong_with_it(line: str, problems: list[tuple[str, str]]) -> None:
    assert found(returned(table(line))) == problems


def test_what_is_found_never_names_a_person() -> None:
    line = "02-03-2026 | 07:00 | 07:45 | a@b.dk | D | 010190-1234 | 1 | | | ring 010190 1234"
    result = report(returned(table(line), remarks="cpr 0101901234"))
    everything = f"{result.as_json()}{result.rows}{result.header}"
    assert "1234" not in everything
    assert "a@b" not in everything
    assert [problem.cell for problem in result.problems if problem.code == "R21"] == ["C11", "D2", "F2", "J2"]


def test_all_problems_are_told_at_once_structure_first() -> None:
    lines = ONE.replace("07:45", "") + "\n" + ONE.replace("D |", "Q |").replace("07:00", "x")
    content = returned(table(lines), case_key=None, period_start="i går")
    assert found(content) == [("H01", "C5"), ("H01", "C9"), ("R01", "C2"), ("R02", "B3"), ("R14", "E3")]


def test_the_users_own_rows_come_back_where_a_cell_is_wrong() -> None:
    result = report(returned(table(ONE + "\n" + ONE.replace("07:45", "25:00"))))
    assert result.rows == {"3": ["02-03-2026", "07:00", "25:00", "Hygiejne", "D", "1", "1", "Egenomsorg", "", ""]}
    assert result.hours is None


@pytest.mark.parametrize(
    "header, code",
    [
        ({"template": "andet"}, "T01"),
        ({"template": None}, "T01"),
        ({"template_version": 99}, "T01"),
        ({"case_key": None}, "H01"),
        ({"house_size": "mange"}, "H01"),
        ({"period_end": dt.date(2026, 2, 1)}, "H01"),
    ],
)
def test_a_workbook_that_is_not_the_form_gets_one_clear_answer(header: dict[str, Any], code: str) -> None:
    result = report(returned(table(ONE), **header))
    assert [problem.code for problem in result.problems] == [code]
    assert result.hours is None


def test_a_missing_column_is_named() -> None:
    content = returned(table("02-03-2026 | 07:00"), columns=("Dato", "Start"))
    assert [(p.code, p.field) for p in report(content).problems] == [
        ("H02", name) for name in ("Slut", "Kategori", "Personale", "Borgere")
    ]


def test_a_formula_counts_with_its_saved_value_and_an_error_value_is_a_problem() -> None:
    row = table(ONE)[0]
    workbook = openpyxl.load_workbook(BytesIO(returned([row])))
    sheet = workbook["Døgnskema"]
    sheet["F2"] = "=1+0"
    sheet["G2"] = "#N/A"
    saved = BytesIO()
    workbook.save(saved)
    # openpyxl saves a formula without its value: the cell then holds nothing to count.
    assert found(saved.getvalue()) == [("R01", "F2"), ("R02", "G2")]


def test_a_file_that_is_no_workbook_is_told_by_its_content() -> None:
    assert [problem.code for problem in report(b"%PDF-1.7 ...").problems] == ["F01"]


def test_sums_and_entries_come_back_exactly_from_what_is_kept() -> None:
    schedule = worked_schedule()
    measurement = measure(schedule, ParameterSet())
    assert from_sums(as_sums(measurement)) == measurement
    half = schedule.entries[0]._replace(staff=Fraction(3, 2))
    assert unpack_entries(pack_entries([half, *schedule.entries])) == [half, *schedule.entries]
