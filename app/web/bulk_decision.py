"""One answer for many tasks of the same step, where the diagram allows it (`ql:bulk`)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Request
from flask_babel import gettext

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.stored_file import FileStorage
from app.engine import user_tasks
from app.engine.errors import UnknownTaskError
from app.engine.kernel.model import UserTaskElement
from app.engine.user_tasks import Completion
from app.forms import FieldError, prune, validate
from app.web.bulk_acts import Doing, Verdict
from app.web.context import context
from app.web.forms.view import FormView
from app.web.languages import pick
from app.web.signed_in import signed_in
from app.web.task_forms import OpenForm, open_form, read_post
from app.web.visibility import task_for


@dataclass(frozen=True, slots=True)
class Decision:
    """The form that all of them get, filled in or not."""

    task_ids: list[int]
    answers: dict[str, Any]
    errors: Sequence[FieldError]
    view: FormView


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One chosen task, and why it cannot be decided together with the first; "" if it can."""

    task_id: int
    task: Any
    refusal: str


def read_decision(task_ids: list[int], request: Request | None) -> Decision | None:
    """The form of the first task that can be decided so, with what was posted; None if there is none.

    Args:
        request: None before anything was filled in.
    """
    with unit_of_work(context().database) as unit:
        able = [one for one in _candidates(unit, task_ids) if not one.refusal]
        if not able:
            return None
        opened = open_form(unit, context().runtime, able[0].task, signed_in().person_id)
        answers, errors = _posted(unit, opened, request) if request is not None else ({}, ())
        return Decision(
            [one.task_id for one in able], answers, errors, opened.view(answers, errors, is_read_only=False)
        )


def rehearse_decision(task_ids: list[int]) -> list[Verdict]:
    """Which of the chosen can be decided together, and why the others cannot."""
    with reading(context().database) as unit:
        found = _candidates(unit, task_ids)
    return [
        Verdict(
            one.task_id, one.task["business_key"] if one.task else "", pick(one.task) if one.task else "", one.refusal
        )
        for one in found
    ]


def decide(decision: Decision) -> Doing:
    """The verb on one task: complete it with the common answers."""
    who, key = signed_in(), secrets.token_hex(12)

    def do(unit: UnitOfWork, task_id: int, now: datetime) -> None:
        sent = Completion(decision.answers, key=f"bulk-{key}-{task_id}")
        user_tasks.complete_task(unit, context().runtime, task_id, sent, actor=who.actor, now=now)

    return do


def _posted(unit: UnitOfWork, opened: OpenForm, request: Request) -> tuple[dict[str, Any], Sequence[FieldError]]:
    settings = context().settings
    sent = read_post(
        unit, FileStorage(settings.storage_url), opened, request, signed_in().person_id, now=context().now(unit),
        max_mib=settings.upload_max_mib,
    )  # fmt: skip
    answers = prune(opened.form, dict(sent.answers))
    return answers, [*sent.errors, *validate(opened.form, answers)]


def _candidates(unit: UnitOfWork, task_ids: list[int]) -> list[_Candidate]:
    first: Any = None
    found = []
    for task_id in task_ids:
        try:
            task, _ = task_for(unit, task_id, signed_in().actor)
        except UnknownTaskError:
            found.append(_Candidate(task_id, None, gettext("This task is not there, or not for you.")))
            continue
        refusal = _refusal(unit, task, first)
        first = first or (task if not refusal else None)
        found.append(_Candidate(task_id, task, refusal))
    return found


def _refusal(unit: UnitOfWork, task: Any, first: Any) -> str:
    if task["status"] != "open" or task["instance_status"] != "running":
        return gettext("It is done, withdrawn or suspended.")
    if not _allows_bulk(unit, task):
        return gettext("This step is decided case by case.")
    actor = signed_in().actor
    is_free = task["assignee_id"] is None and actor.may_take(
        role=task["role"], organisation_id=task["organisation_id"], applicant_id=task["applicant_id"]
    )
    if not (is_free or actor.holds(task["assignee_id"], task["claimed_at"])):
        return gettext("It is with somebody else.")
    if first is not None and (first["element_id"], first["form_hash"]) != (task["element_id"], task["form_hash"]):
        return gettext("It is another step than the first that you chose.")
    return ""


def _allows_bulk(unit: UnitOfWork, task: Any) -> bool:
    bundle = context().runtime.catalogue.bundle(unit.connection, task["bundle_id"])
    element = bundle.model(task["process_key"]).elements[task["element_id"]]
    return isinstance(element, UserTaskElement) and element.bulk
