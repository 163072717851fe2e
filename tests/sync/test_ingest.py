"""From received bytes to a submission, also when the process ends on the way."""

import datetime as dt
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bit_model_example import PERIOD, worked_schedule
from sqlalchemy import func, select, update
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from bit_model.cost_sheet import CostSheet
from bit_model.hours import measure
from bit_model.schedule import Period
from sync.comparison.rows import comparison_rows
from sync.ingest import Reader, ingest, read, receive, sweep
from sync.settings import Settings
from sync.store import Store, cases, submissions
from sync.store.database import writing
from sync.store.originals import keep, original
from sync.store.tables import RECEIPT, STORED_FILE, SUBMISSION, Status
from sync.token import FormToken, signed
from workbook_templates.case_list.build import build_case_list
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.schedule.kept import from_sums, unpack_entries
from workbook_templates.tariff_sheet.build import build_tariff

AT_ONCE = dt.timedelta(0)
KEY = "only for tests, and long enough"


def problems_of(store: Store, submission_id: int) -> list[tuple[str, str, str]]:
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, submission_id)
    assert kept is not None
    return [(problem["code"], problem["sheet"], problem["cell"]) for problem in kept.report["problems"]]


def test_a_schedule_without_errors_counts_with_its_exact_sums(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule(), "skema.xlsx")
    assert (done.status, done.version, done.is_new) == (Status.ACCEPTED, 1, True)
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
        assert kept is not None
        assert kept.counts
        assert from_sums(kept.sums) == measure(worked_schedule(), PARAMETERS)
        row = comparison_rows(connection, PARAMETERS)[0]
    assert row.as_json() == {
        "case_key": "S-2026-0001",
        "budget_area": "Handicap",
        "provider": "Bakkehuset",
        "need": 36.0,
        "delivered": 37.67,
        "financed": 52.5,
        "day_rate": 4505.0,
        "delivered_minus_need": 1.67,
        "financed_minus_delivered": 14.83,
        "financed_minus_need": 16.5,
        "states": {
            "delivered_minus_need": "balance",
            "financed_minus_delivered": "over",
            "financed_minus_need": "over",
        },
        "state": "over",
        "reading": "tariff_pays_for_more",
    }


def test_the_same_bytes_again_are_the_same_submission_under_both_names(store: Store, reader: Reader) -> None:
    content = returned_schedule()
    first = ingest(store, reader, content, "a.xlsx")
    for name in ("b.xlsx", "a.xlsx"):
        again = ingest(store, reader, content, name)
        assert (again.submission_id, again.version, again.is_new) == (first.submission_id, 1, False)
    with store.engine.connect() as connection:
        received = submissions.received_files(connection)
    assert {(row.file_name, row.times) for row in received} == {("a.xlsx", 2), ("b.xlsx", 1)}


def test_a_corrected_file_is_a_new_version_and_the_newest_without_errors_counts(store: Store, reader: Reader) -> None:
    first = ingest(store, reader, returned_schedule(), "1.xlsx")
    second = ingest(store, reader, returned_schedule(changes={(2, "Start"): "08:00"}), "2.xlsx")
    third = ingest(store, reader, returned_schedule(changes={(3, "Slut"): "07:45"}), "3.xlsx")
    assert [one.version for one in (first, second, third)] == [1, 2, 3]
    assert second.status is Status.HAS_PROBLEMS
    with store.engine.connect() as connection:
        counting = connection.scalars(select(SUBMISSION.c.version).where(SUBMISSION.c.counts)).all()
    assert counting == [3]


def test_versions_follow_the_order_of_receipt_whichever_is_read_first(store: Store, reader: Reader) -> None:
    old, new = returned_schedule(), returned_schedule(changes={(3, "Slut"): "07:45"})
    first, second = receive(store, old, "1.xlsx"), receive(store, new, "2.xlsx")
    assert read(store, reader, second, new, "2.xlsx").version == 1
    assert read(store, reader, first, old, "1.xlsx").version == 1
    with store.engine.connect() as connection:
        columns = SUBMISSION.c.id, SUBMISSION.c.version, SUBMISSION.c.counts
        kept = connection.execute(select(*columns).order_by(SUBMISSION.c.id)).all()
    assert kept == [(first.submission_id, 1, False), (second.submission_id, 2, True)]


