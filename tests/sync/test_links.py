"""The page behind a link: its own case in its own round, for its own days, and nothing else."""

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from bit_model_example import PERIOD
from flask import Flask
from flask.testing import FlaskClient
from page_forms import Clock, link_of, opened, post, states
from structlog.testing import capture_logs
from sync_material import CASES, returned_schedule
from werkzeug.test import TestResponse

from sync.files import OriginalUnavailable
from sync.ingest import Reader, ingest, receive, sweep
from sync.store import Store, filings, submissions
from sync.store.database import has_queue, open_database
from sync.store.tables import Status
from sync.token import FormToken, signed, signed_link, verified_link
from workbook_templates.layouts.doegnskema import Form

FIRST, SECOND, _ = (case.case_key for case in CASES)
KEY = "only for tests"
AT_ONCE = dt.timedelta(0)
HandIn = Callable[..., str]


@pytest.fixture
def client(app: Any) -> FlaskClient:
    made: FlaskClient = app.test_client()
    return made


@pytest.fixture
def path(client: FlaskClient) -> str:
    """A round with all cases."""
    return opened(client)


def sent(client: FlaskClient, link: str, content: bytes, name: str = "skema.xlsx") -> TestResponse:
    return post(client, link, page=link, files=[(content, name)])


@pytest.fixture
def hand_in(client: FlaskClient, settled: Callable[[], None]) -> HandIn:
    """Hand a file in by a link; the page that tells what came of it, once it has been read."""

    def send(link: str, content: bytes, name: str = "skema.xlsx") -> str:
        answer = sent(client, link, content, name)
        settled()
        if answer.status_code == 422:
            return answer.text
        assert answer.location.startswith(link)
        return client.get(answer.location).text

    return send


def token_for(case_key: str) -> str:
    return signed(FormToken(case_key, PERIOD, Form.LIST, dt.date(2026, 2, 20)), KEY)


def test_a_token_of_a_link_names_a_case_in_a_round_and_cannot_be_made_without_the_key() -> None:
    token = signed_link(7, 2, KEY)
    assert verified_link(token, KEY) == (7, 2, 1)
    assert verified_link(signed_link(7, 2, KEY, 3), KEY) == (7, 2, 3)
    for text in (token[:-1], f"x{token}", signed_link(7, 2, "another key"), token_for(FIRST), ""):
        assert verified_link(text, KEY) is None


def test_a_provider_returns_the_file_sees_its_problems_and_returns_it_corrected(
    client: FlaskClient, path: str, hand_in: HandIn
) -> None:
    link = link_of(client, path, FIRST)
    assert "Vælg sagens fil" in client.get(link).text
    page = hand_in(link, returned_schedule(changes={(5, "Start"): "efter frokost"}))
    assert "efter frokost" in page
    assert "Døgnskema!B5" in page
    assert states(client, path)[FIRST] == "Har fejl"
    assert "Modtaget uden fejl" in hand_in(link, returned_schedule(), "rettet.xlsx")
    assert states(client, path)[FIRST] == "Skal vurderes"


def test_a_file_that_waits_for_a_worker_is_told_to_be_received(
    client: FlaskClient, path: str, store: Store, settled: Callable[[], None]
) -> None:
    answer = sent(client, link_of(client, path, FIRST), returned_schedule())
    waits = "Filen er modtaget og læses" in client.get(answer.location).text
    assert waits == has_queue(store.engine)
    assert states(client, path)[FIRST] == ("Modtaget" if waits else "Skal vurderes")
    settled()
    assert "Modtaget uden fejl" in client.get(answer.location).text
    assert states(client, path)[FIRST] == "Skal vurderes"


def test_the_page_shows_nothing_of_other_cases_and_leads_nowhere_else(
    client: FlaskClient, path: str, store: Store, reader: Reader, hand_in: HandIn
) -> None:
    ingest(store, reader, returned_schedule(SECOND), "den anden.xlsx")
    link = link_of(client, path, FIRST)
    page = hand_in(link, returned_schedule(changes={(5, "Start"): None}))
    assert SECOND not in page
    assert "den anden" not in page
    assert "Forår 2026" not in page
    own = {link, "/static/bitark.svg", "#main-content"}
    leads = set(re.findall(r'href="([^"]+)"', page)) - own
    assert {address for address in leads if not address.startswith(("/static/", link))} == set()


