import dataclasses
import datetime as dt
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from bit_model_example import PERIOD, worked_schedule

from addin import functions
from addin.arguments import ArgumentError
from addin.entries import read_entries
from bit_model.calendar import days_between
from bit_model.case import Unit
from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from bit_model.schedule import Period, Schedule
from workbook_templates.kinds import DATE, EXCEL_EPOCH, TIME
from workbook_templates.schedule.list_rows import category_of

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: found for name, found in vars(functions).items() if name.startswith("bit_")
}
PROMISED = {
    "bit_minutes",
    "bit_weekly_hours",
    "bit_contact_hours",
    "bit_hours_table",
    "bit_day_totals",
    "bit_theme_hours",
    "bit_check",
    "bit_package",
    "bit_package_hours",
    "bit_package_price",
    "bit_day_rate",
    "bit_financed_hours",
    "bit_financed_hours_opaque",
    "bit_cost_rate",
    "bit_compare",
    "bit_effect",
    "bit_central",
}
VBA_WORDS = """
abs and any as boolean byref byte byval call case cbool close const currency date debug declare dim do double
each else elseif empty end enum erase event exit false fix for friend function get global gosub goto if
implements in input int integer is len let like lock long loop lset me mod new next not nothing null object on
open option optional or paramarray preserve print private property public put redim resume return rset scale
seek select set sgn shared single static step stop string sub then to true type unlock until variant wend
while with write xor caller
"""
"""Reserved in VBA; the last is xlwings' own."""
START, END = dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 15)


def serial(date: dt.date) -> float:
    return float((dt.datetime.combine(date, dt.time()) - EXCEL_EPOCH).days)


def as_serials(schedule: Schedule) -> list[list[Any]]:
    """The ten columns as Office.js sends them: all numbers are floats, empty cells are empty texts."""
    return [
        [
            serial(e.date),
            e.start / 1440,
            e.end / 1440,
            e.activity,
            e.category.value,
            float(e.staff),
            float(e.citizens),
            e.theme,
            e.goal,
            e.note,
        ]
        for e in schedule.entries
    ]


def as_datetimes(schedule: Schedule) -> list[list[Any]]:
    """The same as the desktop sends them: dates are datetimes, empty cells None."""
    return [
        [dt.datetime.combine(entry.date, dt.time()), *(None if cell == "" else cell for cell in row[1:])]
        for entry, row in zip(schedule.entries, as_serials(schedule), strict=True)
    ]


def as_texts(schedule: Schedule) -> list[list[Any]]:
    return [
        [
            DATE.show(e.date),
            TIME.show(e.start).replace(":", "."),
            f"{TIME.show(e.end)} ",
            e.activity,
            e.category.value.lower(),
            f"{e.staff},0",
            str(e.citizens),
            e.theme.upper(),
            e.goal,
            e.note,
        ]
        for e in schedule.entries
    ]


SHAPES = [as_serials, as_datetimes, as_texts]
WORKED = as_datetimes(worked_schedule())
ONE_ROW = WORKED[0]


def changed(row: int, column: int, content: Any) -> list[list[Any]]:
    rows = [list(line) for line in WORKED]
    rows[row - 1][column] = content
    return rows


def test_every_promised_function_is_there() -> None:
    assert set(FUNCTIONS) == PROMISED


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_a_function_and_its_arguments_are_told_in_danish_within_what_the_wizard_holds(name: str) -> None:
    function = FUNCTIONS[name]
    assert 0 < len(function.__doc__ or "") <= 255
    hints = get_type_hints(function, include_extras=True)
    for argument in inspect.signature(function).parameters:
        told = get_args(hints[argument])[1]
        assert 0 < len(told["doc"]) <= 255
        assert told["err_to_str"]


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_no_argument_is_a_word_of_vba(name: str) -> None:
    assert not set(VBA_WORDS.split()) & set(inspect.signature(FUNCTIONS[name]).parameters)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_worked_example_gives_its_figures_in_every_shape(shape: Callable[[Schedule], list[list[Any]]]) -> None:
    rows = shape(worked_schedule())
    assert functions.bit_weekly_hours(rows, START, END, "D F N S T X") == 47.0
    assert round(functions.bit_weekly_hours(rows, START, END), 2) == 37.67
    assert functions.bit_contact_hours(rows, START, END) == 60.0


