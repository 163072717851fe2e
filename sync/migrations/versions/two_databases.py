"""On PostgreSQL: text ordered as on SQLite, integers as wide as there, and the tables of the queue."""

from importlib.resources import files
from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Integer, String

revision = "two_databases"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = {
    "case": ("case_key", "budget_area", "provider", "provider_kind", "house", "legal_basis", "parameter_set"),
    "house": ("name",),
    "tariff_model": ("provider",),
    "receipt": ("file_name",),
    "submission": ("template", "case_key", "parameter_set", "rule_set"),
}
WIDE = {"case": "day_rate_ore", "stored_file": "size_bytes", "submission": "template_version"}
FRACTIONS = ("need", "financed", "package_width")
QUEUE_UNTIL = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The newest migration of Procrastinate that this revision brings; later ones need a revision of their own."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in WORDS.items():
        for column in columns:
            op.alter_column(table, column, type_=String(collation="C"))
    for column in FRACTIONS:
        op.alter_column("case", column, type_=String())
    for table, column in WIDE.items():
        op.alter_column(table, column, type_=BigInteger())
    driver: Any = op.get_bind().connection.driver_connection  # which takes several statements at once
    for script in queue_scripts():
        driver.execute(script)


def queue_scripts() -> list[str]:
    """What makes the queue's tables, step by step."""
    found = sorted(
        (one for one in files("procrastinate.sql.migrations").iterdir() if one.name.endswith(".sql")),
        key=lambda one: one.name,
    )
    return [one.read_text(encoding="utf-8") for one in found if one.name <= QUEUE_UNTIL]


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    driver: Any = op.get_bind().connection.driver_connection  # which takes several statements at once
    for kind, names in (
        ("TABLE", "procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers"),
        ("TYPE", "procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status"),
    ):
        driver.execute(f"DROP {kind} {names} CASCADE")
    left = driver.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE starts_with(proname, 'procrastinate_')")
    for (function,) in left.fetchall():
        driver.execute(f"DROP FUNCTION {function} CASCADE")
    for table, column in WIDE.items():
        op.alter_column(table, column, type_=Integer())
    for column in FRACTIONS:
        op.alter_column("case", column, type_=String(120))
    for table, columns in WORDS.items():
        for column in columns:
            op.alter_column(table, column, type_=String())
