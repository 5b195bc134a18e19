"""Reminding applicants of what they are asked for, before it falls due: a run of a worker's sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.calendar import deadline
from app.domain.message import tell
from app.domain.recipients import members_of
from app.domain.reminder import APPLICANT_WORKING_DAYS_BEFORE, Reminder, remind
from app.engine.tables import instance, user_task
from app.web.visibility import APPLICANT_ROLES


def remind_applicants(database: sa.Engine, *, now: datetime) -> int:
    """Tell the members of each applicant whose task falls due within two working days, once; return how many tasks."""
    with reading(database) as unit:  # a look costs no write lock
        if not _near(unit, now):
            return 0
    with unit_of_work(database) as unit:
        tasks = _near(unit, now)
        for task in tasks:
            _remind(unit, task, now)
    return len(tasks)


def _near(unit: UnitOfWork, now: datetime) -> Sequence[Any]:
    """Open tasks of applicants that fall due soon and of which nobody has been reminded."""
    until = deadline(unit.session, now, APPLICANT_WORKING_DAYS_BEFORE)
    was_told = sa.exists().where(Reminder.case_number == instance.c.business_key, Reminder.due_at == user_task.c.due_at)
    query = (
        sa.select(user_task, instance.c.business_key)
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(
            user_task.c.role.in_(APPLICANT_ROLES),
            user_task.c.status == "open",
            user_task.c.sort_at > now,
            user_task.c.sort_at <= until,
            user_task.c.organisation_id.is_not(None),
            instance.c.status == "running",
            ~was_told,
        )
        .order_by(user_task.c.sort_at, user_task.c.id)
    )
    return unit.connection.execute(query).all()


def _remind(unit: UnitOfWork, task: Any, now: datetime) -> None:
    number, due_at = task.business_key, task.due_at
    people = [
        person_id
        for person_id in members_of(unit.session, task.organisation_id, role=task.role)
        if remind(unit.session, person_id, case_number=number, due_at=due_at, now=now)
    ]
    values = {
        "what": {"zh": task.title_zh, "en": task.title_en}, "due_at": due_at, "link": f"/tasks/{task.id}",
    }  # fmt: skip
    tell(unit.session, to=people, template="deadline_near", values=values, case_number=number, now=now)
