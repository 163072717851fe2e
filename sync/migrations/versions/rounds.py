"""Rounds, where files are filed, and what people did about them."""

import sqlalchemy as sa
from alembic import op

revision = "rounds"
down_revision = "two_databases"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    op.create_table(
        "round_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", WORDS, nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_round_case_case_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_case_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_case")),
        sa.UniqueConstraint("round_id", "case_id", name=op.f("uq_round_case_round_id_case_id")),
    )
    op.create_index(op.f("ix_round_case_case_id"), "round_case", ["case_id"], unique=False)
    op.create_table(
        "filing",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("round_case_id", sa.Integer(), nullable=True),
        sa.Column("given_case_id", sa.Integer(), nullable=True),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["given_case_id"], ["case.id"], name=op.f("fk_filing_given_case_id")),
        sa.ForeignKeyConstraint(["round_case_id"], ["round_case.id"], name=op.f("fk_filing_round_case_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_filing_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_filing")),
    )
    op.create_index(op.f("ix_filing_round_case_id"), "filing", ["round_case_id"], unique=False)
    op.create_table(
        "file_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("comment", WORDS, nullable=False),
        sa.Column("code", WORDS, nullable=False),
        sa.Column("sheet", WORDS, nullable=False),
        sa.Column("cell", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_file_act_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_act")),
    )
    op.create_index(op.f("ix_file_act_submission_id"), "file_act", ["submission_id"], unique=False)


def downgrade() -> None:
    op.drop_table("file_act")
    op.drop_table("filing")
    op.drop_table("round_case")
    op.drop_table("round")
