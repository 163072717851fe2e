"""Keys, erasures, and texts as bytes that can be sealed. What is there stays as it is until `bitark key encrypt`."""

import sqlalchemy as sa
from alembic import op

from sync.store.ownership import owner

revision = "secrets"
down_revision = "accounts"
branch_labels = None
depends_on = None

JSONS = {"case": ("record",), "submission_detail": ("report", "header", "rows", "sums")}
TEXTS = {"round_case": ("withdrawn_reason",), "file_act": ("comment",)}
OWNERS = ("case", "stored_file")
MOMENT = sa.DateTime(timezone=True)


def words() -> sa.String:
    """Text by code points."""
    return sa.String(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.String()


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "secret",
        sa.Column("id", sa.String(32), nullable=False),
        owner(sa.ForeignKey("authority.id", name=op.f("fk_secret_authority_id"))),
        sa.Column("under", sa.String(32), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["under"], ["secret.id"], name=op.f("fk_secret_under")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
    )
    op.create_index(op.f("ix_secret_under"), "secret", ["under"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        owner(sa.ForeignKey("authority.id", name=op.f("fk_erasure_authority_id"))),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("secret_id", sa.String(32), nullable=False),
        sa.Column("is_case", sa.Boolean(), nullable=False),
        sa.Column("actor", words(), nullable=False),
        sa.Column("reason", words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "erased_original",
        owner(sa.ForeignKey("authority.id", name=op.f("fk_erased_original_authority_id"))),
        sa.Column("name", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("authority_id", "name", name=op.f("pk_erased_original")),
    )
    for table in ("secret", "erasure"):
        op.create_index(op.f(f"ix_{table}_authority_id"), table, ["authority_id"])
    for table in OWNERS:
        op.execute(
            f'ALTER TABLE "{table}" ADD COLUMN secret_id VARCHAR(32) '
            f"CONSTRAINT fk_{table}_secret_id REFERENCES secret (id)"
        )
        op.create_index(op.f(f"ix_{table}_secret_id"), table, ["secret_id"], unique=True)
    for table, columns in JSONS.items():
        for column in columns:
            _convert(
                table, column, f"convert_to({column}::text, 'UTF8')" if on_postgresql else f"CAST({column} AS BLOB)"
            )
    for table, columns in TEXTS.items():
        for column in columns:
            as_bytes = "convert_to(to_json({})::text, 'UTF8')" if on_postgresql else "CAST(json_quote({}) AS BLOB)"
            _convert(table, column, as_bytes.format(column))
    with op.batch_alter_table("submission_detail") as batch:
        batch.alter_column("entries", existing_type=sa.LargeBinary(), nullable=True)


def _convert(table: str, column: str, value: str) -> None:
    """In place, since SQLite cannot put another table in the place of one that others refer to."""
    op.add_column(table, sa.Column("as_bytes", sa.LargeBinary(), nullable=True))
    op.execute(f'UPDATE "{table}" SET as_bytes = {value}')  # noqa: S608 - all of it stands above
    op.drop_column(table, column)
    op.execute(f'ALTER TABLE "{table}" RENAME COLUMN as_bytes TO {column}')


def downgrade() -> None:
    """Only where nothing was sealed yet: a migration has no key."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM secret")):
        msg = "what is sealed cannot be made plain again: put back the copy from before the upgrade"
        raise NotImplementedError(msg)
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    words_type = 'VARCHAR COLLATE "C"' if on_postgresql else "VARCHAR"
    as_text = "convert_from({}, 'UTF8')" if on_postgresql else "CAST({} AS TEXT)"
    unquoted = f"({as_text}::json #>> '{{{{}}}}')" if on_postgresql else f"json_extract({as_text}, '$')"
    for table, columns in JSONS.items():
        for column in columns:
            as_json = as_text.format(column) + ("::json" if on_postgresql else "")
            _convert_back(table, column, "JSON", as_json, "'null'" if column != "sums" else "")
    for table, columns in TEXTS.items():
        for column in columns:
            _convert_back(table, column, words_type, f"coalesce({unquoted.format(column)}, '')", "''")
    with op.batch_alter_table("submission_detail") as batch:
        batch.alter_column("entries", existing_type=sa.LargeBinary(), nullable=False)
    if on_postgresql:  # it names the columns that go
        op.execute("DROP POLICY IF EXISTS of_provider ON secret")
    for table in OWNERS:
        op.drop_index(op.f(f"ix_{table}_secret_id"), table_name=table)
        op.execute(f'ALTER TABLE "{table}" DROP COLUMN secret_id')
    for table in ("erased_original", "erasure", "secret"):
        op.drop_table(table)


def _convert_back(table: str, column: str, kind: str, value: str, default: str) -> None:
    needed = f" NOT NULL DEFAULT {default}" if default else ""
    op.execute(f'ALTER TABLE "{table}" ADD COLUMN as_text {kind}{needed}')
    op.execute(f'UPDATE "{table}" SET as_text = {value}')  # noqa: S608
    op.drop_column(table, column)
    op.execute(f'ALTER TABLE "{table}" RENAME COLUMN as_text TO {column}')
