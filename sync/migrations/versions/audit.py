"""The audit: entries in a chain of hashes that the database itself keeps from being changed."""

import sqlalchemy as sa
from alembic import op

from sync.store.ownership import owner

revision = "audit"
down_revision = "authorities"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
WIDE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
REFUSED = {"audit_entry": ("UPDATE", "DELETE"), "audit_case": ("UPDATE",)}
"""What is refused on which table; the row of a case is removed when the case is erased."""
WHY = "the audit is append-only"


def upgrade() -> None:
    op.create_table(
        "audit_case",
        owner(sa.ForeignKey("authority.id", name=op.f("fk_audit_case_authority_id"))),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_key", WORDS, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_audit_case")),
        sa.UniqueConstraint("authority_id", "case_key", name=op.f("uq_audit_case_authority_id_case_key")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", WIDE, nullable=False),
        owner(sa.ForeignKey("authority.id", name=op.f("fk_audit_entry_authority_id"))),
        sa.Column("number", WIDE, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("case_digest", sa.String(length=64), nullable=True),
        sa.Column("detail", WORDS, nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_audit_entry_authority_id_number")),
    )
    op.create_index(
        op.f("ix_audit_entry_authority_id_case_digest_number"), "audit_entry", ["authority_id", "case_digest", "number"]
    )
    keep_append_only()


def keep_append_only() -> None:
    """Make the triggers; to be done again by a migration that makes a table anew (Alembic's batch mode on SQLite)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$"
        )
    for table, statements in REFUSED.items():
        for statement in statements:
            name = f"{table}_no_{statement.lower()}"
            if op.get_bind().dialect.name == "postgresql":
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {statement} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
                )
            else:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {statement} ON {table} BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
                )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        )


def downgrade() -> None:
    op.drop_table("audit_entry")
    op.drop_table("audit_case")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")
