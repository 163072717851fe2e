"""`bitark` as its users meet it: each command in a process of its own, by its output and exit code."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import openpyxl
import pytest
from bit_model_example import worked_schedule
from processes import reaches, until
from sync_material import CASES, HOUSES, MODELS, returned_schedule

from bit_model.case import OrderLine
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import read_case_list
from workbook_templates.files.gate import Limits
from workbook_templates.schedule.fill import fill_schedule

PROGRAMS = Path(sys.executable).parent
FINE, PROBLEMS, COULD_NOT = 0, 1, 2
SECONDS = 60
PERIOD = ("--from", "02-03-2026", "--to", "2026-03-15")
CHECK_KEYS = ["file", "sha256", "template", "version", "case_key", "period", "entries", "problems", "hours"]
PROBLEM_KEYS = ["level", "code", "sheet", "cell", "field", "found", "message", "remedy"]
HOURS_KEYS = ["days", "method", "naive", "stratified", "per_week", "by_theme"]
PER_WEEK_KEYS = ["D1", "D2", "F", "N", "S", "T", "X", "resource", "resource_ex_night", "contact"]
PAIRS = ["delivered_minus_need", "financed_minus_delivered", "financed_minus_need"]
COMPARE_KEYS = ["case_key", "budget_area", "provider", "need", "delivered", "financed", "day_rate", *PAIRS]
COMPARE_KEYS += ["states", "state", "reading"]


def environment(**more: str) -> dict[str, str]:
    """This environment without settings of ours, and a screen wide enough that no table is broken."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith("BITARK_") or key == "BITARK_MASTER_KEY"
    }
    return kept | {"COLUMNS": "300", **more}


def bitark(
    folder: Path, *arguments: str | Path, program: str = "bitark", **more: str
) -> subprocess.CompletedProcess[str]:
    """The command run in a folder. Whatever happens, no traceback reaches the user."""
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr.splitlines()[-1]
    return done


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What was said on either channel, in one line as frames and line breaks are the terminal's."""
    return " ".join((done.stdout + done.stderr).replace("│", " ").split())


