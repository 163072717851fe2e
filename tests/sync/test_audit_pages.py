"""The page of the audit, its commands, and what happens to a page when its entry cannot be made."""

import csv
import io
import json
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from sync_material import CASES, returned_schedule
from typer.testing import CliRunner

from sync.audit.words import ACTIONS, ACTORS, FACTS, sentence
from sync.cli import app as bitark
from sync.ingest import Reader, ingest
from sync.roles import Role
from sync.settings import Settings
from sync.store import Store, audit
from sync.store.audit import READINGS, Action
from sync.store.database import open_database, writing
from sync.store.scope import Scope

FIRST, SECOND = CASES[0].case_key, CASES[1].case_key
RUN = CliRunner()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The leader, the third of the people there are."""
    made: FlaskClient = app.test_client(role=Role.LEADER)
    return made


def noted(store: Store, action: Action, case: str = "", times: int = 1, actor: str = "user:7", **detail: Any) -> None:
    with writing(store.within(Scope(1, actor=actor)).engine) as connection:
        for _ in range(times):
            audit.note(connection, action, case=case, **detail)


def told(page: str) -> list[str]:
    return re.findall(r'data-label="Hvad">([^<]+)<', page)


def command(settings: Settings, *arguments: str) -> Any:
    return RUN.invoke(bitark, ["audit", *arguments, "--db", settings.database])


def test_the_page_says_in_sentences_who_did_what_newest_first(client: FlaskClient, store: Store) -> None:
    noted(store, Action.CASE_READ, FIRST)
    noted(store, Action.DEADLINE_MOVED, actor="token:3", deadline="2026-04-10")
    assert told(client.get("/revision/").text) == [
        "frist ændret (frist 2026-04-10) af nøgle 3",
        f"{FIRST}: sagens side læst af bruger 7",
        "sagsliste læst ind (3 nye) af programmet",
    ]


def test_a_case_leads_to_who_has_seen_it(client: FlaskClient, store: Store, reader: Reader) -> None:
    ingest(store.acting("folder"), reader, returned_schedule(), "skema.xlsx")
    page = client.get(f"/sager/{FIRST}").text
    link = re.search(r'href="(/revision/[^"]+)">Hvem har set sagen<', page)
    assert link
    client.get(f"/sager/{SECOND}")
    assert told(client.get(link[1].replace("&amp;", "&")).text) == [f"{FIRST}: sagens side læst af bruger 3"]
    done = told(client.get(f"/revision/?sag={FIRST}&hvad=gjort").text)
    assert done == [
        f"{FIRST}: fil gennemgået, fil 1 (resultat Uden fejl, version 1, 3 advarsler) af mappen, der holdes øje med"
    ]


def test_many_entries_come_a_page_at_a_time_and_none_is_left_out(client: FlaskClient, store: Store) -> None:
    noted(store, Action.CASE_READ, FIRST, times=250)
    address, numbers = f"/revision/?sag={FIRST}&hvad=set", list[str]()
    while address:
        page = client.get(address).text
        numbers += re.findall(r'<th scope="row" class="align-text-right">(\d+)<', page)
        older = re.search(r'href="([^"]+)">Ældre<', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert numbers == [str(number) for number in range(251, 1, -1)]


@pytest.mark.parametrize("query", ["foer=x", "foer=-1", "foer=99999999999999999999", "hvad=x", "sag=%00", "sag='"])
def test_an_address_that_makes_no_sense_is_answered(client: FlaskClient, query: str) -> None:
    assert client.get(f"/revision/?{query}").status_code == 200


def test_what_was_typed_in_the_filter_is_kept_only_where_a_case_has_that_key(client: FlaskClient, store: Store) -> None:
    client.get("/revision/?sag=010190-1234")
    with store.engine.connect() as connection:
        (*_, entry) = audit.entries(connection)
    assert (entry.action, entry.case_digest) == (Action.AUDIT_READ, None)


def test_an_erased_case_stands_there_unreadable(client: FlaskClient, store: Store) -> None:
    noted(store, Action.CASE_READ, FIRST)
    with writing(store.engine) as connection:
        audit.forget_case(connection, FIRST)
    page = client.get("/revision/").text
    assert re.fullmatch(r"slettet sag [0-9a-f]{8}: sag slettet af programmet", told(page)[0])
    assert FIRST not in page


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_page_is_shown_although_its_entry_cannot_be_made_and_the_log_says_so(
    client: FlaskClient, settings: Settings
) -> None:
    with closing(sqlite3.connect(settings.database, isolation_level=None)) as other, capture_logs() as said:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        assert client.get(f"/sager/{FIRST}").status_code == 200
        waited = time.monotonic() - started
        other.execute("ROLLBACK")
    assert 1.5 < waited < 10
    assert [(line["event"], line["action"], line["case_key"]) for line in said] == [
        ("audit entry not written", "case_read", FIRST)
    ]
    assert client.get(f"/sager/{FIRST}").status_code == 200


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_page_does_not_wait_for_long_for_the_end_of_the_chain(client: FlaskClient, store: Store) -> None:
    with writing(store.engine) as connection:
        audit.append(connection, [audit._Noted(Action.CASE_READ, "", "", None, "{}")])  # holds the lock until it ends
        assert client.get(f"/sager/{FIRST}").status_code == 200
    with store.engine.connect() as connection:
        assert [entry.action for entry in audit.entries(connection)] == ["case_list_taken_in", "case_read"]


def test_verify_tells_that_the_chain_is_whole_and_its_head(settings: Settings, store: Store) -> None:
    noted(store, Action.CASE_READ, FIRST)
    done = command(settings, "verify")
    assert done.exit_code == 0
    head = re.search(r"Kæden er hel: 2 poster\. Hoved: (2:[0-9a-f]{64})", done.output)
    assert head
    again = command(settings, "verify", "--head", head[1])
    assert (again.exit_code, "indeholder det gemte hoved 2" in again.output) == (0, True)
    told = json.loads(command(settings, "verify", "--json").output)
    assert told == {"whole": True, "entries": 2, "head": head[1], "erased_cases": 0, "broken": None}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_verify_names_the_entry_of_a_byte_that_was_changed_in_the_file(settings: Settings, store: Store) -> None:
    noted(store, Action.CASE_READ, FIRST, actor="user:7")
    noted(store, Action.CASE_READ, FIRST, actor="user:8")
    store.close()
    with closing(sqlite3.connect(settings.database)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(settings.database)
    content = file.read_bytes()
    assert content.count(b"user:7") == 1
    file.write_bytes(content.replace(b"user:7", b"user:9"))
    done = command(settings, "verify")
    assert done.exit_code == 1
    assert re.search(
        r"Kæden er brudt ved nummer 2, skrevet \S+Z: indholdet passer ikke til postens hash\.", done.output
    )
    assert "Hel til og med nummer 1." in done.output
    found = json.loads(command(settings, "verify", "--json").output)
    assert (found["whole"], found["broken"]["number"], found["broken"]["fault"]) == (False, 2, "changed")


@pytest.mark.parametrize("head", ["x", "3", "3:abc", "-1:" + "0" * 64])
def test_what_is_no_head_is_told(settings: Settings, store: Store, head: str) -> None:  # noqa: ARG001
    done = command(settings, "verify", "--head", head)
    assert done.exit_code != 0
    assert "NUMMER:HASH" in str(done.exception) + done.output


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("name", ["verify", "show"])
def test_no_database_is_made_by_looking(name: str, settings: Settings, tmp_path: Path) -> None:
    done = RUN.invoke(bitark, ["audit", name, "--db", str(tmp_path / "ingen.db")])
    assert "Der er ingen database" in str(done.exception)
    assert not (tmp_path / "ingen.db").exists()
    assert settings.database


def test_the_audit_of_a_case_is_shown_and_that_is_an_entry(settings: Settings, store: Store) -> None:
    noted(store, Action.CASE_READ, FIRST)
    noted(store, Action.CASE_READ, SECOND)
    lines = command(settings, "show", "--case", FIRST).output.splitlines()
    assert [line.partition("Z  ")[2] for line in lines] == [
        f"{FIRST}: sagens side læst af bruger 7",
        f"{FIRST}: revisionssporet hentet (form tekst) af kommandolinjen",
    ]


def test_an_export_is_no_formula_anywhere_and_every_entry_a_line(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    noted(store, Action.CASE_READ, "=HYPERLINK(1)")
    noted(store, Action.CASE_READ, "@S;1\n2")
    target = tmp_path / "spor.csv"
    assert command(settings, "show", "--as", "csv", "--out", str(target)).exit_code == 0
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["number", "1", "2", "3", "4"]
    assert [row[5] for row in rows[2:4]] == ["'=HYPERLINK(1)", "'@S;1\n2"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    again = command(settings, "show", "--as", "csv", "--out", str(target))
    assert "findes allerede" in str(again.exception)


def test_a_line_of_json_holds_what_was_hashed(settings: Settings, store: Store) -> None:
    noted(store, Action.WARNING_ACCEPTED, FIRST, code="R04", cell="C3")
    entry = json.loads(command(settings, "show", "--as", "jsonl").output.splitlines()[1])
    assert (entry["case_key"], entry["detail"], entry["actor"]) == (FIRST, {"code": "R04", "cell": "C3"}, "user:7")
    values = [entry[name] for name in audit.HASHED[:-2]]
    facts = json.dumps(entry["detail"], sort_keys=True, separators=(",", ":"))
    assert audit.hash_of([*values, facts, entry["previous_hash"]]) == entry["hash"]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_action_and_actor_has_words_in_both_languages(store: Store, language: str) -> None:
    assert ACTIONS.keys() == set(Action)
    for actor in ("user:1", "link:1", "token:1", *(ACTORS.keys() - {"user", "link", "token"})):
        noted(store, Action.CASE_READ, FIRST, actor=actor)
    with store.engine.connect() as connection:
        sentences = [sentence(entry, language) for entry in audit.entries(connection)]
    assert len(set(sentences)) == len(ACTORS) + 1
    assert FACTS


def test_a_reading_is_no_change() -> None:
    assert Action.CASE_READ in READINGS
    assert Action.AUDIT_EXPORTED in READINGS
    assert not READINGS & {Action.CASE_ERASED, Action.FILE_RECEIVED, Action.LINK_REVOKED}


def test_only_the_wait_of_a_reading_is_short(settings: Settings, store: Store) -> None:
    with writing(store.engine, 50) as connection:
        audit.note(connection, Action.CASE_READ)
    engine = open_database(settings.database)
    name = "PRAGMA busy_timeout" if engine.dialect.name == "sqlite" else "SHOW lock_timeout"
    with writing(store.engine) as connection:
        assert connection.exec_driver_sql(name).scalar() in {15_000, "0"}
    engine.dispose()
