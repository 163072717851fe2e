"""The schema and the engine."""

import datetime as dt
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, event, inspect, select, text
from sqlalchemy.dialects import sqlite
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS
from two_databases import Server

from sync.store import open_store
from sync.store.cases import import_cases
from sync.store.columns import ExactFraction, UtcMoment, Words
from sync.store.comparison import narrow_rows
from sync.store.database import (
    SCHEMA_VERSION,
    NewerDatabase,
    OlderDatabase,
    is_current,
    open_database,
    upgrade,
    writing,
)
from sync.store.ownership import owned
from sync.store.tables import CASE, METADATA, RECEIPT, STORED_FILE, SUBMISSION

QUEUE = "procrastinate_"
THREADS = 8
AUTHORITY_KEYS = ["S-2026-0001", "S-2026-0010", "S-2026-002", "a", "B", "ø-1", "Æ-2", "å", "z", "S 1", "s_1", "Aa", "é"]


@pytest.fixture
def empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if kind == "sqlite":
        yield str(tmp_path / "new.db")
    else:
        server: Server = request.getfixturevalue("postgresql")
        with server.database("template0") as url:
            yield server.owner(url)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """A database with our tables."""
    made = open_store(database, tempfile.gettempdir()).engine
    yield made
    made.dispose()


