"""The demonstration from beginning to end: by the command once, and once more over its own folder."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from rich.console import Console
from sqlalchemy import Row
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE

from bit_model.checks import check_text
from bit_model.comparison import Reading
from bit_model.hours import measure
from bit_model.parameters import ParameterSet
from sync.comparison.rows import ComparisonRow, comparison_rows
from sync.demo import municipality
from sync.demo_run import run
from sync.failures import Failure
from sync.store import open_store, submissions
from sync.store.cases import import_cases
from sync.store.database import writing
from sync.token import signing_key, verified
from workbook_templates.files.gate import Container, Kind, Limits, gate
from workbook_templates.layouts.doegnskema import Form

PARAMETERS = ParameterSet()
DEMO = municipality()
KEPT_OUT = "S-2026-0012"
LEFT = {"sagsliste.xlsx", "udsendt", "ny-runde", "retur", "bitark.db", "originaler", "bit-sammenligning.xlsx"}
LEFT |= {"bitark.db.key"}
BEFORE_THE_KEY = {Form.LIST: "doegnskema-", Form.GRID: "doegnskema-net-"}
AS_ISSUED = {f"{BEFORE_THE_KEY[DEMO.forms[key]]}{key}.xlsx" for key in DEMO.schedules}
UNUSUAL = {
    "doegnskema-S-2026-0004.xlsx": ("has_problems", 1),
    "doegnskema-S-2026-0012.xlsx": ("has_problems", 1),
    "Havnegade 0017 scannet.xlsx": ("refused", None),
    "doegnskema-S-2026-0003_ny udgave.xlsx": ("accepted", 2),
    "doegnskema-S-2026-0004_rettet.xlsx": ("accepted", 2),
}
"""Status and version of the files that are not simply accepted as a case's first version."""
RENAMED = {
    "S-2026-0002": "Lærkehuset 0002 udfyldt.xlsx",
    "S-2026-0006": "Åkanden 0006.xls",
    "S-2026-0007": "Åkanden 0007.ods",
    "S-2026-0008": "Åkanden 0008.xlsx",
    "S-2026-0010": "Egeskoven 0010 i vores eget ark.xlsx",
}
UNCONFIRMED = "doegnskema-net-S-2026-0020.xlsx"
"""The file in which a usual day is suggested and not confirmed everywhere."""
COPY = "Kopi af doegnskema-S-2026-0016.xlsx"
RETURNED = AS_ISSUED - {f"doegnskema-{key}.xlsx" for key in RENAMED} | set(RENAMED.values()) | set(UNUSUAL) | {COPY}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `bitark demo` has been."""
    directory = tmp_path_factory.mktemp("demonstration") / "demo"
    command = [sys.executable, "-c", "from sync.cli import main; main()", "demo", "--no-serve", "--dir", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in directory.iterdir()} == LEFT
    return directory


@pytest.fixture(scope="module")
def rows(folder: Path) -> dict[str, ComparisonRow]:
    return rows_in(folder)


def rows_in(folder: Path) -> dict[str, ComparisonRow]:
    store = open_store(str(folder / "bitark.db"), str(folder / "originaler"))
    with store.engine.connect() as connection:
        found = {row.case_key: row for row in comparison_rows(connection, PARAMETERS)}
    store.engine.dispose()
    return found


def received_in(folder: Path) -> dict[str, Row[Any]]:
    store = open_store(str(folder / "bitark.db"), str(folder / "originaler"))
    with store.engine.connect() as connection:
        found = {row.file_name: row for row in submissions.received_files(connection)}
    store.engine.dispose()
    return found


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_case_is_issued_and_every_file_that_came_back_is_accounted_for(folder: Path) -> None:
    received = received_in(folder)
    assert names_in(folder / "udsendt") == AS_ISSUED
    assert names_in(folder / "retur") == RETURNED == set(received)
    found = {name: (row.status, row.version) for name, row in received.items()}
    assert found == {name: UNUSUAL.get(name, ("accepted", 1)) for name in RETURNED}
    assert len(names_in(folder / "originaler")) == len({row.sha256 for row in received.values()})


def test_returned_files_are_what_they_are_said_to_be(folder: Path) -> None:
    gated = {path.name: gate(path.read_bytes(), Limits()) for path in (folder / "retur").iterdir()}
    kinds = {name: found.kind if isinstance(found, Container) else found.code for name, found in gated.items()}
    assert kinds.pop("Havnegade 0017 scannet.xlsx") == "F01"
    assert kinds.pop("Åkanden 0006.xls") is Kind.XLS
    assert kinds.pop("Åkanden 0007.ods") is Kind.ODS
    assert set(kinds.values()) == {Kind.XLSX}
    received = received_in(folder)
    assert received[COPY].sha256 == received["doegnskema-S-2026-0016.xlsx"].sha256


def test_hours_are_those_of_the_schedules_whatever_way_they_came_back(rows: dict[str, ComparisonRow]) -> None:
    assert rows.keys() == DEMO.schedules.keys()
    for key, schedule in DEMO.schedules.items():
        measurement = measure(schedule, PARAMETERS)
        hours = measurement.per_week(measurement.of_categories(PARAMETERS.financed_categories))
        assert rows[key].delivered == (None if key == KEPT_OUT else hours), key


def test_a_case_reads_as_it_is_meant_to_but_the_one_whose_schedule_stays_out(rows: dict[str, ComparisonRow]) -> None:
    readings = {key: row.comparison.reading for key, row in rows.items()}
    assert readings == {**DEMO.readings, KEPT_OUT: Reading.MISSING}
    counts = Counter(readings.values())
    assert all(counts[reading] >= 2 for reading in Reading if reading is not Reading.FIRST_PAIR)
    assert counts[Reading.FIRST_PAIR]


def test_errors_are_told_at_their_cells_all_at_once(folder: Path) -> None:
    received = received_in(folder)
    store = open_store(str(folder / "bitark.db"), str(folder / "originaler"))
    with store.engine.connect() as connection:
        kept = {name: submissions.submission(connection, received[name].id) for name in UNUSUAL}
    store.engine.dispose()
    codes = {
        name: {(found["code"], found["cell"][:1]) for found in one.report["problems"] if found["level"] == "E"}
        for name, one in kept.items()
        if one is not None
    }
    assert codes["doegnskema-S-2026-0004.xlsx"] == {("R01", "A")}
    assert codes["Havnegade 0017 scannet.xlsx"] == {("F01", "")}
    assert codes["doegnskema-S-2026-0012.xlsx"] == {
        ("R01", "F"),
        ("R02", "E"),
        ("R08", "J"),
        ("R14", "H"),
        ("R14", "K"),
        ("R15", "A"),
        ("R21", "M"),
    }


def test_no_token_is_told_to_be_anothers_and_suggestions_nobody_confirmed_are(folder: Path) -> None:
    store = open_store(str(folder / "bitark.db"), str(folder / "originaler"))
    with store.engine.connect() as connection:
        kept = {
            row.file_name: submissions.submission(connection, row.id) for row in submissions.received_files(connection)
        }
    store.engine.dispose()
    codes = {name: {found["code"] for found in one.report["problems"]} for name, one in kept.items() if one is not None}
    assert not {"H04", "H05"} & set().union(*codes.values())
    assert {name for name, found in codes.items() if "R26" in found} == {UNCONFIRMED}


def test_the_next_round_has_tokens_of_its_own_and_offers_the_usual_days_of_what_counts(folder: Path) -> None:
    assert names_in(folder / "ny-runde") == {f"doegnskema-{key}.xlsx" for key in DEMO.next_cases}
    key = signing_key(str(folder / "bitark.db"), "")
    for path in (folder / "ny-runde").iterdir():
        book = load_workbook(path, read_only=True)
        token = verified(str(book["Oplysninger"][place_of(book, "bit_token")].value), key)
        assert token is not None
        assert (token.period, token.form) == (DEMO.next_period, Form.LIST)
        assert "Sovende nattevagt" in {cell for row in book["Mønster"].iter_rows(values_only=True) for cell in row}
        book.close()


def place_of(book: Workbook, name: str) -> str:
    ((_, cell),) = book.defined_names[name].destinations
    return str(cell).replace("$", "")


def test_by_name_a_corrected_file_follows_the_one_it_corrects(folder: Path) -> None:
    for first, later in (("0003", "0003_ny udgave"), ("0004", "0004_rettet")):
        names = sorted(path.name for path in (folder / "retur").glob(f"doegnskema-S-2026-{first}*"))
        assert names == [f"doegnskema-S-2026-{first}.xlsx", f"doegnskema-S-2026-{later}.xlsx"]


def test_no_file_name_holds_a_cpr_number() -> None:
    assert not [finding for name in RETURNED for finding in check_text(name, "note", 0) if finding.code == "R21"]
    assert not [name for name in RETURNED if re.search(r"\d{6}", name)]


@pytest.fixture(scope="module")
def again(folder: Path, rows: dict[str, ComparisonRow], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A copy of the folder and what was said, after another run over it where there is no LibreOffice."""
    assert rows  # read before the run
    directory = tmp_path_factory.mktemp("again") / "demo"
    shutil.copytree(folder, directory)
    console = Console(width=80, force_terminal=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(directory))
        with console.capture() as said:
            run(directory, console)
    return directory, said.get()


