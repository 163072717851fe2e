"""The tables of meetings, tasks and decisions. Minutes and decisions are append-only: what is corrected is a new row.

People stand in them by their function; nothing here has a name.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, UniqueConstraint

from sync.store.columns import BIG_INTEGER, ExactFraction, Sealed, UtcMoment, Words
from sync.store.ownership import METADATA, of, owner

DECISION = Table(
    "decision",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("case_id", Integer, nullable=False, index=True),
    Column(
        "revises_id", Integer, ForeignKey("decision.id"), unique=True, doc="the decision that it takes the place of"
    ),
    Column("outcome", String(20), nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("decided_by", Words, nullable=False, doc="the decider's function"),
    Column("reason", Sealed(), doc="by the case's key"),
    Column("review_on", Date, nullable=False),
    Column("old_rate_ore", BIG_INTEGER, doc="per day, as the other rates"),
    Column("new_rate_ore", BIG_INTEGER),
    Column("effective_date", Date),
    Column("retro_date", Date),
    Column("stay_end", Date, doc="the last day paid"),
    Column("same_support", Boolean, nullable=False),
    Column("hours_before", ExactFraction, doc="ordered hours per week"),
    Column("hours_after", ExactFraction),
    Column("support_decided_on", Date, doc="of the support's own decision, where it changes"),
    Column("budget_area", Words, nullable=False, doc="as the case stood, with the provider"),
    Column("provider", Words, nullable=False),
    Column("provider_kind", Words, nullable=False),
    Column("parameter_set", Words, nullable=False),
    Column("rule_set", Words, nullable=False),
    Column("recorded_at", UtcMoment, nullable=False),
    Column("actor", Words, nullable=False, doc="who recorded it, as in a scope"),
    of("case", "case_id"),
)
"""Append-only. A revision is a row of its own, and a row has at most one."""

MEETING = Table(
    "meeting",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("case_id", Integer, nullable=False, index=True),
    Column("held_on", Date, nullable=False),
    Column("starts", Words, nullable=False, doc="the time of day, HH:MM"),
    Column("place", Words, nullable=False),
    Column("participants", Sealed(), doc="functions and organisations, one to a line; by the case's key"),
    Column("agenda", Sealed(), doc="one item to a line"),
    Column("own_words", Sealed(), doc="the citizen's own words for the meeting"),
    Column("created_at", UtcMoment, nullable=False),
    Column("actor", Words, nullable=False),
    of("case", "case_id"),
    UniqueConstraint("authority_id", "id"),
)
"""A meeting as it is called. It can be changed until there are minutes."""

MINUTES = Table(
    "minutes",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("meeting_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("participants", Sealed()),
    Column("said", Sealed()),
    Column("own_words", Sealed()),
    Column("figures", Sealed(), doc="the case's comparison as it stood when the first minutes were written"),
    Column("recorded_at", UtcMoment, nullable=False),
    Column("actor", Words, nullable=False),
    of("meeting", "meeting_id"),
    UniqueConstraint("meeting_id", "version"),
)
"""Append-only. A correction is a version of its own and keeps the figures of the first."""

TASK = Table(
    "task",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("meeting_id", Integer, nullable=False, index=True),
    Column("what", Sealed()),
    Column("owner", Words, nullable=False, doc="the owner's function"),
    Column("due", Date, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("done_at", UtcMoment),
    Column("actor", Words, nullable=False),
    Column("done_by", Words, nullable=False, doc="as in a scope; empty until it is done"),
    of("meeting", "meeting_id"),
)