@pytest.mark.parametrize("start", [START, START.date(), serial(START.date()), "02-03-2026", "2/3 2026", [[START]]])
def test_a_period_is_understood_in_every_shape(start: Any) -> None:
    assert functions.bit_contact_hours(WORKED, start, END) == 60.0


@pytest.mark.parametrize("categories", [None, "D F T X", "dftx", "D,F,T,X", [["D"], ["F"], ["T"], ["X"]], ["DF", "TX"]])
def test_categories_are_a_text_or_cells(categories: Any) -> None:
    assert round(functions.bit_weekly_hours(WORKED, START, END, categories), 2) == 37.67


def test_blank_rows_and_rows_with_a_date_alone_do_not_count() -> None:
    rows = [[None] * 10, *WORKED, [START, *[""] * 9], [None] * 10]
    assert functions.bit_weekly_hours(rows, START, END) == functions.bit_weekly_hours(WORKED, START, END)


def test_one_row_may_come_flat() -> None:
    assert functions.bit_contact_hours(ONE_ROW, START, END) == functions.bit_contact_hours([ONE_ROW], START, END) == 0.5


def test_what_is_read_is_what_was_written() -> None:
    schedule = worked_schedule()
    for shape in SHAPES:
        read = read_entries(shape(schedule))
        assert [entry[:-1] for entry in read.entries] == [entry[:-1] for entry in schedule.entries]
        assert [entry.row for entry in read.entries] == list(range(1, len(schedule.entries) + 1))


@pytest.mark.parametrize("text", ["d", " D ", "D - alene", "D: direkte", "Q", "DF", "n", "Direkte", "1"])
def test_a_category_is_understood_as_in_a_returned_workbook(text: str) -> None:
    found = read_entries(changed(1, 4, text)).entries[0]
    assert (found.category if found.row == 1 else None) == category_of(text)


def test_an_uneven_period_is_stratified() -> None:
    longer = Period(dt.date(2026, 2, 28), dt.date(2026, 3, 15))
    rows = as_datetimes(worked_schedule(longer))
    assert functions.bit_weekly_hours(rows, longer.start, longer.end, "DFNSTX") == 47.0


def test_the_hours_table_has_a_heading_the_parts_and_the_sums() -> None:
    heading, *lines = functions.bit_hours_table(WORKED, START, END)
    found = {line[0]: (line[1], round(line[2], 2)) for line in lines}
    assert len(heading) == 3
    assert found["D1"] == (2280.0, 19.0)
    assert found["D2"] == (840.0, 7.0)
    assert found["F"] == (1190.0, 9.92)
    assert found["N"] == (1120.0, 9.33)
    assert found["X"] == (210.0, 1.75)
    assert [round(line[2], 2) for line in lines[-3:]] == [47.0, 37.67, 60.0]


def test_the_days_have_their_totals() -> None:
    _, *lines = functions.bit_day_totals(WORKED, START, END)
    assert [line[0].date() for line in lines] == days_between(PERIOD.start, PERIOD.end)
    assert lines[0][1:] == ["mandag", 9.0, 6.5]
    assert lines[-1][1:] == ["søndag", 9.0, 7.25]


def test_the_themes_sum_to_the_hours() -> None:
    _, *lines = functions.bit_theme_hours(WORKED, START, END)
    schedule = worked_schedule()
    expected = measure(schedule, ParameterSet()).by_theme("DFTX")
    assert {line[0]: line[1] for line in lines} == {name or "Uden tema": float(h) for name, h in expected.items()}
    assert lines[-1][0] == "Uden tema"


