"""Alembic's entry: runs on the connection that `sync.store.database.upgrade` hands over."""

from alembic import context

from sync.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
