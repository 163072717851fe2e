"""How far the talk about each case has come, and every change of it."""

import sqlalchemy as sa
from alembic import op

from sync.store.ownership import owner

revision = "negotiation"
down_revision = "secrets"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    for table in ("negotiation", "negotiation_change"):
        key = ["case_id"] if table == "negotiation" else ["case_id", "version"]
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            owner(),
            sa.Column("case_id", sa.Integer(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("status", sa.String(length=20), nullable=False),
            sa.Column("note", sa.LargeBinary(), nullable=True),
            sa.Column("follow_up", sa.Date(), nullable=True),
            sa.Column("responsible", WORDS, nullable=False),
            sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("changed_by", WORDS, nullable=False),
            sa.ForeignKeyConstraint(
                ["authority_id", "case_id"],
                ["case.authority_id", "case.id"],
                name=op.f(f"fk_{table}_authority_id_case_id"),
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(*key, name=op.f(f"uq_{table}_{'_'.join(key)}")),
        )
        op.create_index(op.f(f"ix_{table}_authority_id"), table, ["authority_id"])


def downgrade() -> None:
    op.drop_table("negotiation_change")
    op.drop_table("negotiation")
