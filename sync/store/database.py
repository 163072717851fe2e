"""The engine, its transactions and the schema's version."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

SCHEMA_VERSION = "0003"
"""The newest migration; kept here so that a process on a current database need not load Alembic."""
BUSY_TIMEOUT_MS = 15_000


def open_database(url: str) -> Engine:
    """An engine for the URL. On SQLite every commit is durable and readers do not wait for a writer."""
    engine = create_engine(sqlite_url(url), json_serializer=_to_json, json_deserializer=orjson.loads)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def sqlite_url(path: str) -> str:
    """The URL of a database file, for those who think in files; what is a URL already stays as it is."""
    return path if "://" in path else f"sqlite:///{path}"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that will write: it waits for its turn at the start instead of failing in the middle."""
    with engine.connect().execution_options(bitark_write=True) as connection, connection.begin():
        yield connection


def is_current(engine: Engine) -> bool:
    """True when the schema is the one this code was written for."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == SCHEMA_VERSION)


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version; creates a database that is not there."""
    if is_current(engine):
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "sync:migrations")
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def location(engine: Engine) -> str:
    """The database's URL without its password, for messages."""
    return make_url(engine.url).render_as_string(hide_password=True)


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("bitark_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