def test_a_file_name_with_a_cpr_number_is_kept_without_it(store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(), "skema 010190-1234.xlsx")
    with store.engine.connect() as connection:
        assert [row.file_name for row in submissions.received_files(connection)] == ["skema ******-****.xlsx"]


def test_a_cpr_number_or_an_address_in_an_entry_is_in_nothing_that_the_database_keeps(
    store: Store, reader: Reader
) -> None:
    changes = {
        (3, "Bemærkning"): "Med 010190-1234",
        (4, "Mål"): "Skrive til a@b.example",
        (5, "Aktivitet"): "0101901234",
    }
    done = ingest(store, reader, returned_schedule(changes=changes), "skema.xlsx")
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    told = str(kept) + str(unpack_entries(kept.entries))
    for personal in ("010190", "b.example"):
        assert personal not in told
    assert [entry.note for entry in unpack_entries(kept.entries) if entry.row == 3] == ["Med ******-****"]


def test_a_form_from_another_provider_is_a_warning_and_counts(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule(provider="Et andet tilbud"), "skema.xlsx")
    assert done.status is Status.ACCEPTED
    assert ("H03", "Oplysninger", "C6") in problems_of(store, done.submission_id)
    same = ingest(store, reader, returned_schedule(provider=" bakkehuset"), "skema igen.xlsx")
    assert "H03" not in {code for code, _, _ in problems_of(store, same.submission_id)}


def test_a_goal_that_was_not_ordered_is_an_error_at_its_first_cell(store: Store, reader: Reader) -> None:
    changes = {(row, "Mål"): "Svømning" for row in (4, 9)}
    done = ingest(store, reader, returned_schedule(changes=changes), "skema.xlsx")
    assert done.status is Status.HAS_PROBLEMS
    assert ("R14", "Døgnskema", "I4") in problems_of(store, done.submission_id)
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    assert kept.rows["4"][8] == "Svømning"


def token_for(case_key: str = "S-2026-0001", period: Period = PERIOD) -> str:
    return signed(FormToken(case_key, period, Form.LIST, dt.date(2026, 2, 20)), KEY)


@pytest.fixture
def signing(store: Store) -> Store:
    """The store with the key that its forms' tokens are signed with."""
    return replace(store, key=KEY)


def test_a_form_whose_token_says_what_its_header_says_has_nothing_to_remark(signing: Store, reader: Reader) -> None:
    done = ingest(signing, reader, returned_schedule(token=token_for()), "skema.xlsx")
    assert done.status is Status.ACCEPTED
    assert not {"H04", "H05"} & {code for code, _, _ in problems_of(signing, done.submission_id)}


@pytest.mark.parametrize(
    "token, header, cells",
    [
        (token_for("S-2026-0002"), {}, ["C5"]),
        (token_for(), {"case_key": "S-2026-0002"}, ["C5"]),
        (token_for(), {"period_start": dt.date(2026, 3, 1)}, ["C9"]),
        (token_for(period=Period(PERIOD.start, dt.date(2026, 3, 22))), {}, ["C10"]),
        (token_for("S-2026-0003", Period(dt.date(2026, 1, 5), dt.date(2026, 1, 18))), {}, ["C5", "C9", "C10"]),
    ],
)
def test_a_token_of_another_case_or_period_keeps_the_schedule_out(
    token: str, header: dict[str, Any], cells: list[str], signing: Store, reader: Reader
) -> None:
    done = ingest(signing, reader, returned_schedule(**{"token": token, **header}), "skema.xlsx")
    assert (done.status, done.version) == (Status.HAS_PROBLEMS, 1)
    told = [(sheet, cell) for code, sheet, cell in problems_of(signing, done.submission_id) if code == "H04"]
    assert told == [("Oplysninger", cell) for cell in cells]
    with signing.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    assert (kept.counts, kept.sums, kept.report["hours"]) == (False, None, None)