def test_the_check_tells_all_rows_at_once_with_code_and_level() -> None:
    rows = changed(1, 1, "kl. syv")
    rows[1][4] = "Q"
    rows[2][2] = rows[2][1]
    rows[4][6] = 7.0
    rows[5][0] = None
    heading, *lines = functions.bit_check(rows, START, END, 6)
    found = {(line[0], line[1], line[2]) for line in lines}
    assert len(heading) == 4
    assert {(1.0, "E", "R02"), (2.0, "E", "R14"), (3.0, "E", "R03"), (5.0, "E", "R08"), (6.0, "E", "R01")} <= found
    assert all(line[3] for line in lines)


def test_the_check_of_a_schedule_without_readable_rows_does_not_call_it_empty() -> None:
    codes = [line[2] for line in functions.bit_check([["x", *ONE_ROW[1:]]], START, END)]
    assert "R02" in codes
    assert "T04" not in codes
    assert "T04" in [line[2] for line in functions.bit_check([[None] * 10], START, END)]


def test_the_check_never_repeats_a_cpr_number() -> None:
    lines = functions.bit_check(changed(1, 1, "010190-1234"), START, END)
    assert "010190-1234" not in json.dumps(lines)
    with pytest.raises(ArgumentError) as raised:
        functions.bit_weekly_hours(changed(1, 1, "010190-1234"), START, END)
    assert "010190-1234" not in str(raised.value)


@pytest.mark.parametrize("function", [functions.bit_weekly_hours, functions.bit_hours_table, functions.bit_day_totals])
@pytest.mark.parametrize(
    "column,content,label",
    [
        (0, "#N/A", "Dato"),
        (0, dt.datetime(2026, 4, 1), "01-04-2026"),
        (1, "", "Start"),
        (1, "24:00", "Start"),
        (2, 15.5 / 24, "15:30"),
        (4, "Q", "Kategori"),
        (5, True, "Personale"),
        (5, 0.0, "0"),
        (6, 0.0, "0"),
        (6, 1.5, "Borgere"),
        (7, "Ukendt", "Tema"),
    ],
)
def test_hours_are_refused_with_the_row_and_what_is_wrong(
    function: Callable[..., Any], column: int, content: Any, label: str
) -> None:
    with pytest.raises(ArgumentError) as raised:
        function(changed(4, column, content), START, END)
    assert "entries" in str(raised.value)
    assert "række 4" in str(raised.value)
    assert label in str(raised.value)


@pytest.mark.parametrize("entries", [None, "x", 3.0, [1.0, 2.0], [[1.0], [2.0]], [*WORKED, WORKED[0][:9]]])
def test_a_range_that_is_not_ten_columns_is_refused(entries: Any) -> None:
    with pytest.raises(ArgumentError, match="entries"):
        functions.bit_weekly_hours(entries, START, END)


@pytest.mark.parametrize(
    "call,name",
    [
        (lambda: functions.bit_weekly_hours(WORKED, END, START), "period_end"),
        (lambda: functions.bit_weekly_hours(WORKED, None, END), "period_start"),
        (lambda: functions.bit_weekly_hours(WORKED, START, dt.date(2190, 1, 1)), "period_end"),
        (lambda: functions.bit_weekly_hours(WORKED, START, END, "D Q"), "categories"),
        (lambda: functions.bit_check(WORKED, START, END, "mange"), "house_size"),
        (lambda: functions.bit_minutes("25:00", "07:00"), "start_time"),
        (lambda: functions.bit_minutes("07:00", "07:00"), "end_time"),
        (lambda: functions.bit_minutes("24:00", "07:00"), "start_time"),
        (lambda: functions.bit_minutes([["07:00"], ["08:00"]], "07:00"), "start_time"),
        (lambda: functions.bit_package(-1.0), "hours_per_week"),
        (lambda: functions.bit_package(10, 0), "width"),
        (lambda: functions.bit_package_hours(0.0), "package"),
        (lambda: functions.bit_package_hours(1, 7, "bund"), "point"),
        (lambda: functions.bit_package_price(1.5, 317), "package"),
        (lambda: functions.bit_day_rate(100, "time"), "unit"),
        (lambda: functions.bit_day_rate(100, "md", 0), "divisor"),
        (lambda: functions.bit_financed_hours(1693, 459, 0), "hour_price"),
        (lambda: functions.bit_financed_hours(100, 459, 370), "basis"),
        (lambda: functions.bit_financed_hours_opaque(3200, 0, 65, 520000, 1527.69, 0.7), "staff_share"),
        (lambda: functions.bit_cost_rate(1, 1, 0, 0.98), "places"),
        (lambda: functions.bit_cost_rate(1, 1, 12, 0), "occupancy"),
        (lambda: functions.bit_cost_rate(1, 1, 12, 98), "occupancy"),
        (lambda: functions.bit_compare("#DIV/0!", 1, 1), "need"),
        (lambda: functions.bit_effect(1, 2, START, 26), "year"),
        (lambda: functions.bit_effect(1, 2, "i går", 2026), "effective_date"),
    ],
)
def test_bad_input_is_refused_by_name(call: Callable[[], Any], name: str) -> None:
    with pytest.raises(ArgumentError, match=name):
        call()


