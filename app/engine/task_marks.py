"""What people do with a task beside doing it: put it aside for themselves, flag it for the team, call it urgent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.errors import TaskNotOpenError, UnknownTaskError
from app.engine.history import Event
from app.engine.instances import remember
from app.engine.tables import task_mark, task_snooze, user_task


class Mark(StrEnum):
    """A mark that everybody sees who sees the task."""

    FLAG = "flag"
    URGENT = "urgent"


class NotInTheFutureError(ValueError):
    """A task is put aside until an instant to come."""

    code = "not_in_the_future"

    def __init__(self, until_at: datetime) -> None:
        self.until_at = until_at
        super().__init__(f"{until_at.isoformat()} is not in the future")


def snooze_task(
    unit: UnitOfWork, task_id: int, person_id: int, *, until_at: datetime, now: datetime, reason: str = ""
) -> None:
    """Put an open task aside in one person's lists; it comes back by itself.

    Raises:
        TaskNotOpenError, NotInTheFutureError.
    """
    if until_at <= now:
        raise NotInTheFutureError(until_at)
    _open_task(unit, task_id)
    wake_task(unit, task_id, person_id)
    unit.connection.execute(
        task_snooze.insert().values(
            user_task_id=task_id, person_id=person_id, until_at=until_at, reason=reason, snoozed_at=now
        )
    )


def wake_task(unit: UnitOfWork, task_id: int, person_id: int) -> None:
    """Put a task back into one person's lists; nothing happens if it is there."""
    unit.connection.execute(
        task_snooze.delete().where(task_snooze.c.user_task_id == task_id, task_snooze.c.person_id == person_id)
    )


def mark_task(unit: UnitOfWork, task_id: int, mark: Mark, *, by: int, now: datetime) -> None:
    """Put a mark on an open task; once is enough."""
    row = _open_task(unit, task_id)
    if not _has(unit, task_id, mark):
        unit.connection.execute(
            task_mark.insert().values(user_task_id=task_id, kind=str(mark), marked_by=by, marked_at=now)
        )
        _remember(unit, row, f"task_{_WORDS[mark]}", by, now)


def unmark_task(unit: UnitOfWork, task_id: int, mark: Mark, *, by: int, now: datetime) -> None:
    """Take a mark off a task; nothing happens if there is none."""
    row = _open_task(unit, task_id)
    if _has(unit, task_id, mark):
        unit.connection.execute(
            task_mark.delete().where(task_mark.c.user_task_id == task_id, task_mark.c.kind == str(mark))
        )
        _remember(unit, row, f"task_un{_WORDS[mark]}", by, now)


_WORDS = {Mark.FLAG: "flagged", Mark.URGENT: "urgent"}


def marks_of(connection: sa.Connection, task_id: int) -> frozenset[Mark]:
    """The marks on a task."""
    found = connection.execute(sa.select(task_mark.c.kind).where(task_mark.c.user_task_id == task_id))
    return frozenset(map(Mark, found.scalars()))


def snoozed_until(connection: sa.Connection, task_id: int, person_id: int, *, now: datetime) -> datetime | None:
    """Until when the person has put the task aside; None: they have not, or it is back."""
    query = sa.select(task_snooze.c.until_at).where(
        task_snooze.c.user_task_id == task_id, task_snooze.c.person_id == person_id, task_snooze.c.until_at > now
    )
    return connection.execute(query).scalar()


def _open_task(unit: UnitOfWork, task_id: int) -> sa.RowMapping:
    """The task, locked: two who act on it at once queue."""
    row = unit.connection.execute(
        sa.select(user_task).where(user_task.c.id == task_id).with_for_update()
    ).mappings().first()  # fmt: skip
    if row is None:
        raise UnknownTaskError(task_id)
    if row["status"] != "open":
        raise TaskNotOpenError(task_id, row["status"], row["completed_by"])
    return row


def _has(unit: UnitOfWork, task_id: int, mark: Mark) -> bool:
    return mark in marks_of(unit.connection, task_id)


def _remember(unit: UnitOfWork, row: sa.RowMapping, kind: str, by: int, now: datetime) -> None:
    event = Event(kind, row["process_key"], row["element_id"], row["engine_task_id"], by)
    remember(unit, row["instance_id"], [event], at=now)