def migrate(engine: Engine, to: str, *, back: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", "sync:migrations")
    config.set_main_option("path_separator", "os")
    with writing(engine.execution_options(bitark_upgrade=True)) as connection:
        config.attributes["connection"] = connection
        (command.downgrade if back or to == "base" else command.upgrade)(config, to)


def differences(engine: Engine) -> list[object]:
    """Between the tables that are there and those that the code uses; the queue's are Procrastinate's affair."""
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    return [one for one in found if not any(QUEUE in getattr(part, "name", "") for part in one[1:])]


def test_the_migrations_give_the_tables_that_the_code_uses(empty: str) -> None:
    engine = open_database(empty)
    assert not is_current(engine)
    upgrade(engine)
    assert is_current(engine)
    assert differences(engine) == []
    engine.dispose()


def test_the_migrations_can_be_taken_back_and_made_again(empty: str) -> None:
    engine = open_database(empty)
    for _ in range(2):
        migrate(engine, "head")
        assert differences(engine) == []
        migrate(engine, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_what_is_there_stays_when_rounds_are_added(empty: str) -> None:
    engine = open_database(empty)
    migrate(engine, "two_databases")
    with writing(engine) as connection:
        values = {"sha256": "0" * 64, "size_bytes": 2**40, "first_seen": "2026-03-20 12:00:00+00:00"}
        connection.execute(text("INSERT INTO stored_file VALUES (:sha256, :size_bytes, :first_seen)"), values)
    upgrade(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        assert connection.scalars(select(STORED_FILE.c.size_bytes)).all() == [2**40]
    engine.dispose()


BEFORE_AUTHORITIES = {
    "case": "id, case_key, budget_area, provider, provider_kind, house, legal_basis, parameter_set, imported_at, "
    "listed, record) VALUES (7, 'S-1', 'a', 'p', 'own', 'h', 'l', 's', '2026-03-20 12:00:00+00:00', true, '{}'",
    "house": "name, record) VALUES ('h', '{}'",
    "tariff_model": "id, provider, record) VALUES (3, 'p', '{}'",
    "stored_file": "sha256, size_bytes, first_seen) VALUES ('ab', 5, '2026-03-20 12:00:00+00:00'",
    "receipt": "id, sha256, file_name, times, first_at, last_at) "
    "VALUES (4, 'ab', 'skema.xlsx', 2, '2026-03-20 12:00:00+00:00', '2026-03-20 12:00:00+00:00'",
    "submission": "id, sha256, status, status_at, case_key, case_id, version, counts, entry_count, errors, warnings) "
    "VALUES (9, 'ab', 'accepted', '2026-03-20 12:00:00+00:00', 'S-1', 7, 1, true, 0, 0, 0",
    "submission_detail": "submission_id, report, header, rows, entries) VALUES (9, '{}', '{}', '{}', ''",
    "round": "id, title, period_start, period_end, form, deadline, opened_at) "
    "VALUES (2, 't', '2026-03-02', '2026-03-15', 'liste', '2026-03-27', '2026-03-20 12:00:00+00:00'",
    "round_case": "id, round_id, case_id, withdrawn_reason, link_number) VALUES (6, 2, 7, '', 1",
    "filing": "submission_id, round_case_id, given_case_id, by_link, dismissed) VALUES (9, 6, 7, true, false",
    "file_act": "id, submission_id, act, at, role, comment, code, sheet, cell) "
    "VALUES (1, 9, 'accepted', '2026-03-20 12:00:00+00:00', 'r', '', '', '', ''",
}


def test_what_is_there_belongs_to_the_first_authority_once_there_are_authorities(empty: str) -> None:
    engine = open_database(empty)
    migrate(engine, "rounds")
    with writing(engine) as connection:
        for table, row in BEFORE_AUTHORITIES.items():
            connection.execute(text(f'INSERT INTO "{table}" ({row})'))
    upgrade(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        for one in owned():
            assert connection.scalars(select(one.c.authority_id)).all() == [1] * (one.name in BEFORE_AUTHORITIES), one
        assert connection.scalar(select(RECEIPT.c.submission_id)) == 9
        assert connection.scalar(select(SUBMISSION.c.sent_by)) == ""
    migrate(engine, "rounds", back=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT sha256 FROM receipt")) == "ab"
    engine.dispose()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_every_text_is_ordered_by_its_code_points(engine: Engine) -> None:
    query = text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND collation_name = 'C' AND table_name NOT LIKE 'procrastinate%'"
    )
    with engine.connect() as connection:
        ordered = {(row.table_name, row.column_name) for row in connection.execute(query)}
    used = {(table.name, column.name) for table in METADATA.tables.values() for column in table.c if is_words(column)}
    assert ordered == used


def is_words(column: Column[Any]) -> bool:
    return isinstance(column.type, Words)


def test_two_programs_that_start_at_once_bring_the_database_up_to_date_together(empty: str) -> None:
    source = "import sys; from sync.store import open_store, upgraded; upgraded(sys.argv[1]); open_store(*sys.argv[1:])"
    arguments = [sys.executable, "-W", "error::DeprecationWarning", "-c", source, empty, tempfile.gettempdir()]
    starting = [subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for one in starting:
        _, errors = one.communicate(timeout=60)
        assert (one.returncode, errors) == (0, "")
    engine = open_database(empty)
    assert differences(engine) == []
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_untouched_with_what_to_do(empty: str) -> None:
    engine = open_database(empty)
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    with pytest.raises(NewerDatabase, match="Installér den nye BITark") as told:
        open_store(empty, tempfile.gettempdir())
    assert empty.partition(":")[0] in str(told.value)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "from_the_future"
    engine.dispose()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_database_of_an_older_program_is_left_to_its_owner_with_what_to_run(empty: str) -> None:
    engine = open_database(empty)
    for version in (None, "rounds"):
        if version:
            migrate(engine, version)
        with pytest.raises(OlderDatabase, match="bitark db upgrade med BITARK_OWNER_DATABASE"):
            open_store(empty, tempfile.gettempdir())
    engine.dispose()


def test_cases_stand_in_the_same_order_on_both(engine: Engine) -> None:
    with writing(engine) as connection:
        listed = [replace(CASES[0], case_key=key) for key in AUTHORITY_KEYS]
        import_cases(connection, listed, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    with engine.connect() as connection:
        assert [row.case_key for row in narrow_rows(connection)] == sorted(AUTHORITY_KEYS)


def test_figures_and_texts_beyond_the_usual_are_kept_alike_on_both(engine: Engine) -> None:
    case = replace(CASES[0], need_hours=Decimal("1e-150"), budget_area="Ældre")
    priced = replace(case.tariff[0], amount=Decimal(10) ** 12)
    with writing(engine) as connection:
        case = replace(case, tariff=(priced,))
        import_cases(connection, [replace(case, case_key="S\x00")], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    with engine.connect() as connection:
        (row,) = narrow_rows(connection)
        moment = connection.scalar(select(CASE.c.imported_at))
    assert (row.case_key, row.day_rate_ore, row.need) == ("S\ufffd", 10**14, Fraction(1, 10**150))
    assert moment is not None
    assert (moment, moment.tzinfo) == (NOW, dt.UTC)


def test_whoever_reads_sees_one_state_and_whoever_writes_sees_the_newest(engine: Engine) -> None:
    def import_list(connection: Connection, count: int) -> None:
        import_cases(connection, CASES[:count], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)

    with writing(engine) as connection:
        import_list(connection, 1)
    with engine.connect() as reading:
        assert len(list(narrow_rows(reading))) == 1
        with writing(engine) as connection:
            import_list(connection, 3)
        assert len(list(narrow_rows(reading))) == 1
    with writing(engine) as connection:
        assert len(list(narrow_rows(connection))) == 3


def test_the_known_schema_version_is_the_newest_migration() -> None:
    assert ScriptDirectory("sync/migrations").get_current_head() == SCHEMA_VERSION


def test_a_commit_on_sqlite_is_durable_and_foreign_keys_hold(tmp_path: Path) -> None:
    with open_database(str(tmp_path / "new.db")).connect() as connection:
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("value", [Fraction(1, 3), Fraction(-7), Fraction(10**40, 3)])
def test_a_fraction_comes_back_exactly(value: Fraction) -> None:
    column, dialect = ExactFraction(), sqlite.dialect()
    assert column.process_result_value(column.process_bind_param(value, dialect), dialect) == value


def test_a_moment_without_a_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcMoment().process_bind_param(dt.datetime(2026, 1, 1), sqlite.dialect())


def test_connections_of_as_many_threads_as_a_web_process_has_are_kept(database: str) -> None:
    engine = open_database(database)
    opened: list[object] = []
    event.listen(engine, "connect", lambda connection, _: opened.append(connection))
    together = threading.Barrier(THREADS)

    def use(_: int) -> None:
        with engine.connect() as connection:
            together.wait(20)
            connection.execute(text("SELECT 1"))

    with ThreadPoolExecutor(THREADS) as threads:
        for _ in range(3):
            list(threads.map(use, range(THREADS)))
    engine.dispose()
    assert len(opened) == THREADS
