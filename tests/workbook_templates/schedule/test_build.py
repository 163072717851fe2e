"""The templates as they are issued: what is in them, what can be written in them, and that a stamp equals a build."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from bit_model_example import PERIOD, WEEKDAY, WEEKEND, day_entries, worked_schedule
from libreoffice import convert
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.parameters import ParameterSet
from bit_model.schedule import Category, Entry, Period
from bit_model.terms import GoalType, Theme
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.doegnskema import DOEGNSKEMA, Form
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.schedule.book import schedule_parts
from workbook_templates.schedule.fill import NoRoomError, fill_schedule
from workbook_templates.schedule.report import examine
from workbook_templates.schedule.stamp import Pattern, issue_schedule, schedule_content

PARAMETERS = ParameterSet()
PLAIN = Case(
    "S-2026-0042",
    "Voksne",
    "Bostedet Åsen",
    ProviderKind.OWN,
    "Hus 1",
    order=(OrderLine("Egenomsorg", "Klarer bad", GoalType.DEVELOP, Decimal("14.5")),),
)
AWKWARD_TEXTS = (
    "A & B <c> \"d\" 'e' ]]>",
    "=1+1",
    "+45 12 34 56 78",
    "-5",
    "@SUM(A1)",
    "  plads foran og bagved  ",
    "linje 1\nlinje 2\ttab",
    "_x0041_ og \x07 bip",
    "<r>fed</r>",
    "æøå ÆØÅ é 🙂",
    "@@goal_0@@",
    "lang " * 8_000,
)
AWKWARD = Case(
    AWKWARD_TEXTS[0],
    "Voksne",
    AWKWARD_TEXTS[1],
    ProviderKind.OWN,
    AWKWARD_TEXTS[5],
    need_hours=Decimal("31.333"),
    order=tuple(OrderLine("Mobilitet", goal, None, Decimal(i) / 3) for i, goal in enumerate(AWKWARD_TEXTS)),
)
BARE = Case("S-1", "Voksne", "Tilbuddet", ProviderKind.EXTERNAL)


USUAL = {
    "weekday": [
        *day_entries(PERIOD.start, WEEKDAY),
        Entry(PERIOD.start, 0, 15, AWKWARD_TEXTS[1], Category.DIRECT, Fraction(3, 2), 1, "", *AWKWARD_TEXTS[:2]),
    ],
    "weekend": day_entries(PERIOD.start, WEEKEND) * 2,
}


def issued(
    case: Case = PLAIN,
    period: Period = PERIOD,
    house_size: int | None = 6,
    form: Form = Form.LIST,
    flavour: Flavour = Flavour.PLAIN,
) -> bytes:
    return issue_schedule(case, period, house_size, "token-1", PARAMETERS, form=form, flavour=flavour)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(content), data_only=values)


def cells(content: bytes, *, values: bool = False) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Everything that is in the cells of a workbook, by sheet and address."""
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.data_type, cell.number_format, cell.protection.locked)
        for sheet in opened(content, values=values).worksheets
        for row in sheet.iter_rows()
        for cell in row
    }


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def readable(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The parts of a workbook by name, with texts in place of their numbers among the shared strings."""
    found = {name: part.decode() for name, part in parts.items() if not name.startswith("docProps")}
    strings = re.findall(r"<si>(.*?)</si>", found.pop("xl/sharedStrings.xml"), re.DOTALL)
    return {
        name: re.sub(r't="s"><v>(\d+)</v>', lambda match: f">{strings[int(match[1])]}", xml)
        for name, xml in found.items()
    }


@pytest.mark.parametrize(
    "case, language, form, pattern, flavour",
    [
        *((case, "da", Form.LIST, None, Flavour.PLAIN) for case in (PLAIN, AWKWARD, BARE)),
        (PLAIN, "en", Form.LIST, None, Flavour.OFFICEJS),
        (BARE, "da", Form.GRID, None, Flavour.PLAIN),
        *((AWKWARD, "da", form, USUAL, flavour) for form, flavour in zip(Form, Flavour, strict=False)),
        (AWKWARD, "da", Form.GRID, USUAL, Flavour.OFFICEJS),
    ],
)
def test_a_stamped_template_equals_one_built_for_the_case(
    case: Case, language: str, form: Form, pattern: Pattern | None, flavour: Flavour
) -> None:
    size = 6 if case.house else None
    token = "" if case is BARE else "<token>"
    kind: Any = {"form": form, "pattern": pattern, "flavour": flavour}
    stamped = unpacked(issue_schedule(case, PERIOD, size, token, PARAMETERS, language, **kind))
    built = schedule_parts(*schedule_content(case, PERIOD, size, token, PARAMETERS, language, **kind))
    assert readable(stamped) == readable(built)
    assert sorted(stamped) == sorted(built)
    everything = b"".join(stamped.values())
    assert b"8000000000000" not in everything
    assert everything.count(b"@@") == 2 * (case is AWKWARD)


def test_a_text_of_the_case_stays_a_text() -> None:
    book = opened(issued(AWKWARD))
    lists = book["Lister"]
    column = next(cell.column for cell in lists[1] if cell.value == "Mål")
    found = [lists.cell(row, column) for row in range(2, 2 + len(AWKWARD_TEXTS))]
    assert {cell.data_type for cell in found} == {"s"}
    assert [cell.value for cell in found[:6]] == list(AWKWARD_TEXTS[:6])
    assert found[11].value == AWKWARD_TEXTS[11][:32_767]


def test_header_fields_have_their_defined_names_and_their_labels_beside_them() -> None:
    book = opened(issued())
    for field in DOEGNSKEMA.header:
        ((sheet, cell),) = book.defined_names[field.name].destinations
        assert sheet == "Oplysninger"
        place = book[sheet][cell.replace("$", "")]
        assert book[sheet].cell(place.row, place.column - 1).value == field.label.da
        assert place.protection.locked == field.locked
    assert book["Oplysninger"]["B4"].value == "doegnskema"


def test_the_sheet_of_entries_has_the_contract_s_columns_and_every_date_on_fifteen_numbered_rows() -> None:
    sheet = opened(issued())["Døgnskema"]
    own = ["Start", "Slut", "Aktivitet", "Kategori", "Personale", "Borgere", "Tema", "Mål", "Bemærkning"]
    assert [cell.value for cell in sheet[1]] == ["Dato", "Nr.", "Forslag", "Bekræft", *own, "Tjek"]
    days = [dt.datetime.combine(day, dt.time()) for day in PERIOD.days]
    spare = [None] * (800 - 15 * len(days))
    assert [sheet.cell(row, 1).value for row in range(2, 802)] == [day for day in days for _ in range(15)] + spare
    assert [sheet.cell(row, 2).value for row in range(2, 802)] == [*range(1, 16)] * len(days) + spare
    assert sheet.max_row == 801


def test_the_pattern_has_fifteen_rows_for_a_weekday_and_for_a_weekend_day_and_each_date_has_a_row() -> None:
    book = opened(issued())
    rows = [[cell.value for cell in row[:4]] for row in book["Mønster"].iter_rows(min_row=2)]
    assert rows == [[kind, number, None, None] for kind in ("Hverdag", "Weekend") for number in range(1, 16)]
    dates = [cell.value for cell in book["Dage"]["A"]][1:]
    assert dates == [dt.datetime.combine(day, dt.time()) for day in PERIOD.days]


def test_a_pattern_stands_on_its_sheet_and_as_suggestions_in_a_program_that_opens_the_file(tmp_path: Path) -> None:
    file = tmp_path / "pattern.xlsx"
    file.write_bytes(issue_schedule(PLAIN, PERIOD, 6, "token", PARAMETERS, pattern=USUAL))
    (made,) = convert([file], "xlsx", tmp_path / "opened", recalculate=False)
    book = opened(made.read_bytes(), values=True)
    sheet = book["Mønster"]
    assert [sheet.cell(11, column).value for column in (3, 4, 5, 6, 7, 8, 10, 11)] == [
        *(dt.time(), dt.time(0, 15), "=1+1", "D", 1.5, 1, AWKWARD_TEXTS[0], "=1+1"),
    ]
    assert [sheet.cell(row, 3).value for row in (12, 17, 31)] == [None, dt.time(8), dt.time(19)]
    assert book["Døgnskema"]["C2"].value == "07:00-08:00 Hygiejne · D · 1 til 1"
    assert book["Døgnskema"]["N2"].value == "Forslag, ikke bekræftet"
    assert book["Resultat"]["A6"].value is not None


def test_what_is_only_computed_is_hidden_and_what_is_printed_ends_with_the_dates() -> None:
    book = opened(issued())
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "hidden"] == [
        "Beregning",
        "Timer",
        "Lister",
    ]
    assert book["Døgnskema"].print_area == f"'Døgnskema'!$A$1:$N${1 + 15 * 14 + 30}"


def test_the_sheet_of_results_has_a_chart_of_ordered_and_measured_hours_and_a_coloured_map() -> None:
    sheet = opened(issued())["Resultat"]
    (chart,) = sheet._charts  # type: ignore[attr-defined]
    rows = {cell.value: cell.row for cell in sheet["A"]}
    first, last = rows[Theme.PHYSICAL_FUNCTIONS], rows[Theme.SURROUNDINGS]
    assert [series.val.numRef.f for series in chart.series] == [
        f"Resultat!${column}${first}:${column}${last}" for column in "BC"
    ]
    (area,) = [
        str(found.sqref)
        for found in sheet.conditional_formatting
        if any(rule.type == "colorScale" for rule in found.rules)
    ]
    assert area == f"B{rows['00–01']}:H{rows['23–24']}"
    assert sheet[f"B{rows['07–08']}"].number_format.startswith("[>=0.005]#,##0.00")


def test_drop_down_lists_point_at_cells_that_hold_them() -> None:
    book = opened(issued())
    rules = {str(rule.sqref)[0]: rule for rule in book["Døgnskema"].data_validations.dataValidation}
    lengths = {"A": ("l_date", 14), "D": ("l_yes_no", 2), "H": ("l_category", 8), "K": ("l_theme", 11)}
    for column, (name, length) in lengths.items():
        assert rules[column].formula1 == name
        ((sheet, cells_),) = book.defined_names[name].destinations
        assert len(book[sheet][cells_.replace("$", "")]) == length
    assert "l_goal" in rules["L"].formula1


def formulas(form: Form, flavour: Flavour) -> str:
    """Every formula of an issued form, also of its validations and its colours."""
    found = "".join(xml for name, xml in readable(unpacked(issued(form=form, flavour=flavour))).items())
    return "\n".join(re.findall(r"<(?:f|formula|formula1|formula2|definedName)\b[^>]*>([^<]*)<", found))


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("flavour", Flavour)
def test_every_name_that_a_formula_uses_is_defined(form: Form, flavour: Flavour) -> None:
    used = set(re.findall(r"\b(?:bit|[a-z])_[a-z_]+", formulas(form, flavour)))
    assert used <= set(opened(issued(form=form, flavour=flavour)).defined_names)


EXCEL_2016 = {"IF", "AND", "OR", "IFERROR", "MATCH", "INDEX", "OFFSET", "ROW", "ROWS", "CHOOSE"} | {
    *("COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT"),
    *("ROUND", "INT", "MIN", "MAX", "MOD", "N", "TRIM", "LEN", "RIGHT", "MID", "SUBSTITUTE", "FIXED"),
    *("DAY", "MONTH", "YEAR", "WEEKDAY", "ISNUMBER", "ISNA", "LEFT", "FIND", "ADDRESS", "COLUMN", "ABS"),
}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("flavour", Flavour)
def test_no_formula_needs_a_newer_program_than_excel_2016(form: Form, flavour: Flavour) -> None:
    assert set(re.findall(r"\b([A-Z][A-Z.]+)\(", formulas(form, flavour))) <= EXCEL_2016


def test_figures_saved_in_an_empty_template_are_those_that_libreoffice_computes(tmp_path: Path) -> None:
    periods = [
        PERIOD,
        Period(dt.date(2026, 3, 23), dt.date(2026, 4, 12)),
        Period(dt.date(2026, 6, 8), dt.date(2026, 6, 11)),
    ]
    contents = [*(issued(period=period) for period in periods), issued(form=Form.GRID)]
    contents += [issued(flavour=Flavour.DESKTOP), issued(form=Form.GRID, flavour=Flavour.OFFICEJS)]
    files = [tmp_path / f"empty{number}.xlsx" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    for file, made in zip(files, convert(files, "xlsx", tmp_path / "recalculated"), strict=True):
        saved, computed = cells(file.read_bytes(), values=True), cells(made.read_bytes(), values=True)
        for place, (value, *_) in saved.items():
            if place[0] == "Koder":  # what it says of the codes it is issued with is computed when it is opened
                continue
            found = computed[place][0] if place in computed else None
            expected = pytest.approx(value, abs=1e-9) if isinstance(value, int | float) else value or None
            assert (found or None if isinstance(value, str) or value is None else found) == expected, place


def test_a_filled_template_is_read_back_as_it_was_filled() -> None:
    content = fill_schedule(issued(), worked_schedule(), usual_period=True, filled_by="Teamleder", certified=True)
    report = examine(content, "retur.xlsx", PARAMETERS, dt.date(2026, 3, 20), Limits())
    assert not [problem.code for problem in report.problems if problem.level == "E"]
    assert (report.template, report.case_key, report.period) == (
        "doegnskema",
        "S-2026-0042",
        (PERIOD.start, PERIOD.end),
    )
    assert report.entry_count == 126
    assert report.hours is not None
    assert report.hours["per_week"]["resource"] == 47.0
    assert report.header["filled_by"] == "Teamleder"


def test_entries_beyond_a_date_s_rows_go_to_spare_rows() -> None:
    schedule = worked_schedule()
    crowded = schedule.entries[0]
    many = tuple(crowded._replace(start=60 * 6 + i, end=60 * 6 + i + 1) for i in range(20))
    content = fill_schedule(issued(), type(schedule)("S-2026-0042", PERIOD, many))
    sheet = opened(content)["Døgnskema"]
    spare = [sheet.cell(row, 1).value for row in range(2 + 15 * 14, 2 + 15 * 14 + 6)]
    assert spare == [dt.datetime.combine(crowded.date, dt.time())] * 5 + [None]
    with pytest.raises(NoRoomError):
        fill_schedule(issued(), type(schedule)("S-2026-0042", PERIOD, (crowded,) * 801))
