"""What is kept is sealed, and only the master key opens it."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from boundaries import take_over
from page_forms import Clock, opened, post
from processes import environment
from sqlalchemy import select, text, update
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule
from two_databases import Server
from what_lies import SAID, dumped, lying

from sync.app import create_app
from sync.encryption import encrypt_all
from sync.files import OriginalUnavailable
from sync.ingest import Reader, give_case, ingest
from sync.settings import Settings
from sync.store import Store, authorities, cases, filings, open_store, submissions
from sync.store.comparison import case_records, reports
from sync.store.database import writing
from sync.store.filings import Deed
from sync.store.keys import Unreadable, WrongMasterKey, change_master, check_master
from sync.store.originals import keep, original, tidy
from sync.store.scope import NOBODY, Scope
from sync.store.tables import CASE, DETAIL, FILE_ACT, ROUND_CASE, SECRET, STORED_FILE, SUBMISSION, Act


@pytest.fixture
def filled(store: Store, settings: Settings, reader: Reader, clock: Clock) -> Iterator[Store]:
    """A store with a text of a person in every place that has one."""
    with writing(store.engine) as connection:
        told = CASES[0].__class__(**{**_fields(CASES[0]), "wishes": SAID[1]})
        cases.import_cases(connection, (told, *CASES[1:]), MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    content = returned_schedule(changes={(3, "Bemærkning"): SAID[0], (4, "Start"): None, (4, "Bemærkning"): SAID[0]})
    ingest(store, reader, content, "skema.xlsx")
    app = create_app(settings, reader, clock)
    client = app.test_client()
    path = opened(client)
    of_case = f"{path}/sager/{CASES[1].case_key}"
    assert post(client, of_case, page=of_case, act="withdraw", reason=SAID[3]).status_code == 303
    post(client, "/returneringer/1/vurdering", act="returned", role="Sagsbehandler", comment=SAID[2])
    yield store
    app.extensions["bitark"].store.close()


def _fields(case: Any) -> dict[str, Any]:
    return {name: getattr(case, name) for name in case.__dataclass_fields__}


def test_the_texts_of_people_are_shown_and_lie_nowhere_in_the_clear(
    filled: Store, settings: Settings, server: Server | None
) -> None:
    with filled.engine.connect() as connection:
        shown = [
            str(submissions.submission(connection, 1)),
            str(cases.newest_list(connection)),
            str(filings.acts(connection, [1])),
            "".join(str(row.withdrawn_reason) for row in _board(connection)),
        ]
    for said, where in zip(SAID, shown, strict=True):
        assert said in where
    lies = dumped(settings, server)
    assert b"S-2026-0001" in lies
    for said in SAID:
        assert said.encode() not in lies, said
        assert json.dumps(said).encode() not in lies, said


def _board(connection: Any) -> list[Any]:
    from sync.store.rounds import board_rows

    return board_rows(connection, 1)


def test_an_original_lies_sealed_under_a_name_that_says_nothing(store: Store, reader: Reader) -> None:
    content = returned_schedule()
    ingest(store, reader, content, "skema.xlsx")
    sha256 = hashlib.sha256(content).hexdigest()
    ((name, lies),) = lying(store).items()
    assert b"PK\x03\x04" not in lies
    assert not any(content[start : start + 64] in lies for start in range(0, len(content), 64))
    assert len(lies) - len(content) < 64
    assert sha256 not in name
    assert original(store, sha256) == content


def test_another_master_key_is_told_and_changes_nothing(filled: Store, settings: Settings) -> None:
    before, files = state(filled), lying(filled)
    for wrong in ("a different key of more than thirty-two characters", "short"):
        with pytest.raises(Exception, match="BITARK_MASTER_KEY") as told:
            open_store(settings.database, settings.originals, master=wrong)
        assert "Failure" in str(type(told.value).__mro__)
    assert (state(filled), lying(filled)) == (before, files)


def state(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return [tuple(row) for table in (SECRET, CASE, DETAIL) for row in connection.execute(select(table))]


def test_sealed_bytes_open_nowhere_else(filled: Store) -> None:
    with writing(filled.engine) as connection:
        header = connection.scalar(select(DETAIL.c.header))
        connection.execute(update(DETAIL).values(report=header))
    with filled.engine.connect() as connection, pytest.raises(Unreadable):
        list(reports(connection))
    with writing(filled.engine) as connection:
        first, second = connection.scalars(select(CASE.c.record).order_by(CASE.c.id).limit(2))
        connection.execute(update(CASE).where(CASE.c.record == second).values(record=first))
    with filled.engine.connect() as connection, pytest.raises(Unreadable):
        list(case_records(connection))


def test_an_original_in_the_place_of_another_is_told(store: Store, reader: Reader) -> None:
    for case in CASES[:2]:
        ingest(store, reader, returned_schedule(case.case_key), "skema.xlsx")
    names = sorted(lying(store))
    store.originals.replace(names[0], store.originals.get(names[1]))
    with store.engine.connect() as connection:
        sha256 = connection.scalar(select(STORED_FILE.c.sha256).where(STORED_FILE.c.secret_id == names[0]))
    with pytest.raises(OriginalUnavailable, match="ændret eller ødelagt"):
        original(store, str(sha256))


def test_what_is_not_sealed_is_not_stored(filled: Store) -> None:
    with pytest.raises(Exception, match="sealed"), writing(filled.engine) as connection:
        connection.execute(update(FILE_ACT).values(comment=b"in the clear"))


def test_a_files_key_follows_it_to_its_case_and_back(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule("S-2026-0009"), "skema.xlsx")
    with store.engine.connect() as connection:
        top = connection.scalar(select(SECRET.c.id).where(SECRET.c.under.is_(None)))
        assert above(connection, done.submission_id) == top
    with writing(store.engine) as connection:
        filings.dismiss(connection, done.submission_id, Deed(Act.DISMISSED, "Leder", SAID[2]), NOW)
    given = give_case(store, reader, done.submission_id, CASES[1].case_key, Deed(Act.CASE_GIVEN, "Leder"))
    assert given is not None
    with store.engine.connect() as connection:
        of_case = connection.scalar(select(CASE.c.secret_id).where(CASE.c.case_key == CASES[1].case_key))
        expected = of_case if submissions.versions_of(connection, 2) else top
        assert above(connection, done.submission_id) == expected
        assert [act.comment for act in filings.acts(connection, [done.submission_id])] == [SAID[2], ""]


def above(connection: Any, submission_id: int) -> str | None:
    joined = (
        select(SECRET.c.under)
        .join(STORED_FILE, STORED_FILE.c.secret_id == SECRET.c.id)
        .join(SUBMISSION, SUBMISSION.c.sha256 == STORED_FILE.c.sha256)
    )
    found: str | None = connection.scalar(joined.where(SUBMISSION.c.id == submission_id))
    return found


def test_a_case_that_the_list_drops_without_files_takes_its_key_with_it(store: Store) -> None:
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[:1], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    with store.engine.connect() as connection:
        assert len(connection.scalars(select(SECRET.c.id)).all()) == 2


def test_the_master_key_is_changed_again_and_again_until_it_is_done(filled: Store, settings: Settings) -> None:
    old, new = (hashlib.sha256(word).digest() for word in (b"old", b"new"))
    with pytest.raises(WrongMasterKey), writing(filled.engine) as connection:
        change_master(connection, old, new)
    env = environment(settings) | {"BITARK_NEW_MASTER_KEY": "another text of more than thirty-two characters"}
    for expected in ("1 nøgler er pakket om", "0 nøgler er pakket om"):
        done = subprocess.run(command("key", "rotate"), check=False, env=env, capture_output=True, text=True)
        assert expected in done.stdout, done.stderr
    with pytest.raises(WrongMasterKey, match="rotate"):
        open_store(settings.database, settings.originals)
    again = open_store(settings.database, settings.originals, master=env["BITARK_NEW_MASTER_KEY"])
    with again.engine.connect() as connection:
        assert SAID[0] in str(submissions.submission(connection, 1))
    again.close()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_the_master_key_is_changed_for_every_authority(filled: Store, settings: Settings) -> None:
    with writing(filled.within(NOBODY).engine) as connection:
        second = Scope(authorities.add(connection, "Nabokommunen", NOW))
    with writing(filled.within(second).engine) as connection:
        take_over(connection, 2)
    env = environment(settings) | {"BITARK_NEW_MASTER_KEY": "another text of more than thirty-two characters"}
    done = subprocess.run(command("key", "rotate"), check=False, env=env, capture_output=True, text=True)
    assert "2 nøgler er pakket om" in done.stdout, done.stderr
    again = open_store(settings.database, settings.originals, master=env["BITARK_NEW_MASTER_KEY"])
    with again.within(second).engine.connect() as connection:
        check_master(connection)
        assert cases.listed(connection)
    again.close()


def command(*words: str) -> list[str | Path]:
    return [Path(sys.executable).parent / "bitark", *words]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_beside_a_database_file_the_master_key_is_a_file_that_is_never_made_twice(
    settings: Settings, tmp_path: Path
) -> None:
    env = {name: value for name, value in environment(settings).items() if name != "BITARK_MASTER_KEY"}
    file = tmp_path / "bitark.db.master.key"

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(*words), check=False, env=env, capture_output=True, text=True)

    assert run("db", "upgrade").returncode == 0
    (tmp_path / "in.xlsx").write_bytes(returned_schedule())
    assert run("collect", str(tmp_path / "in.xlsx")).returncode == 1
    first = file.read_text()
    assert file.stat().st_mode & 0o77 == 0
    assert run("key", "rotate").returncode == 0
    assert file.read_text() != first
    assert not file.with_name(f"{file.name}.new").exists()
    kept = file.read_text()
    file.unlink()
    done = run("compare")
    assert (done.returncode, file.exists()) == (2, False)
    assert "Hent filen fra sikkerhedskopien" in " ".join(done.stderr.split())
    file.write_text(kept)
    assert run("compare").returncode == 0


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_database_at_a_url_needs_the_setting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BITARK_MASTER_KEY")
    with pytest.raises(Exception, match="BITARK_MASTER_KEY mangler"):
        open_store(settings.database, settings.originals)


def test_what_was_stored_before_there_were_keys_is_read_and_then_encrypted(
    filled: Store, settings: Settings, server: Server | None
) -> None:
    with filled.engine.connect() as connection:
        before = [str(submissions.submission(connection, 1)), str(cases.newest_list(connection))]
        content = original(filled, submissions.received_files(connection)[0].sha256)
        acts = [act.comment for act in filings.acts(connection, [1])]
    make_plain(filled, content)
    assert SAID[1].encode() in dumped(settings, server)
    for _ in range(2):
        with filled.engine.connect() as connection:
            assert [str(submissions.submission(connection, 1)), str(cases.newest_list(connection))] == before
            assert [act.comment for act in filings.acts(connection, [1])] == acts
        assert original(filled, hashlib.sha256(content).hexdigest()) == content
        done = encrypt_all(filled)
        assert [done == (0, 0), done[0]] in ([False, 1], [True, 0])
    assert all(b"PK\x03\x04" not in lies for lies in lying(filled).values())
    lies = dumped(settings, server)
    assert not [said for said in SAID if said.encode() in lies]


def make_plain(store: Store, content: bytes) -> None:
    """As it was before there were keys."""
    with writing(store.engine) as connection:
        row = submissions.submission(connection, 1)
        assert row is not None
        plain: list[tuple[str, str, Any]] = [
            ("submission_detail", name, getattr(row, name)) for name in ("report", "header", "rows", "sums")
        ]
        for table, column, value in plain:
            as_bytes = None if value is None else json.dumps(value, ensure_ascii=False).encode()
            connection.execute(text(f"UPDATE {table} SET {column} = :v"), {"v": as_bytes})  # noqa: S608
        connection.execute(text("UPDATE submission_detail SET entries = :v"), {"v": row.entries})
        for case_key, record in [(one.case_key, one.record) for one in case_records(connection)]:
            as_bytes = json.dumps(record, ensure_ascii=False).encode()
            connection.execute(
                text('UPDATE "case" SET record = :v WHERE case_key = :k'), {"v": as_bytes, "k": case_key}
            )
        for act in filings.acts(connection, [1]):
            as_bytes = json.dumps(act.comment).encode()
            connection.execute(text("UPDATE file_act SET comment = :v WHERE id = :i"), {"v": as_bytes, "i": act.id})
        for place in _board(connection):
            if place.withdrawn_reason is not None:
                as_bytes = json.dumps(place.withdrawn_reason).encode()
                connection.execute(
                    text("UPDATE round_case SET withdrawn_reason = :v WHERE id = :i"), {"v": as_bytes, "i": place.id}
                )
        connection.execute(update(CASE).values(secret_id=None))
        connection.execute(update(STORED_FILE).values(secret_id=None))
    for name in lying(store):
        store.originals.delete(name)
    obstore.put(store.originals.place, hashlib.sha256(content).hexdigest(), content)
    assert ROUND_CASE.c.withdrawn_reason.nullable


def test_keys_that_no_file_got_go_after_a_day_and_those_of_waiting_originals_stay(store: Store) -> None:
    kept = keep(store, b"its process died before there was a row")
    with store.engine.connect() as connection:
        before = set(connection.scalars(select(SECRET.c.id)))
    tidy(store, dt.datetime.now(dt.UTC) + dt.timedelta(hours=23))
    with store.engine.connect() as connection:
        assert set(connection.scalars(select(SECRET.c.id))) == before
    tidy(store, dt.datetime.now(dt.UTC) + dt.timedelta(hours=25))
    with store.engine.connect() as connection:
        left = set(connection.scalars(select(SECRET.c.id)))
        of_cases = set(connection.scalars(select(CASE.c.secret_id)))
    assert len(left) == 1 + len(of_cases) + 1
    assert kept.secret_id in left
