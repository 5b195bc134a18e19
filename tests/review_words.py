"""Words that stories of the experts' review share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.db import reading
from app.domain.certification import CertificationApplication
from app.domain.reminder import Reminder

NONE = {"declaration": "none"}


def login(story: Any, person_id: int) -> str:
    """The login of an expert of the cast."""
    return next(name for name, key in story.cast.items() if key == person_id and name.startswith("expert"))


def reminded(story: Any) -> list[int]:
    """Who has been reminded."""
    with reading(story.database) as unit:
        return list(unit.session.scalars(sa.select(Reminder.person_id).order_by(Reminder.person_id)))


def application(unit: Any) -> CertificationApplication:
    """The one application."""
    found: CertificationApplication = unit.session.scalars(sa.select(CertificationApplication)).one()
    return found
