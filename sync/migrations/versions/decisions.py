"""Meetings with minutes and tasks, and decisions with their revisions."""

import sqlalchemy as sa
from alembic import op

revision = "decisions"
down_revision = "rounds"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
FRACTION = sa.String(120).with_variant(sa.String(), "postgresql")
BIG_INTEGER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("revises_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
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
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["revises_id"], ["decision.id"], name=op.f("fk_decision_revises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("revises_id", name=op.f("uq_decision_revises_id")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts", WORDS, nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("participants", WORDS, nullable=False),
        sa.Column("agenda", WORDS, nullable=False),
        sa.Column("own_words", WORDS, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_meeting_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"], unique=False)
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participants", WORDS, nullable=False),
        sa.Column("said", WORDS, nullable=False),
        sa.Column("own_words", WORDS, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_minutes_meeting_id_version")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("what", WORDS, nullable=False),
        sa.Column("owner", WORDS, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("done_by", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_task_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_meeting_id"), "task", ["meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_table("task")
    op.drop_table("minutes")
    op.drop_table("meeting")
    op.drop_table("decision")
