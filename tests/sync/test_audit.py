"""The chain of the audit: whole after everything that goes right or wrong, broken where somebody changed it."""

import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from processes import environment, kill, running, says
from sqlalchemy import Row, func, select, text
from sqlalchemy.exc import DBAPIError
from sync_material import CASES

from sync.settings import Settings
from sync.store import Store, audit, open_store
from sync.store.audit import HASHED, Action
from sync.store.chain import Fault, Head, Verdict, verify
from sync.store.database import open_database, writing
from sync.store.scope import OPTION, Scope
from sync.store.tables import AUDIT_CASE, CASE

FIRST = CASES[0].case_key
NOTES = """
import sys
from sync.store import audit, open_store
from sync.store.audit import Action
from sync.store.database import writing

if __name__ == "__main__":
    store = open_store(*sys.argv[1:3]).acting(sys.argv[3])
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(100):
        with writing(store.engine) as connection:
            audit.note(connection, Action.CASE_READ, f"round:{number}", case=f"S-{number % 7}")
    store.close()
"""
KILLED = """
import sys, time
from sqlalchemy import event, text
from sync.settings import Settings
from sync.store import audit, open_store
from sync.store.audit import Action
from sync.store.database import writing

def stop(*_arguments):
    print(sys.argv[1], flush=True)
    time.sleep(600)

if __name__ == "__main__":
    settings = Settings()
    store = open_store(settings.database, settings.originals)
    if sys.argv[1] == "about to commit":
        event.listen(store.engine, "commit", stop)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE \\"case\\" SET listed = false"))
        audit.note(connection, Action.CASE_LIST_TAKEN_IN, gone=3)
        if sys.argv[1] == "noted":
            stop()
    stop()
"""


def chain_of(store: Store, kept: Head | None = None) -> Verdict:
    with store.engine.connect() as connection:
        return verify(connection, kept)


def entries(store: Store) -> list[Row[Any]]:
    with store.engine.connect() as connection:
        return list(audit.entries(connection))


def noted(store: Store, *actions: Action, case: str = "") -> None:
    with writing(store.engine) as connection:
        for action in actions:
            audit.note(connection, action, "submission:1", case=case)


@pytest.fixture
def five(store: Store) -> Store:
    """A chain of five: the case list of the store, and four more."""
    noted(store, Action.CASE_READ, Action.FILE_SEEN, case=FIRST)
    noted(store, Action.COMPARISON_READ, Action.CASE_READ)
    assert len(entries(store)) == 5
    return store


