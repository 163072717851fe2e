"""Originals and their keys: sealed before they are written, under a name that says nothing of what is in them.

The key is in the database before the sealed bytes are in their folder or bucket, and the file's row comes after both.
So a process that dies in between leaves an original that still opens, and the sweeper takes it up.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, exists, select

from sync.files import SHA256, AlreadyThere, OriginalUnavailable
from sync.store.database import writing
from sync.store.key_owners import key_of_bytes
from sync.store.keys import Unreadable
from sync.store.secrets import is_sealed, key_of, sealed, unsealed
from sync.store.tables import CASE, ERASED_ORIGINAL, SECRET, STORED_FILE

if TYPE_CHECKING:
    from sync.store import Store

PLACE = "original"
UNUSED_AFTER = dt.timedelta(days=1)
"""Then a file's key that no original has is left over from a process that ended."""

_KEY_OF_FILE = select(STORED_FILE.c.secret_id).where(STORED_FILE.c.sha256 == bindparam("sha256"))


class Kept(NamedTuple):
    """An original that is in its place: the SHA-256 of its bytes, and its key's id where it is not in a row yet."""

    sha256: str
    secret_id: str | None


def keep(store: "Store", content: bytes) -> Kept:
    """Keep the bytes; when this returns they survive a power cut. Raises `OriginalUnavailable`.

    What is there already is not written again, unless it is torn.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with store.engine.connect() as connection:
        row = connection.execute(_KEY_OF_FILE, {"sha256": sha256}).first()
    if row is not None:
        _mend(store, sha256, row.secret_id, content)
        return Kept(sha256, None)
    while True:
        one, key = store.keyring.spare(store.engine)
        try:
            store.originals.put(one, sealed(one, key, content, PLACE))
        except AlreadyThere:  # a process that was forked had the same
            continue
        return Kept(sha256, one)


def original(store: "Store", sha256: str) -> bytes:
    """The bytes as they were received. Raises `OriginalUnavailable`, also for what was erased."""
    with store.engine.connect() as connection:
        secret_id = connection.scalar(_KEY_OF_FILE, {"sha256": sha256})
    content = read(store, secret_id or sha256, or_plain=sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OriginalUnavailable(f"Originalen {sha256[:8]}… er ændret eller ødelagt. Hent den fra sikkerhedskopien.")
    return content


def read(store: "Store", name: str, *, or_plain: str = "") -> bytes:
    """The bytes of an original by its name; where none is there, of the one from before there were keys.

    Raises `OriginalUnavailable`, also where its key is gone.
    """
    content = store.originals.find(name) if or_plain else None
    if content is None:
        content = store.originals.get(or_plain or name)
    if not is_sealed(content):
        return content
    with store.engine.connect() as connection:
        keys = store.keyring.keys(connection, [key_of(content)])
    try:
        return unsealed(content, keys, PLACE)
    except Unreadable as error:
        raise OriginalUnavailable(f"Originalen {name[:8]}…: {error}") from error


def discard(store: "Store", secret_id: str) -> None:
    """Remove an original that no row speaks of, and its key."""
    store.originals.delete(secret_id)
    with writing(store.engine) as connection:
        connection.execute(delete(SECRET).where(SECRET.c.id == secret_id, ~_has_row()))


def without_row(store: "Store", before: dt.datetime) -> Iterator[str]:
    """Names of the originals stored before the moment that no row speaks of: their process ended in between.

    Those whose key is gone were erased, or are of a database that is not this one; they are left alone.
    """
    stored = dict(store.originals.all())
    with store.engine.connect() as connection:
        known = {
            name for row in connection.execute(select(STORED_FILE.c.sha256, STORED_FILE.c.secret_id)) for name in row
        }
        erased = set(connection.scalars(select(ERASED_ORIGINAL.c.name)))
        keys = set(connection.scalars(select(SECRET.c.id)))
    for name, stored_at in stored.items():
        if name not in known and name not in erased and stored_at < before and (name in keys or SHA256.fullmatch(name)):
            yield name


def tidy(store: "Store", now: dt.datetime) -> None:
    """Remove what processes that died have left: keys that no original has, and halves of originals."""
    with store.engine.connect() as connection:
        old = SECRET.c.made_at < now - UNUSED_AFTER
        unused = set(connection.scalars(select(SECRET.c.id).where(old, SECRET.c.under.is_not(None), ~_has_row())))
    if unused:
        unused -= {name for name, _ in store.originals.all()}
        with writing(store.engine) as connection:
            connection.execute(delete(SECRET).where(SECRET.c.id.in_(unused), ~_has_row()))
    store.originals.remove_halves(now - UNUSED_AFTER)


def _mend(store: "Store", sha256: str, secret_id: str | None, content: bytes) -> None:
    """Write a known original again where a power cut tore it, or where it is gone."""
    name = secret_id or sha256
    try:
        if store.originals.folder is None:  # there only a whole one gets its name
            if store.originals.size(name) is not None:
                return
        elif original(store, sha256) == content:
            return
    except OriginalUnavailable:
        if store.originals.folder is None:
            raise
    if secret_id is None:
        with writing(store.engine) as connection:
            secret_id = key_of_bytes(connection, sha256)
    with store.engine.connect() as connection:
        keys = store.keyring.keys(connection, [secret_id])
    if secret_id not in keys:
        return
    store.originals.replace(secret_id, sealed(secret_id, keys[secret_id], content, PLACE))


def _has_row() -> ColumnElement[bool]:
    below = SECRET.alias()
    return (
        exists().where(STORED_FILE.c.secret_id == SECRET.c.id)
        | exists().where(CASE.c.secret_id == SECRET.c.id)
        | exists().where(below.c.under == SECRET.c.id)
    )
