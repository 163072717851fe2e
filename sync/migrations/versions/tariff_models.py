"""Tariff models in a table of their own, filled from the cases that are judged by them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    made = op.create_table(
        "tariff_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_model")),
    )
    case = sa.table("case", sa.column("listed", sa.Boolean), sa.column("record", sa.JSON))
    records = op.get_bind().scalars(sa.select(case.c.record).where(case.c.listed))
    models = [record["model"] for record in records if record["model"]]
    known = {(model["provider"], model["valid_from"]): model for model in models}
    rows = sorted(known.values(), key=lambda model: model["row"])
    op.bulk_insert(made, [{"provider": model["provider"], "record": model} for model in rows])


def downgrade() -> None:
    op.drop_table("tariff_model")
