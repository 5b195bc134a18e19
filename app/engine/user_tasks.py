"""User tasks: claim, release, assign, complete. Each is one atomic change; the loser of a race reads who was first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine import casework
from app.engine.actor import Actor
from app.engine.errors import (
    AnswersInvalidError,
    InstanceNotRunningError,
    NotACandidateError,
    NotTheAssigneeError,
    SeparationOfDutiesError,
    StaleVersionError,
    TaskClaimedByAnotherError,
    TaskNotOpenError,
    UnknownTaskError,
)
from app.engine.history import Event
from app.engine.instances import remember
from app.engine.kernel.model import UserTaskElement
from app.engine.operations import Answer
from app.engine.runtime import Runtime
from app.engine.tables import instance, task_draft, user_task
from app.engine.writing import Closing
from app.forms import prune, validate

_LOCK = (
    sa.select(
        user_task,
        *casework.CASE_COLUMNS[1:],
        sa.exists().where(task_draft.c.user_task_id == user_task.c.id).label("has_drafts"),
    )
    .join(instance, instance.c.id == user_task.c.instance_id)
    .where(user_task.c.id == sa.bindparam("id"))
    .with_for_update(of=[instance, user_task])
)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a person sends to complete a user task.

    Attributes:
        answers: the form's answers, already read into types.
        seen_version: the task's version that the person looked at; None: not checked.
        key: names this very sending, so that a double click or a retry is the same completion.
    """

    answers: Mapping[str, Any]
    seen_version: int | None = None
    key: str | None = None


def complete_task(
    unit: UnitOfWork, runtime: Runtime, task_id: int, completion: Completion, *, actor: Actor, now: datetime
) -> int:
    """Complete a user task and run the case on to its next waits; return the case's id.

    Sending the same `key` twice is one completion. Whatever a handler refuses undoes all of it.

    Raises:
        UnknownTaskError, TaskNotOpenError, StaleVersionError, NotACandidateError, TaskClaimedByAnotherError,
        SeparationOfDutiesError, InstanceNotRunningError, AnswersInvalidError.
    """
    row = _locked(unit, task_id)
    if row.status == "completed" and completion.key and (row.completed_by, row.completed_key) == (
        actor.person_id, completion.key,
    ):  # fmt: skip
        return int(row.instance_id)
    _check_open(row, completion.seen_version)
    absent = _check_holder(row, actor)
    form = runtime.catalogue.form(unit.connection, row.form_hash)
    answers = prune(form, dict(completion.answers))
    errors = validate(form, answers)
    if errors:
        raise AnswersInvalidError(errors)
    work = casework.load(unit, runtime, row, now=now, actor_id=actor.person_id)
    element = _element(work, row)
    _check_separation(unit, row, element, _people(actor, absent))
    closing = _closing(row, answers, completion, actor, absent, now)
    work.host.given = Answer.of(closing.answer)
    work.events.append(
        Event(
            "task_completed", row.process_key, row.element_id, row.engine_task_id, actor.person_id,
            {
                "answers_hash": hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest(),
                **_on_behalf(absent),
            },
        )
    )  # fmt: skip
    work.execution.complete(row.engine_task_id, answers)
    work.execution.run()
    work.write(closing)
    return int(row.instance_id)


def claim_task(
    unit: UnitOfWork, runtime: Runtime, task_id: int, *, actor: Actor, now: datetime, seen_version: int | None = None
) -> None:
    """Take a task that nobody holds; taking one's own again changes nothing.

    Raises:
        TaskClaimedByAnotherError naming the holder, NotACandidateError, SeparationOfDutiesError, TaskNotOpenError.
    """
    row = _locked(unit, task_id)
    _check_open(row, seen_version)
    if row.assignee_id == actor.person_id:
        return
    _check_candidate(row, actor)
    if row.assignee_id is not None:
        raise TaskClaimedByAnotherError(task_id, row.assignee_id)
    _check_duties(unit, runtime, row, actor)
    _hand_to(unit, row, actor.person_id, now)
    _remember(unit, row, "task_claimed", actor.person_id, {}, now)