def unguarded(store: Store, *statements: str) -> None:
    """Statements of one who may do everything with the database, its triggers gone."""
    engine, on_postgresql = store.engine, store.engine.dialect.name == "postgresql"
    if on_postgresql:
        owner = engine.url.set(username="postgres").render_as_string(hide_password=False)
        engine = open_database(owner).execution_options(**{OPTION: store.scope})
    with writing(engine) as connection:
        if on_postgresql:
            for table in ("audit_entry", "audit_case"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for name in ("audit_entry_no_update", "audit_entry_no_delete", "audit_case_no_update"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        for statement in statements:
            connection.execute(text(statement))
    if on_postgresql:
        engine.dispose()


def test_an_entry_says_who_did_what_to_which_case_and_no_more(store: Store) -> None:
    with writing(store.within(Scope(1, actor="user:7")).engine) as connection:
        audit.note(connection, Action.WITHDRAWN, "round:2", case=FIRST)
    entry = entries(store)[-1]
    assert (entry.number, entry.actor, entry.action) == (2, "user:7", "withdrawn")
    assert (entry.subject, entry.case_key, entry.detail) == ("round:2", FIRST, "{}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry.at)
    assert FIRST not in str([getattr(entry, name) for name in HASHED])


@pytest.mark.parametrize("value", ["Ret række 3", "010190-1234", "a@b.dk", "x" * 41, 1.5, ["x"]])
def test_what_somebody_wrote_is_not_taken_for_a_fact(store: Store, value: object) -> None:
    with pytest.raises(ValueError, match="small fact"), writing(store.engine) as connection:
        audit.note(connection, Action.RETURNED, comment=value)
    assert len(entries(store)) == 1


def test_who_only_reads_notes_nothing(store: Store) -> None:
    with store.engine.connect() as connection, pytest.raises(KeyError):
        audit.note(connection, Action.CASE_READ)


def test_a_transaction_that_is_rolled_back_leaves_no_entry_and_no_gap(store: Store) -> None:
    def noted_in_vain() -> None:
        with writing(store.engine) as connection:
            audit.note(connection, Action.CASE_READ, case=FIRST)
            connection.execute(text("SELECT no such thing"))

    with pytest.raises(DBAPIError):
        noted_in_vain()
    noted(store, Action.FILE_SEEN)
    assert [entry.action for entry in entries(store)] == ["case_list_taken_in", "file_seen"]
    assert chain_of(store).head.number == 2


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "UPDATE audit_case SET case_key = 'x'"],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(five: Store, statement: str) -> None:
    before = entries(five)
    with pytest.raises(DBAPIError, match="append-only"), writing(five.engine) as connection:
        connection.execute(text(statement))
    assert entries(five) == before


@pytest.mark.parametrize("kind", ["postgresql"])
def test_the_audit_cannot_be_emptied(five: Store) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"), writing(five.engine) as connection:
        connection.execute(text("TRUNCATE audit_entry"))


@pytest.mark.parametrize("point, there", [("noted", False), ("about to commit", False), ("committed", True)])
def test_a_change_and_its_entry_are_both_there_after_a_kill_or_neither(
    point: str, there: bool, store: Store, settings: Settings, tmp_path: Path
) -> None:
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    with running([sys.executable, program, point], environment(settings)) as process:
        says(process, point)
        kill(process)
    with store.engine.connect() as connection:
        unlisted = connection.scalar(select(func.count()).select_from(CASE).where(~CASE.c.listed))
    assert (unlisted, len(entries(store))) == ((3, 2) if there else (0, 1))
    noted(store, Action.CASE_READ)
    assert chain_of(store).broken is None


def test_two_processes_that_append_at_once_make_one_chain(store: Store, settings: Settings, tmp_path: Path) -> None:
    program = tmp_path / "notes.py"
    program.write_text(NOTES)
    with ExitStack() as started:
        processes = [
            started.enter_context(
                subprocess.Popen(
                    [sys.executable, program, settings.database, settings.originals, actor],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=environment(settings),
                )
            )
            for actor in ("user:1", "user:2")
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.communicate("\n", timeout=120)
    assert [process.returncode for process in processes] == [0, 0]
    found = entries(store)
    assert [entry.number for entry in found] == list(range(1, 202))
    assert {entry.actor for entry in found[:120]} == {"program", "user:1", "user:2"}
    assert chain_of(store).broken is None


def test_fifty_at_once_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(50) as people:
        list(people.map(lambda number: noted(store, Action.CASE_READ, case=f"S-{number % 3}"), range(50)))
    assert [entry.number for entry in entries(store)] == list(range(1, 52))
    assert chain_of(store).broken is None


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_byte_changed_anywhere_in_an_entry_of_the_file_is_found_at_that_entry(
    five: Store, settings: Settings
) -> None:
    entry = entries(five)[2]
    record = "".join(str(getattr(entry, name)) for name in (*HASHED[1:], "hash")).encode()
    five.close()
    file = Path(settings.database)
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = file.read_bytes()
    start = sound.index(record)
    assert sound.count(record) == 1
    for offset in range(start - 1, start + len(record)):  # the byte before the texts is the number
        for change in (1, 0x80):
            changed = bytearray(sound)
            changed[offset] ^= change
            file.write_bytes(changed)
            engine = open_database(str(file))
            with engine.connect() as connection:
                broken = verify(connection).broken
            engine.dispose()
            assert broken is not None, offset
            assert broken.number == 3, (offset, broken)
    file.write_bytes(sound)
    with closing(open_store(settings.database, settings.originals)) as again:
        assert chain_of(again).broken is None


@pytest.mark.parametrize("column", [*HASHED[1:], "hash"])
def test_a_changed_column_is_found_at_its_entry(five: Store, column: str) -> None:
    unguarded(five, f"UPDATE audit_entry SET {column} = substr({column}, 2) || substr({column}, 1, 1) WHERE number = 3")  # noqa: S608 - our own names
    broken = chain_of(five).broken
    assert broken is not None
    assert (broken.number, broken.fault) == (3, Fault.CHANGED)


def test_a_removed_entry_is_named(five: Store) -> None:
    unguarded(five, "DELETE FROM audit_entry WHERE number = 3")
    verdict = chain_of(five)
    assert verdict.broken is not None
    assert (verdict.broken.number, verdict.broken.fault, verdict.head.number) == (3, Fault.MISSING, 2)


def test_an_entry_put_in_between_is_named(five: Store) -> None:
    columns = ", ".join([*HASHED[1:], "hash"])
    unguarded(
        five,
        "UPDATE audit_entry SET number = number + 1, id = id + 100 WHERE number > 4",
        "UPDATE audit_entry SET number = number + 1, id = id + 100 WHERE number = 4",
        f"INSERT INTO audit_entry (id, number, {columns}) SELECT 50, 4, {columns} FROM audit_entry WHERE number = 3",  # noqa: S608 - our own names
    )
    broken = chain_of(five).broken
    assert broken is not None
    assert broken.number == 4


def test_a_changed_entry_with_its_hash_made_anew_is_found_at_the_next(five: Store) -> None:
    third = entries(five)[2]
    values = [getattr(third, name) for name in HASHED]
    values[2] = "user:9"
    made = audit.hash_of(values)
    unguarded(five, f"UPDATE audit_entry SET actor = 'user:9', hash = '{made}' WHERE number = 3")  # noqa: S608 - our own names
    broken = chain_of(five).broken
    assert broken is not None
    assert (broken.number, broken.fault) == (4, Fault.NOT_LINKED)


def test_a_removed_end_and_a_chain_written_anew_are_found_by_a_kept_head(five: Store) -> None:
    kept = chain_of(five).head
    unguarded(five, "DELETE FROM audit_entry WHERE number > 3")
    assert chain_of(five).broken is None
    shorter = chain_of(five, kept).broken
    assert shorter is not None
    assert (shorter.number, shorter.fault) == (4, Fault.SHORTER_THAN_KEPT)
    noted(five, Action.CASE_READ, Action.CASE_READ, Action.CASE_READ)
    other = chain_of(five, kept).broken
    assert other is not None
    assert (other.number, other.fault) == (5, Fault.OTHER_THAN_KEPT)


def test_a_kept_head_is_in_the_longer_chain(five: Store) -> None:
    kept = chain_of(five).head
    noted(five, Action.CASE_READ)
    assert chain_of(five, kept).broken is None


@pytest.mark.parametrize("kind", ["postgresql"])
def test_the_chain_of_another_authority_does_not_pass_for_this_ones(five: Store) -> None:
    unguarded(
        five,
        "INSERT INTO authority (id, name, added_at) VALUES (2, 'Nabokommunen', now())",
        "UPDATE audit_entry SET authority_id = 2",
    )
    broken = chain_of(five.within(Scope(2))).broken
    assert broken is not None
    assert (broken.number, broken.fault) == (1, Fault.NOT_LINKED)


def test_a_case_that_was_given_anothers_key_is_named_at_its_first_entry(five: Store) -> None:
    unguarded(five, "UPDATE audit_case SET case_key = 'S-2026-0002'")
    broken = chain_of(five).broken
    assert broken is not None
    assert (broken.number, broken.fault) == (2, Fault.CASE_CHANGED)


def test_a_case_that_is_forgotten_cannot_be_read_from_the_audit_and_the_chain_is_whole(five: Store) -> None:
    digest = entries(five)[1].case_digest
    with writing(five.engine) as connection:
        audit.note(connection, Action.CASE_READ, case=FIRST)
        audit.forget_case(connection, FIRST)
    found = entries(five)
    assert [entry.case_digest for entry in found].count(digest) == 4
    assert [entry.case_key for entry in found] == [None] * 7
    assert found[-1].action == Action.CASE_ERASED
    verdict = chain_of(five)
    assert (verdict.broken, verdict.forgotten) == (None, 1)
    with five.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(AUDIT_CASE)) == 0
        assert list(audit.entries(connection, FIRST)) == []
    noted(five, Action.CASE_READ, case=FIRST)
    assert entries(five)[-1].case_digest != digest


def test_a_chain_of_many_is_read_a_part_at_a_time(store: Store) -> None:
    with writing(store.engine) as connection:
        for _ in range(12_000):
            audit.note(connection, Action.CASE_READ)
    assert chain_of(store) == Verdict(chain_of(store).head, None)
    assert chain_of(store).head.number == 12_001
    unguarded(store, "UPDATE audit_entry SET actor = 'x' WHERE number = 7777")
    broken = chain_of(store).broken
    assert broken is not None
    assert broken.number == 7777


def test_an_empty_audit_is_whole(settings: Settings) -> None:
    with closing(open_store(settings.database, settings.originals)) as store:
        assert chain_of(store).head.number == 0


def test_a_case_key_that_no_database_can_hold_is_noted_as_it_is_kept(store: Store) -> None:
    noted(store, Action.CASE_READ, case="S\x00")
    noted(store, Action.CASE_READ, case="S\x00")
    assert entries(store)[-1].case_key == "S\ufffd"
    assert chain_of(store).broken is None
