"""What the parties say about a case, and the addresses of calendars."""

import sqlalchemy as sa
from alembic import op

from sync.store.ownership import owner

revision = "workplace"
down_revision = "decisions"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "case_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("provider", WORDS, nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("actor", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id", "case_id"],
            ["case.authority_id", "case.id"],
            name=op.f("fk_case_comment_authority_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_comment")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(sa.ForeignKey("authority.id", name=op.f("fk_calendar_feed_authority_id"))),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    for table, column in (("case_comment", "case_id"), ("calendar_feed", "account_id")):
        op.create_index(op.f(f"ix_{table}_authority_id"), table, ["authority_id"])
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("case_comment")
