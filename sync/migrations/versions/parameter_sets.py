"""The parameter sets that an authority took into use."""

import sqlalchemy as sa
from alembic import op

from sync.store.ownership import owner

revision = "parameter_sets"
down_revision = "workplace"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "parameter_set",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(sa.ForeignKey("authority.id", name=op.f("fk_parameter_set_authority_id"))),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_set")),
        sa.UniqueConstraint("authority_id", "version", name=op.f("uq_parameter_set_authority_id_version")),
    )


def downgrade() -> None:
    op.drop_table("parameter_set")
