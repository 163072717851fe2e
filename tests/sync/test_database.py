"""The schema and the engine."""

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from sync.store.columns import ExactFraction, UtcMoment
from sync.store.database import SCHEMA_VERSION, is_current, open_database, upgrade
from sync.store.tables import METADATA


def test_the_migrations_give_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    engine = open_database(str(tmp_path / "new.db"))
    assert not is_current(engine)
    upgrade(engine)
    assert is_current(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_known_schema_version_is_the_newest_migration() -> None:
    assert ScriptDirectory("sync/migrations").get_current_head() == SCHEMA_VERSION


def test_the_tables_can_be_made_on_postgresql() -> None:
    for table in METADATA.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


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
