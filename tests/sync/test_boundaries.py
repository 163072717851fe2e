"""Every way across the boundaries of authorities and providers, tried; docs/isolation.md has the counts."""

# ruff: noqa: S608 - the tables' own names

import io
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg
import pytest
from bit_model_example import PERIOD
from boundaries import (
    ANOTHER,
    BAKKEHUSET,
    CHANGES,
    DOCUMENT,
    GUESSED,
    LISTED,
    Party,
    World,
    content,
    public_functions,
    shown,
    world,
)
from flask import Flask, g
from flask.testing import FlaskClient
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, InternalError, SQLAlchemyError
from sync_material import CASES, NOW, ON_DATE, returned_schedule
from werkzeug.routing import Rule

from sync.authorities import WhichAuthority, within_authority
from sync.failures import Failure
from sync.ingest import Reader, ingest, read_queued
from sync.store import Store, authorities, filings, submissions
from sync.store.boundaries import PROVIDER_SEES, OneAuthorityPerFile
from sync.store.database import open_database, writing
from sync.store.originals import original
from sync.store.ownership import ENTRANCE, owned
from sync.store.scope import NOBODY, Scope
from sync.store.service_role import NotHeld, require_held
from sync.store.tables import SECRET
from sync.token import FormToken, signed, signed_link
from workbook_templates.layouts.doegnskema import Form

KEY = "only for tests"
FAILED = (KeyError, SQLAlchemyError, ConnectorException, psycopg.Error, Failure)


@pytest.fixture
def there(store: Store, reader: Reader) -> World:
    """Two authorities on PostgreSQL, one on SQLite, each with two providers."""
    return world(store, reader)


def documented(way: str, kind: str, tried: int) -> None:
    """The count stands in docs/isolation.md; with BITARK_WRITE_DOCS=1 it is written there."""
    line = re.compile(rf"^\| {re.escape(way)} \| (\d*) \| (\d*) \|$", re.MULTILINE)
    content = DOCUMENT.read_text(encoding="utf-8")
    found = line.search(content)
    assert found, f"docs/isolation.md has no line for {way}"
    counts = dict(zip(("sqlite", "postgresql"), found.groups(), strict=True))
    if os.environ.get("BITARK_WRITE_DOCS"):
        counts[kind] = str(tried)
        row = f"| {way} | {counts['sqlite']} | {counts['postgresql']} |"
        DOCUMENT.write_text(content.replace(found[0], row), encoding="utf-8")
    assert counts[kind] == str(tried), "docs/isolation.md is out of step: run this test with BITARK_WRITE_DOCS=1"


def tell(found: Any) -> str:
    return str(list(found) if isinstance(found, Iterable) and not isinstance(found, str | bytes) else found)


def test_every_function_of_the_store_is_tried() -> None:
    assert {*GUESSED, *LISTED, *CHANGES} == public_functions()


def test_no_function_of_the_store_shows_what_is_anothers(there: World, kind: str) -> None:
    tried = 0
    for scope, party in there.pairs():
        for name, ask in {**GUESSED, **LISTED}.items():
            if kind == "sqlite" and name.startswith("queue."):
                continue
            try:
                with there.within(scope).engine.connect() as connection:
                    found = tell(ask(connection, party))
            except InternalError as error:  # a lock is a change, and a provider makes none
                assert "read-only transaction" in str(error)  # noqa: PT017
                found = ""
            assert not [mark for mark in there.forbidden(scope) if mark in found], (name, scope)
            assert name not in GUESSED or party.provider is None or found in {"None", "[]", "False", ""}, (name, scope)
            tried += 1
    documented("functions of the store that read", kind, tried)


@pytest.mark.parametrize("provider", [BAKKEHUSET, ANOTHER, None])
def test_to_whom_it_belongs_the_same_functions_show_it(there: World, provider: str | None) -> None:
    blind = {"filings.waits_for_a_case", "rounds.hold_case", "submissions.waiting"}
    for party in there.parties:
        if party.provider is None or provider not in {None, party.provider}:
            continue
        with there.within(Scope(party.authority, provider)).engine.connect() as connection:
            for name in GUESSED.keys() - blind - {"filings.given"}:
                assert tell(GUESSED[name](connection, party)) not in {"None", "[]"}, (name, party)
            for name in ("cases.case_row", "cases.listed", "comparison.narrow_rows", "submissions.received_files"):
                assert party.mark in tell(LISTED[name](connection, party)), (name, party)


