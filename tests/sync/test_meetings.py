"""Meetings of a case: called, minuted with the figures of the day, tasks, and documents from templates."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock, post
from pypdf import PdfReader
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule
from typer.testing import CliRunner
from werkzeug.test import TestResponse

from sync.cli import app as commands
from sync.ingest import Reader, ingest
from sync.store import Store, cases, meetings
from sync.store.database import writing

KEY = "S-2026-0001"
PATH = f"/sager/{KEY}/moeder/"
CALL = {
    "held_on": "2026-03-20",
    "starts": "9.30",
    "place": "Rådhuset, lokale 2",
    "participants": "Sagsbehandler, myndighed\nLeder, Bakkehuset\nBorgeren",
    "agenda": "Borgerens egne ord\nTallene − og hvordan de er opstået",
    "own_words": "Jeg vil gerne kunne tage bussen selv.",
}
MINUTES = {
    "present": "Sagsbehandler, myndighed\nBorgeren",
    "citizen": "Jeg sover bedre, når der er nogen i huset.",
    "said": "Begge parter er enige om tallene. {{ 7 * 7 }} <b>&",
}
TASK = {"what": "Sende takstlinjer", "owner": "Leder, Bakkehuset", "due": "2026-04-10"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def called(client: FlaskClient, **changes: str) -> str:
    answer = post(client, PATH, PATH, **{**CALL, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def minuted(client: FlaskClient, path: str, **changes: str) -> TestResponse:
    return post(client, f"{path}/referat", path, **{**MINUTES, **changes})


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_three_meetings_of_a_case_are_called_and_listed_by_date(client: FlaskClient, store: Store) -> None:
    for day in ("2026-04-20", "2026-03-20", "2026-05-20"):
        called(client, held_on=day)
    with store.engine.connect() as connection:
        assert [str(one.held_on) for one in meetings.of_case(connection, KEY)] == [
            "2026-03-20",
            "2026-04-20",
            "2026-05-20",
        ]
    page = client.get(PATH).text
    assert page.index("1. møde, 20. mar. 2026") < page.index("3. møde, 20. maj 2026")
    assert PATH in client.get(f"/sager/{KEY}").text


def test_the_figures_of_the_day_are_frozen_with_the_minutes(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    path = called(client)
    assert "37,67" in client.get(path).text
    assert minuted(client, path).status_code == 303
    ingest(store, reader, returned_schedule(changes={(2, "Personale"): 3}), "nyt skema.xlsx")
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    page = client.get(path).text
    assert "37,67" in page
    assert "skemaets version 1" in page
    assert minuted(client, path, said="Rettet referat").status_code == 303
    with store.engine.connect() as connection:
        (meeting,) = meetings.of_case(connection, KEY)
        second, first = meetings.minutes(connection, meeting.id)
    assert (first.version, second.version, meeting.version) == (1, 2, 2)
    assert first.figures == second.figures
    assert (first.figures["delivered"], first.figures["version"], first.figures["state"]) == (37.67, 1, "over")
    assert (first.figures["parameter_set"], first.figures["taken_on"]) == (PARAMETERS.title, "2026-03-20")
    page = client.get(path).text
    assert "Rettet referat" in page
    assert "Begge parter er enige" in page


def test_a_meeting_can_be_called_otherwise_until_it_has_minutes(client: FlaskClient) -> None:
    path = called(client)
    assert post(client, path, path, **{**CALL, "place": "Online"}).status_code == 303
    assert "Online" in client.get(path).text
    minuted(client, path)
    assert post(client, path, path, **CALL).status_code == 409


def test_minutes_are_written_when_the_meeting_has_been_held(client: FlaskClient, clock: Clock) -> None:
    path = called(client, held_on="2026-03-21")
    early = minuted(client, called(client))
    assert early.status_code == 303
    answer = post(client, f"{path}/referat", path, **MINUTES)
    assert answer.status_code == 422
    assert "Mødet er ikke holdt endnu" in answer.text
    clock.on("2026-03-21")
    assert minuted(client, path).status_code == 303


@pytest.mark.parametrize(
    "field, value",
    [
        ("held_on", "i morgen"),
        ("starts", "tidligt"),
        ("place", ""),
        ("participants", "leder@kommune.example"),
        ("agenda", ""),
        ("own_words", "Ring 010190-1234"),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_cannot_be_used_in_a_call_is_told_at_its_field(field: str, value: str, client: FlaskClient) -> None:
    answer = post(client, PATH, PATH, **{**CALL, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("field", ["present", "citizen", "said"])
@pytest.mark.parametrize("kind", ["sqlite"])
def test_minutes_need_who_was_there_the_citizens_words_and_what_was_said(field: str, client: FlaskClient) -> None:
    answer = minuted(client, called(client), **{field: ""})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_task_has_an_owner_and_a_date_and_is_done_once(client: FlaskClient, store: Store, clock: Clock) -> None:
    path = called(client)
    assert post(client, f"{path}/opgaver", path, **{**TASK, "owner": ""}).status_code == 422
    assert post(client, f"{path}/opgaver", path, **TASK).status_code == 303
    with store.engine.connect() as connection:
        (meeting,) = meetings.of_case(connection, KEY)
        (task,) = meetings.tasks(connection, meeting.id)
    assert (meeting.open_tasks, task.owner, str(task.due)) == (1, "Leder, Bakkehuset", "2026-04-10")
    assert "for sent" not in client.get(path).text
    clock.on("2026-04-11")
    assert "for sent" in client.get(path).text
    for _ in range(2):
        assert post(client, f"{path}/opgaver/{task.id}", path).status_code == 303
        clock.on("2026-04-12")
    with store.engine.connect() as connection:
        (done,) = meetings.tasks(connection, meeting.id)
        assert str(done.done_at.date()) == "2026-04-11"
        assert meetings.of_case(connection, KEY)[0].open_tasks == 0


def test_the_documents_hold_what_was_written_and_nothing_of_it_is_run(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    path = called(client)
    post(client, f"{path}/opgaver", path, **TASK)
    call = words_of(client.get(f"{path}/indkaldelse.docx").data)
    assert "Indkaldelse til møde om sag S-2026-0001" in call
    for text in ("Leder, Bakkehuset", "Tallene − og hvordan", "tage bussen selv", "37,67", "09:30", "Standard 1"):
        assert text in call
    assert client.get(f"{path}/referat.docx").status_code == 404
    minuted(client, path)
    answer = client.get(f"{path}/referat.docx")
    assert "referat-S-2026-0001-2026-03-20.docx" in answer.headers["Content-Disposition"]
    minutes = words_of(answer.data)
    for text in ("{{ 7 * 7 }} <b>&", "Jeg sover bedre", "Sende takstlinjer", "10. apr. 2026", "Version 1"):
        assert text in minutes
    assert "{%" not in minutes
    for name, expected in (("indkaldelse", "Tallene − og hvordan"), ("referat", "{{ 7 * 7 }} <b>&")):
        pdf = PdfReader(io.BytesIO(client.get(f"{path}/{name}.pdf").data))
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        assert expected in text
        assert "37,67" in text


def test_long_minutes_run_over_several_pages(client: FlaskClient) -> None:
    path = called(client)
    minuted(client, path, said="\n".join(f"Punkt {number}: enige." for number in range(200)))
    pdf = PdfReader(io.BytesIO(client.get(f"{path}/referat.pdf").data))
    assert len(pdf.pages) > 2
    assert "Punkt 199" in "".join(page.extract_text() for page in pdf.pages)


def test_an_authority_edits_the_templates_and_a_wrong_one_is_told(served: Callable[..., Flask], tmp_path: Path) -> None:
    folder = tmp_path / "skabeloner"
    for expected in (0, 2):  # the second time the files are there already
        done = CliRunner().invoke(commands, ["document-templates", str(folder)])
        assert (done.exit_code != 0) is (expected != 0), done.output
    kinds = {"indkaldelse.docx", "referat.docx", "rapport.docx", "status.docx"}
    assert {path.name for path in folder.iterdir()} == kinds
    own = Document(str(folder / "indkaldelse.docx"))
    own.paragraphs[0].text = "Kommunens egen indkaldelse til {{ sag }}"
    own.save(str(folder / "indkaldelse.docx"))
    client = served(document_templates=str(folder)).test_client()
    path = called(client)
    assert "Kommunens egen indkaldelse til S-2026-0001" in words_of(client.get(f"{path}/indkaldelse.docx").data)
    for wrong in ("{{ sag", "{{ ''.__class__.__mro__ }}", "{% for x in range(10**9) %}{% endfor %}"):
        own.paragraphs[0].text = wrong
        own.save(str(folder / "indkaldelse.docx"))
        answer = client.get(f"{path}/indkaldelse.docx")
        assert answer.status_code == 500
        assert "Skabelonen indkaldelse.docx kan ikke bruges" in answer.text
    (folder / "indkaldelse.docx").write_bytes(b"no document")
    assert "kan ikke bruges" in client.get(f"{path}/indkaldelse.pdf").text


@pytest.mark.parametrize("path", ["/sager/S-0/moeder/", f"{PATH}7", f"{PATH}7/indkaldelse.docx"])
def test_what_is_not_there_is_told(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_a_meeting_is_not_found_under_another_case(client: FlaskClient) -> None:
    path = called(client)
    assert client.get(path.replace(KEY, "S-2026-0002")).status_code == 404
