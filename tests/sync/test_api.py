"""The interface for other tools."""

import hashlib
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sync_material import returned_schedule
from werkzeug.test import TestResponse

from sync.store import Store
from sync.store.database import has_queue

CHECK_KEYS = {"file", "sha256", "template", "version", "case_key", "period", "entries", "problems", "hours"}
PROBLEM_KEYS = {"level", "code", "sheet", "cell", "field", "found", "message", "remedy"}
ERROR_KEYS = {"type", "title", "status", "detail", "problems"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def later(store: Store) -> bool:
    """Is a file read by a worker, after the answer?"""
    return has_queue(store.engine)


def post(client: FlaskClient, content: bytes, name: str = "a.xlsx") -> TestResponse:
    return client.post("/api/v1/submissions", data={"file": (io.BytesIO(content), name)})


def test_a_posted_schedule_answers_as_check_does_with_what_became_of_it(
    client: FlaskClient, settled: Callable[[], None], later: bool
) -> None:
    content = returned_schedule()
    first = post(client, content)
    settled()
    second = post(client, content, "b.xlsx")
    assert [answer.status_code for answer in (first, second)] == [202 if later else 201, 200]
    assert first.location == second.location
    body = client.get(first.location).get_json()
    assert later or first.get_json() == body
    assert set(body) == CHECK_KEYS | {"id", "status", "case_version", "counts"}
    assert (body["id"], body["status"], body["case_version"], body["counts"]) == (1, "accepted", 1, True)
    assert body["period"] == {"from": "2026-03-02", "to": "2026-03-15"}
    assert body["hours"]["per_week"]["resource"] == 47.0
    assert second.get_json() == body


@pytest.mark.parametrize("kind", ["postgresql"])  # on SQLite none waits
def test_a_file_that_waits_to_be_read_answers_at_once_under_the_same_keys(client: FlaskClient) -> None:
    content = returned_schedule()
    answer = post(client, content, "skema 010190-1234.xlsx")
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "2")
    body = answer.get_json()
    assert set(body) == CHECK_KEYS | {"id", "status", "case_version", "counts"}
    assert (body["status"], body["file"], body["problems"]) == ("received", "skema ******-****.xlsx", [])
    assert body["sha256"] == hashlib.sha256(content).hexdigest()
    assert client.get(answer.location).get_json() == body
    again = post(client, content)
    assert (again.status_code, again.location) == (202, answer.location)


def test_a_submission_that_never_came_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/api/v1/submissions/99")
    assert (answer.status_code, set(answer.get_json())) == (404, ERROR_KEYS)


def test_the_problems_of_a_posted_file_have_the_one_shape(client: FlaskClient, settled: Callable[[], None]) -> None:
    answer = post(client, b"x", "x.xlsx")
    settled()
    answer = client.get(answer.location)
    (problem,) = answer.get_json()["problems"]
    assert set(problem) == PROBLEM_KEYS
    assert (answer.get_json()["status"], problem["code"]) == ("refused", "F01")


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"other": "x"}, {"file": b""}])
def test_a_form_without_a_file_is_refused(data: dict[str, object], client: FlaskClient) -> None:
    data = {name: (io.BytesIO(value), "") if isinstance(value, bytes) else value for name, value in data.items()}
    answer = client.post("/api/v1/submissions", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert set(answer.get_json()) == ERROR_KEYS


def test_a_case_has_its_figures_and_its_versions(client: FlaskClient, settled: Callable[[], None]) -> None:
    post(client, returned_schedule())
    settled()
    body = client.get("/api/v1/cases/S-2026-0001").get_json()
    assert (body["need"], body["delivered"], body["financed"]) == (36.0, 37.67, 52.5)
    assert [version["case_version"] for version in body["versions"]] == [1]
    assert body["submission"]["id"] == 1
    assert client.get("/api/v1/cases/S-2026-0002").get_json()["submission"] is None


def test_an_unknown_case_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/api/v1/cases/nope")
    assert answer.status_code == 404
    assert set(answer.get_json()) == ERROR_KEYS


def test_the_comparison_lists_every_case(client: FlaskClient) -> None:
    body = client.get("/api/v1/comparison").get_json()
    assert [row["case_key"] for row in body] == ["S-2026-0001", "S-2026-0002", "S-2026-0003"]
    assert {row["state"] for row in body} == {"unaccounted"}


def test_what_is_too_large_is_refused_in_the_same_shape(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/api/v1/submissions", data={"file": (io.BytesIO(b"x" * 5000), "x.xlsx")})
    assert answer.status_code == 413
    assert set(answer.get_json()) == ERROR_KEYS
