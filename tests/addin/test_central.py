"""The central comparison refreshed in place: the open workbook is one that a reader has worked in."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from changes import apply
from libreoffice import convert
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from payload import opened, payload
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from addin import actions
from addin.client import Client
from bit_model.negotiation import Negotiation
from sync.store import Store, cases, negotiation
from sync.store.database import writing
from workbook_templates.layouts.sammenligning import CASES as TABLE

COLUMN = {field.key: place for place, field in enumerate(TABLE.fields, 1)}
OWN = len(TABLE.fields) + 1


@pytest.fixture
def client(address: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("BITARK_SERVICE", address)
    return Client(address)


@pytest.fixture
def computed(tmp_path: Path) -> Callable[[Workbook], bytes]:
    """The workbook saved, opened and computed by a spreadsheet program."""

    def compute(book: Workbook) -> bytes:
        file = tmp_path / "bit.xlsx"
        book.save(file)
        return convert([file], "xlsx", tmp_path / "computed")[0].read_bytes()

    return compute


def refreshed(content: bytes) -> tuple[bytes, str]:
    book = opened(payload(content))
    actions.refresh(book)
    done = apply(book.json(), content)
    (alert,) = done.alerts
    return done.content, alert.text


def rows(content: bytes, sheet: str = "BIT", *, values: bool = True) -> dict[str, list[Any]]:
    book = load_workbook(BytesIO(content), data_only=values)
    return {str(row[0]): list(row) for row in book[sheet].iter_rows(2, values_only=True) if row[0]}


def moved(cell: Any, to: Any) -> Any:
    """What the cell holds as it would read in another."""
    is_formula = isinstance(cell.value, str) and cell.value.startswith("=")
    return Translator(cell.value, cell.coordinate).translate_formula(to.coordinate) if is_formula else cell.value


def read_by(client: Client) -> Workbook:
    """The service's comparison, as its reader has worked in it: another order, an own column, notes, a filter."""
    book = load_workbook(BytesIO(client.comparison_workbook()))
    sheet = book["BIT"]
    for column in range(1, OWN):
        upper, lower = sheet.cell(2, column), sheet.cell(4, column)
        upper.value, lower.value = (moved(one, other) for one, other in ((lower, upper), (upper, lower)))
    for row in (2, 3, 4):
        sheet.cell(row, OWN).value = f"min note til {sheet.cell(row, 1).value}"
    sheet.cell(1, OWN).value = "Min kolonne"
    sheet.cell(4, COLUMN["note"]).value = "ring mandag"
    sheet.cell(4, 1).comment = Comment("husk denne", "mig")
    sheet.row_dimensions[3].hidden = True
    return book


def test_new_figures_come_in_place_and_what_is_the_readers_stays(
    client: Client, computed: Callable[[Workbook], bytes]
) -> None:
    content = computed(read_by(client))
    before = rows(content)
    assert list(before) == ["S-2026-0003", "S-2026-0002", "S-2026-0001"]
    client.submit("skema.xlsx", returned_schedule())
    after, said = refreshed(content)
    assert "Opdateret med 3 sager." in said
    assert "Nye tal: S-2026-0001." in said
    changed = computed(load_workbook(BytesIO(after)))
    cells = rows(changed)
    assert list(cells) == list(before)
    assert cells["S-2026-0001"][COLUMN["delivered"] - 1] == pytest.approx(37 + 2 / 3)
    assert cells["S-2026-0001"][COLUMN["state"] - 1] == "Over"
    assert cells["S-2026-0001"][COLUMN["note"] - 1] == "ring mandag"
    for key, row in cells.items():
        assert row[OWN - 1] == f"min note til {key}"
    for key in ("S-2026-0002", "S-2026-0003"):
        assert cells[key] == before[key]
    sheet = load_workbook(BytesIO(after))["BIT"]
    assert sheet.cell(4, 1).comment is not None
    assert sheet.row_dimensions[3].hidden
    assert rows(changed, "Timer pr. del").keys() == {"S-2026-0001"}
    assert rows(changed, "Filer").keys() == {"skema.xlsx"}
    overview = load_workbook(BytesIO(changed), data_only=True)["Overblik"]
    header = {row[0]: row[1] for row in overview.iter_rows(values_only=True)}
    assert (header["Sager"], header["Modtagne filer"]) == (3, 1)
    assert refreshed(changed)[1] == "Opdateret med 3 sager.\nIntet var ændret."


