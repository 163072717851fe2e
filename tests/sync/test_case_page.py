"""The page of a case: its pictures, what it does not account for, and how it stood on an earlier day."""

import datetime as dt
import html
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock
from sqlalchemy import update
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.case import Case
from sync.ingest import Reader, ingest
from sync.store import Store, cases
from sync.store.database import writing
from sync.store.tables import RECEIPT, SUBMISSION

PAGE = "/sager/S-2026-0001"
SHORTER = {(row, "Kategori"): "E" for row in range(2, 92, 9)}


@pytest.fixture
def client(app: Flask, clock: Clock) -> FlaskClient:
    clock.on("2026-04-20")
    return app.test_client()


def listed(store: Store, now: dt.datetime = NOW, **changes: object) -> Case:
    """The case list taken over once more with the first case changed."""
    first = replace(CASES[0], **changes)  # type: ignore[arg-type]
    with writing(store.engine) as connection:
        cases.import_cases(connection, (first, *CASES[1:]), MODELS, HOUSES, PARAMETERS, ON_DATE, now)
    return first


def came(store: Store, number: int, day: str, read: str = "") -> None:
    """Let a file have come on a day, and been read then or on another."""
    first, done = (dt.datetime.fromisoformat(f"{one}T10:00+00:00") for one in (day, read or day))
    with writing(store.engine) as connection:
        connection.execute(update(RECEIPT).where(RECEIPT.c.submission_id == number).values(first_at=first))
        connection.execute(update(SUBMISSION).where(SUBMISSION.c.id == number).values(status_at=done))


def size(page: str, figure: str) -> str:
    found = re.search(rf'/udledning/{figure}(?:\?pr=[\d-]+)?">([^<]+)<', page)
    assert found
    return found[1]


def questions(page: str) -> dict[str, str]:
    """Question → who is asked."""
    part = page[page.index("hvem der kan spørges") :]
    found = re.findall(r'<tr><th scope="row">([^<]+)</th><td data-label="Spørg">([^<]+)<', part)
    return {html.unescape(what): html.unescape(whom) for what, whom in found}


def test_the_pictures_have_every_entry_and_every_hour(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = client.get(PAGE).text
    strip = page[page.index('aria-label="Registreringerne dag for dag') :]
    strip = strip[: strip.index("</svg>")]
    boxes = len(
        re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="[\d.]+" height="[\d.]+" fill="[^"]+" stroke="#1a1a1a"', strip)
    )
    assert boxes == 10 * 9 + 4 * 9 + 14  # every entry, and each night once more after midnight
    heat = page[page.index('aria-label="Ressourceminutter pr. ugedag') :]
    heat = heat[: heat.index("</svg>")]
    assert heat.count("<rect") == 7 * 24
    assert ">120</text>" in heat
    assert size(page, "time-0-19") == "120,00"


def test_an_earlier_day_has_the_version_that_counted_then(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    ingest(store, reader, returned_schedule(changes=SHORTER), "skema rettet.xlsx")
    came(store, 1, "2026-03-21")
    came(store, 2, "2026-04-02")
    now = client.get(PAGE).text
    then = client.get(f"{PAGE}?pr=2026-04-01").text
    assert size(now, "indsats") != size(then, "indsats") == "37,67"
    assert "Version 1 af skemaet gjaldt den dag." in then
    assert "Behov og takst er dem i den sagsliste, der var indlæst den dag." in then
    assert size(client.get(f"{PAGE}?pr=2026-04-02").text, "indsats") == size(now, "indsats")
    before = client.get(f"{PAGE}?pr=2026-03-20").text
    assert size(before, "indsats") == "–"
    assert "Intet skema uden fejl var læst den dag." in before
    derivation = client.get(f"{PAGE}/udledning/indsats?pr=2026-04-01").text
    assert "Som det stod 1. apr. 2026." in derivation
    assert 'bit-figure">37,67<' in derivation
    assert "/returneringer/1/original" in derivation


def test_what_cannot_be_known_of_an_earlier_day_is_said(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    came(store, 1, "2026-03-21", read="2026-04-02")
    listed(store, NOW.replace(month=4), need_hours=Decimal(50))
    then = client.get(f"{PAGE}?pr=2026-04-01").text
    assert "Version 1 var modtaget, men er læst (igen) siden" in then
    assert "ældre sagslister gemmes ikke" in then
    assert size(then, "behov") == "50,00"


def test_the_tariff_of_an_earlier_day_is_that_of_its_lines(store: Store, client: FlaskClient) -> None:
    base, package = CASES[0].tariff
    raised = replace(package, amount=Decimal(3434), valid_from=dt.date(2026, 4, 1))
    listed(store, tariff=(base, replace(package, valid_to=dt.date(2026, 3, 31)), raised))
    assert size(client.get(f"{PAGE}?pr=2026-03-31").text, "doegntakst") == "4.505,00"
    assert size(client.get(f"{PAGE}?pr=2026-04-01").text, "doegntakst") == "4.909,00"


@pytest.mark.parametrize("day", ["2026-04-20", "2027-01-01", "i går", "2026-02-30", ""])
def test_today_and_what_is_no_day_is_the_case_as_it_stands(client: FlaskClient, day: str) -> None:
    assert "Sagen, som den stod" not in client.get(f"{PAGE}?pr={day}").text


def test_what_is_not_accounted_for_is_asked_of_who_knows(store: Store, reader: Reader, client: FlaskClient) -> None:
    case = listed(
        store,
        need_hours=None,
        responsible="Team Øst",
        tariff=(replace(CASES[0].tariff[0], covers=""), replace(CASES[0].tariff[1], includes_vat=None)),
    )
    provider = case.provider
    first = questions(client.get(PAGE).text)
    assert first["Døgnskemaet mangler. Hvornår kommer det?"] == provider
    assert first["Moms eller husleje er ikke oplyst."] == provider
    assert first["Hvad dækker takstlinjen på 1.475,00 kr./døgn, og hvilken type er den?"] == provider
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    found = questions(client.get(PAGE).text)
    assert "Døgnskemaet mangler. Hvornår kommer det?" not in found
    assert found["Mobilitet: 16,00 timer er bestilt, men ingen er målt. Hvorfor?"] == provider
    assert found["Relationer: 3,67 timer er målt, men ikke bestilt. Hvad går de til?"] == provider
    listed(store, need_hours=None, order=(), responsible="Team Øst")
    assert questions(client.get(PAGE).text)["Hvor mange timer om ugen er der bestilt?"] == "Team Øst"


def test_a_schedule_with_errors_is_asked_for_once_more(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(changes={(3, "Start"): None}), "skema.xlsx")
    assert questions(client.get(PAGE).text)["Det nyeste skema har fejl. Hvornår kommer det rettet?"] == "Bakkehuset"
