"""Drafts of answers: what a person has typed and not yet sent, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.errors import StaleVersionError
from app.engine.tables import task_draft


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's draft for one user task."""

    answers: dict[str, Any]
    version: int
    saved_at: datetime


def read_draft(connection: sa.Connection, task_id: int, person_id: int) -> Draft | None:
    """The person's draft; None if they have typed nothing yet."""
    row = connection.execute(
        sa.select(task_draft).where(task_draft.c.user_task_id == task_id, task_draft.c.person_id == person_id)
    ).first()
    return Draft(row.answers, row.version, row.saved_at) if row else None


def save_draft(
    unit: UnitOfWork, task_id: int, person_id: int, answers: Mapping[str, Any], *, seen_version: int, now: datetime
) -> int:
    """Keep what was typed and return the draft's new version.

    Args:
        seen_version: the version that the window began from; 0 for a first draft. If another window saved meanwhile,
            StaleVersionError: the window shows the difference instead of overwriting it.
    """
    found = read_draft(unit.connection, task_id, person_id)
    current = found.version if found else 0
    if current != seen_version:
        raise StaleVersionError("draft", seen_version, current)
    values = {"answers": dict(answers), "version": current + 1, "saved_at": now}
    if found is None:
        unit.connection.execute(task_draft.insert().values(user_task_id=task_id, person_id=person_id, **values))
        return current + 1
    done = unit.connection.execute(
        task_draft.update()
        .where(
            task_draft.c.user_task_id == task_id,
            task_draft.c.person_id == person_id,
            task_draft.c.version == current,
        )
        .values(values)
    )
    if done.rowcount != 1:
        raise StaleVersionError("draft", seen_version, None)
    return current + 1
