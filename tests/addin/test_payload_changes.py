import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlwings as xw
from action import Alert, RefusedError, UnknownActionError
from changes import apply
from openpyxl import load_workbook
from payload import opened, payload
from xlsxwriter.workbook import Workbook

Script = Callable[[xw.Book], Any]


def source(change: Callable[[Any], Any] | None = None) -> bytes:
    """A workbook with an open sheet and one that is protected but for its columns B and D."""
    content = BytesIO()
    with Workbook(content) as made:
        sheet = made.add_worksheet("Åben")
        sheet.write_row("A1", ["Tal", 1, 2])
        sheet.set_column("E:H", 12)
        locked = made.add_worksheet("Låst")
        free = made.add_format({"locked": False})
        locked.set_column("D:D", 10, free)
        locked.write("A2", "Navn")
        locked.write("B2", "", free)
        locked.write("B3", 5, made.add_format({"locked": False, "num_format": "@"}))
        locked.protect("", {"format_columns": True, "format_rows": True})
        if change:
            change(made)
    return content.getvalue()


def after(script: Script, content: bytes | None = None) -> Any:
    """What openpyxl reads after the script."""
    return load_workbook(BytesIO(applied(script, content).content))


def applied(script: Script, content: bytes | None = None) -> Any:
    made = content or source()
    book = opened(payload(made))
    script(book)
    return apply(book.json(), made)


def write(address: str, value: Any, sheet: str = "Åben") -> Script:
    def script(book: xw.Book) -> None:
        book.sheets[sheet][address].value = value

    return script


def test_values_land_where_they_are_written() -> None:
    sheet = after(write("B3", [["a", None, True], [1.5, dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 2, 7, 30)]]))[
        "Åben"
    ]
    assert [[cell.value for cell in row] for row in sheet["B3:D4"]] == [
        ["a", None, True],
        [1.5, dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 2, 7, 30)],
    ]
    assert sheet["A1"].value == "Tal"


def test_none_empties_a_cell_and_a_formula_is_one() -> None:
    sheet = after(write("A1", [[None, "=C1*2", "'=x"]]))["Åben"]
    assert [sheet[cell].value for cell in ("A1", "B1", "C1")] == [None, "=C1*2", "=x"]
    assert [sheet[cell].data_type for cell in ("B1", "C1")] == ["f", "s"]


@pytest.mark.parametrize(
    "text",
    ["1", "1,5", "07:30", "1-2", "1/4 2026", "2. maj", "maj 2026", "SAND", "true", "#N/A", "+45 1", "-x", "50 %"],
)
def test_a_text_that_excel_may_take_for_something_else_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="Åben!A1"):
        applied(write("A1", text))
    assert after(write("A1", f"'{text}"))["Åben"]["A1"].value == text
    assert after(write("B3", text, "Låst"))["Låst"]["B3"].value == text


@pytest.mark.parametrize("text", ["S-2026-0001", "Uge 10", "–", "-", "D1", "Sendt 02-03-2026", "12 rækker", "marts"])
def test_a_text_that_can_only_be_a_text_is_written(text: str) -> None:
    assert after(write("A1", text))["Åben"]["A1"].value == text


def test_a_date_keeps_the_cells_format_and_gives_a_plain_cell_one() -> None:
    def change(made: Any) -> None:
        made.worksheets()[0].write_blank("A5", None, made.add_format({"num_format": "d. mmm yyyy"}))

    sheet = after(write("A5", [[dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 2)]]), source(change))["Åben"]
    assert [sheet[cell].number_format for cell in ("A5", "B5")] == ["d. mmm yyyy", "mm-dd-yy"]
    text = after(write("B3", dt.datetime(2026, 3, 2), "Låst"))["Låst"]["B3"]
    assert text.value == "2026-03-02"


@pytest.mark.parametrize("value", [dt.time(7), float("nan"), {1}])
def test_what_cannot_be_sent_raises(value: Any) -> None:
    book = opened(payload(source()))
    book.sheets[0].range("A1").impl.raw_value = [[value]]
    with pytest.raises((TypeError, ValueError)):
        apply(book.json(), source())


