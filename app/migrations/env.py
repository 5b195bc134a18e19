"""Alembic's entry: runs the migrations on the connection that `app.migrations.migrate` hands over."""

from __future__ import annotations

from alembic import context

from app.db import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
