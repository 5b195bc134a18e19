"""The schema, by numbered Alembic migrations; `load_tables` makes sure that every table is known."""

from __future__ import annotations

import importlib
import pkgutil


def load_tables() -> None:
    """Import every module that defines a table, so that `app.db.metadata` holds them all."""
    for name in ("app.clock", "app.engine.tables", "app.domain"):
        module = importlib.import_module(name)
        for found in pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}."):
            importlib.import_module(found.name)
