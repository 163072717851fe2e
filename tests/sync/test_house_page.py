"""The page of a house: one night in every sheet, claims against the roster, and what contradicts."""

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sync_material import CASES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.house import DayKind, House, RosterLine
from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store, audit, cases
from sync.store.audit import Action
from sync.store.database import writing

HOUSE = "/huse/Bakkehuset 2"
FIRST, SECOND, THIRD = (case.case_key for case in CASES)
NIGHT_ROW = 10
"""Of the first night in the worked example's sheet."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def come(store: Store, reader: Reader, changes: Mapping[str, Mapping[tuple[int, str], object]]) -> None:
    for key, changed in changes.items():
        assert ingest(store, reader, returned_schedule(key, changed), f"{key}.xlsx").errors == 0


def events(page: str) -> dict[str, tuple[list[str], str]]:
    """Time → what each sheet says, and whether they agree."""
    begin = page.index("personale : borgere</caption>")
    part = page[begin : page.index("</table>", begin)]
    found = {}
    for time, row in re.findall(r'<tr><th scope="row" class="nowrap">([^<]+)</th>(.*?)</tr>', part, re.DOTALL):
        cells = re.findall(r"<td>\s*(?:<strong>)?([^<]*)", row)
        found[time] = ([cell.strip() for cell in cells[1:-1]], cells[-1])
    return found


def house(store: Store, *roster: RosterLine, size: int = 6) -> None:
    with writing(store.engine) as connection:
        made = (House("Bakkehuset 2", "Bakkehuset", size, roster),)
        cases.import_cases(connection, CASES, MODELS, made, PARAMETERS, ON_DATE, NOW)


def test_the_same_night_stands_as_every_sheet_has_it(store: Store, reader: Reader, client: FlaskClient) -> None:
    come(store, reader, {FIRST: {}, SECOND: {(NIGHT_ROW, "Borgere"): 3}})
    page = client.get(f"{HOUSE}?dag=2026-03-02").text
    assert events(page)["23:00–07:00"] == (["1 : 6", "1 : 3"], "Nej")
    assert events(page)["17:00–18:30"] == (["2 : 6", "2 : 6"], "Ja")
    assert "Uden skema: S-2026-0003." in page
    assert f"Døgnskema!{NIGHT_ROW}:{NIGHT_ROW}" in page
    assert events(client.get(f"{HOUSE}?dag=2026-03-03").text)["23:00–07:00"] == (["1 : 6", "1 : 6"], "Ja")


def test_a_sheet_that_lacks_what_the_others_share_is_seen_once_all_have_come(
    store: Store, reader: Reader, client: FlaskClient
) -> None:
    house(store, size=3)
    everybody = {(row, "Borgere"): 3 for row in (3, 6, 8, NIGHT_ROW)}
    come(store, reader, {FIRST: everybody, SECOND: everybody})
    assert events(client.get(f"{HOUSE}?dag=2026-03-02").text)["20:00–22:00"] == (["1 : 3", "1 : 3"], "Ja")
    come(store, reader, {THIRD: {**everybody, (8, "Kategori"): "E"}})
    assert events(client.get(f"{HOUSE}?dag=2026-03-02").text)["20:00–22:00"] == (["1 : 3", "1 : 3", "–"], "Nej")


def test_claims_stand_beside_the_roster_and_what_is_over_is_marked(
    store: Store, reader: Reader, client: FlaskClient
) -> None:
    roster = [RosterLine(kind, 0, 1440, Fraction(1)) for kind in DayKind]
    house(store, *roster)
    come(store, reader, {FIRST: {}})
    page = client.get(f"{HOUSE}?dag=2026-03-02").text
    rows = re.findall(r'nowrap">([\d:–]+)</th><td[^>]*>([\d,]+)</td><td[^>]*>([\d,]+)</td><td>(?:<strong>)?(\w+)', page)
    found = {time: rest for time, *rest in rows}
    assert found["19:00–20:00"] == ["2,00", "1,00", "Ja"]
    assert found["23:00–07:00"] == ["0,17", "1,00", "Nej"]
    assert "R24" in page
    assert page.count(">!</text>") == 1


def test_without_a_day_the_first_that_contradicts_is_shown(store: Store, reader: Reader, client: FlaskClient) -> None:
    come(store, reader, {FIRST: {}, SECOND: {(NIGHT_ROW + 9, "Borgere"): 3}})
    assert '<option value="2026-03-03" selected>' in client.get(HOUSE).text
    assert '<option value="2026-03-03" selected>' in client.get(f"{HOUSE}?dag=2026-02-31").text


def test_each_case_on_the_page_is_in_the_audit_and_a_provider_sees_its_own_alone(
    app: Flask, store: Store, reader: Reader, client: FlaskClient
) -> None:
    come(store, reader, {FIRST: {}, SECOND: {}})
    assert client.get(HOUSE).status_code == 200
    with store.engine.connect() as connection:
        read = [entry.case_key for entry in audit.entries(connection) if entry.action == Action.CASE_READ]
    assert read == [FIRST, SECOND]
    assert FIRST in app.test_client(role=Role.PROVIDER).get(HOUSE).text
    with writing(store.engine) as connection:
        others = (House("Bakkehuset 2", "Åsen", 6),)
        cases.import_cases(connection, CASES, MODELS, others, PARAMETERS, ON_DATE, NOW)
    assert app.test_client(role=Role.PROVIDER).get(HOUSE).status_code == 404


def test_a_house_without_sheets_says_so_and_an_unknown_one_is_no_page(client: FlaskClient) -> None:
    assert "Intet skema uden fejl" in client.get(HOUSE).text
    assert client.get("/huse/nix").status_code == 404