FORBIDDEN: tuple[Script, ...] = (
    write("A2", "x", "Låst"),
    write("C9", None, "Låst"),
    write("B2:C2", [["x", "y"]], "Låst"),
    lambda book: book.sheets["Låst"]["A2:B2"].clear_contents(),
    lambda book: book.sheets["Låst"]["B2"].clear(),
    lambda book: book.sheets["Låst"]["B2"].clear_formats(),
    lambda book: setattr(book.sheets["Låst"]["B2"], "color", "#FF0000"),
    lambda book: book.sheets["Låst"]["B2"].set_colors([["#FF0000"]]),
    lambda book: setattr(book.sheets["Låst"]["B2"], "number_format", "0"),
    lambda book: setattr(book.sheets["Låst"]["B2"].font, "bold", True),
    lambda book: setattr(book.sheets["Låst"]["B2"], "wrap_text", True),
    lambda book: book.sheets["Låst"]["B2"].add_note("x"),
    lambda book: book.sheets["Låst"]["B2"].conditional_formats.add_custom("=TRUE", fill_color="#FF0000"),
    lambda book: book.sheets["Låst"]["B2"].add_hyperlink("https://localhost"),
    lambda book: book.sheets["Låst"]["B2"].insert("down"),
    lambda book: book.sheets["Låst"]["B2"].delete("up"),
    lambda book: book.sheets["Låst"]["B2:B3"].merge(),
    lambda book: setattr(book.sheets["Låst"]["A2"], "formula", "=1"),
    lambda book: book.sheets["Låst"].clear(),
    lambda book: book.sheets["Låst"].delete(),
)


@pytest.mark.parametrize("script", FORBIDDEN, ids=range(len(FORBIDDEN)))
def test_what_a_protected_sheet_forbids_raises(script: Script) -> None:
    with pytest.raises(RefusedError, match="Låst"):
        applied(script)


def test_what_a_protected_sheet_allows_is_done() -> None:
    def script(book: xw.Book) -> None:
        sheet = book.sheets["Låst"]
        sheet["B2"].value = "x"
        sheet["D5:D6"].value = [[1], [2]]
        sheet["D7"].formula = "=D5+D6"
        sheet["B3"].clear_contents()
        sheet["C1"].column_width = 60
        sheet.autofit()

    sheet = after(script)["Låst"]
    assert [sheet[cell].value for cell in ("B2", "B3", "D5", "D6", "D7")] == ["x", None, 1, 2, "=D5+D6"]
    assert sheet["D5"].protection.locked is False
    assert round(sheet.column_dimensions["C"].width, 1) == 10.7


def test_cells_look_as_they_are_told() -> None:
    def script(book: xw.Book) -> None:
        sheet = book.sheets["Åben"]
        sheet["A1:B1"].color = (255, 0, 0)
        sheet["A2:B2"].set_colors([["#00FF00", ...]])
        sheet["A1"].font.bold = True
        sheet["A1"].font.color = "#004D99"
        sheet["A1"].number_format = "0.00"
        sheet["A1"].wrap_text = True
        sheet["A1"].horizontal_alignment = "center"
        sheet["F1"].column_width = 100
        sheet["C1"].row_height = 30
        sheet["A3"].rows.hidden = True
        sheet["A1:A9"].conditional_formats.add_custom("=$A1>3", fill_color="#FFEECC", font_bold=True)
        sheet["A1:A9"].conditional_formats.add_cell_value("between", 1, 2, font_color="#CC0000")

    book = after(script)
    sheet = book["Åben"]
    cell = sheet["A1"]
    assert (cell.fill.fgColor.rgb, cell.font.color.rgb, cell.font.b) == ("FFFF0000", "FF004D99", True)
    assert (cell.number_format, cell.alignment.wrap_text, cell.alignment.horizontal) == ("0.00", True, "center")
    assert (sheet["A2"].fill.fgColor.rgb, sheet["B2"].fill.fill_type) == ("FF00FF00", None)
    assert round(sheet.column_dimensions["F"].width, 1) == 18.3
    assert [round(sheet.column_dimensions[letter].width) for letter in "EG"] == [13, 13]
    assert (sheet.row_dimensions[1].height, sheet.row_dimensions[3].hidden) == (30, True)
    [ranges] = sheet.conditional_formatting
    assert [
        (rule.type, rule.priority, rule.formula) for rule in sorted(ranges.rules, key=lambda one: one.priority)
    ] == [
        ("cellIs", 1, ["1", "2"]),
        ("expression", 2, ["$A1>3"]),
    ]