def test_no_function_of_the_store_changes_what_is_anothers(there: World, kind: str) -> None:
    tried = 0
    for scope, party in there.pairs():
        if party.provider is None:
            continue
        for name, change in CHANGES.items():
            if kind == "sqlite" and name.startswith(("queue.", "service_role.")):
                continue
            before = there.held(party)
            try:
                with writing(there.within(scope).engine) as connection:
                    change(connection, party)
            except FAILED:
                pass
            assert there.held(party) == before, (name, scope)
            tried += 1
    documented("functions of the store that change", kind, tried)


def rows_of(there: World, party: Party) -> dict[str, list[dict[str, Any]]]:
    """The rows that the party itself sees, and of what no provider sees those of its authority."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in owned():
        scope = party.scope if table.name in PROVIDER_SEES else Scope(party.authority)
        rows = table.select().where(SECRET.c.under.is_not(None)) if table is SECRET else table.select()
        with there.within(scope).engine.connect() as connection:  # an authority's own key is wrapped, and everybody's
            found[table.name] = [dict(row._mapping) for row in connection.execute(rows)]
    return found


EMPTY = frozenset({"calendar_feed", "erased_original", "erasure", "minutes", "parameter_set", "task"})
"""Tables without a row in this world."""


def test_no_statement_reaches_what_is_anothers(there: World, kind: str) -> None:
    tried = 0
    for scope, party in there.pairs():
        if party.provider is None:
            continue
        before = there.held(party)
        for name, rows in rows_of(there, party).items():
            keys = [column.name for column in next(t for t in owned() if t.name == name).primary_key]
            assert rows or name in EMPTY, name
            for row in rows:
                where = " AND ".join(f"{key} = :{key}" for key in keys)
                key = {one: row[one] for one in keys}
                columns = [column for column in row if column not in {*keys, "authority_id"}]
                same = f'SELECT {{}}, {", ".join(columns)} FROM "{name}" WHERE {where}'
                new = ", ".join(
                    "'x'" if isinstance(key[one], str) else ":authority_id" if "_id" in one else "77" for one in keys
                )
                for statement in (
                    f'SELECT * FROM "{name}" WHERE {where}',
                    f'SELECT count(*) FROM "{name}" WHERE {where} HAVING count(*) > 0',
                    f'UPDATE "{name}" SET {keys[0]} = {keys[0]} WHERE {where}',
                    f'DELETE FROM "{name}" WHERE {where}',
                    f'INSERT INTO "{name}" ({", ".join(keys)}, {", ".join(columns)}) {same.format(new)}',
                ):
                    with there.within(scope).engine.connect() as connection:
                        try:
                            done = connection.execute(text(statement), {**key, "authority_id": row["authority_id"]})
                            reached = len(done.all()) if done.returns_rows else done.rowcount
                        except DatabaseError:
                            reached = 0
                        assert reached == 0, (statement, scope, party)
                    tried += 1
        assert there.held(party) == before
    documented("statements by a row's key", kind, tried)


POSTGRESQL = (
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "SET LOCAL row_security = off; SELECT * FROM submission",
    'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE "case" NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY of_authority ON "case"',
    'CREATE POLICY mine ON "case" USING (true)',
    'TRUNCATE "case" CASCADE',
    "UPDATE authority SET name = 'x' WHERE id = 1",
    "DELETE FROM authority",
    "INSERT INTO authority VALUES (9, 'x', now())",
    "UPDATE alembic_version SET version_num = 'x'",
    'CREATE FUNCTION public.mine() RETURNS SETOF "case" SECURITY DEFINER RETURN NULL',
    "SELECT pg_read_file('PG_VERSION')",
    "COPY \"case\" TO PROGRAM 'cat'",
    'COPY "case" (case_key) FROM STDIN',
    "ALTER ROLE bitark_service BYPASSRLS",
    "CREATE ROLE another SUPERUSER",
    "GRANT postgres TO bitark_service",
    "SELECT * FROM pg_authid",
)
SQLITE = (
    'SELECT * FROM main."case"',
    "SELECT * FROM main.submission_detail",
    'DROP VIEW temp."case"',
    'DROP VIEW "case"',
    'CREATE TEMP VIEW mine AS SELECT * FROM main."case"',
    'CREATE TABLE main.mine AS SELECT * FROM "case"',
    'DELETE FROM main."case"',
    "UPDATE main.\"case\" SET provider = 'x'",
    "PRAGMA writable_schema = on",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "ATTACH 'bitark.db' AS other",
    "INSERT INTO main.house (name, record) VALUES ('x', '{}')",
    'WITH all_cases AS (SELECT * FROM main."case") SELECT * FROM all_cases',
    'SELECT (SELECT count(*) FROM main."case")',
    'WITH "case" AS (SELECT * FROM main."case") SELECT * FROM "case"',
    'SELECT * FROM (SELECT * FROM main."case") AS "case"',
    "SELECT * FROM sqlite_temp_master",
    "SELECT sql FROM main.sqlite_schema",
    "ANALYZE",
    "VACUUM INTO 'copy.db'",
)


def test_no_way_round_is_open(there: World, kind: str) -> None:
    ways, scopes = (SQLITE, [Scope(1, BAKKEHUSET)]) if kind == "sqlite" else (POSTGRESQL, [Scope(1), Scope(2, ANOTHER)])
    for scope in scopes:
        for statement in ways:
            with there.within(scope).engine.connect() as connection, pytest.raises(DatabaseError):
                connection.exec_driver_sql(statement)
    documented("statements around the boundary", kind, len(ways) * len(scopes))


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_copy_of_a_table_and_a_function_that_tells_see_only_ones_own_rows(there: World) -> None:
    for scope in (Scope(2), Scope(1, BAKKEHUSET)):
        with there.within(scope).engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            connection.exec_driver_sql("SELECT 1")
            for table in owned():
                with driver.cursor().copy(f'COPY (SELECT * FROM "{table.name}") TO STDOUT') as copy:
                    content = b"".join(copy).decode()
                assert not [mark for mark in there.forbidden(scope) if mark in content]
        with there.within(Scope(2)).engine.connect() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION pg_temp.tells(text) RETURNS boolean COST 0.0000001 LANGUAGE plpgsql AS "
                "$$BEGIN IF strpos($1, 'mærke1') > 0 THEN RAISE EXCEPTION 'seen'; END IF; RETURN true; END$$"
            )
            assert connection.exec_driver_sql('SELECT 1 FROM "case" WHERE pg_temp.tells(budget_area)').all()


def test_without_an_authority_nothing_is_seen_of_any(there: World, kind: str) -> None:
    with there.within(NOBODY).engine.connect() as connection:
        names = [row.name for row in authorities.authorities(connection)]
    assert names == (["Kommunen"] if kind == "sqlite" else ["Kommunen", "Nabokommunen"])
    for table in owned():
        with there.within(NOBODY).engine.connect() as connection:
            if kind == "sqlite":
                assert connection.execute(table.select()).all() == []
            else:
                with pytest.raises(DatabaseError, match="invalid input syntax"):
                    connection.execute(table.select())


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_transaction_without_a_scope_fails_loudly(there: World, database: str) -> None:
    with psycopg.connect(database) as connection, pytest.raises(psycopg.Error, match=r"app\.authority"):
        connection.execute("SELECT * FROM submission")
    assert there.parties


def test_a_pooled_connection_is_whole_again_after_a_provider_had_it(there: World) -> None:
    whole = there.within(Scope(1))
    for _ in range(3):
        for scope in (Scope(1, BAKKEHUSET), Scope(1, ANOTHER)):
            with there.within(scope).engine.connect() as connection:
                assert not [
                    m for m in there.forbidden(scope) if m in tell(LISTED["cases.listed"](connection, there.parties[0]))
                ]
        with writing(whole.engine) as connection:
            found = tell(LISTED["cases.listed"](connection, there.parties[0]))
            assert all(party.mark in found for party in there.parties if party.authority == 1 and party.provider)


@pytest.fixture
def hooked(app: Flask) -> Callable[[Scope], FlaskClient]:
    """A client whose requests are within a scope."""
    chosen: list[Scope] = []

    @app.before_request
    def within() -> None:
        g.scope = chosen[-1]

    def client(scope: Scope) -> FlaskClient:
        chosen.append(scope)
        return app.test_client()

    return client


def addressed(party: Party) -> dict[str, object]:
    """What stands in addresses of the party's pages; its link as another authority would sign it."""
    given: dict[str, object] = {"submission_id": party.submission_id, "case_key": party.case_key}
    if party.provider is not None:  # a round has no tray
        given["round_id"] = party.round_id
        given["token"] = signed_link(party.round_case_id, 1, KEY, 2 if party.authority == 1 else 1)
    return given