def test_remarks_are_handed_out_for_its_own_files_only(
    client: FlaskClient, path: str, store: Store, reader: Reader, hand_in: HandIn
) -> None:
    other = ingest(store, reader, returned_schedule(SECOND, {(5, "Start"): None}), "den anden.xlsx")
    link = link_of(client, path, FIRST)
    page = hand_in(link, returned_schedule(changes={(5, "Start"): None}))
    own = re.search(rf'href="({link}/\d+/bemaerkninger)"', page)
    assert own
    assert client.get(own[1]).status_code == 200
    assert client.get(f"{link}/{other.submission_id}/bemaerkninger").status_code == 404
    assert client.get(f"{link}/99/bemaerkninger").status_code == 404


@pytest.mark.parametrize(
    "header", [{"case_key": SECOND}, {"case_key": "", "token": token_for(SECOND)}, {"case_key": "S-2026-001"}]
)
def test_a_file_of_another_case_is_told_and_filed_under_neither(
    header: dict[str, Any], client: FlaskClient, path: str, store: Store, hand_in: HandIn
) -> None:
    link = link_of(client, path, FIRST)
    assert "T06" in hand_in(link, returned_schedule(**header))
    assert set(states(client, path).values()) == {"Ikke sendt"}
    assert "Vælg sagens fil" in client.get(link).text
    with store.engine.connect() as connection:
        (waiting,) = filings.tray(connection)
    assert (waiting.status, waiting.case_id, waiting.counts) == (Status.REFUSED, None, False)


def test_the_file_sent_by_the_wrong_link_finds_its_case_by_the_right_one_or_by_upload(
    client: FlaskClient, path: str, store: Store, hand_in: HandIn, settled: Callable[[], None]
) -> None:
    content, other = returned_schedule(SECOND), returned_schedule(SECOND, {(3, "Slut"): "07:45"})
    wrong, right = link_of(client, path, FIRST), link_of(client, path, SECOND)
    for strayed in (content, other):
        assert "T06" in hand_in(wrong, strayed)
        assert "T06" in hand_in(wrong, strayed)
    assert "Modtaget uden fejl" in hand_in(right, content)
    post(client, "/returneringer/", files=[(other, "anden.xlsx")])
    settled()
    with store.engine.connect() as connection:
        assert filings.tray(connection) == []
        assert {row.case_key for row in submissions.received_files(connection)} == {SECOND}
    assert states(client, path)[FIRST] == "Ikke sendt"


def test_a_file_that_is_another_cases_already_stays_there_and_nothing_of_it_is_shown(
    client: FlaskClient, path: str, store: Store, reader: Reader
) -> None:
    content = returned_schedule(SECOND, {(5, "Start"): "efter frokost"})
    done = ingest(store, reader, content, "skema.xlsx")
    link = link_of(client, path, FIRST)
    answer = sent(client, link, content, "andet navn.xlsx")
    assert answer.status_code == 422
    assert "hører ikke til dette link" in answer.text
    assert SECOND not in answer.text
    assert "efter frokost" not in answer.text
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    assert (kept.case_key, kept.version) == (SECOND, 1)


@pytest.mark.parametrize("content", [b"%PDF-1.7", returned_schedule("")])
def test_a_file_that_names_no_case_is_the_links(
    content: bytes, client: FlaskClient, path: str, hand_in: HandIn
) -> None:
    link = link_of(client, path, FIRST)
    told = {b"%PDF-1.7": ("F01", "Har fejl")}.get(content, ("Modtaget uden fejl", "Skal vurderes"))
    assert told[0] in hand_in(link, content)
    assert told[0] in client.get(link).text
    assert states(client, path)[FIRST] == told[1]


def test_a_file_sent_by_its_link_while_it_waits_to_be_read_is_the_links(
    client: FlaskClient, path: str, store: Store, reader: Reader, hand_in: HandIn
) -> None:
    receive(store, b"%PDF-1.7", "scan.pdf", queued=has_queue(store.engine))
    link = link_of(client, path, FIRST)
    assert "F01" in hand_in(link, b"%PDF-1.7")
    assert states(client, path)[FIRST] == "Har fejl"
    assert list(sweep(store, reader, AT_ONCE)) == []


