"""What holds one authority and one provider apart, in the database itself.

PostgreSQL has row-level security: policies that `protect` declares, by two settings that every transaction begins with.
SQLite has one authority per file, and for a provider views in the tables' places with an authorizer
that lets nothing past them.
"""

import secrets
import sqlite3
from typing import Any

from sqlalchemy import Connection, Table

from sync.failures import Failure
from sync.store.ownership import AUTHORITY, ENTRANCE, owned
from sync.store.scope import OPTION, Scope, scope_of

_OF_CASE = 'EXISTS (SELECT 1 FROM "case" c WHERE c.id = {column})'
_OF_SUBMISSION = "EXISTS (SELECT 1 FROM submission s WHERE s.id = submission_id)"
PROVIDER_SEES = {
    "case": "provider = {provider}",
    "house": "record ->> 'provider' = {provider}",
    "tariff_model": "provider = {provider}",
    "parameter_set": "1 = 1",
    "submission": f"{_OF_CASE.format(column='case_id')} OR case_id IS NULL AND sent_by = {{provider}}",
    "stored_file": "EXISTS (SELECT 1 FROM submission s WHERE s.sha256 = stored_file.sha256)",
    "receipt": _OF_SUBMISSION,
    "submission_detail": _OF_SUBMISSION,
    "filing": f"{_OF_SUBMISSION} AND (given_case_id IS NULL OR {_OF_CASE.format(column='given_case_id')})",
    "file_act": f"{_OF_SUBMISSION} AND act IN ('accepted', 'returned', 'warning_accepted')",
    "round": "EXISTS (SELECT 1 FROM round_case r WHERE r.round_id = round.id)",
    "round_case": _OF_CASE.format(column="case_id"),
    "case_comment": _OF_CASE.format(column="case_id"),
    "secret": 'under IS NULL OR EXISTS (SELECT 1 FROM "case" c WHERE c.secret_id = secret.id) '
    "OR EXISTS (SELECT 1 FROM stored_file f WHERE f.secret_id = secret.id)",
}
"""Table → which of its rows a provider may read, in words that both databases know; nothing of a table not named here.

The tables asked within a condition show the provider's rows alone there too. A house of several providers' cases shows
its own row to the provider that it is listed under, and to none the others' cases. The parameter sets are for all: a
provider's figures are computed by them. Nothing may be written.
"""
_PROVIDER = "(SELECT substr(current_setting('app.provider'), 2))"
_NO_PROVIDER = "(SELECT current_setting('app.provider') = '')"
_AUTHORITY = "(SELECT current_setting('app.authority')::integer)"
_READS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_RECURSIVE}
)
_READER = f"seen_{secrets.token_hex(16)}_"
"""How the views that may read the tables are named: a name that no statement can take for a query of its own."""


class OneAuthorityPerFile(Failure):
    """A second authority was asked for in an SQLite file."""

    def __init__(self) -> None:
        super().__init__(
            "En SQLite-fil rummer kun én myndighed, for SQLite kan ikke selv holde flere adskilt. Brug en fil til "
            "hver, eller PostgreSQL til flere i samme database."
        )


def enter_postgresql(connection: Connection) -> None:
    """Tell the policies for whom the transaction that begins is; for a provider it can only read. One round trip."""
    scope = scope_of(connection)
    authority = "" if scope.authority is None else str(scope.authority)
    provider = "" if scope.provider is None else f"={scope.provider}"
    read_only = ", set_config('transaction_read_only', 'on', true)" if provider else ""
    connection.exec_driver_sql(
        f"SELECT set_config('app.authority', %s, true), set_config('app.provider', %s, true){read_only}",
        (authority, provider),
    )


def go_on_within(connection: Connection, authority: int, actor: str) -> None:
    """Let the rest of a transaction that began without an authority be within the one of the account it found.

    Raises ValueError within another authority or within a provider: nobody gets out of these.
    """
    scope = scope_of(connection)
    if scope.provider is not None or scope.authority not in {None, authority}:
        msg = "a transaction stays within its scope"
        raise ValueError(msg)
    connection.execution_options(**{OPTION: Scope(authority, actor=actor)})
    if connection.dialect.name == "postgresql":
        enter_postgresql(connection)


