"""What is erased is gone: from the database, from the folder or bucket, and from copies of the originals."""

import datetime as dt
import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from page_forms import Clock, opened, post
from processes import environment
from sqlalchemy import delete, insert, select, update
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule
from two_databases import Server
from what_lies import SAID, dumped, lying

from bit_model.parameters import ParameterSet
from sync.erasure.erase import PAST_ITS_DATE, complete, erase, erase_again
from sync.files import OriginalUnavailable
from sync.ingest import Reader, ingest, read_queued, receive, sweep, take_up_originals
from sync.roles import Role
from sync.settings import Settings
from sync.store import Store, cases, erasing, filings, open_store, submissions
from sync.store.database import has_queue, writing
from sync.store.erasing import Hindrance
from sync.store.filings import Deed
from sync.store.keys import Unreadable
from sync.store.originals import PLACE, original
from sync.store.ownership import owned
from sync.store.secrets import key_of, unsealed
from sync.store.tables import (
    AUDIT_CASE,
    AUDIT_ENTRY,
    CASE,
    DETAIL,
    ERASED_ORIGINAL,
    ERASURE,
    METADATA,
    SECRET,
    STORED_FILE,
    Act,
    Status,
)

FIRST, SECOND = CASES[0].case_key, CASES[1].case_key
TODAY, LATER = dt.date(2026, 3, 20), dt.datetime(2031, 6, 1, 12, tzinfo=dt.UTC)
AT_ONCE = dt.timedelta(0)


@pytest.fixture
def filled(store: Store, reader: Reader) -> Store:
    """Two cases with a file each, of the first two versions and a comment."""
    for case_key, remarks in ((FIRST, "en"), (FIRST, "to"), (SECOND, "tre")):
        changes = {(3, "Bemærkning"): SAID[0], (4, "Start"): None, (4, "Bemærkning"): SAID[0]}
        ingest(store, reader, returned_schedule(case_key, changes, remarks=remarks), f"{case_key} til haven.xlsx")
    with writing(store.engine) as connection:
        filings.note(connection, 1, Deed(Act.RETURNED, "Sagsbehandler", SAID[2]), NOW)
    return store


def gone(store: Store, case_key: str = FIRST, reason: str = "Efter aftale") -> Any:
    return erase(store, [case_key], (), NOW, TODAY, reason)