def test_a_form_finds_its_case_by_its_token_whatever_key_was_typed(signing: Store, reader: Reader) -> None:
    done = ingest(signing, reader, returned_schedule("S-2026-001", token=token_for()), "skema.xlsx")
    assert (done.status, done.case_key) == (Status.HAS_PROBLEMS, "S-2026-0001")
    assert problems_of(signing, done.submission_id)[0] == ("H04", "Oplysninger", "C5")


def test_a_form_whose_key_was_deleted_counts_for_the_case_of_its_token(signing: Store, reader: Reader) -> None:
    done = ingest(signing, reader, returned_schedule("", token=token_for()), "skema.xlsx")
    assert (done.status, done.case_key) == (Status.ACCEPTED, "S-2026-0001")
    with signing.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    assert from_sums(kept.sums) == measure(worked_schedule(), PARAMETERS)


def test_a_token_of_a_case_that_is_not_known_leaves_the_case_to_the_key(signing: Store, reader: Reader) -> None:
    done = ingest(signing, reader, returned_schedule(token=token_for("S-9")), "skema.xlsx")
    assert (done.status, done.case_key) == (Status.HAS_PROBLEMS, "S-2026-0001")


@pytest.mark.parametrize("token", [token_for()[:-9], f"x{token_for()}", "skema 7"])
def test_a_token_that_cannot_be_verified_is_a_warning_and_counts(token: str, signing: Store, reader: Reader) -> None:
    done = ingest(signing, reader, returned_schedule(token=token), "skema.xlsx")
    assert done.status is Status.ACCEPTED
    assert ("H05", "Oplysninger", "C11") in problems_of(signing, done.submission_id)


def test_forms_of_a_lost_key_are_warned_of_and_none_is_lost(signing: Store, reader: Reader) -> None:
    done = ingest(replace(signing, key="another key"), reader, returned_schedule(token=token_for()), "skema.xlsx")
    assert done.status is Status.ACCEPTED
    assert "H05" in {code for code, _, _ in problems_of(signing, done.submission_id)}


@pytest.mark.parametrize("token", [None, "", "  "])
def test_a_form_without_a_token_is_no_problem(token: str | None, signing: Store, reader: Reader) -> None:
    done = ingest(signing, reader, returned_schedule(token=token), "skema.xlsx")
    assert not {"H04", "H05"} & {code for code, _, _ in problems_of(signing, done.submission_id)}


def test_without_a_key_no_token_is_verified(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule(token=token_for("S-2026-0002")), "skema.xlsx")
    assert done.status is Status.ACCEPTED


@pytest.mark.parametrize(
    "content",
    [build_case_list(CASES, MODELS, HOUSES), build_tariff(CostSheet("Bakkehuset", ON_DATE), PARAMETERS)],
    ids=["sagsliste", "takst"],
)
def test_another_template_of_ours_is_told_once_and_kept(content: bytes, store: Store, reader: Reader) -> None:
    done = ingest(store, reader, content, "fil.xlsx")
    assert (done.status, done.version) == (Status.REFUSED, None)
    assert [code for code, _, _ in problems_of(store, done.submission_id)] == ["T05"]
    with store.engine.connect() as connection:
        (row,) = submissions.received_files(connection)
    assert original(store, row.sha256) == content


def test_a_file_that_is_no_workbook_is_stored_listed_and_refused(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, b"\x89PNG\r\n", "skema.xlsx")
    assert (done.status, done.version) == (Status.REFUSED, None)
    assert [code for code, _, _ in problems_of(store, done.submission_id)] == ["F01"]
    with store.engine.connect() as connection:
        (row,) = submissions.received_files(connection)
    assert original(store, row.sha256) == b"\x89PNG\r\n"


