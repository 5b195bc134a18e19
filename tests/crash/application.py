"""The application with one operation more, whose every effect leaves a row that can be counted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import factory
from app.db import Json
from app.engine.operations import Call
from app.web.context import EXTENSION

effect = sa.Table(
    "crash_effect",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("business_key", sa.String(80), nullable=False),
    sa.Column("element_id", sa.String(80), nullable=False),
    sa.Column("detail", Json),
)


def count(call: Call) -> dict[str, Any]:
    """Leave a row; nothing keeps a second one out, so that a doubled effect would show."""
    call.unit.connection.execute(effect.insert().values(business_key=call.business_key, element_id=call.element_id))
    return {"done": call.element_id}


def create_app() -> Flask:
    """The application."""
    app = factory.create_app()
    parts = app.extensions[EXTENSION]
    parts.runtime.operations["crash.count"] = count
    return app
