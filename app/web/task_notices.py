"""Telling people that a task waits for them where nothing else has: a run of a worker's sweep.

An organisation's members are told of a task with a deadline, unless a message about its case has reached them since it
began to wait; a review that was asked for is told to those who may examine it (A8.7).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.interests import conflicted_people
from app.domain.message import Message, tell
from app.domain.recipients import members_of
from app.domain.role_grant import people_with
from app.engine.tables import instance, task_notice, user_task
from app.web.visibility import APPLICANT_ROLES

GRACE = timedelta(minutes=1)
"""How long a task waits first: what is decided in its case at the same time tells of it in better words."""
REVIEW = "examine_review"
"""The step at which people who did not decide examine a refusal."""
MOST_AT_ONCE = 100


def tell_of_waiting_tasks(database: sa.Engine, *, now: datetime) -> int:
    """Tell of each such task once; return how many were told of."""
    with reading(database) as unit:  # a look costs no write lock
        if not _waiting(unit, now):
            return 0
    with unit_of_work(database) as unit:
        tasks = _waiting(unit, now)
        told = sum(_tell(unit, task, now) for task in tasks)
        unit.connection.execute(
            sa.insert(task_notice), [{"user_task_id": task.id, "noticed_at": now} for task in tasks]
        )
    return told


def _waiting(unit: UnitOfWork, now: datetime) -> Sequence[Any]:
    """Open tasks with a deadline of which nobody has been told by this sweep, the oldest first."""
    of_applicant = sa.and_(user_task.c.role.in_(APPLICANT_ROLES), user_task.c.organisation_id.is_not(None))
    query = (
        sa.select(user_task, instance.c.business_key, instance.c.organisation_id.label("applicant_id"))
        .join(instance, instance.c.id == user_task.c.instance_id)
        .outerjoin(task_notice, task_notice.c.user_task_id == user_task.c.id)
        .where(
            user_task.c.status == "open",
            user_task.c.due_at > now,
            user_task.c.created_at <= now - GRACE,
            sa.or_(of_applicant, user_task.c.element_id == REVIEW),
            instance.c.status == "running",
            task_notice.c.user_task_id.is_(None),
        )
        .order_by(user_task.c.id)
        .limit(MOST_AT_ONCE)
    )
    return unit.connection.execute(query).all()


def _tell(unit: UnitOfWork, task: Any, now: datetime) -> bool:
    values: dict[str, Any] = {"due_at": task.due_at, "link": f"/tasks/{task.id}"}
    if task.element_id == REVIEW:
        people, template = _examiners(unit, task), "review_requested"
    else:
        people, template = _untold(unit, task), "task_waiting"
        values["what"] = {"zh": task.title_zh, "en": task.title_en}
    tell(unit.session, to=people, template=template, values=values, case_number=task.business_key, now=now)
    return bool(people)


def _untold(unit: UnitOfWork, task: Any) -> Collection[int]:
    """The members of the organisation, or nobody if a message has told one of them since the task began to wait."""
    people = members_of(unit.session, task.organisation_id, role=task.role)
    was_told = sa.select(Message.id).where(
        Message.person_id.in_(people), Message.case_number == task.business_key, Message.sent_at >= task.created_at
    )
    return people if unit.session.scalar(was_told.limit(1)) is None else ()


def _examiners(unit: UnitOfWork, task: Any) -> Collection[int]:
    """Who holds the role, had no part in the case, and is not tied to the applicant: that one learns nothing."""
    holders = set(people_with(unit.connection, task.role))
    acted = sa.select(user_task.c.completed_by).where(
        user_task.c.instance_id == task.instance_id, user_task.c.completed_by.is_not(None)
    )
    holders -= set(unit.connection.execute(acted).scalars())
    return holders - conflicted_people(unit.connection, task.applicant_id, holders)
