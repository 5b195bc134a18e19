"""The migrations lead to exactly the schema that the code knows, on both databases."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.db import create_engine, metadata
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


def test_what_was_certified_before_keeps_its_certificate(tmp_path: Path) -> None:
    database = create_engine(f"sqlite:///{tmp_path}/old.sqlite3")
    migrate(database, to="0003")
    with database.begin() as connection:
        for statement in _BEFORE.split(";"):
            connection.execute(sa.text(statement))

    migrate(database)

    with database.connect() as connection:
        kept = connection.execute(sa.text("SELECT number, valid_from, valid_until, status FROM certificate")).all()
        panels = connection.execute(sa.text("SELECT application_id, round FROM panel")).all()
    database.dispose()
    assert [tuple(map(str, row)) for row in kept] == [("NXJG-2026-0001", "2026-11-10", "2028-11-10", "given")]
    assert panels == [(1, 1)]


_BEFORE = """
INSERT INTO organisation (id, name_zh, credit_code, kind, registered_at)
VALUES (1, '宁夏砺信', '91640100MA7600003Q', 'agency', '2026-11-02 00:00:00.000000');
INSERT INTO person (id, login, name, password_hash, is_active, registered_at)
VALUES (1, 'a', '甲', '', 1, '2026-11-02 00:00:00.000000');
INSERT INTO certification_application (id, case_number, organisation_id, categories, submitted_at, submitted_by, status)
VALUES (1, '2026-00001', 1, '[]', '2026-11-02 00:00:00.000000', 1, 'certified');
INSERT INTO panel (id, application_id, seed, pools, size, drawn_at, drawn_by)
VALUES (1, 1, 'seed', '[]', 5, '2026-11-02 00:00:00.000000', 1);
INSERT INTO agency (organisation_id, application_id, certificate_number, certified_on, valid_until, status)
VALUES (1, 1, 'NXJG-2026-0001', '2026-11-10', '2028-11-10', 'certified')
"""
