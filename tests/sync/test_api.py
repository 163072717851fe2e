"""The interface for other tools."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sync_material import returned_schedule

CHECK_KEYS = {"file", "sha256", "template", "version", "case_key", "period", "entries", "problems", "hours"}
PROBLEM_KEYS = {"level", "code", "sheet", "cell", "field", "found", "message", "remedy"}
ERROR_KEYS = {"type", "title", "status", "detail", "problems"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_posted_schedule_answers_as_check_does_with_what_became_of_it(client: FlaskClient) -> None:
    content = returned_schedule()
    answers = [
        client.post("/api/v1/submissions", data={"file": (io.BytesIO(content), name)}) for name in ("a.xlsx", "b.xlsx")
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    body = answers[0].get_json()
    assert set(body) == CHECK_KEYS | {"id", "status", "case_version", "counts"}
    assert (body["id"], body["status"], body["case_version"], body["counts"]) == (1, "accepted", 1, True)
    assert body["period"] == {"from": "2026-03-02", "to": "2026-03-15"}
    assert body["hours"]["per_week"]["resource"] == 47.0
    assert answers[1].get_json() == body


def test_the_problems_of_a_posted_file_have_the_one_shape(client: FlaskClient) -> None:
    answer = client.post("/api/v1/submissions", data={"file": (io.BytesIO(b"x"), "x.xlsx")})
    assert answer.status_code == 201
    (problem,) = answer.get_json()["problems"]
    assert set(problem) == PROBLEM_KEYS
    assert (answer.get_json()["status"], problem["code"]) == ("refused", "F01")


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"other": "x"}, {"file": (io.BytesIO(b""), "")}])
def test_a_form_without_a_file_is_refused(data: dict[str, object], client: FlaskClient) -> None:
    answer = client.post("/api/v1/submissions", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert set(answer.get_json()) == ERROR_KEYS


def test_a_case_has_its_figures_and_its_versions(client: FlaskClient) -> None:
    client.post("/api/v1/submissions", data={"file": (io.BytesIO(returned_schedule()), "a.xlsx")})
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


def test_the_interface_is_described(client: FlaskClient) -> None:
    paths = client.get("/api/openapi.json").get_json()["paths"]
    assert set(paths) == {
        "/api/v1/submissions",
        "/api/v1/cases/{case_key}",
        "/api/v1/comparison",
        "/api/v1/comparison.xlsx",
    }


def test_what_is_too_large_is_refused_in_the_same_shape(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/api/v1/submissions", data={"file": (io.BytesIO(b"x" * 5000), "x.xlsx")})
    assert answer.status_code == 413
    assert set(answer.get_json()) == ERROR_KEYS