def of_accounts(rule: Rule) -> bool:
    """Pages of whoever signs in, which end the session of the one who asks here."""
    return str(rule.endpoint).startswith(("accounts.", "security."))


def filled(rule: str, given: Mapping[str, object]) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda name: str(given[name[1]]), rule)


def test_no_page_no_answer_and_no_download_shows_what_is_anothers(
    there: World, app: Flask, hooked: Callable[[Scope], FlaskClient], kind: str
) -> None:
    tried = 0
    for scope, party in there.pairs():
        client = hooked(scope)
        given = addressed(party)
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or not set(rule.arguments) <= given.keys() or of_accounts(rule):
                continue
            path = filled(rule.rule, given)
            answer = client.get(path)
            said = shown(answer.data)
            assert not [mark for mark in there.forbidden(scope) if mark in said], (path, scope)
            if {"submission_id", "round_id", "token"} & set(rule.arguments):
                assert answer.status_code == 404, (path, scope)
            tried += 1
    documented("pages, answers of the API and downloads", kind, tried)


def test_no_guessed_id_of_a_file_shows_anothers(
    there: World, hooked: Callable[[Scope], FlaskClient], kind: str
) -> None:
    tried, last = 0, max(party.submission_id for party in there.parties)
    for scope in {scope for scope, _ in there.pairs()}:
        client = hooked(scope)
        own = {p.submission_id for p in there.parties if p.mark not in there.forbidden(scope)}
        for number in range(1, last + 2):
            for path in (
                f"/api/v1/submissions/{number}",
                f"/returneringer/{number}",
                f"/returneringer/{number}/original",
            ):
                assert client.get(path).status_code == (200 if number in own else 404), (path, scope)
                tried += number not in own
    documented("guessed numbers of files", kind, tried)


