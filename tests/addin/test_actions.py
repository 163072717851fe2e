"""The actions on a workbook as Office.js sends it: what they ask of Excel is applied to a copy, and looked at there."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import grid_form
import list_form
import pytest
from bit_model_example import PERIOD, WEEKDAY, day_entries, worked_schedule
from cells import named_cells, with_values
from changes import Applied, apply
from computed_schedule import answer_cells, drawn_answers
from flask import Flask
from libreoffice import convert
from openpyxl import Workbook, load_workbook
from payload import opened, payload
from schedules import drawn, drawn_on_quarters
from sync_material import CASES, PARAMETERS

from addin import actions
from addin.client import Client
from addin.open_book import grid_of, open_template
from workbook_templates.files.gate import Container, Limits, gate
from workbook_templates.files.grid import Grid, read_grid
from workbook_templates.layouts.doegnskema import PATTERN_ROWS, Form
from workbook_templates.opened import Opened
from workbook_templates.places import wanted_sheets
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.report import FileReport, examine, examine_opened
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.snapshot import snapshot

CASE = CASES[0]
TODAY = dt.date(2026, 11, 24)
COMPLETE: dict[str, Any] = {
    "usual_period": True,
    "filled_by": "Team Bakke",
    "filled_on": dt.date(2026, 3, 16),
    "certified": True,
}
PATTERN = {"weekday": day_entries(PERIOD.start, WEEKDAY)}
ERRORS = {("Start", 2): "efter frokost", ("Kategori", 3): "Q", ("Borgere", 5): 9}
AT = {"R02": "Døgnskema!E2", "R14": "Døgnskema!H3", "R08": "Døgnskema!J5"}


def schedule_book(changes: dict[tuple[str, int], Any] | None = None) -> bytes:
    """The worked example in the list form; `changes` overwrites cells by heading and row."""
    book = load_workbook(
        BytesIO(fill_schedule(issue_schedule(CASE, PERIOD, 6, "", PARAMETERS), worked_schedule(), **COMPLETE))
    )
    sheet = book["Døgnskema"]
    columns = {cell.value: place for place, cell in enumerate(sheet[1], 1)}
    for (heading, row), value in (changes or {}).items():
        sheet.cell(row, columns[heading]).value = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[bytes]]:
    """Workbooks with all formulas computed, as Excel has them open."""

    def compute(*contents: bytes) -> list[bytes]:
        folder = tmp_path_factory.mktemp("open")
        files = [folder / f"{number}.xlsx" for number, _ in enumerate(contents)]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        return [file.read_bytes() for file in convert(files, "xlsx", folder / "computed")]

    return compute


@pytest.fixture(scope="module")
def faulty(computed: Callable[..., list[bytes]]) -> bytes:
    return computed(schedule_book(ERRORS))[0]


@pytest.fixture(scope="module")
def right(computed: Callable[..., list[bytes]]) -> bytes:
    return computed(schedule_book())[0]


def filled_list(number: int) -> bytes:
    found = drawn(number)
    template = issue_schedule(found.case, found.schedule.period, found.schedule.house_size, "", found.parameters)
    names = named_cells(template)
    form = list_form.filled_list(number, len(names["e_date"]))
    return with_values(template, list_form.values(form) | answer_cells(names, drawn_answers(number)))


def filled_grid(number: int) -> bytes:
    found = drawn_on_quarters(number)
    template = issue_schedule(
        found.case, found.schedule.period, found.schedule.house_size, "", found.parameters, form=Form.GRID
    )
    answers = answer_cells(named_cells(template), drawn_answers(number))
    return with_values(template, grid_form.values(grid_form.filled_grid(number)) | answers)


def act(action: Callable[[Any], None], content: bytes, **options: Any) -> Applied:
    """The workbook after the action."""
    book = opened(payload(content, **options))
    action(book)
    return apply(book.json(), content)


def said(applied: Applied) -> str:
    (alert,) = applied.alerts
    assert alert.title == "BITark"
    return alert.text


def told(report: FileReport) -> set[tuple[str, str, str]]:
    return {(problem.code, problem.sheet, problem.cell) for problem in report.problems if problem.code != "R19"}


def container_of(content: bytes) -> Container:
    container = gate(content, Limits())
    assert isinstance(container, Container)
    return container


def test_the_check_of_an_open_workbook_tells_what_the_service_tells_of_its_file(
    computed: Callable[..., list[bytes]],
) -> None:
    for content in computed(*map(filled_list, range(3)), *map(filled_grid, range(2))):
        report = examine(content, "skema.xlsx", PARAMETERS, TODAY, Limits())
        open_report = examine_opened(open_template(opened(payload(content))), "skema.xlsx", "", PARAMETERS, TODAY)
        assert told(open_report) == told(report)
        assert open_report.hours == report.hours


def test_the_snapshot_of_an_open_workbook_reads_as_its_file(right: bytes, faulty: bytes) -> None:
    for content in (right, faulty):
        sent = snapshot(grid_of(opened(payload(content)), wanted_sheets, Limits()))
        sent_grid, file_grid = (read_grid(one, container_of(one), wanted_sheets, Limits()) for one in (sent, content))
        assert rounded(sent_grid) == rounded(file_grid)
        assert sent_grid.names == {name: at for name, at in file_grid.names.items() if at[0] in sent_grid.sheets}


def rounded(grid: Grid) -> dict[str, list[list[Any]]]:
    """Cells without what milliseconds take of a time."""
    return {
        name: [[round(cell, 9) if isinstance(cell, float) else cell for cell in row] for row in sheet.rows]
        for name, sheet in grid.sheets.items()
    }


def test_problems_are_listed_remarked_and_coloured_and_taken_away_when_mended(
    faulty: bytes, right: bytes, computed: Callable[..., list[bytes]]
) -> None:
    marked = act(actions.check, faulty, name="skema.xlsx")
    assert said(marked).startswith("Fejl: 3. ")
    (again,) = computed(marked.content)
    book = load_workbook(BytesIO(again), data_only=True)
    listed = book["Problemer"]
    assert book.sheetnames[0] == "Problemer"
    rows = {row[1]: row for row in listed.iter_rows(7, values_only=True)}
    assert {code: rows[code][2] for code in AT} == AT
    assert all(rows[code][0] == "Fejl" and rows[code][6] for code in AT)
    sheet = book["Døgnskema"]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"E2", "H3", "J5"}
    assert sheet["E2"].comment.text.startswith("Fejl R02 · BITark\n")
    marks = book.defined_names["bit_marks"].attr_text
    keys = [row[0].value for row in listed[marks.rpartition("!")[2].replace("$", "")]]
    assert set(filter(None, keys)) == {f"E {place}" for place in AT.values()}

    mended = load_workbook(BytesIO(again))
    theirs = load_workbook(BytesIO(right))["Døgnskema"]
    for cell in ("E2", "H3", "J5"):
        mended["Døgnskema"][cell].value = theirs[cell].value
    (once_more,) = computed(saved(mended))
    clean = act(actions.check, once_more, name="skema.xlsx")
    after = load_workbook(BytesIO(clean.content))
    assert "Fejl" not in said(clean)
    assert not any(cell.comment for row in after["Døgnskema"].iter_rows() for cell in row)


def test_a_workbook_without_problems_has_no_list(computed: Callable[..., list[bytes]]) -> None:
    changes = {}  # no two days alike, and not only whole and half hours
    for number, day in enumerate(PERIOD.days):
        changes["Slut", 2 + PATTERN_ROWS * number] = dt.time(8 if day.weekday() >= 5 else 7, 40 + number)
    (content,) = computed(schedule_book(changes))
    done = act(actions.check, content)
    assert said(done).startswith("Ingen problemer. Ressourcetimer pr. uge: ")
    assert "Problemer" not in load_workbook(BytesIO(done.content)).sheetnames


def test_what_is_no_template_of_ours_is_told(computed: Callable[..., list[bytes]]) -> None:
    done = act(actions.check, computed(saved(Workbook()))[0])
    assert said(done).startswith("Filen er ikke")


@pytest.mark.parametrize("form", Form)
def test_the_pattern_is_confirmed_for_the_selected_days_only(form: Form, computed: Callable[..., list[bytes]]) -> None:
    template = issue_schedule(CASE, PERIOD, 6, "", PARAMETERS, form=form, pattern=PATTERN)
    (content,) = computed(template)
    sheet, selection = ("Dage", "A2:A7") if form is Form.LIST else ("Uge 10", "B5:G20")
    done = act(actions.fill, content, sheet=sheet, selection=selection)
    assert "bekræftet for 02-03-2026, 03-03-2026, 04-03-2026, 05-03-2026, 06-03-2026." in said(done)
    assert "07-03-2026 har intet mønster" in said(done)
    (after,) = computed(done.content)
    report = examine(after, "x.xlsx", PARAMETERS, TODAY, Limits())
    assert report.entry_count == 5 * 9 + (form is Form.GRID)  # whose first day begins in the night before
    again = act(actions.fill, after, sheet=sheet, selection=selection)
    assert "06-03-2026 var besvaret i forvejen" in said(again)


def test_nothing_is_confirmed_where_no_day_is_selected(right: bytes) -> None:
    done = act(actions.fill, right, sheet="Oplysninger", selection="A1")
    assert said(done).startswith("Markér først de dage")


def test_a_schedule_of_an_earlier_version_has_no_pattern_to_confirm(computed: Callable[..., list[bytes]]) -> None:
    old = (Path(__file__).parent.parent / "issued" / "doegnskema-1.xlsx").read_bytes()
    assert "ingen mønsterdage" in said(act(actions.fill, computed(old)[0]))


@pytest.fixture
def service(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BITARK_SERVICE", address)
    return address


def test_a_schedule_is_sent_refused_mended_and_sent_again_and_fetched(
    service: str, faulty: bytes, right: bytes, app: Flask
) -> None:
    refused = act(actions.send, faulty, name="skema.xlsx")
    assert said(refused).startswith(
        "Skemaet er modtaget som version 1 af sag S-2026-0001, men tæller først, når fejlene"
    )
    assert "Problemer" in load_workbook(BytesIO(refused.content)).sheetnames
    accepted = act(actions.send, right, name="skema.xlsx")
    assert said(accepted).startswith("Skemaet er modtaget som version 2 af sag S-2026-0001.")
    assert "Ressourcetimer pr. uge: 47,00. Kontakttimer: 60,00." in said(accepted)
    assert said(act(actions.send, right, name="skema.xlsx")) == said(accepted)
    assert len(Client(service).case("S-2026-0001")["versions"]) == 2
    assert "37,67" in app.test_client().get("/sammenligning/").get_data(as_text=True)

    fetched = act(actions.fetch, right)
    sheet = load_workbook(BytesIO(fetched.content))[actions.COMPARISON_SHEET]
    cells = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert (cells["Bestilt (B)"], cells["Målt (I)"], cells["Betalt (T)"]) == (36, 37.67, 52.5)
    assert cells["Samlet"] == "Over"
    assert said(fetched) == "Sag S-2026-0001: Over. Taksten betaler for mere, end der gives: tal om taksten."


def test_sending_while_the_service_is_gone_loses_nothing(right: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITARK_SERVICE", "http://127.0.0.1:9")
    for action in (actions.send, actions.fetch):
        done = act(action, right)
        assert "kan ikke nås" in said(done)
        assert load_workbook(BytesIO(done.content)).sheetnames == load_workbook(BytesIO(right)).sheetnames


def test_on_the_desktop_the_saved_file_itself_is_sent(right: bytes, tmp_path: Path) -> None:
    file = tmp_path / "skema æø.xlsx"
    file.write_bytes(b"as it was before")
    desktop = SimpleNamespace(fullname=str(file), name=file.name, save=lambda: file.write_bytes(right))
    assert actions.file_to_send(cast("Any", desktop), Opened(Grid())) == (file.name, right)


def test_only_schedules_are_sent(service: str, computed: Callable[..., list[bytes]]) -> None:  # noqa: ARG001
    tariff = (Path(__file__).parent.parent / "issued" / "takst-1.xlsx").read_bytes()
    assert said(act(actions.send, computed(tariff)[0])).startswith("Kun døgnskemaer kan sendes")
