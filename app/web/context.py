"""What every request may use: settings, database, clock and the engine's runtime, put together once by the factory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask import current_app

from app.clock import Clock
from app.db import UnitOfWork
from app.engine.admission import KnownNames
from app.engine.runtime import Runtime
from app.settings import Settings

EXTENSION = "quanliu"


@dataclass(frozen=True, slots=True)
class Context:
    """The application's parts; immutable, shared by all requests of the process."""

    settings: Settings
    database: sa.Engine
    clock: Clock
    runtime: Runtime
    known: KnownNames
    """What a deployed diagram may refer to."""

    def now(self, unit: UnitOfWork) -> datetime:
        """The instant that counts in this transaction."""
        return self.clock.now(unit)


def context() -> Context:
    """The parts of the application that serves this request."""
    return cast("Context", current_app.extensions[EXTENSION])
