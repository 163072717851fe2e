"""Folders taken in: by one process or two, among files that cannot be read, and when everything is killed half-way."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hostile import long_string_used_often
from sqlalchemy import text
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from sync.collect import Collected, collect, files_in
from sync.store import cases, open_store, submissions
from sync.store.database import open_database, writing
from sync.store.originals import original
from sync.store.tables import Status
from workbook_templates.files.gate import Limits

PROGRAM = Path(sys.executable).parent / "bitark"
NEVER_SECONDS = 60
FILES = 30
KILLS = 3
RECEIPTS = "SELECT sha256, file_name, times FROM receipt JOIN submission ON submission.id = submission_id ORDER BY 1, 2"


@dataclass(frozen=True)
class Place:
    """A folder of returns with their originals, and a database that has the cases of `sync_material`."""

    folder: Path
    database: str

    @property
    def is_sqlite(self) -> bool:
        return "://" not in self.database


def filled(place: Place) -> Place:
    store = open_store(place.database, str(place.folder / "originaler"))
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    store.close()
    return place


@pytest.fixture
def place(database: str, tmp_path: Path) -> Place:
    (tmp_path / "retur").mkdir()
    return filled(Place(tmp_path, database))


def put(place: Place, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (place.folder / "retur" / name).write_bytes(content)


def mixed_returns() -> dict[str, bytes]:
    """Thirty files as they come: sound, with errors, twice the same, of unknown cases, and no workbooks."""
    same = returned_schedule()
    kinds: list[Callable[[int], bytes]] = [
        lambda i: returned_schedule(CASES[i % 3].case_key, remarks=f"nr. {i}"),
        lambda i: returned_schedule(CASES[i % 3].case_key, {(2 + i, "Start"): None}),
        lambda _: same,
        lambda i: returned_schedule(f"S-2025-{i:04}"),
        lambda i: b"%PDF-1.7 " + bytes([i]),
    ]
    return {f"retur-{i:02}.xlsx": kinds[i % len(kinds)](i) for i in range(FILES)}


def taken(place: Place, paths: Iterable[Path] | None = None, processes: int = 1) -> list[Collected]:
    files = files_in([place.folder / "retur"] if paths is None else paths)
    found = list(collect(files, place.database, str(place.folder / "originaler"), Limits(), processes))
    return sorted(found, key=lambda one: one.path)


def rows(place: Place, query: str) -> list[Any]:
    engine = open_database(place.database)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def assert_sound(place: Place) -> None:
    """The database file is whole; PostgreSQL sees to that by itself."""
    if place.is_sqlite:
        assert rows(place, "PRAGMA integrity_check") == [("ok",)]
        assert rows(place, "PRAGMA foreign_key_check") == []


def outcomes(place: Place) -> list[Any]:
    """What is kept of every file, without what depends on the order in which they were done."""
    kept = ("sha256", "status", "case_key", "entry_count", "errors", "warnings", "weekly", "report", "sums")
    return sorted(([getattr(row, name) for name in kept] for row in read(place)), key=lambda row: str(row[0]))


def read(place: Place) -> list[Any]:
    """Every submission with what its file says, opened."""
    store = open_store(place.database, str(place.folder / "originaler"))
    with closing(store), store.engine.connect() as connection:
        ids = connection.scalars(text("SELECT id FROM submission ORDER BY id")).all()
        return [submissions.submission(connection, one) for one in ids]


def test_two_processes_keep_the_same_rows_as_one(place: Place, another_database: str) -> None:
    files = mixed_returns()
    put(place, files)
    one = taken(place)
    alone, receipts = outcomes(place), rows(place, RECEIPTS)
    place = filled(Place(place.folder, another_database))
    two = taken(place, processes=2)
    assert [(t.path, t.ingested and (t.ingested.status, t.ingested.errors)) for t in two] == [
        (t.path, t.ingested and (t.ingested.status, t.ingested.errors)) for t in one
    ]
    # A file's names are kept with its bytes, and of the same bytes either name may be the one that was read.
    assert names_aside(outcomes(place)) == names_aside(alone)
    assert rows(place, RECEIPTS) == receipts
    assert len(receipts) == FILES


def names_aside(kept: list[Any]) -> list[Any]:
    return [(*row[:7], {**row[7], "file": ""}, *row[8:]) for row in kept]


def test_versions_of_a_case_are_numbered_without_gap_and_one_counts(place: Place) -> None:
    put(place, mixed_returns())
    taken(place, processes=2)
    kept = rows(place, "SELECT case_key, version, counts, status FROM submission ORDER BY version")
    for case in CASES:
        found = [row[1:] for row in kept if row[0] == case.case_key]
        assert [version for version, _, _ in found] == list(range(1, len(found) + 1))
        newest_sound = max(version for version, _, status in found if status == Status.ACCEPTED)
        assert [version for version, counts, _ in found if counts] == [newest_sound]


@pytest.mark.parametrize("processes", [1, 2])
def test_killed_again_and_again_no_file_is_lost_and_none_is_there_twice(place: Place, processes: int) -> None:
    files = mixed_returns()
    put(place, files)
    draw = random.Random(processes)  # noqa: S311
    killed = 0
    for _ in range(KILLS):
        killed += killed_after(place, draw.random() / 4, processes)
        assert_sound(place)
    assert killed
    finished = run(place, processes)
    assert finished.returncode == 1, finished.stderr
    expected = {hashlib.sha256(content).hexdigest() for content in files.values()}
    store = open_store(place.database, str(place.folder / "originaler"))
    with closing(store):
        for sha256 in expected:  # opening one holds it against its name
            assert hashlib.sha256(original(store, sha256)).hexdigest() == sha256
    submissions = rows(place, "SELECT sha256, status FROM submission")
    assert sorted(sha256 for sha256, _ in submissions) == sorted(expected)
    assert {status for _, status in submissions} == {Status.ACCEPTED, Status.HAS_PROBLEMS, Status.REFUSED}
    assert rows(place, "SELECT count(*) FROM submission_detail") == [(len(expected),)]
    assert {name for (name,) in rows(place, "SELECT file_name FROM receipt")} == set(files)
    counting = rows(place, "SELECT case_key FROM submission WHERE counts")
    assert Counter(counting) == {(case.case_key,): 1 for case in CASES}
    assert_sound(place)


def command(processes: int, folder: str = "retur") -> list[str | Path]:
    return [PROGRAM, "collect", folder, "--json", "--processes", str(processes)]


def settings(place: Place) -> dict[str, str]:
    given = {"BITARK_DATABASE": place.database, "BITARK_ORIGINALS": str(place.folder / "originaler")}
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith("BITARK_") or key == "BITARK_MASTER_KEY"
    }
    return kept | given | {"BITARK_SECRET_KEY": "only for tests, and long enough"}


def run(place: Place, processes: int, folder: str = "retur") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(processes, folder),
        cwd=place.folder,
        env=settings(place),
        capture_output=True,
        text=True,
        timeout=NEVER_SECONDS,
        check=False,
    )


def killed_after(place: Place, seconds: float, processes: int) -> bool:
    """Run the command and kill all its processes so long after it stored a new file; False where it was done before."""
    there = len(list((place.folder / "originaler").iterdir()))
    with subprocess.Popen(
        command(processes),
        cwd=place.folder,
        env=settings(place),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None and len(list((place.folder / "originaler").iterdir())) == there:
            time.sleep(0.002)
        time.sleep(seconds)
        in_time = process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return in_time


def test_what_programs_leave_beside_the_files_is_left_alone(place: Place) -> None:
    sound = returned_schedule()
    names = ["~$skema.xlsx", ".~lock.skema.xlsx#", "Thumbs.db", "desktop.ini", ".DS_Store"]
    put(place, {"skema.xlsx": sound, **dict.fromkeys(names, b"lock")})
    assert [one.path.name for one in taken(place)] == ["skema.xlsx"]
    assert rows(place, "SELECT count(*) FROM stored_file") == [(1,)]


def test_a_file_named_twice_is_taken_once(place: Place) -> None:
    put(place, {"skema.xlsx": returned_schedule()})
    file = place.folder / "retur" / "skema.xlsx"
    assert files_in([file, place.folder / "retur", file]) == [file]


def test_of_a_folder_the_file_changed_last_is_the_newest_version(place: Place) -> None:
    put(place, {"b.xlsx": returned_schedule(), "a rettet.xlsx": returned_schedule(remarks="rettet")})
    os.utime(place.folder / "retur" / "b.xlsx", (1_772_000_000, 1_772_000_000))
    corrected, first = taken(place)
    assert [one.ingested and one.ingested.version for one in (first, corrected)] == [1, 2]


def test_our_own_database_and_originals_are_no_returns(place: Place) -> None:
    put(place, {"skema.xlsx": returned_schedule()})
    taken(place)
    for _ in range(2):
        done = run(place, 1, ".")
        assert [one["file"] for one in json.loads(done.stdout)] == ["skema.xlsx"]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_that_is_gone_is_told_and_the_others_are_taken_in(place: Place, processes: int) -> None:
    put(place, {"a.xlsx": returned_schedule(), "c.xlsx": returned_schedule(CASES[1].case_key)})
    files = [place.folder / "retur" / name for name in ("a.xlsx", "b.xlsx", "c.xlsx")]
    first, gone, last = taken(place, files, processes)
    assert gone.ingested is None
    assert gone.trouble
    assert gone.as_json()["status"] == "unavailable"
    assert [one.ingested and one.ingested.status for one in (first, last)] == [Status.ACCEPTED] * 2


def test_a_folder_that_vanishes_on_the_way_loses_only_its_own_files(place: Place) -> None:
    put(place, {"a.xlsx": returned_schedule()})
    (place.folder / "usb").mkdir()
    (place.folder / "usb" / "b.xlsx").write_bytes(returned_schedule(CASES[1].case_key))
    files = files_in([place.folder / "retur", place.folder / "usb"])
    running = collect(files, place.database, str(place.folder / "originaler"), Limits())
    first = next(running)
    (place.folder / "usb").rename(place.folder / "taget ud")
    (second,) = running
    assert first.ingested is not None
    assert second.ingested is None


def test_a_hostile_file_ends_as_a_problem_and_the_others_are_read(place: Place) -> None:
    sound = {f"{name}.xlsx": returned_schedule(case.case_key) for name, case in zip("ac", CASES, strict=False)}
    put(place, {**sound, "b.xlsx": long_string_used_often()})
    first, hostile, last = taken(place)
    assert [one.ingested and one.ingested.status for one in (first, hostile, last)] == [
        Status.ACCEPTED,
        Status.REFUSED,
        Status.ACCEPTED,
    ]
    (report,) = [row.report for row in read(place) if row.status == Status.REFUSED]
    assert [problem["code"][0] for problem in report["problems"]] in (["F"], ["T"])
    assert len(list((place.folder / "originaler").iterdir())) == 3
