"""Another tariff tried in a case, and another parameter set tried on all of them: shown at once, kept nowhere."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sync_material import returned_schedule

from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store
from sync.store.ownership import owned

PAGE = "/sager/S-2026-0001/hvad-nu-hvis"
CUT = {"hvad": "pakke", "tal": "6", "fra": "2026-10-01", "tilbage": "2026-04-01"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def leader(app: Flask) -> FlaskClient:
    return app.test_client(role=Role.LEADER)


def asked(client: FlaskClient, path: str = PAGE, status: int = 200, /, **query: str) -> str:
    answer = client.get(f"{path}?{urlencode(query)}")
    assert answer.status_code == status
    return " ".join(answer.text.split())


def kept(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            table.name: len(connection.execute(select(table)).all())
            for table in owned()
            if not table.name.startswith("audit")
        }


def test_another_package_shows_the_three_effects_and_how_the_case_would_stand(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    before = kept(store)
    page = asked(client, **CUT)
    for figure in ("294.920", "74.336", "147.864", "for 92 dage", "for 183 dage", "52,50", "38,50", "Pakke 6"):
        assert figure in page, figure
    assert page.count("bit-state") >= 7
    assert kept(store) == before


def test_a_raise_has_the_opposite_sign(client: FlaskClient) -> None:
    page = asked(client, **{**CUT, "hvad": "takst", "tal": "5313"})
    assert "−294.920" in page
    assert "−147.864" in page


def test_hours_and_another_date_are_tried_in_the_same_way(client: FlaskClient) -> None:
    page = asked(client, hvad="timer", tal="40", fra="2026-12-01")
    assert "Pakke 6" in page
    assert re.search(r"25\.048.{0,40}kr\. for 31 dage", page)


def test_the_form_begins_with_what_holds_today_and_answers_nothing(client: FlaskClient) -> None:
    page = asked(client)
    assert 'value="8"' in page
    assert 'value="2026-04-01"' in page
    assert "Det ville betyde" not in page


@pytest.mark.parametrize(
    "field, query",
    [
        ("tal", {"tal": "0"}),
        ("tal", {"tal": "31"}),
        ("tal", {"tal": "2,5"}),
        ("tal", {"tal": "-1"}),
        ("hvad", {"hvad": "alt"}),
        ("fra", {"fra": "i morgen"}),
        ("tilbage", {"tilbage": "2026-10-01"}),
        ("slut", {"slut": "2026-03-31"}),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(client: FlaskClient, field: str, query: dict[str, str]) -> None:
    page = asked(client, PAGE, 422, **{**CUT, **query})
    assert f'id="{field}-error"' in page
    assert "Det ville betyde" not in page


def test_no_case_no_page_and_a_provider_does_not_reach_it(app: Flask, client: FlaskClient) -> None:
    assert client.get("/sager/S-2026-9999/hvad-nu-hvis").status_code == 404
    assert app.test_client(role=Role.PROVIDER).get(PAGE).status_code == 403
    assert PAGE in client.get("/sager/S-2026-0001").text
    assert PAGE not in app.test_client(role=Role.PROVIDER).get("/sager/S-2026-0001").text


def form(page: str) -> dict[str, str]:
    """What the form has in it, as a browser would send it."""
    values = dict(re.findall(r'<input class="form-input"[^>]* name="(\w+)" value="([^"]*)"', page))
    return {**values, "pricing_point": "middle", "proev": "ja"}


def test_the_set_in_use_is_shown_and_sent_back_as_it_is_changes_nothing(leader: FlaskClient) -> None:
    page = asked(leader, "/parametre/")
    for shown in ("Standard 1", "2026.1", "Pakkebredde", "30,42", "1527,69"):
        assert shown in page
    values = form(page)
    assert values["tolerance_share"] == "5"
    assert "Værdierne er de samme" in asked(leader, "/parametre/", **values)


def test_another_tolerance_shows_which_cases_go_from_which_state_to_which(
    leader: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    ingest(store, reader, returned_schedule("S-2026-0002"), "skema2.xlsx")
    before, page = kept(store), asked(leader, "/parametre/")
    wide = asked(leader, "/parametre/", **{**form(page), "tolerance_hours": "100"})
    assert "2 af 3 sager ville få en anden tilstand" in wide
    assert "I 3 sager ville mindst ét af de tre par stå anderledes" in wide
    assert "T−B: Over → I balance" in wide
    assert "Ændret: Tolerance i timer." in wide
    moves = re.findall(
        r'<tr><th scope="row"><span[^>]*>([^<]+)</span></th><td[^>]*>(.*?)</td><td[^>]*>(\d+)</td></tr>', wide
    )
    assert [(a, re.sub("<[^>]+>", "", b), n) for a, b, n in moves] == [
        ("▲ Over", "I balance", "2"),
        ("Ikke belyst", "det samme", "1"),
    ]
    narrow = asked(leader, "/parametre/", **{**form(page), "tolerance_hours": "1,5", "tolerance_share": "0"})
    assert "0 af 3 sager" in narrow
    assert kept(store) == before


def test_another_package_width_changes_the_hours_that_are_paid_for(leader: FlaskClient) -> None:
    page = asked(leader, "/parametre/")
    other = asked(leader, "/parametre/", **{**form(page), "package_width": "10"})
    assert "I 3 sager ville timerne, der sammenlignes, være andre" in other


def test_a_price_of_the_year_counts_only_where_a_provider_has_none_of_its_own(leader: FlaskClient) -> None:
    page = asked(leader, "/parametre/")
    other = asked(leader, "/parametre/", **{**form(page), "hour_price": "500"})
    assert "Ændret: Timepris pr. år." in other
    assert "0 af 3 sager" in other


@pytest.mark.parametrize(
    "field, value",
    [("package_width", "0"), ("tolerance_hours", "mange"), ("vat", "101"), ("financed_categories", "D Q")],
)
def test_a_value_that_cannot_be_used_is_told_at_its_field(leader: FlaskClient, field: str, value: str) -> None:
    page = asked(leader, "/parametre/")
    assert f'id="{field}-error"' in asked(leader, "/parametre/", 422, **{**form(page), field: value})


def test_the_pages_are_in_english_too(served: Callable[..., Flask]) -> None:
    client = served(language="en").test_client(role=Role.LEADER)
    assert "What if in case" in asked(client, **CUT)
    assert "Package width" in asked(client, "/parametre/")
