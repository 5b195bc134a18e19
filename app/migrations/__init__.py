"""The schema, by numbered Alembic migrations (`versions/0001_….py`), and the one place that knows every table."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parent


def load_tables() -> None:
    """Import every module that defines a table, so that `app.db.metadata` holds them all."""
    for name in ("app.clock", "app.jobs", "app.engine.tables", "app.domain"):
        module = importlib.import_module(name)
        for found in pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}."):
            importlib.import_module(found.name)


def migrate(database: sa.Engine, *, to: str = "head") -> None:
    """Bring the schema up to a migration (default: the newest), in one transaction; nothing happens if it is there."""
    load_tables()
    with database.connect() as connection, _foreign_keys_at_rest(connection), connection.begin():
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, to)


@contextmanager
def _foreign_keys_at_rest(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by copying it: until the copy has its name, what refers to it must not be looked at."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = cursor.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows refer to what is not there: {broken[:5]}")
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def is_known_to_metadata(_item: object, name: str | None, kind: str, *_: object) -> bool:
    """Whether Alembic compares a table or index: not what each database has of its own for searching."""
    return not (kind in ("table", "index") and (name or "").removeprefix("ix_").startswith("search_words"))


def is_current(database: sa.Engine) -> bool:
    """Whether the database's schema is the newest that this software knows."""
    newest = ScriptDirectory.from_config(_configuration()).get_current_head()
    with database.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    configuration.set_main_option("path_separator", "os")
    return configuration
