"""Who did and saw what: entries in a chain of hashes, written in the transaction of what they tell of.

An entry holds no name, text, address or CPR number; its case stands in it as a digest that erasing the case makes
unreadable for good, while the chain stays whole.
"""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, CursorResult, bindparam, delete, insert, select, text

from bit_model.checks import masked
from sync.store.columns import storable
from sync.store.scope import scope_of
from sync.store.tables import AUDIT_CASE, AUDIT_ENTRY

OPTION = "bitark_noted"
"""The execution option of a connection that writes: what was noted in its transaction."""
LOCK = 4_201_867
"""An arbitrary number; with the authority's id it is what appending to its chain locks on PostgreSQL."""
HASHED = ("number", "at", "actor", "action", "subject", "case_digest", "detail", "previous_hash")
_SMALL = re.compile(r"[\w.:+-]{0,40}")
_OWN = AUDIT_ENTRY.c.authority_id == bindparam("of")
"""Said also where there is but one authority, since the indexes begin with it."""
_HEAD = select(AUDIT_ENTRY.c.number, AUDIT_ENTRY.c.hash).where(_OWN).order_by(AUDIT_ENTRY.c.number.desc()).limit(1)
_DIGESTS = select(AUDIT_CASE.c.case_key, AUDIT_CASE.c.digest).where(
    AUDIT_CASE.c.case_key.in_(bindparam("keys", expanding=True))
)
_ADD, _ADD_CASE = insert(AUDIT_ENTRY), insert(AUDIT_CASE)


class Action(StrEnum):
    """What was done or seen."""

    CASE_LIST_TAKEN_IN = "case_list_taken_in"
    ROUND_OPENED = "round_opened"
    TEMPLATE_ISSUED = "template_issued"
    MARKED_SENT = "marked_sent"
    REMINDER_SENT = "reminder_sent"
    DEADLINE_MOVED = "deadline_moved"
    WITHDRAWN = "withdrawn"
    LINK_REVOKED = "link_revoked"
    FILE_RECEIVED = "file_received"
    FILE_RESULT = "file_result"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WARNING_ACCEPTED = "warning_accepted"
    CASE_GIVEN = "case_given"
    DISMISSED = "dismissed"
    TAKEN_BACK = "taken_back"
    NEGOTIATION_CHANGED = "negotiation_changed"
    DECISION_RECORDED = "decision_recorded"
    DECISION_REVISED = "decision_revised"
    MEETING_CALLED = "meeting_called"
    MEETING_CHANGED = "meeting_changed"
    MINUTES_WRITTEN = "minutes_written"
    TASK_ADDED = "task_added"
    TASK_DONE = "task_done"
    COMMENT_WRITTEN = "comment_written"
    CALENDAR_MADE = "calendar_made"
    CALENDAR_REVOKED = "calendar_revoked"
    PARAMETERS_ACTIVATED = "parameters_activated"
    CASE_ERASED = "case_erased"
    FILE_ERASED = "file_erased"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    HELD_BACK = "held_back"
    ACCOUNT_MADE = "account_made"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ONE_TIME_LINK_MADE = "one_time_link_made"
    ONE_TIME_LINK_USED = "one_time_link_used"
    PASSWORD_SET = "password_set"  # noqa: S105 - what was done
    SECOND_FACTOR_SET_UP = "second_factor_set_up"
    SECOND_FACTOR_RESET = "second_factor_reset"
    PASSKEY_MADE = "passkey_made"
    PASSKEY_DELETED = "passkey_deleted"
    SIGN_IN_SERVICE_BOUND = "sign_in_service_bound"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105

    CASE_READ = "case_read"
    ROUND_CASE_READ = "round_case_read"
    FILE_SEEN = "file_seen"
    ORIGINAL_FETCHED = "original_fetched"
    ANNOTATED_FETCHED = "annotated_fetched"
    LINK_MADE = "link_made"
    LINK_OPENED = "link_opened"
    COMPARISON_READ = "comparison_read"
    COMPARISON_EXPORTED = "comparison_exported"
    CASE_LIST_EXPORTED = "case_list_exported"
    TARIFF_SHEET_EXPORTED = "tariff_sheet_exported"
    DECISIONS_READ = "decisions_read"
    DECISIONS_EXPORTED = "decisions_exported"
    DOCUMENT_FETCHED = "document_fetched"
    WHEEL_EXPORTED = "wheel_exported"
    AUDIT_READ = "audit_read"
    AUDIT_EXPORTED = "audit_exported"


READINGS = frozenset(list(Action)[list(Action).index(Action.CASE_READ) :])
"""What was seen or taken out; everything else changed something."""


class _Noted(NamedTuple):
    action: Action
    subject: str
    case_key: str
    digest: str | None
    detail: str


