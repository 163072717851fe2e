"""The annual wheel: every source's dates as wheel, list, workbook and calendar, each for whom it is."""

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from dated_case import ANOTHERS, OWN, add_dates, day
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from page_forms import Clock, post
from sqlalchemy import select
from sync_material import NOW

from sync.roles import Role
from sync.store import Store, accounts, authorities
from sync.store.account_tables import ACCOUNT
from sync.store.database import has_queue, writing
from sync.store.scope import NOBODY, Scope
from sync.token import signed_calendar, verified_calendar
from sync.wheel.calendar import calendar
from sync.wheel.events import Event, Kind, events
from sync.wheel.picture import CENTRE, wheel

YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
MINE = {Kind.DEADLINE, Kind.FOLLOW_UP, Kind.GOAL, Kind.TARIFF_ENDS, Kind.STAY_ENDS}
"""What a provider sees too; the rest is the authority's own."""


@pytest.fixture
def full(app: Flask, store: Store) -> Store:
    """With a date of each kind."""
    add_dates(app, store)
    return store


def found(store: Store, scope: Scope | None = None) -> list[Event]:
    with (store.within(scope) if scope else store).engine.connect() as connection:
        return events(connection, *YEAR)


def test_every_source_gives_its_dates_once_and_none_that_is_over(full: Store) -> None:
    told = [(event.date, event.kind) for event in found(full) if event.case_key == OWN]
    assert told == [
        (day(2), Kind.FOLLOW_UP),
        (day(3), Kind.GOAL),
        (day(4), Kind.TARIFF_ENDS),
        (day(5), Kind.STAY_ENDS),
        (day(6), Kind.DEADLINE),
        (day(7), Kind.REVIEW),
        (day(8, 2), Kind.REVIEW),
        (day(9), Kind.MEETING),
        (day(10), Kind.TASK),
        (day(11), Kind.NEGOTIATION),
    ]


def test_a_provider_sees_its_own_dates_and_none_of_the_authoritys_talk(full: Store) -> None:
    own = found(full, Scope(1, "Bakkehuset"))
    assert {event.case_key for event in own} == {OWN}
    assert {event.kind for event in own} == MINE
    assert [event.case_key for event in found(full, Scope(1, "Søgården"))] == [ANOTHERS]


def test_a_case_taken_out_of_its_round_has_no_deadline_there(full: Store, app: Flask) -> None:
    path = f"/runder/1/sager/{OWN}"
    post(app.test_client(), path, path, act="withdraw", reason="Flyttet")
    assert Kind.DEADLINE not in {event.kind for event in found(full)}


@pytest.mark.usefixtures("full")
def test_the_page_has_the_same_numbers_in_the_wheel_and_in_the_table(app: Flask) -> None:
    page = app.test_client().get("/aarshjul/").text
    dots = sorted(re.findall(r'class="bit-dot-text">(\d+)<', page))
    assert dots == sorted(re.findall(r'aria-label="[^"]*">(\d+)</a>', page))
    assert len(dots) == 10
    assert len(re.findall('class="bit-ring"', page)) == len(Kind)
    narrowed = app.test_client().get("/aarshjul/?leverandoer=Søgården").text
    assert re.findall(r'class="bit-dot-text">(\d+)<', narrowed) == ["1"]
    of_month = app.test_client().get("/aarshjul/?slags=opfoelgning&maaned=2").text
    assert "2 datoer" in of_month
    assert "1 datoer" in app.test_client().get(f"/aarshjul/?sag={ANOTHERS}").text
    assert "bit-dot-text" not in app.test_client().get("/aarshjul/?aar=2031").text
    for odd in ("aar=x", "aar=99999", "maaned=13", "maaned=x", "slags=x", "side=9"):
        assert app.test_client().get(f"/aarshjul/?{odd}").status_code == 200, odd


@pytest.mark.usefixtures("full")
def test_the_workbook_has_the_rows_that_the_page_shows(app: Flask) -> None:
    with app.test_client().get("/aarshjul/aarshjul.xlsx?leverandoer=Bakkehuset") as answer:
        sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.values)
    assert rows[0] == ("Dato", "Måned", "Hvad", "Sag", "Leverandør")
    assert rows[1] == (dt.datetime(2026, 2, 1), 2, "Opfølgning", OWN, "Bakkehuset")
    assert len(rows) == 11


def address(client: FlaskClient) -> str:
    page = client.get("/aarshjul/").text
    shown = re.search(r'id="adresse" value="http://localhost([^"]+)"', page)
    return shown[1] if shown else ""


