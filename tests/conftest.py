"""A store on disk, the real pool of readers, and the service on loopback."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from bucket import ObjectStore
from chromium import listening
from flask import Flask
from flask_openapi.openapi import OpenAPI
from page_forms import Clock
from pydantic import SecretStr
from signed_in import Client, add_people
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS
from two_databases import Server

from sync.app import create_app
from sync.ingest import Reader
from sync.settings import Settings
from sync.store import Store, cases, open_store
from sync.store.database import has_queue, writing
from workbook_templates.reading import reader_pool

OpenAPI.test_client_class = (
    Client  # whoever makes an application in a test asks it as a caseworker, unless it says otherwise
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in which LibreOffice computes hundreds of workbooks go first: nobody then waits for one that began last."""
    items.sort(key=lambda item: "workbook_templates" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def master_key() -> None:
    """In the environment, also of child processes: a database at a URL has no other place for it."""
    os.environ["BITARK_MASTER_KEY"] = "only for tests, thirty-two characters"


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One child process for the whole run."""
    with reader_pool() as pool:
        yield pool


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for the whole run of a worker; it stops with it."""
    server = Server()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database; every test with one runs on both."""
    return str(request.param)


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the test's own database is: a file, or a fresh database of PostgreSQL."""
    yield from _database(kind, request, tmp_path / "bitark.db")


@pytest.fixture
def owner_database(kind: str, database: str, request: pytest.FixtureRequest) -> str:
    """The same by the user who owns the tables and may change them; a file has no such user."""
    return database if kind == "sqlite" else str(request.getfixturevalue("postgresql").owner(database))


@pytest.fixture
def another_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second one of the same kind."""
    yield from _database(kind, request, tmp_path / "another.db")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables and nothing in them, made once per run of a worker."""
    file = tmp_path_factory.mktemp("migrated") / "bitark.db"
    open_store(str(file), str(file.parent)).close()
    return file


def _database(kind: str, request: pytest.FixtureRequest, file: Path) -> Iterator[str]:
    if kind == "sqlite":
        copyfile(request.getfixturevalue("migrated"), file)
        yield str(file)
    else:
        with request.getfixturevalue("postgresql").database() as url:
            yield url


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """One S3 for the whole run of a worker; it stops with it."""
    made = ObjectStore()
    yield made
    made.close()


@pytest.fixture
def bucket(object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty place in S3; the environment, also that of child processes, has what leads there."""
    for name, value in object_store.environment.items():
        monkeypatch.setenv(name, value)
    return object_store.bucket()


@pytest.fixture
def originals(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where originals are kept: in a folder beside SQLite, in S3 beside PostgreSQL."""
    return str(tmp_path / "originaler") if kind == "sqlite" else request.getfixturevalue("bucket")


@pytest.fixture
def settings(database: str, originals: str) -> Settings:
    """The test's own database and originals: one of the two ways to run the service."""
    return Settings(
        database=database,
        originals=originals,
        secret_key=SecretStr("only for tests"),
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store that has the cases of `sync_material` and the people of `signed_in`."""
    made = open_store(settings.database, settings.originals)
    with writing(made.engine) as connection:
        cases.import_cases(connection, CASES, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
        add_people(connection)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    """The service's clock: it stands at `NOW` until a test sets it."""
    return Clock()


@pytest.fixture
def served(
    settings: Settings,
    store: Store,  # noqa: ARG001 - it has the cases
    reader: Reader,
    clock: Clock,
) -> Iterator[Callable[..., Flask]]:
    """Makes the application over the store, with some settings changed; it lets go of the database after the test."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        made.append(create_app(settings.model_copy(update=changes), reader, clock))
        return made[-1]

    yield make
    for app in made:
        app.extensions["bitark"].store.close()


@pytest.fixture
def app(served: Callable[..., Flask]) -> Flask:
    """The application over the store."""
    return served()


@pytest.fixture
def settled(settings: Settings, store: Store, reader: Reader) -> Callable[[], None]:
    """Has what waits been read? At once on SQLite; on PostgreSQL a worker reads it now."""

    def settle() -> None:
        if has_queue(store.engine):
            from sync.jobs import work

            signing = replace(store, key=settings.key)
            with ThreadPoolExecutor(1) as apart:  # a browser's test has an event loop running in its own thread
                apart.submit(work, signing, reader, 1, until_empty=True).result()

    return settle


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the service listens, for the time of the test."""
    with listening(app) as found:
        yield found
