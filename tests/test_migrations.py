"""The migrations lead to exactly the schema that the code knows, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.db import metadata
from app.migrations import is_current, is_known_to_metadata, load_tables, migrate


def test_the_migrated_schema_is_the_one_that_the_code_knows(database: sa.Engine) -> None:
    load_tables()
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_known_to_metadata}
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_migrating_again_changes_nothing(database: sa.Engine) -> None:
    assert is_current(database)

    migrate(database)

    assert is_current(database)
