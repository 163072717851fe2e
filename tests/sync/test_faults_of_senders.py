"""Senders that are slow, send far too much, or pack archives into archives; and the table of all faults."""

import io
import os
import re
import socket
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from fault_table import Fault, accounted, faults
from flask.testing import FlaskClient
from page_forms import post
from processes import CLIENT, send, web
from served_faults import assert_there_once, finish_what_was_left
from signed_in import bearer
from sync_material import CASES, returned_schedule

from sync.ingest import Reader
from sync.settings import Settings
from sync.store import Store

Seen = Callable[..., None]
SLOW = 30


def request(content: bytes, length: str) -> bytes:
    head = f"POST /api/v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{length}\r\n"
    head += f"Authorization: {bearer()['Authorization']}\r\n"
    return head.encode() + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n" + content


def form(content: bytes) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="skema.xlsx"\r\n\r\n'
    return head + content + b"\r\n--x--\r\n"


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), 20)


def test_uploads_that_stand_still_hold_up_nobody_and_are_taken_when_they_go_on(
    store: Store, settings: Settings, reader: Reader, seen: Seen
) -> None:
    body = form(returned_schedule())
    whole = request(body, f"Content-Length: {len(body)}")
    half = len(whole) // 2
    with web(settings) as (_, address), ExitStack() as held:
        slow = [held.enter_context(connected(address)) for _ in range(SLOW)]
        for one in slow:
            one.sendall(whole[:half])
        status, _ = send(address, returned_schedule(CASES[1].case_key))  # held up, it would come after those are closed
        assert status in {201, 202}
        for one in slow[1:]:  # the first is given up
            one.sendall(whole[half:])
        answers = {int(one.recv(12).split()[1]) for one in slow[1:]}
    assert answers <= {200, 201, 202}
    finish_what_was_left(store, reader)
    seen(Fault.SLOW, "that one is answered at once; one gives up, 29 go on", of=store)


def test_five_gigabytes_are_refused_by_their_length(store: Store, settings: Settings, seen: Seen) -> None:
    with web(settings) as (_, address):
        with connected(address) as sender:
            sender.sendall(request(b"", f"Content-Length: {5 * 1024**3}"))
            status = int(sender.recv(12).split()[1])
        assert CLIENT.request("GET", f"{address}/healthz").status == 200
    assert status == 413
    assert accounted(store) == "nothing is kept"
    seen(Fault.HUGE, f"{status} before any of it is taken")


def test_an_upload_that_does_not_tell_its_length_is_stopped_all_the_same(
    store: Store, settings: Settings, seen: Seen
) -> None:
    with web(settings, BITARK_MAX_UPLOAD_BYTES="1000000") as (_, address):
        with connected(address) as sender:
            sender.sendall(request(b"", "Transfer-Encoding: chunked"))
            piece = b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000)
            for _ in range(30):
                sender.sendall(piece)
            sender.sendall(b"0\r\n\r\n")
            status = int(sender.recv(12).split()[1])
        assert CLIENT.request("GET", f"{address}/healthz").status == 200
    assert status == 413
    assert accounted(store) == "nothing is kept"
    seen(Fault.TOO_LARGE, str(status))


def test_a_zip_in_a_zip_is_told_and_its_neighbour_taken(app: object, store: Store, reader: Reader, seen: Seen) -> None:
    client: FlaskClient = app.test_client()  # type: ignore[attr-defined]
    content = returned_schedule()
    answer = post(client, "/returneringer/", files=[(zipped(inner=zipped(a=content), b=content), "alle.zip")])
    assert answer.status_code == 422
    assert "F07" in answer.text
    finish_what_was_left(store, reader)
    assert_there_once(store, content)
    seen(Fault.ZIP_IN_ZIP, f"{answer.status_code} with F07; the file beside it is taken")


def zipped(**held: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in held.items():
            made.writestr(f"{name}.{'zip' if content[30:32] != b'[C' and name == 'inner' else 'xlsx'}", content)
    return target.getvalue()


@pytest.mark.skipif(bool(os.environ.get("BITARK_WRITE_DOCS")), reason="the table is being written")
def test_the_table_has_every_fault_and_a_test_sees_each() -> None:
    assert faults() == list(Fault)
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("test_faults*.py"))
    assert {name for name in Fault.__members__ if not re.search(rf"\bFault\.{name}\b", tests)} == set()
