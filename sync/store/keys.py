"""Keys in the database, each wrapped by the one above, and those that a process has in use (docs/secrets.md).

The master key is outside the database. Under it are keys of the authority, of a case, of a file. Where a key's row is
deleted, what it sealed is gone, in every copy of the sealed bytes.
"""

import datetime as dt
import os
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from sqlalchemy import Connection, Engine, insert, select, update

from sync.failures import Failure
from sync.store.database import writing
from sync.store.scope import OPTION, PROGRAM
from sync.store.tables import SECRET

OPTION_KEYS = "bitark_keys"
"""The execution option of an engine and its connections that holds the keyring."""
KEY_BYTES, ID_BYTES, NONCE_BYTES = 32, 16, 12
KNOWN_SECONDS = 60
"""How long an unwrapped key is kept in memory: it ends at the next full minute, for all at once."""
MOST_KNOWN = 5_000
SPARES = 16
"""Keys of files to come that are made in one transaction, so that an upload need not wait for one of its own."""
SPARE_SECONDS = 3_600


class WrongMasterKey(Failure):
    """The master key does not open the database's keys."""

    def __init__(self) -> None:
        super().__init__(
            "Hovednøglen passer ikke til databasen. Sæt BITARK_MASTER_KEY, eller filen med .master.key efter "
            "databasens navn, til den nøgle, databasen er gemt med. Intet er ændret. Blev nøglen lige skiftet, og "
            "standsede det på vejen, så kør bitark key rotate igen."
        )


class Unreadable(Failure):
    """Sealed bytes whose key was erased, or that were changed or moved."""

    def __init__(self) -> None:
        super().__init__("Det er slettet eller ændret uden om BITark og kan ikke læses.")


class Key(NamedTuple):
    """An unwrapped key, as bytes and ready for use."""

    raw: bytes
    cipher: AESGCMSIV


class Keyring:
    """The unwrapped keys that a process has in use, and some for files to come."""

    def __init__(self, master: bytes) -> None:
        self.master = AESGCMSIV(master)
        self._known: dict[str, Key] = {}
        self._until = 0.0
        self._spares: dict[int | None, tuple[float, dict[str, Key]]] = {}
        self._lock = threading.Lock()

    def remember(self, keys: Mapping[str, Key]) -> None:
        """Keep keys for a short time."""
        if time.monotonic() > self._until or len(self._known) > MOST_KNOWN:
            self._known, self._until = {}, time.monotonic() + KNOWN_SECONDS
        self._known.update(keys)

    def forget(self) -> None:
        """Keep none: some were erased."""
        self._known = {}

    def keys(self, connection: Connection, ids: Iterable[str]) -> dict[str, Key]:
        """The keys by id; those that are not there are left out. Raises `WrongMasterKey` or `Unreadable`."""
        self.remember({})
        known, wanted = self._known, set(ids)
        found = {one: known[one] for one in wanted if one in known}
        rows: dict[str, Any] = {}
        asked: set[str] = set()
        while missing := wanted - found.keys() - asked:
            asked |= missing
            query = select(SECRET.c.id, SECRET.c.under, SECRET.c.wrapped).where(SECRET.c.id.in_(missing))
            for row in connection.execute(query):
                rows[row.id] = row
                if row.under is not None:
                    wanted.add(row.under)
            found |= {one: known[one] for one in wanted if one in known}
        for one in rows:
            self._unwrap(one, rows, found)
        self.remember({one: found[one] for one in rows})
        return found

    def spare(self, engine: Engine) -> tuple[str, Key]:
        """A key for a file to come, under the authority's, of which the database knows already."""
        authority = engine.get_execution_options().get(OPTION, PROGRAM).authority
        with self._lock:
            until, spares = self._spares.get(authority, (0.0, {}))
            if not spares or time.monotonic() > until:
                with writing(engine) as connection:
                    spares = new_keys(connection, SPARES, authority_key(connection))
                self._spares[authority] = time.monotonic() + SPARE_SECONDS, spares
            return spares.popitem()

    def _unwrap(self, one: str, rows: Mapping[str, Any], found: dict[str, Key]) -> Key:
        if one not in found:
            if one not in rows:
                raise Unreadable
            row = rows[one]
            above = self.master if row.under is None else self._unwrap(row.under, rows, found).cipher
            raw = _unwrapped(above, row)
            if raw is None:
                raise WrongMasterKey if row.under is None else Unreadable
            found[one] = Key(raw, AESGCMSIV(raw))
        return found[one]


