"""Files without a case: nothing lost, nothing counted, and a person decides."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from page_forms import opened, post, states
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from sync.comparison.rows import comparison_rows
from sync.ingest import Reader, ingest, sweep
from sync.store import Store, cases, filings, submissions
from sync.store.database import has_queue, writing
from sync.store.tables import Status

FIRST = CASES[0].case_key
AT_ONCE = dt.timedelta(0)


@pytest.fixture
def client(app: Any) -> FlaskClient:
    made: FlaskClient = app.test_client()
    return made


def counting(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return [row.case_key for row in comparison_rows(connection, PARAMETERS) if row.delivered is not None]


def test_an_empty_tray_says_so(client: FlaskClient) -> None:
    assert "Bakken er tom" in client.get("/bakke/").text


@pytest.mark.parametrize(
    "content, why", [(b"%PDF-1.7", "F01"), (returned_schedule("S-2026-001"), "T02"), (returned_schedule(""), "H01")]
)
def test_a_file_without_a_case_waits_and_does_not_count(
    content: bytes, why: str, client: FlaskClient, store: Store, reader: Reader
) -> None:
    done = ingest(store, reader, content, "fil.xlsx")
    page = client.get("/bakke/").text
    assert f'href="/bakke/{done.submission_id}"' in page
    assert why in page
    assert counting(store) == []
    assert "1 fil har ingen sag" in client.get("/returneringer/").text
    assert f'href="/bakke/{done.submission_id}"' in client.get(f"/returneringer/{done.submission_id}").text


@pytest.mark.parametrize("stated", ["S-2026-001", ""])
def test_a_person_gives_a_file_its_case_and_it_counts(
    stated: str, client: FlaskClient, store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    path = opened(client)
    ingest(store, reader, returned_schedule(stated), "fil.xlsx")
    answer = post(client, "/bakke/1", act="case_given", case_key=FIRST, comment="Tastefejl i nøglen")
    assert (answer.status_code, answer.location) == (303, "/returneringer/1")
    waits = "Filen er modtaget og læses" in client.get(answer.location).text
    assert waits == has_queue(store.engine)
    settled()
    page = client.get(answer.location).text
    assert "Tastefejl i nøglen" in page
    assert "bit-level-E" not in page
    assert counting(store) == [FIRST]
    assert states(client, path)[FIRST] == "Skal vurderes"
    assert "Bakken er tom" in client.get("/bakke/").text
    assert client.get("/bakke/1").status_code == 404


def test_a_scan_that_is_given_a_case_is_shown_there_as_one_with_errors(
    client: FlaskClient, store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    path = opened(client)
    ingest(store, reader, b"%PDF-1.7", "scan.pdf")
    post(client, "/bakke/1", act="case_given", case_key=FIRST)
    settled()
    assert states(client, path)[FIRST] == "Har fejl"
    assert counting(store) == []


def test_a_person_killed_before_the_file_was_read_again_has_given_it_all_the_same(
    client: FlaskClient, store: Store, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(store, reader, returned_schedule("S-2026-001"), "fil.xlsx")
    with monkeypatch.context() as killed:
        killed.setattr("sync.ingest._read", lambda *_: None)
        answer = post(client, "/bakke/1", act="case_given", case_key=FIRST)
    assert answer.status_code == (303 if has_queue(store.engine) else 404)  # 404: it is answered by what was cut off
    (done,) = sweep(store, reader, AT_ONCE)
    assert (done.status, done.case_key) == (Status.ACCEPTED, FIRST)


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"act": "case_given", "case_key": "S-9"}, "Sagslisten har ikke denne nøgle"),
        ({"act": "case_given", "case_key": ""}, "Udfyld feltet"),
        ({"act": "dismissed", "comment": ""}, "Udfyld feltet"),
        ({"act": "dismissed", "comment": "Fra a@b.example"}, "e-mailadresse"),
        ({"act": "andet"}, "Vælg en af mulighederne"),
    ],
)
def test_what_cannot_be_done_is_told_and_the_file_waits_on(
    fields: dict[str, str], told: str, client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, b"%PDF-1.7", "scan.pdf")
    answer = post(client, "/bakke/1", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    with store.engine.connect() as connection:
        assert (filings.in_tray(connection), filings.acts(connection, [1])) == (1, [])


def test_a_file_is_dismissed_with_a_reason_kept_and_taken_back(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    ingest(store, reader, b"%PDF-1.7", "scan.pdf")
    post(client, "/bakke/1", act="dismissed", comment="Et brev, ikke et skema")
    page = client.get("/bakke/").text
    assert "Bakken er tom" in page
    assert "Et brev, ikke et skema" in page
    ingest(store, reader, b"%PDF-1.7", "scan igen.pdf")
    assert "Bakken er tom" in client.get("/bakke/").text
    assert client.get("/returneringer/1/original").data == b"%PDF-1.7"
    post(client, "/bakke/1", act="taken_back")
    assert "Bakken er tom" not in client.get("/bakke/").text
    with store.engine.connect() as connection:
        assert [act.act for act in filings.acts(connection, [1])] == ["dismissed", "taken_back"]


def test_a_dismissed_file_is_not_read_again_when_a_case_list_has_its_key_and_a_waiting_one_is(
    client: FlaskClient, store: Store, reader: Reader
) -> None:
    for number, key in enumerate(("S-2026-0008", "S-2026-0009")):
        ingest(store, reader, returned_schedule(key), f"{number}.xlsx")
    post(client, "/bakke/1", act="dismissed", comment="Ikke vores")
    new = [CASES[0].__class__(f"S-2026-000{i}", "Handicap", "Bakkehuset", CASES[0].provider_kind) for i in (8, 9)]
    with writing(store.engine) as connection:
        cases.import_cases(connection, (*CASES, *new), MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    assert [one.case_key for one in sweep(store, reader)] == ["S-2026-0009"]


def test_a_file_with_a_case_cannot_be_put_in_the_tray(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    assert post(client, "/bakke/1", act="dismissed", comment="Væk").status_code == 404
    assert post(client, "/bakke/1", act="case_given", case_key=CASES[1].case_key).status_code == 404
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, 1)
    assert kept is not None
    assert (kept.case_key, kept.counts) == (FIRST, True)
    assert not re.search("Bakke</h1>", client.get("/bakke/1").text)
