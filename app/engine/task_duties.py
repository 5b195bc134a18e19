"""Whose a user task may be: role and organisation, holder and substitute, duties that stay apart. Each check raises."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.actor import Actor
from app.engine.errors import (
    InstanceNotRunningError,
    NotACandidateError,
    NotTheAssigneeError,
    SeparationOfDutiesError,
    StaleVersionError,
    TaskClaimedByAnotherError,
    TaskNotOpenError,
)
from app.engine.kernel.model import UserTaskElement
from app.engine.runtime import Runtime
from app.engine.tables import user_task


def check_open(row: Any, seen_version: int | None) -> None:
    """It is open, its case runs, and it is the version that the person looked at."""
    if row.status != "open":
        raise TaskNotOpenError(row.id, row.status, row.completed_by)
    if row.instance_status != "running":
        raise InstanceNotRunningError(row.instance_id, row.instance_status)
    if seen_version is not None and seen_version != row.version:
        raise StaleVersionError("user task", seen_version, row.version)


def check_candidate(row: Any, actor: Actor) -> None:
    """It is for a role of theirs, and not their own organisation's case seen from the office."""
    if not actor.may_take(role=row.role, organisation_id=row.organisation_id, applicant_id=row.applicant_id):
        raise NotACandidateError(row.id, actor.person_id)


def check_holder(row: Any, actor: Actor) -> Actor | None:
    """The holder may complete, or who stands in for them; an unclaimed task, whoever might claim it.

    Returns the absent person for whom it is done; their own organisation's case is as closed to them as to the actor.
    """
    check_candidate(row, actor)
    if row.assignee_id in (None, actor.person_id):
        return None
    absent = _absent_holder(row, actor)
    if absent is None:
        raise TaskClaimedByAnotherError(row.id, row.assignee_id)
    check_candidate(row, absent)
    return absent


def check_may_let_go(row: Any, actor: Actor) -> Actor | None:
    """Only its holder lets a task go, or who stands in for them; what was drawn for a person stays with them."""
    absent = _absent_holder(row, actor)
    if row.claimed_at is None or (row.assignee_id != actor.person_id and absent is None):
        raise NotTheAssigneeError(row.id)
    return absent


def _absent_holder(row: Any, actor: Actor) -> Actor | None:
    return actor.acts_for(row.assignee_id) if row.claimed_at is not None else None


def on_behalf(absent: Actor | None) -> dict[str, Any]:
    """What the history says beside: for whom it was done."""
    return {"for": absent.person_id} if absent is not None else {}


def people(actor: Actor, absent: Actor | None) -> list[int]:
    """Everybody whose duties count: who acts, and for whom."""
    return [actor.person_id] if absent is None else [actor.person_id, absent.person_id]


def check_duties(unit: UnitOfWork, runtime: Runtime, row: Any, actor: Actor) -> None:
    """They may take it without doing two steps that the diagram keeps apart."""
    model = runtime.catalogue.bundle(unit.connection, row.bundle_id).model(row.process_key)
    element = model.elements[row.element_id]
    if isinstance(element, UserTaskElement):
        check_separation(unit, row, element, people(actor, None))


def check_separation(unit: UnitOfWork, row: Any, element: UserTaskElement, whose: list[int]) -> None:
    """Neither who acts nor the absent for whom they act may have done a step that is kept apart, for oneself or another."""
    if not element.separate_from:
        return
    done = unit.connection.execute(
        sa.select(user_task.c.element_id)
        .where(
            user_task.c.instance_id == row.instance_id,
            user_task.c.element_id.in_(element.separate_from),
            sa.or_(
                user_task.c.completed_by.in_(whose),
                user_task.c.completed_for.in_(whose),
                sa.and_(user_task.c.status == "open", user_task.c.assignee_id.in_(whose)),
            ),
        )
        .limit(1)
    ).scalar()
    if done is not None:
        raise SeparationOfDutiesError(row.id, done)