def test_no_form_that_is_sent_changes_what_is_anothers(
    there: World, app: Flask, hooked: Callable[[Scope], FlaskClient], kind: str
) -> None:
    tried = 0
    app.config["WTF_CSRF_ENABLED"] = False
    for scope, party in there.pairs():
        client, before = hooked(scope), there.held(party)
        given = addressed(party)
        fields = {
            "act": "returned",
            "role": "fremmed",
            "comment": "fremmed",
            "deadline": "2026-12-01",
            "reason": "fremmed",
            "case_key": party.case_key,
        }
        for rule in app.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or not rule.arguments or not set(rule.arguments) <= given.keys():
                continue
            if of_accounts(rule):
                continue
            path = filled(rule.rule, given)
            for act in ("returned", "accepted", "dismissed", "case_given", "withdraw", "revoke"):
                app.config["PROPAGATE_EXCEPTIONS"] = False
                answer = client.post(path, data={**fields, "act": act, "file": (io.BytesIO(b"x"), "x.xlsx")})
                assert answer.status_code >= 400, (path, scope)
                assert not [mark for mark in there.forbidden(scope) if mark in shown(answer.data)], (path, scope)
                tried += 1
        assert there.held(party) == before, scope
    documented("forms sent with another's numbers", kind, tried)


def uploaded(client: FlaskClient, content: bytes, settled: Callable[[], None]) -> dict[str, Any]:
    """What a provider is told about a file it sends, now and once it is read, but for what the file itself is."""
    answer = client.post("/api/v1/submissions", data={"file": (io.BytesIO(content), "skema.xlsx")})
    settled()
    kept = client.get(answer.headers["Location"])
    of_the_file = {"id": 0, "sha256": "", "case_key": ""}
    body = json.loads(re.sub(r"S-\d{4}(-\d{4})?", "nøglen", json.dumps((kept.json or {}) | of_the_file)))
    return {"answer": answer.status_code, "kept": kept.status_code, **body}


def test_an_upload_for_anothers_case_tells_no_more_than_one_for_no_case(
    there: World, hooked: Callable[[Scope], FlaskClient], settled: Callable[[], None]
) -> None:
    stranger = hooked(Scope(1, ANOTHER))
    owner = next(party for party in there.parties if party.mark == "mærke1Bakkehuset")
    before = there.held(owner)["submission"]
    of_nobody = uploaded(stranger, returned_schedule("S-0000"), settled)
    assert uploaded(stranger, content(owner.case_key), settled) == of_nobody
    changes = {(2, "Slut"): "07:45"}
    changed = [uploaded(stranger, returned_schedule(key, changes), settled) for key in ("S-0000", owner.case_key)]
    assert changed[0] == changed[1]
    assert [row for row in there.held(owner)["submission"] if row in before] == before
    with there.within(Scope(1)).engine.connect() as connection:
        assert len(filings.tray(connection)) == 1 + 4  # the authority sees each, to ask about it


