"""The API's lists and files: paging, filters, what is not sent twice, and the page that describes them all."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from page_forms import ROUND, Clock, opened
from page_forms import post as post_form
from sync_material import returned_schedule
from werkzeug.test import TestResponse

from bit_model.parameters import ParameterSet

ERROR_KEYS = {"type", "title", "status", "detail", "problems"}
CHEAP = ["cases", "rounds", "submissions", "problems", "comparison", "parameters", "", "submissions/1/problems"]
FILES = ["comparison.csv", "comparison.xlsx", "comparison.pq", "bit-data.xlsx", "rounds/1/templates.zip"]
OF_A_FILE = ["submissions/1", "submissions/1/original", "submissions/1/annotated", "cases/S-2026-0001", "rounds/1"]
NEW_ROUND = {
    "title": "Forår 2026",
    "period": {"from": "2026-03-02", "to": "2026-03-15"},
    "deadline": "2026-03-27",
    "form": "liste",
}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def full(client: FlaskClient, settled: Callable[[], None]) -> FlaskClient:
    """A service with a round, a schedule with a missing start, a better version of another case, and no workbook."""
    opened(client)
    contents = [
        returned_schedule(changes={(3, "Start"): None}),
        returned_schedule("S-2026-0002", {(3, "Start"): None, (4, "Start"): "sent"}),
        b"nothing",
        returned_schedule("S-2026-0002"),
    ]
    for content in contents:
        send(client, content)
        settled()
    return client


def send(client: FlaskClient, content: bytes) -> TestResponse:
    return client.post("/api/v1/submissions", data={"file": (io.BytesIO(content), "skema.xlsx")})


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(f"/api/v1/{path}", headers=headers)


def body(client: FlaskClient, path: str) -> Any:
    answer = get(client, path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def paged(client: FlaskClient, path: str) -> Iterator[list[Any]]:
    """The pages of a list, by the header that leads on; the body must say the same."""
    while path:
        answer = get(client, path)
        page = answer.get_json()
        yield page["items"]
        link = re.fullmatch(r'</api/v1/([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        assert bool(link) == (page["next"] is not None)
        path = link[1] if link else ""


PAGES = (
    ("cases?limit=2", "case_key", [["S-2026-0001", "S-2026-0002"], ["S-2026-0003"]]),
    ("submissions?limit=3", "id", [[4, 3, 2], [1]]),
    ("submissions?limit=2", "id", [[4, 3], [2, 1]]),
    ("rounds?limit=1", "title", [["Forår 2026"]]),
    ("problems?limit=1&level=E", "submission_id", [[3], [1]]),
    ("submissions/2/problems?limit=1", "code", None),
)
NARROWED: tuple[tuple[str, str, list[Any]], ...] = (
    ("cases?budget_area=Psykiatri", "case_key", ["S-2026-0002"]),
    ("cases?provider=Bakkehuset&limit=1", "case_key", ["S-2026-0001"]),
    ("cases?provider=Andre", "case_key", []),
    ("cases?state=unaccounted", "case_key", ["S-2026-0001", "S-2026-0003"]),
    ("submissions?case=S-2026-0002", "id", [4, 2]),
    ("submissions?status=has_problems", "id", [2, 1]),
    ("submissions?round=1", "id", [4, 2, 1]),
    ("submissions?round=2", "id", []),
    ("problems?code=F01", "submission_id", [3]),
    ("problems?case=S-2026-0001&level=E", "case_key", ["S-2026-0001"]),
    ("problems?case=S-2026-0002&level=E", "case_key", []),
)
"""Of the service of `full`: list, what is looked at in its items, and what that is page by page, or in all."""


def test_a_list_comes_in_pages_that_lead_on(full: FlaskClient, subtests: pytest.Subtests) -> None:
    for path, key, found in PAGES:
        with subtests.test(path):
            pages = [[item[key] for item in page] for page in paged(full, path)]
            whole = body(full, re.sub(r"limit=\d+", "limit=1000", path))["items"]
            assert [one for page in pages for one in page] == [item[key] for item in whole]
            assert found is None or pages == found
            assert len(pages) > 1 or path.startswith("rounds")


def test_a_list_is_narrowed(full: FlaskClient, subtests: pytest.Subtests) -> None:
    for path, key, found in NARROWED:
        with subtests.test(path):
            assert [item[key] for item in body(full, path)["items"]] == found


UNKNOWN = (
    "cases?limit=0",
    "cases?limit=1001",
    "cases?limit=x",
    "cases?stat=over",
    "cases?state=odd",
    "submissions?after=0",
    "submissions?after=99999999999",
    "problems?after=x",
    "problems?level=X",
    "comparison.csv?format=fr",
)


def test_a_filter_that_is_not_known_is_told(client: FlaskClient, subtests: pytest.Subtests) -> None:
    for path in UNKNOWN:
        with subtests.test(path):
            answer = get(client, path)
            assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
            assert re.sub(r"^\S+\?(\w+)=.*", r"\1", path) in answer.get_json()["detail"]


def test_what_the_caller_has_is_not_sent_again(full: FlaskClient, subtests: pytest.Subtests) -> None:
    for path in (*CHEAP, *FILES, *OF_A_FILE):
        with subtests.test(path):
            not_sent_again(full, path)


def not_sent_again(full: FlaskClient, path: str) -> None:
    first = get(full, path)
    assert first.status_code == 200, first.text
    tag = first.headers["ETag"]
    assert ("Last-Modified" in first.headers) == (path == "submissions/1/original")
    assert tag.startswith("W/") == (path in {"comparison.xlsx", "submissions/1/annotated"})
    again = get(full, path, **{"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert get(full, path, **{"If-None-Match": f'"other", {tag}'}).status_code == 304
    assert get(full, path, **{"If-None-Match": "*"}).status_code in {200, 304}
    other = get(full, path, **{"If-None-Match": '"other"'})
    assert (other.status_code, other.headers["ETag"]) == (200, tag)


@pytest.mark.parametrize(
    "path",
    [
        "cases",
        "submissions",
        "problems",
        "comparison",
        "comparison.csv",
        "comparison.xlsx",
        "bit-data.xlsx",
        "rounds/1",
    ],
)
def test_what_has_changed_is_sent(path: str, full: FlaskClient, settled: Callable[[], None]) -> None:
    tag = get(full, path).headers["ETag"]
    send(full, returned_schedule(changes={(5, "Start"): None} if path == "problems" else {(2, "Slut"): "08:45"}))
    settled()
    answer = get(full, path, **{"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_an_original_tells_when_it_came_and_is_the_same_bytes(full: FlaskClient) -> None:
    answer = get(full, "submissions/3/original")
    assert answer.data == b"nothing"
    assert answer.headers["Content-Disposition"] == "attachment; filename=skema.xlsx"
    unchanged = get(full, "submissions/3/original", **{"If-Modified-Since": answer.headers["Last-Modified"]})
    assert unchanged.status_code == 304


def test_an_annotated_copy_has_the_problems_in_front(full: FlaskClient) -> None:
    book = load_workbook(io.BytesIO(get(full, "submissions/1/annotated").data))
    assert book.sheetnames[0] == "Problemer"


def test_who_can_use_none_of_the_answers_is_told(full: FlaskClient, subtests: pytest.Subtests) -> None:
    for path in ("cases", "comparison.xlsx", "submissions", "rounds/1/templates.zip"):
        with subtests.test(path):
            answer = get(full, path, Accept="image/png")
            assert (answer.status_code, answer.content_type) == (406, "application/problem+json")
            assert set(answer.get_json()) == ERROR_KEYS
            assert get(full, path, Accept="text/html, */*;q=0.1").status_code == 200


def test_a_method_that_an_address_does_not_take_is_told_with_those_it_does(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/cases")
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_round_is_opened_as_on_its_page(client: FlaskClient, clock: Clock) -> None:
    answer = client.post("/api/v1/rounds", json=NEW_ROUND | {"choice": "budget_area", "budget_area": "Handicap"})
    assert (answer.status_code, answer.location) == (201, "/api/v1/rounds/1")
    made = answer.get_json()
    assert made == body(client, "rounds/1")
    assert [line["case_key"] for line in made["board"]] == ["S-2026-0001", "S-2026-0003"]
    assert {line["state"] for line in made["board"]} == {"not_sent"}
    assert (made["cases"], made["states"]["not_sent"], made["overdue"]) == (2, 2, 0)
    clock.on("2026-03-28")
    assert body(client, "rounds")["items"][0]["overdue"] == 2
    keys = client.post("/api/v1/rounds", json=NEW_ROUND | {"choice": "keys", "keys": ["S-2026-0002"]})
    assert [line["case_key"] for line in keys.get_json()["board"]] == ["S-2026-0002"]


def test_the_page_and_the_api_open_the_same_round(client: FlaskClient) -> None:
    post_form(client, "/runder/ny", **{**ROUND, "choice": "keys", "keys": "S-2026-0001"})
    client.post("/api/v1/rounds", json=NEW_ROUND | {"choice": "keys", "keys": ["S-2026-0002"]})
    first, second = (body(client, f"rounds/{number}") for number in (1, 2))
    apart = {"id", "board", "opened_at"}
    assert {k: v for k, v in first.items() if k not in apart} == {k: v for k, v in second.items() if k not in apart}


@pytest.mark.parametrize(
    "changes,told",
    [
        ({"title": " "}, "title"),
        ({"deadline": "2026-03-01"}, "deadline"),
        ({"period": {"from": "2026-03-15", "to": "2026-03-02"}}, "last"),
        ({"choice": "keys", "keys": ["S-0000"]}, "keys"),
        ({"choice": "provider", "provider": "Andre"}, "provider"),
        ({"title": "010190-1234"}, "title"),
        ({"form": "x"}, "form"),
        ({"period": None}, "period"),
    ],
)
def test_a_round_that_cannot_be_opened_is_told_by_field(
    changes: dict[str, Any], told: str, client: FlaskClient
) -> None:
    answer = client.post("/api/v1/rounds", json=NEW_ROUND | changes)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert told in answer.get_json()["detail"]
    assert "010190" not in answer.text
    assert body(client, "rounds")["items"] == []


def test_a_round_asked_for_twice_is_opened_once(client: FlaskClient) -> None:
    answers = [client.post("/api/v1/rounds", json=NEW_ROUND) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 422]
    assert "S-2026-0001" in answers[1].get_json()["detail"]


def test_what_is_sent_in_another_form_is_refused(client: FlaskClient) -> None:
    for path in ("rounds", "submissions"):
        answer = client.post(f"/api/v1/{path}", data="title=x", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, answer.content_type) == (415, "application/problem+json")


def test_a_rounds_templates_come_in_one_file_and_are_noted_as_issued(client: FlaskClient) -> None:
    opened(client)
    assert body(client, "rounds/1")["board"][0]["issued_at"] is None
    with zipfile.ZipFile(io.BytesIO(get(client, "rounds/1/templates.zip").data)) as archive:
        assert archive.namelist() == [f"doegnskema-S-2026-000{n}.xlsx" for n in (1, 2, 3)]
    assert body(client, "rounds/1")["board"][0]["issued_at"] == "2026-03-20T12:00:00+00:00"


@pytest.mark.parametrize("query,delimiter,half", [("", ",", "37.67"), ("?format=da", ";", "37,67")])
def test_the_comparison_as_separated_text(
    query: str, delimiter: str, half: str, client: FlaskClient, settled: Callable[[], None]
) -> None:
    send(client, returned_schedule())
    settled()
    content = get(client, f"comparison.csv{query}").data
    assert content.startswith("\ufeff".encode()) == bool(query)
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    assert [row["case_key"] for row in rows] == ["S-2026-0001", "S-2026-0002", "S-2026-0003"]
    assert (rows[0]["delivered"], rows[1]["delivered"], rows[0]["state"]) == (half, "", "over")


def test_the_comparison_can_be_taken_a_page_at_a_time(client: FlaskClient) -> None:
    first = get(client, "comparison?limit=2")
    assert [row["case_key"] for row in first.get_json()] == ["S-2026-0001", "S-2026-0002"]
    assert first.headers["Link"] == '</api/v1/comparison?limit=2&after=S-2026-0002>; rel="next"'
    last = get(client, "comparison?limit=2&after=S-2026-0002")
    assert [row["case_key"] for row in last.get_json()] == ["S-2026-0003"]
    assert "Link" not in last.headers


def test_the_parameters_are_those_that_figures_are_computed_with(client: FlaskClient) -> None:
    told, active = body(client, "parameters"), ParameterSet()
    assert set(told) == set(ParameterSet.__slots__)
    assert (told["name"], told["version"], told["rule_set"]) == (active.name, active.version, active.rule_set)
    assert (told["tolerance_hours"], told["sleeping_weight"], told["financed_categories"]) == (2, 0.75, list("DFTX"))


def test_the_index_leads_to_every_list(client: FlaskClient) -> None:
    for link in body(client, "")["links"].values():
        assert client.get(link).status_code == 200


def test_the_description_names_every_route_and_the_page_shows_it_without_script(
    client: FlaskClient, app: Flask
) -> None:
    described = client.get("/api/openapi.json").get_json()
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(m.upper(), path) for path, operations in described["paths"].items() for m in operations}
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(described)))
    assert named <= set(described["components"]["schemas"])
    page = client.get("/api/").text
    assert all(path in page for path in described["paths"])
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=", page)


def test_the_page_of_the_interface_is_there_in_english(served: Callable[..., Flask]) -> None:
    page = served(language="en").test_client().get("/api/").text
    assert "Bodies of requests and answers" in page
    assert "Indhold" not in page
