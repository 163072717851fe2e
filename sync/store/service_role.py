"""The user of PostgreSQL that the service logs in as: what it may do, and whether the policies hold for it."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, text

from sync.failures import Failure
from sync.store.ownership import owned

_UNHELD = text(
    "SELECT r.rolsuper, r.rolbypassrls, (SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class c "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(:tables) AND NOT (c.relrowsecurity "
    "AND (c.relforcerowsecurity OR c.relowner <> r.oid))) AS open FROM pg_roles r WHERE r.rolname = current_user"
)


class NotHeld(Failure):
    """Row-level security does not hold for the user that the service would log in as."""


def require_held(engine: Engine) -> None:
    """Raises `NotHeld` where the user of PostgreSQL could see past the policies."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        found = connection.execute(_UNHELD, {"tables": [table.name for table in owned()]}).one()
    why = (
        "den er superbruger"
        if found.rolsuper
        else "den har BYPASSRLS"
        if found.rolbypassrls
        else f"tabellerne {found.open} er uden rækkebeskyttelse for den"
        if found.open
        else ""
    )
    if why:
        raise NotHeld(
            f"Rækkebeskyttelsen gælder ikke for databasebrugeren {engine.url.username}: {why}. Sæt BITARK_DATABASE til "
            "en bruger, der ikke ejer tabellerne, og kør bitark db upgrade med BITARK_OWNER_DATABASE."
        )


def grant(connection: Connection, service: URL) -> None:
    """Let the user in the service's URL do what the service does, and no more; where there is none, it is made.

    By the tables' owner, who needs the right to make users (CREATEROLE) only for that.
    """
    driver: Any = connection.connection.driver_connection
    name = service.username or driver.info.user
    if name == driver.info.user:
        return
    role = connection.dialect.identifier_preparer.quote_identifier(name)
    if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}) is None:
        login = ""
        if service.password:
            secret = driver.pgconn.encrypt_password(str(service.password).encode(), name.encode(), b"scram-sha-256")
            login = f" PASSWORD '{secret.decode()}'"
        driver.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS{login}")
    for right in (
        "USAGE ON SCHEMA public",
        "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
        "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
        "EXECUTE ON ALL FUNCTIONS IN SCHEMA public",
    ):
        driver.execute(f"GRANT {right} TO {role}")
    driver.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}")
    driver.execute(f"REVOKE DELETE ON authority FROM {role}")
