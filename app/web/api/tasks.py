"""User tasks: the inbox, one task, and what a person may do with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.stored_file import check_files
from app.engine import drafts, user_tasks
from app.engine.actor import Actor
from app.engine.errors import AnswersInvalidError, UnknownTaskError
from app.engine.inbox import OF_OTHERS, Listing, View
from app.engine.tables import task_answer
from app.engine.task_marks import snooze_task, wake_task
from app.engine.user_tasks import Completion
from app.web.api import task_schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import actor, actor_of, context
from app.web.desk import until_of
from app.web.inbox_scope import blinded, catch_up_for, scope_of, search
from app.web.query import parse_query

blueprint = ApiBlueprint("api_tasks", __name__, url_prefix="/api/v1/tasks")


@blueprint.get("")
@blueprint.arguments(task_schemas.TaskQuery, location="query")
@blueprint.response(200, task_schemas.TaskPageOut)
@blueprint.problems(422)
def list_tasks(query: dict[str, Any]) -> Any:
    """One page of a view of the caller's inbox."""
    terms = parse_query(query["q"])
    catch_up_for(terms)
    with reading(context().database) as unit:
        view = View(query["view"])
        scope = scope_of(unit, actor(), now=context().clock.now(unit), view=view)
        listing = Listing(view, cursor=query["cursor"], limit=query["limit"], is_plain=True)
        page = search(unit, listing, terms, scope).page
        rows = blinded(unit, page.rows, scope) if view in OF_OTHERS else page.rows
    return {"tasks": rows, "next_cursor": page.next_cursor}


@blueprint.get("/<int:task_id>")
@blueprint.response(200, task_schemas.TaskDetailOut)
@blueprint.problems(404)
def show(task_id: int) -> Any:
    """A task that is the caller's, or may be: form, draft, and the answers once it is done."""
    with reading(context().database) as unit:
        row = _seen(unit, task_id, actor())
        form = context().runtime.catalogue.form(unit.connection, row["form_hash"])
        draft = drafts.read_draft(unit.connection, task_id, actor().person_id)
        answers = unit.connection.execute(
            sa.select(task_answer.c.answers).where(task_answer.c.user_task_id == task_id)
        ).scalar()
    return {
        **row,
        "form": form.schema,
        "draft": {"data": draft.answers, "version": draft.version, "saved_at": draft.saved_at} if draft else None,
        "data": answers or {},
        "is_yours_to_do": row["status"] == "open" and row["assignee_id"] in (None, actor().person_id),
    }


@blueprint.post("/<int:task_id>/claim")
@blueprint.response(200, task_schemas.TaskOut)
@blueprint.problems(404, 409)
def claim(task_id: int) -> Any:
    """Take a task that nobody holds; 409 names who was first."""
    with _changing(task_id, candidates=True) as (unit, now):
        user_tasks.claim_task(unit, context().runtime, task_id, actor=actor(), now=now)
        return user_tasks.read_task(unit.connection, task_id)


@blueprint.post("/<int:task_id>/release")
@blueprint.response(200, task_schemas.TaskOut)
@blueprint.problems(404, 409)
def release(task_id: int) -> Any:
    """Give a claimed task back."""
    with _changing(task_id) as (unit, now):
        user_tasks.release_task(unit, task_id, actor=actor(), now=now)
        return user_tasks.read_task(unit.connection, task_id)


@blueprint.post("/<int:task_id>/assign")
@blueprint.arguments(task_schemas.AssignIn)
@blueprint.response(200, task_schemas.TaskOut)
@blueprint.problems(404, 409, 422)
def assign(given: dict[str, Any], task_id: int) -> Any:
    """Give an open task to a person who may do it."""
    with unit_of_work(context().database) as unit:
        to, now = actor_of(unit, given["person_id"]), context().clock.now(unit)
        user_tasks.assign_task(
            unit, context().runtime, task_id, to=to, by=actor().person_id, reason=given["reason"], now=now
        )
        return user_tasks.read_task(unit.connection, task_id)


