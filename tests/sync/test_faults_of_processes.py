"""Processes that are killed at each step, and clocks that are wrong: no file is lost, and none is there twice."""

import datetime as dt
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from bit_model_example import PERIOD
from fault_table import Fault
from flask import Flask
from processes import CLIENT, RESCUED_SECONDS, START_SECONDS, kill, send, until, worker
from served_faults import assert_there_once, finish_what_was_left, jobs_left, serving, working
from signed_in import bearer
from sqlalchemy import select
from sync_material import CASES, NOW, returned_schedule
from urllib3.exceptions import HTTPError

from sync.ingest import Reader, ingest, receive
from sync.settings import Settings
from sync.store import Store, rounds, submissions
from sync.store.database import has_queue, writing
from sync.store.rounds import NewRound
from sync.store.tables import ROUND_CASE
from sync.token import signed_link

Seen = Callable[..., None]


@pytest.fixture
def content() -> bytes:
    return returned_schedule()


@pytest.fixture
def link(store: Store, settings: Settings) -> str:
    """The path of the link of the first case, in a round that is open today."""
    today = dt.datetime.now(dt.UTC).date()
    with writing(store.engine) as connection:
        key = CASES[0].case_key
        rounds.open_round(connection, NewRound("Forår", PERIOD, "liste", today), [key], NOW)
        held = connection.execute(select(ROUND_CASE.c.id, ROUND_CASE.c.link_number)).one()
    return f"/aflever/{signed_link(held.id, held.link_number, settings.key)}"


def hand_in(address: str, link: str, content: bytes) -> int:
    """The status of the answer to a file sent by the page of a link."""
    page = CLIENT.request("GET", address + link)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.data.decode())
    assert token
    fields = {"csrf_token": token[1], "file": ("skema.xlsx", content)}
    cookie = {"Cookie": page.headers["Set-Cookie"].partition(";")[0]}
    return CLIENT.request("POST", address + link, fields=fields, headers=cookie, redirect=False).status


@pytest.mark.parametrize(
    "way, point, fault",
    [
        ("api", "original stored", Fault.API_STORED),
        ("api", "row written", Fault.API_ROW),
        ("api", "committed", Fault.API_COMMITTED),
        ("link", "original stored", Fault.LINK_STORED),
        ("link", "row written", Fault.LINK_ROW),
        ("link", "committed", Fault.LINK_COMMITTED),
    ],
)
def test_a_web_process_killed_on_the_way_loses_no_file_and_doubles_none(  # noqa: PLR0917 - fixtures
    way: str,
    point: str,
    fault: Fault,
    link: str,
    store: Store,
    settings: Settings,
    reader: Reader,
    content: bytes,
    tmp_path: Path,
    seen: Seen,
) -> None:
    with serving(settings, tmp_path, point) as (process, address):
        with pytest.raises(HTTPError):
            send(address, content) if way == "api" else hand_in(address, link, content)
        assert process.wait(START_SECONDS) == -9
    finish_what_was_left(store, reader)
    assert_there_once(store, content)
    again = receive(store, content, "skema.xlsx", queued=has_queue(store.engine))
    assert not again.is_new
    assert_there_once(store, content, times=2)
    seen(fault, "no answer; finished and sent again")


def test_a_web_process_killed_in_the_middle_of_an_upload_leaves_nothing(
    store: Store, settings: Settings, reader: Reader, content: bytes, tmp_path: Path, seen: Seen
) -> None:
    with serving(settings, tmp_path) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 5) as connection:
            head = f"POST /api/v1/submissions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(content)}\r\n"
            head += f"Authorization: {bearer()['Authorization']}\r\n"
            head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
            connection.sendall(head.encode() + content[: len(content) // 2])
            kill(process)
    finish_what_was_left(store, reader)
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []
    assert list(store.originals.all()) == []
    seen(Fault.UPLOAD_CUT, "no answer")


@pytest.mark.parametrize(
    "point, fault",
    [
        ("in the middle of reading", Fault.READING),
        ("result written", Fault.RESULT),
        ("result committed", Fault.READ),
    ],
)
def test_a_process_killed_while_it_reads_leaves_the_file_to_another(
    point: str,
    fault: Fault,
    store: Store,
    settings: Settings,
    reader: Reader,
    content: bytes,
    tmp_path: Path,
    seen: Seen,
) -> None:
    if has_queue(store.engine):
        receive(store, content, "skema.xlsx", queued=True)
        with working(settings, tmp_path, point) as process:
            assert process.wait(RESCUED_SECONDS) == -9
        with worker(settings):
            until(lambda: not jobs_left(store), RESCUED_SECONDS)
    else:
        with serving(settings, tmp_path, point) as (process, address):
            with pytest.raises(HTTPError):
                send(address, content)
            assert process.wait(START_SECONDS) == -9
        finish_what_was_left(store, reader)
    assert_there_once(store, content)
    seen(fault, "another reads it" if has_queue(store.engine) else "no answer; finished by the next sweep")


@pytest.mark.parametrize("hours, fault", [(1, Fault.AHEAD), (-1, Fault.BEHIND)])
def test_clocks_that_are_hours_apart_change_neither_what_is_read_nor_which_version_counts(
    hours: int, fault: Fault, store: Store, settings: Settings, tmp_path: Path, reader: Reader, seen: Seen
) -> None:
    first, second = returned_schedule(), returned_schedule(remarks="rettet")
    wrong, opposite = ("ahead", "behind") if hours > 0 else ("behind", "ahead")
    with serving(settings, tmp_path, wrong) as (_, address):
        sent = [send(address, first)[1]["id"]]
        if has_queue(store.engine):
            with working(settings, tmp_path, opposite):
                until(lambda: not jobs_left(store), RESCUED_SECONDS)
        sent.append(receive(store, second, "rettet.xlsx", queued=has_queue(store.engine)).submission_id)
        if has_queue(store.engine):
            with working(settings, tmp_path, opposite):
                until(lambda: not jobs_left(store), RESCUED_SECONDS)
        else:
            finish_what_was_left(store, reader)
    with store.engine.connect() as connection:
        rows = {row.id: (row.version, row.counts) for row in submissions.received_files(connection)}
    assert [rows[one] for one in sent] == [(1, False), (2, True)]
    seen(fault, "the version received last counts")


def test_two_versions_in_the_hour_that_comes_twice_keep_their_order(
    store: Store, reader: Reader, app: Flask, monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    shown = []
    for moment, remarks in (("2026-10-25T00:50", "kl. 02.50 sommertid"), ("2026-10-25T01:10", "kl. 02.10 normaltid")):
        at = dt.datetime.fromisoformat(f"{moment}+00:00")
        monkeypatch.setattr("sync.ingest._now", lambda at=at: at)
        done = ingest(store, reader, returned_schedule(remarks=remarks), f"{remarks}.xlsx")
        shown.append(done.submission_id)
    with store.engine.connect() as connection:
        rows = submissions.received_files(connection)
    assert [(row.id, row.version, row.counts) for row in rows] == [(shown[1], 2, True), (shown[0], 1, False)]
    with app.test_request_context():
        local = [app.jinja_env.filters["moment"](row.first_at) for row in rows]
    assert ["02:10" in local[0], "02:50" in local[1]] == [True, True]
    seen(Fault.SUMMER_TIME, "the later one is version 2 and counts, also where its clock says less")
