"""A case's goals with their time, and the draft of the status that its provider finishes."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from flask import Flask
from sqlalchemy import Connection
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.case import OrderLine
from bit_model.terms import GoalType
from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.store import Store, cases
from sync.store.database import writing

KEY = "S-2026-0001"
PAGE = f"/sager/{KEY}/maal"
ORDER = (
    OrderLine("Egenomsorg", "Bad", GoalType.DEVELOP, Decimal(20), measure="Bader selv", agreed=True),
    OrderLine("Mobilitet", "Bus", hours=Decimal(6)),
    OrderLine("Relationer", hours=Decimal(10)),
)
ROWS = {(2, "Mål"): "Bad", (3, "Mål"): "Svømning"}


@pytest.fixture
def filled(store: Store, reader: Reader) -> None:
    """The case has goals of every kind, and a schedule that gives some of them time; one is no longer ordered."""
    with writing(store.engine) as connection:
        ordered(connection, *ORDER, OrderLine("Sundhedsforhold", "Svømning"))
    ingest(store, reader, returned_schedule(changes=ROWS), "skema.xlsx")
    with writing(store.engine) as connection:
        ordered(connection, *ORDER)


def ordered(connection: Connection, *order: OrderLine) -> None:
    listed = [replace(CASES[0], order=order), *CASES[1:]]
    cases.import_cases(connection, listed, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)


def text_of(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.PROVIDER])
@pytest.mark.usefixtures("filled")
def test_goals_without_time_and_time_without_goal_are_told_to_both_parties(app: Flask, role: Role) -> None:
    answer = app.test_client(role=role).get(PAGE)
    assert answer.status_code == 200
    page = " ".join(answer.text.split())
    assert re.search(r"Mål uden tid: <strong>1</strong> ?\(Bus\)", page)
    assert re.search(r"Tid uden mål: <strong>[1-9]", page)
    assert "Målet mangler at være: realistisk, tidsbestemt." in page
    assert "Målet mangler at være: målbart, accepteret, realistisk, tidsbestemt." in page
    assert "Bestilt uden mål: Relationer." in page
    assert "Tid til mål uden bestilling: <strong>1</strong> (Svømning)" in page
    assert page.count('role="img"') == 4
    assert all(float(width) >= 0 for width in re.findall(r'width="([^"]*)" height="16"', page))
    assert max(map(float, re.findall(r'width="([^"]*)" height="16"', page))) == 300


@pytest.mark.usefixtures("filled")
def test_the_draft_has_the_activities_and_leaves_the_rest_to_the_provider(app: Flask) -> None:
    text = text_of(app.test_client(role=Role.PROVIDER).get(PAGE).text)
    assert text.startswith(f"Status for sag {KEY}\nBakkehuset\n")
    assert "Ses ved: Bader selv" in text
    assert re.search(r"- .+: 1 gange, \d+,\d\d timer i alt", text)
    assert "Skemaet har ingen tid til målet." in text
    assert text.count("Hvad siger borgeren selv? …") == text.count("timer pr. uge.")


@pytest.mark.usefixtures("filled")
def test_the_same_draft_comes_as_a_document(app: Flask) -> None:
    answer = app.test_client(role=Role.PROVIDER).get(f"{PAGE}/status.docx")
    assert answer.headers["Content-Disposition"].endswith(f"status-{KEY}.docx")
    word = docx.Document(io.BytesIO(answer.data))
    told = [paragraph.text for paragraph in word.paragraphs]
    assert told[0] == f"Status for sag {KEY}"
    assert "Bad" in told
    assert "Ses ved: Bader selv" in told
    assert told.count("Hvad siger borgeren selv?") == told.count("…") / 3
    assert not [line for line in told if "{" in line]


def test_a_case_without_schedule_has_its_goals_and_no_given_time(app: Flask, store: Store) -> None:
    with writing(store.engine) as connection:
        ordered(connection, *ORDER)
    page = app.test_client().get(PAGE).text
    assert "Døgnskemaet er ikke kommet." in page
    assert "Ingen tid" not in page
    assert "givet – timer pr. uge" in text_of(page)


def test_no_case_no_page(app: Flask) -> None:
    assert app.test_client().get("/sager/S-2026-9999/maal").status_code == 404
    assert app.test_client().get("/sager/S-2026-9999/maal/status.docx").status_code == 404


@pytest.mark.usefixtures("filled")
def test_it_is_in_english_too(served: Callable[..., Flask]) -> None:
    text = text_of(served(language="en").test_client().get(PAGE).text)
    assert text.startswith(f"Status of case {KEY}")
