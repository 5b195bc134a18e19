"""What the office has verified and decided in a case: who, when, with which finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import UnitOfWork
from app.engine.runtime import Runtime
from app.web.articles import article_url
from app.web.case_steps import answers_of, tasks_of
from app.web.forms.render import Showing, form_view
from app.web.forms.view import FormView
from app.web.languages import language, pick
from app.web.people import names_of
from app.web.visibility import OFFICE_ROLES, Sight, Standing


@dataclass(frozen=True, slots=True)
class Review:
    """One finding or decision."""

    title: str
    by: str
    role: str
    at: datetime
    decision: str
    """The words of the button; "" where the form has none."""
    view: FormView


def reviews_of(unit: UnitOfWork, runtime: Runtime, instance_id: int, sight: Sight) -> Sequence[Review]:
    """Every finding and decision of the office, the latest first; for the office alone."""
    if sight.standing is not Standing.OFFICE:
        return ()
    answers = answers_of(unit.connection, instance_id)
    tasks = [task for task in tasks_of(unit.connection, instance_id) if is_review(task, answers)]
    names = names_of(unit.connection, [task["completed_by"] for task in tasks])
    return [_review(unit, runtime, task, answers[task["id"]], names) for task in reversed(tasks)]


def is_review(task: Any, answers: Mapping[int, Any]) -> bool:
    """Whether a task is a finding or decision of the office that has been sent."""
    return task["id"] in answers and task["role"] in OFFICE_ROLES


def _review(unit: UnitOfWork, runtime: Runtime, task: Any, answer: Any, names: Mapping[int | None, str]) -> Review:
    form = runtime.catalogue.form(unit.connection, answer["form_hash"])
    showing = Showing(language(), is_read_only=True, article_url=article_url)
    given = answer["answers"].get(form.outcome.name) if form.outcome else None
    option = next((one for one in form.outcome.options if one.value == given), None) if form.outcome else None
    decision = option.title.in_language(language()) if option else ""
    view = form_view(form, answer["answers"], showing)
    return Review(pick(task), names.get(task["completed_by"], ""), task["role"], answer["answered_at"], decision, view)
