"""How much work lies with whom, and how long steps have taken: figures over all cases, for whoever follows up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.db import Instant
from app.engine.actor import Actor
from app.engine.inbox_views import not_kept_out
from app.engine.tables import instance, user_task


class DueIn(StrEnum):
    """How near a deadline is."""

    SOON = "soon"
    """Within the time that was asked for, and not overdue."""
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Load:
    """The running cases that are the move of one role."""

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
    """Running cases by the roles whose move they are, the most first; only cases that are not kept from the reader.

    A case counts once for a role, by the earliest deadline that it has there.
    """
    first = _first_deadlines(actor).subquery()
    count = sa.func.count()
    query = (
        sa.select(
            first.c.role, count, _how_many(_is(first.c.due_at, DueIn.SOON, now, soon_until)),
            _how_many(_is(first.c.due_at, DueIn.OVERDUE, now, soon_until)),
        )
        .group_by(first.c.role)
        .order_by(count.desc(), first.c.role)
    )  # fmt: skip
    return [Load(role, total, near, past) for role, total, near, past in connection.execute(query)]


def cases_at(
    actor: Actor, role: str, due: DueIn | None, *, now: datetime, soon_until: datetime
) -> sa.Select[tuple[int]]:
    """The ids of the cases that one figure of `load_by_role` counts."""
    first = _first_deadlines(actor).where(user_task.c.role == role).subquery()
    query = sa.select(first.c.instance_id)
    return query if due is None else query.where(_is(first.c.due_at, due, now, soon_until))


def completed_steps(connection: sa.Connection, actor: Actor, *, since: datetime, limit: int) -> Sequence[StepRun]:
    """What was completed since an instant, the latest first; only of cases that are not kept from the reader."""
    columns = [user_task.c[name] for name in StepRun.__dataclass_fields__]
    query = (
        sa.select(*columns)
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(user_task.c.status == "completed", user_task.c.ended_at >= since, *_foreign(actor))
        .order_by(user_task.c.ended_at.desc())
        .limit(limit)
    )
    return [StepRun(*row) for row in connection.execute(query)]


def _foreign(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Only cases of others: of their own, people learn no more than an applicant does."""
    own = sorted(actor.organisations)
    return [not_kept_out(actor), sa.or_(instance.c.organisation_id.is_(None), instance.c.organisation_id.not_in(own))]


def _first_deadlines(actor: Actor) -> sa.Select[tuple[str, int, datetime | None]]:
    return (
        sa.select(user_task.c.role, user_task.c.instance_id, sa.func.min(user_task.c.due_at).label("due_at"))
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(user_task.c.status == "open", instance.c.status == "running", *_foreign(actor))
        .group_by(user_task.c.role, user_task.c.instance_id)
    )


def _is(
    due_at: sa.ColumnElement[datetime | None], due: DueIn, now: datetime, soon_until: datetime
) -> sa.ColumnElement[bool]:
    if due is DueIn.OVERDUE:
        return due_at <= sa.literal(now, Instant)
    return sa.and_(due_at > sa.literal(now, Instant), due_at <= sa.literal(soon_until, Instant))


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