def test_a_file_for_an_unknown_case_is_read_again_when_the_list_has_the_case(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule("S-2026-0009"), "skema.xlsx")
    assert done.status is Status.REFUSED
    assert problems_of(store, done.submission_id)[0] == ("T02", "Oplysninger", "C5")
    new = CASES[0].__class__("S-2026-0009", "Handicap", "Bakkehuset", CASES[0].provider_kind)
    with writing(store.engine) as connection:
        told = cases.import_cases(connection, (*CASES, new), MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    assert told == (1, 3, 0, 1)
    assert [(one.submission_id, one.status) for one in sweep(store, reader)] == [(done.submission_id, Status.ACCEPTED)]


def test_a_case_that_the_list_no_longer_has_leaves_the_comparison_and_keeps_its_files(
    store: Store, reader: Reader
) -> None:
    ingest(store, reader, returned_schedule(), "skema.xlsx")
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:2], MODELS, (), PARAMETERS, ON_DATE, NOW)
    with store.engine.connect() as connection:
        assert [row.case_key for row in comparison_rows(connection, PARAMETERS)] == ["S-2026-0002"]
        assert len(submissions.received_files(connection)) == 1


@pytest.mark.parametrize("stage", ["original stored", "row written", "file read"])
def test_a_process_killed_on_the_way_loses_no_file_and_doubles_none(
    stage: str, store: Store, settings: Settings, reader: Reader, tmp_path: Path
) -> None:
    content = returned_schedule()
    (tmp_path / "in.xlsx").write_bytes(content)
    subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), stage, settings.database, settings.originals],
        check=False,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert list(store.originals.all())
    again = ingest(store, reader, content, "in.xlsx")
    assert (again.status, again.version) == (Status.ACCEPTED, 1)
    with store.engine.connect() as connection:
        for table in (STORED_FILE, SUBMISSION, RECEIPT):
            assert connection.scalar(select(func.count()).select_from(table)) == 1


KILLED = """
import os, sys
from pathlib import Path
from sync.ingest import ingest
from sync.store import open_store, submissions

folder, stage = Path(sys.argv[1]), sys.argv[2]

class Killed:
    def run(self, content, name):
        os.kill(os.getpid(), 9)

def killed(*_args):
    os.kill(os.getpid(), 9)

if stage == "original stored":
    submissions.receive = killed
if stage == "row written":
    reader = Killed()
else:
    from workbook_templates.problems import Problem
    submissions.finish = killed
    reader = type("Reader", (), {"run": lambda self, content, name: Problem("F01")})()
store = open_store(sys.argv[3], sys.argv[4])
ingest(store, reader, (folder / "in.xlsx").read_bytes(), "in.xlsx")
"""


def test_the_sweeper_finishes_what_is_stuck_and_leaves_what_is_being_read(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, b"not a workbook", "in.xlsx")
    with writing(store.engine) as connection:
        connection.execute(update(SUBMISSION).values(status=Status.READING, status_at=dt.datetime.now(dt.UTC)))
        connection.exec_driver_sql("DELETE FROM submission_detail")
    assert list(sweep(store, reader)) == []
    assert [one.submission_id for one in sweep(store, reader, AT_ONCE)] == [done.submission_id]


def test_an_original_without_a_row_is_taken_up_and_gets_its_name_when_it_comes(store: Store, reader: Reader) -> None:
    content = returned_schedule()
    keep(store, content)
    (swept,) = sweep(store, reader, AT_ONCE)
    assert swept.status is Status.ACCEPTED
    ingest(store, reader, content, "skema.xlsx")
    with store.engine.connect() as connection:
        assert [row.file_name for row in submissions.received_files(connection)] == ["skema.xlsx"]


def test_a_process_that_ingests_loads_no_web_framework_and_no_pandas() -> None:
    source = "import sys, sync.ingest, sync.comparison.rows, workbook_templates.reading; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    assert not {"flask", "pandas", "openpyxl", "pydantic", "alembic", "numpy"} & set(loaded)