def test_notes_come_change_and_go() -> None:
    def change(made: Any) -> None:
        made.worksheets()[0].write_comment("A1", "før")
        made.worksheets()[0].write_comment("A2", "væk")

    def script(book: xw.Book) -> None:
        sheet: Any = book.sheets["Åben"]
        sheet["A1"].note.text = "efter"
        sheet["A2"].note.delete()
        sheet["A3"].add_note("ny")

    sheet = after(script, source(change))["Åben"]
    assert [sheet[cell].comment and sheet[cell].comment.text for cell in ("A1", "A2", "A3")] == ["efter", None, "ny"]
    with pytest.raises(RefusedError, match="A1"):
        apply({"actions": [note("addNote", "$A$1")]}, source(change))
    with pytest.raises(RefusedError, match="A9"):
        apply({"actions": [note("setNoteText", "$A$9")]}, source(change))


def note(func: str, address: str) -> dict[str, Any]:
    range_keys = dict.fromkeys(("start_row", "start_column", "row_count", "column_count"))
    return {"func": func, "args": [address, "x"], "values": None, "sheet_position": 0, **range_keys}


def test_sheets_come_and_go() -> None:
    def script(book: xw.Book) -> None:
        new = book.sheets.add("Sammenligning", after=book.sheets["Åben"])
        new["A1"].value = "Sag"
        new.freeze_panes.freeze_at("A1:B3")
        book.sheets["Åben"].visible = False
        new.name = "Tal"
        new.activate()

    book = after(script)
    assert book.sheetnames == ["Åben", "Tal", "Låst"]
    assert [sheet.sheet_state for sheet in book] == ["hidden", "visible", "visible"]
    assert (book.active.title, book["Tal"]["A1"].value, book["Tal"].freeze_panes) == ("Tal", "Sag", "C4")
    assert after(lambda one: one.sheets["Åben"].delete()).sheetnames == ["Låst"]


def test_a_sheet_that_is_referred_to_is_not_deleted_or_renamed_unseen() -> None:
    def change(made: Any) -> None:
        made.add_worksheet("Sum").write_formula("A1", "=Åben!B1", None, 1)
        made.define_name("sats", "=Åben!$B$1")

    for script in (
        lambda book: book.sheets["Åben"].delete(),
        lambda book: setattr(book.sheets["Åben"], "name", "Ny"),
    ):
        with pytest.raises(RefusedError, match=r"Åben!B1 refers to Åben"):
            applied(script, source(change))


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "a:b", "[a]"])
def test_a_name_that_no_sheet_can_have_is_refused(name: str) -> None:
    with pytest.raises(RefusedError):
        applied(lambda book: book.sheets.add(name))


def test_the_last_sheet_that_can_be_seen_stays() -> None:
    def script(book: xw.Book) -> None:
        for sheet in book.sheets:
            sheet.visible = False

    with pytest.raises(RefusedError, match="last"):
        applied(script)


def test_names_come_change_and_go() -> None:
    def change(made: Any) -> None:
        made.define_name("gammel", "=Åben!$A$1")
        made.define_name("flyttet", "=Åben!$A$1")

    def script(book: xw.Book) -> None:
        book.names.add("ny", "=Åben!$B$1")
        book.sheets["Låst"].names.add("lokal", "=Låst!$B$2")
        book.sheets["Åben"]["C1:C2"].name = "blok"
        book.names["gammel"].delete()
        book.names["flyttet"].refers_to = "=Låst!$A$2"

    book = after(script, source(change))
    assert {name: one.attr_text for name, one in book.defined_names.items()} == {
        "ny": "Åben!$B$1",
        "blok": "'Åben'!$C$1:$C$2",
        "flyttet": "Låst!$A$2",
    }
    assert list(book["Låst"].defined_names) == ["lokal"]


