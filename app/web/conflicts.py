"""When somebody was faster: pages that say who, when and what now, and that lose nothing that was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext

from app.db import UnitOfWork, reading
from app.engine.errors import (
    Conflict,
    InstanceNotRunningError,
    TaskClaimedByAnotherError,
    TaskNotOpenError,
)
from app.forms import FieldError, Form
from app.web.context import context
from app.web.forms.draft import changes
from app.web.forms.render import Showing, form_view
from app.web.languages import language, moment, pick
from app.web.people import names_of
from app.web.signed_in import signed_in
from app.web.task_forms import Sent, open_form
from app.web.task_page import page_of
from app.web.visibility import Sight, task_for
from app.web.words import instance_status
from app.web.work_pane import Typed


def conflict_page(
    task_id: int, conflict: Conflict, *, back: str, form: Form | None = None, typed: Mapping[str, Any] | None = None
) -> tuple[str, int]:
    """409: what happened meanwhile, with what the person had typed to be read and copied."""
    with reading(context().database) as unit:
        task, sight = task_for(unit, task_id, signed_in().actor)
        words = _words(unit, task, sight, conflict)
    showing = Showing(language(), is_read_only=True)
    typed_view = form_view(form, typed, showing) if form is not None and typed else None
    page = render_template("tasks/conflict.html", task=task, title=pick(task), words=words, typed=typed_view, back=back)
    return page, 409


def draft_conflict_page(task_id: int, sent: Sent, errors: Sequence[FieldError]) -> tuple[str, int]:
    """409: the form as this window has it, and where the draft of the other window differs, to choose field by field."""
    with reading(context().database) as unit:
        task, _ = task_for(unit, task_id, signed_in().actor)
        opened = open_form(unit, context().runtime, task, signed_in().person_id)
        other = opened.draft.answers if opened.draft else {}
        outcome = opened.form.outcome
        found = [
            one
            for one in changes(opened.form, other, sent.answers, language())
            if outcome is None or one.pointer != f"/{outcome.name}"
        ]
        typed = Typed(sent.answers, errors)
        return page_of(unit, task_id, now=context().now(unit), typed=typed, differences=found), 409


def _words(unit: UnitOfWork, task: Any, sight: Sight, conflict: Conflict) -> str:
    def name(person_id: int | None) -> str:
        return names_of(unit.connection, [person_id]).get(person_id, "") if sight.sees_name(task) else ""

    if isinstance(conflict, TaskClaimedByAnotherError):
        return gettext(
            "%(name)s claimed this task at %(when)s.", name=name(conflict.assignee_id), when=moment(task["claimed_at"])
        )
    if isinstance(conflict, TaskNotOpenError):
        if conflict.completed_by is None:
            return gettext("This task was withdrawn at %(when)s; the case has gone on.", when=moment(task["ended_at"]))
        return gettext(
            "%(name)s completed this task at %(when)s.", name=name(conflict.completed_by), when=moment(task["ended_at"])
        )
    if isinstance(conflict, InstanceNotRunningError):
        return gettext("The case does not go on at present: it is %(status)s.", status=instance_status(conflict.status))
    return gettext("The task has changed since you opened it. Load it again and look at it before you decide.")