def release_task(unit: UnitOfWork, task_id: int, *, actor: Actor, now: datetime) -> None:
    """Give a claimed task back to everybody who may claim it. A task drawn for one person cannot be given back."""
    row = _locked(unit, task_id)
    _check_open(row, None)
    absent = _check_may_let_go(row, actor)
    _hand_to(unit, row, None, now)
    _remember(unit, row, "task_released", actor.person_id, _on_behalf(absent), now)


def assign_task(
    unit: UnitOfWork, runtime: Runtime, task_id: int, *, to: Actor, by: int, reason: str, now: datetime
) -> None:
    """Give an open task to a person who may do it, whoever holds it now; `by` is the person who decides that."""
    row = _locked(unit, task_id)
    _check_open(row, None)
    _check_candidate(row, to)
    _check_duties(unit, runtime, row, to)
    _hand_to(unit, row, to.person_id, now)
    _remember(unit, row, "task_assigned", by, {"to": to.person_id, "reason": reason}, now)


def hand_over_task(
    unit: UnitOfWork, runtime: Runtime, task_id: int, *, to: Actor, actor: Actor, reason: str, now: datetime
) -> None:
    """Give one's own task to a colleague who may do it. A task drawn for one person cannot be handed over.

    Raises:
        NotTheAssigneeError, NotACandidateError, SeparationOfDutiesError, TaskNotOpenError, InstanceNotRunningError.
    """
    row = _locked(unit, task_id)
    _check_open(row, None)
    absent = _check_may_let_go(row, actor)
    _check_candidate(row, to)
    _check_duties(unit, runtime, row, to)
    _hand_to(unit, row, to.person_id, now)
    detail = {"to": to.person_id, "reason": reason, **_on_behalf(absent)}
    _remember(unit, row, "task_handed_over", actor.person_id, detail, now)


def set_due(unit: UnitOfWork, task_id: int, due_at: datetime, *, by: int, reason: str, now: datetime) -> None:
    """Move the last day of an open task; `by` is the person who decides that."""
    row = _locked(unit, task_id)
    _check_open(row, None)
    done = unit.connection.execute(
        user_task.update()
        .where(user_task.c.id == row.id, user_task.c.version == row.version, user_task.c.status == "open")
        .values(due_at=due_at, sort_at=due_at, version=row.version + 1)
    )
    if done.rowcount != 1:
        raise StaleVersionError("user task", row.version, None)
    before = row.due_at.isoformat() if row.due_at else None
    detail = {"from": before, "to": due_at.isoformat(), "reason": reason}
    _remember(unit, row, "task_due_changed", by, detail, now)


def read_task(connection: sa.Connection, task_id: int) -> sa.RowMapping:
    """The row of a user task with its case's number, subject and applicant."""
    row = connection.execute(
        sa.select(
            user_task, instance.c.business_key, instance.c.subject, instance.c.bundle_id,
            instance.c.organisation_id.label("applicant_id"), instance.c.status.label("instance_status"),
            instance.c.process_key.label("instance_process_key"),
        )
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(user_task.c.id == task_id)
    ).mappings().first()  # fmt: skip
    if row is None:
        raise UnknownTaskError(task_id)
    return row


def _locked(unit: UnitOfWork, task_id: int) -> Any:
    row = unit.connection.execute(_LOCK, {"id": task_id}).first()
    if row is None:
        raise UnknownTaskError(task_id)
    return row


def _check_open(row: Any, seen_version: int | None) -> None:
    if row.status != "open":
        raise TaskNotOpenError(row.id, row.status, row.completed_by)
    if row.instance_status != "running":
        raise InstanceNotRunningError(row.instance_id, row.instance_status)
    if seen_version is not None and seen_version != row.version:
        raise StaleVersionError("user task", seen_version, row.version)


def _check_candidate(row: Any, actor: Actor) -> None:
    if not actor.may_take(role=row.role, organisation_id=row.organisation_id, applicant_id=row.applicant_id):
        raise NotACandidateError(row.id, actor.person_id)


