"""What the upload route is measured against: a bare Flask route, and the most that one can do which loses no upload.

`bench.returns` runs them as processes of their own. The bare one hashes the file and forgets it. The other does the
work of ours with its statements written by hand: it seals, syncs and commits the same, in one transaction on as many
connections as it has threads; it asks for no token, keeps no key, and knows no file that came before.
"""

import datetime as dt
import hashlib
import logging
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from flask import Flask, jsonify, request
from psycopg import Connection
from psycopg_pool import ConnectionPool
from waitress import serve
from werkzeug import Response

from sync.serving import THREADS
from sync.store.audit import LOCK

HEAD = "SELECT number, hash FROM audit_entry WHERE authority_id = 1 ORDER BY number DESC LIMIT 1"


def keep(folder: Path, content: bytes, cipher: AESGCMSIV) -> None:
    """Seal the bytes; when this returns they survive a power cut."""
    nonce = os.urandom(12)
    with (folder / secrets.token_hex(16)).open("xb", buffering=0) as file:
        file.write(nonce + cipher.encrypt(nonce, content, b"original"))
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def note(connection: Connection[Any], sha256: str, size: int) -> None:
    """The rows of file, submission and receipt, the job of its reading, and the entry in the audit's chain."""
    now = dt.datetime.now(dt.UTC)
    say = connection.execute
    say("SELECT set_config('app.authority', '1', true), set_config('app.provider', '', true)")
    say("INSERT INTO stored_file (sha256, size_bytes, first_seen) VALUES (%s, %s, %s)", (sha256, size, now))
    row = say(
        "INSERT INTO submission (sha256, status, status_at, counts, entry_count, errors, warnings) "
        "VALUES (%s, 'received', %s, false, 0, 0, 0) RETURNING id",
        (sha256, now),
    ).fetchone()
    assert row
    say(
        "INSERT INTO receipt (submission_id, file_name, times, first_at, last_at) VALUES (%s, 'retur.xlsx', 1, %s, %s)",
        (row[0], now, now),
    )
    job = f'{{"submission_id": {row[0]}, "authority": 1}}'
    say("INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('reading', 'read', %s)", (job,))
    say("SELECT pg_advisory_xact_lock(%s, 1)", (LOCK,))
    number, previous = say(HEAD).fetchone() or (0, "")
    entry = (number + 1, now.isoformat()[:26], f"submission:{row[0]}", previous)
    say(
        "INSERT INTO audit_entry (number, at, actor, action, subject, detail, previous_hash, hash) "
        "VALUES (%s, %s, 'user:1', 'file_received', %s, '{}', %s, %s)",
        (*entry, hashlib.sha256(repr(entry).encode()).hexdigest()),
    )


def by_hand(url: str, folder: Path) -> Callable[[str, bytes], None]:
    """What keeps and notes a file by its hash, in the database at the URL and a new folder."""
    folder.mkdir(parents=True)
    cipher = AESGCMSIV(os.urandom(32))
    pool = ConnectionPool(url, min_size=THREADS, max_size=THREADS, open=True)

    def store(sha256: str, content: bytes) -> None:
        keep(folder, content, cipher)
        with pool.connection() as connection:
            note(connection, sha256, len(content))

    return store


def main(port: int, store: Callable[[str, bytes], None] | None) -> None:
    """Answer until killed."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = Flask("routes")

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {}

    @app.post("/api/v1/submissions")
    def submit() -> Response:
        content = request.files["file"].read()
        sha256 = hashlib.sha256(content).hexdigest()
        if store:
            store(sha256, content)
        return jsonify({"sha256": sha256})

    serve(app, host="127.0.0.1", port=port, threads=THREADS, _quiet=True)


if __name__ == "__main__":
    *where, given = sys.argv[1:]
    main(int(given), by_hand(where[0], Path(where[1])) if where else None)
