"""The page before sending, sending itself, and what is said afterwards.

"Continue" keeps the draft and leads here: the person sees what they answer, what comes of it and what the applicant will
read, then sends that very draft. The API sends at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.stored_file import check_files
from app.engine import user_tasks
from app.engine.errors import AnswersInvalidError, Conflict
from app.engine.user_tasks import Completion
from app.forms import prune, validate
from app.web.conflicts import conflict_page
from app.web.context import context
from app.web.errors import message_of
from app.web.forms.draft import Change, changes
from app.web.forms.view import FormView
from app.web.languages import language, pick
from app.web.next_task import next_task
from app.web.rehearsal import Outlook, next_move, rehearse
from app.web.sign_in import inside
from app.web.signed_in import signed_in
from app.web.task_addresses import back
from app.web.task_forms import OpenForm, open_form
from app.web.task_page import page_of
from app.web.visibility import APPLICANT_ROLES, Sight, task_for
from app.web.work_pane import Typed, applicant_of

blueprint = Blueprint("sending", __name__, url_prefix="/tasks")

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Ready:
    """A task whose draft is complete: it can be sent as it stands."""

    task: Any
    sight: Sight
    opened: OpenForm
    answers: Mapping[str, Any]
    applicant: str
    now: datetime
    key: str = field(default_factory=lambda: token_hex(16))
    """Names this very sending, so that a double click is one completion."""

    @property
    def title(self) -> str:
        """The step."""
        return pick(self.task)

    @property
    def view(self) -> FormView:
        """The answers, to be read."""
        return self.opened.view(self.answers, is_read_only=True)

    @property
    def corrected(self) -> Sequence[Change]:
        """Where the answers differ from those that corrections were asked of; empty if it is no correction."""
        if self.opened.prefill.unlocked is None:
            return ()
        return changes(self.opened.form, self.opened.prefill.answers, self.answers, language())

    @property
    def verb(self) -> str:
        """What the button says: the decision, else the form's own words."""
        outcome = self.opened.form.outcome
        chosen = self.answers.get(outcome.name) if outcome else None
        option = next((one for one in outcome.options if one.value == chosen), None) if outcome else None
        if option is None:
            return self.opened.form.submit_title.in_language(language())
        return gettext("Send: %(decision)s", decision=option.title.in_language(language()))

    @property
    def tone(self) -> str:
        """The tone of the decision; a form without one is sent by a plain primary button."""
        outcome = self.opened.form.outcome
        chosen = self.answers.get(outcome.name) if outcome else None
        found = (one.tone for one in outcome.options if one.value == chosen) if outcome else iter(())
        return str(next(found, "primary"))


@blueprint.get("/<int:task_id>/check")
def check(task_id: int) -> Answer:
    """What is about to be sent, what comes of it, and the letter that goes out; nothing is sent yet."""
    with reading(context().database) as unit:
        ready = _ready(unit, task_id)
    if ready is None:
        return redirect(url_for("tasks.show", task_id=task_id, back=inside(request.args.get("back"))))
    try:
        outlook = rehearse(ready.task, ready.sight, ready.answers, actor=signed_in().actor, now=ready.now)
    except (AnswersInvalidError, Conflict, DomainError) as error:
        return _not_sent(ready, error)
    return _page(ready, outlook)


@blueprint.post("/<int:task_id>/send")
def send(task_id: int) -> Answer:
    """Send the draft that the page before sending showed; another draft meanwhile is shown first."""
    key = request.form.get("key", "")[:64]
    with reading(context().database) as unit:
        task, _ = task_for(unit, task_id, signed_in().actor)
        if key and (task["completed_key"], task["completed_by"]) == (key, signed_in().person_id):
            return _after(task)
        ready = _ready(unit, task_id)
    if ready is None or request.form.get("draft_version", type=int) != ready.opened.version:
        flash(gettext("The draft has changed since you looked at it. Please check it once more."), "error")
        return redirect(url_for("sending.check", task_id=task_id, back=inside(request.form.get("back"))))
    sent = Completion(ready.answers, seen_version=request.form.get("seen_version", type=int), key=key or None)
    try:
        with unit_of_work(context().database) as unit:
            user_tasks.complete_task(
                unit, context().runtime, task_id, sent, actor=signed_in().actor, now=context().now(unit)
            )
    except (AnswersInvalidError, Conflict, DomainError) as error:
        return _not_sent(ready, error)
    return _after(task)


@blueprint.get("/<int:task_id>/sent")
def show_sent(task_id: int) -> Answer:
    """That it is done, whose move it is now, and the next task."""
    who = signed_in()
    with reading(context().database) as unit:
        task, sight = task_for(unit, task_id, who.actor)
        if task["completed_by"] != who.person_id:
            return redirect(url_for("tasks.show", task_id=task_id))
        now = context().now(unit)
        move = next_move(unit, task["instance_id"], sight, now=now)
        following = next_task(unit, task, back(), now=now)
        applicant = applicant_of(unit, task)
    return render_template(
        "tasks/sent.html",
        task=task,
        title=pick(task),
        applicant=applicant,
        sight=sight,
        move=move,
        following=following,
        back=back(),
    )


def _ready(unit: UnitOfWork, task_id: int) -> Ready | None:
    """The task with the person's draft, if that could be sent as it stands."""
    who, now = signed_in(), context().now(unit)
    task, sight = task_for(unit, task_id, who.actor)
    opened = open_form(unit, context().runtime, task, who.person_id)
    if opened.draft is None:
        return None
    answers = prune(opened.form, dict(opened.draft.answers))
    foreign = check_files(unit.session, opened.form, answers, opened.prefill.answers, who.person_id)
    if foreign or validate(opened.form, answers):
        return None
    return Ready(task, sight, opened, answers, applicant_of(unit, task), now)


def _page(ready: Ready, outlook: Outlook | None, *, refusal: DomainError | None = None) -> str:
    words = message_of(refusal) if refusal is not None else ""
    rule = refusal.rule if refusal is not None else None
    return render_template("tasks/check.html", ready=ready, outlook=outlook, refusal=words, rule=rule, back=back())


def _not_sent(ready: Ready, error: AnswersInvalidError | Conflict | DomainError) -> tuple[str, int]:
    """What stands in the way, where it can be mended; nothing typed is lost."""
    if isinstance(error, AnswersInvalidError):
        return _at_fields(ready, error)
    if isinstance(error, Conflict):
        return conflict_page(ready.task["id"], error, back=back(), form=ready.opened.form, typed=ready.answers)
    return _page(ready, None, refusal=error), 422


def _at_fields(ready: Ready, invalid: AnswersInvalidError) -> tuple[str, int]:
    """What a step refuses on grounds that its form does not know stands at the fields where it is mended."""
    typed = Typed(ready.answers, tuple(invalid.errors))
    with reading(context().database) as unit:
        return page_of(unit, ready.task["id"], now=ready.now, typed=typed), 422


def _after(task: Any) -> Response:
    """An applicant goes on to their case, everybody else to the confirmation with the next task."""
    if task["role"] in APPLICANT_ROLES:
        flash(gettext("Sent: %(step)s, %(case)s.", step=pick(task), case=task["business_key"]))
        return redirect(url_for("cases.show", instance_id=task["instance_id"]))
    return redirect(url_for("sending.show_sent", task_id=task["id"], back=inside(request.form.get("back"))))
