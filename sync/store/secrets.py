"""Sealing and opening: texts in rows, and originals.

Sealed bytes name their key and are bound to the place where they stand, so that they open nowhere else.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, Connection, CursorResult, Row
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

from sync.store.columns import SEALED_MARK, Sealed, storable
from sync.store.keys import ID_BYTES, NONCE_BYTES, Key, Unreadable, keyring_of

ROWS_AT_ONCE = 500


def seal(connection: Connection, one: str, column: Column[Any], row: object, value: Any) -> bytes | None:
    """A value for a sealed column, by the key with the id; `row` says which row it is, as it is said when opened.

    None stays None, as in a column of any other type.
    """
    if value is None:
        return None
    keys = keyring_of(connection).keys(connection, [one])
    if one not in keys:
        raise Unreadable
    return sealed(one, keys[one], value if isinstance(value, bytes) else orjson.dumps(value), _place(column, row))


def opened(connection: Connection, result: CursorResult[Any], columns: Mapping[Column[Any], str]) -> Iterator[Any]:
    """The rows of a result with their sealed columns opened: column → name of the result's column that says which row.

    They come as they are read. Raises `Unreadable`.
    """
    names = list(result.keys())
    spots = [(names.index(column.name), names.index(by), column) for column, by in columns.items()]
    ring, meta = keyring_of(connection), SimpleResultMetaData(names)
    for part in result.partitions(ROWS_AT_ONCE):
        keys = ring.keys(connection, {key_of(row[at]) for row in part for at, _, _ in spots if is_sealed(row[at])})
        yield from IteratorResult(meta, iter([_opened(row, spots, keys) for row in part]))


def sealed(one: str, key: Key, content: bytes, place: str) -> bytes:
    """Bytes by a key, bound to a place."""
    nonce = os.urandom(NONCE_BYTES)
    return b"".join((SEALED_MARK, bytes.fromhex(one), nonce, key.cipher.encrypt(nonce, content, place.encode())))


def is_sealed(content: bytes | None) -> bool:
    """False for what was stored before there were keys."""
    return content is not None and content.startswith(SEALED_MARK)


def key_of(content: bytes) -> str:
    """Id of the key that sealed bytes name."""
    return content[len(SEALED_MARK) : len(SEALED_MARK) + ID_BYTES].hex()


def unsealed(content: bytes, keys: Mapping[str, Key], place: str) -> bytes:
    """What was sealed. Raises `Unreadable`."""
    start = len(SEALED_MARK) + ID_BYTES
    body = memoryview(content)[start:]
    try:
        return keys[key_of(content)].cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place.encode())
    except (KeyError, InvalidTag, ValueError) as error:
        raise Unreadable from error


def _opened(row: Row[Any], spots: Iterable[tuple[int, int, Column[Any]]], keys: Mapping[str, Key]) -> tuple[Any, ...]:
    values = list(row)
    for at, by, column in spots:
        content = values[at]
        if content is not None:
            if is_sealed(content):
                content = unsealed(content, keys, _place(column, row[by]))
            kind = column.type
            values[at] = orjson.loads(content) if isinstance(kind, Sealed) and kind.holds_json else content
    return tuple(values)


def _place(column: Column[Any], row: object) -> str:
    return f"{column.table.name}.{column.name}:{storable(str(row))}"