def test_a_new_case_gets_a_row_with_its_formulas_and_one_that_is_gone_keeps_its_own(
    client: Client, store: Store, computed: Callable[[Workbook], bytes]
) -> None:
    client.submit("skema.xlsx", returned_schedule())
    content = computed(read_by(client))
    new = dataclasses.replace(CASES[1], case_key="S-2026-0009", need_hours=Decimal(40))
    with writing(store.engine) as connection:
        cases.import_cases(connection, [*CASES[1:], new], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    after, said = refreshed(content)
    assert "Nye: S-2026-0009." in said
    assert "Findes ikke længere på sagslisten, men rækken står endnu: S-2026-0001." in said
    cells = rows(computed(load_workbook(BytesIO(after))))
    assert list(cells) == ["S-2026-0003", "S-2026-0002", "S-2026-0001", "S-2026-0009"]
    assert cells["S-2026-0009"][COLUMN["need"] - 1] == 40
    assert cells["S-2026-0009"][COLUMN["state"] - 1] == "Ikke belyst"
    assert cells["S-2026-0009"][COLUMN["reading"] - 1] == "Bed om døgnskemaet."
    gone = cells["S-2026-0001"]
    assert (gone[COLUMN["need"] - 1], gone[COLUMN["delivered"] - 1], gone[COLUMN["note"] - 1]) == (
        None,
        None,
        "ring mandag",
    )
    assert gone[OWN - 1] == "min note til S-2026-0001"
    counts = load_workbook(BytesIO(computed(load_workbook(BytesIO(after)))), data_only=True)["Overblik"]
    total = next(row for row in counts.iter_rows(values_only=True) if row[0] == "I alt")
    assert total[5] == 3  # those on the list


def test_a_schedule_is_not_refreshed_as_a_comparison(client: Client, computed: Callable[[Workbook], bytes]) -> None:  # noqa: ARG001
    content = computed(load_workbook(BytesIO(returned_schedule())))
    after, said = refreshed(content)
    assert said.startswith("Dette er ikke den centrale sammenligning")
    assert load_workbook(BytesIO(after)).sheetnames == load_workbook(BytesIO(content)).sheetnames


def test_a_comparison_that_lacks_a_sheet_is_refreshed_as_far_as_it_goes(
    client: Client, computed: Callable[[Workbook], bytes]
) -> None:
    book = read_by(client)
    del book["Problemer"]
    client.submit("skema.xlsx", returned_schedule())
    _, said = refreshed(computed(book))
    assert "Kunne ikke opdateres, fordi ark eller overskrifter mangler: Problemer." in said
    assert "Nye tal: S-2026-0001." in said


def test_what_was_typed_is_sent_first_and_a_conflict_stays_as_it_was_typed_and_is_listed(
    client: Client, store: Store, computed: Callable[[Workbook], bytes]
) -> None:
    book = load_workbook(BytesIO(client.comparison_workbook()))
    sheet = book["BIT"]
    sheet.cell(2, COLUMN["note"]).value = "min"
    sheet.cell(3, COLUMN["status"]).value = "Aftalt"
    sheet.cell(4, COLUMN["note"]).value = "CPR 010203-1234"
    content = computed(book)
    keys = ["S-2026-0001", "S-2026-0003"]
    with writing(store.engine) as connection:
        for one in negotiation.standings(connection, keys).values():
            theirs = negotiation.Change(one.case_id, 0, Negotiation(note="deres", responsible="Team Nord"))
            negotiation.change(connection, [theirs], NOW)
    after, said = refreshed(content)
    assert "Sendt og gemt: S-2026-0002." in said
    assert "Ændret begge steder, og intet er overskrevet: S-2026-0001." in said
    cells = rows(after)
    assert [cells[key][COLUMN["note"] - 1] for key in keys] == ["min", "CPR 010203-1234"]
    assert [cells[key][COLUMN["row_version"] - 1] for key in ("S-2026-0001", "S-2026-0002", "S-2026-0003")] == [0, 1, 0]
    listed = load_workbook(BytesIO(after)).worksheets[0]
    told = [[cell.value for cell in row] for row in listed.iter_rows()]
    assert any("min / deres" in str(row) for row in told)
    assert any("R21" in str(row) for row in told)
    with store.engine.connect() as connection:
        found = negotiation.standings(connection)
    assert [found[key].negotiation.note for key in keys] == ["deres", "deres"]

    settled = load_workbook(BytesIO(after))
    for row, note in ((2, "deres"), (4, "deres")):
        settled["BIT"].cell(row, COLUMN["note"]).value = note
        settled["BIT"].cell(row, COLUMN["responsible"]).value = "Team Nord"
    again, said = refreshed(computed(settled))
    assert said == "Opdateret med 3 sager.\nIntet var ændret."
    assert [rows(again)[key][COLUMN["row_version"] - 1] for key in keys] == [1, 1]
    assert load_workbook(BytesIO(again)).sheetnames[0] == "Overblik"


def test_a_comparison_of_an_earlier_version_is_told_as_that(
    client: Client, computed: Callable[[Workbook], bytes]
) -> None:
    book = load_workbook(BytesIO(client.comparison_workbook()))
    sheet, cell = next(iter(book.defined_names["bit_template_version"].destinations))
    book[sheet][cell] = 1
    assert refreshed(computed(book))[1].startswith("Projektmappen er i en anden udgave end dette program.")
