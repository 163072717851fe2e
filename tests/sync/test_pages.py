"""What a person sees in the browser, and what is kept from others."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pydantic import SecretStr
from sync_material import returned_schedule
from werkzeug.test import TestResponse

from sync.app import create_app
from sync.failures import MissingSetting
from sync.ingest import Reader, ingest
from sync.returns.problem_rows import arrange
from sync.settings import Settings
from sync.store import Store
from sync.store.database import has_queue, open_database


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def upload(client: FlaskClient, *files: tuple[bytes, str]) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/returneringer/").text)
    assert token
    data = {"csrf_token": token[1], "file": [(io.BytesIO(content), name) for content, name in files]}
    return client.post("/returneringer/", data=data)


def test_an_uploaded_schedule_leads_to_its_page(client: FlaskClient, store: Store, settled: Callable[[], None]) -> None:
    answer = upload(client, (returned_schedule(), "skema.xlsx"))
    assert (answer.status_code, answer.location) == (303, "/returneringer/1")
    waits = "Filen er modtaget og læses" in client.get("/returneringer/1").text
    assert waits == has_queue(store.engine)
    settled()
    assert "Uden fejl" in client.get("/returneringer/1").text


def test_many_files_are_taken_in_at_once_also_those_that_are_no_workbooks(
    client: FlaskClient, store: Store, settled: Callable[[], None]
) -> None:
    answer = upload(client, (returned_schedule(), "a.xlsx"), (b"hello", "b.xlsx"))
    waits = "2 af 2 filer er modtaget og læses" in client.get(answer.location).text
    assert waits == has_queue(store.engine)
    settled()
    page = client.get(answer.location)
    assert "læses. Se efter" not in page.text
    assert "1 af 2 filer" in page.text
    assert 'href="/returneringer/2/bemaerkninger"' in page.text
    assert "bemaerkninger" not in client.get("/returneringer/").text


def test_the_page_of_a_file_shows_the_senders_own_row_with_the_cell_marked(
    store: Store, reader: Reader, client: FlaskClient
) -> None:
    done = ingest(store, reader, returned_schedule(changes={(3, "Start"): "hurtigt", (4, "Slut"): None}), "skema.xlsx")
    page = client.get(f"/returneringer/{done.submission_id}").text
    assert re.search(r'<td class="bit-level-E">hurtigt', page)
    assert "Døgnskema!B3" in page
    assert "Døgnskema!C4" in page
    assert "Morgenmad" in page


def test_problems_are_arranged_by_file_header_and_row() -> None:
    def problem(sheet: str, cell: str, field: str, level: str = "E") -> dict[str, str]:
        return {"sheet": sheet, "cell": cell, "field": field, "level": level, "code": "R02"}

    found = [
        problem("", "", ""),
        problem("Oplysninger", "C4", "Hus"),
        problem("Døgnskema", "B7", "Start", "W"),
        problem("Døgnskema", "B7", "Start"),
    ]
    arranged = arrange(found, {"7": ["x"] * 10})
    assert (len(arranged.file), len(arranged.header), len(arranged.rows), arranged.total) == (1, 1, 1, 4)
    assert arranged.rows[0].level(1) == "E"
    assert arranged.rows[0].level(2) == ""


def test_names_and_cells_from_strangers_are_shown_as_text(store: Store, reader: Reader, client: FlaskClient) -> None:
    changes = {(3, "Start"): "<script>alert(1)</script>"}
    done = ingest(store, reader, returned_schedule(changes=changes), "<img src=x>.xlsx")
    for page in (f"/returneringer/{done.submission_id}", "/returneringer/"):
        text = client.get(page).text
        assert "<script" not in text
        assert "<img" not in text


def test_an_original_is_handed_out_unchanged_and_never_shown(store: Store, reader: Reader, client: FlaskClient) -> None:
    content = returned_schedule()
    done = ingest(store, reader, content, "../skema æ.xlsx")
    answer = client.get(f"/returneringer/{done.submission_id}/original")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_with_problems_can_be_had_back_with_remarks(store: Store, reader: Reader, client: FlaskClient) -> None:
    done = ingest(store, reader, returned_schedule(changes={(3, "Start"): "hurtigt"}), '../"skema" æ.xlsx')
    address = f"/returneringer/{done.submission_id}/bemaerkninger"
    assert f'href="{address}"' in client.get(f"/returneringer/{done.submission_id}").text
    answer = client.get(address)
    comment = load_workbook(io.BytesIO(answer.data))["Døgnskema"]["B3"].comment
    assert comment is not None
    assert comment.text.startswith("Fejl R02")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "med-bem%C3%A6rkninger.xlsx" in answer.headers["Content-Disposition"]
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")


def test_a_file_that_is_no_workbook_comes_back_as_a_list_and_one_that_never_came_not_at_all(
    store: Store, reader: Reader, client: FlaskClient
) -> None:
    done = ingest(store, reader, b"hello", "b.xlsx")
    answer = client.get(f"/returneringer/{done.submission_id}/bemaerkninger")
    assert load_workbook(io.BytesIO(answer.data)).sheetnames == ["Problemer"]
    assert client.get("/returneringer/99/bemaerkninger").status_code == 404


def test_a_file_without_problems_offers_no_remarks(store: Store, reader: Reader, client: FlaskClient) -> None:
    done = ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = client.get(f"/returneringer/{done.submission_id}").text
    assert ("bemaerkninger" in page) == ("bit-problems" in page)


def test_every_case_stands_in_the_comparison_and_leads_to_its_page(
    store: Store, reader: Reader, client: FlaskClient
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = client.get("/sammenligning/").text
    links = re.findall(r'href="(/sager/[^"]+)"', page)
    assert links == [f"/sager/S-2026-000{i}" for i in (1, 2, 3)]
    assert all(client.get(link).status_code == 200 for link in links)
    for figure in ("37,67", "+14,83", "4.505,00"):
        assert figure in page


def test_the_comparison_narrows_to_a_state_and_a_search(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    assert client.get("/sammenligning/?tilstand=over").text.count('href="/sager/') == 1
    assert client.get("/sammenligning/?soeg=psykiatri").text.count('href="/sager/') == 1


def test_the_page_of_a_case_shows_parts_and_the_entries_behind_them(
    store: Store, reader: Reader, client: FlaskClient
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    page = client.get("/sager/S-2026-0001").text
    for figure in ("47,00", "37,67", "60,00", "9,92", "52,50"):
        assert figure in page
    assert 'href="/sager/S-2026-0001/udledning/del-D1"' in page
    assert "Døgnskema!B2" in client.get("/sager/S-2026-0001/udledning/del-D1").text


@pytest.mark.parametrize("path", ["/sager/nope", "/returneringer/99", "/returneringer/99/original", "/nope"])
def test_what_is_not_there_gives_a_page_that_says_so(path: str, client: FlaskClient) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_no_page_may_load_or_run_anything_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/sammenligning/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


def test_a_form_without_its_token_is_turned_away(client: FlaskClient) -> None:
    assert client.post("/returneringer/", data={"file": (io.BytesIO(b"x"), "x.xlsx")}).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_cannot_send_anything(headers: dict[str, str], client: FlaskClient) -> None:
    data = {"file": (io.BytesIO(b"x"), "x.xlsx")}
    assert client.post("/api/v1/submissions", data=data, headers=headers).status_code == 403


def test_a_name_that_points_here_from_elsewhere_is_refused(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Host": "rebound.example"}).status_code == 400


def test_healthz_says_that_the_database_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_an_unexpected_failure_shows_no_traceback(app: Flask, owner_database: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    broken = open_database(owner_database)
    with broken.begin() as connection:
        connection.exec_driver_sql('ALTER TABLE "case" RENAME TO gone')
    broken.dispose()
    answer = app.test_client().get("/api/v1/comparison")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert set(answer.json or {}) == {"type", "title", "status", "detail", "problems"}


def test_the_service_does_not_start_without_a_secret(settings: Settings, reader: Reader) -> None:
    with pytest.raises(MissingSetting, match="BITARK_SECRET_KEY"):
        create_app(settings.model_copy(update={"secret_key": SecretStr("")}), reader)


def test_a_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITARK_LIMITS__MAX_ROWS", "7")
    assert Settings().limits.max_rows == 7


def test_the_comparison_can_be_fetched_as_a_workbook(store: Store, reader: Reader, client: FlaskClient) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    ingest(store, reader, b"no workbook", "billede.xlsx")
    workbook = load_workbook(io.BytesIO(client.get("/sammenligning/bit-sammenligning.xlsx").data), data_only=True)
    cells = {cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"S-2026-0001", "S-2026-0002", "S-2026-0003", "skema.xlsx", "billede.xlsx", "F01"} <= cells