@pytest.mark.parametrize("number", ["2", "99", "x", "-1", "9" * 30])
def test_nothing_is_told_of_a_file_that_did_not_come_by_the_link(
    number: str, client: FlaskClient, path: str, store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    ingest(store, reader, returned_schedule("S-9"), "andet.xlsx")
    answer = client.get(f"{link_of(client, path, FIRST)}?ny={number}")
    assert answer.status_code == 200
    assert "ikke taget ind" not in answer.text


def test_a_file_killed_before_it_was_read_is_still_its_links(
    client: FlaskClient, path: str, store: Store, reader: Reader
) -> None:
    link = link_of(client, path, FIRST)
    found = verified_link(link.rpartition("/")[2], KEY)
    assert found is not None
    receive(store, b"%PDF-1.7", "scan.pdf", link=found[0])
    receive(store, returned_schedule(SECOND), "forkert.xlsx", link=found[0])
    assert states(client, path)[FIRST] == "Modtaget"
    scanned, strayed = sweep(store, reader, AT_ONCE)
    assert (scanned.case_key, strayed.status) == (FIRST, Status.REFUSED)
    assert states(client, path) == {key: "Har fejl" if key == FIRST else "Ikke sendt" for key in states(client, path)}


def test_a_link_is_revoked_for_its_case_alone_and_the_new_one_works(client: FlaskClient, path: str) -> None:
    old, other = link_of(client, path, FIRST), link_of(client, path, SECOND)
    post(client, f"{path}/sager/{FIRST}", act="revoke")
    assert client.get(old).status_code == 404
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(other).text)
    assert token
    form = {"csrf_token": token[1], "file": (io.BytesIO(returned_schedule()), "skema.xlsx")}
    assert client.post(old, data=form).status_code == 404
    assert states(client, path)[FIRST] == "Ikke sendt"
    assert client.get(other).status_code == client.get(link_of(client, path, FIRST)).status_code == 200


def test_a_link_dies_with_its_case_and_with_its_days(client: FlaskClient, path: str, clock: Clock) -> None:
    first, second = link_of(client, path, FIRST), link_of(client, path, SECOND)
    post(client, f"{path}/sager/{FIRST}", act="withdraw", reason="Flyttet")
    assert client.get(first).status_code == 404
    clock.on("2026-04-10")
    assert "Fristen er gået, men I kan stadig" in client.get(second).text
    clock.on("2026-04-11")
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("token", ["x", "1.2", token_for(FIRST)])
def test_a_made_up_link_is_told_like_a_revoked_one(token: str, client: FlaskClient, path: str) -> None:
    answer = client.get(f"/aflever/{token}")
    assert answer.status_code == 404
    assert "Linket virker ikke" in answer.text
    assert path not in answer.text


def test_one_file_at_a_time(client: FlaskClient, path: str) -> None:
    link = link_of(client, path, FIRST)
    both = [(returned_schedule(), "a.xlsx"), (b"x", "b.xlsx")]
    for files in ([], both):
        assert post(client, link, page=link, files=files).status_code == 422
    assert states(client, path)[FIRST] == "Ikke sendt"


def test_the_provider_sees_why_a_file_was_returned(client: FlaskClient, path: str, hand_in: HandIn) -> None:
    link = link_of(client, path, FIRST)
    hand_in(link, returned_schedule())
    post(client, "/returneringer/1/vurdering", act="returned", comment="Nætterne mangler.")
    assert "Nætterne mangler." in client.get(link).text
    assert states(client, path)[FIRST] == "Sendt tilbage"


def test_a_links_token_is_in_no_log_when_the_store_of_files_is_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    link = link_of(client, opened(client), FIRST)

    def away(*_: object) -> str:
        raise OriginalUnavailable

    monkeypatch.setattr("sync.files.Originals.put", away)
    with capture_logs() as said:
        assert sent(client, link, returned_schedule()).status_code == 503
    assert [line["event"] for line in said] == ["originals unavailable"]
    assert link.rpartition("/")[2] not in str(said)


def test_a_links_token_is_in_no_log(app: Flask, owner_database: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    link = link_of(client, opened(client), FIRST)
    broken = open_database(owner_database)
    with broken.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE filing RENAME TO gone")
    broken.dispose()
    with capture_logs() as said:
        assert client.get(link).status_code == 500
    assert [line["event"] for line in said] == ["request failed"]
    assert link.rpartition("/")[2] not in str(said)
