"""A returned file comes back with its problems at their cells, and otherwise as it was."""

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import hostile
import openpyxl
import pytest
import xlsxwriter
from bit_model_example import PERIOD, worked_schedule
from contract import returned, rows_of, table
from hypothesis import given, settings
from hypothesis import strategies as st
from libreoffice import convert
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.checks import Level
from bit_model.parameters import ParameterSet
from workbook_templates.annotate import annotate, annotated_apart
from workbook_templates.case_list.build import build_case_list
from workbook_templates.files.gate import Limits
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.problem_list import FILLS
from workbook_templates.problems import CATALOGUE, Problem
from workbook_templates.reading import annotated_copies, reader_pool
from workbook_templates.readings import word
from workbook_templates.schedule.report import FileReport, examine
from workbook_templates.schedule.stamp import issue_schedule

TODAY = dt.date(2026, 3, 14)
CASE = Case(
    "S-2026-0042",
    "Voksne",
    "Bostedet Åsen",
    ProviderKind.OWN,
    "Hus 1",
    order=(OrderLine("Egenomsorg", "Klarer bad", None, Decimal("14.5")),),
)
FAULTS = table(
    """
    02-03-2026 | 07:00 |          | Hygiejne    | D | 1 | 1 | Egenomsorg | |
    02-03-2026 | snart | 09:00    | Hygiejne    | D | 1 | 1 | Egenomsorg | |
    02-03-2026 | 10:00 | 10:00    | Samtale     | D | 1 | 1 | Egenomsorg | |
    03-03-2026 | 06:10 | 19:25    | Samtale     | D | 1 | 1 | Egenomsorg | |
    03-03-2026 | 12:00 | 13:00    | Frokost     | F | 9 | 0 | Egenomsorg | |
    04-03-2026 | 22:00 | 07:00    | Vågen nat   | N | 1 | 6 |            | |
    04-03-2026 | 23:00 | 07:00    | Sovende nat | S | 1 | 6 |            | |
    05-03-2026 | 14:00 | 15:00    | Udkald      | T | 1 | 1 |            | |
    05-03-2026 | 15:00 | 16:00    | Tur         | Q | 1 | 1 | Hygge      | |
    01-01-2026 | 15:00 | 16:00    | Tur         | D | 1 | 1 | Mobilitet  | |
    15-03-2026 | 15:00 | 16:00    | +tur        | D | 1 | 1 | Mobilitet  | | ring til 010190-1234
    06-03-2026 | 00:00 | 24:00    | Hele døgnet | D | 1 | 1 | Mobilitet  | |
    06-03-2026 | 00:00 | 23:00    | Hele døgnet | X | 1 | 1 | Mobilitet  | |
    """
)
CODES_OF_FAULTS = {f"R{number:02}" for number in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 14, 15, 16, 19, 21, 22)} | {"H01"}


def examined(content: bytes) -> FileReport:
    return examine(content, "skema.xlsx", parameters=ParameterSet(), today=TODAY, limits=Limits())


def with_every_fault() -> bytes:
    """Also a formula in an input cell, with the value that was saved with it."""
    content = returned(FAULTS, house_size="seks")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes)
    sheet, found = re.subn(rb'<c r="F2"[^>]*>.*?</c>', b'<c r="F2" t="str"><f>"1"</f><v>1</v></c>', sheet, count=1)
    assert found
    return hostile.zipped({**parts, "xl/worksheets/sheet1.xml": sheet})


