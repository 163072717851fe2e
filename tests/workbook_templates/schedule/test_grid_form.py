"""The grid form: what its cells mean, that it says the same as a list, and what survives of it in other programs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bit_model_example import PERIOD, worked_schedule
from contract import returned, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from libreoffice import convert
from openpyxl import load_workbook
from schedules import drawn_on_quarters

from bit_model.case import Case, ProviderKind
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period, Schedule
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.quarters import weeks_of
from workbook_templates.schedule.report import FileReport, examine
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.schedule.week_filling import OffGridError, codes_by_quarter

PARAMETERS = ParameterSet()
CASE = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1")
TODAY = dt.date(2027, 1, 1)
LEGEND = """
Kode | Aktivitet     | Kategori | Personale | Borgere | Tema       | Mål | Bemærkning
D1   | Hygiejne      | D        | 1         | 1       | Egenomsorg |     |
F1   | Stue          | F        | 1,5       | 6       | Relationer |     |
N    | Vågen nat     | N        | 1         | 6       |            |     |
S    | Sovende nat   | S        | 1         | 6       |            |     |
T1   | Udkald        | T        | 1         | 1       |            |     |
T2   | Udkald, to    | T        | 2         | 1       |            |     | lift
A    | Fravær        | A        |           |         |            |     |
"""


def table(text: str) -> list[list[str | None]]:
    return [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]


def quarter(clock: str) -> int:
    return int(clock[:2]) * 4 + int(clock[3:]) // 15


def painted(text: str, period: Period = PERIOD) -> dict[dt.date, list[Any]]:
    """The codes of each day from lines such as `02-03 07:00 08:00 D1`; a span may go on into the next day."""
    days = [*period.days, period.end + dt.timedelta(days=1)]
    line: list[Any] = [None] * 96 * len(days)
    for words in map(str.split, text.strip().splitlines()):
        day = next(i for i, date in enumerate(days) if f"{date:%d-%m}" == words[0])
        first, last = quarter(words[1]), quarter(words[2])
        last += 96 if last <= first else 0
        line[day * 96 + first : day * 96 + last] = [" ".join(words[3:])] * (last - first)
    return {date: line[i * 96 : (i + 1) * 96] for i, date in enumerate(days)}


def week_rows(
    days: Mapping[dt.date, Sequence[Any]], answers: Mapping[str, str] | None = None, period: Period = PERIOD
) -> dict[str, list[list[Any]]]:
    """The week sheets as they are issued, with these codes and these answers (by day and month) to the pattern."""
    times = [dt.time(number // 4, number % 4 * 15) for number in range(96)]
    return {
        name: [
            ["Kl.", *dates],
            ["Bekræft mønster", *((answers or {}).get(f"{date:%d-%m}") for date in dates)],
            *([times[row], *(days[date][row] for date in dates)] for row in range(96)),
        ]
        for name, dates in weeks_of(period).items()
    }


def grid(
    text: str,
    *,
    legend: str = LEGEND,
    usual: Sequence[Sequence[Any]] = (),
    answers: Mapping[str, str] | None = None,
    period: Period = PERIOD,
) -> bytes:
    sheets: dict[str, Sequence[Sequence[Any]]] = {
        "Koder": table(legend),
        "Mønster": [("Kl.", "Hverdag", "Weekend"), *usual],
        **week_rows(painted(text, period), answers, period),
    }
    return saved(sheets, period)


def saved(sheets: Mapping[str, Sequence[Sequence[Any]]], period: Period = PERIOD) -> bytes:
    start, end = period.start, period.end
    return returned([], template="doegnskema_net", sheets=sheets, period_start=start, period_end=end)


def read(content: bytes) -> FileReport:
    return examine(content, "uger.xlsx", PARAMETERS, TODAY, Limits())


def said(report: FileReport) -> list[str]:
    """Entries in short, such as `02-03 07:00-08:00 D`."""
    return [
        f"{e.date:%d-%m} {e.start // 60:02d}:{e.start % 60:02d}-{e.end // 60:02d}:{e.end % 60:02d} {e.category}"
        for e in unpack_entries(report.entries)
    ]


def problems(report: FileReport, *codes: str) -> list[tuple[str, str, str]]:
    """Sheet, cell and what was found of the problems with one of the codes."""
    return [(one.sheet, one.cell, one.found) for one in report.problems if one.code in codes]


def errors(report: FileReport) -> list[tuple[str, str, str]]:
    return [(one.code, one.sheet, one.cell) for one in report.problems if one.level == "E"]


def test_a_run_of_one_code_is_an_entry_with_what_the_legend_says() -> None:
    (entry,) = unpack_entries(read(grid("02-03 20:00 22:00 F1")).entries)
    assert entry[:9] == (PERIOD.start, 1200, 1320, "Stue", "F", 1.5, 6, "Relationer", "")
    assert entry.row == 80 + 2


def test_codes_are_read_whatever_case_and_spaces_they_are_written_with() -> None:
    days = painted("02-03 07:00 08:00 D1")
    days[PERIOD.start][28:32] = ["d1", " D1 ", "D1", "d1 "]
    assert said(read(saved({"Koder": table(LEGEND), **week_rows(days)}))) == ["02-03 07:00-08:00 D"]


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    assert said(read(grid("02-03 23:00 07:00 N\n08-03 23:00 07:00 N"))) == [
        "02-03 23:00-07:00 N",
        "08-03 23:00-07:00 N",
    ]


def test_a_call_out_lies_on_top_of_the_sleeping_night() -> None:
    night = "02-03 23:00 07:00 S\n03-03 01:00 01:45 T1\n03-03 01:45 02:00 T2\n03-03 06:30 07:00 T1"
    assert said(read(grid(night))) == [
        "02-03 23:00-07:00 S",
        "03-03 01:00-01:45 T",
        "03-03 01:45-02:00 T",
        "03-03 06:30-07:00 T",
    ]


def test_a_call_out_without_a_sleeping_night_before_it_stands_alone() -> None:
    report = read(grid("02-03 23:00 01:00 N\n03-03 01:00 02:00 T1\n03-03 02:00 07:00 S"))
    assert said(report) == ["02-03 23:00-01:00 N", "03-03 01:00-02:00 T", "03-03 02:00-07:00 S"]
    assert problems(report, "R12") == [("Uge 10", "C7", "01:00-02:00")]


def test_a_run_of_a_day_or_more_is_cut_at_every_midnight() -> None:
    assert said(read(grid("04-03 15:00 15:00 A"))) == ["04-03 15:00-24:00 A", "05-03 00:00-15:00 A"]
    assert said(read(grid("04-03 15:00 14:45 A"))) == ["04-03 15:00-14:45 A"]
    days = "04-03 15:00 15:00 A\n05-03 15:00 15:00 A"
    assert said(read(grid(days))) == ["04-03 15:00-24:00 A", "05-03 00:00-24:00 A", "06-03 00:00-15:00 A"]


def test_a_call_out_at_the_midnight_where_a_long_run_is_cut_has_a_row_of_its_own() -> None:
    report = read(grid("04-03 15:00 15:00 S\n05-03 00:00 01:00 T1"))
    assert said(report) == ["04-03 15:00-24:00 S", "05-03 00:00-15:00 S", "05-03 00:00-01:00 T"]
    rows = [entry.row for entry in unpack_entries(report.entries)]
    assert rows == [2 * 96 + 60 + 2, 3 * 96 + 2, 14 * 96 + 48 + 2 + 3 - 1]


def test_the_first_morning_is_not_counted_when_the_last_night_is_whole() -> None:
    ends = "02-03 00:00 07:00 N\n15-03 23:00 06:00 N"
    report = read(grid(ends))
    assert said(report) == ["15-03 23:00-06:00 N"]
    assert problems(report, "R25") == [("Uge 10", "B3", "00:00-07:00")]
    assert not problems(report, "R27", "R15")


def test_the_first_morning_counts_when_the_last_night_stops_at_midnight() -> None:
    report = read(grid("02-03 00:00 07:00 S\n15-03 23:00 24:00 S"))
    assert said(report) == ["02-03 00:00-07:00 S", "15-03 23:00-24:00 S"]
    assert not problems(report, "R25", "R27")


def test_a_last_night_that_stops_at_midnight_is_asked_about() -> None:
    assert problems(read(grid("15-03 23:00 24:00 N")), "R27") == [("Uge 11", "H98", "2026-03-16")]
    assert not problems(read(grid("15-03 20:00 24:00 F1")), "R27")
    assert not problems(read(grid("15-03 22:00 23:45 N")), "R27")


def test_what_begins_on_the_morning_after_lies_outside_the_period() -> None:
    report = read(grid("15-03 23:00 07:00 N\n16-03 07:00 08:00 D1"))
    assert problems(report, "R15") == [("Uge 11", "I31", "2026-03-16")]


def test_a_night_around_the_clock_is_cut_where_the_period_ends() -> None:
    whole = "\n".join(f"{day:%d-%m} 00:00 24:00 N" for day in PERIOD.days) + "\n16-03 00:00 09:00 N"
    report = read(grid(whole))
    assert said(report) == [f"{day:%d-%m} 00:00-24:00 N" for day in PERIOD.days]
    assert not problems(report, "R25", "R15")


@pytest.mark.parametrize(
    "start,minutes", [(dt.date(2026, 3, 28), 420), (dt.date(2026, 10, 24), 540), (dt.date(2026, 3, 27), 480)]
)
def test_a_night_when_the_clock_changes_counts_the_hours_that_pass(start: dt.date, minutes: int) -> None:
    period = Period(start, start + dt.timedelta(days=13))
    (entry,) = unpack_entries(read(grid(f"{start:%d-%m} 23:00 07:00 N", period=period)).entries)
    assert entry.minutes() == minutes


def test_an_unknown_code_is_told_once_where_it_begins() -> None:
    report = read(grid("02-03 07:00 08:00 Q9\n02-03 08:00 09:00 D1\n03-03 07:00 07:15 Q9"))
    assert problems(report, "R14") == [("Uge 10", "B31", "Q9"), ("Uge 10", "C31", "Q9")]
    assert said(report) == ["02-03 08:00-09:00 D"]


def test_a_cpr_number_in_a_cell_is_never_repeated() -> None:
    report = read(grid("02-03 07:00 08:00 010190-1234"))
    assert errors(report) == [("R21", "Uge 10", "B31")]
    assert "010190" not in str(report.problems)


def test_only_codes_in_use_are_blamed_and_each_once() -> None:
    legend = """
    Kode | Aktivitet | Kategori | Personale | Borgere | Tema
    D1   | Hygiejne  | D        |           | 1       | Hygge
    D2   | Bad       | Z        | en        | 1       |
    d1   | Andet     | D        | 1         | 1       |
    X9   | Ubrugt    |          |           |         |
         | Uden kode | D        | 1         | 1       |
    """
    report = read(grid("02-03 07:00 08:00 D1\n03-03 07:00 08:00 D1\n03-03 09:00 10:00 D2", legend=legend))
    assert errors(report) == [
        ("R01", "Koder", "D2"),
        ("R14", "Koder", "F2"),
        ("R14", "Koder", "C3"),
        ("R02", "Koder", "D3"),
        ("C01", "Koder", "A4"),
    ]
    assert report.entry_count == 0


def test_what_the_legend_says_is_blamed_in_the_legend() -> None:
    legend = LEGEND.replace("F        | 1,5       | 6 ", "F        | 4         | 7 ")
    report = read(grid("02-03 20:00 22:00 F1\n03-03 20:00 22:00 F1", legend=legend))
    assert problems(report, "R08", "R09") == [("Koder", "D3", "4"), ("Koder", "E3", "7")]


USUAL = [(dt.time(7), "D1", "F1"), (dt.time(7, 15), "D1", "F1"), (dt.time(23), "N", "N")]
FORMULAS = "\n".join(f"{day:%d-%m} 07:00 07:30 =X1\n{day:%d-%m} 23:00 23:15 =X1" for day in PERIOD.days)


def test_suggestions_count_only_on_days_that_are_confirmed() -> None:
    report = read(grid(FORMULAS, usual=USUAL, answers={"03-03": "Ja", "07-03": "ja", "04-03": "Nej"}))
    assert said(report) == [
        "03-03 07:00-07:30 D",
        "03-03 23:00-23:15 N",
        "07-03 07:00-07:30 F",
        "07-03 23:00-23:15 N",
    ]
    assert problems(report, "R26") == [("Uge 10", "B1", "22 forslag på 11 dage, først 2026-03-02")]
    assert not problems(report, "R19", "R14")


def test_a_code_over_a_suggestion_changes_it_and_a_deleted_one_is_gone() -> None:
    days = painted(FORMULAS)
    days[PERIOD.start][28:30] = ["F1", None]
    usual = [("Kl.", "Hverdag", "Weekend"), *USUAL]
    report = read(saved({"Koder": table(LEGEND), "Mønster": usual, **week_rows(days, {"02-03": "Ja"})}))
    assert said(report) == ["02-03 07:00-07:15 F", "02-03 23:00-23:15 N"]


def test_a_suggestion_pasted_as_text_is_still_a_suggestion() -> None:
    report = read(grid("02-03 07:00 08:00 (D1)\n02-03 08:00 09:00 D1"))
    assert said(report) == ["02-03 08:00-09:00 D"]
    assert problems(report, "R26") == [("Uge 10", "B1", "1 forslag på 1 dag, først 2026-03-02")]


def test_an_unknown_code_of_the_pattern_is_told_once_at_the_pattern() -> None:
    usual = [(dt.time(7), "Q9", None)]
    report = read(grid(FORMULAS, usual=usual, answers={"02-03": "Ja", "03-03": "Ja"}))
    assert problems(report, "R14") == [("Mønster", "B2", "Q9")]


def test_a_pattern_that_was_confirmed_and_is_gone_is_told() -> None:
    report = read(saved({"Koder": table(LEGEND), **week_rows(painted(FORMULAS), {"02-03": "Ja", "03-03": "Nej"})}))
    assert [(one.sheet, one.field) for one in report.problems if one.code == "H02"] == [("Mønster", "Hverdag")]


def test_an_answer_that_cannot_be_read_is_told_and_confirms_nothing() -> None:
    report = read(grid(FORMULAS, usual=USUAL, answers={"02-03": "måske"}))
    assert problems(report, "R02") == [("Uge 10", "B2", "måske")]
    assert report.entry_count == 0


def test_weeks_are_found_when_renamed_and_moved_about() -> None:
    weeks = week_rows(painted("02-03 07:00 08:00 D1\n09-03 23:00 07:00 N"))
    first, second = weeks.values()
    moved = [["Bosted", None], [], *([None, row[0], None, *reversed(row[1:])] for row in first)]
    moved.insert(40, [None, None, "pause"])
    as_text = [
        [f"{date:%d-%m-%Y}" if isinstance(date, dt.date) else date for date in second[0]],
        *([f"{row[0]:%H.%M}", *row[1:]] if isinstance(row[0], dt.time) else row for row in second[1:]),
    ]
    report = read(saved({"Koder": table(LEGEND), "Uge 10 og 11": moved, "Uge 11": as_text}))
    assert said(report) == ["02-03 07:00-08:00 D", "09-03 23:00-07:00 N"]
    assert not errors(report)


@pytest.mark.parametrize("name", ["Marts, første", "Ark1", "Week 10"])
def test_a_week_is_found_whatever_its_sheet_is_called(name: str) -> None:
    sheets = {"Koder": table(LEGEND), **week_rows(painted("02-03 07:00 08:00 D1"))}
    sheets[name] = sheets.pop("Uge 10")
    assert said(read(saved(sheets))) == ["02-03 07:00-08:00 D"]


def test_a_week_that_is_gone_is_told_by_its_days() -> None:
    sheets = {"Koder": table(LEGEND), **week_rows(painted("02-03 07:00 08:00 D1"))}
    del sheets["Uge 11"]
    report = read(saved(sheets))
    assert [(one.sheet, one.field) for one in report.problems if one.code == "H02"] == [
        ("Uge 11", "09-03-2026 - 15-03-2026")
    ]


def test_of_a_copied_week_the_one_with_our_name_counts_and_a_date_that_stands_twice_is_told() -> None:
    sheets = {"Koder": table(LEGEND), **week_rows(painted("02-03 07:00 08:00 D1"))}
    copied = week_rows(painted("02-03 07:00 09:00 F1"))["Uge 10"]
    assert said(read(saved({"Uge 10 (2)": copied, **sheets}))) == ["02-03 07:00-08:00 D"]
    twice = read(saved({**sheets, "Uge 12": copied}))
    assert ("C01", "Uge 12", "B1") in errors(twice)
    assert twice.sums is None


def test_codes_without_a_date_or_a_time_of_their_own_are_told() -> None:
    weeks = week_rows(painted("02-03 07:00 08:00 D1"))
    weeks["Uge 10"][0] += [None, dt.date(2026, 4, 1)]
    weeks["Uge 10"][30] += ["D1", "D1"]
    weeks["Uge 10"] += [[None, "D1"], [dt.time(7), "D1"], [dt.time(7, 10), "D1"], ["Vagt", "Anne"]]
    report = read(saved({"Koder": table(LEGEND), **weeks}))
    assert errors(report) == [
        ("R01", "Uge 10", "I1"),
        ("R15", "Uge 10", "J31"),
        ("R01", "Uge 10", "A99"),
        ("C01", "Uge 10", "A100"),
        ("R02", "Uge 10", "A101"),
    ]


def test_a_time_whose_row_is_deleted_is_told() -> None:
    weeks = week_rows(painted("02-03 23:00 07:00 N"))
    del weeks["Uge 10"][2 + quarter("12:00") : 2 + quarter("12:30")]
    report = read(saved({"Koder": table(LEGEND), **weeks}))
    assert errors(report) == [("R01", "Uge 10", "A1")]
    assert [one.field for one in report.problems if one.code == "R01"] == ["Kl. 12:00-12:30"]


def test_a_code_in_merged_cells_holds_for_each_quarter_that_they_cover() -> None:
    book = load_workbook(BytesIO(grid("02-03 07:00 07:15 D1\n02-03 10:00 10:15 F1")))
    book["Uge 10"].merge_cells("B31:B38")
    merged = BytesIO()
    book.save(merged)
    assert said(read(merged.getvalue())) == ["02-03 07:00-09:00 D", "02-03 10:00-10:15 F"]


CODES = ("", "", "D1", "F1", "N", "S", "S", "T1", "T2", "A")
runs = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from((1, 1, 2, 4, 30, 96, 130))), min_size=1, max_size=40)


@given(runs=runs, last=st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_a_grid_and_a_list_of_what_it_says_are_read_alike(runs: list[tuple[str, int]], last: int) -> None:
    period = Period(dt.date(2026, 3, 24), dt.date(2026, 4, 6))
    end = len(period.days) * 96
    line = [code for code, length in runs for _ in range(length)][:end]
    line += [""] * (end - len(line))
    line += [line[-1]] * last + [""] * (96 - last)
    days = [*period.days, period.end + dt.timedelta(days=1)]
    painted_days = {day: [code or None for code in line[i * 96 : (i + 1) * 96]] for i, day in enumerate(days)}
    sheets = {"Koder": table(LEGEND), **week_rows(painted_days, period=period)}
    from_grid = read(saved(sheets, period))
    entries = tuple(entry._replace(row=0) for entry in unpack_entries(from_grid.entries))
    schedule = Schedule("S-2026-0042", period, entries)
    rows = [[float(cell) if isinstance(cell, Fraction) else cell for cell in row] for row in rows_of(schedule)]
    from_list = read(returned(rows, period_start=period.start, period_end=period.end))
    assert [entry._replace(row=0) for entry in unpack_entries(from_list.entries)] == list(entries)
    told = [{one.code for one in report.problems} - {"R25", "R27"} for report in (from_grid, from_list)]
    assert told[0] == told[1]
    assert from_grid.hours == from_list.hours


@pytest.mark.parametrize("number", [0, 3, 17])
def test_a_schedule_filled_into_both_forms_is_read_alike(number: int) -> None:
    schedule, parameters, case = drawn_on_quarters(number)
    found = []
    for form in Form:
        template = issue_schedule(case, schedule.period, schedule.house_size, "", parameters, form=form)
        filled = fill_schedule(template, schedule, usual_period=True)
        report = examine(filled, "retur.xlsx", parameters, TODAY, Limits())
        entries = sorted(entry[:10] for entry in unpack_entries(report.entries))
        found.append((entries, {one.code for one in report.problems}, report.hours, report.header["usual_period"]))
    assert found[0] == found[1]
    assert len(found[0][0]) == len(schedule.entries)


def change(entry: Entry, **values: Any) -> Schedule:
    return Schedule("S-1", PERIOD, (entry._replace(**values), *worked_schedule().entries[1:]))


def test_what_a_grid_cannot_tell_is_not_filled_in() -> None:
    first = worked_schedule().entries[0]
    lines = [
        change(first, start=first.start + 10),
        change(first, end=first.end + 15),
        change(first, date=PERIOD.end + dt.timedelta(days=2)),
        change(first, start=0, end=60, category=Category.CALLED_OUT, date=dt.date(2026, 3, 2)),
        Schedule("S-1", PERIOD, (first, first._replace(start=first.end, end=first.end + 60))),
        Schedule("S-1", PERIOD, (first._replace(date=PERIOD.end, start=720, end=780, category=Category.WAKING_NIGHT),)),
        Schedule("S-1", PERIOD, (first._replace(date=PERIOD.end, start=1380, end=1260),)),
    ]
    assert codes_by_quarter(lines.pop(5))[13 * 96 + 48] == "N"
    assert len(codes_by_quarter(lines.pop(3))) == 14 * 96 + 48
    for schedule in lines:
        with pytest.raises(OffGridError):
            codes_by_quarter(schedule)


def test_a_grid_saved_by_libreoffice_is_read_alike(tmp_path: Path) -> None:
    schedule = worked_schedule()
    pattern = {"weekday": schedule.entries[:9], "weekend": [e for e in schedule.entries if e.date.weekday() == 5][:9]}
    template = issue_schedule(CASE, PERIOD, 6, "", PARAMETERS, form=Form.GRID, pattern=pattern)
    book = load_workbook(BytesIO(template))
    for name in weeks_of(PERIOD):
        for column in "BCDEFGH":
            book[name][f"{column}2"] = "Ja"
    for row in range(3, 31):
        book["Uge 11"][f"I{row}"] = "N"
        book["Uge 10"][f"B{row}"] = None
    book.save(tmp_path / "pattern.xlsx")
    (tmp_path / "filled.xlsx").write_bytes(
        fill_schedule(issue_schedule(CASE, PERIOD, 6, "", PARAMETERS, form=Form.GRID), schedule)
    )
    unnamed = load_workbook(tmp_path / "filled.xlsx")
    unnamed.defined_names.clear()
    unnamed.save(tmp_path / "unnamed.xlsx")
    expected = [entry[:10] for entry in schedule.entries]
    files = [tmp_path / f"{name}.xlsx" for name in ("pattern", "filled", "unnamed")]
    made = convert(files, "xlsx", tmp_path / "xlsx")
    made += [file for kind in ("ods", "xls") for file in convert(files[:2], kind, tmp_path / kind)]
    for file in (*files, *made):
        report = read(file.read_bytes())
        assert not errors(report), file
        assert [entry[:10] for entry in unpack_entries(report.entries)] == expected, file
        assert report.hours is not None
        assert report.hours["per_week"]["resource"] == 47.0
        assert not problems(report, "R19", "R26"), file
