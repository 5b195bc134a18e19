"""Acts on many tasks: each is one small transaction a task, so that one that cannot be done keeps no other from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext

from app.db import UnitOfWork, unit_of_work
from app.domain.calendar import end_of, local_day
from app.engine import user_tasks
from app.engine.actor import Actor
from app.engine.errors import EngineError, NotACandidateError, TaskNotOpenError, UnknownTaskError
from app.engine.task_marks import Mark, NotInTheFutureError, mark_task, snooze_task
from app.web.context import context
from app.web.errors import explain
from app.web.signed_in import signed_in
from app.web.task_search import APART
from app.web.visibility import Standing, task_for

BOUND = 200
"""How many tasks one act takes."""


class Act(StrEnum):
    """What is done to each."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    DUE = "due"
    FLAG = "flag"
    SNOOZE = "snooze"
    DECIDE = "decide"
    EXPORT = "export"


OF_SUPERVISORS = frozenset({Act.ASSIGN, Act.DUE})


@dataclass(frozen=True, slots=True)
class Wish:
    """What the act needs beside the tasks."""

    reason: str = ""
    to: Actor | None = None
    due_on: date | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came, or would come, of one task; `refusal` "": it was, or can be, done."""

    task_id: int
    case_number: str
    title: str
    refusal: str = ""


Doing = Callable[[UnitOfWork, int, datetime], None]


def rehearse(task_ids: list[int], act: Act, title: Callable[[Any], str]) -> list[Verdict]:
    """What would come of each; nothing is changed."""
    return [_verdict(task_id, _trial(act), title, is_trial=True) for task_id in task_ids]


def perform(task_ids: list[int], doing: Doing, title: Callable[[Any], str]) -> list[Verdict]:
    """Do it to each, and say what came of it."""
    return [_verdict(task_id, doing, title, is_trial=False) for task_id in task_ids]


def doing_of(act: Act, wish: Wish) -> Doing:
    """The act as a verb on one task."""
    who = signed_in()

    def do(unit: UnitOfWork, task_id: int, now: datetime) -> None:
        runtime = context().runtime
        if act is Act.CLAIM:
            user_tasks.claim_task(unit, runtime, task_id, actor=who.actor, now=now)
        elif act is Act.RELEASE:
            user_tasks.release_task(unit, task_id, actor=who.actor, now=now)
        elif act is Act.ASSIGN and wish.to is not None:
            _check_assignable(unit, task_id)
            user_tasks.assign_task(unit, runtime, task_id, to=wish.to, by=who.person_id, reason=wish.reason, now=now)
        elif act is Act.DUE and wish.due_on is not None:
            _check_assignable(unit, task_id)
            user_tasks.set_due(unit, task_id, end_of(wish.due_on), by=who.person_id, reason=wish.reason, now=now)
        elif act is Act.SNOOZE and wish.until_at is not None:
            snooze_task(unit, task_id, who.person_id, until_at=wish.until_at, now=now, reason=wish.reason)
        elif act is Act.FLAG:
            _check_office(unit, task_id)
            mark_task(unit, task_id, Mark.FLAG, by=who.person_id, now=now)

    return do


def _trial(act: Act) -> Doing:
    """The act as far as it can be tried before one knows whom, until when and why."""
    if act in OF_SUPERVISORS:
        return lambda unit, task_id, _now: _check_assignable(unit, task_id)
    if act is Act.SNOOZE:
        return lambda unit, task_id, now: doing_of(act, Wish(until_at=now + timedelta(days=1)))(unit, task_id, now)
    return doing_of(act, Wish())


def _verdict(task_id: int, doing: Doing, title: Callable[[Any], str], *, is_trial: bool) -> Verdict:
    """One transaction; a task that is nothing to the reader is as unknown as one that does not exist."""
    number, words = "", ""
    try:
        with unit_of_work(context().database) as unit:
            task, _ = task_for(unit, task_id, signed_in().actor)
            number, words = task["business_key"], title(task)
            doing(unit, task_id, context().now(unit))
            if is_trial:
                _undo(unit)
    except UnknownTaskError:
        return Verdict(task_id, "", "", gettext("This task is not there, or not for you."))
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        return Verdict(task_id, number, words, refusal)
    return Verdict(task_id, number, words)


def _undo(unit: UnitOfWork) -> None:
    """Let nothing of a rehearsal stay."""
    transaction = unit.connection.get_transaction()
    if transaction is not None:
        transaction.rollback()


def refusal_of(error: Exception) -> str | None:
    """Why a task was refused, in words; None if that is nobody's rule but a defect."""
    if isinstance(error, NotInTheFutureError):
        return gettext("The day must lie in the future.")
    if isinstance(error, TaskNotOpenError):
        return gettext("It is done or withdrawn already.")
    problem = explain(error)
    return problem.detail if problem is not None and (isinstance(error, EngineError) or problem.status == 422) else None


def _check_assignable(unit: UnitOfWork, task_id: int) -> None:
    """A supervisor gives on the office's work: not an applicant's, nor what was drawn for an expert."""
    task, sight = task_for(unit, task_id, signed_in().actor)
    if task["status"] != "open":
        raise TaskNotOpenError(task_id, task["status"], task["completed_by"])
    is_office = sight.standing is Standing.OFFICE and task["organisation_id"] is None and task["role"] not in APART
    if not is_office:
        raise NotACandidateError(task_id, signed_in().person_id)


def _check_office(unit: UnitOfWork, task_id: int) -> None:
    _, sight = task_for(unit, task_id, signed_in().actor)
    if sight.standing is not Standing.OFFICE:
        raise NotACandidateError(task_id, signed_in().person_id)


def is_to_come(day: date, now: datetime) -> bool:
    """Whether a last day can still be set: today or later."""
    return day >= local_day(now)
