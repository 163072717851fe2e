"""A store on disk, the real pool of readers, and the service on loopback."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from page_forms import Clock
from pydantic import SecretStr
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS
from waitress.server import create_server

from sync.app import create_app
from sync.ingest import Reader
from sync.settings import Settings
from sync.store import Store, cases, open_store
from sync.store.database import writing
from workbook_templates.reading import reader_pool


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One child process for the whole run."""
    with reader_pool() as pool:
        yield pool


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Everything in the test's own folder."""
    return Settings(
        database=str(tmp_path / "bitark.db"),
        originals=str(tmp_path / "originaler"),
        secret_key=SecretStr("only for tests"),
    )


@pytest.fixture
def store(settings: Settings) -> Store:
    """A store that has the cases of `sync_material`."""
    made = open_store(settings.database, settings.originals)
    with writing(made.engine) as connection:
        cases.import_cases(connection, CASES, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    return made


@pytest.fixture
def clock() -> Clock:
    """The service's clock: it stands at `NOW` until a test sets it."""
    return Clock()


@pytest.fixture
def app(settings: Settings, store: Store, reader: Reader, clock: Clock) -> Flask:  # noqa: ARG001 - the store has the cases
    """The application over the store."""
    return create_app(settings, reader, clock)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the service listens, for the time of the test."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(app, sockets=[listening], threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.close()
    thread.join(5)