@pytest.mark.parametrize("night", [("23:00", "07:00"), (23 / 24, 7 / 24), (2300.0, "7"), (dt.time(23), [[7 / 24]])])
def test_a_night_is_as_long_as_it_was_when_its_date_is_given(night: tuple[Any, Any]) -> None:
    assert functions.bit_minutes(*night) == 480.0
    assert functions.bit_minutes(*night, dt.datetime(2026, 3, 28)) == 420.0
    assert functions.bit_minutes(*night, "24-10-2026") == 540.0
    assert functions.bit_minutes(*night, serial(dt.date(2026, 3, 2))) == 480.0
    assert functions.bit_minutes(*night, "") == 480.0


def test_the_published_packages_come_out() -> None:
    prices = [functions.bit_package_price(float(k), 317.0) for k in range(1, 8)]
    assert prices == [159.0, 476.0, 793.0, 1110.0, 1427.0, 1744.0, 2061.0]
    assert functions.bit_package_price(8, "404") == 3030.0
    assert functions.bit_package_price(6, [[404.0]]) == 2222.0


@pytest.mark.parametrize("hours,package", [(0, 0), (7.0, 1), ("7,01", 2), (37.67, 6), ([[52.5]], 8)])
def test_hours_lie_in_their_package(hours: Any, package: int) -> None:
    assert functions.bit_package(hours) == package


def test_a_package_pays_for_its_middle_or_its_top() -> None:
    assert functions.bit_package_hours(8) == functions.bit_package_hours(8.0, None, "Midte") == 52.5
    assert functions.bit_package_hours(8, 7, "top") == 56.0


@pytest.mark.parametrize(
    "amount,unit,divisor,rate",
    [
        (365000.0, "år", None, 1000.0),
        (334000.0, Unit.YEAR.value, 334.0, 1000.0),
        (30420.0, "md", None, 1000.0),
        ("30.500,0", "MD", "30,5", 1000.0),
        (7000, "uge", None, 1000.0),
        (1000, "døgn", "", 1000.0),
    ],
)
def test_amounts_come_per_day(amount: Any, unit: str, divisor: Any, rate: float) -> None:
    assert functions.bit_day_rate(amount, unit, divisor) == rate


def test_the_tariff_models_give_the_worked_hours() -> None:
    assert round(functions.bit_financed_hours(1693.56, 459.50, 370.15, 176.49), 2) == 20.0
    assert round(functions.bit_financed_hours_opaque(3200, 0, 0.65, 520000, 1527.69, 0.7), 2) == 29.94
    assert round(functions.bit_cost_rate(15_000_000, 0, 12, 0.98), 2) == 3494.55
    assert round(functions.bit_cost_rate("15.000.000", 0, "12", "0,98", 365), 2) == 3494.55


