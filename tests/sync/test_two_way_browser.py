"""The two-way workbook as people use it: fetched from the page, edited, saved by LibreOffice, sent back, settled."""

import datetime as dt
from pathlib import Path

import pytest
from libreoffice import convert
from openpyxl import load_workbook
from page_looks import fits, go
from playwright.sync_api import Browser, expect
from sync_material import CASES

from bit_model.negotiation import Negotiation, NegotiationStatus
from sync.store import Store, negotiation
from workbook_templates.layouts.sammenligning import CASES as TABLE

FIRST, SECOND, THIRD = (case.case_key for case in CASES)
COLUMN = {field.key: place for place, field in enumerate(TABLE.fields, 1)}


def edited_in_libreoffice(fetched: Path, folder: Path, ending: str) -> Path:
    """The workbook saved by LibreOffice, written in, and saved by LibreOffice again."""
    (opened,) = convert([fetched], "xlsx", folder / "opened")
    book = load_workbook(opened)
    sheet = book["BIT"]
    for row, key, value in (
        (2, "note", "Nattevagten skal ses igen.\nAftalt med tilbuddet."),
        (3, "status", "Aftalt"),
        (3, "follow_up", dt.date(2026, 10, 1)),
        (3, "responsible", "Teamleder"),
        (4, "need", 99),
    ):
        sheet.cell(row, COLUMN[key]).value = value
    sheet.insert_rows(2, 2)
    sheet.title = "Vores sager"
    book.save(folder / "tilbage.xlsx")
    (returned,) = convert([folder / "tilbage.xlsx"], ending, folder / "saved")
    return returned


@pytest.mark.parametrize("width, ending", [(1280, "xlsx"), (390, "ods")])
def test_a_workbook_edited_in_libreoffice_comes_back_with_one_conflict(
    browser: Browser, address: str, store: Store, tmp_path: Path, width: int, ending: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/sammenligning/")
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Hent som regneark").click()
    fetched = tmp_path / "bit-sammenligning.xlsx"
    download.value.save_as(fetched)

    page.goto(f"{address}/sager/{FIRST}")
    page.get_by_label("Note").fill("Tilbuddet vender tilbage.")
    page.get_by_label("Ansvarlig").fill("Team Nord")
    go(page, page.get_by_role("button", name="Gem"))
    expect(page.get_by_label("Ansvarlig")).to_have_value("Team Nord")
    fits(page)

    returned = edited_in_libreoffice(fetched, tmp_path, ending)
    page.goto(f"{address}/sammenligning/")
    page.set_input_files("input[type=file]", returned)
    go(page, page.get_by_role("button", name="Send ændringerne"))
    expect(page.get_by_text("Ændret: 1. Ændret begge steder: 1. Uændret: 1.")).to_be_visible()
    expect(page.get_by_text("Kolonnen Bestilt (B) læses ikke tilbage (99).")).to_be_visible()
    fits(page)
    page.screenshot(path=tmp_path / f"resultat-{width}.png", full_page=True)
    with store.engine.connect() as connection:
        found = negotiation.standings(connection)
    assert found[FIRST].negotiation == Negotiation(note="Tilbuddet vender tilbage.", responsible="Team Nord")
    agreed = Negotiation(NegotiationStatus.AGREED, "", dt.date(2026, 10, 1), "Teamleder")
    assert found[SECOND].negotiation == agreed

    page.get_by_label("Din ændring: Nattevagten skal ses igen.").check()
    go(page, page.get_by_role("button", name="Gem valget"))
    expect(page.get_by_label("Note")).to_have_value("Nattevagten skal ses igen.\nAftalt med tilbuddet.")
    with store.engine.connect() as connection:
        (chosen,) = negotiation.standings(connection, [FIRST]).values()
    assert (chosen.version, chosen.negotiation.responsible) == (2, "Team Nord")
    page.goto(f"{address}/sammenligning/?forhandling=agreed")
    expect(page.get_by_text("Teamleder")).to_be_visible()
    fits(page)
    page.screenshot(path=tmp_path / f"sammenligning-{width}.png", full_page=True)
    assert complaints == []