def note(connection: Connection, action: Action, subject: str = "", *, case: str = "", **detail: Any) -> None:
    """Tell of what is done in a transaction of `writing`; it becomes an entry when that is committed, and only then.

    `case` is the key of the case it concerns. Details are small facts: numbers, codes, dates. Raises ValueError for
    what could be a text somebody wrote, and KeyError outside `writing`.
    """
    for value in (subject, *detail.values()):
        if not isinstance(value, int | None) and not (_SMALL.fullmatch(str(value)) and masked(str(value)) == value):
            raise ValueError(f"no small fact for an audit entry: {action}")
    facts = orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode()
    connection.get_execution_options()[OPTION].append(_Noted(action, subject, storable(case), None, facts))


def append(connection: Connection, noted: list[_Noted]) -> None:
    """Add what was noted to the chain, at the very end of its transaction: the head is locked until it is committed."""
    if not noted:
        return
    scope = scope_of(connection)
    authority = scope.authority or 0
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock, :of)"), {"lock": LOCK, "of": authority})
    head = connection.execute(_HEAD, {"of": authority}).first()
    number, previous = (head.number, head.hash) if head else (0, beginning(authority))
    digests = _digests(connection, {one.case_key for one in noted} - {""})
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    entries: list[dict[str, Any]] = []
    for one in noted:
        number += 1
        digest = one.digest or digests.get(one.case_key)
        values = (number, at, scope.actor, one.action.value, one.subject, digest, one.detail, previous)
        previous = hash_of(values)
        entries.append({**dict(zip(HASHED, values, strict=True)), "hash": previous})
    connection.execute(_ADD, entries)


def beginning(authority: int) -> str:
    """What the first entry of an authority's chain has as the hash before it, so that no chain passes for another's."""
    return hashlib.sha256(f"bitark:{authority}".encode()).hexdigest()


def hash_of(values: Iterable[Any]) -> str:
    """SHA-256 of an entry: the values of `HASHED`, in that order, as a JSON array without spaces."""
    return hashlib.sha256(orjson.dumps(tuple(values))).hexdigest()


def digest_of(salt: str, case_key: str) -> str:
    """What stands in entries for a case."""
    return hashlib.sha256(f"{salt}:{case_key}".encode()).hexdigest()


def forget_case(connection: Connection, case_key: str) -> None:
    """Make it unreadable which case its entries concern, as part of erasing it; that is an entry itself."""
    key, pending = storable(case_key), connection.get_execution_options()[OPTION]
    digest = _digests(connection, {key})[key]
    pending[:] = [one._replace(case_key="", digest=digest) if one.case_key == key else one for one in pending]
    pending.append(_Noted(Action.CASE_ERASED, "", "", digest, "{}"))
    connection.execute(delete(AUDIT_CASE).where(AUDIT_CASE.c.digest == digest))


def entries(
    connection: Connection,
    case_key: str | None = None,
    actions: Iterable[Action] | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> CursorResult[Any]:
    """Entries with the keys of their cases, of one case or all, the newest first; with `before` only older ones.

    Without a limit they are read as they are asked for, the oldest first; whoever asks closes the result.
    """
    columns = [column for column in AUDIT_ENTRY.c if column.name != "id"]
    query = (
        select(*columns, AUDIT_CASE.c.case_key)
        .outerjoin(AUDIT_CASE, AUDIT_CASE.c.digest == AUDIT_ENTRY.c.case_digest)
        .where(_OWN)
    )
    if case_key is not None:
        known = connection.scalar(select(AUDIT_CASE.c.digest).where(AUDIT_CASE.c.case_key == storable(case_key)))
        query = query.where(AUDIT_ENTRY.c.case_digest == (known or ""))
    if actions is not None:
        query = query.where(AUDIT_ENTRY.c.action.in_([*actions]))
    if before is not None:
        query = query.where(AUDIT_ENTRY.c.number < before)
    order = AUDIT_ENTRY.c.number if limit is None else AUDIT_ENTRY.c.number.desc()
    query = query.order_by(order).limit(limit)
    options = {"yield_per": 2_000} if limit is None else {}
    return connection.execute(query, {"of": scope_of(connection).authority or 0}, execution_options=options)


def _digests(connection: Connection, keys: set[str]) -> dict[str, str]:
    """The digests of the cases; a case that has none yet gets one."""
    if not keys:
        return {}
    known = {row.case_key: row.digest for row in connection.execute(_DIGESTS, {"keys": sorted(keys)})}
    made = [{"case_key": key, "salt": secrets.token_hex(32)} for key in sorted(keys - known.keys())]
    if made:
        connection.execute(_ADD_CASE, [one | {"digest": digest_of(one["salt"], one["case_key"])} for one in made])
        known |= {one["case_key"]: digest_of(one["salt"], one["case_key"]) for one in made}
    return known
