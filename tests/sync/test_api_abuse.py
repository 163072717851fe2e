"""What strangers may send to the API: names that lead elsewhere, headers in names, archives in archives, formulas."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from sync.comparison.separated import LIKE_A_FORMULA
from sync.store import Store, cases
from sync.store.database import writing

ELSEWHERE = [
    "../../../../../var/bitark-was-here.xlsx",
    r"..\..\bitark-was-here.xlsx",
    "/var/bitark-was-here.xlsx",
    "C:\\x.xlsx",
]
FORMULAS = [f"{begin}1+1|'x'!A1" for begin in LIKE_A_FORMULA]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def post_named(client: FlaskClient, content: bytes, name: str) -> int:
    """The id of a file that is sent by a name of any characters, as a program may that makes its own requests."""
    written = "".join(f"%{byte:02X}" for byte in name.encode())
    head = f"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{written}\r\n\r\n"
    body = head.encode() + content + b"\r\n--b--\r\n"
    answer = client.post("/api/v1/submissions", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code in {200, 201, 202}, answer.text
    return int(answer.json["id"])  # type: ignore[index]  # it has a body


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_files_name_leads_nowhere(name: str, client: FlaskClient, settled: Callable[[], None]) -> None:
    number = post_named(client, returned_schedule(changes={(3, "Start"): None}), name)
    settled()
    for what in ("original", "annotated"):
        told = client.get(f"/api/v1/submissions/{number}/{what}").headers["Content-Disposition"]
        assert "/" not in told
        assert "\\" not in told
        assert "bitark-was-here" in told or "x" in told
    assert not Path("/var/bitark-was-here.xlsx").exists()


@pytest.mark.parametrize("name", ['a"; x="\r\nX-Evil: 1\r\n\r\n<b>.xlsx', "b\nSet-Cookie: x=1.xlsx", "\r\n", "\0.xlsx"])
def test_a_files_name_brings_no_header_along(name: str, client: FlaskClient, settled: Callable[[], None]) -> None:
    number = post_named(client, returned_schedule(changes={(3, "Start"): None}), name)
    settled()
    for what in ("original", "annotated", "problems", ""):
        answer = client.get(f"/api/v1/submissions/{number}/{what}".rstrip("/"))
        assert answer.status_code == 200
        assert {"X-Evil", "Set-Cookie"} & set(answer.headers.keys()) == set()
        assert not any(character in value for _, value in answer.headers for character in "\r\n\0")


def test_an_archive_in_an_archive_is_refused_unread(client: FlaskClient, settled: Callable[[], None]) -> None:
    content = returned_schedule()
    for depth in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{depth}.zip" if depth else "skema.xlsx", content)
        content = packed.getvalue()
        number = post_named(client, content, "skemaer.zip")
        settled()
        body = client.get(f"/api/v1/submissions/{number}").json
        assert body is not None
        assert (body["status"], body["case_key"], body["entries"]) == ("refused", None, 0)
        assert [problem["code"][0] for problem in body["problems"]] == ["F"]


def test_no_text_becomes_a_formula(client: FlaskClient, store: Store) -> None:
    odd = [replace(CASES[0], case_key=f"S-{n}", provider=x, budget_area=x) for n, x in enumerate(FORMULAS)]
    with writing(store.engine) as connection:
        cases.import_cases(connection, odd, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    for query, delimiter in (("", ","), ("?format=da", ";")):
        text = client.get(f"/api/v1/comparison.csv{query}").data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
        assert [row["provider"] for row in rows] == [f"'{formula}" for formula in FORMULAS]
        assert [row["budget_area"] for row in rows] == [f"'{formula}" for formula in FORMULAS]
    for name, sheet in (("comparison.xlsx", "BIT"), ("bit-data.xlsx", "BIT-data")):
        book = load_workbook(io.BytesIO(client.get(f"/api/v1/{name}").data))
        cells = [cell for row in book[sheet].iter_rows(max_col=3) for cell in row]
        assert len(cells) == 3 * (1 + len(FORMULAS))
        assert {cell.data_type for cell in cells} == {"s"}


def test_a_request_that_says_a_file_is_a_text_or_a_text_is_a_file_is_refused(client: FlaskClient) -> None:
    for data, media_type in (
        ({"file": "x"}, "multipart/form-data"),
        (b"PK", "application/zip"),
        (b"{}", "application/json"),
    ):
        answer = client.post("/api/v1/submissions", data=data, content_type=media_type)
        assert answer.status_code in {415, 422}
        assert answer.content_type == "application/problem+json"