@blueprint.post("/<int:task_id>/hand-over")
@blueprint.arguments(task_schemas.AssignIn)
@blueprint.response(200, task_schemas.TaskOut)
@blueprint.problems(404, 409, 422)
def hand_over(given: dict[str, Any], task_id: int) -> Any:
    """Give one's own task to a colleague who may do it."""
    with _changing(task_id) as (unit, now):
        to = actor_of(unit, given["person_id"])
        user_tasks.hand_over_task(
            unit, context().runtime, task_id, to=to, actor=actor(), reason=given["reason"], now=now
        )
        return user_tasks.read_task(unit.connection, task_id)


@blueprint.post("/<int:task_id>/snooze")
@blueprint.arguments(task_schemas.SnoozeIn)
@blueprint.response(200, task_schemas.SnoozedOut)
@blueprint.problems(404, 409, 422)
def snooze(given: dict[str, Any], task_id: int) -> Any:
    """Put a task aside in the caller's own lists; it comes back by itself."""
    with _changing(task_id) as (unit, now):
        until = given["until"] or until_of("", str(given["working_days"]), now=now) or now
        snooze_task(unit, task_id, actor().person_id, until_at=until, now=now, reason=given["reason"])
    return {"until": until}


@blueprint.post("/<int:task_id>/wake")
@blueprint.response(200, task_schemas.SnoozedOut)
@blueprint.problems(404, 409)
def wake(task_id: int) -> Any:
    """Put a task back into the caller's lists."""
    with _changing(task_id) as (unit, _):
        wake_task(unit, task_id, actor().person_id)
    return {"until": None}


@blueprint.post("/<int:task_id>/draft")
@blueprint.arguments(task_schemas.DraftIn)
@blueprint.response(200, task_schemas.DraftVersionOut)
@blueprint.problems(404, 409, 422)
def save_draft(given: dict[str, Any], task_id: int) -> Any:
    """Keep what was typed; 409 when another window saved meanwhile. A file must be the caller's, as when it is sent."""
    with unit_of_work(context().database) as unit:
        now = context().clock.now(unit)
        _check_files(unit, task_id, given["data"])
        version = drafts.save_draft(
            unit, task_id, actor().person_id, given["data"], seen_version=given["version"], now=now
        )
    return {"version": version}


@blueprint.post("/<int:task_id>/complete")
@blueprint.arguments(task_schemas.CompleteIn)
@blueprint.response(200, task_schemas.CompletedOut)
@blueprint.problems(404, 409, 422)
def complete(given: dict[str, Any], task_id: int) -> Any:
    """Send the answers and let the case go on."""
    sent = Completion(given["data"], seen_version=given["version"], key=given["key"])
    with unit_of_work(context().database) as unit:
        now = context().clock.now(unit)
        _check_files(unit, task_id, given["data"])
        instance_id = user_tasks.complete_task(unit, context().runtime, task_id, sent, actor=actor(), now=now)
    return {"instance_id": instance_id}


@contextmanager
def _changing(task_id: int, *, candidates: bool = False) -> Iterator[tuple[UnitOfWork, datetime]]:
    """One write transaction about a task that is the caller's, with its instant."""
    with unit_of_work(context().database) as unit:
        _seen(unit, task_id, actor(), candidates=candidates)
        yield unit, context().clock.now(unit)


def _seen(unit: UnitOfWork, task_id: int, who: Actor, *, candidates: bool = False) -> sa.RowMapping:
    """The task, if it is the caller's: a foreign one is unknown, exactly as one that does not exist."""
    row = user_tasks.read_task(unit.connection, task_id)
    if row["applicant_id"] in who.barred and row["completed_by"] != who.person_id:
        raise UnknownTaskError(task_id)
    if who.holds(row["assignee_id"], row["claimed_at"]) or who.person_id == row["completed_by"]:
        return row
    may = who.may_take(role=row["role"], organisation_id=row["organisation_id"], applicant_id=row["applicant_id"])
    free = row["status"] == "open" and (row["assignee_id"] is None or candidates)
    if not (may and free):
        raise UnknownTaskError(task_id)
    return row


def _check_files(unit: UnitOfWork, task_id: int, data: dict[str, Any]) -> None:
    """The task must be the caller's, and a file in the answers their own upload: a guessed fingerprint opens nothing."""
    row = _seen(unit, task_id, actor())
    if row["status"] != "open":
        return
    form = context().runtime.catalogue.form(unit.connection, row["form_hash"])
    errors = check_files(unit.session, form, data, {}, actor().person_id)
    if errors:
        raise AnswersInvalidError(errors)
