"""Who calls the API, in the words of the engine."""

from __future__ import annotations

from app.db import UnitOfWork
from app.engine.actor import Actor
from app.web import signed_in
from app.web.context import context
from app.web.languages import language

__all__ = ["actor", "actor_of", "context", "language"]


def actor() -> Actor:
    """The person of the session or of the token."""
    return signed_in.signed_in().actor


def actor_of(unit: UnitOfWork, person_id: int) -> Actor:
    """Another person, with the roles that they hold now."""
    return signed_in.actor_of(unit.connection, person_id)
