"""Decisions: recorded by a person on the case's page, revised with history, kept when the case is not."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from decision_forms import CUT, RAISE, UNCHANGED, decide
from flask import Flask
from flask.testing import FlaskClient
from libreoffice import convert
from openpyxl import load_workbook
from page_forms import post
from sqlalchemy.exc import IntegrityError
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS

from bit_model.decision import Outcome, in_force
from sync.store import Store, cases, decisions
from sync.store.database import writing

KEY = "S-2026-0001"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def kept(store: Store, case_key: str = KEY) -> list[tuple[Outcome, int | None]]:
    with store.engine.connect() as connection:
        return [(one.outcome, one.revises) for one in decisions.decisions(connection, case_key)]


def test_the_example_is_recorded_and_shown_with_its_three_figures(client: FlaskClient, store: Store) -> None:
    answer = decide(client, KEY)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for figure in ("294.920", "74.336", "147.864", "222.200", ">92<", ">183<"):
        assert figure in page
    with store.engine.connect() as connection:
        (row,) = decisions.decision_rows(connection)
    assert (row.old_rate_ore, row.new_rate_ore, str(row.retro_date)) == (450_500, 369_700, "2026-04-01")
    assert (row.budget_area, row.provider, row.provider_kind) == ("Handicap", "Bakkehuset", "ekstern")
    assert (row.parameter_set, row.actor) == (PARAMETERS.title, "user:2")
    assert f"/sager/{KEY}" in client.get("/afgoerelser/").text
    assert f"/sager/{KEY}/afgoerelse" in client.get(f"/sager/{KEY}").text


def test_a_raise_goes_by_the_same_form_with_the_opposite_sign(client: FlaskClient) -> None:
    raised = decide(client, KEY, outcome="raised", old_rate="3697", new_rate="4505")
    page = client.get(raised.location).text
    for figure in ("−294.920", "−74.336", "−147.864", "−222.200"):
        assert figure in page


def test_no_outcome_is_chosen_beforehand(client: FlaskClient) -> None:
    page = client.get(f"/sager/{KEY}/afgoerelse").text
    assert page.count('name="outcome"') == len(Outcome)
    assert 'id="retro-none" value="none" checked' in page
    assert page.count("checked") == 1


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"outcome": ""}, "outcome"),
        ({"reason": ""}, "reason"),
        ({"reason": "Ring til 010190-1234"}, "reason"),
        ({"decided_by": ""}, "decided_by"),
        ({"decided_by": "leder@kommune.example"}, "decided_by"),
        ({"decided_on": "2026-03-21"}, "decided_on"),
        ({"review_on": ""}, "review_on"),
        ({"review_on": "2026-10-01"}, "review_on"),
        ({"same_support": ""}, "same_support"),
        ({"same_support": "nej"}, "same_support"),
        ({"hours_after": "35"}, "hours_after"),
        ({"new_rate": ""}, "new_rate"),
        ({"new_rate": "4505"}, "new_rate"),
        ({"new_rate": "3697,505"}, "new_rate"),
        ({"new_rate": "-1"}, "new_rate"),
        ({"effective_date": "aldrig"}, "effective_date"),
        ({"retro": "date"}, "retro_date"),
        ({"retro": "date", "retro_date": "2026-10-01"}, "retro_date"),
        ({"outcome": "unchanged"}, "new_rate"),
        ({"stay_end": "2026-03-01"}, "stay_end"),
        ({"revises": "7"}, "revises"),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_cannot_be_used_is_told_at_its_field_and_nothing_is_kept(
    changes: dict[str, str], field: str, client: FlaskClient, store: Store
) -> None:
    answer = decide(client, KEY, **changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text or field == "revises"
    assert "Afgørelsen er ikke gemt" in answer.text
    assert "010190" not in answer.text
    assert kept(store) == []


def test_other_support_is_recorded_with_its_own_decision_where_the_citizen_moves(client: FlaskClient) -> None:
    moving = {"outcome": "less_intrusive", "same_support": "nej", "hours_after": "20"}
    assert decide(client, KEY, **moving).status_code == 422
    assert decide(client, KEY, **moving, support_decided_on="2026-03-10").status_code == 303


def test_looking_at_the_effect_keeps_nothing(client: FlaskClient, store: Store) -> None:
    answer = decide(client, KEY, what="see")
    assert (answer.status_code, kept(store)) == (200, [])
    assert "222.200" in answer.text
    assert "Intet er gemt endnu" in answer.text


def test_more_than_twelve_months_back_is_warned_of_before_it_is_kept(client: FlaskClient, store: Store) -> None:
    long = {"retro": "date", "retro_date": "2025-09-30"}
    answer = decide(client, KEY, **long)
    assert (answer.status_code, kept(store)) == (422, [])
    assert "Mere end tolv måneder tilbage" in answer.text
    assert decide(client, KEY, **long, seen="ja").status_code == 303


def test_a_revision_takes_the_place_of_the_earlier_one_which_stays(client: FlaskClient, store: Store) -> None:
    decide(client, KEY, UNCHANGED)
    with store.engine.connect() as connection:
        (first,) = decisions.decisions(connection)
    form = client.get(f"/sager/{KEY}/afgoerelse?ret={first.number}").text
    assert f'name="revises" value="{first.number}"' in form
    assert decide(client, KEY, RAISE, revises=str(first.number)).status_code == 303
    assert kept(store) == [(Outcome.UNCHANGED, None), (Outcome.RAISED, first.number)]
    with store.engine.connect() as connection:
        assert [one.outcome for one in in_force(decisions.decisions(connection))] == [Outcome.RAISED]
    page = client.get(f"/sager/{KEY}/afgoerelse").text
    assert "Uændret" in page
    assert "Afløst" in page
    again = decide(client, KEY, RAISE, revises=str(first.number))
    assert again.status_code == 422
    assert "rettet af en anden imens" in again.text
    assert "Uændret" not in client.get("/afgoerelser/").text.split("<tbody>")[1]
    assert "Uændret" in client.get("/afgoerelser/?alle=ja").text.split("<tbody>")[1]


def test_two_who_revise_at_once_give_one_revision(app: Flask, store: Store) -> None:
    decide(app.test_client(), KEY, UNCHANGED)
    with store.engine.connect() as connection:
        (first,) = decisions.decisions(connection)
    with ThreadPoolExecutor(2) as both:
        answers = list(
            both.map(lambda _: decide(app.test_client(), KEY, RAISE, revises=str(first.number)).status_code, range(2))
        )
    assert sorted(answers) == [303, 422]
    assert len(kept(store)) == 2


def test_the_database_itself_holds_one_revision_of_a_decision(client: FlaskClient, store: Store) -> None:
    decide(client, KEY, UNCHANGED)
    decide(client, KEY, RAISE, revises="1")
    with writing(store.engine) as connection:
        case, second = cases.case_row(connection, KEY), decisions.decisions(connection)[1]
        assert case is not None
        with pytest.raises(IntegrityError):
            decisions.record(connection, second, case, PARAMETERS, NOW)


def test_a_decision_keeps_its_case_and_its_area_when_the_list_no_longer_has_them(
    client: FlaskClient, store: Store
) -> None:
    decide(client, KEY)
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    assert kept(store) == [(Outcome.LOWERED, None)]
    assert "222.200" in client.get(f"/sager/{KEY}/afgoerelse").text


def test_the_workbook_counts_and_adds_by_formulas_and_follows_the_year(client: FlaskClient, tmp_path: Path) -> None:
    decide(client, KEY, reason="=HYPERLINK(1)")
    decide(client, "S-2026-0002", RAISE)
    decide(client, "S-2026-0003", UNCHANGED)
    content = client.get("/afgoerelser/afgoerelser.xlsx?aar=2026").data
    course = load_workbook(io.BytesIO(content), data_only=True)["Forløb"]
    assert list(course.iter_rows(min_row=4, values_only=True)) == [
        ("Handicap", "Takst nedsat, samme støtte", 1, 1, 294_920, 74_336, 147_864, 222_200),
        ("Handicap", "Uændret", 1, 0, 0, 0, 0, 0),
        ("Psykiatri", "Takst hævet", 1, 0, -365_000, -92_000, 0, -92_000),
    ]
    cells = load_workbook(io.BytesIO(content))["Afgørelser"]
    assert {cell.data_type for cell in cells["H"][3:]} == {"s"}
    assert cells["S4"].data_type == "f"
    book = load_workbook(io.BytesIO(content))
    book["Forløb"]["B1"] = 2028
    book.save(tmp_path / "andet-aar.xlsx")
    (made,) = convert([tmp_path / "andet-aar.xlsx"], "xlsx", tmp_path / "regnet")
    recomputed = load_workbook(made, data_only=True)["Forløb"]
    lowered, _, raised = recomputed.iter_rows(min_row=4, max_row=6, min_col=3, values_only=True)
    assert (lowered, raised) == ((1, 1, 808 * 366, 808 * 366, 0, 808 * 366), (1, 0, *[-366_000] * 2, 0, -366_000))


def test_the_text_file_opens_in_a_danish_spreadsheet_and_runs_nothing(client: FlaskClient) -> None:
    decide(client, KEY, reason="=HYPERLINK(1)")
    content = client.get("/afgoerelser/afgoerelser.csv?aar=2026").data
    assert content.startswith("\ufeffSag;".encode())
    _, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert row[7] == "'=HYPERLINK(1)"
    assert row[9:12] == ["4505,00", "3697,00", "01-10-2026"]
    assert row[17:] == ["294920,00", "74336,00", "147864,00", "222200,00", "2026"]


@pytest.mark.parametrize("path", ["/sager/S-0/afgoerelse", "/afgoerelser/afgoerelser.xlsx?aar=1"])
def test_what_is_not_there_is_told(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_a_decision_on_no_case_is_not_there(client: FlaskClient) -> None:
    assert post(client, "/sager/S-0/afgoerelse", f"/sager/{KEY}/afgoerelse", **CUT).status_code == 404
