"""Which pages of other origins may ask the API: those of Excel's task panes that a setting names, and no others."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError
from werkzeug.test import TestResponse

from sync.settings import Settings

LITE, OTHER = "https://addin.xlwings.org", "https://angriber.example"
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def kind() -> str:
    """Which database answers makes no difference to who may ask."""
    return "sqlite"


@pytest.fixture
def client(served: Callable[..., Flask]) -> FlaskClient:
    return served(excel_origins=(LITE,)).test_client()


def preflight(client: FlaskClient, path: str, origin: str, method: str = "GET") -> TestResponse:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,if-none-match"}
    return client.options(path, headers={"Origin": origin, **asked, **FOREIGN})


def send(client: FlaskClient, path: str = "/api/v1/submissions", **headers: str) -> TestResponse:
    return client.post(path, data={"file": (BytesIO(b"no workbook"), "skema.xlsx")}, headers=headers)


def cors(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}


def test_an_invited_pane_is_told_what_it_may_ask(client: FlaskClient) -> None:
    answer = preflight(client, "/api/v1/submissions", LITE, "POST")
    assert answer.status_code == 200
    assert set(cors(answer).pop("Access-Control-Allow-Methods").split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert cors(answer) | {"Access-Control-Allow-Methods": ""} == {
        "Access-Control-Allow-Origin": LITE,
        "Access-Control-Allow-Methods": "",
        "Access-Control-Allow-Headers": "content-type, authorization, if-none-match",
        "Access-Control-Expose-Headers": "ETag",
        "Access-Control-Max-Age": "600",
    }
    assert "GET" in cors(preflight(client, "/api/v1/comparison", LITE))["Access-Control-Allow-Methods"]


def test_an_invited_pane_reads_and_sends(client: FlaskClient) -> None:
    compared = client.get("/api/v1/comparison", headers={"Origin": LITE, **FOREIGN})
    assert compared.status_code == 200
    assert compared.json
    sent = send(client, Origin=LITE, **FOREIGN)
    assert sent.status_code in {201, 202}  # 202: it is stored, and a worker reads it
    absent = client.get("/api/v1/cases/S-0000-0000", headers={"Origin": LITE, **FOREIGN})
    assert absent.status_code == 404
    for answer in (compared, sent, absent):
        assert answer.headers["Access-Control-Allow-Origin"] == LITE
        assert "Origin" in answer.vary
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [OTHER, "null", "", f"{LITE}.angriber.example", f"{LITE}:444", LITE.upper(), "*"])
def test_no_other_origin_is_let_in(client: FlaskClient, origin: str) -> None:
    assert cors(preflight(client, "/api/v1/submissions", origin, "POST")) == {}
    assert cors(client.get("/api/v1/comparison", headers={"Origin": origin, **FOREIGN})) == {}
    refused = send(client, Origin=origin, **FOREIGN)
    assert (refused.status_code, cors(refused)) == (403, {})


def test_without_an_origin_all_is_as_before(client: FlaskClient) -> None:
    assert cors(client.get("/api/v1/comparison")) == {}
    assert send(client).status_code in {201, 202}
    assert send(client, **FOREIGN).status_code == 403


@pytest.mark.parametrize("path", ["/returneringer/", "/api/v1", "/api/v1x/submissions", "/api/openapi.json"])
def test_an_invited_pane_is_invited_to_the_api_alone(client: FlaskClient, path: str) -> None:
    assert cors(preflight(client, path, LITE, "POST")) == {}
    assert send(client, path, Origin=LITE, **FOREIGN).status_code in {400, 403}


def test_nobody_is_invited_unless_a_setting_says_so(app: Flask) -> None:
    client = app.test_client()
    assert cors(preflight(client, "/api/v1/comparison", LITE)) == {}
    assert send(client, Origin=LITE, **FOREIGN).status_code == 403


def test_origins_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().excel_origins == ()
    monkeypatch.setenv("BITARK_EXCEL_ORIGINS", f"{LITE} http://localhost:8000")
    assert Settings().excel_origins == (LITE, "http://localhost:8000")
    monkeypatch.setenv("BITARK_EXCEL_ORIGINS", "")
    assert Settings().excel_origins == ()


@pytest.mark.parametrize("origin", ["*", "null", f"{LITE}/", "addin.xlwings.org", "https://bruger@addin.xlwings.org"])
def test_what_is_no_origin_is_refused_as_a_setting(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("BITARK_EXCEL_ORIGINS", origin)
    with pytest.raises(ValidationError):
        Settings()