@pytest.fixture(scope="module")
def issued_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case list, its issued templates and the database."""
    folder = tmp_path_factory.mktemp("issued")
    (folder / "sagsliste.xlsx").write_bytes(build_case_list(CASES, MODELS, HOUSES))
    done = bitark(folder, "issue", "sagsliste.xlsx", *PERIOD, "--out", "udsendt")
    assert done.returncode == FINE, done.stderr
    assert "3 nye sager" in told(done)
    return folder


@pytest.fixture
def folder(issued_once: Path, tmp_path: Path) -> Path:
    """A copy of it for the test alone, with the worked example filled into one template."""
    made = tmp_path / "kommune"
    shutil.copytree(issued_once, made)
    template = (made / "udsendt" / "doegnskema-S-2026-0001.xlsx").read_bytes()
    (made / "retur").mkdir()
    (made / "retur" / "skema.xlsx").write_bytes(fill_schedule(template, worked_schedule()))
    return made


def test_the_command_line_starts_without_what_only_some_commands_need() -> None:
    source = "import sys, sync.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    assert not {"flask", "pydantic", "sqlalchemy", "openpyxl", "xlsxwriter", "numpy"} & set(loaded)


def test_new_list_makes_an_empty_list_and_never_overwrites_one(tmp_path: Path) -> None:
    assert bitark(tmp_path, "new-list", "sagsliste.xlsx").returncode == FINE
    content = (tmp_path / "sagsliste.xlsx").read_bytes()
    assert read_case_list(content, Limits()).sound
    again = bitark(tmp_path, "new-list", "sagsliste.xlsx")
    assert again.returncode == COULD_NOT
    assert "findes allerede" in told(again)
    assert (tmp_path / "sagsliste.xlsx").read_bytes() == content


def test_a_database_without_a_case_list_is_not_exported_as_an_empty_one(tmp_path: Path) -> None:
    done = bitark(tmp_path, "export-list", "sagsliste.xlsx", "--db", "forkert.db")
    assert done.returncode == COULD_NOT
    assert not (tmp_path / "sagsliste.xlsx").exists()


def test_issue_makes_one_template_per_case_and_takes_the_list_over(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "udsendt").iterdir())
    assert names == [f"doegnskema-{case.case_key}.xlsx" for case in CASES]
    again = bitark(folder, "issue", "sagsliste.xlsx", *PERIOD, "--out", "en", "--case", "S-2026-0002")
    assert again.returncode == FINE
    assert "0 nye sager" in told(again)
    assert [path.name for path in (folder / "en").iterdir()] == ["doegnskema-S-2026-0002.xlsx"]


def test_issue_for_a_case_that_the_list_has_not_makes_nothing(folder: Path) -> None:
    done = bitark(folder, "issue", "sagsliste.xlsx", *PERIOD, "--out", "en", "--case", "S-9")
    assert done.returncode == COULD_NOT
    assert "S-9" in told(done)
    assert not (folder / "en").exists()


def test_issue_makes_the_forms_that_are_asked_for(folder: Path) -> None:
    made = {}
    for form in ("liste", "net", "begge"):
        arguments = ("--out", form, "--case", "S-2026-0002", "--form", form)
        assert bitark(folder, "issue", "sagsliste.xlsx", *PERIOD, *arguments).returncode == FINE
        made[form] = {path.name for path in (folder / form).iterdir()}
    assert made["liste"] == {"doegnskema-S-2026-0002.xlsx"}
    assert made["net"] == {"doegnskema-net-S-2026-0002.xlsx"}
    assert made["begge"] == made["liste"] | made["net"]


def test_issue_opens_a_round_over_its_cases_once_for_a_period(folder: Path) -> None:
    arguments = ("issue", "sagsliste.xlsx", *PERIOD, "--round", "Forår 2026", "--out")
    done = bitark(folder, *arguments, "runde")
    assert done.returncode == FINE
    assert "Runde 1 er åbnet" in told(done)
    with sqlite3.connect(folder / "bitark.db") as database:
        rows = database.execute("SELECT title, deadline, form FROM round").fetchall()
        issued = database.execute("SELECT count(*) FROM round_case WHERE issued_at IS NOT NULL").fetchone()
    database.close()
    assert (rows, issued) == ([("Forår 2026", "2026-03-29", "liste")], (3,))
    again = bitark(folder, *arguments, "igen")
    assert again.returncode == COULD_NOT
    assert "3 sager er allerede i en runde" in told(again)
    assert not (folder / "igen").exists()


@pytest.mark.parametrize(
    "wrong, said",
    [
        (("--round", " "), "1 til 100 tegn"),
        (("--round", "Borger 010190-1234"), "uden CPR-numre"),
        (("--round", "Forår", "--form", "begge"), "En runde har én form"),
    ],
)
def test_a_round_that_cannot_be_opened_issues_nothing(wrong: tuple[str, ...], said: str, folder: Path) -> None:
    done = bitark(folder, "issue", "sagsliste.xlsx", *PERIOD, "--out", "runde", *wrong)
    assert done.returncode == COULD_NOT
    assert said in told(done)
    assert not (folder / "runde").exists()


def test_watch_takes_in_what_lies_in_the_folder_and_moves_it(folder: Path) -> None:
    (folder / "retur" / "scan.pdf").write_bytes(b"%PDF-1.7")
    done = bitark(folder, "watch", "retur", "--once", "--every", "0.1")
    assert done.returncode == FINE
    assert "skema.xlsx: uden fejl, S-2026-0001, version 1, 0 fejl" in told(done)
    assert "scan.pdf: afvist, ingen sag, se bakken" in told(done)
    assert sorted(path.relative_to(folder).as_posix() for path in (folder / "retur").rglob("*.*")) == [
        "retur/afvist/scan.pdf",
        "retur/modtaget/skema.xlsx",
    ]


def test_watch_ends_when_it_is_told_to_and_takes_in_what_came_meanwhile(folder: Path) -> None:
    watched = folder / "ind"
    watched.mkdir()
    process = subprocess.Popen(
        [PROGRAMS / "bitark", "watch", "ind", "--every", "0.1"],
        cwd=folder,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "Holder øje med" in process.stdout.readline()
        (folder / "retur" / "skema.xlsx").rename(watched / "skema.xlsx")
        assert "skema.xlsx: uden fejl" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == FINE
    finally:
        process.kill()
        process.communicate()
    assert (watched / "modtaget" / "skema.xlsx").exists()


def test_watch_of_a_file_or_of_nothing_is_told(folder: Path) -> None:
    for name, said in (("sagsliste.xlsx", "er en fil"), ("mangler", "findes ikke")):
        done = bitark(folder, "watch", name)
        assert done.returncode == COULD_NOT
        assert said in told(done)


def test_cases_whose_keys_look_alike_in_a_file_name_get_a_file_each(tmp_path: Path) -> None:
    cases = [replace(CASES[0], case_key=key) for key in ("S/1", "S_1", "s_1")]
    (tmp_path / "sagsliste.xlsx").write_bytes(build_case_list(cases, MODELS, HOUSES))
    bitark(tmp_path, "issue", "sagsliste.xlsx", *PERIOD, "--out", "udsendt")
    made = {path.name: bitark(tmp_path, "check", path, "--json") for path in (tmp_path / "udsendt").iterdir()}
    assert {name: json.loads(done.stdout)["case_key"] for name, done in made.items()} == {
        "doegnskema-S_1.xlsx": "S/1",
        "doegnskema-S_1~2.xlsx": "S_1",
        "doegnskema-s_1~3.xlsx": "s_1",
    }


def test_a_new_round_says_how_many_cases_have_a_pattern(folder: Path) -> None:
    again = ("issue", "sagsliste.xlsx", "--from", "07-09-2026", "--to", "20-09-2026", "--out", "igen")
    assert "Sager med mønster fra det sidste godkendte skema: 0" in told(bitark(folder, *again))
    bitark(folder, "collect", "retur")
    assert "Sager med mønster fra det sidste godkendte skema: 1" in told(bitark(folder, *again, "--form", "begge"))
    assert "mønster" not in told(bitark(folder, *again, "--no-pattern"))


def test_a_form_issued_here_is_known_again_and_one_whose_header_was_changed_is_not(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "retur" / "skema.xlsx")
    ((sheet, cell),) = book.defined_names["bit_case_key"].destinations
    book[sheet][cell.replace("$", "")] = "S-2026-0002"
    book.save(folder / "retur" / "anden sag.xlsx")
    assert (folder / "bitark.db.key").stat().st_mode & 0o077 == 0
    assert bitark(folder, "check", "retur/anden sag.xlsx").returncode == FINE
    outcomes = json.loads(bitark(folder, "collect", "retur", "--json").stdout)
    assert {one["file"]: one["status"] for one in outcomes} == {
        "skema.xlsx": "accepted",
        "anden sag.xlsx": "has_problems",
    }


@pytest.mark.parametrize(
    "command", [("issue", "sagsliste.xlsx", *PERIOD, "--out", "ud"), ("collect", "retur"), ("serve",)]
)
def test_a_database_at_a_url_asks_for_the_key_by_its_setting(folder: Path, command: tuple[str, ...]) -> None:
    done = bitark(folder, *command, "--db", "postgresql+psycopg://127.0.0.1:1/bitark")
    assert done.returncode == COULD_NOT
    assert "BITARK_SECRET_KEY" in told(done)


def test_an_unsound_list_is_refused_with_its_cells_and_the_old_list_holds(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "sagsliste.xlsx")
    book["Sager"]["D3"] = "fremmed"
    book["Bestilling"]["A4"] = "S-9"
    book.save(folder / "forkert.xlsx")
    done = bitark(folder, "issue", "forkert.xlsx", *PERIOD, "--out", "nye")
    assert done.returncode == COULD_NOT
    for place in ("E C03 Sager!D3", "E C03 Bestilling!A4"):
        assert place in told(done)
    assert not (folder / "nye").exists()
    assert len(json.loads(bitark(folder, "compare", "--json").stdout)) == len(CASES)


def test_a_list_with_a_warning_is_issued_and_the_warning_is_shown(tmp_path: Path) -> None:
    case = replace(CASES[0], order=(OrderLine("Egenomsorg", hours=Decimal(20)),))
    (tmp_path / "sagsliste.xlsx").write_bytes(build_case_list([case], MODELS, HOUSES))
    done = bitark(tmp_path, "issue", "sagsliste.xlsx", *PERIOD, "--out", "udsendt")
    assert done.returncode == FINE
    assert "W C04 Sager!M2" in told(done)


@pytest.mark.parametrize(
    "period, said",
    [
        (("--from", "02-03-2026", "--to", "31-02-2026"), "»31-02-2026« er ikke en dato"),
        (("--from", "i morgen", "--to", "15-03-2026"), "»i morgen« er ikke en dato"),
        (("--from", "15-03-2026", "--to", "02-03-2026"), "Periodens sidste dag ligger før den første"),
    ],
)
def test_wrong_dates_are_told_in_danish_and_nothing_is_made(tmp_path: Path, period: tuple[str], said: str) -> None:
    (tmp_path / "sagsliste.xlsx").write_bytes(build_case_list())
    done = bitark(tmp_path, "issue", "sagsliste.xlsx", *period, "--out", "udsendt")
    assert done.returncode == COULD_NOT
    assert said in told(done)
    assert [path.name for path in tmp_path.iterdir()] == ["sagsliste.xlsx"]


def test_check_gives_one_report_with_the_stable_keys(folder: Path) -> None:
    done = bitark(folder, "check", "retur/skema.xlsx", "--json")
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == FINE
    assert list(report) == CHECK_KEYS
    assert list(report["hours"]) == HOURS_KEYS
    assert list(report["hours"]["per_week"]) == PER_WEEK_KEYS
    assert report["period"] == {"from": "2026-03-02", "to": "2026-03-15"}
    assert [list(problem) for problem in report["problems"]] == [PROBLEM_KEYS] * len(report["problems"]) != []
    assert (report["file"], report["case_key"], report["entries"]) == ("skema.xlsx", "S-2026-0001", 126)
    assert (report["template"], report["version"]) == ("doegnskema", 2)
    assert (report["hours"]["method"], report["hours"]["per_week"]["resource"]) == ("naive", 47.0)


def test_check_of_several_files_is_a_list_in_their_order_and_one_error_makes_it_exit_1(folder: Path) -> None:
    (folder / "fejl.xlsx").write_bytes(returned_schedule(changes={(2, "Start"): None}))
    (folder / "brev.xlsx").write_bytes(b"%PDF-1.7")
    done = bitark(folder, "check", "fejl.xlsx", "retur/skema.xlsx", "brev.xlsx", "--json")
    reports = json.loads(done.stdout)
    assert done.returncode == PROBLEMS
    assert [report["file"] for report in reports] == ["fejl.xlsx", "skema.xlsx", "brev.xlsx"]
    assert [list(report) for report in reports] == [CHECK_KEYS] * 3
    assert [report["hours"] is None for report in reports] == [True, False, True]
    assert reports[2]["problems"][0]["code"] == "F01"
    assert reports[2]["sha256"] != reports[1]["sha256"] != ""


def test_check_shows_hours_and_problems_for_people(folder: Path) -> None:
    (folder / "fejl.xlsx").write_bytes(returned_schedule(changes={(2, "Start"): None}))
    done = bitark(folder, "check", "retur/skema.xlsx", "fejl.xlsx")
    assert done.returncode == PROBLEMS
    for text in ("47,00", "37,67", "60,00", "E R01 Døgnskema!B2"):
        assert text in told(done)


def test_the_providers_command_line_gives_the_same_report(folder: Path) -> None:
    (folder / "fejl.xlsx").write_bytes(returned_schedule(changes={(2, "Start"): None}))
    ours = bitark(folder, "check", "fejl.xlsx", "retur/skema.xlsx", "--json")
    theirs = bitark(folder, "check", "fejl.xlsx", "retur/skema.xlsx", "--json", program="bitark-addin")
    assert (theirs.returncode, theirs.stdout) == (ours.returncode, ours.stdout)
    assert len(json.loads(theirs.stdout)) == 2


@pytest.mark.parametrize("program", ["bitark", "bitark-addin"])
def test_check_gives_a_file_with_problems_back_with_remarks_and_overwrites_none(folder: Path, program: str) -> None:
    original = returned_schedule(changes={(2, "Start"): None})
    (folder / "fejl.xlsx").write_bytes(original)
    arguments = ("check", "fejl.xlsx", "retur/skema.xlsx", "--annotate", "svar", "--json")
    done = bitark(folder, *arguments, program=program)
    copy = folder / "svar" / "fejl-med-bemærkninger.xlsx"
    assert (done.returncode, len(json.loads(done.stdout))) == (PROBLEMS, 2)
    assert copy.name in done.stderr
    assert "Fejl R01" in openpyxl.load_workbook(copy)["Døgnskema"]["B2"].comment.text
    before = copy.read_bytes()
    again = bitark(folder, *arguments, program=program)
    assert again.returncode == COULD_NOT
    assert "findes allerede" in again.stderr
    assert (copy.read_bytes(), (folder / "fejl.xlsx").read_bytes()) == (before, original)


def test_collect_takes_a_folder_in_once(folder: Path) -> None:
    shutil.copy(folder / "retur" / "skema.xlsx", folder / "retur" / "skema (kopi).xlsx")
    (folder / "retur" / "sent").mkdir()
    (folder / "retur" / "sent" / "fejl.xlsx").write_bytes(returned_schedule("S-2026-0002", {(2, "Start"): None}))
    first = bitark(folder, "collect", "retur", "--json")
    again = bitark(folder, "collect", "retur", "retur/skema.xlsx", "--json")
    assert first.returncode == again.returncode == PROBLEMS
    outcomes = json.loads(first.stdout)
    assert {one["file"]: (one["status"], one["version"]) for one in outcomes} == {
        "skema.xlsx": ("accepted", 1),
        "skema (kopi).xlsx": ("accepted", 1),
        "fejl.xlsx": ("has_problems", 1),
    }
    assert [one["is_new"] for one in outcomes].count(True) == 2
    repeated = json.loads(again.stdout)
    assert [one["file"] for one in repeated] == [one["file"] for one in outcomes]
    assert not any(one["is_new"] for one in repeated)
    assert len(list((folder / "originaler").iterdir())) == len(stored(folder))


def stored(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "bitark.db") as connection:
        found = [row[0] for row in connection.execute("SELECT sha256 FROM stored_file")]
    connection.close()
    return found


def test_collect_of_only_sound_files_is_fine_and_shows_a_row_each(folder: Path) -> None:
    done = bitark(folder, "collect", "retur/skema.xlsx")
    assert done.returncode == FINE
    assert "skema.xlsx S-2026-0001 1 Uden fejl" in told(done)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that root cannot read either")
def test_collect_tells_of_a_file_it_cannot_read_and_takes_in_the_rest(folder: Path) -> None:
    done = bitark(folder, "collect", "/proc/self/mem", "retur", "--json")
    assert done.returncode == COULD_NOT
    unavailable, taken = json.loads(done.stdout)
    assert (unavailable["status"], unavailable["submission"]) == ("unavailable", None)
    assert unavailable["trouble"]
    assert taken["status"] == "accepted"


def test_compare_gives_a_row_per_case_with_the_stable_keys(folder: Path) -> None:
    bitark(folder, "collect", "retur")
    done = bitark(folder, "compare", "--json", "--out", "bit-sammenligning.xlsx")
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.returncode == FINE
    assert [list(row) for row in rows] == [COMPARE_KEYS] * len(CASES)
    assert [list(row["states"]) for row in rows] == [PAIRS] * len(CASES)
    assert [row["case_key"] for row in rows] == [case.case_key for case in CASES]
    measured, other, _ = rows
    assert (measured["need"], measured["delivered"], measured["financed"]) == (36.0, 37.67, 52.5)
    assert (measured["delivered_minus_need"], measured["financed_minus_delivered"]) == (1.67, 14.83)
    assert (measured["states"]["financed_minus_delivered"], measured["state"]) == ("over", "over")
    assert (other["delivered"], other["delivered_minus_need"], other["state"]) == (None, None, "unaccounted")
    book = openpyxl.load_workbook(folder / "bit-sammenligning.xlsx", read_only=True)
    assert "BIT" in book.sheetnames
    book.close()


def test_compare_shows_a_table_and_names_the_workbook(folder: Path) -> None:
    bitark(folder, "collect", "retur")
    done = bitark(folder, "compare", "--out", "ud.xlsx")
    assert done.returncode == FINE
    assert "37,67" in told(done)
    assert "Arbejdsbog: ud.xlsx" in told(done)


def test_originals_lie_beside_the_database_that_is_named(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "andet"
    place.mkdir()
    shutil.copy(folder / "bitark.db", place)
    assert bitark(folder, "collect", "retur", "--db", place / "bitark.db").returncode == FINE
    assert len(list((place / "originaler").iterdir())) == 1
    assert not (folder / "originaler").exists() or not list((folder / "originaler").iterdir())


def test_the_database_may_be_named_by_the_environment(folder: Path, tmp_path: Path) -> None:
    done = bitark(tmp_path, "compare", "--json", BITARK_DATABASE=str(folder / "bitark.db"))
    assert len(json.loads(done.stdout)) == len(CASES)
    assert not (tmp_path / "bitark.db").exists()


def test_db_upgrade_makes_a_database_and_may_be_said_twice(tmp_path: Path) -> None:
    for _ in range(2):
        done = bitark(tmp_path, "db", "upgrade", "--db", "ny.db")
        assert done.returncode == FINE
        assert "ny.db" in told(done)
    with sqlite3.connect(tmp_path / "ny.db") as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize(
    "arguments, more",
    [
        (("new-list", "findes/ikke/liste.xlsx"), {}),
        (("issue", "findes-ikke.xlsx", *PERIOD, "--out", "ud"), {}),
        (("issue", "sagsliste.xlsx", *PERIOD, "--out", "sagsliste.xlsx"), {}),
        (("check", "findes-ikke.xlsx"), {}),
        (("check", "retur"), {}),
        (("collect", "findes-ikke"), {}),
        (("collect", "retur", "--processes", "0"), {}),
        (("compare", "--out", "findes/ikke/ud.xlsx"), {}),
        (("compare", "--db", "findes/ikke/bitark.db"), {}),
        (("compare", "--db", "sagsliste.xlsx"), {}),
        (("compare", "--db", "noget://andet"), {}),
        (("compare", "--db", "postgresql+psycopg://127.0.0.1:1/bitark"), {}),
        (("serve", "--host", "300.1.1.1"), {}),
        (("serve", "--port", "99999"), {}),
        (("compare",), {"BITARK_PORT": "otte"}),
        (("demo", "--no-serve", "--dir", "."), {}),
        (("findes-ikke",), {}),
    ],
)
def test_what_cannot_be_done_is_told_in_a_few_words(
    folder: Path, arguments: tuple[str, ...], more: dict[str, str]
) -> None:
    done = bitark(folder, *arguments, **more)
    assert done.returncode == COULD_NOT
    assert 0 < len(done.stderr.splitlines()) < 12


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def serving(folder: Path, free_port: int) -> Iterator[subprocess.Popen[str]]:
    """The service, answering; in a process group of its own."""
    with subprocess.Popen(
        [PROGRAMS / "bitark", "serve", "--port", str(free_port)],
        cwd=folder,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert answer(free_port, "/healthz") == '{"status": "ok"}'
            yield process
        finally:
            if group_lives(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def answer(port: int, path: str) -> str:
    """What the service answers, as soon as it does."""
    until(lambda: reaches(f"http://127.0.0.1:{port}"))
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as response:
        text: str = response.read().decode()
        return text


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_on_this_machine_only_and_stops_with_its_readers(
    serving: subprocess.Popen[str], free_port: int, stop: signal.Signals
) -> None:
    assert "Log ind" in answer(free_port, "/sammenligning/")
    serving.send_signal(stop)
    said, errors = serving.communicate(timeout=SECONDS)
    assert f"http://127.0.0.1:{free_port}" in said
    link = re.search(rf"http://127.0.0.1:{free_port}/engangslink/[\w-]+", said)
    assert link
    assert "Traceback" not in errors
    until(lambda: not group_lives(serving.pid))


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = bitark(folder, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == COULD_NOT
    assert "Vælg en anden --port" in told(done)
