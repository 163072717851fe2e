"""The overview: every case by what it is, what waits, and what falls due."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock, opened, post
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store, cases
from sync.store.database import writing

CASES_IN_ROUND = 3


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def keys(page: str) -> list[str]:
    """Case keys of the panels, in their order."""
    return re.findall(r'<th scope="row"><a href="/sager/([^"]+)"', page)


def waits(page: str) -> dict[str, int]:
    """What waits: heading → how many."""
    part = page[page.index('id="waits"') : page.index('id="cases"')]
    return {heading.strip(): int(n) for n, heading in re.findall(r"<strong>(\d+)</strong> ([^<]+)<", part)}


def listed(store: Store, **changes: dict[str, object]) -> None:
    """The case list taken over once more, with some cases changed: key → fields."""
    changed = [replace(case, **changes.get(case.case_key.replace("-", "_"), {})) for case in CASES]  # type: ignore[arg-type]
    with writing(store.engine) as connection:
        cases.import_cases(connection, changed, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)


def test_the_first_page_of_staff_is_the_overview_and_of_a_provider_the_comparison(app: Flask) -> None:
    assert app.test_client().get("/").location == "/overblik/"
    assert app.test_client(role=Role.PROVIDER).get("/").location == "/sammenligning/"
    assert app.test_client(role=Role.PROVIDER).get("/overblik/").status_code == 403


def test_every_case_has_its_bars_and_its_numbers(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = client.get("/overblik/").text
    assert keys(page) == [case.case_key for case in CASES]
    assert 'aria-label="B 36,00, I 37,67, T 52,50 timer pr. uge. Tolerance 34,00 til 38,00' in page
    assert 'aria-label="B 12,50, I –, T 52,50 timer pr. uge. Tolerance 10,50 til 14,50' in page
    first = page[page.index('aria-label="B 36,00') :]
    need, delivered, financed = map(float, re.findall(r'</text>\s*<rect x="18" y="\d+" width="([\d.]+)"', first)[:3])
    assert need < delivered < financed
    assert financed / need == pytest.approx(52.5 / 36, rel=0.01)


def test_cases_stand_by_provider_and_key_whatever_they_cost(store: Store, client: FlaskClient) -> None:
    listed(
        store,
        S_2026_0001={"provider": "Åsen"},
        S_2026_0002={"need_hours": Decimal(1)},
        S_2026_0003={"need_hours": Decimal(52)},
    )
    assert keys(client.get("/overblik/").text) == ["S-2026-0002", "S-2026-0003", "S-2026-0001"]


@pytest.mark.parametrize(
    "query, found",
    [
        ("omraade=Handicap", ["S-2026-0001", "S-2026-0003"]),
        ("omraade=Handicap&leverandoer=Bakkehuset&paragraf=SEL §107", ["S-2026-0001", "S-2026-0003"]),
        ("paragraf=-", []),
        ("tilstand=over", ["S-2026-0001"]),
        ("tilstand=unaccounted&omraade=Psykiatri", ["S-2026-0002"]),
        ("soeg=0002", ["S-2026-0002"]),
        ("soeg=bakkehuset 2", ["S-2026-0001", "S-2026-0002", "S-2026-0003"]),
        ("ansvarlig=Team Øst", ["S-2026-0002"]),
        ("ansvarlig=-", ["S-2026-0001", "S-2026-0003"]),
        ("side=99", ["S-2026-0001", "S-2026-0002", "S-2026-0003"]),
    ],
)
def test_the_cases_are_narrowed(
    store: Store, reader: Reader, client: FlaskClient, query: str, found: list[str]
) -> None:
    listed(store, S_2026_0002={"responsible": "Team Øst"})
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = client.get(f"/overblik/?{query}").text
    assert keys(page) == found
    assert ("Ingen sager passer" in page) == (not found)


def test_what_waits_goes_as_files_come_and_are_assessed(
    store: Store, reader: Reader, client: FlaskClient, clock: Clock, settled: Callable[[], None]
) -> None:
    none = {"Filer at vurdere": 0, "Overskredet i runder": 0, "Frist snart": 0, "Forfalder inden 30 dage": 0}
    assert waits(client.get("/overblik/").text) == {**none, "I bakken": 0}
    path = opened(client)
    post(client, f"{path}/sendt")
    assert waits(client.get("/overblik/").text)["Forfalder inden 30 dage"] == 1
    clock.on("2026-03-25")
    assert waits(client.get("/overblik/").text)["Frist snart"] == CASES_IN_ROUND
    clock.on("2026-03-28")
    assert waits(client.get("/overblik/").text)["Overskredet i runder"] == CASES_IN_ROUND
    done = ingest(store, reader, returned_schedule(), "skema.xlsx")
    ingest(store, reader, returned_schedule(""), "uden sag.xlsx")
    settled()
    now = waits(client.get("/overblik/").text)
    assert (now["Filer at vurdere"], now["Overskredet i runder"], now["I bakken"]) == (1, 2, 1)
    assert f'href="/returneringer/{done.submission_id}"' in client.get("/overblik/").text
    fields = {"act": "accepted", "comment": "", "role": "Sagsbehandler"}
    assert post(client, f"/returneringer/{done.submission_id}/vurdering", **fields).status_code == 303
    assert waits(client.get("/overblik/").text)["Filer at vurdere"] == 0


def test_follow_ups_that_are_reached_or_near_stand_by_date(store: Store, client: FlaskClient) -> None:
    near, gone, far = (NOW.date().replace(month=month) for month in (4, 2, 6))
    listed(store, S_2026_0001={"follow_up": near}, S_2026_0002={"follow_up": gone}, S_2026_0003={"follow_up": far})
    page = client.get("/overblik/").text
    assert waits(page)["Forfalder inden 30 dage"] == 1
    assert "opfølgning var 20. feb. 2026" in page
    listed(store, S_2026_0001={"follow_up": NOW.date().replace(day=31)}, S_2026_0002={"follow_up": gone})
    part = client.get("/overblik/").text
    assert re.findall(r"opfølgning (?:var )?(\d+\. \w+\.?) 2026", part) == ["20. feb.", "31. mar."]


def test_an_empty_case_list_is_told_what_to_do(store: Store, client: FlaskClient) -> None:
    with writing(store.engine) as connection:
        cases.import_cases(connection, (), (), (), PARAMETERS, ON_DATE, NOW)
    assert "Der er ingen sager endnu." in client.get("/overblik/").text
