"""Meetings with minutes and tasks, and decisions with their revisions."""

import sqlalchemy as sa
from alembic import op

from sync.store.ownership import owner

revision = "decisions"
down_revision = "negotiation"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
FRACTION = sa.String(120).with_variant(sa.String(), "postgresql")
BIG_INTEGER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("revises_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("old_rate_ore", BIG_INTEGER, nullable=True),
        sa.Column("new_rate_ore", BIG_INTEGER, nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("retro_date", sa.Date(), nullable=True),
        sa.Column("stay_end", sa.Date(), nullable=True),
        sa.Column("same_support", sa.Boolean(), nullable=False),
        sa.Column("hours_before", FRACTION, nullable=True),
        sa.Column("hours_after", FRACTION, nullable=True),
        sa.Column("support_decided_on", sa.Date(), nullable=True),
        sa.Column("budget_area", WORDS, nullable=False),
        sa.Column("provider", WORDS, nullable=False),
        sa.Column("provider_kind", WORDS, nullable=False),
        sa.Column("parameter_set", WORDS, nullable=False),
        sa.Column("rule_set", WORDS, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        _of("decision", "case", "case_id"),
        sa.ForeignKeyConstraint(["revises_id"], ["decision.id"], name=op.f("fk_decision_revises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("revises_id", name=op.f("uq_decision_revises_id")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts", WORDS, nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("participants", sa.LargeBinary(), nullable=True),
        sa.Column("agenda", sa.LargeBinary(), nullable=True),
        sa.Column("own_words", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        _of("meeting", "case", "case_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("authority_id", "id", name=op.f("uq_meeting_authority_id_id")),
    )
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"], unique=False)
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participants", sa.LargeBinary(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("own_words", sa.LargeBinary(), nullable=True),
        sa.Column("figures", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        _of("minutes", "meeting", "meeting_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_minutes_meeting_id_version")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=True),
        sa.Column("owner", WORDS, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("done_by", WORDS, nullable=False),
        _of("task", "meeting", "meeting_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_meeting_id"), "task", ["meeting_id"], unique=False)
    for table in ("decision", "meeting", "minutes", "task"):
        op.create_index(op.f(f"ix_{table}_authority_id"), table, ["authority_id"])


def _of(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_authority_id_{column}")
    return sa.ForeignKeyConstraint(["authority_id", column], [f"{other}.authority_id", f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("task")
    op.drop_table("minutes")
    op.drop_table("meeting")
    op.drop_table("decision")