def test_another_run_gives_the_same_figures_and_does_without_libreoffice(
    rows: dict[str, ComparisonRow], again: tuple[Path, str]
) -> None:
    directory, said = again
    assert rows_in(directory) == rows
    assert names_in(directory / "retur") == {re.sub(r"\.(xls|ods)$", ".xlsx", name) for name in RETURNED}
    assert len(received_in(directory)) == len(RETURNED)
    assert "LibreOffice" in said


def test_what_is_said_fits_a_terminal_of_eighty_characters(again: tuple[Path, str]) -> None:
    directory, said = again
    lines = said.replace(str(directory), "demo").splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "…" not in said
    for key in DEMO.schedules:
        assert sum(line.startswith(key) for line in lines) == 1
    for name in ("doegnskema-S-2026-0004.xlsx", "doegnskema-S-2026-0012.xlsx", "Havnegade 0017 scannet.xlsx"):
        assert name in said


@pytest.mark.parametrize(
    "foreign", ["egne noter.docx", "retur/mit skema.xlsx", "udsendt/andet.xlsx", "ny-runde/andet.xlsx"]
)
def test_a_folder_with_anything_else_in_it_is_left_alone(folder: Path, tmp_path: Path, foreign: str) -> None:
    directory = tmp_path / "demo"
    shutil.copytree(folder, directory)
    (directory / foreign).write_bytes(b"mine")
    before = sorted(directory.rglob("*"))
    with pytest.raises(Failure, match=Path(foreign).name):
        run(directory, Console(quiet=True))
    assert sorted(directory.rglob("*")) == before


def test_a_folder_of_an_authority_is_left_alone(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "bitark.db"), str(tmp_path / "originaler"))
    with writing(store.engine) as connection:
        import_cases(connection, CASES, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    store.engine.dispose()
    with pytest.raises(Failure, match=r"bitark\.db"):
        run(tmp_path, Console(quiet=True))
    assert names_in(tmp_path) == {"bitark.db", "originaler"}


@pytest.mark.parametrize("name", ["bitark.db", "sagsliste.xlsx"])
def test_a_folder_that_only_has_files_named_alike_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"something else altogether, and long enough to be no empty database")
    with pytest.raises(Failure, match=r"bitark\.db"):
        run(tmp_path, Console(quiet=True))
    assert names_in(tmp_path) == {name}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").write_bytes(b"")
    with pytest.raises(Failure, match="demo"):
        run(tmp_path / "demo", Console(quiet=True))
