"""The copies that docs/operations.md tells to take, taken while the service runs, and put back."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from sync_material import returned_schedule
from two_databases import Server

from sync.cli import app
from sync.ingest import Reader, ingest
from sync.settings import Settings
from sync.store import Store, cases, open_store, submissions

RESTORED = ("--no-owner", "--exit-on-error", "--single-transaction")


def held(store: Store) -> tuple[list[tuple[Any, ...]], Any]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in submissions.received_files(connection)], cases.newest_list(connection)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_dump_of_postgresql_restored_elsewhere_holds_the_same(
    store: Store, settings: Settings, reader: Reader, postgresql: Server, tmp_path: Path
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    dump = tmp_path / "bitark.dump"
    with postgresql.database("template0") as other:
        for command in (
            ["pg_dump", "--format=custom", f"--file={dump}", postgresql.owner(settings.database)],
            ["pg_restore", *RESTORED, f"--dbname={postgresql.owner(other)}", str(dump)],
        ):
            subprocess.run([postgresql.programs / command[0], *command[1:]], check=True, env=os.environ)
        with closing(open_store(other, settings.originals)) as restored:
            assert held(restored) == held(store)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_copy_of_the_database_file_taken_under_way_holds_the_same(
    store: Store, settings: Settings, reader: Reader, tmp_path: Path
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    copy = tmp_path / "kopi.db"
    with closing(sqlite3.connect(settings.database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(open_store(str(copy), settings.originals)) as restored:
        assert held(restored) == held(store)


def test_the_compose_file_names_our_commands_and_settings_only() -> None:
    import typer

    services = yaml.safe_load(Path("compose.yaml").read_text())["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "bitark"}
    assert sorted(ours) == ["schema", "web1", "web2", "worker"]
    commands = typer.main.get_command(app)
    for service in ours.values():
        command: Any = commands
        words = list(service["command"])
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options
        settings = {name for name in service["environment"] if name.startswith("BITARK_")}
        assert {name.removeprefix("BITARK_").lower() for name in settings} <= set(Settings.model_fields)
