"""The engine, its transactions and the schema's version, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

from sync.failures import Failure
from sync.store import audit
from sync.store.boundaries import enter_postgresql, enter_sqlite, protect
from sync.store.scope import NOBODY, OPTION
from sync.store.service_role import grant

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA_VERSION = "parameter_sets"
"""The newest migration; kept here so that a process on a current database need not load Alembic."""
BUSY_TIMEOUT_MS = 15_000
CONNECT_SECONDS = 5
KEPT_CONNECTIONS = 16
"""More than a process has threads at work: what is beyond this number is closed after each use and opened anew."""
UPGRADE_LOCK = 4_201_866
"""An arbitrary number that only our upgrades lock on PostgreSQL."""


class NewerDatabase(Failure):
    """The database was brought up to date by a later version of this program."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(
            f"Databasen {location(engine)} er fra en nyere BITark end denne og er ikke rørt. Installér den nye "
            "BITark også her, eller gendan den sikkerhedskopi, der blev taget før opdateringen."
        )


class OlderDatabase(Failure):
    """The schema is older than this program, and only its owner can change it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(
            f"Databasen {location(engine)} er ikke bragt op til denne version. Kør først bitark db upgrade med "
            "BITARK_OWNER_DATABASE sat til en bruger, der ejer tabellerne; se docs/operations.md."
        )


def open_database(url: str) -> Engine:
    """An engine for the URL or the path of an SQLite file. What is committed survives a power cut.

    A connection that only reads sees the database as it was at its first query, on PostgreSQL as on SQLite.
    """
    address = make_url(database_url(url))
    if address.get_backend_name() == "postgresql":
        engine = create_engine(
            address,
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,  # a connection from before a restart of the database is replaced, not failed on
            connect_args={"connect_timeout": CONNECT_SECONDS},
            **_ALIKE,
        )
        event.listen(engine, "begin", enter_postgresql)
        return engine
    engine = create_engine(address, **_ALIKE)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def database_url(place: str) -> str:
    """The URL of a database file, for those who think in files; a URL of PostgreSQL gets its driver's name."""
    for short in ("postgresql://", "postgres://"):
        if place.startswith(short):
            return f"postgresql+psycopg://{place.removeprefix(short)}"
    return place if "://" in place else f"sqlite:///{place}"


def has_queue(engine: Engine) -> bool:
    """True where files are read by workers that take them from a queue: on PostgreSQL."""
    return engine.dialect.name == "postgresql"


@contextmanager
def writing(engine: Engine, wait_ms: int = BUSY_TIMEOUT_MS) -> Iterator[Connection]:
    """One transaction that will write; what was noted in it (`audit.note`) is added to the audit's chain at its end.

    On SQLite it waits for its turn at the start instead of failing in the middle, at most `wait_ms`. On PostgreSQL each
    statement sees what others have committed, and the rows it depends on are locked (`with_for_update`, which SQLite
    ignores); a shorter `wait_ms` than the usual holds for each lock there.
    """
    noted: list[Any] = []
    chosen = {**writing_options(engine, wait_ms), audit.OPTION: noted}
    with engine.connect().execution_options(**chosen) as connection, connection.begin():
        if engine.dialect.name == "postgresql" and wait_ms < BUSY_TIMEOUT_MS:
            connection.execute(text(f"SET LOCAL lock_timeout = {int(wait_ms)}"))
        yield connection
        audit.append(connection, noted)


def is_writing(connection: Connection) -> bool:
    """True within `writing`."""
    return bool(connection.get_execution_options().get("bitark_write", False))


def writing_options(engine: Engine, wait_ms: int = BUSY_TIMEOUT_MS) -> dict[str, Any]:
    """The execution options of a connection whose transaction will write."""
    chosen: dict[str, Any] = {"bitark_write": True, "bitark_wait_ms": wait_ms}
    if engine.dialect.name == "postgresql":
        chosen["isolation_level"] = "READ COMMITTED"
    return chosen


def version(engine: Engine) -> str | None:
    """The schema's version, None where there are no tables yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def is_current(engine: Engine) -> bool:
    """True when the schema is the one this code was written for."""
    return version(engine) == SCHEMA_VERSION


def require_current(engine: Engine) -> None:
    """Raises `OlderDatabase` or `NewerDatabase` where the schema is not the one this code was written for."""
    found = version(engine)
    if found == SCHEMA_VERSION:
        return
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        ScriptDirectory.from_config(_config()).get_revision(found or "base")
    except CommandError as error:
        raise NewerDatabase(engine) from error
    raise OlderDatabase(engine)


def upgrade(engine: Engine, service: str = "") -> None:
    """Bring the schema to the newest version; creates the tables that are not there, on PostgreSQL as their owner.

    On PostgreSQL the policies are declared anew too, and the user in the URL `service` may do what the service does.
    Safe to do from several processes at once: one works, the others wait. Raises `NewerDatabase`.
    """
    on_postgresql = engine.dialect.name == "postgresql"
    if not on_postgresql and is_current(engine):
        return
    from alembic import command
    from alembic.util import CommandError

    config = _config()
    with writing(engine.execution_options(**{OPTION: NOBODY, "bitark_upgrade": True})) as connection:
        if on_postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
            _let_the_owner_see(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise NewerDatabase(engine) from error
        if on_postgresql:
            protect(connection)
            if service:
                grant(connection, make_url(database_url(service)))
        elif wrong := connection.execute(text("PRAGMA foreign_key_check")).first():
            msg = f"after the upgrade a row of {wrong[0]} refers to none"
            raise AssertionError(msg)


def _let_the_owner_see(connection: Connection) -> None:
    """Let the policies not hold for the tables' owner until they are declared anew: a migration sees every row."""
    forced = text(
        "SELECT quote_ident(relname) FROM pg_class "
        "WHERE relforcerowsecurity AND relnamespace = current_schema()::regnamespace"
    )
    for table in connection.scalars(forced).all():
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "sync:migrations")
    config.set_main_option("path_separator", "os")
    return config


def location(engine: Engine) -> str:
    """The database's URL without its password, for messages."""
    return make_url(engine.url).render_as_string(hide_password=True)


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


_ALIKE: dict[str, Any] = {
    "pool_size": KEPT_CONNECTIONS,
    "json_serializer": _to_json,
    "json_deserializer": orjson.loads,
    "hide_parameters": True,  # an error in a log shows the statement, not a citizen's values
}


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    durable = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}")
    for pragma in (*durable, "secure_delete=ON"):  # what is deleted is written over
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("bitark_upgrade", False):  # a table made anew has its references again only when all is done
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.detach()
    else:
        enter_sqlite(connection)
    if not options.get("bitark_write", False):
        connection.exec_driver_sql("BEGIN")
        return
    wait_ms = options["bitark_wait_ms"]
    if wait_ms == BUSY_TIMEOUT_MS:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait_ms)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