def test_a_table_grows() -> None:
    def change(made: Any) -> None:
        made.worksheets()[0].add_table("A5:B6", {"name": "rækker", "columns": [{"header": "a"}, {"header": "b"}]})

    def script(book: xw.Book) -> None:
        sheet = book.sheets["Åben"]
        sheet.tables["rækker"].resize(sheet["A5:B9"])

    table = after(script, source(change))["Åben"].tables["rækker"]
    assert (table.ref, table.autoFilter.ref) == ("A5:B9", "A5:B9")


def test_cells_move_where_nothing_refers_to_them() -> None:
    def rows(sheet: Any) -> list[list[Any]]:
        return [[cell.value for cell in row] for row in sheet["A1:C3"]]

    start = [["Tal", 1, 2], [None] * 3, [None] * 3]
    assert rows(load_workbook(BytesIO(source()))["Åben"]) == start
    assert rows(after(lambda book: book.sheets[0]["A1:B1"].insert("down"))["Åben"])[:2] == [
        [None, None, 2],
        ["Tal", 1, None],
    ]
    assert rows(after(lambda book: book.sheets[0]["A1"].delete("left"))["Åben"])[0] == [1, 2, None]
    assert rows(after(lambda book: book.sheets[0]["B1"].insert("right"))["Åben"])[0] == ["Tal", None, 1]
    two = source(lambda made: made.worksheets()[0].write_column("A2", ["b", "c"]))
    assert [row[0] for row in rows(after(lambda book: book.sheets[0]["A1"].delete("up"), two)["Åben"])] == [
        "b",
        "c",
        None,
    ]
    referred = source(lambda made: made.define_name("sats", "=Åben!$B$1"))
    with pytest.raises(UnknownActionError, match="Åben"):
        applied(lambda book: book.sheets[0]["A1"].insert("down"), referred)


def test_messages_are_handed_on() -> None:
    assert applied(lambda book: book.app.alert("Skemaet er sendt.", "BITark")).alerts == (
        Alert("Skemaet er sendt.", "BITark"),
    )


def test_an_action_that_is_not_known_raises() -> None:
    with pytest.raises(UnknownActionError, match="copyRange"):
        applied(lambda book: book.sheets[0]["A1"].copy(book.sheets[0]["A5"]))


def test_more_cells_than_can_be_meant_are_refused() -> None:
    with pytest.raises(RefusedError, match="more cells"):
        applied(lambda book: book.sheets[0]["A:A"].clear_contents())


@pytest.mark.parametrize(
    "area,first_free", [("1:1", "A2"), ("A:B", "C1"), ("A1:B3", "C4"), ("$A$1:$A$2", "B3"), ("A1", "B2")]
)
def test_panes_are_frozen_up_to_the_range(area: str, first_free: str) -> None:
    assert after(lambda book: book.sheets["Åben"].freeze_panes.freeze_at(area))["Åben"].freeze_panes == first_free


def test_what_else_a_script_can_do_to_a_sheet_is_done() -> None:
    def script(book: xw.Book) -> None:
        sheet = book.sheets["Åben"]
        sheet["A1:B1"].merge()
        sheet["C1"].clear()
        sheet["A5"].add_hyperlink("#Låst!B2", "Se cellen", "Gå dertil")
        sheet.show_gridlines = False
        sheet.page_setup.print_area = "$A$1:$C$9"
        sheet["B3:C4"].select()
        book.sheets["Låst"].move(before=sheet)

    book = after(script)
    sheet = book["Åben"]
    assert book.sheetnames == ["Låst", "Åben"]
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:B1"]
    assert sheet["C1"].value is None
    link = sheet["A5"].hyperlink
    assert (sheet["A5"].value, link.target, link.tooltip) == ("Se cellen", "#Låst!B2", "Gå dertil")
    assert (sheet.sheet_view.showGridLines, sheet.print_area) == (False, "'Åben'!$A$1:$C$9")
    assert str(sheet.sheet_view.selection[0].sqref) == "B3:C4"


def test_a_sheet_can_be_emptied() -> None:
    sheet = after(lambda book: book.sheets["Åben"].clear())["Åben"]
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None] == []
