"""Every row belongs to an authority; what is there belongs to the first. Files are known per authority and sender."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "authorities"
down_revision = "rounds"
branch_labels = None
depends_on = None

WORDS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
OF_AUTHORITY = ("case", "house", "tariff_model", "stored_file", "round")
OF_OTHERS = ("submission", "receipt", "submission_detail", "round_case", "filing", "file_act")
TABLES = OF_AUTHORITY + OF_OTHERS
REFERENCES = {
    "submission": {"sha256": "stored_file", "case_id": "case"},
    "receipt": {"submission_id": "submission"},
    "submission_detail": {"submission_id": "submission"},
    "round_case": {"round_id": "round", "case_id": "case"},
    "filing": {"submission_id": "submission", "round_case_id": "round_case", "given_case_id": "case"},
    "file_act": {"submission_id": "submission"},
}
"""Column → the table it refers to; before, by the column alone."""
UNIQUE = {
    "case": ("id", "case_key"),
    "submission": ("id",),
    "round": ("id",),
    "round_case": ("id",),
}
"""What is unique together with the authority."""
INDEXED = ("tariff_model", "receipt", "submission_detail", "filing", "file_act")
PER_AUTHORITY = (("case", "provider"), ("case", "house"), ("submission", "status"))
"""Indexes that now begin with the authority."""
ONE_OF_THE_BYTES = sa.text("sent_by = '' OR case_id IS NULL")
KEYS = {"house": "name", "stored_file": "sha256"}
"""Primary keys that now begin with the authority."""


def upgrade() -> None:
    made = op.create_table(
        "authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("name", name=op.f("uq_authority_name")),
        sa.CheckConstraint("id = 1", name="one").ddl_if(dialect="sqlite"),
    )
    op.bulk_insert(made, [{"name": "Kommunen", "added_at": dt.datetime.now(dt.UTC)}])
    op.add_column("receipt", sa.Column("submission_id", sa.Integer(), nullable=True))
    op.execute("UPDATE receipt SET submission_id = (SELECT id FROM submission WHERE sha256 = receipt.sha256)")
    for table, column in PER_AUTHORITY:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    _in_turn(_without_references, _with_authority, _with_references)
    for table, column in PER_AUTHORITY:
        op.create_index(op.f(f"ix_{table}_authority_id_{column}"), table, ["authority_id", column])
    for table in INDEXED:
        op.create_index(op.f(f"ix_{table}_authority_id"), table, ["authority_id"])
    op.create_index(op.f("ix_submission_authority_id_sha256"), "submission", ["authority_id", "sha256"])
    op.create_index(
        "uq_submission_bytes",
        "submission",
        ["authority_id", "sha256", "sent_by"],
        unique=True,
        sqlite_where=ONE_OF_THE_BYTES,
        postgresql_where=ONE_OF_THE_BYTES,
    )
    if not _is_sqlite():
        for table in TABLES:
            op.alter_column(table, "authority_id", server_default=sa.text("current_setting('app.authority')::integer"))


def _with_authority(batch: BatchOperations, table: str) -> None:
    batch.add_column(sa.Column("authority_id", sa.Integer(), nullable=False, server_default=sa.text("1")))
    if table in KEYS:
        batch.drop_constraint(op.f(f"pk_{table}"), type_="primary")
        batch.create_primary_key(op.f(f"pk_{table}"), ["authority_id", KEYS[table]])
    if table == "case":
        batch.drop_constraint(op.f("uq_case_case_key"), type_="unique")
    if table == "submission":
        batch.add_column(sa.Column("sent_by", WORDS, nullable=False, server_default=""))
        batch.drop_constraint(op.f("uq_submission_sha256"), type_="unique")
    if table == "receipt":
        batch.alter_column("submission_id", nullable=False)
        batch.drop_constraint(op.f("uq_receipt_sha256_file_name"), type_="unique")
        batch.drop_column("sha256")
        batch.create_unique_constraint(op.f("uq_receipt_submission_id_file_name"), ["submission_id", "file_name"])
    for column in UNIQUE.get(table, ()):
        batch.create_unique_constraint(op.f(f"uq_{table}_authority_id_{column}"), ["authority_id", column])


def _without_references(batch: BatchOperations, table: str) -> None:
    columns = ("sha256",) if table == "receipt" else REFERENCES.get(table, ())
    for column in columns:
        batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")


def _with_references(batch: BatchOperations, table: str) -> None:
    if table in OF_AUTHORITY:
        batch.create_foreign_key(op.f(f"fk_{table}_authority_id"), "authority", ["authority_id"], ["id"])
    for column, other in REFERENCES.get(table, {}).items():
        own, theirs = ["authority_id", column], ["authority_id", "sha256" if column == "sha256" else "id"]
        batch.create_foreign_key(op.f(f"fk_{table}_authority_id_{column}"), other, own, theirs)


def downgrade() -> None:
    op.drop_index("uq_submission_bytes", "submission")
    op.drop_index(op.f("ix_submission_authority_id_sha256"), "submission")
    for table in INDEXED:
        op.drop_index(op.f(f"ix_{table}_authority_id"), table)
    for table, column in PER_AUTHORITY:
        op.drop_index(op.f(f"ix_{table}_authority_id_{column}"), table)
    op.add_column("receipt", sa.Column("sha256", sa.String(64), nullable=True))
    op.execute("UPDATE receipt SET sha256 = (SELECT sha256 FROM submission WHERE id = receipt.submission_id)")
    if not _is_sqlite():
        policies = sa.text("SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()")
        for name, table in op.get_bind().execute(policies).all():
            op.execute(f'DROP POLICY "{name}" ON "{table}"')
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY')
    _in_turn(_without_new_references, _without_authority, _with_old_references)
    for table, column in PER_AUTHORITY:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.drop_table("authority")


def _without_new_references(batch: BatchOperations, table: str) -> None:
    if table in OF_AUTHORITY:
        batch.drop_constraint(op.f(f"fk_{table}_authority_id"), type_="foreignkey")
    for column in REFERENCES.get(table, ()):
        batch.drop_constraint(op.f(f"fk_{table}_authority_id_{column}"), type_="foreignkey")


def _without_authority(batch: BatchOperations, table: str) -> None:
    for column in UNIQUE.get(table, ()):
        batch.drop_constraint(op.f(f"uq_{table}_authority_id_{column}"), type_="unique")
    if table == "receipt":
        batch.drop_constraint(op.f("uq_receipt_submission_id_file_name"), type_="unique")
        batch.drop_column("submission_id")
        batch.alter_column("sha256", nullable=False)
        batch.create_unique_constraint(op.f("uq_receipt_sha256_file_name"), ["sha256", "file_name"])
    if table == "submission":
        batch.drop_column("sent_by")
        batch.create_unique_constraint(op.f("uq_submission_sha256"), ["sha256"])
    if table == "case":
        batch.create_unique_constraint(op.f("uq_case_case_key"), ["case_key"])
    if table in KEYS:
        batch.drop_constraint(op.f(f"pk_{table}"), type_="primary")
        batch.create_primary_key(op.f(f"pk_{table}"), [KEYS[table]])
    batch.drop_column("authority_id")


def _with_old_references(batch: BatchOperations, table: str) -> None:
    references = {"sha256": "stored_file"} if table == "receipt" else REFERENCES.get(table, {})
    for column, other in references.items():
        theirs = "sha256" if column == "sha256" else "id"
        batch.create_foreign_key(op.f(f"fk_{table}_{column}"), other, [column], [theirs])


def _in_turn(*steps: Callable[[BatchOperations, str], None]) -> None:
    """Each step on all tables before the next; on SQLite, where a table is made anew, all of them at once."""
    for together in (steps,) if _is_sqlite() else ((step,) for step in steps):
        for table in TABLES:
            with op.batch_alter_table(table) as batch:
                for step in together:
                    step(batch, table)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