def _check_holder(row: Any, actor: Actor) -> Actor | None:
    """The holder may complete, or who stands in for them; an unclaimed task, whoever might claim it.

    Returns the absent person for whom it is done; their own organisation's case is as closed to them as to the actor.
    """
    _check_candidate(row, actor)
    if row.assignee_id in (None, actor.person_id):
        return None
    absent = _absent_holder(row, actor)
    if absent is None:
        raise TaskClaimedByAnotherError(row.id, row.assignee_id)
    _check_candidate(row, absent)
    return absent


def _check_may_let_go(row: Any, actor: Actor) -> Actor | None:
    """Only its holder lets a task go, or who stands in for them; what was drawn for a person stays with them."""
    absent = _absent_holder(row, actor)
    if row.claimed_at is None or (row.assignee_id != actor.person_id and absent is None):
        raise NotTheAssigneeError(row.id)
    return absent


def _absent_holder(row: Any, actor: Actor) -> Actor | None:
    return actor.acts_for(row.assignee_id) if row.claimed_at is not None else None


def _on_behalf(absent: Actor | None) -> dict[str, Any]:
    return {"for": absent.person_id} if absent is not None else {}


def _people(actor: Actor, absent: Actor | None) -> list[int]:
    return [actor.person_id] if absent is None else [actor.person_id, absent.person_id]


def _check_duties(unit: UnitOfWork, runtime: Runtime, row: Any, actor: Actor) -> None:
    model = runtime.catalogue.bundle(unit.connection, row.bundle_id).model(row.process_key)
    element = model.elements[row.element_id]
    if isinstance(element, UserTaskElement):
        _check_separation(unit, row, element, _people(actor, None))


def _check_separation(unit: UnitOfWork, row: Any, element: UserTaskElement, people: list[int]) -> None:
    """Neither who acts nor the absent for whom they act may have done a step that is kept apart, for oneself or another."""
    if not element.separate_from:
        return
    done = unit.connection.execute(
        sa.select(user_task.c.element_id)
        .where(
            user_task.c.instance_id == row.instance_id,
            user_task.c.element_id.in_(element.separate_from),
            sa.or_(
                user_task.c.completed_by.in_(people),
                user_task.c.completed_for.in_(people),
                sa.and_(user_task.c.status == "open", user_task.c.assignee_id.in_(people)),
            ),
        )
        .limit(1)
    ).scalar()
    if done is not None:
        raise SeparationOfDutiesError(row.id, done)


def _element(work: casework.Casework, row: Any) -> UserTaskElement:
    element = work.bundle.model(row.process_key).elements[row.element_id]
    if not isinstance(element, UserTaskElement):
        raise UnknownTaskError(row.id)
    return element


def _closing(
    row: Any, answers: dict[str, Any], completion: Completion, actor: Actor, absent: Actor | None, now: datetime
) -> Closing:
    answer = {
        "user_task_id": row.id, "instance_id": row.instance_id, "element_id": row.element_id, "item_key": row.item_key,
        "form_hash": row.form_hash, "answers": answers, "answered_by": actor.person_id, "answered_at": now,
    }  # fmt: skip
    return Closing(
        row.id, row.engine_task_id, actor.person_id, completion.key, answer, has_drafts=row.has_drafts,
        completed_for=absent.person_id if absent else None,
    )  # fmt: skip


def _hand_to(unit: UnitOfWork, row: Any, person_id: int | None, now: datetime) -> None:
    """Change the holder, provided that nobody else has since we looked: SQLite knows no row locks."""
    done = unit.connection.execute(
        user_task.update()
        .where(user_task.c.id == row.id, user_task.c.version == row.version, user_task.c.status == "open")
        .values(assignee_id=person_id, claimed_at=now if person_id else None, version=row.version + 1)
    )
    if done.rowcount != 1:
        raise StaleVersionError("user task", row.version, None)


def _remember(unit: UnitOfWork, row: Any, kind: str, actor_id: int, detail: dict[str, Any], now: datetime) -> None:
    event = Event(kind, row.process_key, row.element_id, row.engine_task_id, actor_id, detail)
    remember(unit, row.instance_id, [event], at=now)
