"""Alembic's entry: migrates the database given by the launcher, or the one that the settings name."""

from __future__ import annotations

from alembic import context

from actions.storage.engine import open_engine
from actions.storage.tables import metadata
from bot import settings

engine = context.config.attributes.get("engine") or open_engine(settings.load().database_url)

with engine.connect() as connection:
    # SQLite cannot alter a column in place: Alembic then copies the table.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