def opened(content: bytes, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def colour_at(sheet: Worksheet, cell: str) -> str | None:
    """The colour of the first conditional format at the cell, if it is always so."""
    for formatting in sheet.conditional_formatting:
        if cell in formatting and formatting.rules[0].formula == ["ISTEXT(bit_annotated)"]:
            return "#" + str(formatting.rules[0].dxf.fill.bgColor.rgb)[2:]
    return None


def remarks(content: bytes) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in opened(content).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def test_every_code_is_shown_at_its_cell_by_word_and_colour() -> None:
    problems = [Problem(code, "Døgnskema", f"B{row}", "Start", "x") for row, code in enumerate(CATALOGUE, 2)]
    name, content = annotate(returned(rows_of(worked_schedule())), "skema.xlsx", problems)
    assert name == "skema-med-bemærkninger.xlsx"
    sheet, told = opened(content)["Døgnskema"], remarks(content)
    for problem in problems:
        assert told["Døgnskema", problem.cell].startswith(f"{word(problem.level)} {problem.code} ")
        assert colour_at(sheet, problem.cell) == FILLS[problem.level]


def test_a_file_with_one_fault_of_each_kind_has_every_one_of_them_at_its_cell() -> None:
    original = with_every_fault()
    problems = examined(original).problems
    in_cells = [problem for problem in problems if problem.cell]
    assert {problem.code for problem in in_cells} >= CODES_OF_FAULTS
    _, content = annotate(original, "skema.xlsx", problems)
    book, told = opened(content), remarks(content)
    for problem in in_cells:
        assert f"{word(problem.level)} {problem.code} · BITark" in told[problem.sheet, problem.cell]
        assert colour_at(book[problem.sheet], problem.cell) is not None
    assert told.keys() == {(problem.sheet, problem.cell) for problem in in_cells}


def test_the_problem_sheet_is_in_front_and_leads_to_the_cells() -> None:
    problems = [
        Problem("T03", found="3"),
        Problem("R02", "Døgnskema", "B3", "Start", "=1+1"),
        Problem("H01", "Oplysninger", "C5", "Hus"),
    ]
    original = opened(returned(rows_of(worked_schedule())))
    original["Oplysninger"].sheet_state = "hidden"
    _, content = annotate(saved(original), "skema.xlsx", problems, "en")
    book = opened(content)
    sheet = book.worksheets[0]
    assert (sheet.title, book.active) == ("Problems", sheet)
    assert [one.sheet_view.tabSelected for one in book.worksheets].count(True) == 1
    assert [cell.value for cell in sheet["B"][5:]] == ["Code", "T03", "R02", "H01"]
    assert [cell.value for cell in sheet["C"][6:]] == [None, "Døgnskema!B3", "Oplysninger!C5"]
    assert [cell.hyperlink and cell.hyperlink.location for cell in sheet["C"][6:]] == [None, "'Døgnskema'!B3", None]
    assert (sheet["E8"].value, sheet["E8"].data_type, sheet["E8"].quotePrefix) == ("=1+1", "s", True)
    assert (sheet.auto_filter.ref, sheet.print_title_rows) == ("A6:G9", "$6:$6")
    assert book["Oplysninger"].sheet_state == "hidden"


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_an_annotated_file_is_read_as_the_original_also_its_saved_values() -> None:
    original = with_every_fault()
    report = examined(original)
    _, content = annotate(original, "skema.xlsx", report.problems)
    again = examined(content)
    assert again.problems == report.problems
    assert any(problem.code == "R19" for problem in again.problems)
    assert again.entries == report.entries


def test_annotating_again_takes_the_old_marks_away() -> None:
    original = opened(returned(rows_of(worked_schedule())))
    original["Døgnskema"]["B3"].comment = Comment("Bo: husk", "Bo", 40, 200)
    problems = [Problem("R02", "Døgnskema", cell, "Start", "x") for cell in ("B3", "B4")]
    name, once = annotate(saved(original), "skema.xlsx", problems)
    assert remarks(once)["Døgnskema", "B3"].startswith("Bo: husk\n\nFejl R02")
    answered = opened(once)
    answered["Døgnskema"]["B4"].comment = Comment(remarks(once)["Døgnskema", "B4"] + "\nDet er rettet", "Bo")
    other, twice = annotate(saved(answered), name, [Problem("R09", "Døgnskema", "F5", "Personale", "4")], "en")
    told, sheet = remarks(twice), opened(twice)["Døgnskema"]
    assert other == "skema-with-remarks.xlsx"
    assert told.keys() == {("Døgnskema", cell) for cell in ("B3", "B4", "F5")}
    assert (told["Døgnskema", "B3"], told["Døgnskema", "B4"]) == ("Bo: husk", "Det er rettet")
    assert [colour_at(sheet, cell) for cell in ("B3", "B4", "F5")] == [None, None, FILLS[Level.WARNING]]
    assert opened(twice).sheetnames == ["Problems", "Døgnskema", "Oplysninger"]
    assert remarks(annotate(twice, "skema.xlsx", ())[1]).keys() == {("Døgnskema", "B3"), ("Døgnskema", "B4")}


def test_several_problems_at_a_cell_share_a_remark_and_the_gravest_colours_it() -> None:
    problems = [Problem("R19", "Døgnskema", "B3"), Problem("R02", "Døgnskema", "B3"), Problem("R04", "Døgnskema", "B3")]
    _, content = annotate(returned(rows_of(worked_schedule())), "skema.xlsx", problems)
    assert re.findall(r"(\w+ R\d\d) ·", remarks(content)["Døgnskema", "B3"]) == [
        "Oplysning R19",
        "Fejl R02",
        "Advarsel R04",
    ]
    assert colour_at(opened(content)["Døgnskema"], "B3") == FILLS[Level.ERROR]


def test_a_merged_cell_is_marked_at_its_first_and_a_renamed_sheet_is_found() -> None:
    original = opened(returned(rows_of(worked_schedule())))
    original["Døgnskema"].merge_cells("A3:A5")
    original["Døgnskema"].title = "døgn skema"
    original["døgn skema"].protection.sheet = True
    _, content = annotate(saved(original), "skema.xlsx", [Problem("R01", "Døgnskema", "A4", "Dato")])
    sheet = opened(content)["døgn skema"]
    assert list(remarks(content)) == [("døgn skema", "A3")]
    assert colour_at(sheet, "A5") == FILLS[Level.ERROR]
    assert sheet.protection.sheet
    assert opened(content).worksheets[0]["C7"].value == "døgn skema!A3"


# What is not ours stays. Compared in the XML, since what openpyxl does not know it does not see either.

UNTOLD = frozenset({"dxfId", "priority", "tabSelected", "id", "style"})
"""Numbers that mean something within one file only."""
LOOKS: dict[int, dict[int, str]] = {}
Element = tuple[str, dict[str, str], str]


def local(name: str) -> str:
    return name.rpartition("}")[2]


def parsed(archive: zipfile.ZipFile, part: str) -> ET.Element:
    return ET.fromstring(archive.read(part))  # noqa: S314  # we made it


def sheets_of(content: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = parsed(archive, "xl/workbook.xml")
        targets = {node.get("Id"): node.get("Target", "") for node in parsed(archive, RELATIONS_OF_BOOK)}
        found = {}
        for node in book.iter():
            if local(node.tag) == "sheet":
                target = targets[next(value for key, value in node.attrib.items() if key.endswith("}id"))]
                path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                found[node.get("name", "")] = parsed(archive, path)
        return found


RELATIONS_OF_BOOK = "xl/_rels/workbook.xml.rels"


def elements(node: ET.Element, path: str = "") -> Iterator[Element]:
    """Everything on a sheet but its cells."""
    for child in node:
        name = f"{path}/{local(child.tag)}"
        if local(child.tag) not in {"sheetData", "selection"}:
            told = {local(key): value for key, value in child.attrib.items() if local(key) not in UNTOLD}
            if told.get("hidden"):
                told.pop("width", None), told.pop("customWidth", None)
            yield name, told, "".join((child.text or "").split())
            yield from elements(child, name)


def formulas(node: ET.Element) -> dict[str, tuple[str, str]]:
    """What was saved with each formula, and its kind."""
    return {
        cell.get("r", ""): (cell.get("t", "n"), value.text)
        for cell in node.iter()
        if local(cell.tag) == "c" and any(local(child.tag) == "f" for child in cell)
        for value in cell
        if local(value.tag) == "v" and value.text
    }


def same_cell(one: Any, other: Any) -> bool:
    texts = {str(getattr(cell.value, "text", cell.value) or "") for cell in (one, other)}
    return len(texts) == 1 and type(one.value or "") is type(other.value or "") and look(one) == look(other)


def look(cell: Any) -> str:
    """All that a cell's style says, worked out once for each style of a workbook."""
    known = LOOKS.setdefault(id(cell.parent.parent), {})
    if cell.style_id not in known:
        parts = ("number_format", "fill", "font", "border", "alignment", "protection")
        known[cell.style_id] = "".join(repr(getattr(cell, part)) for part in parts)
    return known[cell.style_id]


def losses(before: bytes, after: bytes) -> list[Any]:
    """Whatever of a workbook is not in another: of sheets, cells, names."""
    LOOKS.clear()
    lost: list[Any] = []
    was, now = opened(before), opened(after)
    lost += [name for name in was.defined_names if now.defined_names[name].value != was.defined_names[name].value]
    xml_after = sheets_of(after)
    for title, xml in sheets_of(before).items():
        left = list(elements(xml_after[title]))
        for name, told, text in elements(xml):
            same = (e for e in left if (e[0], e[2]) == (name, text) and told.items() <= e[1].items())
            match = next(same, None)
            if match is None:
                lost.append((title, name, told, text))
            else:
                left.remove(match)
        kept = formulas(xml_after[title])
        lost += [(title, cell, value) for cell, value in formulas(xml).items() if kept.get(cell) != value]
        old, new = was[title], now[title]
        lost += [
            (title, one.coordinate) for row in old.iter_rows() for one in row if not same_cell(one, new[one.coordinate])
        ]
        lost += [
            (title, attribute)
            for attribute in ("sheet_state", "freeze_panes", "print_title_rows", "print_area")
            if getattr(old, attribute) != getattr(new, attribute)
        ]
    return lost


def built_templates() -> list[Any]:
    forms = {form: issue_schedule(CASE, PERIOD, 6, "token", ParameterSet(), form=form) for form in Form}
    made = {"sagsliste": build_case_list()} | {form.value: content for form, content in forms.items()}
    return [pytest.param(content, id=name) for name, content in made.items()]


@pytest.mark.parametrize("template", built_templates())
def test_of_our_own_templates_nothing_is_lost(template: bytes) -> None:
    sheets = [sheet.title for sheet in opened(template).worksheets]
    problems = [Problem("R02", sheet, "B3", "Start", "x") for sheet in sheets]
    name, content = annotate(template, "skema.xlsx", problems)
    assert name == "skema-med-bemærkninger.xlsx"
    assert opened(content).sheetnames == ["Problemer", *sheets]
    assert losses(template, content) == []


def test_charts_and_pictures_and_other_conditional_formats_stay_as_they_were() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("Døgnskema")
    sheet.write_column(0, 0, [1, 2, 3])
    sheet.write_formula("B1", '=A1&"x"', None, "1x")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Døgnskema!$A$1:$A$3"})
    sheet.insert_chart("D2", chart, {"description": "Timer pr. tema"})
    sheet.insert_image("D20", "punkt.png", {"image_data": io.BytesIO(PIXEL), "description": "Et punkt"})
    sheet.insert_textbox("D30", "Husk")
    sheet.conditional_format("A1:A3", {"type": "cell", "criteria": ">", "value": 1, "format": book.add_format()})
    sheet.write_comment("A2", "Min egen")
    book.close()
    _, content = annotate(target.getvalue(), "skema.xlsx", [Problem("R02", "Døgnskema", "A1", "Start", "x")])
    with zipfile.ZipFile(target) as before, zipfile.ZipFile(io.BytesIO(content)) as after:
        for part in before.namelist():
            if part.startswith(("xl/charts/", "xl/media/", "xl/drawings/drawing", "xl/drawings/_rels/")):
                assert after.read(part) == before.read(part)
        assert len(after.namelist()) == len(set(after.namelist()))
    assert losses(target.getvalue(), content) == []
    assert remarks(content)["Døgnskema", "A2"] == "Min egen"
    assert opened(content)["Døgnskema"].conditional_formatting


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def test_macros_are_kept_and_the_name_says_so() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("Døgnskema")
    sheet.write_comment("A2", "Min egen")
    book.add_vba_project(io.BytesIO(b"not run, not looked at"), is_stream=True)
    book.close()
    name, content = annotate(target.getvalue(), "skema.xlsm", [Problem("R02", "Døgnskema", "A1", "Start", "x")])
    assert name == "skema-med-bemærkninger.xlsm"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("xl/vbaProject.bin") == b"not run, not looked at"
        assert b"macroEnabled" in archive.read("[Content_Types].xml")
        assert len(archive.namelist()) == len(set(archive.namelist()))
    assert remarks(content).keys() == {("Døgnskema", "A1"), ("Døgnskema", "A2")}


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        hostile.ods("<table:table-row/>"),
        hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', main=hostile.STRICT),
        hostile.xlsx(sheet="<worksheet"),
        hostile.xlsx(workbook="<workbook/>"),
    ],
    ids=["pdf", "ods", "strict", "torn", "empty"],
)
def test_what_cannot_be_marked_gets_the_list_alone(content: bytes) -> None:
    problems = [Problem("R02", "Døgnskema", "B3", "Start", "@x")]
    name, answer = annotate(content, "../a:b.xls", problems)
    sheet = opened(answer).worksheets[0]
    assert name == "a_b-problemer.xlsx"
    assert opened(answer).sheetnames == ["Problemer"]
    assert [cell.value for cell in sheet[7]][:5] == ["Fejl", "R02", "Døgnskema!B3", "Start", "@x"]