def with_keys(engine: Engine, master: bytes) -> Engine:
    """The engine with a keyring of its own, which everything that seals or opens needs."""
    return engine.execution_options(**{OPTION_KEYS: Keyring(master)})


def keyring_of(connection: Connection) -> Keyring:
    """The keyring of the store that the connection belongs to."""
    found: Keyring = connection.get_execution_options()[OPTION_KEYS]
    return found


def has_keys(connection: Connection) -> bool:
    """True where the database holds any key yet."""
    return connection.scalar(select(SECRET.c.id).limit(1)) is not None


def check_master(connection: Connection) -> None:
    """Raises `WrongMasterKey` where the keys of the authorities that the connection sees do not open."""
    tops = connection.scalars(select(SECRET.c.id).where(SECRET.c.under.is_(None))).all()
    keyring_of(connection).keys(connection, tops)


def authority_key(connection: Connection) -> str:
    """Id of the authority's key, made on first use. Two that were made at once both hold; the first is used."""
    tops = select(SECRET.c.id).where(SECRET.c.under.is_(None)).order_by(SECRET.c.made_at, SECRET.c.id).limit(1)
    return connection.scalar(tops) or next(iter(new_keys(connection, 1, None)))


def new_keys(connection: Connection, count: int, under: str | None) -> dict[str, Key]:
    """New random keys by id, wrapped by the one above."""
    ring = keyring_of(connection)
    above = ring.master if under is None else ring.keys(connection, [under])[under].cipher
    made = {}
    for _ in range(count):
        raw = secrets.token_bytes(KEY_BYTES)
        made[secrets.token_hex(ID_BYTES)] = Key(raw, AESGCMSIV(raw))
    if made:
        now = dt.datetime.now(dt.UTC)
        rows = [
            {"id": one, "under": under, "wrapped": _wrapped(above, one, under, key.raw), "made_at": now}
            for one, key in made.items()
        ]
        connection.execute(insert(SECRET), rows)
        ring.remember(made)
    return made


def put_under(connection: Connection, one: str, under: str) -> None:
    """Wrap a key by another one from now on; nothing happens where it is."""
    if connection.scalar(select(SECRET.c.under).where(SECRET.c.id == one)) == under:
        return
    keys = keyring_of(connection).keys(connection, (one, under))
    if not keys.keys() >= {one, under}:
        raise Unreadable
    values = {"under": under, "wrapped": _wrapped(keys[under].cipher, one, under, keys[one].raw)}
    connection.execute(update(SECRET).where(SECRET.c.id == one).values(values))


def change_master(connection: Connection, old: bytes, new: bytes) -> int:
    """Wrap the authorities' keys by a new master key, and say how many; those that are stay. Safe to repeat.

    Raises `WrongMasterKey` where neither opens one.
    """
    before, after, done = AESGCMSIV(old), AESGCMSIV(new), 0
    tops = select(SECRET.c.id, SECRET.c.under, SECRET.c.wrapped).where(SECRET.c.under.is_(None)).with_for_update()
    for row in connection.execute(tops).all():
        if _unwrapped(after, row) is None:
            raw = _unwrapped(before, row)
            if raw is None:
                raise WrongMasterKey
            wrapped = _wrapped(after, row.id, None, raw)
            connection.execute(update(SECRET).where(SECRET.c.id == row.id).values(wrapped=wrapped))
            done += 1
    return done


def _wrapped(above: AESGCMSIV, one: str, under: str | None, raw: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + above.encrypt(nonce, raw, f"{one}:{under}".encode())


def _unwrapped(above: AESGCMSIV, row: Any) -> bytes | None:
    try:
        return above.decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], f"{row.id}:{row.under}".encode())
    except InvalidTag:
        return None