def enter_sqlite(connection: Connection) -> None:
    """Put what the scope sees in the place of the tables, before the transaction, where it is another than before.

    The views are the connection's own and are not part of any transaction. Raises `OneAuthorityPerFile`.
    """
    scope = scope_of(connection)
    if scope.authority not in {1, None}:
        raise OneAuthorityPerFile
    seen = None if scope.provider is None and scope.authority else (scope.authority, scope.provider)
    info = connection.connection.info
    if info.get("bitark_seen") == seen:
        return
    driver: Any = connection.connection.driver_connection
    driver.set_authorizer(None)
    for (name,) in driver.execute("SELECT name FROM sqlite_temp_master WHERE type = 'view'").fetchall():
        driver.execute(f'DROP VIEW temp."{name}"')
    info.pop("bitark_seen", None)
    if seen is None:
        return
    for table in owned():
        for view in _views(table, scope):
            driver.execute(view)
    driver.set_authorizer(_only_through_views)
    info["bitark_seen"] = seen


def _views(table: Table, scope: Scope) -> tuple[str, str]:
    """The view that reads the table, and the one that has its name."""
    provider = "'{}'".format((scope.provider or "").replace("'", "''"))
    sees = PROVIDER_SEES.get(table.name, "0").format(provider=provider) if scope.provider is not None else "0"
    rows = f'SELECT * FROM main."{table.name}" AS "{table.name}" WHERE {sees}'  # noqa: S608
    reader = f'"{_READER}{table.name}"'
    return (
        f"CREATE TEMP VIEW {reader} AS {rows}",
        f'CREATE TEMP VIEW "{table.name}" AS SELECT * FROM temp.{reader}',  # noqa: S608
    )


def _only_through_views(action: int, name: str | None, _: str | None, database: str | None, view: str | None) -> int:
    """Of the tables only what a view of ours reads of them; nothing is written."""
    if action == sqlite3.SQLITE_READ:
        ours = database == "temp" and name not in {"sqlite_temp_master", "sqlite_temp_schema"}
        free = ours or not name or name == AUTHORITY.name or (view or "").startswith(_READER)
        return sqlite3.SQLITE_OK if free else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def beyond_the_scope(error: Exception) -> bool:
    """True for what the database refused because the scope has no right to it, such as a change by a provider."""
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname == "SQLITE_AUTH" or "because it is a view" in str(original)
    return getattr(original, "sqlstate", None) in {"25006", "42501"}


def protect(connection: Connection) -> None:
    """Declare the policies anew on every table of PostgreSQL that belongs to authorities; by the tables' owner."""
    for table in owned():
        sees = PROVIDER_SEES.get(table.name, "false").format(provider=_PROVIDER)
        _policies(
            connection,
            f'"{table.name}"',
            of_authority=f"USING (authority_id = {_AUTHORITY}) WITH CHECK (authority_id = {_AUTHORITY})",
            of_provider=f"AS RESTRICTIVE FOR SELECT USING ({_NO_PROVIDER} OR ({sees}))",
            no_provider_adds=f"AS RESTRICTIVE FOR INSERT WITH CHECK ({_NO_PROVIDER})",
            no_provider_changes=f"AS RESTRICTIVE FOR UPDATE USING ({_NO_PROVIDER})",
            no_provider_deletes=f"AS RESTRICTIVE FOR DELETE USING ({_NO_PROVIDER})",
        )
    none = "(SELECT current_setting('app.authority') = '')"
    own = "(SELECT nullif(current_setting('app.authority'), '')::integer)"
    for name, sees in ENTRANCE.items():
        within = sees.format(within=f"{none} OR authority_id = {own}")
        _policies(
            connection,
            name,
            of_authority=f"USING ({within}) WITH CHECK ({within})",
            no_provider=f"AS RESTRICTIVE USING ({_NO_PROVIDER})",
        )
    _policies(connection, AUTHORITY.name, of_authority=f"USING ({none} OR id = {own}) WITH CHECK ({none})")


def _policies(connection: Connection, table: str, **policies: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for name, policy in policies.items():
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS {name} ON {table}")
        connection.exec_driver_sql(f"CREATE POLICY {name} ON {table} {policy}")
