"""Failed sign-ins, counted for all processes together: each attempt before it is made; a good one is taken back."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.store.account_tables import SIGN_IN_FAILURE

LONGEST_WAIT_SECONDS = 900
FORGOTTEN_AFTER = dt.timedelta(hours=24)


def wait_seconds(failures: int, free: int) -> int:
    """How long after so many failures the next attempt is refused: 1, 2, 4 … up to 15 minutes."""
    return 0 if failures < free else min(LONGEST_WAIT_SECONDS, 2 ** min(failures - free, 10))


def begin(connection: Connection, whom: Mapping[str, int], now: dt.datetime) -> int:
    """Count an attempt for each of `whom` (hash → failures that cost nothing), or say how many seconds to wait."""
    old = select(SIGN_IN_FAILURE.c.who).where(SIGN_IN_FAILURE.c.last_at < now - FORGOTTEN_AFTER)
    connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.who.in_(old.with_for_update(skip_locked=True))))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for who in sorted(whom):  # always in this order, so that two processes do not wait for each other
        new = dialect.insert(SIGN_IN_FAILURE).values(who=who, failures=0, last_at=now)
        connection.execute(new.on_conflict_do_nothing())
    query = select(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.who.in_(whom)).order_by(SIGN_IN_FAILURE.c.who)
    found = list(connection.execute(query.with_for_update()))
    waits = [
        wait_seconds(row.failures, whom[row.who]) - (now - row.last_at).total_seconds() for row in found if row.failures
    ]
    left = max(waits, default=0)
    if left > 0:
        return max(1, round(left))
    counted = update(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.who.in_(whom))
    connection.execute(counted.values(failures=SIGN_IN_FAILURE.c.failures + 1, last_at=now))
    return 0


def held_back(connection: Connection, whom: Mapping[str, int]) -> int:
    """For how many seconds from now the next attempt is refused, where the last one failed just now."""
    query = select(SIGN_IN_FAILURE.c.who, SIGN_IN_FAILURE.c.failures).where(SIGN_IN_FAILURE.c.who.in_(whom))
    return max((wait_seconds(row.failures, whom[row.who]) for row in connection.execute(query)), default=0)


def succeed(connection: Connection, account: str, address: str) -> None:
    """The attempt was good: the account's failures are forgotten, the address has one less."""
    connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.who == account))
    one_less = update(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.who == address, SIGN_IN_FAILURE.c.failures > 0)
    connection.execute(one_less.values(failures=SIGN_IN_FAILURE.c.failures - 1))
