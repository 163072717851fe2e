"""The case list from the database to a file and back: `bitark export-list`, and the models that no case shows."""

import datetime as dt
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.config import Config
from case_lists import awkward_cases, case_lists, without_rows
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import JSON, column, insert, inspect, select, table
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS
from two_databases import Server

from sync.store import open_store
from sync.store.cases import RECORD, Listed, import_cases, newest_list
from sync.store.database import open_database, writing
from sync.store.secrets import opened
from sync.store.tables import CASE, HOUSE
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import read_case_list
from workbook_templates.files.gate import Limits

SECONDS = 60
NARROW = [column for column in CASE.columns if column.name not in {"id", "record", "secret_id"}]


def taken_over(database: str, lists: Any) -> tuple[Listed, list[Any]]:
    """What an empty database then holds: the list, and the columns of the cases by key."""
    cases, models, houses = lists
    with closing(open_store(database, tempfile.gettempdir())) as store:
        with writing(store.engine) as connection:
            import_cases(connection, cases, models, houses, PARAMETERS, ON_DATE, NOW)
        with store.engine.connect() as connection:
            rows = connection.execute(select(*NARROW).order_by(CASE.c.case_key)).all()
            return newest_list(connection), [tuple(row) for row in rows]


@given(case_lists())
@example((awkward_cases(), (), ()))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_list_exported_and_taken_over_by_an_empty_database_of_either_kind_gives_equal_rows(
    postgresql: Server, lists: Any
) -> None:
    with TemporaryDirectory() as folder, postgresql.database() as url:
        first, rows = taken_over(str(Path(folder) / "first.db"), lists)
        again = read_case_list(build_case_list(*first), Limits())
        for database in (str(Path(folder) / "second.db"), url):
            second, rows_again = taken_over(database, (again.cases, again.tariff_models, again.houses))
            assert without_rows(second) == without_rows(first)
            assert rows_again == rows


def test_the_exported_cases_and_models_stand_in_the_order_of_the_list(database: str) -> None:
    cases = [replace(case, row=row) for row, case in zip((4, 2, 3), CASES, strict=True)]
    models = (*MODELS, replace(MODELS[0], valid_from=dt.date(2030, 1, 1)), replace(MODELS[0], provider="Anden"))
    found, _ = taken_over(database, (cases, models, HOUSES))
    assert [case.row for case in found.cases] == [2, 3, 4]
    assert found.tariff_models == models
    assert found.houses == HOUSES


def test_the_command_writes_the_list_and_never_overwrites_a_file(tmp_path: Path) -> None:
    expected, _ = taken_over(str(tmp_path / "bitark.db"), (CASES, MODELS, HOUSES))
    arguments: list[str | Path] = [Path(sys.executable).parent / "bitark", "export-list", "sagsliste.xlsx"]
    codes = []
    for _ in range(2):
        done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert "Traceback" not in done.stderr
        codes.append(done.returncode)
    assert codes == [0, 2]
    found = read_case_list((tmp_path / "sagsliste.xlsx").read_bytes(), Limits())
    assert without_rows((found.cases, found.tariff_models, found.houses)) == without_rows(tuple(expected))


def test_a_database_from_before_models_had_a_table_keeps_those_its_cases_are_judged_by(tmp_path: Path) -> None:
    expected, _ = taken_over(str(tmp_path / "new.db"), (CASES, MODELS, HOUSES))
    old = tmp_path / "old.db"
    engine = open_database(str(old))
    config = Config()
    config.set_main_option("script_location", "sync:migrations")
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        columns = {column["name"] for column in inspect(connection).get_columns("case")}
        of_old = table(
            "case", *(column(name, CASE.c[name].type) for name in columns - {"record"}), column("record", JSON)
        )
        with (
            closing(open_store(str(tmp_path / "new.db"), tempfile.gettempdir())) as store,
            store.engine.connect() as new,
        ):
            for row in opened(new, new.execute(select(CASE)), RECORD):
                kept = {name: value for name, value in row._asdict().items() if name in columns}
                for key in ("needs", "wishes", "responsible"):
                    del kept["record"]["case"][key]
                connection.execute(insert(of_old).values(kept))
            of_houses = table("house", column("name"), column("record", JSON))
            for row in new.execute(select(HOUSE.c.name, HOUSE.c.record)):
                connection.execute(insert(of_houses).values(row._asdict()))
    engine.dispose()
    with closing(open_store(str(old), tempfile.gettempdir())) as store, store.engine.connect() as connection:
        assert newest_list(connection) == expected
