"""Damaged names, renamed and moved sheets: what is found all the same, and what is told rather than guessed."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO

import pytest
from bit_model_example import worked_schedule
from contract import COLUMNS, returned, rows_of
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from bit_model.parameters import ParameterSet
from workbook_templates.files.gate import Limits
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.report import FileReport, examine

TODAY = dt.date(2026, 11, 22)
ORIGINAL = returned(rows_of(worked_schedule()), remarks="Ingen")
CASE_KEY = "C5"
"""The cell of the case key, its label to the left, on the sheet Oplysninger of `ORIGINAL`."""
Change = Callable[[Workbook], object]


def report(content: bytes) -> FileReport:
    return examine(content, "retur.xlsx", ParameterSet(), TODAY, Limits())


def changed(*changes: Change, content: bytes = ORIGINAL) -> FileReport:
    """The report of the worked example after these changes."""
    workbook = load_workbook(BytesIO(content))
    for change in changes:
        change(workbook)
    saved = BytesIO()
    workbook.save(saved)
    return report(saved.getvalue())


def told(found: FileReport) -> list[tuple[str, str, str, str]]:
    """Code, sheet, cell and what was found, of all but what the example is told anyhow."""
    return [(p.code, p.sheet, p.cell, p.found) for p in found.problems if p.code != "R17"]


def assert_read_alike(found: FileReport) -> None:
    """The same header, entries and hours as of the file nobody has touched."""
    whole = report(ORIGINAL)
    assert (found.header, found.period, found.hours) == (whole.header, whole.period, whole.hours)
    assert [e[:10] for e in unpack_entries(found.entries)] == [e[:10] for e in unpack_entries(whole.entries)]


def point(name: str, reference: str, *, sheet: str = "", hidden: bool = False) -> Change:
    """A defined name that points elsewhere; of the workbook, or of one sheet."""

    def change(workbook: Workbook) -> None:
        names = workbook[sheet].defined_names if sheet else workbook.defined_names
        names[name] = DefinedName(name, attr_text=reference, hidden=hidden)

    return change


def write(sheet: str, cell: str, value: str | None) -> Change:
    return lambda workbook: workbook[sheet].__setitem__(cell, value)


def rename(old: str, new: str) -> Change:
    return lambda workbook: setattr(workbook[old], "title", new)


def copy(old: str, new: str) -> Change:
    """A copy of a sheet, as a program makes one."""
    return lambda workbook: setattr(workbook.copy_worksheet(workbook[old]), "title", new)


def no_names(workbook: Workbook) -> None:
    workbook.defined_names.clear()


def add_sheet(name: str, rows: int = 3, columns: int = 3) -> Change:
    def change(workbook: Workbook) -> None:
        sheet = workbook.create_sheet(name)
        for _ in range(rows):
            sheet.append(["noget"] * columns)

    return change


# Defined names


def test_lost_and_dead_names_are_passed_over_without_a_word() -> None:
    assert told(changed(no_names)) == []
    dead = changed(point("bit_case_key", "Oplysninger!#REF!"), point("bit_house", "#REF!"))
    assert told(dead) == []
    assert_read_alike(dead)


@pytest.mark.parametrize(
    "reference",
    [
        "Oplysninger!$H$30",  # empty
        "Oplysninger!$C$6",  # another field's value
        "Oplysninger!$B$5",  # its own label
        "Oplysninger!$B$6",  # another field's label
        "Døgnskema!$D$2",  # a cell of the entries
        "Noter!$A$1",  # a sheet that is not ours
        "Væk!$A$1",  # a sheet that is not there
    ],
)
def test_a_name_that_points_elsewhere_gives_way_to_the_label_and_it_is_said(reference: str) -> None:
    found = changed(add_sheet("Noter"), point("bit_case_key", reference))
    assert told(found) == [("H06", "Oplysninger", CASE_KEY, "bit_case_key")]
    assert_read_alike(found)


def test_all_names_moved_by_one_row_are_found_by_their_labels() -> None:
    whole = load_workbook(BytesIO(ORIGINAL)).defined_names
    shifted = [
        point(name, f"Oplysninger!$C${int(one.attr_text.rpartition('$')[2]) + 1}") for name, one in whole.items()
    ]
    found = changed(*shifted)
    assert {code for code, *_ in told(found)} == {"H06"}
    assert_read_alike(found)


def test_a_name_of_one_sheet_does_not_hide_that_of_the_workbook() -> None:
    found = changed(
        add_sheet("Noter"),
        point("bit_case_key", "Noter!$A$1", sheet="Noter", hidden=True),
        point("bit_provider", "Oplysninger!$C$6", sheet="Oplysninger"),
    )
    assert told(found) == []
    assert_read_alike(found)


def test_a_name_without_label_is_trusted_but_not_beside_another_fields_label() -> None:
    bare = returned(rows_of(worked_schedule()), labels=False)
    assert report(bare).case_key == "S-2026-0042"
    found = changed(write("Oplysninger", "B5", None), point("bit_case_key", "Oplysninger!$C$6"))
    assert (found.case_key, [code for code, *_ in told(found)]) == (None, ["H01"])


# Labels


def test_what_explains_a_field_is_not_taken_for_its_value() -> None:
    explained = [write("Oplysninger", f"D{row}", "fx 02-03-2026") for row in range(3, 12)]
    found = changed(no_names, write("Oplysninger", "C8", None), *explained)
    assert told(found) == []
    assert found.header["house"] == "Hus 1"
    assert "house_size" not in found.header


def test_a_value_may_stand_farther_from_its_label_where_the_others_do_too() -> None:
    def move(workbook: Workbook) -> None:
        workbook["Oplysninger"].move_range("C3:C11", cols=2)

    assert_read_alike(changed(no_names, move))


def test_a_label_typed_once_more_elsewhere_is_a_text() -> None:
    found = changed(no_names, write("Oplysninger", "F5", "Sagsnøgle"), write("Oplysninger", "G5", "S-2020-0001"))
    assert told(found) == []
    assert_read_alike(found)


def test_a_house_called_as_its_label_is_read() -> None:
    assert changed(no_names, write("Oplysninger", "C7", "Hus")).header["house"] == "Hus"
    assert changed(write("Oplysninger", "C7", "Hus")).header["house"] == "Hus"


def test_a_label_that_stands_twice_with_two_values_is_told_with_both_cells() -> None:
    twice = [write("Oplysninger", "B20", "Sagsnøgle"), write("Oplysninger", "C20", "S-2020-0001")]
    found = changed(no_names, *twice)
    assert told(found) == [("H01", "Oplysninger", "", "Oplysninger C5, Oplysninger C20")]
    same = changed(no_names, twice[0], write("Oplysninger", "C20", "S-2026-0042"))
    assert told(same) == []


# Sheets and tables


@pytest.mark.parametrize("names", [True, False])
def test_renamed_sheets_are_found_by_what_stands_on_them(*, names: bool) -> None:
    changes = [rename("Døgnskema", "Ark 1"), rename("Oplysninger", "Side 'to'"), add_sheet("Noter", 60)]
    found = changed(*changes, *([] if names else [no_names]))
    if names:  # openpyxl leaves the names with the old sheet's name
        assert {code for code, *_ in told(found)} == {"H06"}
    else:
        assert told(found) == []
    assert_read_alike(found)


def test_a_problem_on_a_renamed_sheet_names_it_as_it_is_called() -> None:
    found = changed(rename("Døgnskema", "Ark 1"), write("Ark 1", "B2", "x"))
    assert told(found) == [("R02", "Ark 1", "B2", "x")]
    assert list(found.rows) == ["2"]


def test_a_table_moved_down_and_to_another_sheet_with_columns_reordered() -> None:
    order = [3, 0, 9, 1, 2, 4, 8, 5, 6, 7]

    def move(workbook: Workbook) -> None:
        rows = [[row[place].value for place in order] for row in workbook["Døgnskema"]]
        del workbook["Døgnskema"]
        sheet = workbook.create_sheet("Kladde")
        for number, row in enumerate(rows, 12):
            for column, value in enumerate(row, 5):
                sheet.cell(number, column, value)

    assert told(changed(move)) == []
    assert_read_alike(changed(move))


def test_the_sheet_with_our_name_is_taken_before_its_copies() -> None:
    found = changed(
        copy("Døgnskema", "Døgnskema (2)"),
        copy("Oplysninger", "Oplysninger (2)"),
        write("Døgnskema (2)", "B2", "x"),
        write("Oplysninger (2)", CASE_KEY, "S-2020-0001"),
        no_names,
    )
    assert told(found) == []
    assert_read_alike(found)


def test_of_copies_alone_none_is_guessed() -> None:
    found = changed(copy("Døgnskema", "Døgnskema (2)"), rename("Døgnskema", "Døgnskema (3)"))
    assert told(found) == [("H07", "", "", "Døgnskema (3), Døgnskema (2)")]
    headers = changed(
        copy("Oplysninger", "A"), rename("Oplysninger", "B"), write("A", CASE_KEY, "S-2020-0001"), no_names
    )
    assert told(headers) == [("H01", "Oplysninger", "", "B C5, A C5")]


def test_the_copy_with_more_of_the_headings_is_the_table() -> None:
    found = changed(copy("Døgnskema", "A"), rename("Døgnskema", "B"), write("A", "J1", None))
    assert told(found) == []
    assert_read_alike(found)


def test_a_sheet_that_lacks_a_column_it_must_have_is_not_taken_for_the_table() -> None:
    found = changed(rename("Døgnskema", "Ark 1"), write("Ark 1", "C1", "Til"))
    assert {(code, sheet) for code, sheet, *_ in told(found)} == {("H02", "Døgnskema")}


def test_the_guides_example_is_not_taken_for_the_entries() -> None:
    found = changed(copy("Døgnskema", "Vejledning"), rename("Døgnskema", "Ark 1"), write("Vejledning", "B2", "x"))
    assert told(found) == []
    assert_read_alike(found)


def test_a_workbook_of_others_is_one_clear_problem_however_large_its_sheets_are() -> None:
    def foreign(workbook: Workbook) -> None:
        for name in list(workbook.sheetnames):
            del workbook[name]
        workbook.create_sheet("Regnskab").append([*COLUMNS[:3], *["x"] * 300])

    assert told(changed(foreign, no_names)) == [("T01", "", "", "")]


def test_a_large_sheet_that_is_not_ours_does_not_keep_a_renamed_one_from_being_read() -> None:
    found = changed(add_sheet("Noter", 1, 300), rename("Døgnskema", "Ark 1"))
    assert told(found) == []
    assert_read_alike(found)
