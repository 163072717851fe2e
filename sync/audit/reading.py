"""Noting what somebody is about to see or take out: a small transaction of its own, before it is handed over."""

from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from sync.store import Store, audit
from sync.store.audit import Action
from sync.store.database import writing

WAIT_MS = 2_000
"""How long a page may wait for its entry while others write."""
log = structlog.get_logger()


def seen(store: Store, action: Action, subject: str = "", *, case: str = "", **detail: Any) -> None:
    """Make the entry. Where the database cannot take it now, the page is shown all the same and the log has the entry.

    `subject`, `case` and the details are as for `audit.note`.
    """
    try:
        with writing(store.whole().engine, WAIT_MS) as connection:
            audit.note(connection, action, subject, case=case, **detail)
    except SQLAlchemyError:
        told = {"action": action.value, "subject": subject, "case_key": case, **detail}
        log.exception("audit entry not written", **told)
