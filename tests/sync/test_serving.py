"""What the web server turns away, and who waits for whom: senders of too much, of no end, and a byte at a time."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask import Flask
from processes import until
from signed_in import bearer

from sync.serving import FORM_BYTES, SILENT_SECONDS, THREADS, web_server

LARGEST = 1_000_000
FIVE_GB = 5_000_000_000
ERROR_KEYS = {"type", "title", "status", "detail", "problems"}
HEAD = "POST /api/v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture
def kind() -> str:
    """None of this comes to a database."""
    return "sqlite"


@pytest.fixture
def listening(served: Callable[..., Flask]) -> Iterator[tuple[str, int]]:
    """Where the server of the service listens."""
    own = socket.create_server(("127.0.0.1", 0))
    server = web_server(served(max_upload_bytes=LARGEST), LARGEST, sockets=[own])
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield own.getsockname()
    until(lambda: not server.active_channels)
    server.close()


def answer(connection: socket.socket) -> tuple[int, str, dict[str, Any]]:
    """Status, media type and body of what is answered, though not all was sent."""
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers["content-type"], json.loads(body)


def test_five_gigabytes_are_refused_before_any_of_them_is_sent(listening: tuple[str, int], originals: str) -> None:
    with socket.create_connection(listening, 10) as connection:
        connection.sendall(f"{HEAD}Content-Length: {FIVE_GB}\r\n\r\n".encode())
        status, media_type, body = answer(connection)
    assert (status, media_type, set(body)) == (413, "application/problem+json", ERROR_KEYS)
    assert "mindre portioner" in body["detail"]
    assert list(Path(originals).rglob("*")) == []


def test_a_body_without_a_length_is_refused_when_it_has_become_too_large(
    listening: tuple[str, int], originals: str
) -> None:
    begin = b"%x\r\n" % FIVE_GB
    with socket.create_connection(listening, 10) as connection:
        connection.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        connection.sendall(begin + b"x" * (LARGEST + FORM_BYTES - len(begin)))
        status, media_type, body = answer(connection)
    assert (status, media_type, set(body)) == (413, "application/problem+json", ERROR_KEYS)
    assert list(Path(originals).rglob("*")) == []


def test_senders_of_a_byte_at_a_time_keep_nobody_waiting(listening: tuple[str, int]) -> None:
    slow = [socket.create_connection(listening, 10) for _ in range(3 * THREADS)]
    for connection in slow:
        connection.sendall(f"{HEAD}Content-Length: 500000\r\n\r\n--b\r\n".encode())
    with urllib3.PoolManager(retries=False, timeout=SILENT_SECONDS / 2) as client:
        for _ in range(3):
            for connection in slow:
                connection.sendall(b"x")
            url = "http://{}:{}/api/v1/parameters".format(*listening)
            assert client.request("GET", url, headers=bearer()).status == 200
    for connection in slow:
        connection.close()


def test_what_is_no_request_is_told_in_the_one_shape(listening: tuple[str, int]) -> None:
    with socket.create_connection(listening, 10) as connection:
        connection.sendall(f"{HEAD}Content-Length: many\r\n\r\n".encode())
        status, media_type, body = answer(connection)
    assert (status, media_type, set(body)) == (400, "application/problem+json", ERROR_KEYS)
