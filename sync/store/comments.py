"""What the authority and the provider say to each other about a case; nothing that was said is ever changed.

Every function works within its caller's transaction.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from sync.store import audit
from sync.store.audit import Action
from sync.store.key_owners import key_of_case
from sync.store.scope import scope_of
from sync.store.secrets import opened, seal
from sync.store.tables import CASE, CASE_COMMENT


def of_case(connection: Connection, case_key: str) -> list[Row[Any]]:
    """Everything said about the case, in the order that it was."""
    query = (
        select(CASE_COMMENT)
        .join(CASE, CASE.c.id == CASE_COMMENT.c.case_id)
        .where(CASE.c.case_key == case_key)
        .order_by(CASE_COMMENT.c.id)
    )
    return list(opened(connection, connection.execute(query), {CASE_COMMENT.c.said: "case_id"}))


def talked_of(connection: Connection, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases about which something was said."""
    ids = list(case_ids)
    return set(connection.scalars(select(CASE_COMMENT.c.case_id).where(CASE_COMMENT.c.case_id.in_(ids))))


def say(connection: Connection, case_key: str, said: str, role: str, provider: str, now: dt.datetime) -> None:
    """Add a comment by somebody with the function `role`, of the provider or, where that is empty, of the authority."""
    case_id = connection.execute(select(CASE.c.id).where(CASE.c.case_key == case_key)).scalar_one()
    sealed = seal(connection, key_of_case(connection, case_id), CASE_COMMENT.c.said, case_id, said)
    values = {"case_id": case_id, "at": now, "role": role, "provider": provider, "said": sealed}
    connection.execute(insert(CASE_COMMENT).values(actor=scope_of(connection).actor, **values))
    audit.note(connection, Action.COMMENT_WRITTEN, case=case_key)