def test_the_comparison_has_three_pairs_and_the_case() -> None:
    heading, *pairs, case = functions.bit_compare(36.0, "37,67", 52.5)
    assert len({len(heading), *map(len, pairs), len(case)}) == 1
    assert [round(pair[1], 2) for pair in pairs] == [1.67, 14.83, 16.5]
    assert [pair[2] for pair in pairs] == ["I balance", "Over", "Over"]
    assert case[2] == "Over"
    assert case[3]


@pytest.mark.parametrize("missing", [None, "", [[None]]])
def test_a_missing_pillar_is_unaccounted_never_nought(missing: Any) -> None:
    _, *pairs, case = functions.bit_compare(36.0, missing, 52.5, None, None)
    assert [pair[1] for pair in pairs] == ["", "", 16.5]
    assert case[2] == "Ikke belyst"


@pytest.mark.parametrize("retro", [dt.datetime(2026, 4, 1), "1/4 2026", serial(dt.date(2026, 4, 1))])
def test_the_effect_is_three_figures(retro: Any) -> None:
    heading, figures = functions.bit_effect(3030.0, 2222.0, "01-10-2026", 2026.0, retro)
    assert len(heading) == len(figures)
    assert figures == [92.0, 74336.0, 183.0, 147864.0, 222200.0, 294920.0]
    assert functions.bit_effect(2222, 3030, "01-10-2026", 2026, retro)[1][4] == -222200.0


def test_a_stay_that_ends_shortens_the_budget_year() -> None:
    assert functions.bit_effect(3030, 2222, "01-10-2026", 2026, None, dt.date(2026, 10, 31))[1][:3] == [31, 25048, 0]


def test_staff_may_be_a_fraction() -> None:
    entry = dataclasses.replace(worked_schedule()).entries[0]._replace(staff=1)
    rows = as_datetimes(Schedule("", PERIOD, (entry,)))
    rows[0][5] = "1,5"
    assert functions.bit_weekly_hours(rows, START, END) == 0.75


SERVED = """
import asyncio, json, sys
import xlwings
from xlwings import server
from addin import functions
rows, start, end = json.loads(sys.argv[1])
told = server.custom_functions_meta(functions)
calls = {"bit_weekly_hours": [rows, [[start]], [[end]], [["D F N X"]]], "bit_package": [[[37.67]], [[7]]],
         "bit_compare": [[[36]], [[37.67]], [[""]], [[2]], [[0.05]]]}
found = {}
for name, args in calls.items():
    data = {"func_name": name, "args": args, "caller_address": "Ark1!A1", "content_language": "da-DK",
            "version": xlwings.__version__, "date_format": "dd-mm-yyyy", "runtime": "1.4"}
    found[name] = asyncio.run(server.custom_functions_call(data, functions))
try:
    data |= {"func_name": "bit_package", "args": [[["ti"]], [[7]]]}
    asyncio.run(server.custom_functions_call(data, functions))
except xlwings.XlwingsError as error:  # a server shows its users the text of no other kind
    found["refused"] = str(error)
print(json.dumps([told, found]))
"""


def test_the_same_module_serves_office_js_with_its_texts() -> None:
    rows = as_serials(worked_schedule())
    asked = json.dumps([rows, serial(PERIOD.start), serial(PERIOD.end)])
    served = subprocess.run(
        [sys.executable, "-c", SERVED, asked],
        cwd=ROOT,
        env=os.environ | {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert served.returncode == 0, served.stderr
    told, found = json.loads(served.stdout)
    by_name = {function["id"].lower(): function for function in told["functions"]}
    assert set(by_name) == PROMISED
    assert by_name["bit_package"]["description"] == functions.bit_package.__doc__
    assert all(
        not argument["description"].startswith("Positional")
        for one in told["functions"]
        for argument in one["parameters"]
    )
    assert found["bit_weekly_hours"] == [[47.0]]
    assert found["bit_package"] == [[6.0]]
    assert found["bit_compare"][-1][2] == "Ikke belyst"
    assert "hours_per_week" in found["refused"]