def test_a_file_that_hangs_openpyxl_is_given_up_and_gets_the_list_alone() -> None:
    whole = "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"
    rows = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    content = hostile.xlsx(sheet=f'<worksheet xmlns="{hostile.MAIN}">{rows}{whole}</worksheet>')
    limits = Limits(reader_wall_seconds=2.0)
    with reader_pool(limits=limits) as children:
        name, answer = annotated_apart(children, content, "skema.xlsx", [Problem("F06")], "da", limits)
    assert name == "skema-problemer.xlsx"
    assert opened(answer).sheetnames == ["Problemer"]


def test_only_files_with_problems_get_a_copy(tmp_path: Path) -> None:
    files = [tmp_path / "god.xlsx", tmp_path / "fejl.xlsx"]
    for file in files:
        file.write_bytes(returned(rows_of(worked_schedule())))
    reports = [FileReport("god.xlsx"), FileReport("fejl.xlsx", (Problem("R02", "Døgnskema", "B3"),))]
    assert [name for name, _ in annotated_copies(files, reports)] == ["fejl-med-bemærkninger.xlsx"]


@settings(max_examples=30, deadline=None)
@given(st.text(), st.text())
def test_whatever_was_found_can_be_written_and_taken_away_again(found: str, name: str) -> None:
    problems = [Problem("R02", "Døgnskema", "B3", found, found), Problem("R14", "Døgnskema", "B3", found, found)]
    original = returned([])
    given_name, content = annotate(original, name, problems)
    assert not set(given_name) & set('/\\\n\r"')
    assert annotate(content, given_name, ())[0] == given_name
    assert remarks(annotate(content, given_name, ())[1]) == {}


def test_libreoffice_opens_it_and_what_it_saves_can_be_marked_anew(tmp_path: Path) -> None:
    original = tmp_path / "skema.xlsx"
    original.write_bytes(returned(rows_of(worked_schedule())))
    problems = [Problem("R02", "Døgnskema", "B3", "Start", "x"), Problem("H01", "Oplysninger", "C5", "Hus")]
    name, content = annotate(original.read_bytes(), original.name, problems)
    (tmp_path / name).write_bytes(content)
    theirs = convert([tmp_path / name], "xlsx", tmp_path / "lo")[0].read_bytes()
    assert remarks(theirs).keys() == {("Døgnskema", "B3"), ("Oplysninger", "C5")}
    assert colour_at(opened(theirs)["Døgnskema"], "B3") == FILLS[Level.ERROR]
    clean = annotate(theirs, name, ())[1]
    assert opened(clean).sheetnames == ["Problemer", "Døgnskema", "Oplysninger"]
    assert remarks(clean) == {}
    assert colour_at(opened(clean)["Døgnskema"], "B3") is None
    assert examined(theirs).entries == examined(original.read_bytes()).entries
