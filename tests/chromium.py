"""Debian's Chromium, and the service on a port of this machine for it to look at."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright
from signed_in import signed_in
from waitress.server import create_server

from sync.roles import Role

PATIENCE_MS = 30_000
"""For what is looked for on a page to be there, with other tests beside it on the machine."""
OFFLINE = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that talks to nobody by itself."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert binary, "chromium is missing; `make test` installs it or says how"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=binary, args=[*sandbox, *OFFLINE])


@contextmanager
def listening(app: Flask, role: Role | None = Role.CASEWORKER) -> Iterator[str]:
    """The application's address while it listens; asked for a caseworker, for `role`, or for whoever asks (None)."""
    server_socket = socket.create_server(("127.0.0.1", 0))
    server = create_server(app if role is None else signed_in(app, role), sockets=[server_socket], threads=2)
    threading.Thread(target=server.run, daemon=True).start()  # it ends some time after the last connection
    try:
        yield f"http://127.0.0.1:{server_socket.getsockname()[1]}"
    finally:
        server.task_dispatcher.shutdown()  # what is being answered is answered before the test takes its database away
        server.close()
