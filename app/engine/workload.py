"""How much work lies with whom, and how long steps have taken: figures over all cases, for whoever follows up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.engine.actor import Actor
from app.engine.inbox_views import not_kept_out
from app.engine.tables import instance, user_task


@dataclass(frozen=True, slots=True)
class Load:
    """The open tasks of one role.

    Attributes:
        soon: due within the time that was asked for, and not overdue.
    """

    role: str
    open: int
    soon: int
    overdue: int

    @property
    def rest(self) -> int:
        """Those that are neither overdue nor due soon."""
        return self.open - self.soon - self.overdue


@dataclass(frozen=True, slots=True)
class StepRun:
    """One completed task: from when to when it stood, and by when it was due (None: whenever)."""

    process_key: str
    element_id: str
    title_zh: str
    title_en: str
    created_at: datetime
    ended_at: datetime
    due_at: datetime | None


def load_by_role(connection: sa.Connection, actor: Actor, *, now: datetime, soon_until: datetime) -> list[Load]:
    """Open tasks of running cases by role, the most first; only of cases that are not kept from the reader."""
    late = user_task.c.due_at <= now
    soon = sa.and_(user_task.c.due_at > now, user_task.c.due_at <= soon_until)
    count = sa.func.count()
    query = (
        sa.select(user_task.c.role, count, _how_many(soon), _how_many(late))
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(user_task.c.status == "open", instance.c.status == "running", not_kept_out(actor))
        .group_by(user_task.c.role)
        .order_by(count.desc(), user_task.c.role)
    )
    return [Load(role, total, near, past) for role, total, near, past in connection.execute(query)]


def completed_steps(connection: sa.Connection, actor: Actor, *, since: datetime, limit: int) -> Sequence[StepRun]:
    """What was completed since an instant, the latest first; only of cases that are not kept from the reader."""
    columns = [user_task.c[name] for name in StepRun.__dataclass_fields__]
    query = (
        sa.select(*columns)
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(user_task.c.status == "completed", user_task.c.ended_at >= since, not_kept_out(actor))
        .order_by(user_task.c.ended_at.desc())
        .limit(limit)
    )
    return [StepRun(*row) for row in connection.execute(query)]


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
