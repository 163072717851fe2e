"""What lies in the database and among the originals, as somebody sees it who has no key."""

import os
import subprocess
from pathlib import Path

from two_databases import Server

from sync.settings import Settings
from sync.store import Store

SAID = (
    "Sansehave ved dammen",
    "Borgeren vil selv bage brød",
    "Forkert leverandør på arket",
    "Flyttet til nabokommunen",
)
"""In an entry, in the case list, in a comment and as the reason of a withdrawal."""


def dumped(settings: Settings, postgresql: Server | None) -> bytes:
    """All that the database holds, as it lies there."""
    if postgresql is None:
        return b"".join(path.read_bytes() for path in Path(settings.database).parent.glob("bitark.db*"))
    dump: list[str | Path] = [postgresql.programs / "pg_dump", "--inserts", postgresql.owner(settings.database)]
    plain = subprocess.run(dump, check=True, capture_output=True, env=os.environ).stdout
    bytes_in_hex = [bytes.fromhex(part.split("'")[0]) for part in plain.decode().split("'\\x")[1:]]
    return b"\n".join((plain, *bytes_in_hex))


def lying(store: Store) -> dict[str, bytes]:
    """Every original as it lies in its folder or bucket."""
    return {name: store.originals.get(name) for name, _ in store.originals.all()}