def counts(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {table.name: len(connection.execute(select(table)).all()) for table in METADATA.tables.values()}


def test_of_an_erased_case_nothing_is_left_and_nothing_that_is_left_opens_its_copies(
    filled: Store, settings: Settings, server: Server | None
) -> None:
    copies = lying(filled)
    with filled.engine.connect() as connection:
        texts = {row.submission_id: row for row in connection.execute(select(DETAIL)).all()}
    of_second = done_name(filled, sha_of(filled, 3))
    with filled.engine.connect() as connection:
        erased = {row.secret_id for row in connection.execute(select(STORED_FILE))} - {of_second}
        record = connection.scalar(select(CASE.c.record).where(CASE.c.case_key == FIRST))
    assert gone(filled) == (1, 0, {})
    assert list(lying(filled)) == [of_second]
    lies = dumped(settings, server)
    for word in (FIRST, f"{FIRST} til haven", *erased):
        assert word.encode() not in lies, word
        assert word.encode("utf-16-le") not in lies
    assert SECOND.encode() in lies
    again = open_store(settings.database, settings.originals)
    with again.engine.connect() as connection:
        keys = again.keyring.keys(connection, connection.scalars(select(SECRET.c.id)).all())
    sealed = [copies[name] for name in erased] + [
        getattr(texts[i], name)
        for i in (1, 2)
        for name in ("report", "header", "rows", "sums", "entries")
        if getattr(texts[i], name)
    ]
    assert len(sealed) >= 10
    for content in (*sealed, record):
        assert key_of(content) not in keys
        for key in keys:  # not by any of those that are left either
            with pytest.raises(Unreadable):
                unsealed(content[:8] + bytes.fromhex(key) + content[24:], keys, PLACE)
    assert unsealed(copies[of_second], keys, PLACE) == original(again, sha_of(again, 3))
    again.close()


def sha_of(store: Store, submission_id: int) -> str:
    with store.engine.connect() as connection:
        row = submissions.submission(connection, submission_id)
        assert row is not None
        return str(row.sha256)


def test_the_keys_that_were_erased_lie_nowhere_in_the_databases_own_files(
    filled: Store, settings: Settings, server: Server | None
) -> None:
    with filled.engine.connect() as connection:
        erased = {row.id: row.wrapped for row in connection.execute(select(SECRET))}
    gone(filled)
    with filled.engine.connect() as connection:
        left = set(connection.scalars(select(SECRET.c.id)))
        folder = Path(settings.database).parent
        if server is not None:
            with server._connected() as owner:
                owner.execute("CHECKPOINT")
            oid = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
            folder = server.folder / "base" / str(oid)
    lies = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert not {one for one, wrapped in erased.items() if one not in left and wrapped in lies}
    assert all(erased[one] in lies for one in left & erased.keys())


def test_the_same_bytes_that_come_again_are_a_new_file(filled: Store, reader: Reader) -> None:
    sha256 = sha_of(filled, 1)
    content, before = original(filled, sha256), set(lying(filled))
    gone(filled)
    done = ingest(filled, reader, content, "igen.xlsx")
    assert (done.is_new, done.status) == (True, Status.REFUSED)
    assert not set(lying(filled)) - {done_name(filled, sha256)} - before
    assert original(filled, sha256) == content


def done_name(store: Store, sha256: str) -> str:
    with store.engine.connect() as connection:
        return str(connection.scalar(select(STORED_FILE.c.secret_id).where(STORED_FILE.c.sha256 == sha256)))


def test_erasing_twice_says_that_there_is_no_such_case(filled: Store) -> None:
    gone(filled)
    before = counts(filled)
    assert gone(filled).kept == {FIRST: Hindrance.NO_SUCH_CASE}
    assert counts(filled) == before
    assert before["erasure"] == 1


def test_a_case_in_an_open_round_stays_until_it_is_withdrawn_or_the_round_is_over(app: Flask, filled: Store) -> None:
    client = app.test_client()
    path = opened(client)
    before = counts(filled)
    assert gone(filled).kept == {FIRST: Hindrance.IN_OPEN_ROUND}
    assert counts(filled) == before
    of_case = f"{path}/sager/{FIRST}"
    post(client, of_case, page=of_case, act="withdraw", reason="Flyttet")
    assert gone(filled).cases == 1
    assert FIRST not in client.get(path).text
    over = dt.date(2026, 3, 28)
    assert erase(filled, [SECOND], (), NOW, over, "Efter aftale").cases == 1
    assert client.get(path).status_code == 200


def test_files_that_were_sent_for_the_case_or_name_it_go_with_it_and_those_of_others_stay(
    filled: Store, reader: Reader
) -> None:
    stray = ingest(filled, reader, returned_schedule("S-2026-0404"), "fremmed.xlsx")
    with writing(filled.engine) as connection:
        row = connection.execute(select(CASE.c.id).where(CASE.c.case_key == FIRST)).one()
        filings.dismiss(connection, stray.submission_id, Deed(Act.DISMISSED, "Leder", "Ikke vores"), NOW)
        connection.execute(update(METADATA.tables["filing"]).values(given_case_id=row.id))
    unrelated = ingest(filled, reader, b"no workbook", "andet.xlsx")
    gone(filled)
    with filled.engine.connect() as connection:
        assert submissions.submission(connection, stray.submission_id) is None
        assert submissions.submission(connection, unrelated.submission_id) is not None
        assert submissions.submission(connection, 3) is not None


def test_every_table_that_refers_to_a_case_or_a_file_is_emptied_of_the_erased(filled: Store) -> None:
    gone(filled, FIRST)
    gone(filled, SECOND)
    gone(filled, CASES[2].case_key)
    reached = {"case", "submission", "stored_file", "submission_detail", "receipt", "filing", "file_act", "round_case"}
    assert {name for name, count in counts(filled).items() if count and name in reached} == set()
    with filled.engine.connect() as connection:
        assert {row.under for row in connection.execute(select(SECRET))} <= {
            None,
            connection.scalar(select(SECRET.c.id).where(SECRET.c.under.is_(None))),
        }


def test_a_file_that_a_worker_reads_while_its_case_is_erased_leaves_nothing(store: Store, reader: Reader) -> None:
    received = receive(store, returned_schedule(), "skema.xlsx")
    again = ingest(store, reader, returned_schedule(), "igen.xlsx")
    begun, erased = threading.Event(), threading.Event()
    with writing(store.engine) as connection:
        row = connection.execute(select(CASE.c.id).where(CASE.c.case_key == FIRST)).one()
        filings.give_case(
            connection, received.submission_id, row.id, Deed(Act.CASE_GIVEN, "Leder"), NOW, Status.RECEIVED
        )

    class Slow:
        def run(self, content: bytes, name: str, parameters: ParameterSet) -> Any:
            begun.set()
            assert erased.wait(60)
            return reader.run(content, name, parameters)

        perform = reader.perform

    with ThreadPoolExecutor(1) as worker:
        reading = worker.submit(read_queued, store, Slow(), received.submission_id)
        assert begun.wait(60)
        assert gone(store).cases == 1
        erased.set()
        assert reading.result() is not None
    assert again.submission_id
    assert lying(store) == {}
    assert read_queued(store, reader, received.submission_id) is None
    assert counts(store)["submission"] == counts(store)["stored_file"] == counts(store)["submission_detail"] == 0


KILLED = """
import datetime as dt, os, sys
from sync.erasure import erase
from sync.files import Originals
from sync.settings import Settings
from sync.store import erasing, open_store

def killed(*_arguments, **_named):
    os.kill(os.getpid(), 9)

if __name__ == "__main__":
    point, settings = sys.argv[1], Settings()
    if point == "files erased":
        erasing._note = killed
    elif point == "committed":
        Originals.delete = killed
    else:
        erase.clean = killed
    store = open_store(settings.database, settings.originals)
    erase.erase(store, ["S-2026-0001"], (), dt.datetime.now(dt.UTC), dt.date(2026, 3, 20), "Efter aftale")
"""


@pytest.mark.parametrize("point", ["files erased", "committed", "originals removed"])
def test_an_erasure_that_is_killed_on_the_way_is_whole_or_none_and_is_finished(
    point: str, filled: Store, settings: Settings, reader: Reader, tmp_path: Path
) -> None:
    before, program = counts(filled), tmp_path / "killed.py"
    program.write_text(KILLED)
    done = subprocess.run([sys.executable, program, point], check=False, env=environment(settings))
    assert done.returncode == -signal.SIGKILL
    if point == "files erased":
        assert counts(filled) == before
        assert original(filled, sha_of(filled, 1))
        gone(filled)
    else:
        assert counts(filled)["submission"] == 1
        assert counts(filled)["erased_original"] > 0
        assert not [name for name in without(filled) if readable(filled, name)]
        if has_queue(filled.engine):
            assert take_up_originals(filled, AT_ONCE) == 0
        else:
            assert list(sweep(filled, reader, AT_ONCE)) == []
    assert counts(filled)["erased_original"] == 0
    assert (counts(filled)["erasure"], len(lying(filled)), counts(filled)["submission"]) == (1, 1, 1)


def without(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return [name for name in lying(store) if name in connection.scalars(select(ERASED_ORIGINAL.c.name)).all()]


def readable(store: Store, name: str) -> bool:
    store.keyring.forget()
    with store.engine.connect() as connection:
        return bool(store.keyring.keys(connection, [name]))


def test_an_older_copy_of_the_database_is_erased_again_by_the_log(
    filled: Store, settings: Settings, reader: Reader, tmp_path: Path
) -> None:
    stray = ingest(filled, reader, b"no workbook", "andet.xlsx")
    with filled.engine.connect() as connection:
        tables = [table for table in owned() if table not in (ERASURE, ERASED_ORIGINAL, AUDIT_CASE, AUDIT_ENTRY)]
        older = {table: [row._asdict() for row in connection.execute(select(table))] for table in tables}
    gone(filled)
    erase(filled, (), [stray.submission_id], NOW, TODAY, PAST_ITS_DATE)
    log = tmp_path / "slettet.json"
    assert bitark(settings, "erase", "--log", str(log)).returncode == 0
    assert FIRST not in log.read_text()
    with writing(filled.engine) as connection:
        for table in reversed(tables):
            connection.execute(delete(table).where(table.c.under.is_not(None)) if table is SECRET else delete(table))
        connection.execute(delete(SECRET))
        connection.execute(delete(ERASURE))
        for table in tables:
            rows = older[table]
            if table is SECRET:  # above before below
                rows = sorted(rows, key=lambda row: depth(row["id"], {one["id"]: one["under"] for one in rows}))
            if rows:
                connection.execute(insert(table), rows)
    assert counts(filled)["submission"] == 4
    done = bitark(settings, "erase", "--again", str(log))
    assert "1 sager og 1 filer" in done.stdout, done.stderr
    assert (counts(filled)["submission"], counts(filled)["erasure"], len(lying(filled))) == (1, 2, 1)
    ids = [one["secret_id"] for one in json.loads(log.read_text())]
    assert erase_again(filled, ids, NOW, TODAY) == (0, 0, {})


def depth(one: str | None, above: dict[str, str | None]) -> int:
    return 0 if one is None else 1 + depth(above[one], above)


def bitark(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "bitark"
    return subprocess.run(
        [program, *words], check=False, env=environment(settings) | {"COLUMNS": "200"}, capture_output=True, text=True
    )


def leave_the_list(store: Store, *case_keys: str) -> None:
    with writing(store.engine) as connection:
        staying = [case for case in CASES if case.case_key not in case_keys]
        cases.import_cases(connection, staying, MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)


@pytest.mark.parametrize(
    "today, found",
    [("2031-03-19", []), ("2031-03-20", [FIRST]), ("2031-04-01", [FIRST])],
    ids=["before", "on", "after"],
)
def test_a_case_is_due_when_it_left_the_list_and_the_months_have_gone(
    filled: Store, today: str, found: list[str]
) -> None:
    leave_the_list(filled, FIRST)
    with filled.engine.connect() as connection:
        due = erasing.due_cases(connection, dt.date.fromisoformat(today), 60)
    assert [(one.case_key, one.last_day, one.files) for one in due] == [(key, TODAY, 2) for key in found]


def test_what_is_due_is_told_and_erased_from_the_command_line(
    filled: Store, settings: Settings, reader: Reader
) -> None:
    ingest(filled, reader, b"no workbook", "andet.xlsx")
    leave_the_list(filled, FIRST)
    long_ago = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    with writing(filled.engine) as connection:
        connection.execute(update(CASE).where(CASE.c.case_key == FIRST).values(imported_at=long_ago))
        connection.execute(update(METADATA.tables["submission"]).values(period_start=long_ago, period_end=long_ago))
        connection.execute(update(STORED_FILE).values(first_seen=long_ago))
    before = counts(filled)
    told = bitark(settings, "erase", "--due", "--dry-run").stdout
    assert (f"{FIRST}: 2 filer" in told, "1 sager og 1 filer uden sag. Intet er slettet." in told) == (True, True)
    assert counts(filled) == before
    assert "Slettet for altid: 1 sager og 1 filer" in bitark(settings, "erase", "--due").stdout
    assert [counts(filled)[name] for name in ("case", "submission", "erasure")] == [2, 1, 2]
    with filled.engine.connect() as connection:
        assert {row.actor for row in erasing.log(connection)} == {"command"}


def test_the_command_asks_for_a_reason_without_the_case_and_tells_what_it_kept(
    filled: Store, settings: Settings
) -> None:
    for words in ((FIRST,), (FIRST, "--reason", f"Om {FIRST}"), (FIRST, "--reason", "a@b.example"), ("--due", FIRST)):
        assert bitark(settings, "erase", *words).returncode == 2, words
    assert counts(filled)["submission"] == 3
    unknown = bitark(settings, "erase", "S-9", "--reason", "Aftalt")
    assert (unknown.returncode, "ingen sag med den nøgle" in unknown.stdout) == (1, True)
    assert bitark(settings, "erase", FIRST, "--reason", "Aftalt").returncode == 0


def test_the_page_shows_what_is_due_and_erases_what_was_chosen_and_confirmed(
    app: Flask, filled: Store, clock: Clock
) -> None:
    client = app.test_client(role=Role.LEADER)
    assert "Intet er nået sin frist" in client.get("/sletning/").text
    leave_the_list(filled, FIRST, SECOND)
    clock.moment = LATER
    page = client.get("/sletning/").text
    assert (FIRST in page, SECOND in page, CASES[2].case_key in page) == (True, True, False)
    for fields in ({"due": "case-1"}, {"confirm": "yes"}, {"due": "case-3", "confirm": "yes"}):
        assert post(client, "/sletning/", page="/sletning/", **fields).status_code == 422
    assert counts(filled)["case"] == 3
    answer = post(client, "/sletning/", page="/sletning/", due="case-1", confirm="yes")
    assert answer.status_code == 303
    assert "Slettet for altid: 1 sager, 0 filer uden sag." in client.get(str(answer.location)).text
    assert FIRST not in client.get("/sletning/").text
    assert client.get("/returneringer/1").status_code == 404


def test_originals_that_cannot_be_removed_now_are_removed_later(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OriginalUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(type(filled.originals), "delete", away)
        with pytest.raises(OriginalUnavailable):
            gone(filled)
    assert len(lying(filled)) == 3
    complete(filled)
    assert len(lying(filled)) == 1
