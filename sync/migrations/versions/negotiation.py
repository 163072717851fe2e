"""How far the talk about each case has come, and every change of it."""

import sqlalchemy as sa
from alembic import op

revision = "negotiation"
down_revision = "rounds"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    for table in ("negotiation", "negotiation_change"):
        key = ["case_id"] if table == "negotiation" else ["case_id", "version"]
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("case_id", sa.Integer(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("status", sa.String(length=20), nullable=False),
            sa.Column("note", WORDS, nullable=False),
            sa.Column("follow_up", sa.Date(), nullable=True),
            sa.Column("responsible", WORDS, nullable=False),
            sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("changed_by", WORDS, nullable=False),
            sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f(f"fk_{table}_case_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(*key, name=op.f(f"uq_{table}_{'_'.join(key)}")),
        )


def downgrade() -> None:
    op.drop_table("negotiation_change")
    op.drop_table("negotiation")
