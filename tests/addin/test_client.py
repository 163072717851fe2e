import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from sync_material import returned_schedule

from addin import client
from addin.client import Client, ServiceError, keep_token, kept_token, service_address
from addin.hosts.desktop.places import places, write_settings

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A server on loopback that is not ours, and answers every request in its own way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    thread.join(5)
    listening.server_close()


def says(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


class Memory(KeyringBackend):
    """A keyring that forgets when the test ends."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def ring() -> Iterator[Memory]:
    """No test looks into the keyring of whoever runs it."""
    before, ring = keyring.get_keyring(), Memory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_schedule_is_sent_and_the_case_and_the_comparison_are_fetched(
    address: str, settled: Callable[[], None]
) -> None:
    service, content = Client(address), returned_schedule()
    first = service.submit("skema.xlsx", content)
    settled()
    sent = service.submit("igen.xlsx", content)
    assert first["status"] in {"accepted", "received"}
    assert (sent["id"], sent["status"], sent["case_version"]) == (first["id"], "accepted", 1)
    assert service.case("S-2026-0001")["delivered"] == 37.67
    assert service.comparison_workbook().startswith(b"PK")


def test_what_a_worker_reads_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ASKED_AGAIN_AFTER_SECONDS", 0)
    asked: list[str] = []

    def reads(request: BaseHTTPRequestHandler) -> None:
        asked.append(f"{request.command} {request.path}")
        status = "accepted" if len(asked) == 3 else "received"
        code = 202 if request.command == "POST" else 200
        says(code, json.dumps({"id": 7, "status": status, "problems": []}).encode())(request)

    with server(reads) as address:
        assert Client(address).submit("x.xlsx", b"x")["status"] == "accepted"
        assert asked == ["POST /api/v1/submissions", *["GET /api/v1/submissions/7"] * 2]
        del asked[:3]
        asked += [""] * 3  # from here on nobody reads
        assert Client(address).submit("x.xlsx", b"x")["status"] == "received"


def test_an_unknown_case_is_told_in_the_words_of_the_service(address: str) -> None:
    with pytest.raises(ServiceError, match="Sagen findes ikke"):
        Client(address).case("nope/æ ?#")


@pytest.mark.parametrize(
    "ask", [lambda c: c.submit("x.xlsx", b"x"), lambda c: c.case("x"), lambda c: c.comparison_workbook()]
)
@pytest.mark.parametrize(
    "answer",
    [
        says(200, b"<html>Log ind", "text/html"),
        says(200, b"[]"),
        says(200, b"{}"),
        says(200, b""),
        says(200, b"\xff\xfe"),
        says(302, b"", Location="https://example.org/"),
        says(404, b"not here", "text/plain"),
        says(502, b"<html>Bad gateway", "text/html"),
        says(500, b'{"title": 1}'),
    ],
)
def test_an_answer_that_is_not_the_services_is_told(answer: Answer, ask: Callable[[Client], Any]) -> None:
    with server(answer) as address, pytest.raises(ServiceError, match=r"kan ikke læses.*Intet er gået tabt"):
        ask(Client(address))


def test_what_the_service_refuses_is_told_in_its_words() -> None:
    body = json.dumps({"title": "For meget på én gang", "detail": "Send filerne i mindre portioner."}).encode()
    with server(says(413, body, "application/problem+json")) as address, pytest.raises(ServiceError) as raised:
        Client(address).submit("x.xlsx", b"x")
    assert str(raised.value).startswith("For meget på én gang. Send filerne i mindre portioner. Intet er gået tabt")


def test_a_service_that_is_gone_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ServiceError, match=rf"127.0.0.1:{port} kan ikke nås.*send filen, som I plejer"):
        Client(f"http://127.0.0.1:{port}").case("x")


def test_a_connection_that_breaks_is_told() -> None:
    def breaks(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"{")

    with server(breaks) as address, pytest.raises(ServiceError, match="kan ikke nås"):
        Client(address).case("x")


def test_a_slow_service_is_told_and_what_that_means_for_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "READ_SECONDS", 0.2)
    done = threading.Event()

    def waits(_: BaseHTTPRequestHandler) -> None:
        done.wait(60)

    with server(waits) as address:
        with pytest.raises(ServiceError, match=r"for langsomt.*Send det igen: den samme fil tæller kun én gang"):
            Client(address).submit("x.xlsx", b"x")
        with pytest.raises(ServiceError, match=r"for langsomt. Prøv igen om lidt"):
            Client(address).case("x")
        done.set()


def test_an_answer_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "WHOLE_ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(client, "_CHUNK_BYTES", 1)

    def drips(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        try:
            for _ in range(1000):
                request.wfile.write(b" ")
                time.sleep(0.01)
        except OSError:  # whoever asked has gone
            return

    with server(drips) as address, pytest.raises(ServiceError, match="for langsomt"):
        Client(address).case("x")


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MAX_ANSWER_BYTES", 1000)
    with server(says(200, b"{" * 200_000)) as address, pytest.raises(ServiceError, match="kan ikke læses"):
        Client(address).case("x")


@pytest.mark.parametrize("address", ["http://bit.eksempel.dk", "ftp://127.0.0.1", "bit.eksempel.dk", "//x", "https:/x"])
def test_only_a_safe_address_is_taken(address: str) -> None:
    with pytest.raises(ServiceError, match="https://"):
        Client(address)


def test_no_address_is_told_with_how_to_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BITARK_SERVICE", raising=False)
    with pytest.raises(ServiceError, match="bitark-addin install --service"):
        Client()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_the_address_is_in_the_environment_or_in_the_settings_of_the_installed_add_in(
    platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("APPDATA", "USERPROFILE", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.delenv("BITARK_SERVICE", raising=False)
    assert service_address() == ""
    write_settings(places(platform, os.environ).settings, {"BITARK_SERVICE": "https://bit.eksempel.dk/"})
    assert service_address() == "https://bit.eksempel.dk"
    monkeypatch.setenv("BITARK_SERVICE", "http://127.0.0.1:8000")
    assert service_address() == "http://127.0.0.1:8000"


def test_a_token_is_kept_in_the_keyring_and_goes_to_its_own_service_only(ring: Memory) -> None:
    seen: list[str | None] = []

    def listens(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers.get("Authorization"))
        says(401, b"")(request)

    with server(listens) as one, server(listens) as other:
        keep_token(one, "hemmelig")
        for address in (one, other):
            with pytest.raises(ServiceError, match="bitark-addin token"):
                Client(address).case("x")
        assert seen == ["Bearer hemmelig", None]
        keep_token(one, "")
        assert (kept_token(one), ring.kept) == ("", {})
        keep_token(one, "")


def test_without_a_keyring_there_is_no_token_and_none_is_kept() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    assert kept_token("https://bit.eksempel.dk") == ""
    with pytest.raises(ServiceError, match="nøglering"):
        keep_token("https://bit.eksempel.dk", "hemmelig")
