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
    StaleVersionError,
    TaskClaimedByAnotherError,
    UnknownTaskError,
)
from app.engine.history import Event
from app.engine.instances import remember
from app.engine.kernel.model import UserTaskElement
from app.engine.operations import Answer
from app.engine.runtime import Runtime
from app.engine.tables import instance, task_draft, user_task
from app.engine.task_duties import (
    check_candidate,
    check_duties,
    check_holder,
    check_may_let_go,
    check_open,
    check_separation,
    on_behalf,
    people,
)
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
_READ = (
    sa.select(
        user_task, instance.c.business_key, instance.c.subject, instance.c.bundle_id,
        instance.c.organisation_id.label("applicant_id"), instance.c.status.label("instance_status"),
        instance.c.process_key.label("instance_process_key"),
    )
    .join(instance, instance.c.id == user_task.c.instance_id)
    .where(user_task.c.id == sa.bindparam("id"))
)  # fmt: skip


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
    check_open(row, completion.seen_version)
    absent = check_holder(row, actor)
    form = runtime.catalogue.form(unit.connection, row.form_hash)
    answers = prune(form, dict(completion.answers))
    errors = validate(form, answers)
    if errors:
        raise AnswersInvalidError(errors)
    work = casework.load(unit, runtime, row, now=now, actor_id=actor.person_id)
    element = _element(work, row)
    check_separation(unit, row, element, people(actor, absent))
    closing = _closing(row, answers, completion, actor, absent, now)
    work.host.given = Answer.of(closing.answer)
    work.events.append(
        Event(
            "task_completed", row.process_key, row.element_id, row.engine_task_id, actor.person_id,
            {
                "answers_hash": hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest(),
                **on_behalf(absent),
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
    check_open(row, seen_version)
    if row.assignee_id == actor.person_id:
        return
    check_candidate(row, actor)
    if row.assignee_id is not None:
        raise TaskClaimedByAnotherError(task_id, row.assignee_id)
    check_duties(unit, runtime, row, actor)
    _hand_to(unit, row, actor.person_id, now)
    _remember(unit, row, "task_claimed", actor.person_id, {}, now)


def release_task(unit: UnitOfWork, task_id: int, *, actor: Actor, now: datetime) -> None:
    """Give a claimed task back to everybody who may claim it. A task drawn for one person cannot be given back."""
    row = _locked(unit, task_id)
    check_open(row, None)
    absent = check_may_let_go(row, actor)
    _hand_to(unit, row, None, now)
    _remember(unit, row, "task_released", actor.person_id, on_behalf(absent), now)


def assign_task(
    unit: UnitOfWork, runtime: Runtime, task_id: int, *, to: Actor, by: int, reason: str, now: datetime
) -> None:
    """Give an open task to a person who may do it, whoever holds it now; `by` is the person who decides that."""
    row = _locked(unit, task_id)
    check_open(row, None)
    check_candidate(row, to)
    check_duties(unit, runtime, row, to)
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
    check_open(row, None)
    absent = check_may_let_go(row, actor)
    check_candidate(row, to)
    check_duties(unit, runtime, row, to)
    _hand_to(unit, row, to.person_id, now)
    detail = {"to": to.person_id, "reason": reason, **on_behalf(absent)}
    _remember(unit, row, "task_handed_over", actor.person_id, detail, now)


def set_due(unit: UnitOfWork, task_id: int, due_at: datetime, *, by: int, reason: str, now: datetime) -> None:
    """Move the last day of an open task; `by` is the person who decides that."""
    row = _locked(unit, task_id)
    check_open(row, None)
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
    row = connection.execute(_READ, {"id": task_id}).mappings().first()
    if row is None:
        raise UnknownTaskError(task_id)
    return row


def _locked(unit: UnitOfWork, task_id: int) -> Any:
    row = unit.connection.execute(_LOCK, {"id": task_id}).first()
    if row is None:
        raise UnknownTaskError(task_id)
    return row


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