@pytest.mark.usefixtures("there")
def test_a_providers_own_upload_is_its_own_version_and_the_same_once_more(
    hooked: Callable[[Scope], FlaskClient], settled: Callable[[], None]
) -> None:
    own = hooked(Scope(1, ANOTHER))
    new = returned_schedule("S-2026-0003", changes={(2, "Slut"): "07:45"})
    assert uploaded(own, new, settled)["case_version"] == 2
    for again in (new, content("S-2026-0003")):
        assert own.post("/api/v1/submissions", data={"file": (io.BytesIO(again), "skema.xlsx")}).status_code == 200


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_form_of_one_authority_is_not_taken_as_anothers(there: World, reader: Reader) -> None:
    token = signed(FormToken(CASES[0].case_key, PERIOD, Form.LIST, ON_DATE), KEY)
    codes = {}
    for number in (1, 2):
        own = there.within(Scope(number))
        own = Store(own.engine, own.originals, KEY)
        kept = ingest(own, reader, returned_schedule(token=token), "skema.xlsx")
        with own.engine.connect() as connection:
            row = submissions.submission(connection, kept.submission_id)
        assert row is not None
        codes[number] = {problem["code"] for problem in row.report["problems"]}
    assert "H05" not in codes[1]
    assert "H05" in codes[2]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_the_same_bytes_in_two_authorities_are_two_files_and_two_originals(there: World, reader: Reader) -> None:
    first, second = (next(p for p in there.parties if p.authority == n and p.provider == BAKKEHUSET) for n in (1, 2))
    assert first.sha256 == second.sha256
    assert first.submission_id != second.submission_id
    stored = [{name for name, _ in there.within(Scope(n)).originals.all()} for n in (1, 2)]
    assert [len(names) for names in stored] == [3, 3]
    assert not stored[0] & stored[1]
    assert original(there.within(Scope(1)), first.sha256) == original(there.within(Scope(2)), second.sha256)
    assert read_queued(there.within(Scope(2)), reader, first.submission_id) is None


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_command_must_name_its_authority_where_there_are_several(there: World) -> None:
    with pytest.raises(WhichAuthority, match="1 Kommunen, 2 Nabokommunen"):
        within_authority(there.store, "")
    assert [within_authority(there.store, name).scope.authority for name in ("Nabokommunen", "2", "1")] == [2, 2, 1]
    with pytest.raises(WhichAuthority, match="ingen myndighed Ukendt"):
        within_authority(there.store, "Ukendt")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_second_authority_in_a_file_is_refused_with_the_reason(store: Store) -> None:
    for scope in (Scope(1), NOBODY):
        with writing(store.within(scope).engine) as connection, pytest.raises(OneAuthorityPerFile, match="kun én"):
            authorities.add(connection, "Nabokommunen", NOW)
    with writing(store.engine) as connection, pytest.raises(DatabaseError, match="CHECK"):
        connection.exec_driver_sql("INSERT INTO authority (id, name, added_at) VALUES (2, 'x', '2026-01-01')")
    with pytest.raises(OneAuthorityPerFile), store.within(Scope(2)).engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")


@pytest.mark.parametrize("kind", ["postgresql"])
def test_the_service_refuses_a_user_for_whom_the_policies_do_not_hold(owner_database: str, store: Store) -> None:
    require_held(store.engine)
    owner = open_database(owner_database)
    with pytest.raises(NotHeld, match="Rækkebeskyttelsen gælder ikke"):
        require_held(owner)
    for opened, why in (
        ('ALTER TABLE "case" DISABLE ROW LEVEL SECURITY', "case er uden"),
        ("ALTER TABLE house OWNER TO bitark_service; ALTER TABLE house NO FORCE ROW LEVEL SECURITY", "case, house er"),
    ):
        with owner.begin() as connection:
            connection.exec_driver_sql(opened)
        with pytest.raises(NotHeld, match=why):
            require_held(store.engine)
    owner.dispose()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_every_table_of_an_authority_has_its_policies(store: Store) -> None:
    query = "SELECT tablename, count(*) FROM pg_policies GROUP BY tablename"
    with store.engine.connect() as connection:
        found = dict(tuple(row) for row in connection.exec_driver_sql(query))
    assert found == {table.name: 5 for table in owned()} | dict.fromkeys(ENTRANCE, 2) | {"authority": 1}


def test_a_provider_without_a_name_is_no_scope() -> None:
    with pytest.raises(ValueError, match="name"):
        Scope(1, " ")