def made(client: FlaskClient) -> str:
    assert post(client, "/aarshjul/kalender", "/aarshjul/").status_code == 303
    return address(client)


def summaries(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return re.findall(r"SUMMARY:(.*)\r\n", answer.text)


@pytest.mark.usefixtures("full")
def test_the_calendar_needs_no_session_and_holds_keys_alone(app: Flask) -> None:
    path, nobody = made(app.test_client()), app.test_client(role=None)
    told = summaries(nobody, path)
    assert f"Opfølgning: {OWN}" in told
    assert f"Opfølgning: {ANOTHERS}" in told
    assert len(told) == 11
    answer = nobody.get(path).text
    assert "Bakkehuset" not in answer
    assert len(set(re.findall(r"UID:(.*)\r\n", answer))) == 11
    assert "DTSTART;VALUE=DATE:20260201\r\nDTEND;VALUE=DATE:20260202\r\n" in answer
    assert nobody.get("/aarshjul/").status_code == 303


@pytest.mark.usefixtures("full")
def test_a_providers_calendar_has_its_own_cases_alone(app: Flask) -> None:
    told = summaries(app.test_client(role=None), made(app.test_client(role=Role.PROVIDER)))
    assert {text.split(": ")[1] for text in told} == {OWN}
    assert len(told) == len(MINE)


def test_an_address_ends_when_it_is_revoked_replaced_or_its_account_is_disabled(app: Flask, store: Store) -> None:
    client, nobody = app.test_client(), app.test_client(role=None)
    first = made(client)
    second = made(client)
    assert first != second
    assert [nobody.get(path).status_code for path in (first, second)] == [404, 200]
    another = made(app.test_client(role=Role.LEADER))
    assert post(client, "/aarshjul/kalender/tilbage", "/aarshjul/").status_code == 303
    assert address(client) == ""
    assert [nobody.get(path).status_code for path in (second, another)] == [404, 200]
    with writing(store.engine) as connection:
        number = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.function == f"Funktion {Role.LEADER}"))
        assert number
        accounts.set_active(connection, number, active=False)
    assert nobody.get(another).status_code == 404


def test_an_account_that_lost_the_wheel_has_no_calendar_either(app: Flask, store: Store) -> None:
    path = made(app.test_client())
    with writing(store.engine) as connection:
        number = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.function == "Sagsbehandler"))
        assert number
        accounts.change(connection, number, "Administrator", {Role.ADMINISTRATOR}, "")
    assert app.test_client(role=None).get(path).status_code == 404


def test_a_forged_or_another_authoritys_address_is_no_page(app: Flask, store: Store) -> None:
    path, nobody = made(app.test_client()), app.test_client(role=None)
    token = path.removeprefix("/aarshjul/").removesuffix(".ics")
    for forged in (token[:-1], "x", signed_calendar(1, "another key", 1), signed_calendar(1, "only for tests", 2)):
        assert nobody.get(f"/aarshjul/{forged}.ics").status_code == 404, forged
    assert verified_calendar(token, "only for tests") == (1, 1)
    if has_queue(store.engine):
        with writing(store.within(NOBODY).engine) as connection:
            number = authorities.add(connection, "Nabokommunen", NOW)
        assert nobody.get(f"/aarshjul/{signed_calendar(1, 'only for tests', number)}.ics").status_code == 404


def test_a_long_line_is_folded_between_letters_and_odd_keys_are_escaped() -> None:
    event = Event(day(2), Kind.FOLLOW_UP, "Sag, æ;" + "å" * 60, "")
    content = calendar([event], NOW, "da")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert f"SUMMARY:Opfølgning: Sag\\, æ\\;{'å' * 60}\r\n" in unfolded
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")


def test_january_stands_at_the_top_and_the_year_goes_clockwise() -> None:
    drawn = wheel([Event(day(month), Kind.FOLLOW_UP, OWN, "") for month in (1, 4, 7, 10)], 2026, day(7, 2))
    points = {dot.month: (dot.x > CENTRE, dot.y < CENTRE) for dot in drawn.dots}
    assert points == {1: (True, True), 4: (True, False), 7: (False, False), 10: (False, True)}
    assert drawn.today is not None
    assert abs(drawn.today[0] - CENTRE) < 3
    assert drawn.today[1] > CENTRE
    assert wheel([], 2025, day(7)).today is None


def test_it_is_in_english_too(served: Callable[..., Flask], clock: Clock) -> None:
    clock.on("2026-05-01")
    page = served(language="en").test_client().get("/aarshjul/").text
    assert "Annual wheel 2026" in page
    assert "There are no dates to show" in page
