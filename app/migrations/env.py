"""Alembic's entry: runs the migrations on the connection that `app.migrations.migrate` hands over."""

from __future__ import annotations

from alembic import context

from app.db import metadata
from app.migrations import is_known_to_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=is_known_to_metadata,
    transaction_per_migration=False,
)
context.run_migrations()
